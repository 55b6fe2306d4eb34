"""Part (c): published series with an inner measurement left out and predicted."""

import collections
import pathlib

import numpy as np

import judging
import series
import tool as tools
from table import table

WAYS = ("curve", "straight lines", "isotonic", "PCHIP", "AICc's law", "Akaike's average")


def lowest(part):
    """The law of the lowest AICc among those with an optimum, offered from p + 3 measurements for p parameters.

    Taken from the sum of squares, since the tool gives no criterion where its small-sample term has no value.
    """
    count = part["measurements"]
    found = []
    for law in part["laws"]:
        if law["rss"] is None or law["status"] not in ("optimum", "at-bound"):
            continue
        k = len(law["parameters"]) + 1
        if count < k + 2:
            continue
        rss = max(law["rss"], 1e-30)
        found.append((count * np.log(rss / count) + 2 * k + 2 * k * (k + 1) / (count - k - 1), law["form"]))
    return min(found)[1] if found else None


def _score(prediction):
    return None if prediction is None else prediction["score"]


def errors(tool, found, folder):
    """For each point left out: its series, and each way's error in percent of the series' highest score.

    Series left without the same count are fitted together, a few processes for each count: one for the curve
    and the average, one for each form of law that is the best of some.
    """
    groups = collections.defaultdict(list)
    for s in found:
        for index in range(1, len(s.tokens) - 1):
            groups[s.unit, s.range, s.chance, s.tokens[index]].append((s, index))

    def one(group):
        number, ((unit, limits, chance, at), members) = group
        flags = tools.metric_flags(unit, limits, chance)
        left = {f"s{i}": (s.without(index), s, index) for i, (s, index) in enumerate(members)}
        place = pathlib.Path(folder) / str(number)
        row = lambda name: (name, left[name][0].tokens, left[name][0].scores)
        fitted = tools.fit(tool, [row(name) for name in left], flags, place, at=[at], write=False)
        forms = collections.defaultdict(list)
        for name, part in fitted.items():
            forms[lowest(part)].append(name)
        best = {}
        for form, names in forms.items():
            if form is None:
                continue
            again = tools.fit(
                tool, [row(name) for name in names], [*flags, "--law", form], place, at=[at], write=False)
            best.update({name: _score(part["predictions"][0]["chosen"]) for name, part in again.items()})
        results = []
        for name, (rest, whole, index) in left.items():
            prediction = fitted[name]["predictions"][0]
            train = rest.tokens, rest.scores
            predicted = {
                "curve": _score(prediction["chosen"]),
                "straight lines": judging.straight(*train, at),
                "isotonic": judging.straight(rest.tokens, judging.isotonic(rest.scores), at),
                "PCHIP": judging.pchip(*train, [at])[0],
                "AICc's law": best.get(name),
                "Akaike's average": _score(prediction["averaged"]),
            }
            top = max(map(abs, whole.scores))
            results.append(
                (whole, {w: None if p is None else 100 * (p - whole.scores[index]) / top for w, p in predicted.items()}))
        return results

    return [r for results in tools.in_turn(one, list(enumerate(groups.items()))) for r in results]


def _rows(records):
    sizes, kinds = collections.defaultdict(list), collections.defaultdict(list)
    for record in records:
        sizes[min(len(record[0].tokens), 8)].append(record)
        kinds[record[0].kind].append(record)
    for kind, group in sorted(kinds.items()):
        yield kind, group
    for size, group in sorted(sizes.items()):
        yield f"{size} points" + (" and more" if size == 8 else ""), group
    yield "all without CIDEr", [r for r in records if "cider" not in r[0].name]
    yield "all", records


def run(tool, every, folder, profiles, tables):
    """Two tables, root mean square and mean absolute errors, in percent of a series' highest score."""
    found = [s for path in sorted(pathlib.Path(profiles).glob("*.yaml")) if (s := series.of_profile(path))]
    for path in tables:
        found += series.of_table(path)
    # A constant series has nothing to predict, and one of zeros no scale.
    found = [s for s in found if max(map(abs, s.scores)) > 0][::every]
    records = errors(tool, found, folder)
    text = []
    for title, summary in (
        ("root mean square", lambda v: np.sqrt(np.mean(np.square(v)))), ("mean absolute", lambda v: np.mean(np.abs(v))),
    ):
        body = []
        for label, group in _rows(records):
            cells = []
            for way in WAYS:
                values = [e[way] for _, e in group if e[way] is not None]
                text_of = f"{summary(values):.2f}" if values else "–"
                cells.append(text_of if len(values) == len(group) else f"{text_of} (of {len(values)})")
            body.append([label, len({s.name for s, _ in group}), len(group), *cells])
        text.append(f"*Error at a point left out, {title}, percent of the highest score*\n")
        text.append(table(["", "series", "points", *WAYS], body))
    return "\n".join(text)
