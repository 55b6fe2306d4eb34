#!/usr/bin/env python3
"""Writes smoothing.csv: posterior means and deviations of curves through measurements.

    OMP_NUM_THREADS=1 python3 Tests/ScalingLawsTests/References/generate_smoothing.py \\
        > Tests/ScalingLawsTests/References/smoothing.csv

Independent of the library, from the definition alone: every shape under every setting is a Gaussian
process whose mean and covariance are written out in full,

    z ~ N(mu g, A^2 M + s_a^2 1 1' + tau^2 g g' + diag(noise)),

so that its evidence and its prediction are those of one multivariate normal distribution, with no closed
form for level and rise as the library has it. The prior's numbers are those of growth-1 in
Sources/ScalingLaws/Smoothing/SmoothingPrior.swift. Needs numpy; written with numpy 2 and Python 3.12.
"""

import math

import numpy as np

EXPONENTS = (-8, -5, -3, -1.8, -0.8, 0, 0.8, 1.8, 3, 5)
EXPONENTIAL_SHARE = 0.4
SIGMOIDS = ((0.6, 7), (1, 9), (1.6, 13), (2.6, 18), (4.2, 26))
MIDPOINTS = (-0.1, 0.95)
TWO_STAGES = ((1, 6), (1.7, 8), (2.8, 11))
STAGE_SHARES = (0.35, 0.65)
TWO_STAGE_SHARE = 0.3
LEAST_DISTANCE = 2.6
FLAT_SHARE = 0.05
LEVELS = ((1, 0.7), (0.02, 0.3))
RISE = (0.35, 0.35)
LENGTHS = (2, 6)
AMPLITUDES = ((0.02, 0.4), (0.1, 0.4), (0.4, 0.2))
NOISES = (0.008, 0.016, 0.03, 0.06, 0.12)
LARGE_NOISES = (0.24, 0.48)
LEAST_VARIANCE = 0.1
LEAST_WEIGHT = 1e-7  # of the largest: components below are left out


def logistic(x):
    return 1 / (1 + np.exp(-x))


def shapes(t, width):
    """The shapes at places t, with their weights."""
    single = 1 - TWO_STAGE_SHARE
    rows, weights = [], []

    def grown(curve):
        start, end = curve(np.array(0.0)), curve(np.array(1.0))
        return (curve(t) - start) / (end - start)

    for k in EXPONENTS:
        rows.append(t if k == 0 else np.expm1(k * t) / np.expm1(k))
        weights.append(single * EXPONENTIAL_SHARE / len(EXPONENTS))
    for slope, count in SIGMOIDS:
        for middle in np.linspace(*MIDPOINTS, count):
            rows.append(grown(lambda u: logistic(slope * width * (u - middle))))
            weights.append(single * (1 - EXPONENTIAL_SHARE) / len(SIGMOIDS) / count)
    for slope, count in TWO_STAGES:
        pairs = []
        middles = np.linspace(0, 1, count)
        for i, first in enumerate(middles):
            for second in middles[i + 1 :]:
                if (second - first) * width * slope >= LEAST_DISTANCE:
                    pairs += [(first, second, share) for share in STAGE_SHARES]
        for first, second, share in pairs:
            rows.append(
                grown(
                    lambda u: share * logistic(slope * width * (u - first))
                    + (1 - share) * logistic(slope * width * (u - second))
                )
            )
            weights.append(TWO_STAGE_SHARE / len(TWO_STAGES) / len(pairs))
    weights = np.array(weights)
    return np.array(rows), weights * (1 - FLAT_SHARE) / weights.sum()


def matern(distance, length):
    x = math.sqrt(5) * np.abs(distance) / length
    return (1 + x + x * x / 3) * np.exp(-x)


def isotonic(values, weights):
    """The nearest non-decreasing values, by averages of neighbours that violate the order."""
    blocks = []
    for value, weight in zip(values, weights):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            b, a = blocks.pop(), blocks.pop()
            blocks.append([(a[0] * a[1] + b[0] * b[1]) / (a[1] + b[1]), a[1] + b[1], a[2] + b[2]])
    return [value for value, _, size in blocks for _ in range(size)]


class Series:
    """Points (tokens, score, weight, standard error or 0, questions or 0) and what is known of their metric."""

    def __init__(self, name, points, low=None, high=None, chance=None, share=False):
        self.name, self.points = name, points
        self.low, self.high, self.chance, self.share = low, high, chance, share


class Data:
    """One mean for each token count, in units of the highest score above chance."""

    def __init__(self, series):
        points = series.points
        mean_weight = sum(p[2] for p in points) / len(points)
        tokens = sorted({p[0] for p in points})
        groups = [[p for p in points if p[0] == n] for n in tokens]
        self.x = np.log(tokens)
        weight = np.array([sum(p[2] for p in g) / mean_weight for g in groups])
        value = np.array([sum(p[1] * p[2] for p in g) / sum(p[2] for p in g) for g in groups])
        scatter = np.array(
            [
                sum(p[2] / mean_weight * (p[1] - v) ** 2 for p in g)
                for g, v in zip(groups, value)
            ]
        )
        # The error of a weighted mean of independent points.
        floor = np.array(
            [sum((p[2] * p[3]) ** 2 for p in g) / sum(p[2] for p in g) ** 2 for g in groups]
        )
        scores = [p[1] for p in points]
        lowest = min(0, min(scores)) if series.low is None else series.low
        self.base = lowest if series.chance is None else series.chance
        height = max(max(scores) - self.base, (max(scores) - lowest) / 4)
        span = max(1, abs(max(scores))) if series.low is None else series.high - series.low
        self.scale = height if height > 0 else span / 4
        self.z = (value - self.base) / self.scale
        relative = np.ones(len(tokens))
        if series.share:
            share = (np.array(isotonic(value, weight)) - series.low) / (series.high - series.low)
            relative = np.maximum(LEAST_VARIANCE, 4 * share * (1 - share))
        self.variance = relative / weight
        self.floor = floor / self.scale**2
        self.replicate_sum = (scatter / self.scale**2 / relative).sum()
        self.replicate_count = len(points) - len(tokens)
        self.questions = np.array([
            sum(p[4] for p in g) if series.share and all(p[4] > 0 and p[3] == 0 for p in g) else 0
            for g in groups
        ])
        self.series = series

    def floors(self, curve):
        """The variance that counted questions leave at a curve's values, where there are any."""
        if not self.questions.any():
            return self.floor
        width = self.series.high - self.series.low
        n = np.maximum(self.questions, 1)
        share = np.clip((self.base + self.scale * curve - self.series.low) / width, 0, 1)
        p = (share * n + 0.5) / (n + 1)
        counted = (width / self.scale) ** 2 * p * (1 - p) / n
        return np.where(self.questions > 0, counted, self.floor)


def posterior(data, places, floors):
    """Mean and standard deviation at places in ln n, and the mean noise, in units of the scale."""
    x, z = data.x, data.z
    m, width = len(x), x[-1] - x[0]
    both = np.concatenate([x, places])
    growth, weights = shapes((both - x[0]) / width, width)
    growth = np.concatenate([growth, np.zeros((1, len(both)))])  # the last is flat
    noises = NOISES
    if data.replicate_count > 0:
        scatter = math.sqrt(data.replicate_sum / data.replicate_count)
        noises = NOISES + (LARGE_NOISES if scatter > 0.8 * NOISES[-1] else ())
    logs, means, variances, used = [], [], [], []
    for length in LENGTHS:
        correlation = matern(both[:, None] - both[None], length)
        for amplitude, amplitude_weight in AMPLITUDES:
            for noise in noises:
                replicates = 0.0
                if data.replicate_count > 0:
                    replicates = -data.replicate_count * math.log(noise) - data.replicate_sum / (
                        2 * noise * noise
                    )
                errors = np.maximum(noise**2 * data.variance, floors)
                for index, (deviation, level_weight) in enumerate(LEVELS):
                    flat = math.log(FLAT_SHARE) if index == 0 else -math.inf
                    prior = np.append(np.log(weights) + math.log(level_weight), flat)
                    rise = np.append(np.full(len(weights), RISE[1] ** 2), 0.0)
                    covariance = (
                        amplitude**2 * correlation
                        + deviation**2
                        + rise[:, None, None] * growth[:, :, None] * growth[:, None, :]
                    )
                    expected = RISE[0] * growth
                    data_covariance = covariance[:, :m, :m] + np.diag(errors)
                    cross = covariance[:, :m, m:]
                    miss = z - expected[:, :m]
                    solved = np.linalg.solve(data_covariance, np.concatenate([miss[:, :, None], cross], 2))
                    misfit = (miss * solved[:, :, 0]).sum(1)
                    determinant = np.linalg.slogdet(data_covariance)[1]
                    logs.append(
                        -0.5 * misfit - 0.5 * determinant + prior + math.log(amplitude_weight) + replicates
                    )
                    means.append(expected[:, m:] + np.einsum("smp,sm->sp", cross, solved[:, :, 0]))
                    variances.append(
                        np.diagonal(covariance[:, m:, m:], axis1=1, axis2=2)
                        - np.einsum("smp,smp->sp", cross, solved[:, :, 1:])
                    )
                    used.append(np.full(len(growth), noise))
    logs, means = np.concatenate(logs), np.concatenate(means)
    variances, used = np.concatenate(variances), np.concatenate(used)
    weight = np.exp(logs - logs.max())
    weight[weight <= LEAST_WEIGHT] = 0
    weight /= weight.sum()
    mean = weight @ means
    deviation = np.sqrt(weight @ (variances + means**2) - mean**2)
    return mean, deviation, weight @ used


def knots(x):
    """Places at which the library's curve is exact: the measured ones, even steps between, longer ones beyond."""
    step = min((x[-1] - x[0]) / 32, 0.05)
    outside = math.log(8)
    outer = math.ceil(outside / 0.13)
    inner = []
    for a, b in zip(x, x[1:]):
        count = max(1, round((b - a) / step))
        inner += [a + (b - a) * k / count for k in range(1, count)]
    beyond = [x[0] - outside * k / outer for k in (4, outer)] + [x[-1] + outside * k / outer for k in (4, outer)]
    return inner, beyond


def reference(series):
    data = Data(series)
    inner, beyond = knots(data.x)
    chosen = inner[:: max(1, len(inner) // 5)][:6] + beyond
    places = np.concatenate([data.x, chosen])
    m = len(data.x)
    # Of shares of counted answers the variance is first that at the scores, then that at the curve.
    mean, deviation, noise = posterior(data, places, data.floors(data.z))
    if data.questions.any():
        mean, deviation, noise = posterior(data, places, data.floors(mean[:m]))
    clamped = data.base + data.scale * mean
    if series.low is not None:
        clamped = np.clip(clamped, series.low, series.high)
    return np.exp(places), clamped, data.scale * deviation, data.scale * noise


def percent(name, tokens, scores, **more):
    points = [(n, s, 1, 0, 0) for n, s in zip(tokens, scores)]
    return Series(name, points, **{"low": 0, "high": 100, "share": True, **more})


def examples():
    r = np.random.default_rng(20)
    yield percent("two points", [16, 256], [30, 61])
    yield percent("two points that fall", [16, 256], [61, 30])
    yield percent("three points", [1, 16, 256], [12, 44, 52])
    yield percent("rising and plain", [1, 16, 64, 256], [10, 30, 50, 60])
    yield percent("above chance", [4, 16, 64, 256, 576], [25.8, 27, 41, 52, 53], chance=25)
    yield percent("all near chance", [4, 16, 64, 256], [25.1, 24.2, 26, 25.4], chance=25)
    yield percent("below chance", [4, 16, 64, 256], [22.1, 20.2, 24, 21.4], chance=25)
    yield percent("at the top", [4, 16, 64, 256], [97, 99.5, 100, 100])
    yield percent("at the bottom", [4, 16, 64, 256], [0, 0, 0, 0.2])
    yield percent("all zero", [4, 16, 64, 256], [0, 0, 0, 0])
    yield percent("all alike", [4, 16, 64, 256], [50, 50, 50, 50])
    yield percent("late", [1, 8, 16, 32, 64, 128, 256, 384, 512, 768], [3, 3.5, 3.1, 6, 18, 44, 61, 66, 66.5, 66])
    yield percent("two stages", [1, 4, 9, 16, 36, 64, 144, 576], [11, 25, 31, 33, 35, 44, 60, 67])
    yield percent("rises and falls", [1, 4, 16, 64, 144, 256, 576], [30, 55, 61, 62, 60, 57, 51])
    points = [4.0, 9.5, 16, 64, 256, 576]
    yield Series("points without a range", [(n, 820 + 90 * math.log(n), 1, 0, 0) for n in points])
    yield Series("negative scores", [(n, -40 + 9 * math.log(n), 1, 0, 0) for n in points])
    yield Series("a range, no shares", [(n, 1.2 + 0.9 * math.log(n), 1, 0, 0) for n in points], low=0, high=10)
    yield Series(
        "weights", [(n, 20 + 7 * math.log(n) + e, w, 0, 0) for n, e, w in
                    zip(points, [1, -2, 0.5, 3, -1, 0], [1, 0.2, 3, 0.1, 2, 1])],
        low=0, high=100, share=True)
    yield Series(
        "repeated counts", [(n, 20 + 7 * math.log(n) + e, 1, 0, 0) for n in (4, 16, 64, 256) for e in (-1.2, 0.3, 0.8)],
        low=0, high=100, share=True)
    yield Series(
        "repeated counts that scatter widely",
        [(n, 30 + e, w, 0, 0) for n in (4, 16, 64, 256) for e, w in ((-20, 1), (3, 2), (18, 1))],
        low=0, high=100, share=True)
    yield Series(
        "unordered", [(n, 15 + 8 * math.log(n), 1, 0, 0) for n in (64, 4, 256, 16, 1)], low=0, high=100, share=True)
    yield Series(
        "stated errors", [(n, 20 + 7 * math.log(n) + d, 1, e, 0) for n, d, e in
                          zip(points, [1, -6, 0.5, 3, -1, 0], [0.5, 8, 0.5, 6, 0.5, 0])],
        low=0, high=100, share=True)
    yield Series(
        "stated errors, repeated", [(n, 20 + 7 * math.log(n) + d, w, e, 0) for n in (4, 16, 64)
                                    for d, e, w in ((1, 2, 1), (-1.5, 3, 2))],
        low=0, high=100, share=True)
    yield Series(
        "few questions", [(n, s, 1, 0, 40) for n, s in zip((1, 16, 64, 256), (0, 12.5, 40, 37.5))],
        low=0, high=100, share=True)
    yield Series(
        "many questions above chance", [(n, s, 1, 0, q) for n, s, q in
                                        zip((1, 9, 36, 144, 576), (27, 29, 45, 55, 54), (900, 900, 50, 900, 900))],
        low=0, high=100, chance=25, share=True)
    yield Series(
        "questions here, errors there", [(4, 20, 1, 0, 100), (16, 35, 1, 4, 0), (64, 47, 1, 0, 0), (256, 52, 2, 0, 60)],
        low=0, high=100, share=True)
    for index in range(14):
        count = int(r.integers(2, 13))
        tokens = sorted({int(n) for n in np.exp(r.uniform(0, 7, count))} | {1 + index, 900})
        top, middle, slope = r.uniform(20, 95), r.uniform(1, 6), r.uniform(0.3, 2)
        chance = [None, 25.0, None, 50.0][index % 4]
        floor = chance or 0
        curve = [floor + (top - floor) / (1 + math.exp(-slope * (math.log(n) - middle))) for n in tokens]
        scores = [float(np.round(np.clip(s + r.normal(0, 2), 0, 100), 2)) for s in curve]
        weights = r.uniform(0.3, 3, len(tokens)) if index % 3 == 2 else np.ones(len(tokens))
        points = [(n, s, float(np.round(w, 2)), 0, 0) for n, s, w in zip(tokens, scores, weights)]
        yield Series(f"drawn {index}", points, low=0, high=100, chance=chance, share=True)


def text(value):
    return "" if value is None else repr(float(value))


def main():
    print("# Written by generate_smoothing.py: numpy, every component as one multivariate normal distribution.")
    print("# series, name, range's lower end, upper end, chance, 1 where scores are shares of questions")
    print("# point, tokens, score, weight, standard error, questions (0 where none was stated)")
    print("# noise, posterior mean of the noise of one measurement")
    print("# mean, tokens, posterior mean kept to the range, standard deviation before it is kept to it")
    for series in examples():
        print(f"series,{series.name.replace(',', ';')},{text(series.low)},{text(series.high)},{text(series.chance)},{int(series.share)}")
        for n, score, weight, error, questions in series.points:
            print(f"point,{text(n)},{text(score)},{text(weight)},{text(error)},{questions}")
        places, means, deviations, noise = reference(series)
        print(f"noise,{text(noise)}")
        for n, mean, deviation in zip(places, means, deviations):
            print(f"mean,{text(n)},{text(mean)},{text(deviation)}")


if __name__ == "__main__":
    main()
