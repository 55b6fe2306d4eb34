"""What was tried on the development truths before the prior was settled, on the same experiments."""

import dataclasses
import multiprocessing
import pathlib

import numpy as np

import gaussian_process
import judging
import posterior
import tool as tools
from experiments import CORNERS, DEVELOPMENT, HELD_OUT, SHARP_CORNERS, experiments
from published import lowest
from table import percent, table

DRAWS = 400
CHOSEN = posterior.CHOSEN
change = lambda **settings: dataclasses.replace(CHOSEN, **settings)
SETTINGS = {
    "chosen: shapes and a process": CHOSEN,
    "shapes without the process": change(amplitudes=((1e-4, 1.0),)),
    "the process of 0.4 alone": change(amplitudes=((0.4, 1.0),)),
    "amplitudes halved": change(amplitudes=((0.01, 0.4), (0.05, 0.4), (0.2, 0.2))),
    "amplitudes doubled": change(amplitudes=((0.04, 0.4), (0.2, 0.4), (0.8, 0.2))),
    "shorter kernels, 1 and 3": change(kernels=((2.5, 1, 0.5), (2.5, 3, 0.5))),
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
    "one point in 33 with six times the noise": change(outlying=0.03, inflation=6.0),
}
FLAT, SLOWER = (25, 0.08, 0.95, 0, 0), (13, 0.1, 0.9, 0.25, 0)
CORNERED = {
    "chosen: smooth growth": CHOSEN,
    "corners, 0.15 of the weight": change(corners=(FLAT, SLOWER), corner_share=0.15),
    "corners after steep growth too, 0.2": change(
        corners=(FLAT, SLOWER, (17, 0.1, 0.95, 0, 2), (21, 0.1, 0.95, 0, 5)), corner_share=0.2),
    "a rougher process, Matérn 3/2": change(kernels=((1.5, 2, 0.5), (1.5, 6, 0.5))),
    "amplitudes 0.2, 0.4 and 0.8": change(amplitudes=((0.2, 1 / 3), (0.4, 1 / 3), (0.8, 1 / 3))),
}
SETTINGS |= {label: setting for label, setting in CORNERED.items() if setting != CHOSEN}
GROUPS = {
    "truths of the development": DEVELOPMENT, "held-out truths": HELD_OUT, "corners": CORNERS,
    "sharp corners": SHARP_CORNERS,
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
            forms.setdefault(lowest(fitted[e.name], e.scores), []).append(e)
        for form, members in forms.items():
            again = tools.fit(
                tool, [row(e) for e in members], [*flags, "--law", form], place, at=candidates, write=False)
            for name, part in again.items():
                by_name[name] = np.minimum([p["chosen"]["score"] for p in part["predictions"]], 100)
    return [by_name[e.name] for e in chosen]


def _predict(arguments):
    setting, experiment = arguments
    return posterior.predict(experiment, setting)[0]


def _decide(arguments):
    """For the first two objectives what is lost, whether the set holds the best, and whether the quantile is passed."""
    setting, experiment = arguments
    mean, draws = posterior.predict(experiment, setting, draws=DRAWS)
    found = []
    for name, power in (("score per FLOP", 1), ("elasticity 0.1", 0.1)):
        pick, loss = judging.pick(name, mean, experiment), judging.regrets(name, experiment)
        value = draws / judging.flops(experiment.candidates) ** power
        held = judging.densest(value.argmax(1), experiment.candidates)
        tail = np.quantile(1 - value[:, pick] / np.maximum(value.max(1), 1e-12), 0.95)
        found += [loss[pick], held[int(loss.argmin())], loss[pick] > tail + 1e-9]
    return found


def corners(every):
    """What corners in the prior and rougher processes do, where truths have corners and where they have none."""
    body = []
    with multiprocessing.Pool(tools.PROCESSES) as pool:
        for title, kinds in GROUPS.items():
            chosen = experiments(kinds)[::every]
            first = None
            for label, setting in CORNERED.items():
                found = 100 * np.array(pool.map(_decide, [(setting, e) for e in chosen], chunksize=8), float)
                first = found if first is None else first
                cells = []
                for start in (0, 3):
                    difference = found[:, start] - first[:, start]
                    error = difference.std(ddof=1) / len(difference) ** 0.5
                    cells.append(f"{found[:, start].mean():.2f}%")
                    cells.append("" if first is found else f"{difference.mean():+.3f} ± {error:.3f}")
                    cells += [f"{found[:, start + k].mean():.1f}%" for k in (1, 2)]
                body.append([title, len(chosen), label, *cells])
    head = ["truths", "experiments", "prior"]
    for name in ("score per FLOP", "elasticity 0.1"):
        head += [name, "more than chosen", "set holds the best", "beyond its 95% quantile"]
    return table(head, body)


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
    return f"*{len(chosen)} experiments; by points: score per FLOP*\n\n" + table(head, body) + "\n" + corners(every)
