"""Tables of Markdown files that a script writes anew, between two marks that name it."""


def write(path, script, table):
    """Puts a table, a list of lines, between the marks of a script in a file."""
    begin, end = f"<!-- written by {script} -->", f"<!-- end of {script} -->"
    text = path.read_text()
    if text.count(begin) != 1 or text.count(end) != 1:
        raise SystemExit(f"{path} has no one place between '{begin}' and '{end}'")
    before, rest = text.split(begin)
    _, after = rest.split(end)
    path.write_text(before + begin + "\n" + "\n".join(table) + "\n" + end + after)
