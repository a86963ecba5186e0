"""What a reader on the road pays for a page: bytes, compressed as a server would, and requests."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from heapq import nlargest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.browsing import SITE, built_pages, install_hint

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = [name for name in built_pages() if not name.startswith("_modules")]
CHAPTERS = [name for name in PAGES if "/" in name and not name.startswith("back/")]
HEAVIEST, HEAVIEST_REFERENCE = 100_000, 110_000
"""Bytes of a page with all that it loads; the package's reference is long, and nobody's chapter."""
REQUESTS = 13
"""The page, a style sheet, two scripts, an icon, five fonts, and three scripts of what moves."""

FONTS = {
    "Main-Regular": r'class="katex"',
    "Math-Italic": r"\bmathnormal\b",
    "Main-Bold": r"\b(mathbf|textbf)\b",
    "Caligraphic-Regular": r"\bmathcal\b",
    "SansSerif-Regular": r"\bmathsf\b",
    "AMS-Regular": r"\b(mathbb|amsrm)\b",
    "Size1-Regular": r"\bsmall-op\b|\bdelimsizing size1\b|\bdelim-size1\b",
    "Size2-Regular": r"\blarge-op\b|\bdelimsizing size2\b",
    "Size3-Regular": r"\bdelimsizing size3\b",
    "Size4-Regular": r"\bdelimsizing size4\b|\bdelim-size4\b",
}
"""By which classes KaTeX asks for a font."""
_LOADED = re.compile(r'<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"#?]+)[^>]*>')
_IDLE = re.compile(r'rel="(?:next|prev|index|search|canonical|author|copyright)"')


@cache
def weight(path: Path) -> int:
    """Return the bytes that travel: a font is compressed already."""
    data = path.read_bytes()
    return len(data) if path.suffix == ".woff2" else len(gzip.compress(data, 9, mtime=0))


@cache
def _text(name: str) -> str:
    return (SITE / f"{name}.html").read_text(encoding="utf-8")


def loaded(name: str) -> set[Path]:
    """Return the files that a page asks for, with every font that it could need."""
    page = SITE / f"{name}.html"
    text = page.read_text(encoding="utf-8")
    links = [link[1] for link in _LOADED.finditer(text) if not _IDLE.search(link[0])]
    found = {(page.parent / link).resolve() for link in links}
    for kind, mark in FONTS.items():
        if re.search(mark, text):
            found.update(SITE.glob(f"_static/katex/fonts/KaTeX_{kind}.????????.woff2"))
    return {path for path in found if path.is_file() and path.suffix != ".html"} | {page}


@pytest.fixture(autouse=True)
def _site_is_built() -> None:
    """There is nothing to weigh without it."""
    if not PAGES:
        pytest.skip(install_hint())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light(name: str) -> None:
    """Nothing that a page loads is without weight, and all of it is within the budget."""
    files = loaded(name)
    budget = HEAVIEST_REFERENCE if name == "back/api" else HEAVIEST
    weights = {path.name: weight(path) for path in files}
    assert sum(weights.values()) <= budget, weights
    assert len(files) <= REQUESTS, sorted(weights)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_it_is_about(name: str) -> None:
    """In a sentence or two, without TeX; a chapter tells machines its title and its minutes too."""
    text = (SITE / f"{name}.html").read_text(encoding="utf-8")
    if name in {"404", "genindex", "py-modindex", "search"}:
        return
    described = re.search(r'<meta name="description" content="([^"]*)"', text)
    assert described
    assert 40 <= len(described[1]) <= 260
    title = re.search(r"<title>([^<]*)</title>", text)
    assert title
    assert not re.search(r"[$\\{}]", described[1] + title[1])
    facts: dict[str, Any] = json.loads(
        re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)[0]
    )
    assert facts["@type"] == ("Book" if name == "index" else "Chapter")
    if name in CHAPTERS:
        assert facts["isPartOf"]["name"] == "Gradient descent, executed"
        assert re.fullmatch(r"PT\d+M", facts["timeRequired"])


def test_every_page_is_listed_for_language_models() -> None:
    """With a title that can be clicked, and what it is about."""
    listed = re.findall(
        r"^- \[.+\]\((\S+)\.html\): .{20,}$", (SITE / "llms.txt").read_text(), re.MULTILINE
    )
    assert set(CHAPTERS) <= set(listed)


def test_a_real_browser_counts_the_same(browser: Browser, site: str) -> None:
    """What it asks for when it opens one of the heaviest chapters was weighed above."""
    context = browser.new_context()  # what all share is loaded once, and asked for each time
    for name in nlargest(4, CHAPTERS, key=lambda name: sum(map(weight, loaded(name)))):
        weighed = {path.relative_to(SITE.resolve()).as_posix() for path in loaded(name)}
        assert _asked(context.new_page(), site, name) <= weighed, name
    context.close()


def _asked(page: Page, site: str, name: str) -> set[str]:
    """Return the files that a browser asks for."""
    urls: set[str] = set()
    page.on("request", lambda request: urls.add(request.url))
    page.goto(f"{site}{name}.html")
    page.evaluate("document.body.offsetHeight && document.fonts.ready.then(() => 0)")
    page.close()
    return {url.removeprefix(site) for url in urls if not url.startswith("data:")}


MOVING, DATA = 15_000, 10_000
"""Bytes of all scripts of all figures that move, and of what those of one page bring along."""


@pytest.mark.parametrize("name", [name for name in PAGES if "gd-moving" in _text(name)])
def test_what_moves_is_light(name: str) -> None:
    """Its scripts come last, without their comments, and stay within their budget."""
    text = _text(name)
    scripts = re.findall(r'<script defer src="([^"?]+)', text)
    assert len(scripts) == 2
    assert text.count("<script defer") == 2
    codes = [((SITE / name).parent / script).read_text(encoding="utf-8") for script in scripts]
    assert not re.search(r"^\s*(//|/\*)", "".join(codes), re.MULTILINE)
    data = "".join(re.findall(r'<script type="application/json">(.*?)</script>', text))
    assert len(gzip.compress(data.encode(), 9, mtime=0)) <= DATA


def test_all_that_moves_is_light() -> None:
    """Whoever reads the whole book loads all its scripts, each of them once."""
    sources = {one.stem for one in (SITE / "_static/moving").glob("*.js") if "." not in one.stem}
    sent = list((SITE / "_static/moving").glob("*.*.js"))
    assert {one.name.split(".")[0] for one in sent} == sources - {"frame"} | {"all"}
    assert sum(map(weight, sent)) <= MOVING


def test_nothing_is_loaded_for_what_does_not_move() -> None:
    """Pages without such a figure don't ask for its scripts; the style sheet has its classes."""
    still = [name for name in PAGES if "gd-moving" not in _text(name)]
    assert still
    assert not [name for name in still if any(p.parent.name == "moving" for p in loaded(name))]
    (style,) = {path for name in CHAPTERS for path in loaded(name) if path.suffix == ".css"}
    css = style.read_text(encoding="utf-8")
    assert all(mark in css for mark in (".gd-handle", ".gd-hit", ".gd-turns", ".gd-say"))
