"""What was tried on the development truths before the prior was settled, on the same experiments."""

import dataclasses
import multiprocessing
import pathlib

import numpy as np

import gaussian_process
import judging
import posterior
import tool as tools
from experiments import DEVELOPMENT, experiments
from published import lowest
from table import percent, table

CHOSEN = posterior.CHOSEN
change = lambda **settings: dataclasses.replace(CHOSEN, **settings)
SETTINGS = {
    "chosen: shapes and a process": CHOSEN,
    "shapes without the process": change(amplitudes=((1e-4, 1.0),)),
    "the process of 0.4 alone": change(amplitudes=((0.4, 1.0),)),
    "amplitudes halved": change(amplitudes=((0.01, 0.4), (0.05, 0.4), (0.2, 0.2))),
    "amplitudes doubled": change(amplitudes=((0.04, 0.4), (0.2, 0.4), (0.8, 0.2))),
    "shorter kernels, 1 and 3": change(lengths=(1, 3)),
    "no two stages": change(two_stage_share=0.0),
    "two stages half of the weight": change(two_stage_share=0.5),
    "no logistic shapes": change(exponential_share=1.0, two_stage_share=0.0),
    "no exponential shapes": change(exponential_share=1e-6),
    "midpoints 0.2 to 0.8 of the range": change(midpoints=(0.2, 0.8)),
    "midpoints −0.3 to 1.3": change(midpoints=(-0.3, 1.3)),
    "nine midpoints for every slope": change(sigmoids=tuple((s, 9) for s, _ in CHOSEN.sigmoids)),
    "rises only": change(rises_only=True),
    "no flat curve": change(flat_share=1e-9),
    "noise alike at all scores": change(least_variance=1.0),
    "noises halved": change(noises=tuple(n / 2 for n in CHOSEN.noises)),
    "noises doubled": change(noises=tuple(n * 2 for n in CHOSEN.noises)),
    "the level free": change(levels=((1, 1.0),)),
    "the rise wide, 0.5 ± 1": change(rise=(0.5, 1.0)),
}


def _losses(curves, chosen):
    """For each objective and experiment what the best candidate of a curve gives away."""
    return {
        name: np.array([judging.regrets(name, e)[judging.pick(name, c, e)] for c, e in zip(curves, chosen)])
        for name in judging.OBJECTIVES}


def _aicc(tool, chosen, folder):
    """Scores at the candidates by the law of the lowest AICc."""
    by_name, groups = {}, {}
    for e in chosen:
        groups.setdefault((e.chance, e.candidates), []).append(e)
    for number, ((chance, candidates), alike) in enumerate(groups.items()):
        flags = tools.metric_flags("percent", (0, 100), chance)
        place = pathlib.Path(folder) / str(number)
        row = lambda e: (e.name, e.tokens, e.scores)
        fitted = tools.fit(tool, [row(e) for e in alike], flags, place, write=False)
        forms = {}
        for e in alike:
            forms.setdefault(lowest(fitted[e.name]), []).append(e)
        for form, members in forms.items():
            again = tools.fit(
                tool, [row(e) for e in members], [*flags, "--law", form], place, at=candidates, write=False)
            for name, part in again.items():
                by_name[name] = np.minimum([p["chosen"]["score"] for p in part["predictions"]], 100)
    return [by_name[e.name] for e in chosen]


def _predict(arguments):
    setting, experiment = arguments
    return posterior.predict(experiment, setting)


def _mean(experiment):
    return gaussian_process.predict(experiment)[0]


def run(tool, every, folder):
    chosen = experiments(DEVELOPMENT)[::every]
    losses = {"the law of the lowest AICc": _losses(_aicc(tool, chosen, folder), chosen)}
    losses["the best measured count"] = {
        name: np.array([judging.regrets(name, e)[judging.measured_pick(name, e)] for e in chosen])
        for name in judging.OBJECTIVES}
    losses["isotonic means, straight lines"] = _losses(
        [judging.straight(e.tokens, judging.isotonic(e.scores), e.candidates) for e in chosen], chosen)
    losses["PCHIP"] = _losses([judging.pchip(e.tokens, e.scores, e.candidates) for e in chosen], chosen)
    with multiprocessing.Pool(tools.PROCESSES) as pool:
        losses["Gaussian process, straight trend"] = _losses(pool.map(_mean, chosen, chunksize=8), chosen)
        for label, setting in SETTINGS.items():
            curves = pool.map(_predict, [(setting, e) for e in chosen], chunksize=8)
            losses[label] = _losses(curves, chosen)
    points = np.array([e.points for e in chosen])
    sizes = sorted(set(points))
    body = []
    for label, found in losses.items():
        first = found["score per FLOP"]
        body.append(
            [label, *(percent(first[points == size].mean(), 2) for size in sizes)]
            + [percent(found[name].mean(), 2) for name in judging.OBJECTIVES])
    head = ["", *(f"{size} points" for size in sizes), *(f"all, {name}" for name in judging.OBJECTIVES)]
    return f"*{len(chosen)} experiments; by points: score per FLOP*\n\n" + table(head, body)
