"""Run what the site offers to take along, in an environment that knows nothing of the book.

`python -m tests.outside` runs every chapter's script, or those named, as in `one-weight/slope`, and
says whether each prints the numbers of its page.
"""

# ruff: noqa: S603, T201 - it runs Python and uv, and is run to see what it prints

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
OTHER_DATA = {"many-weights/what-weights-learn"}
"""Chapters that take scikit-learn's digits outside, where nobody has installed MNIST."""

RUN = """
import runpy, sys, warnings
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt

shown = []

def show():
    for number in plt.get_fignums():
        figure = plt.figure(number)
        figure.canvas.draw()
        shown.append(number)
        plt.close(figure)

plt.show = show
warnings.simplefilter("error")
runpy.run_path(sys.argv[1], run_name="__main__")
import gdbook
assert "site-packages" in gdbook.__file__, gdbook.__file__
assert not {"myst_nb", "figures", "sphinx"} & set(sys.modules), "it needs the book"
print(f"shown: {len(shown)}, left: {len(plt.get_fignums())}")
"""


@dataclass(frozen=True)
class Outcome:
    """How the script of a chapter ran."""

    name: str
    seconds: float
    figures: int
    failure: str


def environment(folder: Path) -> Path:
    """Make an environment with the site's wheel in it, and return its Python.

    What the package depends on is that of this environment, by a path: nothing is downloaded.  The
    package of this environment, which is the source, is not on that path.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    (wheel,) = SITE.glob("take/*.whl")
    uv = Path(sys.executable).with_name("uv")
    options = ["--no-config", "--offline", "--no-deps", "--quiet", "--python", str(python)]
    subprocess.run([uv, "pip", "install", *options, wheel], check=True)
    command = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    path = Path(packages, "dependencies.pth")
    path.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def scripts() -> list[str]:
    """Return the chapters of which the site has a script, by their pages' names."""
    return sorted(file.relative_to(SITE).with_suffix("").as_posix() for file in SITE.glob("*/*.py"))


def run(python: Path, name: str) -> Outcome:
    """Run a chapter's script in an empty folder, as a reader would who has downloaded it."""
    begun = time.monotonic()
    known = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
    with TemporaryDirectory() as folder:
        script = Path(folder, "chapter.py")
        script.write_bytes((SITE / f"{name}.py").read_bytes())
        done = subprocess.run(
            [python, "-c", RUN, script.name],
            cwd=folder,
            env={**known, "MPLCONFIGDIR": folder, "HOME": folder},
            capture_output=True,
            check=False,
            text=True,
        )
    seconds = time.monotonic() - begun
    if done.returncode:
        return Outcome(name, seconds, 0, done.stderr.strip())
    output, _, counts = done.stdout.rpartition("shown: ")
    figures, left = map(int, counts.split(", left: "))
    failure = f"{left} figures are drawn and never shown" if left else ""
    if name not in OTHER_DATA and numbers(output) != (promised := numbers(shown(name))):
        failure = f"it prints {numbers(output)}, and its page {promised}"
    return Outcome(name, seconds, figures, failure)


def shown(name: str) -> str:
    """Return what the cells of a page print."""
    page = BeautifulSoup((SITE / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    return "\n".join(text.get_text() for text in page.select("div.cell_output div.output"))


def numbers(text: str) -> list[float]:
    """Return the numbers in a text, however a notebook and a script write them."""
    plain = re.sub(r"\bfloat64|dtype=\S+", "", text)
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?", plain)]


def main() -> int:
    """Run scripts, two at a time, and tell how it went."""
    names = sys.argv[1:] or scripts()
    with TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        python = environment(Path(folder))
        failed = 0
        for outcome in pool.map(lambda name: run(python, name), names):
            failed += bool(outcome.failure)
            verdict = f"failed:\n{outcome.failure}" if outcome.failure else "ran"
            print(f"{outcome.name}: {outcome.figures} figures, {outcome.seconds:.1f} s, {verdict}")
    print(f"{len(names) - failed} of {len(names)} scripts ran outside the book")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
