"""The tool as a user runs it: `fit` a table, `advise` on the profile."""

import concurrent.futures
import json
import pathlib
import subprocess

from judging import FIXED, OBJECTIVES, PER_TOKEN, PER_TOKEN_SQUARED

PROCESSES = 2  # at a time


class Failed(Exception):
    """The tool ended with an error, or left something out of its answer."""


def run(tool, arguments):
    """The JSON that the tool prints."""
    result = subprocess.run([str(tool), *arguments, "--format", "json"], capture_output=True, text=True)
    if result.returncode != 0:
        raise Failed(f"{' '.join(map(str, arguments))}: exit code {result.returncode}: {result.stderr[-400:]}")
    return json.loads(result.stdout)


def in_turn(function, arguments):
    """The results of a function, a few at a time, in the order of its arguments."""
    with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
        return list(pool.map(function, arguments))


def metric_flags(unit, score_range, chance):
    flags = ["--unit", unit]
    if score_range is not None:
        flags += ["--metric-range", "{:g},{:g}".format(*score_range)]
    if chance:
        flags += ["--chance", f"{chance:g}"]
    return flags


def fit(tool, series, flags, folder, at=(), write=True):
    """Fits many series in one process.

    series: a list of (name, tokens, scores), names without spaces. Returns for each name its part of the
    JSON; with `write` the profiles are FOLDER/NAME.yaml.
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "measurements.csv"
    with table.open("w") as file:
        file.write("series,tokens,score\n")
        for name, tokens, scores in series:
            file.writelines(f"{name},{n},{score!r}\n" for n, score in zip(tokens, scores))
    arguments = ["fit", table, *flags, *(f"--at={n:g}" for n in at)]
    if write:
        # Of one series `-o` names a file, of several a folder.
        arguments += ["-o", f"{folder}/" if len(series) > 1 else folder / f"{series[0][0]}.yaml"]
    answer = run(tool, arguments)
    if len(series) == 1:
        return {series[0][0]: answer}
    return {part["name"]: part for part in answer["series"]}


def documents(folder, experiments):
    """Writes the cost model and a policy for each objective and list of candidates; returns where they are."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    cost = folder / "cost.yaml"
    cost.write_text(
        "kind: compute-cost-model\nschema: 1\nid: cost\ntitle: totals of a 7B model\n"
        f"flops: {{ fixed: {FIXED} FLOP, per_token: {PER_TOKEN} FLOP, per_token_squared: {PER_TOKEN_SQUARED} FLOP }}\n")
    policies = {}
    for candidates in sorted({e.candidates for e in experiments}):
        for index, (name, words) in enumerate(OBJECTIVES.items()):
            path = folder / f"policy-{len(policies)}.yaml"
            path.write_text(
                f"kind: policy\nschema: 1\nid: p{index}\ntitle: {name}\n{words}\n"
                f"search: {{ lattice: {{ list: {list(candidates)} }} }}\nrisk: {{ level: 0.9 }}\n")
            policies[name, candidates] = path
    return cost, policies
