"""What the scripts that write shipped profiles share: reference tables, what is known of benchmarks, fits.

Benchmarks are known by one table, Tests/TokenBudgetTests/References/benchmarks.csv, which says why what is
missing is missing; a test holds every shipped profile to it.
"""

import csv
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
REFERENCES = ROOT / "Tests/TokenBudgetTests/References"
OUT = ROOT / "profiles/scaling"
TOOL = ROOT / ".build/release/token-budget"


def rows(name):
    """The rows of a reference file as dictionaries."""
    lines = (REFERENCES / name).read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


BENCHMARKS = {row["metric"]: row for row in rows("benchmarks.csv")}


def known(metric):
    """What is known of a benchmark beside its unit and range, as (key, value)."""
    row = BENCHMARKS[metric]
    return [(key, row[key]) for key in ["chance", "questions"] if row[key]]


def mapping(metric):
    """The `metric` of a profile, without its braces."""
    row = BENCHMARKS[metric]
    return ", ".join(
        [f"name: {metric}", f"unit: {row['unit']}", f"range: [{row['low']}, {row['high']}]",
         "higher_is_better: true"] + [f"{key}: {value}" for key, value in known(metric)])


def slug(text):
    """A part of a document's id."""
    return "".join(c if c.isalnum() else "-" for c in text.lower()).strip("-").replace("--", "-")


def fit(tool, ident, metric, points, *options, source=None):
    """Fits points and writes profiles/scaling/IDENT.yaml.

    `source` takes the place of the source that the tool writes: keys and texts.
    """
    row = BENCHMARKS[metric]
    flags = ["--metric", metric, "--unit", row["unit"], "--metric-range", f"{row['low']},{row['high']}"]
    for key, value in known(metric):
        flags += [f"--{key}", value]
    path = OUT / f"{ident}.yaml"
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "scores.csv"
        with table.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(points[0].keys())
            writer.writerows(point.values() for point in points)
        run = subprocess.run(
            [tool, "fit", table, "-o", path, "--id", ident, *flags, *options], capture_output=True,
            text=True)
    if run.returncode:
        raise SystemExit(f"{ident}: {run.stderr}")
    if source:
        text = path.read_text()
        lines = [f"  {key}: {value}" if key == "retrieved" else f'  {key}: "{value}"'
                 for key, value in source.items()]
        path.write_text(text[: text.index("\nsource:\n")] + "\n".join(["\nsource:", *lines]) + "\n")
