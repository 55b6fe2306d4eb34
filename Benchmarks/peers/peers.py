"""Python peers for the problem "optimum-1e6".

Finds the token count n in 1...1,000,000 that maximises S(n)/F(n), with

    S(n) = 20 (n (1 + n/nb))^(beta/2)      beta = 0.25, nb = 64
    F(n) = F0 + F1 n + F2 n^2

in three ways: numpy over the whole lattice (building the lattice is timed),
scipy's bounded scalar search on ln n followed by the better of the two
neighbouring integers, and optuna's TPE sampler with 100 trials.

optuna samples, so its answer need not be the optimum. Its line carries
"exact": false, and "shortfall", the relative loss of S/F at its answer.

Prints one JSON line per peer. Usage: peers.py [--quick]
"""

import json
import math
import statistics
import sys
import time

import numpy as np
import optuna
from scipy.optimize import minimize_scalar

SCALE, BETA, BEND = 20.0, 0.25, 64.0
F0, F1, F2 = 2900040000000.0, 13125000000.0, 524288.0
LAST = 1_000_000
TOLERANCE = 1e-12


def ratio(n):
    """S(n)/F(n); n is a number or an array."""
    return SCALE * (n * (1 + n / BEND)) ** (BETA / 2) / (F0 + n * (F1 + n * F2))


def grid():
    ratios = ratio(np.arange(1.0, LAST + 1))
    return int(np.argmax(ratios >= ratios.max() * (1 - TOLERANCE))) + 1


def bounded():
    def loss(x):
        n = math.exp(x)
        return math.log(F0 + n * (F1 + n * F2)) - BETA / 2 * math.log(n * (1 + n / BEND))

    # 1e-7 in ln n is at most a tenth of a count, even at the far end.
    found = minimize_scalar(loss, bounds=(0.0, math.log(LAST)), method="bounded",
                            options={"xatol": 1e-7})
    low = min(max(math.floor(math.exp(found.x)), 1), LAST - 1)
    best = max(ratio(low), ratio(low + 1))
    return low if ratio(low) >= best * (1 - TOLERANCE) else low + 1


def sampled():
    study = optuna.create_study(direction="maximize",
                                sampler=optuna.samplers.TPESampler(seed=1))
    study.optimize(lambda trial: ratio(trial.suggest_int("n", 1, LAST, log=True)),
                   n_trials=100)
    return study.best_params["n"]


def measure(name, solve, repetitions, calls=1, exact=True):
    """Times `repetitions` batches of `calls` solves, after one to warm up."""
    answer = solve()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter_ns()
        answers = [solve() for _ in range(calls)]
        times.append((time.perf_counter_ns() - start) / calls)
        if any(other != answer for other in answers):
            sys.exit(f"{name}: the answer changed between repetitions")
    line = {"problem": "optimum-1e6", "name": name,
            "nanoseconds": statistics.median(times), "fastest": min(times),
            "answer": str(answer), "ours": False, "exact": exact}
    if not exact:
        line["shortfall"] = 1 - ratio(answer) / ratio(grid())
    print(json.dumps(line), flush=True)


def main():
    quick = "--quick" in sys.argv[1:]
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    measure("numpy full grid", grid, 3 if quick else 11)
    measure("scipy bounded", bounded, 3 if quick else 11, calls=100)
    measure("optuna TPE, 100 trials", sampled, 1 if quick else 3, exact=False)


if __name__ == "__main__":
    main()
