"""Experiments whose truth is known: a curve of scores, measured at a few token counts with noise.

The kinds of truth are in groups. DEVELOPMENT was looked at while the prior of the curve was chosen. HELD_OUT was
written down before anything was run on it, and nothing was chosen by it. CORNERS are what priors with corners were
tried on; SHARP_CORNERS was written down before any of these ran on it, all but corners after steep growth, which it
gave rise to. HOSTILE is what a curve that believes in growth must get wrong: jumps, humps and dips that the noise does
not explain.
"""

import dataclasses
import json
import math

import numpy as np

DESIGNS = (
    (1, 16, 64, 256),
    (1, 9, 36, 144, 576),
    (1, 4, 16, 64, 256, 576),
    (1, 4, 16, 36, 64, 144, 576),
    (1, 4, 9, 16, 36, 64, 144, 576),
    (1, 8, 16, 32, 64, 128, 256, 384, 512, 768),
)
DEVELOPMENT = (
    "power", "log-linear", "saturating", "hill", "regime", "flat", "chance", "dilution", "late", "two stages",
)
CORNERS = ("kink, flatter or steeper", "power to a ceiling", "flat, then straight")
HELD_OUT = ("gompertz", "weibull", "kink", "arctan, chance", "questions", "power, then crowding")
SHARP_CORNERS = ("broken power", "hill to a ceiling", "three slopes")
HOSTILE = ("step", "stairs", "two humps", "plateau", "dip")
SEEDS = {DEVELOPMENT: 101, HELD_OUT: 202, HOSTILE: 303, CORNERS: 404, SHARP_CORNERS: 505}
# Experiments for each kind and design.
COUNTS = {DEVELOPMENT: 40, HELD_OUT: 60, HOSTILE: 40, CORNERS: 40, SHARP_CORNERS: 60}
LAST = 700.0  # the token count at which most truths reach their top


@dataclasses.dataclass(frozen=True)
class Experiment:
    name: str
    kind: str
    tokens: tuple
    scores: tuple
    chance: float
    candidates: tuple
    truth: tuple  # true scores of the candidates
    questions: int
    excess: float = 0.0  # noise beside that of the questions, as a share of its deviation at a half

    @property
    def points(self):
        return len(self.tokens)

    def measured(self, tokens, random):
        """The experiment with one more measurement, of one of its candidates."""
        p = self.truth[self.candidates.index(tokens)] / 100
        points = dict(zip(self.tokens, self.scores))
        points[tokens] = noisy(p, self.questions, self.excess, random)
        counts = tuple(sorted(points))
        return dataclasses.replace(self, tokens=counts, scores=tuple(points[n] for n in counts))


def noisy(p, questions, excess, random):
    """A share measured, in percent: the binomial noise of its questions, and more."""
    right = random.binomial(questions, min(max(p, 0), 1)) / questions
    noise = excess * math.sqrt(4 * p * (1 - p)) * random.standard_normal() * 0.5
    return round(float(100 * np.clip(right + noise, 0.001, 1)), 2)


def _normal_cdf(x):
    return 0.5 * np.vectorize(math.erfc)(-np.asarray(x) / math.sqrt(2))


def _hill(n, middle, exponent):
    return 1 / (1 + (middle / n) ** exponent)


def _truth(kind, random):
    """A curve of scores in percent, and the score of guessing.

    The order of random numbers is part of the definition: a seed stands for the same experiments.
    """
    draw = random.uniform
    top = draw(18, 92)
    log = lambda n: np.log(np.asarray(n, float))
    plain = lambda n: np.asarray(n, float)
    if kind == "power":
        exponent = draw(0.03, 0.35)
        return (lambda n: top * np.exp(exponent * (log(n) - math.log(LAST)))), 0
    if kind == "log-linear":
        low = top * draw(0.15, 0.7)
        return (lambda n: low + (top - low) * log(n) / math.log(LAST)), 0
    if kind == "saturating":
        amplitude, exponent = top * draw(0.3, 0.8), draw(0.25, 1.1)
        return (lambda n: top - amplitude * plain(n) ** -exponent), 0
    if kind == "hill":
        middle, exponent = np.exp(draw(0.7, 3.8)), draw(0.6, 1.6)
        return (lambda n: top * _hill(plain(n), middle, exponent)), 0
    if kind == "regime":  # the law of Li et al. (2025)
        balance, beta = np.exp(draw(2.5, 6)), draw(0.2, 0.6)
        growth = lambda n: (plain(n) * (plain(n) + balance)) ** (beta / 2)
        return (lambda n: top * growth(n) / growth(LAST)), 0
    if kind == "flat":
        low = top * draw(0.9, 1)
        return (lambda n: low + (top - low) * log(n) / math.log(LAST)), 0
    if kind == "chance":  # a threshold above guessing
        chance = float(random.choice([25, 50]))
        rise, middle, exponent = draw(15, 45), np.exp(draw(1.5, 5)), draw(0.8, 2.2)
        return (lambda n: chance + rise * _hill(plain(n), middle, exponent)), chance
    if kind == "dilution":  # rises, then falls as tokens dilute
        middle, exponent, loss = np.exp(draw(0.5, 2.5)), draw(0.7, 1.5), draw(0.02, 0.08)
        place = np.log(draw(40, 200))
        return (
            lambda n: top * _hill(plain(n), middle, exponent) * (1 - loss * np.maximum(log(n) - place, 0))
        ), 0
    if kind == "late":  # a floor and a late threshold, as of text in images
        floor, middle, exponent = draw(0.03, 0.3) * top, np.exp(draw(3, 5.6)), draw(1.5, 3.2)
        return (lambda n: floor + (top - floor) * _hill(plain(n), middle, exponent)), 0
    if kind == "two stages":
        share = draw(0.35, 0.65)
        first, second = np.exp(draw(0.3, 2)), np.exp(draw(4, 5.3))
        steep, steeper = draw(1, 2), draw(1.5, 3)
        return (
            lambda n: top
            * (share * _hill(plain(n), first, steep) + (1 - share) * _hill(plain(n), second, steeper))
        ), 0
    if kind == "gompertz":
        shift, rate = draw(1, 4), draw(0.35, 1.1)
        return (lambda n: top * np.exp(-shift * np.exp(-rate * log(n)))), 0
    if kind == "weibull":
        scale, shape = np.exp(draw(1, 5)), draw(0.35, 1.3)
        floor = draw(0, 0.25) * top
        return (lambda n: floor + (top - floor) * (1 - np.exp(-((plain(n) / scale) ** shape)))), 0
    if kind == "kink":  # straight in ln n, then straight with a quarter of the slope at most
        place, low, rest = draw(2, 5.5), top * draw(0.1, 0.6), draw(0, 0.25)
        growth = lambda n: np.minimum(log(n), place) + rest * np.maximum(log(n) - place, 0)
        return (lambda n: low + (top - low) * growth(n) / growth(LAST)), 0
    if kind == "arctan, chance":
        chance = float(random.choice([20, 25, 33.3, 50]))
        rise, middle, rate = draw(10, 40), draw(1, 5), draw(0.4, 2)
        return (lambda n: chance + rise * (0.5 + np.arctan(rate * (log(n) - middle)) / math.pi)), chance
    if kind == "questions":  # each needs its own number of tokens: easy ones and hard ones
        share, easy, hard = draw(0.3, 0.8), draw(-1, 2), draw(3, 5.5)
        spread, other = draw(0.8, 2), draw(0.4, 1.5)
        return (
            lambda n: top
            * (share * _normal_cdf((log(n) - easy) / spread) + (1 - share) * _normal_cdf((log(n) - hard) / other))
        ), 0
    if kind == "power, then crowding":
        exponent, decay = draw(0.1, 0.35), draw(1e-4, 6e-4)
        growth = lambda n: plain(n) ** exponent * np.exp(-decay * plain(n))
        return (lambda n: top * growth(n) / growth(min(LAST, exponent / decay))), 0
    if kind == "kink, flatter or steeper":
        place, low, rest = draw(1.5, 6), top * draw(0.05, 0.7), draw(0, 0.4)
        growth = lambda n: np.minimum(log(n), place) + rest * np.maximum(log(n) - place, 0)
        return (lambda n: low + (top - low) * growth(n) / growth(LAST)), 0
    if kind == "power to a ceiling":
        place, low, exponent = draw(2, 6), top * draw(0.05, 0.6), draw(-0.3, 0.3)
        growth = lambda n: np.expm1(exponent * np.minimum(log(n), place)) / exponent
        return (lambda n: low + (top - low) * growth(n) / growth(LAST)), 0
    if kind == "flat, then straight":
        place, low, rest = draw(1, 4.5), top * draw(0.1, 0.6), draw(0, 0.25)
        growth = lambda n: rest * np.minimum(log(n), place) + np.maximum(log(n) - place, 0)
        return (lambda n: low + (top - low) * growth(n) / growth(LAST)), 0
    if kind == "broken power":  # two regimes with a sharp break
        place, exponent, rest = draw(1.5, 5.5), draw(0.12, 0.5), draw(0, 0.08)
        growth = lambda n: exponent * np.minimum(log(n), place) + rest * np.maximum(log(n) - place, 0)
        return (lambda n: top * np.exp(growth(n) - growth(LAST))), 0
    if kind == "hill to a ceiling":  # of the benchmark, or of what the input shows
        middle, exponent, ceiling = np.exp(draw(1, 5)), draw(0.7, 2), draw(0.6, 0.95)
        growth = lambda n: np.minimum(_hill(plain(n), middle, exponent) / _hill(LAST, middle, exponent), ceiling)
        return (lambda n: top * growth(n) / ceiling), 0
    if kind == "three slopes":
        first, second, low = draw(1, 3), draw(3.5, 6), top * draw(0.1, 0.6)
        rest, last = draw(0.2, 0.7), draw(0, 0.2)
        growth = lambda n: (
            np.minimum(log(n), first) + rest * np.clip(log(n) - first, 0, second - first)
            + last * np.maximum(log(n) - second, 0))
        return (lambda n: low + (top - low) * growth(n) / growth(LAST)), 0
    if kind in ("step", "stairs"):
        low = top * draw(0.1, 0.5)
        places = np.sort(random.uniform(1, 5.5, 1 if kind == "step" else 3))
        shares = np.diff(np.sort(np.concatenate([[0, 1], random.uniform(0, 1, len(places) - 1)])))
        rise = lambda x: sum(w / (1 + np.exp(np.clip((m - x) / 0.05, -60, 60))) for w, m in zip(shares, places))
        return (lambda n: low + (top - low) * rise(log(n))), 0
    if kind == "two humps":
        first, second, height = draw(0.5, 2.5), draw(3.5, 6), draw(0.7, 1.3)
        hump = lambda x, middle: np.exp(-(((x - middle) / 0.7) ** 2))
        return (lambda n: top * (0.4 + 0.45 * (hump(log(n), first) + height * hump(log(n), second)))), 0
    if kind == "plateau":
        low, start, width = top * draw(0.1, 0.5), draw(0.5, 3), draw(1.5, 3)
        growth = lambda x: np.minimum(x, start) + np.maximum(x - start - width, 0)
        return (lambda n: low + (top - low) * growth(log(n)) / growth(math.log(LAST))), 0
    if kind == "dip":
        low, place, depth = top * draw(0.2, 0.6), draw(1, 5.5), draw(0.1, 0.3)
        return (
            lambda n: (low + (top - low) * log(n) / math.log(LAST)) * (1 - depth * np.exp(-(((log(n) - place) / 0.5) ** 2)))
        ), 0
    raise ValueError(f"no kind of truth is called {kind!r}")


def _candidates(tokens):
    """What could be run: the counts measured and 60 between, evenly spread in ln n."""
    spread = np.exp(np.linspace(np.log(tokens[0]), np.log(tokens[-1]), 60))
    return tuple(sorted(set(tokens) | {int(round(n)) for n in spread}))


def experiments(kinds):
    """All experiments of a group, the same on every call.

    Noise is that of 500, 1,000 or 5,000 questions, and in excess of it up to 0.6 points at a score of 50:
    runs differ by more than their questions. Hostile truths have 0.3 to 1.2 points.
    """
    random = np.random.default_rng(SEEDS[kinds])
    result = []
    for tokens in DESIGNS:
        for kind in kinds:
            for index in range(COUNTS[kinds]):
                curve, chance = _truth(kind, random)
                candidates = _candidates(tokens)
                questions = int(random.choice([500, 1000, 5000]))
                excess = float(random.uniform(0, 0.012))
                if kinds == HOSTILE:
                    questions, excess = 1_000_000, float(random.uniform(0.006, 0.024))
                shares = np.clip(curve(tokens), 0.2, 99.5) / 100
                scores = tuple(noisy(p, questions, excess, random) for p in shares)
                truth = np.clip(curve(candidates), 0.2, 99.5)
                result.append(
                    Experiment(
                        f"e{len(result)}", kind, tokens, scores, chance, candidates,
                        tuple(float(s) for s in truth), questions, excess))
    return result


def of_file(path):
    """Experiments of your own, one JSON object a line: truth (its kind), chance, tokens, scores, candidates,
    true_scores (of the candidates), questions."""
    result = []
    with open(path) as file:
        for line in file:
            row = json.loads(line)
            result.append(
                Experiment(
                    f"e{len(result)}", row["truth"], tuple(row["tokens"]), tuple(row["scores"]), row["chance"],
                    tuple(row["candidates"]), tuple(row["true_scores"]), row["questions"]))
    return result
