#!/usr/bin/env python3
"""Builds the fuzz targets, and runs each on its corpus and on what coverage leads to.

    make fuzz [TIME=60] [TARGETS="embed check"], or Fuzzing/run.py --time SECONDS [TARGET ...]

Replays Fuzzing/Corpus and the seeds first, then fuzzes for --time seconds a target (0: replays only). Debug
builds with the address sanitizer; two targets at a time at the most. What a target grows stays in
.fuzz/<target>/corpus, an input that ends in a trap, a hang, a broken property or a sanitizer's report in
.fuzz/<target>/findings, with its log beside. Exits with 1 when there is one. --minimise keeps the smallest
inputs that reach what the corpora reach in Fuzzing/Corpus.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import seeds

ROOT = seeds.ROOT
WORK = ROOT / ".fuzz"
BUILT = ROOT / "Fuzzing/.build/debug"
COMMITTED = ROOT / "Fuzzing/Corpus"
# An input of 8 kB takes milliseconds; under the sanitizer, on a busy machine, this many seconds at most.
SECONDS_AN_INPUT = 25
MEGABYTES = 3000
# What is kept of a target in the tree.
KEPT_INPUTS = 16


def build(swift):
    """Builds all targets."""
    subprocess.run(
        [swift, "build", "--package-path", "Fuzzing", "--sanitize", "fuzzer", "--sanitize", "address",
         # The driver's own choice of coverage is one that libFuzzer reads no more.
         "-Xswiftc", "-sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp",
         # gold warns of every symbol of the sanitizer.
         "-Xswiftc", "-use-ld=lld"],
        cwd=ROOT, check=True)


def environment():
    """What a target needs of its surroundings."""
    # The runtime's own report of a crash would wait for libFuzzer's, and libFuzzer for it. Swift keeps
    # pointers in forms that the search for leaks does not know.
    return {**os.environ, "SWIFT_BACKTRACE": "enable=no", "ASAN_OPTIONS": "detect_leaks=0"}


def prepare(target):
    """Folders of a target, its seeds written."""
    folder = WORK / target
    shutil.rmtree(folder / "seeds", ignore_errors=True)
    for name in ("corpus", "findings", "seeds"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for index, seed in enumerate(seeds.seeds(target)):
        (folder / "seeds" / f"{index:03}").write_bytes(seed)
    (folder / "words.dict").write_text(seeds.dictionary(target))
    return folder


def inputs(folder, target):
    """Folders that a target starts from."""
    committed = COMMITTED / target
    return [str(folder / "seeds")] + ([str(committed)] if committed.is_dir() else [])


def fuzz(target, seconds):
    """One target: executions and findings."""
    folder = prepare(target)
    before = set((folder / "findings").iterdir())
    command = [
        str(BUILT / f"fuzz-{target}"), f"-timeout={SECONDS_AN_INPUT}", f"-rss_limit_mb={MEGABYTES}",
        "-print_final_stats=1", f"-max_len={seeds.LARGEST}", f"-dict={folder / 'words.dict'}",
        f"-artifact_prefix={folder / 'findings'}/"]
    # Without a time nothing new is tried: every input of the folders once.
    command += [f"-max_total_time={seconds}"] if seconds else ["-runs=0"]
    start = time.monotonic()
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(
            command + [str(folder / "corpus")] + inputs(folder, target), cwd=folder, env=environment(),
            stdout=log, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    text = (folder / "log").read_text(errors="replace")
    found = sorted(path.name for path in set((folder / "findings").iterdir()) - before)
    # A slow input is a remark of libFuzzer's, not a failure of the target.
    found = [name for name in found if not name.startswith("slow-unit")]
    executions = re.search(r"number_of_executed_units: (\d+)", text)
    coverage = re.findall(r"cov: (\d+)", text)
    return {
        "target": target, "code": code, "found": found, "seconds": time.monotonic() - start,
        "processor": usage.ru_utime + usage.ru_stime,
        "executions": int(executions.group(1)) if executions else 0,
        "edges": int(coverage[-1]) if coverage else 0,
        "reason": next(iter(re.findall(
            r"(?:Fatal error: .*|ERROR: (?:AddressSanitizer|libFuzzer): .*)", text)), "")[:160]}


def minimise(target):
    """Keeps the smallest inputs that reach what all of a target's reach."""
    folder = prepare(target)
    merged = folder / "merged"
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir()
    subprocess.run(
        [str(BUILT / f"fuzz-{target}"), "-merge=1", f"-timeout={SECONDS_AN_INPUT}", str(merged)]
        + inputs(folder, target) + [str(folder / "corpus")],
        env=environment(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    started = {path.read_bytes() for path in (folder / "seeds").iterdir()}
    new = sorted(
        (path for path in merged.iterdir() if path.read_bytes() not in started),
        key=lambda path: (path.stat().st_size, path.name))
    kept = COMMITTED / target
    kept.mkdir(parents=True, exist_ok=True)
    for path in kept.iterdir():
        if not path.name.startswith("mended-"):
            path.unlink()
    # Evenly by size, so that long ways through the code are there too.
    step = max(1, -(-len(new) // KEPT_INPUTS))
    for path in new[::step]:
        shutil.copy(path, kept / path.name[:12])
    return len(new), len(list(kept.iterdir()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(seeds.TARGETS))
    parser.add_argument("--time", type=int, default=60, help="seconds a target; 0 replays only")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--swift", default="swift")
    parser.add_argument("--skip-build", action="store_true")
    parser.add_argument("--minimise", action="store_true", help="renew Fuzzing/Corpus")
    options = parser.parse_args()
    targets = options.targets or seeds.TARGETS
    for target in targets:
        if target not in seeds.TARGETS:
            parser.error(f"no target is called '{target}': {', '.join(seeds.TARGETS)}")
    if not options.skip_build:
        build(options.swift)
    if options.minimise:
        for target in targets:
            print(target, "%d inputs beside the seeds, %d kept" % minimise(target), flush=True)
        return
    failed = False
    print(f"{'target':16}{'executions':>12}{'a second':>10}{'CPU s':>8}{'edges':>8}{'findings':>10}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        for run in pool.map(lambda target: fuzz(target, options.time), targets):
            print(f"{run['target']:16}{run['executions']:>12,}"
                  f"{run['executions'] / max(1, run['seconds']):>10,.0f}"
                  f"{run['processor']:>8,.0f}{run['edges']:>8,}"
                  f"{len(run['found']):>10}", flush=True)
            if run["code"] != 0 or run["found"]:
                failed = True
                print(f"  {run['reason'] or 'exit code %d' % run['code']}")
                for name in run["found"]:
                    print(f"  .fuzz/{run['target']}/findings/{name}", flush=True)
    if failed:
        print("run a finding again: SWIFT_BACKTRACE=enable=no Fuzzing/.build/debug/fuzz-TARGET FILE")
        sys.exit(1)


if __name__ == "__main__":
    main()
