"""Read a page back from what Sphinx made of it, as plain Markdown with cells of code between.

By then every reference knows its title, every figure its number, and every number in a sentence is
the one that a cell has computed; so what comes out needs neither Sphinx nor the rest of the book.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx_exercise.nodes import exercise_enumerable_node

from solutions import details, summary


@dataclass(frozen=True)
class Cell:
    """A cell of code: its place, whether it is folded away, whether it draws, or shows a value."""

    source: str
    place: int
    folded: bool = False
    draws: bool = False
    shows: bool = False


@dataclass(frozen=True)
class Page:
    """What the text of one page needs to know of the book.

    Attributes
    ----------
    numbers : mapping
        The number of each figure, formula and exercise, by kind and label.
    address : function
        Where a link within the book leads from outside of it; "" where the book has no address.
    """

    numbers: dict[str, dict[str, tuple[int, ...]]]
    address: Callable[[str], str]

    def number(self, kind: str, node: nodes.Element) -> str:
        """Return the number of a figure, a formula or an exercise; "" where it has none."""
        known = self.numbers.get(kind, {})
        found = next((known[each] for each in node["ids"] if each in known), ())
        return ".".join(map(str, found))

    def parts(self, document: nodes.document) -> list[str | Cell]:
        """Return a page's text, cut at its headings, and the cells of code between."""
        found: list[str | Cell] = []
        for part in self._flat(document, 0):
            goes_on = isinstance(part, str) and not part.startswith("#")
            if goes_on and found and isinstance(found[-1], str):
                found[-1] += f"\n\n{part}"
            else:
                found.append(part)
        return found

    def _flat(self, parent: nodes.Element, depth: int) -> Iterator[str | Cell]:
        for node in parent.children:
            match node:
                case nodes.section():
                    yield from self._flat(node, depth + 1)
                case nodes.title():
                    yield f"{'#' * depth} {self.words(node)}"
                case nodes.container() if node.get("nb_element") == "cell_code":
                    yield from self._cell(node)
                case _:
                    yield from filter(None, [self.block(node)])

    def _cell(self, node: nodes.container) -> Iterator[str | Cell]:
        figures = list(node.findall(nodes.figure))
        texts = node.findall(nodes.literal_block)
        values = [text for text in texts if "text_plain" in text["classes"]]
        for part in node.findall(nodes.container):
            if part.get("nb_element") == "cell_code_source":
                folded = isinstance(part.parent, details)
                yield Cell(
                    part.astext().rstrip(), node["cell_index"], folded, bool(figures), bool(values)
                )
        for figure in figures:
            caption = next(iter(figure.findall(nodes.caption)))
            yield f"**Fig. {self.number('figure', figure)}.**\n{self.words(caption)}"

    # Blocks

    def blocks(self, parent: nodes.Node) -> str:
        """Return what stands in a block."""
        return "\n\n".join(filter(None, map(self.block, parent.children)))

    def block(self, node: nodes.Node) -> str:  # noqa: C901, PLR0911  # a line for each kind
        """Return a block of a page: a paragraph, a list, a formula."""
        match node:
            case nodes.comment() | nodes.target() | nodes.raw() | nodes.substitution_definition():
                return ""
            case nodes.paragraph() | nodes.term() | nodes.rubric():
                return self.words(node).strip()
            case nodes.literal_block() | nodes.doctest_block():
                return self._code(node)
            case nodes.math_block():
                tag = self.number("displaymath", node)
                ending = f" \\tag{{{tag}}}" if tag else ""
                return f"$$\n{node.astext().strip()}{ending}\n$$"
            case nodes.bullet_list() | nodes.enumerated_list():
                return self._list(node)
            case nodes.definition_list_item():
                return f"**{self.words(node[0]).strip()}**\n{self.blocks(node[-1])}"
            case nodes.table():
                return self._table(node)
            case details():
                line = self.words(next(iter(node.findall(summary))))
                rest = "\n\n".join(filter(None, map(self.block, node.children[1:])))
                return f"<details>\n<summary>{line}</summary>\n\n{rest}\n\n</details>"
            case exercise_enumerable_node():
                title = f"**Exercise {self.number('exercise', node)}**"
                return _quoted(f"{title}\n\n{self.blocks(_last(node))}")
            case nodes.Admonition():
                return _quoted(self._admonition(node))
            case nodes.block_quote():
                return _quoted(self.blocks(node))
            case nodes.Element():
                return self.blocks(node)
        return ""

    def _code(self, node: nodes.Element) -> str:
        language = {"ipython3": "python", "default": "", "myst-ansi": "text"}
        named = str(node.get("language", "pycon"))
        return f"```{language.get(named, named)}\n{node.astext().rstrip()}\n```"

    def _list(self, node: nodes.Element) -> str:
        ordered = isinstance(node, nodes.enumerated_list)
        first = node.get("start", 1)
        items = []
        for place, item in enumerate(node.children, start=first):
            mark = f"{place}. " if ordered else "- "
            text = self.blocks(item)
            items.append(mark + text.replace("\n", "\n" + " " * len(mark)))
        return "\n".join(re.sub(r"\n +\n", "\n\n", item) for item in items)

    def _admonition(self, node: Any) -> str:
        if isinstance(node[0], nodes.title):
            title, rest = self.words(node[0]), node.children[1:]
        else:
            title, rest = str(node.tagname).capitalize(), node.children
        return "\n\n".join([f"**{title}**", *filter(None, map(self.block, rest))])

    def _table(self, node: nodes.table) -> str:
        rows = []
        for row in node.findall(nodes.row):
            cells = [" ".join(self.blocks(entry).split()) for entry in row.children]
            rows.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
        width = len(next(iter(node.findall(nodes.row))).children)
        rows.insert(1, "| " + " | ".join(["---"] * width) + " |")
        return "\n".join(rows)

    # Words

    def words(self, node: nodes.Node) -> str:  # noqa: PLR0911  # a line for each kind
        """Return words in a line of text."""
        inner = "".join(map(self.words, node.children))
        match node:
            case nodes.Text():
                return re.sub(r"([\\`*$<\[])|(?<!\w)_|_(?!\w)", r"\\\g<0>", node.astext())
            case nodes.emphasis() | nodes.title_reference():
                return f"*{inner}*"
            case nodes.strong():
                return f"**{inner}**"
            case nodes.literal():
                return f"`{node.astext()}`"
            case nodes.math():
                return f"${node.astext().strip()}$"
            case nodes.image() | nodes.raw() | nodes.comment() | nodes.target():
                return ""
            case nodes.reference():
                return self._link(node, inner)
        return inner

    def _link(self, node: nodes.reference, inner: str) -> str:
        target = str(node.get("refuri", ""))
        if node.get("internal") or "://" not in target:
            target = self.address(target) if target else ""
        return f"[{inner}]({target})" if target else inner


def _last(node: nodes.Element) -> Any:
    """Return the content of an exercise, which comes after its title."""
    return node.children[-1]


def _quoted(text: str) -> str:
    """Return a quotation: every line of it begins with a mark."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
