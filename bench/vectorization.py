"""Measure what an addition costs, by size, in a loop, in a list and in NumPy.

The results go to vectorization.json, which a chapter draws and quotes.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
from machine import machine

LARGEST_LOOP = 1_000_000


def nanoseconds(work: Callable[[], object], elements: int) -> float:
    """Return the fastest time of many, per element."""
    often = max(1, 20_000 // elements)
    times = []
    stop = perf_counter() + 0.5
    while len(times) < 5 or perf_counter() < stop:
        begin = perf_counter()
        for _ in range(often):
            work()
        times.append((perf_counter() - begin) / often)
    return float(f"{1e9 * min(times) / elements:.3g}")


def additions(size: int) -> dict[str, float]:
    """Return the time per element of adding two arrays: by loop, comprehension, NumPy."""
    a, b = np.ones(size), np.ones(size)
    c = np.zeros(size)
    one, other = a.tolist(), b.tolist()

    def loop() -> None:
        for i in range(size):
            c[i] = a[i] + b[i]

    works: dict[str, Callable[[], object]] = {"NumPy": lambda: a + b}
    if size <= LARGEST_LOOP:
        works |= {
            "loop over arrays": loop,
            "list comprehension": lambda: [x + y for x, y in zip(one, other, strict=True)],
        }
    return {name: nanoseconds(work, size) for name, work in works.items()}


def weighted_sums(size: int) -> dict[str, float]:
    """Return the time per element of one weighted sum: by loop, comprehension, NumPy."""
    x, w = np.ones(size), np.ones(size)
    inputs, weights = x.tolist(), w.tolist()

    def loop() -> float:
        total = 0.0
        for i in range(size):
            total += x[i] * w[i]
        return float(total)

    works: dict[str, Callable[[], object]] = {
        "loop over arrays": loop,
        "sum of a comprehension": lambda: sum(
            [a * b for a, b in zip(inputs, weights, strict=True)]
        ),
        "NumPy": lambda: x @ w,
    }
    return {name: nanoseconds(work, size) for name, work in works.items()}


def in_place(size: int) -> float:
    """Return the time per element of an addition that makes no new array."""
    a, b, c = np.ones(size), np.ones(size), np.zeros(size)
    return nanoseconds(lambda: np.add(a, b, out=c), size)


def caches() -> dict[str, int]:
    """Return the sizes of the processor's caches for data, in bytes."""
    found = {}
    units = {"K": 1024, "M": 1024**2}
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        if (folder / "type").read_text().strip() != "Instruction":
            size = (folder / "size").read_text().strip()
            found[f"L{(folder / 'level').read_text().strip()}"] = int(size[:-1]) * units[size[-1]]
    return found


def main() -> None:
    """Measure, keep the results and print them."""
    sizes = [10**k for k in range(8)]
    fine = [int(2 ** (k / 2)) for k in range(14, 52)]
    results = {
        "machine": machine() | {"caches": caches()},
        "unit": "nanoseconds per element, the fastest of many",
        "sizes": sizes,
        "additions": [additions(size) for size in sizes],
        "weighted sum of 10000": weighted_sums(10_000),
        "fine sizes": fine,
        "in place": [in_place(size) for size in fine],
    }
    text = json.dumps(results, indent=1) + "\n"
    Path(__file__).with_suffix(".json").write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
