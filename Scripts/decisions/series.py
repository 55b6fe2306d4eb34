"""Published series: those of the shipped profiles, and a table of one's own."""

import collections
import csv
import dataclasses
import pathlib
import re


@dataclasses.dataclass(frozen=True)
class Series:
    name: str
    kind: str
    tokens: tuple
    scores: tuple
    unit: str = "points"
    range: tuple = None
    chance: float = 0.0

    def without(self, index):
        keep = lambda values: values[:index] + values[index + 1 :]
        return dataclasses.replace(self, tokens=keep(self.tokens), scores=keep(self.scores))


def _merged(points):
    """One mean for each token count, in order."""
    found = collections.defaultdict(list)
    for tokens, score in points:
        found[tokens].append(score)
    return tuple(sorted(found)), tuple(sum(found[n]) / len(found[n]) for n in sorted(found))


def of_profile(path):
    """A shipped profile's measurements; `None` where it has other kinds of them, or fewer than three counts.

    Reads the keys that it needs in the form that `fit -o` writes them; the tool is the judge of the rest. The
    whole model's count is no measurement of a model whose tokens were reduced, and is left out, as `advise` does.
    """
    text = pathlib.Path(path).read_text()
    if "params_billions: " in text.split("law:")[0].split("measurements:")[-1]:
        return None
    whole = re.search(r"unreduced_tokens:\s*([\d.]+)", text)
    points = [
        (float(n), float(score))
        for n, score in re.findall(r"-\s*\{\s*tokens:\s*([\d.]+),\s*score:\s*(-?[\d.]+)", text)
        if whole is None or float(n) != float(whole.group(1))]
    tokens, scores = _merged(points)
    if len(tokens) < 3:
        return None
    metric = re.search(r"^metric:.*?(?=^\S|\Z)", text, re.M | re.S).group(0)
    find = lambda pattern: re.search(pattern, metric)
    limits = find(r"range:\s*\[\s*(-?[\d.]+),\s*(-?[\d.]+)\s*\]")
    chance = find(r"chance:\s*(-?[\d.]+)")
    how = re.search(r"^\s*(?:model:.*?)?how:\s*([\w-]+)|model:\s*\{[^}]*how:\s*([\w-]+)", text, re.M)
    return Series(
        pathlib.Path(path).stem, (how.group(1) or how.group(2)) if how else "not stated", tokens, scores,
        find(r"unit:\s*(\w+)").group(1),
        (float(limits.group(1)), float(limits.group(2))) if limits else None,
        float(chance.group(1)) if chance else 0.0)


def of_table(path):
    """Series of a CSV table with the columns series_id, kind, tokens (or kept_share), score, and perhaps metric.

    Scores up to 100 whose metric is percent, or not named, are percent; of a kept share a thousandth is a token.
    """
    points, kinds, metrics = collections.defaultdict(list), {}, {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            tokens = row["tokens"] if "tokens" in row else 1000 * float(row["kept_share"])
            points[row["series_id"]].append((float(tokens), float(row["score"])))
            kinds[row["series_id"]] = row.get("kind") or "not stated"
            metrics[row["series_id"]] = row.get("metric") or "percent"
    found = []
    for index, (name, values) in enumerate(points.items()):
        tokens, scores = _merged(values)
        if len(tokens) < 3:
            continue
        is_percent = metrics[name] == "percent" and 0 <= min(scores) and max(scores) <= 100
        found.append(
            Series(
                f"{pathlib.Path(path).stem}-{index}", kinds[name], tokens, scores,
                "percent" if is_percent else "points", (0, 100) if is_percent else None))
    return found
