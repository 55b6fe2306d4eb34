"""Tables in Markdown."""


def percent(share, digits=1):
    return f"{100 * share:.{digits}f}%"


def table(head, body):
    lines = ["| " + " | ".join(map(str, head)) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in body]) + "\n"
