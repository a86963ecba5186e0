"""Compare traced runs with the barest NumPy loops that give the same parameters and losses."""

import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

import gdbook as gd

EXAMPLES, STEPS, BATCH, RATE, REPEATS = 1000, 1000, 10, 0.03, 15
Array = NDArray[np.float64]


def bare(x: Array, y: Array, size: int) -> Array:
    """Return all losses of a run written out by hand, on every example or on batches."""
    generator = np.random.default_rng(0)
    w = np.zeros(x.shape[1])
    parameters = np.empty((STEPS + 1, x.shape[1]))
    features, targets, first = x, y, EXAMPLES
    for step in range(STEPS + 1):
        parameters[step] = w
        if size < EXAMPLES:
            if first >= EXAMPLES:
                order, first = generator.permutation(EXAMPLES), 0
            batch = order[first : first + size]
            features, targets = x[batch], y[batch]
            first += size
        error = w @ features.T - targets
        w = w - RATE * (2 * (error @ features) / len(targets))
    errors: Array = parameters @ x.T - y
    losses: Array = (errors**2).mean(axis=-1)
    return losses


def ratio(
    book: Callable[[], object], bare_loop: Callable[[], object]
) -> tuple[float, float, float]:
    """Return the fastest times of both, taken in turns, in microseconds a step, and their ratio."""
    times = []
    for _ in range(REPEATS):
        row = []
        for work in (book, bare_loop):
            start = perf_counter()
            work()
            row.append((perf_counter() - start) / STEPS * 1e6)
        times.append(row)
    ours, theirs = np.min(times, axis=0)
    return float(ours), float(theirs), float(ours / theirs)


def main() -> None:
    """Print microseconds a step, and ratios, of the full batch, of batches and of one example."""
    generator = np.random.default_rng(0)
    x = np.column_stack([np.ones(EXAMPLES), generator.normal(size=(EXAMPLES, 2))])
    y = x @ np.array([4.2, 2.0, -3.4]) + 0.01 * generator.normal(size=EXAMPLES)
    loss = gd.least_squares(x, y)

    for size in (EXAMPLES, BATCH, 1):
        noisy = loss if size == EXAMPLES else gd.minibatches(loss, size=size)

        def book(noisy: gd.Loss = noisy) -> Array:
            return gd.gradient_descent(noisy, [0, 0, 0], learning_rate=RATE).trace(STEPS).losses

        def loop(size: int = size) -> Array:
            return bare(x, y, size)

        np.testing.assert_allclose(book(), loop(), rtol=1e-9)
        ours, theirs, times = ratio(book, loop)
        sys.stdout.write(
            f"{size:5} examples a step: gdbook {ours:.1f} µs, bare {theirs:.1f} µs, "
            f"ratio {times:.2f}\n"
        )


if __name__ == "__main__":
    main()
