"""Measure what a loop costs, by size, and what a gradient over blocks of a file needs of memory.

The results go to vectorization.json, which a chapter draws and quotes.  Dask's part is left out
where Dask is missing.
"""

import json
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
from machine import machine
from numpy.typing import NDArray

Array = NDArray[np.float64]
LARGEST_LOOP = 1_000_000
ROWS, FEATURES, BLOCK = 5_000_000, 10, 50_000


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


def peak_megabytes(work: Callable[[], Array], expected: Array | None) -> tuple[float, float, Array]:
    """Return the largest memory in use for arrays, the seconds, and the gradient, if it is right.

    Pages of the file that the system keeps in its own cache are not counted.
    """
    tracemalloc.start()
    begin = perf_counter()
    gradient = work()
    seconds = perf_counter() - begin
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    if expected is not None:
        np.testing.assert_allclose(gradient, expected, rtol=1e-8)
    return round(peak / 1e6, 1), round(seconds, 2), gradient


def out_of_core() -> dict[str, object]:
    """Return what one gradient over a file costs: at once, by blocks, and with Dask."""
    w = np.linspace(-1, 1, FEATURES)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.dat"
        table = np.memmap(file, np.float64, "w+", shape=(ROWS, FEATURES))
        generator = np.random.default_rng(0)
        for first in range(0, ROWS, BLOCK):
            table[first : first + BLOCK] = generator.normal(size=(BLOCK, FEATURES))
        table.flush()
        x = np.memmap(file, np.float64, "r", shape=(ROWS, FEATURES))

        def whole() -> Array:
            everything = np.array(x)
            return (everything @ w - 1) @ everything / ROWS

        def blocks() -> Array:
            total = np.zeros(FEATURES)
            for first in range(0, ROWS, BLOCK):
                block = np.array(x[first : first + BLOCK])
                total += (block @ w - 1) @ block
            return total / ROWS

        def part(first: int) -> Array:
            block = np.array(
                np.memmap(file, np.float64, "r", shape=(ROWS, FEATURES))[first:][:BLOCK]
            )
            product: Array = (block @ w - 1) @ block
            return product

        def dask() -> Array:
            from dask import delayed  # noqa: PLC0415 - it may be missing

            parts = [delayed(part)(first) for first in range(0, ROWS, BLOCK)]
            gradient: Array = (delayed(sum)(parts) / ROWS).compute(scheduler="threads")
            return gradient

        ways = {"at once": whole, "by blocks": blocks, "Dask": dask}
        try:
            import dask  # noqa: PLC0415 - it may be missing
        except ImportError:
            del ways["Dask"]
        result: dict[str, object] = {"file, MB": round(x.nbytes / 1e6)}
        expected = None
        for name, work in ways.items():
            peak, seconds, expected = peak_megabytes(work, expected)
            result[name] = {"MB": peak, "seconds": seconds}
    return result


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
        "gradient over a file": out_of_core(),
    }
    text = json.dumps(results, indent=1) + "\n"
    Path(__file__).with_suffix(".json").write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
