"""Every page as readers meet it: on a desk and a phone, by day and by night, without JavaScript.

Each reader opens each page once and is asked everything that such a reader can tell.  A question
takes the open page and returns complaints; a page that is built is visited, without being listed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.browsing import (
    DESKTOP,
    PARTED,
    PHONE,
    ROOT,
    SITE,
    TABLET,
    Reader,
    Theme,
    built_pages,
    install_hint,
    new_page,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page, Playwright

    Question = Callable[[Page], list[str]]

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SMALLEST_TEXT = 8
"""CSS pixels: what the text of a figure may shrink to on a phone."""

_WIDE = """() => {
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


def fits_the_screen(page: Page) -> list[str]:
    """Nothing makes the page wider than the screen; what is wide scrolls inside."""
    return list(page.evaluate(_WIDE))


_DRAWN = """() => [...document.querySelectorAll("figure")].flatMap((one) => {
    const svg = one.querySelector(":scope svg.gd-figure");
    if (!svg) return [`${one.id}: no inline SVG`];
    const column = one.parentElement.getBoundingClientRect();
    const box = svg.getBoundingClientRect(), drawing = svg.getBBox();
    return [
        !["img", "group"].includes(svg.getAttribute("role")) && `${one.id}: no role`,
        (svg.getAttribute("aria-label") || "").length < 20 && `${one.id}: no description`,
        box.left < column.left - 0.5 && `${one.id}: too far left`,
        box.right > column.right + 0.5 && `${one.id}: too wide`,
        box.height < 20 && `${one.id}: too flat`,
        !(drawing.width && drawing.height) && `${one.id}: nothing is drawn`,
    ].filter(Boolean);
})"""


def figures_are_drawings_with_a_name(page: Page) -> list[str]:
    """Every figure is inline SVG that says what it shows, and lies within the column."""
    return list(page.evaluate(_DRAWN))


_LEGIBLE = """(smallest) => [...document.querySelectorAll(".gd-figure text")].flatMap((one) => {
    const sticksOut = (inner, outer) => inner.left < outer.left - 1 || inner.right > outer.right + 1
        || inner.top < outer.top - 4 || inner.bottom > outer.bottom + 4;
    const scale = one.getScreenCTM(), box = one.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(one).fontSize) * Math.hypot(scale.a, scale.b);
    const where = `${one.closest("figure")?.id}: ${one.textContent}`;
    return [
        size < smallest && `${where}: ${size.toFixed(1)} px`,
        (box.left < 0 || box.right > innerWidth) && `${where}: beyond the screen`,
        sticksOut(box, one.closest(".gd-figure").getBoundingClientRect()) && `${where}: cut off`,
    ].filter(Boolean);
})"""


def figures_can_be_read(page: Page) -> list[str]:
    """Every text of a figure is large enough, and inside the screen."""
    return list(page.evaluate(_LEGIBLE, SMALLEST_TEXT))


# Without its ascenders and descenders a line is half as high; text that is turned is left out.
_CROWDED = """() => [...document.querySelectorAll(".gd-figure")].flatMap((svg) => {
    const boxes = [...svg.querySelectorAll("text")]
        .filter((text) => text.textContent.trim() && Math.abs(text.getScreenCTM().b) < 0.01)
        .map((text) => {
            const {left, right, top, bottom, height} = text.getBoundingClientRect();
            const name = text.textContent;
            return {name, left, right, top: top + height / 4, bottom: bottom - height / 4};
        });
    return boxes.flatMap((one, index) => boxes.slice(index + 1)
        .filter((other) => Math.min(one.right, other.right) > Math.max(one.left, other.left) + 1)
        .filter((other) => Math.min(one.bottom, other.bottom) > Math.max(one.top, other.top))
        .map((other) => `${svg.closest("figure")?.id}: ${one.name} on ${other.name}`));
})"""


def texts_stand_apart(page: Page) -> list[str]:
    """No text of a figure lies on another one."""
    return list(page.evaluate(_CROWDED))


# The weight of a colour as WCAG defines it; half way to white for the eye is 0.18.
_INK = """(theme) => {
    const of = (one, property) => getComputedStyle(one)[property];
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map((each) => each / 255)
            .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = of(document.body, "backgroundColor");
    const ink = of(document.querySelector("article"), "color");
    const faults = [];
    const [dim, bright] = [light(paper), light(ink)].sort((one, other) => one - other);
    if (light(paper) < 0.18 !== (theme === "dark")) faults.push(`the paper is ${paper}`);
    if ((bright + 0.05) / (dim + 0.05) < 7) faults.push(`${ink} on ${paper}`);
    for (const text of document.querySelectorAll(".gd-figure text")) {
        const plain = !text.closest("[style*=fill], .gd-fixed");
        if (plain && of(text, "fill") !== ink)
            faults.push(`${text.closest("figure")?.id}: ${text.textContent}: ${of(text, "fill")}`);
    }
    return faults;
}"""


def _inks(page: Page, theme: Theme) -> list[str]:
    page.emulate_media(color_scheme=theme)
    return [f"{theme}: {fault}" for fault in page.evaluate(_INK, theme)]


def ink_follows_the_theme(page: Page) -> list[str]:
    """Page and figures have one ink, which stands out from the paper, which is the theme's."""
    return _inks(page, "dark") + _inks(page, "light")


def ink_is_legible_by_night(page: Page) -> list[str]:
    """As `ink_follows_the_theme`, for somebody without scripts."""
    return _inks(page, "dark")


# The letters of formulas, the words of code and the strokes of figures, thousands of boxes, have no
# other meaning to axe than the formula, the listing and the figure around them.
_PRUNED = """() => {
    const each = (what, change) => document.querySelectorAll(what).forEach(change);
    each("details", (one) => { one.open = true; });
    each(".katex-html, .gd-figure :is(use, path)", (one) => one.remove());
    each(".highlight pre, math", (one) => { one.textContent = one.textContent; });
    each("svg[role=img]", (one) => one.replaceChildren());
}"""

# Leaves only words of a kind that was never seen: with other classes around them, or a colour.
_NEWS = """(seen) => {
    window.whole = document.body.cloneNode(true);
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
    document.querySelectorAll(".katex-html").forEach((one) => one.remove());
    const kinds = new Set(seen), news = new Set();
    const look = (one) => `${one.tagName}.${one.getAttribute("class")}`
        + (one.getAttribute("style") ?? "").match(/(fill|color|opacity):[^;]*/g);
    for (const one of document.body.querySelectorAll("*")) {
        const says = [...one.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
        if (!says) continue;
        const around = [];
        for (let at = one; at !== document.body; at = at.parentElement) around.push(at);
        const telling = around.filter((at) => at.matches("[class], [style], a, th, summary, code"));
        const kind = [...new Set(telling.map(look))].sort().join(" and ");
        if (!kinds.has(kind)) around.forEach((each) => news.add(each));
        kinds.add(kind);
    }
    [...document.body.querySelectorAll("*")].filter((one) => !news.has(one))
        .forEach((one) => one.remove());
    return news.size ? [...kinds] : [];
}"""
_judged: list[str] = []


def _axe(page: Page, **options: Any) -> list[str]:
    """Ask axe about its rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_itself())
    # All pages have one style sheet, which it reads on one of them.
    brief = {"resultTypes": ["violations"], "preload": page.url.endswith("/index.html")}
    found: dict[str, Any] = page.evaluate(
        "(options) => axe.run(document, options)", {**brief, **options}
    )
    return [_violation(one) for one in found["violations"]]


def axe_finds_nothing(page: Page) -> list[str]:
    """No rule of accessibility is broken, with everything open.

    A table's heading that is a formula counts as empty, since axe does not read MathML as readers
    do.  Colours and links take most of its time, and are asked for below.
    """
    if "/_modules/" in page.url:  # one listing is like another, and takes axe ten times as long
        return []
    page.evaluate(_PRUNED)
    return _axe(page, rules={name: {"enabled": False} for name in _NOT_HERE})


_NOT_HERE = ("empty-table-header", "color-contrast", "link-in-text-block")


# Words are what its block says outside of all links: a link alone in its place needs no line.
_HIDDEN = """() => {
    const shown = (one) => getComputedStyle(one);
    const among = (link) => {
        let block = link.parentElement;
        while (shown(block).display === "inline") block = block.parentElement;
        const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const { data, parentElement } = texts.currentNode;
            if (/\\w/.test(data) && !parentElement.closest("a, button")) return true;
        }
        return false;
    };
    return [...document.querySelectorAll("a[href]:not(.headerlink)")]
        .filter((one) => one.innerText && shown(one).display === "inline" && among(one))
        .filter((one) => ![one, ...one.querySelectorAll("*")].some(
            (each) => shown(each).textDecorationLine === "underline"))
        .map((one) => one.innerText);
}"""


def links_can_be_told_from_words(page: Page) -> list[str]:
    """Every link among words is underlined, for whoever doesn't see its colour."""
    return list(page.evaluate(_HIDDEN))


def axe_can_read_the_colours(page: Page) -> list[str]:
    """All kinds of words stand out, by day and night, wherever one is met for the first time."""
    kinds, found = page.evaluate(_NEWS, _judged), []
    if kinds:
        _judged[:] = kinds
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            found += [f"{theme}: {fault}" for fault in _axe(page, runOnly=["color-contrast"])]
        page.emulate_media(color_scheme="light")
    page.evaluate("document.body.replaceWith(window.whole)")
    return found


@cache
def _axe_itself() -> str:
    """Return its program, which the site's policy would not let into a page."""
    return AXE.read_text(encoding="utf-8")


def _violation(found: dict[str, Any]) -> str:
    """Say what axe found, where, and how often."""
    node = found["nodes"][0]
    return f"{found['id']} x{len(found['nodes'])}: {node['target']} {node['failureSummary']}"


# What arrives, read without running it, against what stands there once scripts have run.
_LOST = """async () => {
    const words = (page) => {
        const copy = page.querySelector("article").cloneNode(true);
        const moved = "button, script, noscript, .gd-ask, .gd-moving, .gd-figure";
        copy.querySelectorAll(moved).forEach((each) => each.remove());
        return copy.textContent.split(/\\s+/).filter(Boolean);
    };
    const source = await (await fetch(location.href)).text();
    const sent = words(new DOMParser().parseFromString(source, "text/html"));
    const shown = words(document);
    const place = shown.findIndex((word, index) => word !== sent[index]);
    const from = place < 0 && sent.length > shown.length ? shown.length : place;
    return from < 0 ? [] : [`${sent.slice(from, from + 5).join(" ") || "nothing"} was sent, and `
        + `${shown.slice(from, from + 5).join(" ") || "nothing"} is shown`];
}"""


def text_needs_no_javascript(page: Page) -> list[str]:
    """Scripts neither add words nor take any away, but in a figure that moves, and in a search."""
    return [] if page.url.endswith("/search.html") else list(page.evaluate(_LOST))


def formulas_are_set(page: Page) -> list[str]:
    """No formula stands there as it was typed."""
    return [text for text in page.locator("article .math").all_inner_texts() if "$" in text]


def formulas_keep_their_commas(page: Page) -> list[str]:
    """No line is broken between a formula and what touches it, in columns narrow and wide."""
    return list(page.evaluate(PARTED, [288, PHONE - 32, 380, 736]))


# A click of the program's own; a hand's, which takes long, closes the first one again.
_STUCK = """() => [...document.querySelectorAll("details.solution")].flatMap((one) => {
    const summary = one.querySelector("summary");
    const shown = () => one.lastElementChild.checkVisibility();
    summary.scrollIntoView({ block: "center", behavior: "instant" });
    const { left, top, height } = summary.getBoundingClientRect();
    const covered = !summary.contains(document.elementFromPoint(left + 20, top + height / 2));
    const before = shown();
    summary.click();
    const fault = covered ? "covered" : before ? "open" : shown() ? "" : "closed";
    return fault ? [`${summary.innerText}: ${fault} at once`] : [];
})"""


def solutions_open(page: Page) -> list[str]:
    """Every solution is closed until its summary is clicked, also without JavaScript."""
    faults = list(page.evaluate(_STUCK))
    for solution in page.locator("details.solution").all()[:1]:
        solution.locator("summary").click()
        if solution.locator("> :last-child").is_visible():
            faults.append("a click does not close it")
    return faults


_FOLDED = """() => [...document.querySelectorAll("details")].filter((one) => {
    one.open = false;
    return one.matches(".solution") && !one.lastElementChild.checkVisibility();
}).map((one) => one.querySelector("summary").innerText)"""


def solutions_are_open_on_paper(page: Page) -> list[str]:
    """Paper cannot be clicked."""
    page.emulate_media(media="print")
    closed = list(page.evaluate(_FOLDED))
    page.emulate_media(media="screen")
    return closed


_SCROLLS = """() => {
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
    const keys = "a[href], button, input, select, textarea, summary, [tabindex]";
    return [...document.querySelectorAll("article *")]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
        .filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowX))
        .filter((one) => !one.matches(keys) && !one.querySelector(keys))
        .map((one) => one.outerHTML.slice(0, 120));
}"""


def what_scrolls_can_be_reached(page: Page) -> list[str]:
    """Whatever is wider than its place takes the focus, or holds something that does."""
    return list(page.evaluate(_SCROLLS))


def fits_smaller_screens(page: Page) -> list[str]:
    """Turn the same page into that on a tablet, and on a phone, where more can go wrong."""
    page.set_viewport_size({"width": TABLET, "height": 1000})
    found = fits_the_screen(page)
    page.set_viewport_size({"width": PHONE, "height": 800})
    found += [
        f"phone: {fault}"
        for question in (fits_the_screen, figures_can_be_read, texts_stand_apart)
        for fault in question(page)
    ]
    found += what_scrolls_can_be_reached(page)
    page.set_viewport_size({"width": DESKTOP, "height": 800})
    return found


# What changes the page comes last.
QUESTIONS: dict[str, list[Question]] = {
    "desk": [
        figures_are_drawings_with_a_name,
        links_can_be_told_from_words,
        text_needs_no_javascript,
        fits_smaller_screens,
        ink_follows_the_theme,
        solutions_are_open_on_paper,
        axe_can_read_the_colours,
        axe_finds_nothing,
    ],
    "scriptless": [
        fits_the_screen,
        ink_is_legible_by_night,
        formulas_are_set,
        formulas_keep_their_commas,
        solutions_open,
    ],
}


@pytest.mark.parametrize("name", built_pages() or ["index"])
@pytest.mark.parametrize("way", QUESTIONS)
def test_page(way: str, name: str, readers: dict[str, Reader]) -> None:
    """A page opens quietly, asking nobody outside for anything, and gives no cause to complain."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `make html` or `npm ci` first")
    reader = readers[way]
    page = reader.open(name)
    answers = {question.__name__: question(page) for question in QUESTIONS[way]}
    answers["opens_quietly"] = reader.complaints
    complaints = [f"{question}: {one}" for question, found in answers.items() for one in found]
    if complaints:
        pytest.fail(f"{name}, {way}:\n" + "\n".join(complaints), pytrace=False)


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


def test_firefox_shows_every_page(playwright: Playwright, site: str) -> None:
    """Where Playwright has its own, on a phone in the dark: no error, and all fits."""
    if not Path(playwright.firefox.executable_path).exists():
        pytest.skip("no Firefox that Playwright can drive: `python -m playwright install firefox`")
    page = new_page(playwright.firefox.launch(), PHONE, "dark")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    for name in built_pages():
        page.goto(f"{site}{name}.html")
        faults += [f"{name}: {fault}" for fault in fits_the_screen(page)]
    page.close()
    assert faults == []


def test_there_is_something_to_see() -> None:
    """The questions above would find nothing wrong with a book that has no figures or solutions."""
    if not built_pages():
        pytest.skip(install_hint())
    book = "".join((SITE / f"{name}.html").read_text(encoding="utf-8") for name in built_pages())
    assert 'class="gd-figure"' in book
    assert '<details class="solution' in book
