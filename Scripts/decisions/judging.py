"""What a decision is worth: objectives, regrets, the simple picks that a tool must not lose to, and sets."""

import math

import numpy as np

# FLOPs of a request to a 7B model as a quadratic in its vision tokens: LLaVA-1.5-7B, short prompt and answer.
FIXED, PER_TOKEN, PER_TOKEN_SQUARED = 2_900_044_120_000, 13_127_647_200, 524_288
OBJECTIVES = {
    "score per FLOP": "objective: { maximize: score_per_flop }",
    "elasticity 0.1": "objective: { elasticity: 0.1 }",
    "95% kept": "objective: { minimize: flops }\nlimits: { keep: 95% }",
}
KEPT = 0.95


def flops(tokens):
    n = np.asarray(tokens, float)
    return FIXED + PER_TOKEN * n + PER_TOKEN_SQUARED * n * n


def objective(name, scores, tokens, chance):
    """What is maximised at each candidate; under "95% kept" 0 where too little is kept."""
    scores, cost = np.asarray(scores, float), flops(tokens)
    if name == "score per FLOP":
        return scores / cost
    if name == "elasticity 0.1":
        return scores / cost**0.1
    return np.where(scores >= chance + KEPT * (scores.max() - chance), 1 / cost, 0.0)


def regrets(name, experiment):
    """For each candidate the share of the best true objective that it gives away, from 0 to 1.

    A candidate that keeps less than 95% loses twice what its score lacks, in shares of the score needed
    above guessing, and 0.02, and at most 1.
    """
    truth = np.minimum(experiment.truth, 100.0)
    value = objective(name, truth, experiment.candidates, experiment.chance)
    loss = 1 - value / value.max()
    if name == "95% kept":
        needed = KEPT * (truth.max() - experiment.chance)
        lacking = experiment.chance + needed - truth
        loss = np.where(value == 0, np.minimum(1.0, 2 * lacking / max(needed, 1e-9) + 0.02), loss)
    return loss


def keeps(experiment, tokens):
    """Whether a candidate truly keeps 95% of the best score, above guessing."""
    truth = np.minimum(experiment.truth, 100.0)
    needed = experiment.chance + KEPT * (truth.max() - experiment.chance)
    return bool(truth[experiment.candidates.index(tokens)] >= needed)


def isotonic(values):
    """The nearest non-decreasing values: neighbours that fall are averaged (pool adjacent violators)."""
    blocks = []
    for value in values:
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (b, m), (a, k) = blocks.pop(), blocks.pop()
            blocks.append(((a * k + b * m) / (k + m), k + m))
    return [value for value, size in blocks for _ in range(size)]


def straight(tokens, scores, at):
    """Straight lines in ln n through the measurements."""
    return np.interp(np.log(at), np.log(tokens), scores)


def pchip(tokens, scores, at):
    """The monotone cubic of Fritsch and Butland in ln n, as scipy's PchipInterpolator has it."""
    x, y, places = np.log(tokens), np.asarray(scores, float), np.log(at)
    if len(x) == 2:
        return np.interp(places, x, y)
    h, d = np.diff(x), np.diff(y) / np.diff(x)
    slopes = np.zeros(len(x))
    for k in range(1, len(x) - 1):
        if d[k - 1] * d[k] > 0:
            w1, w2 = 2 * h[k] + h[k - 1], h[k] + 2 * h[k - 1]
            slopes[k] = (w1 + w2) / (w1 / d[k - 1] + w2 / d[k])
    for end, (h0, h1, d0, d1) in ((0, (h[0], h[1], d[0], d[1])), (-1, (h[-1], h[-2], d[-1], d[-2]))):
        slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
        if slope * d0 <= 0:
            slope = 0.0
        elif d0 * d1 <= 0 and abs(slope) > 3 * abs(d0):
            slope = 3 * d0
        slopes[end] = slope
    k = np.clip(np.searchsorted(x, places, side="right") - 1, 0, len(x) - 2)
    t = (places - x[k]) / h[k]
    return (
        (1 + 2 * t) * (1 - t) ** 2 * y[k] + t * (1 - t) ** 2 * h[k] * slopes[k]
        + t**2 * (3 - 2 * t) * y[k + 1] + t**2 * (t - 1) * h[k] * slopes[k + 1])


def pick(name, scores, experiment):
    """The index of the candidate that some scores at the candidates make the best."""
    return int(objective(name, scores, experiment.candidates, experiment.chance).argmax())


def isotonic_pick(name, experiment):
    scores = straight(experiment.tokens, isotonic(experiment.scores), experiment.candidates)
    return pick(name, scores, experiment)


def measured_pick(name, experiment):
    value = objective(name, experiment.scores, experiment.tokens, experiment.chance)
    return experiment.candidates.index(experiment.tokens[int(value.argmax())])


def densest(optima, candidates, level=0.9):
    """Which candidates the densest part of some optima leaves, given their indices: the tool's own rule.

    The density at an optimum is the inverse of the distance in ln n within which a twentieth of all lie.
    """
    optima = np.sort(optima)
    places = np.log(np.asarray(candidates, float))[optima]
    count, near = len(optima), max(1, len(optima) // 20)
    radius = np.full(count, np.inf)
    for before in range(near + 1):
        first = np.arange(count) - before
        inside = np.flatnonzero((first >= 0) & (first + near < count))
        start = first[inside]
        reach = np.maximum(places[inside] - places[start], places[start + near] - places[inside])
        radius[inside] = np.minimum(radius[inside], reach)
    largest = np.sort(radius)[min(math.ceil(level * count), count) - 1]
    held = np.zeros(len(candidates), bool)
    last = None
    for i in np.flatnonzero(radius <= largest):
        if last is not None and (optima[i] - optima[last] <= 1 or places[i] - places[last] <= 2 * largest):
            held[optima[last] : optima[i] + 1] = True
        held[optima[i]] = True
        last = i
    return held
