"""The curve's posterior mean in numpy, with every choice of the prior as a setting.

For the table of what was tried; `docs/model.md` has the mathematics. What the library decides by is
CHOSEN, `growth-1` of Sources/ScalingLaws/Smoothing/SmoothingPrior.swift, which it agrees with to the
straight lines between the library's knots.
"""

import dataclasses
import math

import numpy as np

from gaussian_process import matern
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
    flat_share: float = 0.05
    levels: tuple = ((1, 0.7), (0.02, 0.3))  # standard deviation, weight
    rise: tuple = (0.35, 0.35)  # mean, standard deviation
    lengths: tuple = (2, 6)
    amplitudes: tuple = ((0.02, 0.4), (0.1, 0.4), (0.4, 0.2))  # standard deviation, weight
    noises: tuple = (0.008, 0.016, 0.03, 0.06, 0.12)
    least_variance: float = 0.1  # of a share over that at a half; 1: noise alike everywhere
    rises_only: bool = False  # a rise below 0 is given no weight


CHOSEN = Prior()


def _logistic(x):
    return 1 / (1 + np.exp(-x))


def shapes(prior, t, width):
    """The shapes at places t, 0 at the first count and 1 at the last, with their weights."""
    rows, weights = [], []

    def add(curves, share):
        for curve in curves:
            start, end = curve(0.0), curve(1.0)
            rows.append((curve(t) - start) / (end - start))
            weights.append(share / len(curves))

    single = 1 - prior.two_stage_share
    add(
        [(lambda u, k=k: u if k == 0 else np.expm1(k * u)) for k in prior.exponents],
        single * prior.exponential_share)
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
    # A share of nothing has no logarithm.
    weights = np.maximum(weights, 1e-12)
    return np.array(rows), weights * (1 - prior.flat_share) / weights.sum()


def _log_normal_cdf(x):
    """ln Phi(x), by its asymptote far out."""
    x = np.asarray(x, float)
    near = np.log(0.5 * np.vectorize(math.erfc)(-np.maximum(x, -30) / math.sqrt(2)))
    return np.where(x > -30, near, -0.5 * x * x - np.log(-np.minimum(x, -1) * math.sqrt(2 * math.pi)))


def predict(experiment, prior=CHOSEN):
    """The posterior mean at the candidates, within 0 and 100."""
    x, at = np.log(experiment.tokens), np.log(experiment.candidates)
    scores, chance = np.array(experiment.scores), experiment.chance
    scale = max((scores - chance).max(), scores.max() / 4, 1e-9)
    z, m, width = (scores - chance) / scale, len(x), x[-1] - x[0]
    growth, weights = shapes(prior, (np.concatenate([x, at]) - x[0]) / width, width)
    inner, outer = growth[:, :m], growth[:, m:]
    share = np.clip(np.array(isotonic(scores.tolist())) / 100, 0, 1)
    variance = np.maximum(4 * share * (1 - share), prior.least_variance)
    if prior.least_variance >= 1:
        variance = np.ones(m)
    mean_rise, deviation = prior.rise
    parts, logs = [], []  # (setting, level, rise for each shape), log weights; shape -1 is flat
    for length in prior.lengths:
        kernel, cross = matern(x[:, None] - x, length), matern(at[:, None] - x, length)
        for amplitude, amplitude_weight in prior.amplitudes:
            for noise in prior.noises:
                factor = np.linalg.cholesky(amplitude**2 * kernel + noise**2 * np.diag(variance))
                inverse = np.linalg.inv(factor)
                ones, value, shape = inverse.sum(1), inverse @ z, inner @ inverse.T
                settled = -np.log(np.diag(factor)).sum() + math.log(amplitude_weight)
                setting = (amplitude**2 * cross @ inverse.T, inverse)
                for index, (level_deviation, level_weight) in enumerate(prior.levels):
                    q11 = ones @ ones + level_deviation**-2
                    c1 = ones @ value
                    if index == 0 and prior.flat_share > 0:
                        level = c1 / q11
                        logs.append(
                            np.array([
                                settled + math.log(prior.flat_share) - 0.5 * (value @ value - c1 * level)
                                - 0.5 * math.log(q11 * level_deviation**2)]))
                        parts.append((setting, np.array([level]), None))
                    q12 = shape @ ones
                    q22 = (shape * shape).sum(1) + deviation**-2
                    c2 = shape @ value + mean_rise / deviation**2
                    determinant = q11 * q22 - q12**2
                    level, rise = (q22 * c1 - q12 * c2) / determinant, (q11 * c2 - q12 * c1) / determinant
                    log = (
                        settled + np.log(weights) + math.log(level_weight)
                        - 0.5 * (value @ value + (mean_rise / deviation) ** 2 - c1 * level - c2 * rise)
                        - 0.5 * np.log(determinant * (level_deviation * deviation) ** 2))
                    if prior.rises_only:
                        spread = np.sqrt(q11 / determinant)
                        ratio = rise / spread
                        log_cdf = _log_normal_cdf(ratio)
                        log = log + log_cdf - _log_normal_cdf(mean_rise / deviation)
                        hazard = np.exp(-0.5 * ratio**2 - log_cdf) / math.sqrt(2 * math.pi)
                        truncated = rise + spread * hazard
                        level, rise = level - q12 / q11 * (truncated - rise), truncated
                    logs.append(log)
                    parts.append((setting, level, rise))
    highest = max(log.max() for log in logs)
    mean, total = np.zeros(len(at)), 0.0
    for (setting, level, rise), log in zip(parts, logs):
        weight = np.exp(log - highest)
        curve = np.full(m, weight @ level)
        total += weight.sum()
        mean += weight @ level
        if rise is not None:
            curve = curve + (weight * rise) @ inner
            mean += (weight * rise) @ outer
        across, inverse = setting
        mean += across @ (inverse @ (weight.sum() * z - curve))
    return np.clip(chance + scale * mean / total, 0, 100)
