"""Compare one trace of many learning rates with as many traces of one rate each."""

import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np

import gdbook as gd

RATES, STEPS, REPEATS = 1000, 20, 5


def seconds(work: Callable[[], object]) -> float:
    """Return the fastest of some runs, which the machine's noise has disturbed least."""
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    """Print both times and their ratio."""
    loss = gd.least_squares([2], [0.8])
    rates = np.linspace(0.01, 0.3, RATES)
    together = seconds(lambda: gd.gradient_descent(loss, [0.5], learning_rate=rates).trace(STEPS))
    single = seconds(
        lambda: [gd.gradient_descent(loss, [0.5], learning_rate=r).trace(STEPS) for r in rates]
    )
    sys.stdout.write(
        f"{RATES} rates, {STEPS} steps: together {together * 1e3:.2f} ms, "
        f"one by one {single * 1e3:.0f} ms, ratio {single / together:.0f}\n"
    )


if __name__ == "__main__":
    main()
