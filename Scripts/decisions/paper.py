"""Part (b): the 18 series of Li et al. (2025), decided from 4 to 7 of their 10 counts.

Every subset that holds both ends is fitted, or every K-th of each size; the curve then picks among the
counts left out, and what the pick gives away is judged by the scores measured there.
"""

import collections
import itertools
import pathlib

import numpy as np

import judging
import series
import tool as tools
from table import percent, table

OBJECTIVES = ("score per FLOP", "elasticity 0.1")
PICKS = ("curve", "PCHIP", "isotonic")
SIZES = (4, 5, 6, 7)


def _groups(found):
    """Series whose metrics are given by the same flags are fitted together."""
    groups = collections.defaultdict(list)
    for s in found:
        groups[s.unit, s.range, s.chance].append(s)
    return groups


def _losses(found, subset, predicted):
    """For each series, objective and pick what the pick among the counts left out gives away."""
    losses = {}
    for s in found:
        train = [s.tokens[i] for i in subset], [s.scores[i] for i in subset]
        out = [i for i in range(len(s.tokens)) if i not in subset]
        at, truth = [s.tokens[i] for i in out], np.array([s.scores[i] for i in out])
        curves = {
            "curve": [predicted[s.name][n] for n in at],
            "PCHIP": judging.pchip(*train, at),
            "isotonic": judging.straight(train[0], judging.isotonic(train[1]), at),
        }
        for name in OBJECTIVES:
            value = judging.objective(name, truth, at, 0)
            for pick in PICKS:
                chosen = judging.objective(name, curves[pick], at, 0).argmax()
                losses[s.name, name, pick] = 1 - value[chosen] / value.max()
    return losses


def _predictions(tool, found, subset, folder):
    predicted = {}
    out = [n for i, n in enumerate(found[0].tokens) if i not in subset]
    for index, ((unit, limits, chance), alike) in enumerate(_groups(found).items()):
        fitted = tools.fit(
            tool, [(s.name, [s.tokens[i] for i in subset], [s.scores[i] for i in subset]) for s in alike],
            tools.metric_flags(unit, limits, chance), folder / str(index), at=out, write=False)
        for name, part in fitted.items():
            predicted[name] = {p["tokens"]: p["chosen"]["score"] for p in part["predictions"]}
    return predicted


def run(tool, every, folder, profiles):
    """A table of mean losses by training counts, and what does not hold."""
    found = [series.of_profile(path) for path in sorted(pathlib.Path(profiles).glob("li2025-vqq-*.yaml"))]
    assert len({s.tokens for s in found}) == 1, "the paper measured all at the same counts"
    count = len(found[0].tokens)
    jobs = [
        (0, *inner, count - 1)
        for size in SIZES
        for inner in list(itertools.combinations(range(1, count - 1), size - 2))[::every]]
    results = tools.in_turn(
        lambda job: _losses(
            found, job, _predictions(tool, found, job, pathlib.Path(folder) / "-".join(map(str, job)))), jobs)
    body, apart = [], []
    for name in OBJECTIVES:
        for size in SIZES:
            chosen = [r for job, r in zip(jobs, results) if len(job) == size]
            for label, names in (
                ("18 series", [s.name for s in found]),
                ("17 without CIDEr", [s.name for s in found if "cider" not in s.name]),
            ):
                mean = {
                    pick: np.array([np.mean([r[s, name, pick] for r in chosen]) for s in names]) for pick in PICKS}
                cells = [percent(mean[pick].mean(), 2) for pick in PICKS]
                for pick in PICKS[1:]:
                    difference = 100 * (mean["curve"] - mean[pick])
                    error = difference.std(ddof=1) / len(names) ** 0.5
                    cells.append(f"{difference.mean():+.2f} ± {error:.2f}")
                body.append([name, size, label, len(chosen), *cells])
                if len(names) == len(found):
                    shares = (mean["curve"] - mean["PCHIP"]) / len(names)
                    largest = sorted(zip(shares, names), key=lambda pair: -abs(pair[0]))[:3]
                    apart.append([name, size, ", ".join(f"{s.removeprefix('li2025-vqq-')} {percent(d, 2)}" for d, s in largest)])
    head = ["objective", "counts", "series", "subsets", *PICKS, "curve − PCHIP", "curve − isotonic"]
    text = "*What three series give to the mean difference between the curve and PCHIP*\n\n"
    return table(head, body) + "\n" + text + table(["objective", "counts", "series"], apart)
