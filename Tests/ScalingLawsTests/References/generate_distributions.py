#!/usr/bin/env python3
"""Writes distributions.csv: tails and quantiles of the beta, F and t distributions to 30 digits.

    python3 Tests/ScalingLawsTests/References/generate_distributions.py \\
        > Tests/ScalingLawsTests/References/distributions.csv

Independent of the library: mpmath's hypergeometric series at 340 digits, roots by the secant rule.
"""

import mpmath as mp

# Differences from 1 must leave 30 digits of a tail of 1e-300.
mp.mp.dps = 340
EPSILON = mp.mpf(10) ** -338


def tail(a, b, x, y):
    """I_x(a, b) with x + y = 1, by the series in the smaller of both, whose terms are positive."""
    if x > y:
        return 1 - tail(b, a, y, x)
    front = mp.exp(a * mp.log(x) + b * mp.log(y) - mp.log(mp.beta(a, b))) / a
    term = total = mp.mpf(1)
    k = 0
    while term > total * EPSILON or k < 4:
        term *= (a + b + k) * x / (a + 1 + k)
        total += term
        k += 1
    return front * total


def text(value):
    return mp.nstr(value, 30, min_fixed=1, max_fixed=0)


def row(kind, first, second, at, value):
    print(f"{kind},{first},{second},{at},{text(value)}")


def quantile(first, second, q):
    """f with P(F > f) = q: bisection in ln f to three digits, then the secant rule."""
    a, b = mp.mpf(first) / 2, mp.mpf(second) / 2

    def excess(u):
        ratio = mp.mpf(first) * mp.exp(u) / mp.mpf(second)
        return mp.log(tail(b, a, 1 / (1 + ratio), ratio / (1 + ratio)) / q)

    low, high = mp.mpf(-60), mp.mpf(60)
    while high - low > mp.mpf("0.001"):
        middle = (low + high) / 2
        if excess(middle) > 0:
            low = middle
        else:
            high = middle
    return mp.exp(mp.findroot(excess, (low, high), solver="secant", tol=mp.mpf(10) ** -80))


print("# Generator: generate_distributions.py beside this file; mpmath", mp.__version__, "at 340 digits,")
print("# printed to 30. beta-upper: P(X > 1 - at), beta-lower: P(X <= at), f-upper: P(F > at),")
print("# f-quantile and t-critical: the value exceeded (by |T|) with probability at. Arguments are the")
print("# doubles nearest to the decimals.")
print("kind,first,second,at,value")
SHAPES = [("0.5", b) for b in ("0.5", "1", "1.5", "2", "3.5", "13.5", "48.5", "1000", "500000.5")]
SHAPES += [("1", "1"), ("2", "3"), ("7.5", "0.5"), ("30", "40"), ("1000", "1000"), ("100000", "0.5"),
           ("1000000", "1000000")]
for a, b in SHAPES:
    A, B = mp.mpf(float(a)), mp.mpf(float(b))
    mean = A / (A + B)
    points = ["1e-12", "1e-6", "0.001", "0.03", "0.2", "0.5", "0.7", "0.9", "0.999"]
    spread = mp.sqrt(A * B / (A + B + 1)) / (A + B)
    points += [repr(float(mean + k * spread)) for k in (-6, -2, -0.5, 0.5, 2, 6)
               if 0 < float(mean + k * spread) < 1]
    for at in points:
        t = mp.mpf(float(at))
        low = tail(A, B, t, 1 - t)
        if low > mp.mpf("1e-300"):
            row("beta-lower", a, b, at, low)
        up = tail(B, A, t, 1 - t)
        if up > mp.mpf("1e-300"):
            row("beta-upper", a, b, at, up)
for first, second in [("1", "1"), ("1", "2"), ("1", "6"), ("1", "7"), ("1", "26"), ("1", "1000"),
                      ("2", "5"), ("3", "20"), ("10", "10"), ("50", "7")]:
    a, b = mp.mpf(first) / 2, mp.mpf(second) / 2
    for at in ["1e-6", "0.01", "0.5", "1", "2.5", "5.98", "40", "1000", "1e6", "1e12"]:
        ratio = mp.mpf(float(at)) * mp.mpf(first) / mp.mpf(second)
        value = tail(b, a, 1 / (1 + ratio), ratio / (1 + ratio))
        if value > mp.mpf("1e-300"):
            row("f-upper", first, second, at, value)
    for q in ["1e-12", "1e-4", "0.01", "0.05", "0.1", "0.5", "0.9", "0.99"]:
        row("f-quantile", first, second, q, quantile(first, second, mp.mpf(float(q))))
for freedom in ["1", "2", "3", "6", "7", "26", "27", "98", "5000"]:
    for q in ["1e-10", "0.001", "0.01", "0.05", "0.2", "0.5"]:
        row("t-critical", freedom, "", q,
            mp.sqrt(quantile("1", freedom, mp.mpf(float(q)))))
