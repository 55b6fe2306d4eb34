#!/usr/bin/env python3
"""Measures whole processes of the release build: wall time and peak memory.

    make measure, or python3 Scripts/measure.py [--runs N] [--check] after make build

Prints the fastest and the median run and the ratio of medians to the bare process
(`token-budget --version`) of the same round, so a slow machine does not spoil the comparison. With
--check it fails when the fastest run or the memory passes the bounds of docs/performance.md; the
fastest of many runs says what the program takes, the others what the machine does beside it.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = ROOT / ".build/release/token-budget"
GNU_TIME = pathlib.Path("/usr/bin/time")
SHIPPED = ["advise", "--profile", "profiles/scaling/li2025-vqq-textvqa.yaml",
           "--cost", "profiles/compute/llava-1.5-7b.yaml", "--policy"]
MILLION = "Tests/BudgetReportsTests/Fixtures/reports/million.yaml"
INVALID = "Tests/BudgetDocumentsTests/Fixtures/invalid/"


def documents(folder):
    """Large documents, made here so that the tree stays small."""
    lists = pathlib.Path(folder, "list.yaml")
    lists.write_text(
        "kind: policy\nschema: 1\nid: x\nobjective: { maximize: score }\n"
        "search: { lattice: { list: [" + ", ".join(map(str, range(1, 200_001))) + "] } }\n")
    line = pathlib.Path(folder, "line.yaml")
    line.write_text("{" + ", ".join(["a: 1"] * 1_000_000) + "}")
    return str(lists), str(line)


def run(arguments):
    """Wall seconds and exit code of one process."""
    start = time.perf_counter()
    code = subprocess.run(
        [TOOL, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL).returncode
    return time.perf_counter() - start, code


def peak(arguments):
    """Peak memory of one process in megabytes, None without GNU time.

    Not taken from this interpreter's own accounting: a child inherits the high-water mark of the
    process that it was forked from, and that is larger than the tool's.
    """
    if not GNU_TIME.exists():
        return None
    result = subprocess.run(
        [GNU_TIME, "--format", "%M", "--quiet", TOOL, *arguments], cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return int(result.stderr.split()[-1]) * 1024 / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if not TOOL.exists():
        sys.exit("no release build: run 'make build' first")

    with tempfile.TemporaryDirectory() as folder:
        long_list, long_line = documents(folder)
        # Name, arguments, exit code, bound in milliseconds and in megabytes (None: no bound).
        cases = [
            ("bare process (--version)", ["--version"], 0, None, None),
            ("advise, 8 candidates", [*SHIPPED, "policies/max-score-per-flop.yaml"], 0, 15, 40),
            ("advise, a million candidates", [*SHIPPED, MILLION], 0, 15, 40),
            ("the same, as JSON", [*SHIPPED, MILLION, "--format", "json"], 0, 15, 40),
            ("validate, alias bomb", ["validate", INVALID + "alias-bomb.yaml"], 65, 100, 100),
            ("validate, 200,000 list members", ["validate", long_list], 0, None, None),
            ("validate, 1,000,000 duplicates", ["validate", long_line], 65, None, None),
        ]
        times = {name: [] for name, *_ in cases}
        peaks = {name: peak(arguments) for name, arguments, *_ in cases}
        for turn in range(options.runs + 1):
            for name, arguments, expected, *_ in cases:
                if turn > 5 and "000" in name:
                    continue
                seconds, code = run(arguments)
                if code != expected:
                    sys.exit(f"{name}: exit code {code}, expected {expected}")
                if turn > 0:  # the first round warms the caches
                    times[name].append(seconds * 1000)

    bare = statistics.median(times[cases[0][0]])
    print(f"{'':32}{'fastest':>10}{'median':>10}{'ratio':>8}{'memory':>10}")
    failures = []
    for name, _, _, milliseconds, megabytes in cases:
        fastest, median = min(times[name]), statistics.median(times[name])
        memory = "unknown" if peaks[name] is None else f"{peaks[name]:.1f} MB"
        print(f"{name:32}{fastest:7.1f} ms{median:7.1f} ms{median / bare:8.1f}{memory:>10}")
        if milliseconds and fastest > milliseconds:
            failures.append(f"{name}: {fastest:.1f} ms, bound {milliseconds} ms")
        if megabytes and peaks[name] is not None and peaks[name] > megabytes:
            failures.append(f"{name}: {peaks[name]:.1f} MB, bound {megabytes} MB")
    if options.check and failures:
        sys.exit("over the bound:\n  " + "\n  ".join(failures))


if __name__ == "__main__":
    main()
