"""Fold each solution, and the code of each figure, away in a native ``<details>``.

The browser itself opens it: by mouse, by keyboard, in a screen reader, without JavaScript.
``sphinx-exercise`` writes a solution as an admonition whose title links back to its exercise; a
link has no place in a summary, which is itself a control, so only its words stay.  ``myst_nb``
writes paragraphs into the summary of a cell, where only words may stand, and a label over them that
does not say what is folded away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, HideInputCells
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import solution_node

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


class details(nodes.General, nodes.Element):  # noqa: N801 - docutils names a node's class after its tag
    """What a reader can open."""


class summary(nodes.General, nodes.TextElement):  # noqa: N801 - docutils names a node's class after its tag
    """What a reader sees before."""


class FoldSolutions(SphinxPostTransform):
    """Replace every solution by a ``details`` node."""

    # After sphinx-exercise wrote the solution's title (21) and the references to it (22).
    default_priority = 30
    formats = ("html",)

    def run(self, **_options: Any) -> None:
        """Fold the page's solutions."""
        for solution in list(self.document.findall(solution_node)):
            solution.replace_self(_folded(solution))


class FoldCells(SphinxPostTransform):
    """Replace what MyST-NB folds away by a ``details`` node with the same children."""

    default_priority = HideInputCells.default_priority + 1
    formats = ("html",)

    def run(self, **_options: Any) -> None:
        """Fold the page's cells; the style sheet shows one of the two lines."""
        for fold in list(self.document.findall(HideCodeCellNode)):
            line = summary()
            line += nodes.inline("", fold["prompt_show"], classes=["collapsed"])
            line += nodes.inline("", fold["prompt_hide"], classes=["expanded"])
            folded = details("", line, classes=["hide", *fold["classes"]])
            folded += fold.children
            fold.replace_self(folded)


def _folded(solution: nodes.Element) -> details:
    """Return a solution as a ``details`` node with the same ids and classes."""
    title, content = solution.children[0], solution.children[1]
    folded = details("", _summary(title), ids=solution["ids"], classes=solution["classes"])
    # The content is a section without a title, and every one has the same id.
    folded += content.children if isinstance(content, nodes.section) else solution.children[1:]
    return folded


def _summary(title: nodes.Node) -> summary:
    """Return a title without its links."""
    line = summary()
    for child in title.children:
        line += child.children if isinstance(child, nodes.reference) else [child]
    return line


def _visit_details(self: HTML5Translator, node: details) -> None:
    self.body.append(self.starttag(node, "details"))


def _depart_details(self: HTML5Translator, _node: details) -> None:
    self.body.append("</details>\n")


def _visit_summary(self: HTML5Translator, node: summary) -> None:
    self.body.append(self.starttag(node, "summary", suffix=""))


def _depart_summary(self: HTML5Translator, _node: summary) -> None:
    self.body.append("</summary>\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transforms and their two nodes with Sphinx."""
    app.add_node(details, html=(_visit_details, _depart_details))
    app.add_node(summary, html=(_visit_summary, _depart_summary))
    app.add_post_transform(FoldSolutions)
    app.add_post_transform(FoldCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
