"""Colour code by what it is, and write only that down.

Pygments puts every name and every comma between tags of its own, which is half of a page that has
much code, for colours that they share with the text.  Here only what has a colour is marked, by
eight classes, and ``gdbook.css`` gives them the palette of the figures.
"""

from __future__ import annotations

from typing import Any

from pygments.formatters import HtmlFormatter
from pygments.token import Token
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge

MARKS = {
    Token.Comment: "c",
    Token.Keyword: "k",
    Token.Operator.Word: "k",
    Token.Literal.String: "s",
    Token.Literal.Number: "m",
    Token.Name.Class: "nf",
    Token.Name.Decorator: "nf",
    Token.Name.Function: "nf",
    Token.Generic.Prompt: "gp",
    Token.Generic.Output: "go",
    Token.Generic.Error: "gr",
    Token.Generic.Traceback: "go",
}


class Marks(HtmlFormatter):  # type: ignore[misc]  # published without types
    """Write HTML in which only that has a class which has a colour."""

    def _get_css_classes(self, kind: Any) -> str:
        """Return the class of a kind of word, or of the kinds that it belongs to; or nothing."""
        while kind is not None and kind not in MARKS:
            kind = kind.parent
        return MARKS.get(kind, "")


def without_style(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Leave out the style sheet that Pygments writes for all the words that it knows."""
    if app.builder.name != "html":  # an EPUB has no other
        return
    context["css_files"] = [
        file for file in context["css_files"] if not str(file.filename).endswith("pygments.css")
    ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    PygmentsBridge.html_formatter = Marks
    app.connect("html-page-context", without_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
