"""Part (d): what one more measurement is worth, at the count that `advise` names and elsewhere.

Held-out truths with 4 to 8 points. Each way measures one candidate with the noise of the experiment, and decides
again; one that names a count that was measured measures it again, and averages.
"""

import pathlib

import numpy as np

import judging
import tool as tools
from experiments import HELD_OUT, experiments
from table import percent, table

OBJECTIVES = ("score per FLOP", "elasticity 0.1")
MOST_POINTS = 8


def _halfway(experiment, low, high):
    """The candidate that lies nearest to the middle of two counts in ln n, and was not measured."""
    free = [n for n in experiment.candidates if n not in experiment.tokens and low <= n <= high]
    free = free or [n for n in experiment.candidates if n not in experiment.tokens]
    return min(free, key=lambda n: abs(np.log(n * n / (low * high))))


def beside(experiment, tokens):
    """The recommendation, or where it was measured, half-way to the next larger count measured."""
    if tokens not in experiment.tokens:
        return tokens
    place = experiment.tokens.index(tokens)
    low = min(place, experiment.points - 2)
    return _halfway(experiment, experiment.tokens[low], experiment.tokens[low + 1])


def widest_gap(experiment):
    gaps = list(zip(experiment.tokens, experiment.tokens[1:]))
    return _halfway(experiment, *max(gaps, key=lambda gap: gap[1] / gap[0]))


def run(tool, every, folder):
    """A table of mean regrets after one more measurement."""
    chosen = [e for e in experiments(HELD_OUT) if e.points <= MOST_POINTS][::every]
    folder = pathlib.Path(folder)
    cost, policies = tools.documents(folder, chosen)
    tools.fit_experiments(tool, chosen, folder / "before")
    body = []
    for name in OBJECTIVES:
        decide = lambda profiles, some: tools.in_turn(
            lambda e: tools.advice(tool, folder / profiles, cost, policies, e, name), some)
        loss = lambda e, answer: judging.regrets(name, e)[e.candidates.index(answer["tokens"])]
        answers = decide("before", chosen)
        offered = [
            (e, a, a["uncertainty"]["next_measurement"]["tokens"])
            for e, a in zip(chosen, answers)
            if a["uncertainty"]["next_measurement"]]
        random = np.random.default_rng(7)
        ways = {
            "where `advise` says": [n for _, _, n in offered],
            "at or beside the recommendation": [beside(e, a["tokens"]) for e, a, _ in offered],
            "in the widest gap": [widest_gap(e) for e, _, _ in offered],
            "anywhere": [int(random.choice(e.candidates)) for e, _, _ in offered],
        }
        before = np.array([loss(e, a) for e, a, _ in offered])
        body.append([name, "nowhere", len(offered), percent(before.mean(), 2), ""])
        for index, (way, counts) in enumerate(ways.items()):
            after = []
            for (e, _, _), n in zip(offered, counts):
                noise = np.random.default_rng([11, int(e.name[1:])])
                after.append(e.measured(int(n), noise))
            place = f"after-{OBJECTIVES.index(name)}-{index}"
            tools.fit_experiments(tool, after, folder / place)
            losses = np.array([loss(e, a) for e, a in zip(after, decide(place, after))])
            if index == 0:
                first = losses
            difference = 100 * (losses - first)
            error = difference.std(ddof=1) / len(losses) ** 0.5
            against = "" if index == 0 else f"{difference.mean():+.2f} ± {error:.2f}"
            body.append([name, way, len(offered), percent(losses.mean(), 2), against])
    return table(["objective", "one more measurement", "experiments", "regret", "more than where `advise` says"], body)
