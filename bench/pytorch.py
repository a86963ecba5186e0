"""Compare a thousand updates on minibatches: gdbook, a bare NumPy loop, PyTorch's eager loop.

All three shuffle the same batches and end on the same numbers.  Where PyTorch is missing this says
so, and measures nothing.  What it measured goes to pytorch.json, which a chapter quotes.
"""

import json
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np
from machine import machine

import gdbook as gd

UPDATES, BATCH, RATE, REPEATS = 1000, 10, 0.03, 15
START = np.array([0.0, 0.01, -0.01])
X, Y = gd.linear_data()
LOSS = gd.least_squares(X, Y, intercept=True, half=True)


def book() -> list[float]:
    """Return the parameters after all updates, by the package."""
    noisy = gd.minibatches(LOSS, size=BATCH, seed=1)
    run = gd.gradient_descent(noisy, START, learning_rate=RATE)
    parameters: list[float] = next(islice(run, UPDATES, None)).parameters.tolist()
    return parameters


def bare() -> list[float]:
    """Return them by the loop of the chapter, written out."""
    generator = np.random.default_rng(1)
    b, w = START[0], START[1:]
    for _ in range(UPDATES * BATCH // len(X)):
        order = generator.permutation(len(X))
        for first in range(0, len(X), BATCH):
            rows = order[first : first + BATCH]
            x, y = X[rows], Y[rows]
            delta = x @ w + b - y
            w = w - RATE * (delta @ x) / len(y)
            b = b - RATE * delta.mean()
    return [float(b), *w.tolist()]


def eager() -> list[float]:
    """Return them by PyTorch's automatic differentiation."""
    import torch  # noqa: PLC0415 - it may be missing

    torch.set_num_threads(1)
    features, targets = torch.tensor(X), torch.tensor(Y)
    b = torch.tensor(START[0], requires_grad=True)
    w = torch.tensor(START[1:], requires_grad=True)
    generator = np.random.default_rng(1)
    for _ in range(UPDATES * BATCH // len(X)):
        order = torch.tensor(generator.permutation(len(X)))
        for first in range(0, len(X), BATCH):
            rows = order[first : first + BATCH]
            loss = (features[rows] @ w + b - targets[rows]) ** 2 / 2
            loss.sum().backward()
            with torch.no_grad():
                for parameter in (w, b):
                    parameter -= RATE * parameter.grad / BATCH  # noqa: PLW2901 - in place
                    parameter.grad.zero_()
    return [b.item(), *w.tolist()]


def milliseconds(*works: Callable[[], object]) -> list[float]:
    """Return the fastest time of each, measured in turns."""
    times = []
    for _ in range(REPEATS):
        row = []
        for work in works:
            begin = perf_counter()
            work()
            row.append(1e3 * (perf_counter() - begin))
        times.append(row)
    fastest: list[float] = np.min(times, axis=0).tolist()
    return fastest


def main() -> None:
    """Measure all three, keep the times and print them."""
    try:
        import torch  # noqa: PLC0415 - it may be missing
    except ImportError:
        sys.stdout.write("PyTorch is not installed: nothing measured\n")
        return
    for other in (bare, eager):
        np.testing.assert_allclose(book(), other(), rtol=1e-9)
    package, loop, autograd = milliseconds(book, bare, eager)
    result = {
        "updates": UPDATES,
        "milliseconds": {
            "gdbook": round(package, 1),
            "NumPy loop": round(loop, 1),
            "PyTorch, eager": round(autograd, 1),
        },
        "PyTorch takes longer than gdbook by": round(autograd / package, 1),
        "PyTorch takes longer than the NumPy loop by": round(autograd / loop, 1),
        "machine": {**machine(), "PyTorch": torch.__version__},
    }
    text = json.dumps(result, indent=2) + "\n"
    Path(__file__).with_suffix(".json").write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
