"""Mend in the HTML what Sphinx and Furo leave out of reach for some readers.

- What scrolls sideways (code, tables, formulas) can be focused, so arrow keys can scroll it.
- A caption in the sidebar that calls itself a heading says of which level.
- The bibliography is a list of items, and the empty corner of a table is no heading.
- An id belongs to one element of its page, and a listing of source code holds no blocks: both are
  invalid HTML, about which every browser guesses anew.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_SCROLLS = re.compile(r'<pre(?=>)|<div(?= class="(?:table|math)-wrapper)')
_CORNER = re.compile(r"<th([^>]*)>(?:<p>\s*</p>)?</th>")
_HEADING = re.compile(r'role="heading"(?! aria-level)')
_LISTING = re.compile(r"<pre[ >].*?</pre>", re.DOTALL)


class OneElementPerId(SphinxPostTransform):
    """Leave an id on the last and innermost of the elements that have it.

    Furo copies a formula's to the wrapper it adds, sphinx-exercise gives every exercise's content
    the same, and the citations of an API page are counted anew in each of its blocks.
    """

    # After Furo wrapped formulas and tables (500).
    default_priority = 600
    formats = ("html",)

    def run(self, **_options: Any) -> None:
        """Go backwards, and take off what was met before."""
        met: set[str] = set()
        for element in reversed(list(self.document.findall(nodes.Element))):
            element["ids"] = [each for each in element["ids"] if each not in met]
            met.update(element["ids"])


def mend(
    _app: Sphinx,
    _page: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Mend the parts of a page before the template puts them together."""
    if "body" in context:
        body = _SCROLLS.sub(lambda match: f'{match.group()} tabindex="0"', context["body"])
        body = body.replace('role="doc-biblioentry"', 'role="listitem"')
        body = _LISTING.sub(_without_blocks, body)
        context["body"] = _CORNER.sub(r"<td\1></td>", body)
    for part in ("body", "furo_navigation_tree"):
        if part in context:
            context[part] = _HEADING.sub('role="heading" aria-level="2"', context[part])


def _without_blocks(listing: re.Match[str]) -> str:
    """Return a listing in which Sphinx marks each function by a span, which may stand there."""
    return listing.group().replace("<div ", "<span ").replace("</div>", "</span>")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, to come after Furo, which fills in the navigation at 500."""
    app.add_post_transform(OneElementPerId)
    app.connect("html-page-context", mend, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
