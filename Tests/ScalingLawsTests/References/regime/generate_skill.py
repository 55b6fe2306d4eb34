"""Breaks of skill above chance, by another route: writes skill.csv beside this file.

Series S = 25 + skill with binomial noise of 1,000 questions; skill a power law, Hill's law, two lines
in ln, or late growth in ln n. Both fits, S = 25 + e^(a + b x) and the same with a hinge at psi, are
scipy.optimize.least_squares in ln S (numpy 2.4.6, scipy 1.17.1): the hinge at each of some 100 psi
from four first slopes, then with psi free. The p-value follows Naiman's bound with the hinge's angle
by numpy on the one line's tangent.

Columns: ten scores at n = 1, 8, 16, 32, 64, 128, 256, 384, 512, 768; slope b of the one line; the share
of its residual sum that the hinge removes; the angle; the p-value.
"""
import pathlib

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import beta

N = np.array([1, 8, 16, 32, 64, 128, 256, 384, 512, 768.0])
X = np.log(N)
CHANCE = 25.0
rng = np.random.default_rng(20251128)


def truth(kind):
    top = rng.uniform(10, 50)
    if kind == 0:
        return top * (N / 768) ** rng.uniform(0.1, 0.6)
    if kind == 1:
        return top / (1 + (np.exp(rng.uniform(1, 4.5)) / N) ** rng.uniform(0.6, 1.5))
    if kind == 2:
        psi, b, a = rng.uniform(2, 5), rng.uniform(0.1, 0.6), rng.uniform(0, 0.6)
        eta = b * np.minimum(X - psi, 0) + a * np.maximum(X - psi, 0)
        return top * np.exp(eta - eta[-1])
    start = rng.uniform(1, 3)
    return top * np.maximum(0, (X - start) / (X[-1] - start))


def solve(columns, scores, starts):
    def residual(p):
        return np.log(scores) - np.log(CHANCE + np.exp(np.clip(columns @ p, -60, 60)))

    best = None
    for start in starts:
        fit = least_squares(residual, start, xtol=1e-14, ftol=1e-14, gtol=1e-14, max_nfev=400)
        if best is None or fit.cost < best.cost:
            best = fit
    return best.x, 2 * best.cost


def case(scores):
    line = np.c_[np.ones_like(X), X]
    top = np.log(scores.max() - CHANCE)
    starts = [np.array([top - b * X[-1], b]) for b in (0.05, 0.2, 0.5, 1, 2)]
    p, rss = solve(line, scores, starts)
    skill = np.exp(line @ p)
    weights = skill / (CHANCE + skill)
    q, _ = np.linalg.qr(line * weights[:, None])

    def direction(psi):
        h = np.maximum(X - psi, 0) * weights
        h = h - q @ (q.T @ h)
        return h / np.linalg.norm(h)

    units = np.array([direction(psi) for psi in X[1:-1]])
    angle = np.arccos(np.clip((units[1:] * units[:-1]).sum(1), -1, 1)).sum()
    least = rss
    for psi in np.unique(np.r_[np.linspace(X[1], X[-2], 92), X[1:-1]]):
        columns = np.c_[line, np.maximum(X - psi, 0)]
        level = p[0] + p[1] * psi
        starts = [np.r_[level - b * psi, b, p[1] - b] for b in (p[1], 1, 3, 8)]
        found, value = solve(columns, scores, starts)
        if value < least:
            least, where, at = value, psi, found
    # The best psi of the grid, refined together with the rest.
    if least < rss:

        def residual(v):
            hinge = np.c_[line, np.maximum(X - v[3], 0)]
            return np.log(scores) - np.log(CHANCE + np.exp(np.clip(hinge @ v[:3], -60, 60)))

        start = np.r_[at, np.clip(where, X[1] + 1e-9, X[-2] - 1e-9)]
        fit = least_squares(residual, start, xtol=1e-14, ftol=1e-14, gtol=1e-14,
                            bounds=([-np.inf] * 3 + [X[1]], [np.inf] * 3 + [X[-2]]))
        least = min(least, 2 * fit.cost)
    share = 1 - least / rss
    m = len(X)
    tail = beta.sf(share, 0.5, (m - 3) / 2)
    pvalue = min(1, 2 * (angle / (2 * np.pi) * (1 - share) ** ((m - 4) / 2) + tail / 2))
    return [p[1], share, angle, pvalue]


rows = []
while len(rows) < 60:
    share = (CHANCE + truth(len(rows) % 4)) / 100
    scores = 100 * rng.binomial(1000, np.minimum(share, 0.99)) / 1000
    if scores.max() <= CHANCE + 3:
        continue
    rows.append([*scores, *case(scores)])
out = pathlib.Path(__file__).with_name("skill.csv")
header = "# Written by generate_skill.py, which says what the columns are; 12 digits.\n"
out.write_text(header + "".join(",".join(f"{v:.12g}" for v in row) + "\n" for row in rows))
