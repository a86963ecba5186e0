"""Every page as readers meet it: on a desk and a phone, by day and by night, without JavaScript."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from tests.browser.browsing import ROOT, SITE, Reader, built_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SMALLEST_TEXT = 8
"""CSS pixels: what the text of a figure may shrink to on a phone."""

PAGES = built_pages() or ["index"]

every_page = pytest.mark.parametrize("name", PAGES)


@every_page
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_opens_quietly(name: str, theme: str, request: pytest.FixtureRequest) -> None:
    """A page logs no error, loses no file, and asks nobody outside for anything."""
    reader: Reader = request.getfixturevalue(theme)
    reader.open(name)
    assert reader.complaints == []


@every_page
def test_page_fits_a_phone(name: str, phone: Reader) -> None:
    """Nothing makes the page wider than the screen; what is wide scrolls inside."""
    page = phone.open(name)
    assert (
        page.evaluate(
            """() => {
        const screen = document.documentElement.clientWidth;
        const inside = (one) => one.closest(
            "pre, .table-wrapper, .math-wrapper, .katex, .gd-figure, .highlight, summary ~ *");
        const wide = [...document.querySelectorAll("article *")]
            .filter((one) => !inside(one) || one.matches("pre, .gd-figure, [class*=-wrapper]"))
            .filter((one) => one.getClientRects().length)
            .filter((one) => one.getBoundingClientRect().right > screen + 0.5)
            .map((one) => one.outerHTML.slice(0, 120));
        return [document.documentElement.scrollWidth > screen ? "the page scrolls" : "", ...wide]
            .filter(Boolean);
        }"""
        )
        == []
    )


# By night a page has other colours, on a phone more of it scrolls; the rest is as on a desk by day.
# A table's heading that is a formula counts as empty, since axe does not read MathML as readers do.
_RULES: dict[str, dict[str, Any]] = {
    "light": {"rules": {"empty-table-header": {"enabled": False}}},
    "dark": {"runOnly": ["color-contrast"]},
    "phone": {"runOnly": ["scrollable-region-focusable"]},
}


# One listing of source code is like another, and takes axe ten times as long as a chapter.
@pytest.mark.parametrize("name", [name for name in PAGES if "_modules/" not in name])
@pytest.mark.parametrize("screen", _RULES)
def test_axe_finds_nothing(name: str, screen: str, request: pytest.FixtureRequest) -> None:
    """No rule of axe is broken, with everything open."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `make html` or `npm ci` first")
    reader: Reader = request.getfixturevalue(screen)
    page = reader.open(name)
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
    page.add_script_tag(path=AXE)
    # A formula's colours are the text's, and its hundreds of boxes would take most of the time.
    where = {"exclude": [[".katex-html"]]}
    options = [where, _RULES[screen]]
    found: dict[str, Any] = page.evaluate("(options) => axe.run(...options)", options)
    assert [_violation(one) for one in found["violations"]] == []


def _violation(found: dict[str, Any]) -> str:
    """Say what axe found, where, and how often."""
    node = found["nodes"][0]
    return f"{found['id']} x{len(found['nodes'])}: {node['target']} {node['failureSummary']}"


@every_page
def test_figures_are_drawings_with_a_name(name: str, light: Reader) -> None:
    """Every figure is inline SVG that says what it shows, and lies within the column."""
    page = light.open(name)
    assert (
        page.eval_on_selector_all(
            "figure",
            """all => all.flatMap((one) => {
        const svg = one.querySelector(":scope svg.gd-figure");
        if (!svg) return [`${one.id}: no inline SVG`];
        const column = one.parentElement.getBoundingClientRect();
        const box = svg.getBoundingClientRect();
        return [
            svg.getAttribute("role") !== "img" && `${one.id}: no role`,
            (svg.getAttribute("aria-label") || "").length < 20 && `${one.id}: no description`,
            box.left < column.left - 0.5 && `${one.id}: too far left`,
            box.right > column.right + 0.5 && `${one.id}: too wide`,
            box.height < 20 && `${one.id}: too flat`,
        ].filter(Boolean);
        })""",
        )
        == []
    )


@every_page
def test_figures_can_be_read_on_a_phone(name: str, phone: Reader) -> None:
    """A figure's text, raised and lowered symbols aside, is legible and inside the screen."""
    page = phone.open(name)
    assert (
        page.evaluate(
            """(smallest) => [...document.querySelectorAll(".gd-figure text")].flatMap((one) => {
        const scale = one.getScreenCTM(), box = one.getBoundingClientRect();
        const size = parseFloat(getComputedStyle(one).fontSize) * Math.hypot(scale.a, scale.b);
        return [
            size < smallest && `${one.textContent}: ${size.toFixed(1)} px`,
            (box.left < 0 || box.right > innerWidth) && `${one.textContent}: beyond the screen`,
        ].filter(Boolean);
        })""",
            SMALLEST_TEXT,
        )
        == []
    )


_INK = """() => {
    const of = (one, property) => getComputedStyle(one)[property];
    const page = of(document.querySelector("article"), "color");
    const plain = [...document.querySelectorAll(".gd-figure text")]
        .filter((one) => !one.closest("[style*=fill], .gd-fixed"));
    return {page, inks: [...new Set(plain.map((one) => of(one, "fill")))]};
}"""


def test_ink_follows_the_theme(light: Reader, dark: Reader) -> None:
    """A figure's plain text has the colour of the page's text, by day and by night."""
    colours = set()
    for reader in (light, dark):
        for name in _pages_with_figures():
            found = reader.open(name).evaluate(_INK)
            assert found["inks"] in ([], [found["page"]]), name
            colours.add(found["page"])
    assert len(colours) == 2, "the two themes have two inks"


@every_page
def test_page_can_be_read_without_javascript(name: str, scriptless: Reader, light: Reader) -> None:
    """Without JavaScript the text is all there, formulas are set, and solutions open."""
    words = _words(light.open(name))
    page = scriptless.open(name)
    assert _words(page) == words or name == "search"
    assert "$" not in "".join(page.locator("article .math").all_inner_texts())
    for solution in page.locator("details.solution").all():
        content = solution.locator("> :last-child")
        assert not content.is_visible()
        solution.locator("summary").click()
        assert content.is_visible()


def _words(page: Page) -> list[str]:
    """Return the words of an article, without the labels of buttons that scripts add."""
    text = page.locator("article").evaluate(
        """one => {
        const copy = one.cloneNode(true);
        copy.querySelectorAll("button, script, noscript").forEach((each) => each.remove());
        return copy.textContent;
        }"""
    )
    return str(text).split()


def test_dark_without_javascript(scriptless: Reader) -> None:
    """The system's theme is followed without JavaScript, too."""
    page = scriptless.open("index")
    colour = page.eval_on_selector("body", "one => getComputedStyle(one).backgroundColor")
    assert max(map(int, re.findall(r"\d+", colour))) < 64, colour


def test_solutions_are_open_on_paper(browser: Browser, site: str) -> None:
    """Paper cannot be clicked."""
    page = browser.new_page()
    for name in built_pages():
        page.goto(f"{site}{name}.html")
        page.emulate_media(media="print")
        closed = page.locator("details.solution").all()
        assert [one for one in closed if not one.locator("> :last-child").is_visible()] == []
    page.close()


def test_page_works_from_a_folder(browser: Browser) -> None:
    """The site can be read from disk, without a server."""
    failures: list[str] = []
    page = browser.new_page()
    page.on("requestfailed", lambda request: failures.append(request.url))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto((SITE / "index.html").as_uri())
    assert failures == []
    assert page.evaluate("() => getComputedStyle(document.body).getPropertyValue('--gd-paper')")
    page.close()


@every_page
def test_links_lead_somewhere(name: str) -> None:
    """Every link, picture and script inside the site exists, and so does the place it points to."""
    base = f"/{name}.html"
    assert [
        target
        for target in sorted(_addresses(name))
        if not re.match(r"[a-z]+:|//", target) and not _exists(urljoin(base, target))
    ] == []


_ADDRESS = re.compile(r'<[a-z][^>]*\s(?:href|src)="([^"]*)"')


def _addresses(name: str) -> set[str]:
    """Return what a page links to or loads."""
    text = _source(f"/{name}.html").replace("&amp;", "&")
    return set(_ADDRESS.findall(re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)))


@cache
def _source(path: str) -> str:
    """Return a file of the site."""
    return (SITE / unquote(path).lstrip("/")).read_text(encoding="utf-8")


def _exists(address: str) -> bool:
    """Tell whether an address, absolute within the site, is there."""
    path, fragment = urldefrag(address.partition("?")[0])
    path = f"{path}index.html" if path.endswith("/") else path
    if not (SITE / unquote(path).lstrip("/")).is_file():
        return False
    return not fragment or f'id="{unquote(fragment)}"' in _source(path)


@cache
def _pages_with_figures() -> list[str]:
    """Return the pages that have a figure."""
    return [name for name in built_pages() if 'class="gd-figure"' in _source(f"/{name}.html")]


def test_there_are_figures() -> None:
    """The tests above would pass on a book without pictures."""
    if not built_pages():
        pytest.skip(f"the site is not built: no {SITE / 'index.html'}; run `make html` first")
    assert _pages_with_figures()
