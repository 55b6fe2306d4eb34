"""Runs our executable and its peers in alternating rounds and compares them.

Usage: compare.py [--ours PATH] [--rounds N] [--venv DIR] [--check]

Needs a C compiler (environment variable CC, default gcc). The Python peers are
installed from requirements.txt into a virtual environment; where that cannot
be done, they are left out, and the report says so.

Every program prints JSON lines with the keys problem, name, nanoseconds,
fastest, answer and ours; other lines are ignored. Lines with the same problem
must give the same answer, except those with "exact": false (sampling peers),
whose answers are shown but not compared. The ratio column divides by the
first "ours" line of the same problem.

Before the rounds, front.c is built for small instances and checked against
the definition of the front, point by point, in Python.

Exit code: 0 fine, 1 answers differ, 2 something could not be built or run.
"""

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import venv
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE / ".build-peers"
# No fused multiply-add, so that scores are the same bits on every machine.
FLAGS = ["-std=c11", "-O3", "-Wall", "-Wextra", "-ffp-contract=off"]
KEYS = {"problem": str, "name": str, "nanoseconds": (int, float),
        "fastest": (int, float), "answer": str, "ours": bool}


def fail(message, code=2):
    print(f"error: {message}", file=sys.stderr)
    sys.exit(code)


def note(message):
    print(message, file=sys.stderr, flush=True)


def run(command, name):
    """Standard output of a program, which must succeed."""
    try:
        done = subprocess.run([str(part) for part in command], text=True,
                              stdout=subprocess.PIPE)
    except OSError as problem:
        fail(f"{name} cannot be started: {problem}")
    if done.returncode != 0:
        fail(f"{name} ended with code {done.returncode}")
    return done.stdout


# Building

def compile_c(source, target, *options):
    BUILD.mkdir(parents=True, exist_ok=True)
    compiler = os.environ.get("CC", "gcc")
    if shutil.which(compiler) is None:
        fail(f"no C compiler named {compiler}; set CC")
    run([compiler, *FLAGS, *options, HERE / source, "-o", BUILD / target, "-lm"],
        f"compiling {source}")
    return BUILD / target


def python_with_peers(folder):
    """The interpreter of a complete environment, or None."""
    wanted = (HERE / "requirements.txt").read_text()
    complete = folder / "installed-requirements.txt"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and complete.exists() and complete.read_text() == wanted:
        return python
    note(f"installing the Python peers into {folder}")
    try:
        if not python.exists():
            venv.create(folder, with_pip=True, symlinks=os.name != "nt")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--retries", "1",
                        "--timeout", "15", "--disable-pip-version-check",
                        "-r", HERE / "requirements.txt"], check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        reason = f"pip or venv ended with code {problem.returncode}, see above" \
            if isinstance(problem, subprocess.CalledProcessError) else problem
        note(f"warning: the Python peers could not be installed ({reason}). "
             "Is the package index reachable? Going on without them.")
        return None
    complete.write_text(wanted)
    return python


# The front, by its definition

def reference_front(designs, counts, rough):
    """Answer and crc of front.c, from comparing every point with the others."""
    points = []
    for d in range(designs):
        size = 0.5e9 * math.pow(140, d / (designs - 1))
        size = round(size / 2.5e8) * 250_000_000 if rough else round(size)
        for n in range(1, counts + 1):
            error = 0.30 * math.pow(size / 1e9, -0.077) + 0.25 * math.pow(n, -0.15) + 0.10
            score = 100 * (1 - error)
            points.append((2 * size * (50 + n), math.floor(score) if rough else score, d, n))
    front, seen = [], set()
    for cost, score, d, n in points:
        if (cost, score) not in seen and not any(
                c <= cost and s >= score and (c < cost or s > score) for c, s, _, _ in points):
            front.append((d, n))
        seen.add((cost, score))
    per_design = [0] * designs
    for d, _ in front:
        per_design[d] += 1
    crc = zlib.crc32(b"".join(count.to_bytes(4, "little") for count in per_design))
    return f"{len(front)}/{sum(n for _, n in front)}", f"{crc:08x}"


def check_front():
    for designs, counts, rough in ((50, 200, False), (50, 200, True), (2, 2, False),
                                   (7, 333, False), (90, 40, True)):
        options = [f"-DDESIGNS={designs}", f"-DCOUNTS={counts}"] + ["-DROUGH"] * rough
        program = compile_c("front.c", "front-small", *options)
        line = json.loads(run([program, 1], "front.c"))
        expected = reference_front(designs, counts, rough)
        if (line["answer"], line["crc"]) != expected:
            fail(f"front.c, {designs} x {counts}{', rough' * rough}: got "
                 f"{line['answer']} crc {line['crc']}, the definition gives "
                 f"{expected[0]} crc {expected[1]}", 1)
    note("front.c agrees with the definition on 5 small instances")


# Measuring

def lines_of(command, name):
    lines = []
    for text in run(command, name).splitlines():
        if not text.lstrip().startswith("{"):
            continue
        try:
            line = json.loads(text)
        except ValueError:
            fail(f"{name} printed a broken JSON line: {text}")
        wrong = [key for key, kind in KEYS.items() if not isinstance(line.get(key), kind)]
        if wrong:
            fail(f"{name} printed a line with missing or wrong {', '.join(wrong)}: {text}")
        lines.append(line)
    if not lines:
        fail(f"{name} printed no JSON line")
    return lines


def measure(programs, rounds):
    """All lines, grouped by (problem, name). Each round starts with the next
    program, so that none always runs first."""
    results = {}
    for number in range(rounds):
        note(f"round {number + 1} of {rounds}")
        shift = number % len(programs)
        for name, command in programs[shift:] + programs[:shift]:
            for line in lines_of(command, name):
                results.setdefault((line["problem"], line["name"]), []).append(line)
    return results


def check_answers(results):
    """Descriptions of the problems whose exact answers differ."""
    answers = {}
    for (problem, name), lines in results.items():
        for line in lines:
            if line.get("exact", True):
                answers.setdefault(problem, {}).setdefault(line["answer"], set()).add(name)
    return [f"{problem}: " + "; ".join(f"{answer} from {', '.join(sorted(names))}"
                                       for answer, names in found.items())
            for problem, found in answers.items() if len(found) > 1]


# Reporting

def digits(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def readable(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{digits(nanoseconds / size)} {unit}"
    return f"{digits(nanoseconds)} ns"


def table(results):
    rows = []
    for problem in dict.fromkeys(problem for problem, _ in results):
        medians = {name: statistics.median(line["nanoseconds"] for line in lines)
                   for (other, name), lines in results.items() if other == problem}
        ours = next((medians[name] for (other, name), lines in results.items()
                     if other == problem and lines[0]["ours"]), None)
        rows += ["", f"**{problem}**", "", "| name | median time | ratio to ours | answer |",
                 "|---|---:|---:|---:|"]
        for name in sorted(medians, key=medians.get):
            line = results[problem, name][0]
            answer = line["answer"]
            if not line.get("exact", True):
                shortfall = line.get("shortfall")
                answer += " (sampled)" if shortfall is None else \
                    f" (sampled, S/F {100 * shortfall:.2g} % short)"
            share = "–" if not ours else f"{digits(medians[name] / ours)}×"
            label = f"**{name}**" if line["ours"] else name
            rows.append(f"| {label} | {readable(medians[name])} | {share} | {answer} |")
    return "\n".join(rows[1:])


def main():
    parser = argparse.ArgumentParser(description="Compare our executable with its peers.")
    parser.add_argument("--ours", type=Path, help="our executable, printing the same JSON lines")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--venv", type=Path, default=BUILD / "venv")
    parser.add_argument("--check", action="store_true", help="one quick round only")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    if options.ours and not options.ours.is_file():
        fail(f"no file {options.ours}")
    quick = options.check

    check_front()
    programs = [("optimum.c", [compile_c("optimum.c", "optimum")] + ["3"] * quick),
                ("front.c", [compile_c("front.c", "front")] + ["3"] * quick)]
    python = python_with_peers(options.venv.absolute())
    if python:
        programs.append(("peers.py", [python, HERE / "peers.py"] + ["--quick"] * quick))
    if options.ours:
        programs.insert(0, ("ours", [options.ours.absolute()]))

    results = measure(programs, 1 if quick else options.rounds)
    print(table(results))
    if not python:
        print("\nWithout the Python peers: they could not be installed.")
    if not options.ours:
        print("\nWithout our executable: no --ours was given.")
    differences = check_answers(results)
    if differences:
        sys.stdout.flush()
        fail("answers differ: " + " | ".join(differences), 1)


if __name__ == "__main__":
    main()
