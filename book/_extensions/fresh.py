"""Make the site the same, byte by byte, whether it is built anew or from what was there before.

Sphinx rewrites the pages that have changed.  But a page also shows the titles of others, and is
made by extensions, templates and styles; and a page that is gone leaves its file behind.  So if
anything has changed, the folder is emptied and every page is written, from what was already read.
While somebody writes (`make live`), only the page at hand is: a tag says so.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import sphinx_exercise
from myst_nb import sphinx_ext as myst_nb
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment

from execute import ROOT, digest
from formulas import KATEX


def files(*folders: str) -> list[Path]:
    """Return the files of some folders of the book."""
    found = (path for folder in folders for path in (ROOT / "book" / folder).rglob("*"))
    return sorted(path for path in found if path.is_file() and path.suffix != ".pyc")


def reread(_app: Sphinx, env: BuildEnvironment, *_sets: set[str]) -> list[str]:
    """Return all pages, if what reads them has changed."""
    reader = digest([ROOT / "requirements.lock", *files("_extensions")])
    before, env.gdbook_reader = getattr(env, "gdbook_reader", None), reader  # type: ignore[attr-defined]  # an environment keeps what it is given
    return sorted(env.found_docs) if before != reader else []


def stamp(app: Sphinx) -> Path:
    """Return where it is noted from what the site was made."""
    return Path(app.doctreedir) / f"{Path(app.outdir).name}.stamp"


def made_from(env: BuildEnvironment) -> str:
    """Name all that a site is made from: when which page was read, and what writes it."""
    modules = sorted(path.name for path in (ROOT / "src").rglob("*.py"))
    katex = [path for path in (KATEX / "katex.js", KATEX / "katex.min.css") if path.exists()]
    return digest(
        [ROOT / "package-lock.json", *files("_extensions", "_static", "_templates"), *katex],
        json.dumps([sorted(env.all_docs.items()), modules]),
    )


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Empty the folder and return all pages, if the site was made from something else."""
    if app.builder.format != "html" or app.tags.has("live"):
        return []
    note = stamp(app)
    if note.exists() and note.read_text() == made_from(env) and Path(app.outdir).exists():
        return []
    note.unlink(missing_ok=True)
    shutil.rmtree(app.outdir, ignore_errors=True)
    return sorted(env.found_docs)


def forget_unused(_app: Sphinx, env: BuildEnvironment) -> None:
    """Show no source of modules of which nothing is documented, such as Python's own.

    Sphinx forgets them when it reads the next page: if only the reference was read, there is none.
    """
    modules = getattr(env, "_viewcode_modules", {})
    for name in [name for name, found in modules.items() if found and not found[2]]:
        del modules[name]


def style(app: Sphinx, _builder: Builder) -> None:
    """Bring those styles now that are otherwise brought when all pages are written.

    The link to a style says its version, if there is one: in a fresh build there was none.
    """
    if app.builder.format == "html":
        (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)
        myst_nb.add_global_html_resources(app, None)
        sphinx_exercise.copy_asset_files(app, None)


def note(app: Sphinx, exception: Exception | None) -> None:
    """Note from what the site was made."""
    if exception is None and app.builder.format == "html":
        stamp(app).write_text(made_from(app.env))


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx."""
    app.connect("env-get-outdated", reread)
    app.connect("env-updated", forget_unused)
    app.connect("env-updated", rewrite)
    app.connect("write-started", style)
    app.connect("build-finished", note, priority=900)  # when all is done
    return {"parallel_read_safe": True, "parallel_write_safe": True}
