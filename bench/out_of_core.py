"""Measure the memory that one gradient over a file needs: at once, by blocks, and with Dask.

The results go to out_of_core.json, which a chapter quotes.  Where Dask is missing this says so, and
the file stays as it is.
"""

import json
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import numpy as np
from machine import machine
from numpy.typing import NDArray

Array = NDArray[np.float64]
ROWS, FEATURES, BLOCK = 5_000_000, 10, 50_000


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

        ways = {"at once": whole, "by blocks": blocks}
        if find_spec("dask"):
            ways["Dask"] = dask
        result: dict[str, object] = {"machine": machine(), "file, MB": round(x.nbytes / 1e6)}
        expected = None
        for name, work in ways.items():
            peak, seconds, expected = peak_megabytes(work, expected)
            result[name] = {"MB": peak, "seconds": seconds}
    return result


def main() -> None:
    """Measure, print the results, and keep them if they are complete."""
    results = out_of_core()
    text = json.dumps(results, indent=1) + "\n"
    sys.stdout.write(text)
    if "Dask" in results:
        Path(__file__).with_suffix(".json").write_text(text)
    else:
        sys.stdout.write("Dask is not installed: out_of_core.json stays as it was\n")


if __name__ == "__main__":
    main()
