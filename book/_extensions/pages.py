"""Say what a page is about where it isn't open: in the search, in a link to it, in a preview.

A page's front matter names what it is searched for by; everything else is read from the page: its
description and its question from the opening, its minutes from how much there is to read and do.

- ``search``: words and symbols, with commas between them, that lead to this page before all others.
- ``question``: what the page answers, where its opening does not ask it in a sentence of its own.
- ``description``: what the page is, where it has no opening.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.locale import _
from sphinx.transforms import SphinxTransform
from sphinx.util.index_entries import split_index_msg
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

LICENCE = "https://opensource.org/license/mit"

SHORTEST, LONGEST = 110, 220
"""Letters of a description: search engines cut what is longer, and distrust what is shorter."""

# What takes time, each in minutes.
WORD, FORMULA, FIGURE, LINE, EXERCISE = 1 / 110, 1 / 2, 1 / 2, 1 / 10, 3.0


class About(NamedTuple):
    """What a page says about itself."""

    title: str = ""
    description: str = ""
    question: str = ""
    minutes: int = 0
    chapter: bool = False
    """Whether it is to be read from its beginning to its end: then it has exercises."""


def about(env: BuildEnvironment, page: str) -> About:
    """Return what is known about a page; of a page that nobody wrote, nothing."""
    known: dict[str, About] = getattr(env, "gdbook_pages", {})
    return known.get(page, About())


def _matter(document: nodes.document) -> dict[str, str]:
    """Return a page's front matter."""
    fields = (
        field for head in document.findall(nodes.docinfo) for field in head.findall(nodes.field)
    )
    return {field[0].astext(): " ".join(field[1].astext().split()) for field in fields}


class SearchWords(SphinxTransform):
    """Enter each page's search words into the book's index, which a search looks at first."""

    # Before Sphinx collects the entries of an index (850).
    default_priority = 840

    def apply(self, **_options: Any) -> None:
        """Add the entries, which lead to the top of the page."""
        words = [word.strip() for word in _matter(self.document).get("search", "").split(",")]
        entries = [("single", word, "", "main", None) for word in words if word]
        if entries:
            self.document.append(addnodes.index(entries=entries))


def remember(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Let the search keep the index of pages that were not written again (Sphinx's issue 12599)."""
    if indexer := getattr(app.builder, "indexer", None):
        known = indexer._index_entries  # noqa: SLF001  # there is no other way
        for page, entries in app.env.domains["index"].data["entries"].items():
            words = (
                (word, target or "", main)
                for kind, value, target, main, _key in entries
                for word in split_index_msg(kind, value)
            )
            known.setdefault(page, sorted(set(words)))
    yield from ()


def read(app: Sphinx, document: nodes.document) -> None:
    """Note what a page says about itself."""
    env, matter = app.env, _matter(document)
    title = next(document.findall(nodes.title), None)
    opening = list(_opening(document))
    known = About(
        title=plain(title) if title else "",
        description=matter.get("description") or _description(opening),
        question=matter.get("question") or _question(opening),
        minutes=_minutes(document),
        chapter=bool(_exercises(document)),
    )
    if not hasattr(env, "gdbook_pages"):
        env.gdbook_pages = {}  # type: ignore[attr-defined]  # an environment keeps what it is given
    env.gdbook_pages[env.docname] = known  # type: ignore[attr-defined]  # as above


def _opening(document: nodes.document) -> Iterator[str]:
    """Yield the plain text of the paragraphs before the first heading below the title."""
    section = next(document.findall(nodes.section), document)
    for child in section.children:
        if isinstance(child, nodes.section):
            return
        if isinstance(child, nodes.paragraph) and not isinstance(child[0], nodes.emphasis):
            yield plain(child)


def _sentences(paragraphs: list[str]) -> Iterator[str]:
    """Yield the sentences, which in the source stand on a line each."""
    for paragraph in paragraphs:
        yield from (line.strip() for line in paragraph.split("\n") if line.strip())


def _description(opening: list[str]) -> str:
    """Return as many sentences as a search engine shows."""
    chosen = ""
    for sentence in _sentences(opening):
        if chosen and (len(chosen) >= SHORTEST or len(chosen) + len(sentence) > LONGEST):
            break
        chosen = f"{chosen} {sentence}".strip()
    return chosen


def _question(opening: list[str]) -> str:
    """Return the last question of the first paragraph that asks one."""
    for paragraph in opening:
        asked = [each for each in _sentences([paragraph]) if each.endswith("?")]
        if asked:
            return asked[-1]
    return ""


def plain(node: nodes.Element) -> str:
    """Return a node's text, its formulas as one would type them."""
    copy = node.deepcopy()
    for formula in list(copy.findall(nodes.math)):
        formula.replace_self(nodes.Text(_typed(formula.astext())))
    return copy.astext()


_GREEK = {
    "alpha": "α", "beta": "β", "epsilon": "ε", "eta": "η", "lambda": "λ", "mu": "μ", "pi": "π",
    "sigma": "σ", "theta": "θ", "partial": "∂", "nabla": "∇", "cdot": "·", "times": "×",
}  # fmt: skip


def _typed(latex: str) -> str:
    """Write a short formula without its commands."""
    greek = re.sub(r"\\([a-z]+) ?", lambda match: _GREEK.get(match[1], match[1]), latex)
    return re.sub(r"[\\{}]", "", greek.replace("^2", "²"))


def _minutes(document: nodes.document) -> int:
    """Return how long a page takes, to the next five minutes.

    Code, captions and what is folded away are words that nobody reads one by one; the lines of
    cells, the figures and the exercises are counted on their own.
    """
    words = lines = 0.0
    for text in document.findall(nodes.Text):
        above = list(_above(text))
        if any(isinstance(one, nodes.literal_block) for one in above):
            shown = not any(
                {"tag_hide-input", "output"} & set(one.get("classes", [])) for one in above
            )
            lines += shown * len(text.astext().splitlines())
        elif not any(isinstance(one, (nodes.math, nodes.math_block, nodes.raw)) for one in above):
            words += len(text.astext().split())
    formulas, figures = (
        len(list(document.findall(kind))) for kind in (nodes.math_block, nodes.figure)
    )
    total = words * WORD + lines * LINE + formulas * FORMULA + figures * FIGURE
    total += _exercises(document) * EXERCISE
    return 5 * max(1, round(total / 5))


def _exercises(document: nodes.document) -> int:
    """Count a page's exercises."""
    kinds = (exercise_node, exercise_enumerable_node)
    return sum(isinstance(node, kinds) for node in document.findall())


def _above(node: nodes.Node) -> Iterator[nodes.Element]:
    """Yield what a node lies in, from the inside out."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.Element):
            yield node


def purge(_app: Sphinx, env: BuildEnvironment, page: str) -> None:
    """Forget a page."""
    getattr(env, "gdbook_pages", {}).pop(page, None)


# --- Where it is said ----------------------------------------------------------------------------


def tell(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Hand the templates what a page, and its neighbours, say about themselves."""
    if doctree is None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    known = about(app.env, page)
    context.update(about=known, facts=structured(app, page))
    _, *neighbours = app.builder.relations.get(page, [None, None, None])
    for name, other in zip(("prev_question", "next_question"), neighbours, strict=True):
        context[name] = about(app.env, other).question if other else ""
    if known.chapter:
        context["body"] = _with_minutes(context["body"], known.minutes)


def _with_minutes(body: str, minutes: int) -> str:
    """Say below the title how long the page takes."""
    said = _("About %d minutes, exercises included") % minutes
    return body.replace("</h1>", f'</h1>\n<p class="gd-facts">{said}</p>', 1)


def structured(app: Sphinx, page: str) -> str:
    """Return what search engines want to know of a page, in the words of schema.org."""
    known, root = about(app.env, page), app.config.html_baseurl
    work = {
        "@type": "Book",
        "name": app.config.project,
        "author": {"@type": "Organization", "name": app.config.author},
        "inLanguage": app.config.language,
        "license": LICENCE,
        **({"url": root} if root else {}),
    }
    if page != app.config.master_doc:
        address = {"url": f"{root}{page}.html"} if root else {}
        work = {
            "@type": "Chapter",
            "name": known.title,
            "timeRequired": f"PT{known.minutes}M",
            **address,
            "isPartOf": work,
        }
    said = {"@context": "https://schema.org", "description": known.description, **work}
    return json.dumps(said, ensure_ascii=False).replace("</", "<\\/")


def list_pages(app: Sphinx, exception: Exception | None) -> None:
    """Write what language models are told of the book, and how crawlers find its pages."""
    if exception or app.builder.name != "html":
        return
    root, out = app.config.html_baseurl, Path(app.outdir)
    lines = [
        f"# {app.config.project}",
        "",
        f"> {about(app.env, app.config.master_doc).description}",
    ]
    part = None
    for page in app.env.toctree_includes.get(app.config.master_doc, []):
        known = about(app.env, page)
        if (folder := page.partition("/")[0]) != part:
            part = folder
            lines += ["", f"## {part.replace('-', ' ').capitalize()}", ""]
        lines.append(f"- [{known.title}]({root}{page}.html): {known.question or known.description}")
    (out / "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if root:
        robots = f"User-agent: *\nAllow: /\nSitemap: {root}sitemap.xml\n"
        (out / "robots.txt").write_text(robots, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_transform(SearchWords)
    app.connect("doctree-read", read, priority=400)  # before Sphinx takes the front matter away
    app.connect("env-purge-doc", purge)
    app.connect("html-collect-pages", remember)
    app.connect("html-page-context", tell)
    app.connect("build-finished", list_pages)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
