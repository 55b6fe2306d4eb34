"""Part (a): decisions on experiments whose truth is known."""

import collections
import multiprocessing
import pathlib

import numpy as np

import gaussian_process
import judging
import tool as tools
from experiments import CORNERS, DEVELOPMENT, HELD_OUT, HOSTILE, SHARP_CORNERS, experiments, of_file
from table import percent, table

DRAWS = 300
# Of which nothing is promised.
HOSTILE_TITLE, CORNER_TITLES = "hostile truths", ("corners", "sharp corners")


def _process(experiment):
    """What the Gaussian process decides, and its set under score per FLOP."""
    mean, draws = gaussian_process.predict(experiment, draws=DRAWS)
    picks = {name: judging.pick(name, mean, experiment) for name in judging.OBJECTIVES}
    optima = (draws / judging.flops(experiment.candidates)).argmax(1)
    return picks, judging.densest(optima, experiment.candidates)


def judge(tool, chosen, folder):
    """One record an experiment: its kind and points, and for each objective what was lost by whom."""
    folder = pathlib.Path(folder)
    cost, policies = tools.documents(folder, chosen)
    profiles = folder / "profiles"
    tools.fit_experiments(tool, chosen, profiles)
    questions = [(e, name) for e in chosen for name in judging.OBJECTIVES]
    answers = tools.in_turn(lambda q: tools.advice(tool, profiles, cost, policies, *q), questions)
    with multiprocessing.Pool(tools.PROCESSES) as pool:
        processes = pool.map(_process, chosen, chunksize=8)
    records = []
    for index, (experiment, (picks, held)) in enumerate(zip(chosen, processes)):
        record = {"kind": experiment.kind, "points": experiment.points}
        for place, name in enumerate(judging.OBJECTIVES):
            answer = answers[index * len(judging.OBJECTIVES) + place]
            loss = judging.regrets(name, experiment)
            at = lambda tokens: loss[experiment.candidates.index(tokens)]
            best = experiment.candidates[int(loss.argmin())]
            ranges = answer["indistinguishable"]
            uncertainty = answer["uncertainty"]
            robust = uncertainty["robust"] or uncertainty["recommended"]
            prospect = uncertainty["recommended"]
            tail = prospect["regret_q95"]
            found = {
                "tool": at(answer["tokens"]),
                "robust": at(robust["tokens"]),
                "isotonic": loss[judging.isotonic_pick(name, experiment)],
                "measured": loss[judging.measured_pick(name, experiment)],
                "process": loss[picks[name]],
                "covers": any(low <= best <= high for low, high in ranges),
                "share": np.mean([any(l <= n <= h for l, h in ranges) for n in experiment.candidates]),
                "exceeds": tail is not None and at(answer["tokens"]) > tail + 1e-9,
            }
            if name == "95% kept":
                # Regret is said of the scenarios in which the recommendation keeps enough.
                found["keeps"] = judging.keeps(experiment, answer["tokens"])
                found["said"] = prospect["feasible_share"]
                found["exceeds"] = found["exceeds"] if found["keeps"] else None
            if name == "score per FLOP":
                found["process covers"] = held[experiment.candidates.index(best)]
                found["process share"] = held.mean()
            record[name] = found
        records.append(record)
    return records


COLUMNS = {
    "tool": "`advise`", "robust": "robust", "isotonic": "isotonic", "measured": "measured",
    "process": "Gaussian process", "covers": "set holds the best", "share": "its share",
    "process covers": "process: holds", "process share": "process: share", "exceeds": "beyond `regret_q95`",
    "keeps": "keeps 95%", "said": "as `feasible_share` says",
}
SHARES = ("covers", "share", "process covers", "process share", "exceeds", "keeps", "said")


def mean(group, name, key):
    """The mean of what is known, as a percentage."""
    known = [r[name][key] for r in group if r[name][key] is not None]
    return percent(np.mean(known), 1 if key in SHARES else 2) if known else "–"


def rows(records, by):
    groups = collections.defaultdict(list)
    for record in records:
        groups[record[by]].append(record)
    return [*sorted(groups.items()), ("all", records)]


def tables(records, title):
    """Markdown: for each objective a table by points and by kind of truth."""
    text = []
    for name in judging.OBJECTIVES:
        keys = [key for key in COLUMNS if key in records[0][name]]
        for by in ("points", "kind"):
            body = [
                [label, len(group)]
                + [mean(group, name, key) for key in keys]
                for label, group in rows(records, by)]
            text.append(f"*{title}, {name}, by {'points' if by == 'points' else 'truth'}*\n")
            text.append(table([by, "experiments", *(COLUMNS[key] for key in keys)], body))
    return "\n".join(text)


def failures(records, title):
    """What must hold of the rows, as sentences about those of which it does not; for runs of enough experiments."""
    found = []
    for name in judging.OBJECTIVES:
        for label, group in rows(records, "points"):
            loss = lambda key: 100 * np.mean([r[name][key] for r in group])
            slack = 0.1 + 200 * np.std([r[name]["tool"] for r in group]) / len(group) ** 0.5
            for other in ("isotonic", "measured"):
                if loss("tool") > loss(other) + slack:
                    found.append(f"{title}, {name}, {label} points: {loss('tool'):.2f}%, {other} {loss(other):.2f}%")
    covers = np.mean([r["score per FLOP"]["covers"] for r in records])
    margin = 2 * (0.9 * 0.1 / len(records)) ** 0.5
    if not 0.88 - margin <= covers <= 0.97 + margin:
        found.append(f"{title}: the set holds the best in {percent(covers)}")
    return found


def run(tool, every, folder, files):
    """Tables of all groups, or of experiments in files, and what does not hold."""
    groups = {pathlib.Path(file).stem: of_file(file) for file in files} or {
        "held-out truths": experiments(HELD_OUT), "truths of the development": experiments(DEVELOPMENT),
        CORNER_TITLES[0]: experiments(CORNERS), CORNER_TITLES[1]: experiments(SHARP_CORNERS),
        HOSTILE_TITLE: experiments(HOSTILE)}
    text, broken = [], []
    for number, (title, chosen) in enumerate(groups.items()):
        records = judge(tool, chosen[::every], pathlib.Path(folder) / str(number))
        text.append(tables(records, title))
        if title not in (HOSTILE_TITLE, *CORNER_TITLES):
            broken += failures(records, title)
    return "\n".join(text), broken
