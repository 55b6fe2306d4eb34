#!/usr/bin/env python3
"""Times each reader of the release build against the size of what it reads.

    make readers, or python3 Scripts/readers.py [--check] after make build

Inputs of 10 kB, 100 kB, 1 MB and 8 MB are made here: YAML documents, tables, JSON configs, results of evaluation
tools, launch scripts. Prints the fastest of some runs less the bare process (`token-budget --version`), and how many
times as long eight times 1 MB take as that size says. With --check it fails where that is more than 2: a reader that
starts over somewhere takes 8.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = ROOT / ".build/release/token-budget"
SIZES = [10_000, 100_000, 1_000_000, 8_000_000]


def filled(start, line, end, size):
    """A text of about a size from numbered lines."""
    lines, length, number = [start], len(start) + len(end), 0
    while length < size:
        number += 1
        lines.append(line(number))
        length += len(lines[-1])
    return "".join(lines) + end


def policy(size):
    return filled("kind: policy\nschema: 1\nid: x\nobjective: { maximize: score }\nsearch:\n  lattice:\n"
                  "    list:\n", lambda n: f"      - {n}\n", "", size)


def profile(size):
    return filled("kind: scaling-profile\nschema: 1\nid: x\nmetric: { name: M, unit: points }\n"
                  "law: { form: log-linear, a: 1, b: 2 }\nsource: { cite: x }\nmeasurements:\n",
                  lambda n: f"  - {{ tokens: {n}, score: {n % 97 + 1}.5 }}\n", "", size)


def table(size):
    return filled("tokens,score\n", lambda n: f"{n},{n % 97 + 1}.5\n", "", size)


def series(size):
    return filled("tokens,score,series\n", lambda n: f"{n % 4 + 1},{n % 97 + 1}.5,s{n // 4}\n", "", size)


def numbers(size):
    return filled('{"image_processor_type": "Qwen2VLImageProcessor", "others": [0',
                  lambda n: f", {n}.5e1", "]}", size)


def keys(size):
    return filled('{"image_processor_type": "Qwen2VLImageProcessor"', lambda n: f', "k{n}": {{"a": {n}}}', "}", size)


def embedded(size):
    return filled("model: Qwen/Qwen2.5-VL-7B-Instruct\nmax-model-len: 32768\n"
                  "mm-processor-kwargs: '{\"max_pixels\": 1003520, \"others\": [0", lambda n: f",{n}", "]}'\n", size)


def results(size):
    return json.dumps({"results": {"x": {"acc,none": 0.5}}, "samples": "x" * 100})[:-1] + filled(
        ', "others": [0', lambda n: f", {n}", "]}", size)


def script(size):
    return filled("#!/bin/bash\n", lambda n: f"export VALUE_{n}=\"{n} --flag_{n} 'text'\"\n",
                  "python q.py --model_name_or_path Qwen/Qwen2.5-VL-7B-Instruct --max_pixels 1003520\n", size)


def arithmetic(size):
    count = size // 22
    names = [f"A{n}" for n in range(count)]
    return ("#!/bin/bash\n" + "".join(f"{name}=1\n" for name in names)
            + "python q.py --model_name_or_path Qwen/Qwen2.5-VL-7B-Instruct --max_pixels $(("
            + "+".join(names) + "))\n")


READERS = [
    ("YAML, a policy's list", "a.yaml", policy, ["validate"]),
    ("YAML, a profile's measurements", "a.yaml", profile, ["validate"]),
    ("CSV, one series", "a.csv", table, ["regimes"]),
    ("JSON config, numbers", "preprocessor_config.json", numbers, ["check"]),
    ("JSON config, keys", "preprocessor_config.json", keys, ["check", "--family", "qwen2.5-vl"]),
    ("JSON in a text of YAML", "vllm.yaml", embedded, ["check"]),
    ("results", "results_100.json", results, ["fit", "--tokens", "100"]),
    ("script, words", "a.sh", script, ["check", "--framework", "qwen-vl"]),
    ("script, arithmetic", "a.sh", arithmetic, ["check", "--framework", "qwen-vl"]),
]


def seconds(arguments, runs):
    """The fastest of some runs, whatever they answer; none may die by a signal."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        code = subprocess.run([TOOL, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode
        if code < 0:
            sys.exit(f"signal {-code}: {arguments}")
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    bare = seconds(["--version"], 5)
    print(f"{'reader':32} {'10 kB':>9} {'100 kB':>9} {'1 MB':>9} {'8 MB':>9}   8 MB to 1 MB, over the sizes'")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, file, make, command in READERS:
            path = pathlib.Path(folder, file)
            row, sizes = [], []
            for size in SIZES:
                path.write_text(make(size))
                sizes.append(path.stat().st_size)
                row.append(max(seconds([*command, str(path)], options.runs) - bare, 1e-4))
            ratio = row[3] / row[2] / (sizes[3] / sizes[2])
            failed |= ratio > 2
            print(f"{name:32} " + " ".join(f"{1000 * t:6.1f} ms" for t in row) + f"   {ratio:.2f}", flush=True)
    if options.check and failed:
        sys.exit("a reader takes more than twice as long as its input's size says")


if __name__ == "__main__":
    main()
