"""Mend in the HTML what Sphinx and Furo leave out of reach for some readers.

- What scrolls sideways (code, tables, formulas) can be focused, so arrow keys can scroll it.
- A caption in the sidebar that calls itself a heading says of which level.
- The bibliography is a list of items, and the empty corner of a table is no heading.
- A formula's label is the id of one element, not of two: Furo copies it to the wrapper it adds.
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


class OneIdPerFormula(SphinxPostTransform):
    """Keep a formula's ids on the formula, not on the wrapper too."""

    # After Furo wrapped formulas and tables (500).
    default_priority = 600
    formats = ("html",)

    def run(self, **_options: Any) -> None:
        """Take the copied ids off the page's wrappers."""
        for wrapper in self.document.findall(nodes.container):
            inner = next(iter(wrapper.children), None)
            if (
                isinstance(inner, (nodes.math_block, nodes.table))
                and wrapper["ids"] == inner["ids"]
            ):
                wrapper["ids"] = []


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
        context["body"] = _CORNER.sub(r"<td\1></td>", body)
    for part in ("body", "furo_navigation_tree"):
        if part in context:
            context[part] = _HEADING.sub('role="heading" aria-level="2"', context[part])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, to come after Furo, which fills in the navigation at 500."""
    app.add_post_transform(OneIdPerFormula)
    app.connect("html-page-context", mend, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
