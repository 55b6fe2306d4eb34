#!/usr/bin/env python3
"""Writes the tables of docs/profiles.md: every shipped scaling profile, by source.

    python3 Scripts/profile-census.py

What stands above the line `<!-- census -->` is written by hand and kept. A test compares the tables with the
profiles as the library reads them.
"""

import re

from profile_writing import OUT, ROOT

DOCUMENT = ROOT / "docs/profiles.md"
MARK = "<!-- census -->\n"
HEAD = ("| profile | model | benchmark | kind | tokens | points | unit | chance | questions | law |\n"
        "|---|---|---|---|---|---|---|---|---|---|\n")


def value(text, key):
    """What stands behind a key of a mapping on one line; empty where the key is missing."""
    found = re.search(rf'[{{,\s]{key}: ("[^"]*"|\[[^\]]*\]|[^,}}]*)', text)
    return found.group(1).strip().strip('"') if found else ""


def number(text):
    """A number as the tables have it: no point and zero behind whole ones, no commas."""
    number = float(text)
    return str(int(number)) if number == int(number) else str(number)


def row(path):
    """A profile's source and its row."""
    lines = path.read_text().splitlines()
    line = {text.split(":")[0].strip(): text for text in lines if not text.startswith(("  -", "    -"))}
    model, metric = line["model"], line["metric"]
    points = [text for text in lines if text.startswith("  - { ") and "score:" in text]
    whole = [point for point in points if "unreduced: true" in point]
    counts = sorted(float(value(point, "tokens")) for point in points if point not in whole)
    tokens = f"{number(counts[0])} to {number(counts[-1])}"
    amount = str(len(counts))
    if whole:
        tokens += f", whole {number(value(whole[0], 'tokens'))}"
        amount += f" + {len(whole)}"
    sizes = sorted({float(value(point, "params_billions")) for point in points if "params_b" in point})
    if sizes:
        amount += f", {number(sizes[0])}B to {number(sizes[-1])}B"
    cells = [
        f"`{path.stem}`", value(model, "name"), value(metric, "name"), value(model, "how"), tokens,
        amount, value(metric, "unit"), *(value(metric, key) for key in ["chance", "questions"]),
        value(line["law"], "form")]
    return value(line["cite"], "cite"), "| " + " | ".join(cell or "–" for cell in cells) + " |\n"


def main():
    groups = {}
    for path in sorted(OUT.glob("*.yaml")):
        cite, text = row(path)
        groups.setdefault(cite, []).append(text)
    kept = DOCUMENT.read_text().split(MARK)[0]
    count = sum(len(texts) for texts in groups.values())
    parts = [kept, MARK, f"\n{count} profiles from {len(groups)} sources.\n"]
    for cite in sorted(groups):
        parts += [f"\n## {cite}\n\n", HEAD, *groups[cite]]
    DOCUMENT.write_text("".join(parts))


if __name__ == "__main__":
    main()
