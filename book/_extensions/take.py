"""Let readers take the book with them: each chapter as a notebook and as a script, and the package.

Both run outside the book, wherever the wheel that lies beside the pages is installed.  They hold
what a reader of the page sees, its text and its cells; what they leave out are the hidden cells
that check the sentences.  The drawings of a part come with the wheel, as a module of the package.
"""

from __future__ import annotations

import ast
import json
import logging
import posixpath
import re
import shutil
import tomllib
import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docutils import nodes
from flit_core.wheel import WheelBuilder
from myst_nb.sphinx_ import SphinxEnvType
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from execute import ROOT, read
from formulas import put
from needed import needed
from prose import Cell, Page

Hidden = tuple[int, str, bool]

BOOK = ROOT / "book"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FOLDER = "take"
FILES = {
    "package": f"{FOLDER}/gdbook-{PROJECT['version']}-py3-none-any.whl",
    "notebooks": f"{FOLDER}/notebooks.zip",
}
MIDNIGHT = (2016, 1, 1, 0, 0, 0)
"""When everything in an archive was last changed, so that it is the same file on every day."""

INTRODUCTION = """\
*This is a chapter of {book}, as a {{kind}}.
To run it, install the book's package first: `pip install {package}`.{{more}}*"""
ABOUT = """\
Gradient descent, executed: every chapter as a notebook and as a script

They need Python {python} and the package that lies here:

    pip install {package}

Then open a notebook in Jupyter, or run a script:

    python one-weight/slope.py

A script shows its figures one after the other; close one to go on.
"""


# --- The package ---------------------------------------------------------------------------------


def drawings() -> dict[str, Path]:
    """Return the file with the drawings of each part of the book, by the name of its module."""
    return {file.parent.name.replace("-", "_"): file for file in sorted(BOOK.glob("*/figures.py"))}


def wheel() -> bytes:
    """Return the package, and the drawings of all parts as modules of it, as pip installs it."""
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("pyproject.toml", "LICENSE"):
            shutil.copy(ROOT / name, copy)
        package = copy / "src" / "gdbook"
        shutil.copytree(ROOT / "src" / "gdbook", package)
        (package / "figures").mkdir()
        about = '"""What single parts of the book draw, a module for each of them."""\n'
        (package / "figures" / "__init__.py").write_text(about, encoding="utf-8")
        for name, file in drawings().items():
            shutil.copy(file, package / "figures" / f"{name}.py")
        for file in copy.rglob("*"):
            file.chmod(0o755 if file.is_dir() else 0o644)
        archive = BytesIO()
        logging.getLogger("flit_core").setLevel(logging.WARNING)
        builder = WheelBuilder.from_ini_path(copy / "pyproject.toml", archive)
        builder.source_time_stamp = MIDNIGHT
        builder.build()
    return archive.getvalue()


def bundle(folder: Path) -> bytes:
    """Return all notebooks and scripts of a built site, and the package, as one archive."""
    package = FILES["package"]
    about = ABOUT.format(python=PROJECT["requires-python"].strip(">="), package=Path(package).name)
    files = {Path(package).name: (folder / package).read_bytes(), "README.txt": about.encode()}
    for module in drawings():
        part = module.replace("_", "-")
        taken = [file for ending in ("ipynb", "py") for file in folder.glob(f"{part}/*.{ending}")]
        files |= {f"{part}/{file.name}": file.read_bytes() for file in taken}
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, MIDNIGHT)
            entry.external_attr = 0o644 << 16
            target.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


# --- A chapter -----------------------------------------------------------------------------------


def completed(docname: str, parts: list[str | Cell], sources: list[Hidden]) -> list[str | Cell]:
    """Return a chapter with what its cells need from the hidden ones, each in a folded cell."""
    codes = needed((source, hidden) for _place, source, hidden in sources)
    missing = {
        place: standing_alone(docname, code)
        for (place, _source, hidden), code in zip(sources, codes, strict=True)
        if hidden and code
    }
    found: list[str | Cell] = []
    for part in parts:
        if isinstance(part, Cell):
            before = [place for place in missing if place < part.place]
            if before:
                code = "\n".join(missing.pop(place) for place in before)
                found.append(Cell(code, before[0], folded=True))
        found.append(part)
    return found


def standing_alone(docname: str, code: str) -> str:
    """Return code that finds its part's drawings in the package, and has in it what it read."""
    part = docname.partition("/")[0]
    module = part.replace("-", "_")
    code = re.sub(r"(?m)^import figures$", f"from gdbook.figures import {module} as figures", code)
    code = re.sub(r"(?m)^from figures import", f"from gdbook.figures.{module} import", code)

    def text(read: re.Match[str]) -> str:
        file = (BOOK / part / read[1]).resolve()
        return f'"""{file.read_text(encoding="utf-8").strip()}"""'

    return re.sub(r'Path\("([^"]+\.json)"\)\.read_text\(\)', text, code)


def introduced(parts: list[str | Cell], introduction: str) -> list[str | Cell]:
    """Return a chapter that says, below its title, how to run it."""
    title, _, rest = str(parts[0]).partition("\n\n")
    return [f"{title}\n\n{introduction}\n\n{rest}".rstrip(), *parts[1:]]


def notebook(parts: list[str | Cell]) -> str:
    """Return a notebook, without outputs."""
    cells: list[dict[str, Any]] = []
    for number, part in enumerate(parts, start=1):
        text = part.source if isinstance(part, Cell) else part
        cell: dict[str, Any] = {
            "id": f"cell-{number}",
            "metadata": {},
            "source": text.splitlines(keepends=True),
        }
        if isinstance(part, Cell):
            cell |= {"cell_type": "code", "execution_count": None, "outputs": []}
            if part.folded:
                cell["metadata"] = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
        else:
            cell["cell_type"] = "markdown"
        cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def script(parts: list[str | Cell]) -> str:
    """Return a program in the percent format, which editors show as cells."""
    return "\n\n".join(map(_cell_of_script, parts)) + "\n"


def _cell_of_script(part: str | Cell) -> str:
    if isinstance(part, Cell):
        code = printing(part.source) if part.shows else part.source.removesuffix(";")
        return f"# %%\n{code}" + "\nplt.show()" * part.draws
    text = re.sub(r"<details>\n<summary>(.*)</summary>", r"**\1**", part)
    text = text.replace("\n\n</details>", "")
    return "\n".join(["# %% [markdown]", *(f"# {line}".rstrip() for line in text.split("\n"))])


def printing(source: str) -> str:
    """Return a cell's code that prints the value of its last line, as a notebook shows it."""
    last = ast.parse(source).body[-1]
    lines = source.split("\n")
    before, shown = lines[: last.lineno - 1], lines[last.lineno - 1 : last.end_lineno]
    return "\n".join([*before, *_printed(shown), *lines[last.end_lineno :]])


def _printed(lines: list[str]) -> list[str]:
    """Return an expression within `print`, its comment behind it."""
    if len(lines) == 1:
        code, mark, comment = lines[0].partition("  # ")
        return [f"print({code.rstrip()}){mark}{comment}"]
    return ["print(", *(f"    {line}" for line in lines), ")"]


# --- Sphinx --------------------------------------------------------------------------------------


def is_chapter(docname: str) -> bool:
    """Tell whether a page is a chapter of one of the parts."""
    part, _, name = docname.partition("/")
    return part.replace("-", "_") in drawings() and name != "index"


def to_outside(docname: str, base: str) -> Callable[[str], str]:
    """Return what turns a link on a page into one that can be followed from anywhere."""

    def address(target: str) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(docname), target))
        return f"{base}{path}" if base else ""

    return address


@cache
def introduction(project: str, base: str) -> str:
    """Return how to run a chapter."""
    package = f"{base}{FILES['package']}" if base else Path(FILES["package"]).name
    return INTRODUCTION.format(book=f"[{project}]({base})" if base else project, package=package)


def sources(env: SphinxEnvType, docname: str) -> list[Hidden]:
    """Return the place and the code of each of a page's cells, and whether it is hidden."""
    chapter = read(env, docname)
    cells = enumerate(chapter.notebook.cells) if chapter else ()
    return [
        (place, cell.source, "remove-cell" in cell.metadata.get("tags", []))
        for place, cell in cells
        if cell.cell_type == "code"
    ]


def write(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write a chapter as a notebook and as a script, beside its page."""
    if app.builder.name != "html" or not is_chapter(docname):
        return
    base = app.config.html_baseurl
    page = Page(app.env.toc_fignumbers.get(docname, {}), to_outside(docname, base))
    parts = completed(docname, page.parts(doctree), sources(app.env, docname))
    words = introduction(app.config.project, base)
    close = "\nIt shows its figures one after the other: close one to go on."
    chapter = Path(app.outdir, docname)
    for ending, kind, more, form in (
        ("ipynb", "notebook", "", notebook),
        ("py", "script", close, script),
    ):
        whole = introduced(parts, words.format(kind=kind, more=more))
        put(chapter.with_suffix(f".{ending}"), form(whole).encode())


def link(
    app: Sphinx, docname: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Say at the end of a chapter where to get it."""
    if app.builder.name != "html" or not is_chapter(docname):
        return
    name = posixpath.basename(docname)
    files = {
        "notebook": f"{name}.ipynb",
        "script": f"{name}.py",
        "package": posixpath.relpath(FILES["package"], posixpath.dirname(docname)),
    }
    links = (f'<a href="{target}" download>{kind}</a>' for kind, target in files.items())
    context["body"] += f'<p class="gd-take">Run this chapter yourself: {" · ".join(links)}</p>\n'


class Take(SphinxRole):
    """Link to a file that readers can take with them: {take}`package` or {take}`notebooks`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link."""
        target = FILES[self.text]
        name = Path(target).name
        path = posixpath.relpath(target, posixpath.dirname(self.env.docname) or ".")
        return [nodes.reference("", name, refuri=path, classes=["gd-taken"])], []


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write what belongs to no single page."""
    if exception is None and app.builder.name == "html":
        folder = Path(app.outdir)
        put(folder / FILES["package"], wheel())
        put(folder / FILES["notebooks"], bundle(folder))


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx; the page's body is added to before it is mended, at 900."""
    app.add_role("take", Take())
    app.connect("doctree-resolved", write, priority=900)
    app.connect("html-page-context", link)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
