"""Read the built site as one book, for paper and for e-readers: its pages, in their order.

What a page needs only on a screen is left out: navigation, the code of figures, links to each
heading.  Solutions stand open, since paper does not unfold.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag

from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
TITLE = "Gradient descent, executed"
SUBTITLE = "A book whose every number and figure was computed when it was built"
AUTHOR = "the authors of gdbook"

SCREEN_ONLY = (
    ".headerlink, .gd-take, .gd-online, .gd-ask, .gd-moving, .viewcode-link, .toctree-wrapper, "
    "details.hide, script"
)
_FIGURE = re.compile(r'<svg class="gd-figure".*?</svg>', re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page of the book.

    Attributes
    ----------
    name : str
        As in "one-weight/alpha".
    part : str
        The part that it begins; "" where it goes on with one.
    title : str
        What it is called.
    body : Tag
        What is in it.
    figures : list of str
        Its figures, SVG: in the body, ``<img data-figure="0">`` stands for the first.
    """

    name: str
    part: str
    title: str
    body: Tag
    figures: list[str]

    @property
    def key(self) -> str:
        """Return its name as an id."""
        return self.name.replace("/", "-")


def pages(site: Path) -> list[Page]:
    """Return all pages of a built site, in the order of its contents."""
    index = site / "index.html"
    if not index.exists():
        raise FileNotFoundError(f"{index} is missing: `make html` builds it")
    return [read(site, name, part) for name, part in contents(index)]


def contents(index: Path) -> Iterator[tuple[str, str]]:
    """Yield the name of each page, and of the part that begins with it."""
    yield "index", ""
    tree = BeautifulSoup(index.read_text(encoding="utf-8"), "html.parser").select_one(
        ".sidebar-tree"
    )
    if tree is None:
        raise ValueError(f"{index} has no table of contents")
    part = ""
    for element in tree.select("p.caption, li.toctree-l1 > a"):
        if element.name == "p":
            part = element.get_text()
        else:
            yield str(element["href"]).removesuffix(".html"), part
            part = ""


def read(site: Path, name: str, part: str) -> Page:
    """Read a page."""
    text = (site / f"{name}.html").read_text(encoding="utf-8")
    figures = _FIGURE.findall(text)
    numbers = iter(range(len(figures)))
    text = _FIGURE.sub(lambda _: f'<img data-figure="{next(numbers)}"/>', text)
    body = BeautifulSoup(text, "html.parser").select_one("article")
    if body is None or body.h1 is None:
        raise ValueError(f"{name}.html has no article with a title")
    for element in body.select(SCREEN_ONLY):
        element.decompose()
    for element in body.select("[tabindex], [role=main]"):
        del element["tabindex"], element["role"]
    for solution in body.select("details"):
        _open(solution)
    body.name = "section"
    return Page(name, part, " ".join(body.h1.get_text().split()), body, figures)


def _open(details: Tag) -> None:
    """Make what can be unfolded a block, and the line above it a title."""
    details.name = "div"
    if details.summary is not None:
        details.summary.name = "p"
        details.p["class"] = "solution-title"  # type: ignore[index]  # it was the summary


def connect(page: Page, known: set[str], address: Callable[[str, str], str]) -> None:
    """Let a page's links lead to where pages are now; what is not in the book is no link any more.

    Parameters
    ----------
    page : Page
        The page.
    known : set of str
        The names of all pages.
    address : function
        Where a page, and a place in it, is now.
    """
    for link in page.body.select("a[href]"):
        path, place = urldefrag(str(link["href"]))
        if "://" in path or path.startswith("mailto:"):
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page.name), path or "."))
        name = target.removesuffix(".html") if path else page.name
        if name in known:
            link["href"] = address(name, place)
        else:
            link.unwrap()
