"""Compare one trace of a thousand learning rates with as many traces of one rate each, by rule."""

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

import gdbook as gd
from gdbook import rules

RATES, STEPS, EVERY = 1000, 1000, 200
OTHERS: dict[str, dict[str, Any]] = {"muon": {"shape": (2, 1)}}


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def main() -> None:
    """Print, for every rule, both times and their ratio; few of the single runs are timed."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(20, 2)) * [1, 3]
    loss = gd.least_squares(x, x @ [1, -2] + 0.1 * generator.normal(size=20))
    rates = np.geomspace(1e-4, 0.05, RATES)
    for name in rules.__all__:
        rule, settings = getattr(gd, name), OTHERS.get(name, {})
        swept = "step_size" if name == "hot_and_cold" else "learning_rate"

        def trace(
            values: object,
            rule: Callable[..., gd.Run] = rule,
            settings: dict[str, Any] = settings,
            swept: str = swept,
        ) -> gd.Trace:
            return rule(loss, [0, 0], **{swept: values}, **settings).trace(STEPS)

        together = seconds(lambda trace=trace: trace(rates))
        single = seconds(lambda trace=trace: [trace(rate) for rate in rates[::EVERY]]) * EVERY
        sys.stdout.write(
            f"{name:17} {RATES} rates, {STEPS} steps: together {together:6.2f} s, "
            f"one by one about {single:5.1f} s, ratio {single / together:4.0f}\n"
        )


if __name__ == "__main__":
    main()
