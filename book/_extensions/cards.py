"""Draw a card for each chapter: the picture that other sites show with a link to it.

It has the chapter's title, and its first figure as Matplotlib drew it.  Cards need an address to be
found at, so they are made only where the site has one.
"""

from __future__ import annotations

import json
import re
import subprocess
import textwrap
from html import escape
from pathlib import Path
from typing import Any

import matplotlib as mpl
from docutils import nodes
from sphinx.application import Sphinx

from formulas import NODE, ROOT
from pages import about

WIDTH, HEIGHT = 1200, 630
FONTS = [
    Path(mpl.get_data_path(), "fonts", "ttf", f"DejaVuSans{kind}.ttf") for kind in ("", "-Bold")
]

# A line of JSON for each card in; the pictures are written where it says.
PAINTER = """
const { readFileSync, writeFileSync } = require("fs");
const { initWasm, Resvg } = require("@resvg/resvg-wasm");
const { fonts, cards } = JSON.parse(readFileSync(0, "utf8"));
const fontBuffers = fonts.map((font) => readFileSync(font));
const font = { fontBuffers, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" };
initWasm(readFileSync(require.resolve("@resvg/resvg-wasm/index_bg.wasm"))).then(() => {
  for (const [file, svg] of Object.entries(cards))
    writeFileSync(file, new Resvg(svg, { font }).render().asPng());
});
"""


def drawn(app: Sphinx, page: str) -> Path | None:
    """Return the file of a page's first figure."""
    for figure in app.env.get_doctree(page).findall(nodes.figure):
        for image in figure.findall(nodes.image):
            if str(image["uri"]).endswith(".svg"):
                return Path(app.srcdir, image["uri"])
    return None


def card(title: str, book: str, figure: str) -> str:
    """Return a card as SVG: the title on the left, the figure on the right."""
    lines = textwrap.wrap(title, 17)
    size = 52 if len(lines) < 8 else 42
    words = "".join(
        f'<text x="60" y="{110 + 1.2 * size * place:.0f}" font-size="{size}"'
        f' font-weight="bold">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    inside = re.sub(r"^.*?(?=<svg)", "", figure, flags=re.DOTALL)
    box = 'x="590" y="40" width="570" height="550"'
    placed = re.sub(r'<svg\b([^>]*?) height="[^"]*"', r"<svg\1", inside, count=1)
    placed = re.sub(r'<svg\b([^>]*?) width="[^"]*"', r"<svg\1", placed, count=1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        f' font-family="DejaVu Sans" fill="#1b1d21"><rect width="100%" height="100%" fill="#fff"/>'
        f'{words}<text x="60" y="580" font-size="26" fill="#5e646d">{escape(book)}</text>'
        + placed.replace("<svg", f"<svg {box}", 1)
        + "</svg>"
    )


def name(app: Sphinx, page: str) -> str:
    """Return where a page's card lies: without a figure, where that of the book does, if any."""
    having = (one for one in (page, app.config.root_doc) if drawn(app, one))
    return next((f"_static/cards/{one.replace('/', '-')}.png" for one in having), "")


def tell(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Say in a page where its card is."""
    if doctree is not None and app.config.html_baseurl and (where := name(app, page)):
        context["card"] = app.config.html_baseurl + where


def draw(app: Sphinx, exception: Exception | None) -> None:
    """Draw all cards at once."""
    if exception or app.builder.name != "html" or not app.config.html_baseurl:
        return
    cards = {}
    for page in sorted(app.env.found_docs):
        if figure := drawn(app, page):
            text = card(about(app.env, page).title, app.config.project, figure.read_text("utf-8"))
            cards[str(Path(app.outdir, name(app, page)))] = text
    Path(app.outdir, "_static", "cards").mkdir(parents=True, exist_ok=True)
    task = json.dumps({"fonts": list(map(str, FONTS)), "cards": cards})
    subprocess.run([NODE, "-e", PAINTER], cwd=ROOT, input=task, encoding="utf-8", check=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", tell)
    app.connect("build-finished", draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
