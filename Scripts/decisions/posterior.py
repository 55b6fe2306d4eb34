"""The curve's posterior in numpy, with every choice of the prior as a setting.

For the table of what was tried; `docs/model.md` has the mathematics. What the library decides by is
CHOSEN, `growth-1` of Sources/ScalingLaws/Smoothing/SmoothingPrior.swift, which it agrees with to the
straight lines between the library's knots.
"""

import dataclasses
import functools
import math

import numpy as np

from judging import isotonic


@dataclasses.dataclass(frozen=True)
class Prior:
    exponents: tuple = (-8, -5, -3, -1.8, -0.8, 0, 0.8, 1.8, 3, 5)
    exponential_share: float = 0.4
    sigmoids: tuple = ((0.6, 7), (1, 9), (1.6, 13), (2.6, 18), (4.2, 26))  # slope, number of midpoints
    midpoints: tuple = (-0.1, 0.95)
    two_stages: tuple = ((1, 6), (1.7, 8), (2.8, 11))
    stage_shares: tuple = (0.35, 0.65)
    two_stage_share: float = 0.3
    # Corners: how many, the first and the last, the slope left behind them, e-folds of growth over the range before.
    corners: tuple = ()
    corner_share: float = 0.0
    flat_share: float = 0.05
    levels: tuple = ((1, 0.7), (0.02, 0.3))  # standard deviation, weight
    rise: tuple = (0.35, 0.35)  # mean, standard deviation
    kernels: tuple = ((2.5, 2, 0.5), (2.5, 6, 0.5))  # Matern's smoothness, length in ln n, weight
    amplitudes: tuple = ((0.02, 0.4), (0.1, 0.4), (0.4, 0.2))  # standard deviation, weight
    noises: tuple = (0.008, 0.016, 0.03, 0.06, 0.12)
    least_variance: float = 0.1  # of a share over that at a half; 1: noise alike everywhere
    rises_only: bool = False  # a rise below 0 is given no weight
    outlying: float = 0.0  # the chance of a point to have a noise of so many times the others'
    inflation: float = 1.0


CHOSEN = Prior()


def _logistic(x):
    return 1 / (1 + np.exp(-x))


def _matern(smoothness, distance, length):
    x = math.sqrt(2 * smoothness) * np.abs(distance) / length
    return {0.5: 1 + 0 * x, 1.5: 1 + x, 2.5: 1 + x + x * x / 3}[smoothness] * np.exp(-x)


@functools.lru_cache(256)
def shapes(prior, t, width):
    """The shapes at places t, 0 at the first count and 1 at the last, with their weights."""
    t = np.array(t)
    rows, weights = [], []

    def add(curves, share):
        for curve in curves:
            start, end = curve(0.0), curve(1.0)
            rows.append((curve(t) - start) / (end - start))
            weights.append(share / len(curves))

    def growth(k):
        return (lambda u: u) if k == 0 else (lambda u: np.expm1(k * u) / k)

    single = 1 - prior.two_stage_share - prior.corner_share
    add([growth(k) for k in prior.exponents], single * prior.exponential_share)
    for slope, count in prior.sigmoids:
        add(
            [(lambda u, s=slope * width, m=m: _logistic(s * (u - m))) for m in np.linspace(*prior.midpoints, count)],
            single * (1 - prior.exponential_share) / len(prior.sigmoids))
    if prior.two_stage_share > 0:
        for slope, count in prior.two_stages:
            rate, places = slope * width, np.linspace(0, 1, count)
            add(
                [
                    (lambda u, s=rate, a=a, b=b, w=w: w * _logistic(s * (u - a)) + (1 - w) * _logistic(s * (u - b)))
                    for i, a in enumerate(places)
                    for b in places[i + 1 :]
                    if (b - a) * rate >= 2.6
                    for w in prior.stage_shares
                ],
                prior.two_stage_share / len(prior.two_stages))
    for count, first, last, rest, k in prior.corners:
        add(
            [
                (lambda u, c=c, grown=growth(k), rest=rest: grown(np.minimum(u, c)) + rest * np.maximum(u - c, 0))
                for c in np.linspace(first, last, count)
            ],
            prior.corner_share / len(prior.corners))
    # A share of nothing has no logarithm.
    weights = np.maximum(weights, 1e-12)
    return np.array(rows), weights * (1 - prior.flat_share) / weights.sum()


def _log_normal_cdf(x):
    """ln Phi(x), by its asymptote far out."""
    x = np.asarray(x, float)
    near = np.log(0.5 * np.vectorize(math.erfc)(-np.maximum(x, -30) / math.sqrt(2)))
    return np.where(x > -30, near, -0.5 * x * x - np.log(-np.minimum(x, -1) * math.sqrt(2 * math.pi)))


@functools.lru_cache(256)
def _correlations(smoothness, length, places, others):
    return _matern(smoothness, np.array(places)[:, None] - np.array(others), length)


def _settings(prior, variance):
    """Kernels, amplitudes, noises and which point is outlying: log weight, kernel, amplitude, variances."""
    count = len(variance)
    certain = math.log1p(-prior.outlying)
    points = [(None, certain * count)]
    if prior.outlying > 0:
        points += [(i, certain * (count - 1) + math.log(prior.outlying)) for i in range(count)]
    for smoothness, length, kernel_weight in prior.kernels:
        for amplitude, amplitude_weight in prior.amplitudes:
            for noise in prior.noises:
                for point, log in points:
                    noises = noise**2 * variance
                    if point is not None:
                        noises[point] *= prior.inflation**2
                    yield log + math.log(kernel_weight * amplitude_weight), (smoothness, length), amplitude, noises


def predict(experiment, prior=CHOSEN, draws=0, seed=1):
    """The posterior mean at the candidates, and draws of curves or None; within 0 and 100."""
    x, at = tuple(np.log(experiment.tokens)), tuple(np.log(experiment.candidates))
    scores, chance = np.array(experiment.scores), experiment.chance
    scale = max((scores - chance).max(), scores.max() / 4, 1e-9)
    z, m, width = (scores - chance) / scale, len(x), x[-1] - x[0]
    growth, weights = shapes(prior, tuple((np.array(x + at) - x[0]) / width), width)
    inner, outer = growth[:, :m], growth[:, m:]
    share = np.clip(np.array(isotonic(scores.tolist())) / 100, 0, 1)
    variance = np.maximum(4 * share * (1 - share), prior.least_variance)
    if prior.least_variance >= 1:
        variance = np.ones(m)
    mean_rise, deviation = prior.rise

    # For each setting what its inverse factor makes of ones, of the scores and of every shape.
    settings = list(_settings(prior, variance))
    factors = np.linalg.cholesky(
        np.array([a * a * _correlations(*kernel, x, x) + np.diag(v) for _, kernel, a, v in settings]))
    inverses = np.linalg.inv(factors)
    settled = np.array([s[0] for s in settings]) - np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(1)
    ones, values, shape = inverses.sum(2), inverses @ z, inverses @ inner.T
    ones_ones, c1, values_values = (ones * ones).sum(1), (ones * values).sum(1), (values * values).sum(1)
    q12 = (ones[:, None] @ shape)[:, 0]
    q22 = (shape * shape).sum(1) + deviation**-2
    c2 = (values[:, None] @ shape)[:, 0] + mean_rise / deviation**2

    # Components: for each level a table of setting and shape, and a column of the flat curve.
    logs, levels, rises = [], [], []
    for index, (level_deviation, level_weight) in enumerate(prior.levels):
        q11 = (ones_ones + level_deviation**-2)[:, None]
        determinant = q11 * q22 - q12**2
        level = (q22 * c1[:, None] - q12 * c2) / determinant
        rise = (q11 * c2 - q12 * c1[:, None]) / determinant
        log = (
            settled[:, None] + np.log(weights) + math.log(level_weight)
            - 0.5 * (values_values[:, None] + (mean_rise / deviation) ** 2 - c1[:, None] * level - c2 * rise)
            - 0.5 * np.log(determinant * (level_deviation * deviation) ** 2))
        if prior.rises_only:
            ratio = rise * np.sqrt(determinant / q11)
            log_cdf = _log_normal_cdf(ratio)
            log = log + log_cdf - _log_normal_cdf(mean_rise / deviation)
            hazard = np.exp(-0.5 * ratio**2 - log_cdf) / math.sqrt(2 * math.pi)
            truncated = rise + np.sqrt(q11 / determinant) * hazard
            level, rise = level - q12 / q11 * (truncated - rise), truncated
        flat = c1[:, None] / q11
        flat_weight = math.log(prior.flat_share) if index == 0 else -math.inf
        flat_log = (
            settled[:, None] + flat_weight - 0.5 * (values_values[:, None] - c1[:, None] * flat)
            - 0.5 * np.log(q11 * level_deviation**2))
        logs.append(np.concatenate([log, flat_log], 1))
        levels.append(np.concatenate([level, flat], 1))
        rises.append(np.concatenate([rise, 0 * flat], 1))
    logs, levels, rises = np.array(logs), np.array(levels), np.array(rises)
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    inner = np.concatenate([inner, np.zeros((1, m))])
    outer = np.concatenate([outer, np.zeros((1, len(at)))])
    level, rise = (weight * levels).sum((0, 2)), (weight * rises).sum(0)
    misses = weight.sum((0, 2))[:, None] * z - level[:, None] - rise @ inner
    solved = np.einsum("sji,sjk,sk->si", inverses, inverses, misses)
    mean = level.sum() + rise.sum(0) @ outer
    for (_, kernel, amplitude, _), found in zip(settings, solved):
        mean = mean + amplitude**2 * _correlations(*kernel, at, x) @ found
    mean = np.clip(chance + scale * mean, 0, 100)
    if draws == 0:
        return mean, None

    # Systematically by weight; level and rise from their normal distribution, the process given the points.
    random = np.random.default_rng(seed)
    weight = weight.transpose(1, 0, 2)
    reached = np.floor(np.cumsum(weight.ravel()) * draws + random.random()).astype(int)
    reached[-1] = draws
    counts = np.diff(reached, prepend=0).clip(0).reshape(len(settings), -1)
    curves = []
    for index in np.flatnonzero(counts.sum(1)):
        _, kernel, amplitude, _ = settings[index]
        chosen = np.repeat(np.arange(counts.shape[1]), counts[index])
        of_level, of_shape = np.divmod(chosen, len(inner))
        is_flat, count = of_shape == len(inner) - 1, len(chosen)
        q11 = ones_ones[index] + np.array([d for d, _ in prior.levels])[of_level] ** -2.0
        across = np.where(is_flat, 0, np.append(q12[index], 0)[of_shape])
        determinant = q11 * np.append(q22[index], 1)[of_shape] - across**2
        rise = rises[of_level, index, of_shape]
        rise = rise + np.where(is_flat, 0, np.sqrt(q11 / determinant)) * random.standard_normal(count)
        level = (c1[index] - across * rise + np.sqrt(q11) * random.standard_normal(count)) / q11
        misses = z - level[:, None] - rise[:, None] * inner[of_shape]
        whitened = amplitude**2 * _correlations(*kernel, at, x) @ inverses[index].T
        left = amplitude**2 * (_correlations(*kernel, at, at) + 1e-6 * np.eye(len(at))) - whitened @ whitened.T
        path = random.standard_normal((count, len(at))) @ np.linalg.cholesky(left + 1e-9 * np.eye(len(at))).T
        curves.append(level[:, None] + rise[:, None] * outer[of_shape] + misses @ inverses[index].T @ whitened.T + path)
    return mean, np.clip(chance + scale * np.concatenate(curves), 0, 100)
