#!/usr/bin/env python3
"""Adversarial series, and for every law the least residual sum that a multi-start of scipy finds.

    python3 Tests/ScalingLawsTests/References/generate_adversarial.py > adversarial.csv
    python3 Tests/ScalingLawsTests/References/generate_adversarial.py 0 1942 > many.csv   (all seeds of a range)

Independent of the library: each law is searched over a dense grid of its non-linear parameters, and the
best places are polished by MINPACK's Levenberg-Marquardt (scipy.optimize.leastsq) in all of the law's
parameters. Kinds of series: steep late thresholds with and without a floor, nearly constant, steps, breaks
near the ends, gains of e^3 to e^20, noise, falling, turning, saturating, the paper's law, two stages; 4 to 12
points, some token counts repeated, some weighted, residuals in ln S or in S.
"""
import sys, warnings
import numpy as np
import scipy
from scipy.optimize import leastsq, minimize_scalar, nnls

warnings.filterwarnings("ignore")
np.seterr(all="ignore")


# ---------------------------------------------------------------- series

def token_counts(r, m):
    kind = r.integers(6)
    if kind == 0:
        grid = np.array([1, 4, 9, 16, 36, 64, 100, 144, 256, 400, 576, 1024], float)
        x = np.sort(r.choice(grid, m, replace=False))
    elif kind == 1:
        grid = np.array([1, 8, 16, 32, 64, 128, 256, 384, 512, 768, 1024, 2048], float)
        x = np.sort(r.choice(grid, m, replace=False))
    elif kind == 2:
        x = np.sort(np.round(np.exp(r.uniform(0, np.log(4000), m))))
    elif kind == 3:
        x = np.round(np.linspace(r.integers(1, 80), r.integers(300, 3000), m))
    elif kind == 4:  # two clusters
        a = np.exp(r.uniform(0, 3)); b = a * np.exp(r.uniform(2, 5))
        x = np.sort(np.where(r.random(m) < .5, a * np.exp(r.uniform(0, .4, m)), b * np.exp(r.uniform(0, .4, m))))
        x = np.round(x, 2)
    else:
        x = np.round(2.0 ** np.arange(m) * r.integers(1, 40))
    x = np.maximum(x, 1)
    if r.random() < .2:  # repeated counts
        x = np.sort(r.choice(x, m))
    return x


def truth(r, x):
    u = np.log(x); lo, hi = u[0], u[-1]; w = max(hi - lo, .5)
    c = np.exp(r.uniform(np.log(.3), np.log(100)))
    kind = r.integers(12)
    name = ["steep", "steep-floor", "near-constant", "step", "broken-end", "huge-gain", "noise", "falling",
            "turns", "saturating", "regime", "two-stages"][kind]
    if kind == 0:
        y = c / (1 + np.exp(-r.uniform(1, 12) * (u - r.uniform(lo, hi))))
    elif kind == 1:
        f = r.uniform(0, .6)
        y = c * (f + (1 - f) / (1 + np.exp(-r.uniform(1, 12) * (u - r.uniform(lo, hi + .3 * w)))))
    elif kind == 2:
        y = c * (1 + 10 ** r.uniform(-6, -1.5) * np.sign(r.normal()) * (1 - np.exp(-r.uniform(.3, 20) * (u - lo) / w)))
    elif kind == 3:
        place = r.integers(1, len(x)); y = np.where(np.arange(len(x)) < place, r.uniform(.001, .9) * c, c)
        if r.random() < .5: y[place - 1] = r.uniform(min(y[0], c), c)
    elif kind == 4:
        k = np.unique(u)
        if len(k) < 4: k = np.linspace(lo, hi, 6)
        at = (k[1] + r.uniform(-.5, .8) * (k[2] - k[1])) if r.random() < .5 else (k[-2] + r.uniform(-.8, .5) * (k[-1] - k[-2]))
        s = r.uniform(-.3, 1, 2)
        y = c * np.exp(np.where(u < at, s[0], s[1]) * (u - at))
    elif kind == 5:
        y = c * np.exp(r.uniform(3, 20) * ((u - hi) / w) ** 1) * np.exp(-r.uniform(0, 3) * ((u - hi) / w) ** 2)
    elif kind == 6:
        y = c * np.exp(r.uniform(.001, .5) * r.normal(size=len(x)))
    elif kind == 7:
        y = c * np.exp(-r.uniform(.01, 3) * (u - lo) / w) if r.random() < .5 else c * (r.uniform(0, .8) + np.exp(-r.uniform(.5, 30) * (u - lo) / w))
    elif kind == 8:
        y = c * np.exp(-r.uniform(.1, 3) * ((u - r.uniform(lo, hi)) / w) ** 2 * np.sign(r.uniform(-.5, 1)))
    elif kind == 9:
        y = c * (1 - r.uniform(.01, .999) * np.exp(-r.uniform(.01, 40) * (u - lo) / w))
    elif kind == 10:
        nb = np.exp(r.uniform(lo - 2, hi + 2)); y = c * ((x * (x + nb) / (1 + nb)) ** (r.uniform(0, 1.5) / 2)); y *= c / y[-1]
    else:
        y = c * sum(a / (1 + np.exp(-r.uniform(2, 12) * (u - r.uniform(lo, hi)))) for a in r.dirichlet([1, 1])) + .02 * c
    return name, np.maximum(y, 1e-9 * c)


def make(seed):
    r = np.random.default_rng(seed)
    m = int(r.integers(4, 13))
    x = token_counts(r, m)
    name, y = truth(r, x)
    noise = 10 ** r.uniform(-5, -.4) if r.random() < .9 else 0
    if r.random() < .5:
        y = y * np.exp(noise * r.normal(size=m))
    else:
        y = np.abs(y + noise * np.max(y) * r.normal(size=m)) + 1e-6 * np.max(y)
    if r.random() < .08: y[r.integers(m)] *= np.exp(r.normal() * 1.5)
    weights = np.ones(m)
    if r.random() < .25: weights = np.exp(r.normal(size=m) * r.choice([.5, 2.5]))
    digits = int(r.choice([4, 8]))
    y = np.array([float(f"{v:.{digits}g}") for v in y]); weights = np.array([float(f"{v:.4g}") for v in weights])
    scale = "log-score" if r.random() < .5 else "score"
    return dict(seed=seed, kind=name, scale=scale, tokens=x, score=y, weights=weights)


# ---------------------------------------------------------------- reference

class Data:
    def __init__(self, s):
        self.x = np.log(s["tokens"]); self.w = s["weights"] / s["weights"].mean(); self.q = np.sqrt(self.w)
        self.log = s["scale"] == "log-score"
        self.s = s["score"]; self.y = np.log(self.s) if self.log else self.s
        self.k = np.unique(self.x); self.lo, self.hi = self.x.min(), self.x.max(); self.W = self.hi - self.lo
        self.gap = np.min(np.diff(self.k)) if len(self.k) > 1 else 1.0
        self.span = (self.x - self.lo) / self.W if self.W > 0 else self.x * 0

    def rss(self, f):
        r = f - self.y
        v = np.sum(self.w * r * r, axis=-1)
        return np.where(np.isfinite(v), v, np.inf)

    def scaled(self, logs):
        """Least residual sum of exp(a + logs) over a (log) or A exp(logs) over A >= 0 (score), row by row."""
        if self.log:
            a = np.sum(self.w * (self.y - logs), -1, keepdims=True) / self.w.sum()
            return self.rss(a + logs), a[..., 0]
        logs = logs - logs.max(-1, keepdims=True)
        f = np.exp(logs)
        A = np.maximum(0, np.sum(self.w * f * self.y, -1, keepdims=True) / np.sum(self.w * f * f, -1, keepdims=True))
        return self.rss(A * f), A[..., 0]

    def polish(self, model, start):
        try:
            p, _ = leastsq(lambda p: np.nan_to_num(self.q * (model(p) - self.y), nan=1e6, posinf=1e6, neginf=-1e6),
                           start, ftol=1e-15, xtol=1e-15, gtol=0, maxfev=3000)
            v = float(self.rss(model(p)))
            return v if np.isfinite(v) else np.inf
        except Exception:
            return np.inf


def lowest_1d(f, grid, count=6):
    v = np.array([f(g) for g in grid]); best = v.min()
    idx = [i for i in range(len(grid)) if v[i] <= v[max(0, i - 1)] and v[i] <= v[min(len(grid) - 1, i + 1)]]
    for i in sorted(idx, key=lambda i: v[i])[:count]:
        a, b = grid[max(0, i - 1)], grid[min(len(grid) - 1, i + 1)]
        if b > a:
            res = minimize_scalar(f, bounds=(a, b), method="bounded", options=dict(xatol=1e-12 * max(1, abs(a)), maxiter=200))
            best = min(best, res.fun)
    return float(best)


def wls(d, cols):
    A = np.stack(cols, 1) * d.q[:, None]
    b, *_ = np.linalg.lstsq(A, d.q * d.y, rcond=None)
    return float(d.rss(sum(c * v for c, v in zip(cols, b)))), b


GAINS = np.concatenate([-np.geomspace(700, 1e-4, 250), [0], np.geomspace(1e-4, 700, 250)])


def constant(d): return wls(d, [np.ones_like(d.x)])[0]


def power(d):
    if d.log: return wls(d, [np.ones_like(d.x), d.span])[0]
    return lowest_1d(lambda g: float(d.scaled(g * d.span)[0]), GAINS)


def log_linear(d):
    if not d.log: return wls(d, [np.ones_like(d.x), d.span])[0]
    f = lambda g: float(d.scaled(np.log1p(np.expm1(g) * d.span) if g < 300 else g + np.log(d.span + 1e-130))[0])
    return lowest_1d(f, GAINS[np.abs(GAINS) < 60])


def growth(d, lb):
    nb = np.exp(lb); return .5 * (d.x + np.logaddexp(d.x, lb)) - .5 * np.logaddexp(0, lb)


def regime(d):
    grid = np.linspace(d.lo - 16, d.hi + 16, 400)
    if d.log:
        def f(lb):
            v, b = wls(d, [np.ones_like(d.x), growth(d, lb)])
            return v if b[1] >= 0 else constant(d)
        return min(lowest_1d(f, grid), f(-40.), f(60.))
    best = constant(d); cands = []
    gs = np.concatenate([[0], np.geomspace(1e-4, 700, 160)])
    for lb in np.linspace(d.lo - 16, d.hi + 16, 120):
        g = growth(d, lb); v = (g - g.min()) / (g.max() - g.min())
        rss, A = d.scaled(gs[:, None] * v)
        i = int(np.argmin(rss)); cands.append((rss[i], lb, gs[i], A[i]))
        best = min(best, rss[i])
        # each row to its own bottom
        a, b = gs[max(0, i - 1)], gs[min(len(gs) - 1, i + 1)]
        res = minimize_scalar(lambda t: float(d.scaled(t * v)[0]), bounds=(a, b), method="bounded", options=dict(xatol=1e-10))
        best = min(best, res.fun); cands[-1] = (res.fun, lb, res.x, float(d.scaled(res.x * v)[1]))
    def model(p):
        if not d.lo - 20 <= p[1] <= d.hi + 20: return np.full_like(d.x, np.nan)
        g = growth(d, p[1]); return p[0] * np.exp(p[2] ** 2 * ((g - g.min()) / (g.max() - g.min()) - 1))
    for rss, lb, gg, A in sorted(cands)[:10]:
        best = min(best, d.polish(model, [A if not d.log else A, lb, np.sqrt(gg)]))
    return float(best)


def shares(d, D):
    return np.expm1(-D * d.span) / np.expm1(-D)


def saturating(d):
    top = np.log(max(60, 60 * d.W / d.gap))
    if not d.log:
        return min(lowest_1d(lambda t: wls(d, [np.ones_like(d.x), shares(d, np.exp(t))])[0], np.linspace(np.log(1e-4), top, 500)),
                   wls(d, [np.ones_like(d.x), d.span])[0])
    best = np.inf; cands = []
    gs = GAINS[np.abs(GAINS) < 60]
    for t in np.linspace(np.log(1e-3), top, 120):
        v = shares(d, np.exp(t))
        rss, a = d.scaled(np.log1p(np.expm1(gs)[:, None] * v))
        for i in local_minima(rss)[:2]: cands.append((rss[i], t, gs[i], a[i]))
        best = min(best, rss.min())
    def model(p):
        # Below this the shares are differences of equals.
        if not np.log(1e-7) <= p[1] <= top + 2: return np.full_like(d.x, np.nan)
        return p[0] + np.log1p(np.expm1(p[2]) * shares(d, np.exp(p[1])))
    for rss, t, g, a in sorted(cands)[:16]:
        best = min(best, d.polish(model, [a, t, g]))
    return float(min(best, log_linear(d)))


def local_minima(v):
    idx = [i for i in range(len(v)) if np.isfinite(v[i]) and v[i] <= v[max(0, i - 1)] and v[i] <= v[min(len(v) - 1, i + 1)]]
    return sorted(idx, key=lambda i: v[i])


def thresholds(d, D, spread=12):
    """Places of a threshold worth trying at slope D/W: everywhere, and around every count."""
    k = D / d.W
    far = np.concatenate([[d.lo - 40 / k, d.lo - 20 / k, d.lo - 10 / k, d.lo - 5 / k], np.linspace(d.lo - 3 / k, d.hi + 3 / k, 60),
                          d.hi + np.geomspace(3, 60, 12) / k])
    near = (d.k[:, None] + np.linspace(-spread, spread, 25)[None, :] / k).ravel()
    return np.unique(np.concatenate([far, near]))


def logistic(d):
    top = np.log(max(60, 40 * d.W / d.gap)); best = np.inf; cands = []
    for t in np.linspace(np.log(1e-3), top, 110):
        D = np.exp(t); k = D / d.W; us = thresholds(d, D)
        logs = -np.logaddexp(0, k * (us[:, None] - d.x)) + np.logaddexp(0, k * (us - d.hi))[:, None]
        rss, A = d.scaled(logs)
        for i in local_minima(rss)[:4]: cands.append((rss[i], us[i], t, A[i]))
        best = min(best, rss.min())
    def model(p):
        if not np.log(1e-7) <= p[2] <= top + 2: return np.full_like(d.x, np.nan)
        k = np.exp(p[2]) / d.W
        logs = -np.logaddexp(0, k * (p[1] - d.x)) + np.logaddexp(0, k * (p[1] - d.hi))
        return p[0] + logs if d.log else p[0] ** 2 * np.exp(logs)
    for rss, u, t, A in sorted(cands)[:24]:
        best = min(best, d.polish(model, [A if d.log else np.sqrt(A), u, t]))
    return float(best)


def hill(d, chance=None):
    """floor + (ceiling - floor)/(1 + (m/n)^k), 0 <= floor <= ceiling; or the floor fixed."""
    top = np.log(max(60, 40 * d.W / d.gap)); best = np.inf; cands = []
    ratios = np.concatenate([[0], np.geomspace(1e-6, 1e3, 28)])
    for t in np.linspace(np.log(1e-3), top, 90):
        D = np.exp(t); k = D / d.W; us = thresholds(d, D, 8)
        h = np.exp(-np.logaddexp(0, k * (us[:, None] - d.x)) + np.logaddexp(0, k * (us - d.hi))[:, None])  # 1 at the last
        if chance is None:
            if d.log:
                # floor : rise = q : 1
                logs = np.log(h[:, None, :] + ratios[None, :, None])
                rss, a = d.scaled(logs)
                flat = rss.min(1); r = rss.argmin(1)
                for i in local_minima(flat)[:4]: cands.append((flat[i], us[i], t, a[i, r[i]] + 0 * t, ratios[r[i]]))
                best = min(best, flat.min())
            else:
                w, y = d.w, d.y
                s11 = w.sum(); s12 = h @ w; s22 = (h * h) @ w; s1y = w @ y; s2y = (h * y) @ w
                det = s11 * s22 - s12 ** 2
                b = (s11 * s2y - s12 * s1y) / det; a = (s1y - b * s12) / s11
                bad_a = ~(a >= 0); b = np.where(bad_a, s2y / s22, b); a = np.where(bad_a, 0, a)
                bad_b = ~(b >= 0); a = np.where(bad_b, max(0, s1y / s11), a); b = np.where(bad_b, 0, b)
                rss = d.rss(a[:, None] + b[:, None] * h)
                for i in local_minima(rss)[:4]: cands.append((rss[i], us[i], t, a[i], b[i]))
                best = min(best, rss.min())
        else:
            if d.log:
                As = np.geomspace(1e-3, 1e2, 40) * max(d.s.max() - chance, 1e-3 * d.s.max())
                rss = d.rss(np.log(np.maximum(1e-300, chance + As[None, :, None] * h[:, None, :])))
                flat = rss.min(1); r = rss.argmin(1)
                for i in local_minima(flat)[:4]: cands.append((flat[i], us[i], t, 0, As[r[i]]))
                best = min(best, flat.min())
            else:
                b = np.maximum(0, (h * (d.y - chance)) @ d.w / ((h * h) @ d.w))
                rss = d.rss(chance + b[:, None] * h)
                for i in local_minima(rss)[:4]: cands.append((rss[i], us[i], t, 0, b[i]))
                best = min(best, rss.min())
    def h_of(p):
        if not np.log(1e-7) <= p[1] <= top + 2: return np.full_like(d.x, np.nan)
        k = np.exp(p[1]) / d.W
        return np.exp(-np.logaddexp(0, k * (p[0] - d.x)) + np.logaddexp(0, k * (p[0] - d.hi)))
    if chance is None:
        model = (lambda p: p[2] + np.log(h_of(p) + p[3] ** 2)) if d.log else (lambda p: p[2] ** 2 + p[3] ** 2 * h_of(p))
    else:
        model = (lambda p: np.log(chance + p[2] ** 2 * h_of(p))) if d.log else (lambda p: chance + p[2] ** 2 * h_of(p))
    for c in sorted(cands)[:24]:
        rss, u, t, a, b = c
        if chance is None:
            start = [u, t, a, max(np.sqrt(b), 1e-4)] if d.log else [u, t, max(np.sqrt(a), 1e-4), max(np.sqrt(b), 1e-4)]
        else:
            start = [u, t, max(np.sqrt(b), 1e-4)]
        best = min(best, d.polish(model, start))
    if chance is None: best = min(best, logistic(d))
    return float(best)


def broken(d):
    inner = d.k[1:-1]
    if len(inner) < 2: return None
    def hinge(psi): return np.minimum(d.x - psi, 0), np.maximum(d.x - psi, 0)
    one = np.ones_like(d.x)
    if d.log:
        def f(psi):
            a, b = hinge(psi); v, c = wls(d, [one, a, b])
            if c[1] * c[2] >= 0: return v
            return min(wls(d, [one, a])[0], wls(d, [one, b])[0])
        best = np.inf
        for p, q in zip(inner, inner[1:]):
            best = min(best, lowest_1d(f, np.linspace(p, q, 60), 4))
        return best
    best = np.inf
    top = d.y.max()
    def one_sided(psi, side):
        z = hinge(psi)[side] / d.W
        return lowest_1d(lambda g: float(d.scaled(g * z)[0]), GAINS[::6], 3)
    for p, q in zip(inner, inner[1:]):
        grid = np.linspace(p, q, 7)
        starts = []
        for psi in grid:
            a, b = hinge(psi)
            pos = d.s > 0
            A = np.stack([one, a, b], 1)[pos] * (d.q * d.s)[pos][:, None]
            c, *_ = np.linalg.lstsq(A, (d.q * d.s * np.log(np.maximum(d.s, 1e-300)))[pos], rcond=None)
            for c0 in (c, [np.log(max(top, 1e-9)), max(c[1], 0), max(c[2], 0)], [np.log(max(top, 1e-9)), 3 / d.W, 0.1 / d.W], [np.log(max(top, 1e-9)), min(c[1], 0), min(c[2], 0)]):
                def m3(t): return np.exp(t[0] + t[1] * a + t[2] * b)
                try: t, _ = leastsq(lambda t: np.nan_to_num(d.q * (m3(t) - d.y), nan=1e6, posinf=1e6), c0, ftol=1e-13, xtol=1e-13, maxfev=600)
                except Exception: continue
                v = float(d.rss(m3(t)))
                if t[1] * t[2] >= 0:
                    best = min(best, v); starts.append((v, psi, t))
        for v, psi, t in sorted(starts, key=lambda z: z[0])[:3]:
            def m4(z):
                at = p + (q - p) / (1 + np.exp(-z[3])); a, b = hinge(at); return np.exp(z[0] + z[1] * a + z[2] * b)
            sh = min(max((psi - p) / (q - p), 1e-3), 1 - 1e-3)
            try:
                z, _ = leastsq(lambda z: np.nan_to_num(d.q * (m4(z) - d.y), nan=1e6, posinf=1e6), [*t, np.log(sh / (1 - sh))], ftol=1e-15, xtol=1e-15, maxfev=1500)
                if z[1] * z[2] >= 0: best = min(best, float(d.rss(m4(z))))
            except Exception: pass
        for side in (0, 1):
            best = min(best, lowest_1d(lambda psi: one_sided(psi, side), np.linspace(p, q, 4), 2))
    return float(best)


LAWS = {"constant": constant, "power": power, "log-linear": log_linear, "regime": regime, "saturating": saturating,
        "logistic": logistic, "broken-power": broken, "hill": hill}


def reference(s, laws=LAWS):
    d = Data(s)
    out = {}
    for name, f in laws.items():
        p = {"constant": 1, "power": 2, "log-linear": 2, "broken-power": 4, "hill": 4}.get(name, 3)
        if len(d.k) < p + 1: continue
        v = f(d)
        if v is not None: out[name] = v
    return out


# ---------------------------------------------------------------- output

# Found by review: what an earlier version missed.
def csv(text): return [list(map(float, row.split(","))) for row in text.split()]


REVIEWED = {
    "steep-logistic": (['score'], """
        1,1.22 8,0.02 16,0.26 32,0.02 64,1.65 128,20.66 256,52.46 384,58.5 512,59.04 768,61.91"""),
    "broken-power-134": (['log-score'], """
        1.247192848369246,11.061829140729769 1.5996826336259582,12.243856528334975
        1.8233599757490575,12.817080648270045 1.975469699529979,10.756333533319097
        2.012315144659544,11.52775585450653 2.406876893364852,11.13660662416822
        2.5002553115090556,10.723438724581635 2.51408547848268,10.639341363364032
        2.5694618694267115,11.109549834253281 2.6526485967033793,14.23411049416536
        2.6847530491656952,15.668954670332731 530.3032265724731,35.7700799562484
        540.2584512113424,31.55505398382681 577.0423528391841,31.65141310850322
        601.8418364966499,34.296016530683495 616.4389871997288,30.162249843201
        634.141487003764,33.918487761255946 681.2832087134516,43.99933988332017
        710.9197730292552,35.53126836486941 728.8651013989596,35.88178649995053
        738.2083811570585,38.87257128509975 793.0041821494876,39.03634091179838
        793.8922923578341,33.1867754381416"""),
    "broken-power-185": (['log-score'], """
        1.145,22.047715917374774 1.184,23.97450599773288 1.558,24.39231422827206 2.175,33.955353077667986
        2.316,52.44628029875009 2.601,88.68707067694166 3.952,66.17843421396864 4.433,61.24646543767962
        4.664,112.56035968379813 4.801,176.9785520571671 5.524,97.39729759069596 6.066,145.13456985737335
        13.716,200.99189138169461 13.736,338.62238908300156 34.809,409.355088414468 39.24,775.9823602851498
        46.579,916.2718463211514 63.186,640.9245826352542 215.917,683.5270370891433
        236.185,521.0086308317968 270.68,722.7147271729348 536.071,578.8645026361615
        719.034,639.4489775084118 985.454,466.1278691400991"""),
    "near-constant-saturating": (['log-score', 'score'], """
        1.084,546.9327200403563 1.191,545.6983348263244 1.333,547.2572872996118 2.7,546.1452040771575
        3.584,545.9775849912481 7.534,546.3243608264814 7.759,544.4998074541547 40.763,546.7850384518292
        53.827,546.279885397002 123.325,546.2894304037773 168.466,545.6815041745148
        207.965,546.4820439339907 279.788,545.659832571381 960.832,545.3163621979583"""),
    "regime-score-86": (['score'], """
        1.1232932568521348,3.7654544766410636 1.1835512672003383,8.422937042076445
        1.34531738405276,5.222230223351676 1.3832253561960133,12.969118005100167
        1.8389863579683463,22.61233730891203 1.8654754548357035,17.46351080291588
        2.1275485489828148,6.221908775206646 2.1927592720551212,6.245091598847358
        2.566723398956653,10.510132376707858 2.8780789513853025,6.919799996245391
        2.8991338709108776,28.728648005609436 509.3116667495296,16.952521427494794
        565.8770109692216,30.44809150935557 573.9057172021298,83.18481728815382
        592.5893289238978,30.13318112602816 596.4840539148624,19.12448700331748
        619.2072538970601,44.774423454869265 632.506071849527,30.85898403393168
        634.3929077683317,31.77102545674694 683.936178437471,47.71433474844731
        696.6572488316501,22.1078563930781 794.2112573282963,28.343722527387513
        797.7943523855287,174.44372155815327"""),
}
# Seeds at which some version of the search stopped short, beside the first of each kind and scale.
HARD = [6, 18, 41, 55, 66, 72, 76, 83, 84, 86, 132, 149, 243, 308, 346, 527, 534, 609, 682, 687, 1016, 1073, 1118,
        1151, 1479, 1524, 1585, 1780]
EACH = 3


def chosen(arguments):
    if arguments:
        for seed in range(*map(int, arguments)):
            yield f"seed {seed}", make(seed)
        return
    for name, (scales, text) in REVIEWED.items():
        rows = np.array(csv(text))
        for scale in scales:
            yield name, dict(kind="reviewed", scale=scale, tokens=rows[:, 0], score=rows[:, 1], weights=np.ones(len(rows)))
    seen = {}
    for seed in range(max(HARD) + 1):
        s = make(seed)
        key = (s["kind"], s["scale"])
        isNew = seen.get(key, 0) < EACH and len(np.unique(s["tokens"])) >= 5
        if isNew: seen[key] = seen.get(key, 0) + 1
        if isNew or seed in HARD: yield f"seed {seed}", s


if __name__ == "__main__":
    print("# Generator: generate_adversarial.py beside this file; numpy", np.__version__ + ", scipy", scipy.__version__ + ",")
    print("# doubles printed to 17 digits. Least weighted residual sums by law, weights scaled to a mean of 1; empty where")
    print("# a law has no parameters to spare. The last columns are the series.")
    print("name,kind,scale," + ",".join(LAWS) + ",tokens,scores,weights")
    number = lambda v: repr(float(v))
    for name, s in chosen(sys.argv[1:]):
        found = reference(s)
        cells = [number(found[law]) if law in found else "" for law in LAWS]
        lists = [" ".join(map(number, s[key])) for key in ("tokens", "score", "weights")]
        print(",".join([name, s["kind"], s["scale"]] + cells + lists), flush=True)
