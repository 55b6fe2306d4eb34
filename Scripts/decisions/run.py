#!/usr/bin/env python3
"""Reproduces the tables of docs/accuracy.md about decisions, as Markdown on standard output.

    make decisions [EVERY=K], or
    python3 Scripts/decisions/run.py [--tool FILE] [--every K] [--check] [--experiments FILE.jsonl]...
      [--series TABLE.csv]... [PART]...

Parts: generated (experiments whose truth is known), paper (counts of published series held out), published
(a point of published series left out), measuring (one more measurement), tried (alternatives to the prior, in
numpy). All of them by default. Needs numpy, and a release build of the tool. The whole run takes some 30 minutes
on two cores, with --every 20 two.
"""

import os

# One thread a process: matrices are small, and several processes run beside each other.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import argparse
import pathlib
import sys
import tempfile

import generated
import measuring
import paper
import published
import tried

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PARTS = ("generated", "paper", "published", "measuring", "tried")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--tool", default=ROOT / ".build/release/token-budget", help="the release build")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="take every K-th experiment only")
    own = {"action": "append", "default": [], "metavar": "FILE"}
    parser.add_argument("--series", **own, help="published series of your own: series_id, kind, tokens, score")
    parser.add_argument("--experiments", **own, help="experiments of your own in place of those generated")
    parser.add_argument("--check", action="store_true", help="fail where decisions lose to a simple pick")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    if not pathlib.Path(options.tool).exists():
        sys.exit(f"{options.tool} is not there: run 'make build' first")
    parts = options.parts or PARTS
    profiles = ROOT / "profiles/scaling"
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        place = lambda part: pathlib.Path(folder) / part
        if "generated" in parts:
            text, broken = generated.run(options.tool, options.every, place("generated"), options.experiments)
            print(text)
        if "paper" in parts:
            print(paper.run(options.tool, options.every, place("paper"), profiles))
        if "published" in parts:
            print(published.run(options.tool, options.every, place("published"), profiles, options.series))
        if "measuring" in parts:
            print(measuring.run(options.tool, options.every, place("measuring")))
        if "tried" in parts:
            print(tried.run(options.tool, options.every, place("tried")))
    for sentence in broken:
        print(sentence, file=sys.stderr)
    if broken and options.check:
        sys.exit(1)


if __name__ == "__main__":
    main()
