#!/usr/bin/env python3
"""Writes laws.csv: scores and elasticities of every law to 40 digits.

    python3 Tests/ScalingLawsTests/References/generate_laws.py > Tests/ScalingLawsTests/References/laws.csv

Independent of the library: mpmath evaluates the formulas of docs/model.md at 60 digits, and the
elasticity by numerical differentiation of ln S in ln n, not by a formula.
"""

import mpmath as mp

mp.mp.dps = 60

LAWS = {
    "power": (lambda p, n: p[0] * n ** -p[1],
              [("14.8125", "-0.229666"), ("46.2316", "-0.00300432"), ("3.5", "0.75"),
               ("1e-3", "-1.5")]),
    "regime": (lambda p, n: p[0] * (n * (n + p[2]) / (1 + p[2])) ** (p[1] / 2),
               [("9.708", "0.5", "64"), ("20", "0.05", "0"), ("1", "1.7", "12.5"),
                ("30", "0.2", "1e12"), ("5", "0.31", "0.001")]),
    "saturating": (lambda p, n: p[0] - p[1] * n ** -p[2],
                   [("55.1", "46", "0.41"), ("60", "59.9", "1.3"), ("20", "-5", "0.5")]),
    "log-linear": (lambda p, n: p[0] + p[1] * mp.log(n), [("12.5", "6.25"), ("40", "-3")]),
    "logistic": (lambda p, n: p[0] / (1 + (p[1] / n) ** p[2]),
                 [("56.31", "8.23", "0.745"), ("2", "300", "2.5"), ("90", "0.01", "0.3")]),
    "hill": (lambda p, n: p[0] + (p[1] - p[0]) / (1 + (p[2] / n) ** p[3]),
             [("25", "61.5", "154.5", "3.62"), ("0", "56.31", "8.23", "0.745"), ("0.5", "90", "2000", "6"),
              ("39.9", "40", "3", "0.4")]),
    "broken-power": (lambda p, n: p[0] * (n / p[3]) ** (p[1] if n < p[3] else p[2]),
                     [("42.7", "0.466", "0.075", "23.2"), ("5", "-0.1", "-1.5", "100"),
                      ("7", "0", "0.3", "4.5")]),
    "constant": (lambda p, n: p[0] + 0 * n, [("46.2",)]),
}
TOKENS = ["0.5", "1", "1.0000001", "2", "8.5", "64", "576", "16384", "1e6"]


def text(value):
    return mp.nstr(value, 40, min_fixed=1, max_fixed=0)


print("# Generator: generate_laws.py beside this file; mpmath", mp.__version__, "at 60 digits,")
print("# printed to 40. Elasticity: d ln S / d ln n by numerical differentiation, empty where S <= 0.")
print("law,parameters,tokens,score,elasticity")
for law, (formula, cases) in LAWS.items():
    for case in cases:
        # The parameters are the doubles nearest to these decimals, as the library reads them.
        parameters = [mp.mpf(float(value)) for value in case]
        for written in TOKENS:
            n = mp.mpf(float(written))
            score = formula(parameters, n)
            elasticity = ""
            if score > 0:
                slope = mp.diff(lambda u: mp.log(formula(parameters, mp.exp(u))), mp.log(n))
                # Below the differentiation's own error the slope is zero.
                elasticity = text(slope) if abs(slope) > mp.mpf(10) ** -35 else "0"
            print(f"{law},{' '.join(case)},{written},{text(score)},{elasticity}")
