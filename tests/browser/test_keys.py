"""Turning pages, finding the way past the navigation, and reading at twice the size."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING

import pytest
from tests.browser.browsing import DESKTOP, SITE, built_pages, new_page

import gdbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHAPTER = "linear-regression/learning-rate"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Open a chapter."""
    page = new_page(browser, DESKTOP, "light")
    page.goto(f"{site}{CHAPTER}.html")
    yield page
    page.close()


def test_arrows_turn_the_page(page: Page) -> None:
    """Forward to what the page calls next, and back again."""
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/feature-scaling.html")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/learning-rate.html")


def test_what_scrolls_keeps_its_arrows(page: Page) -> None:
    """Who scrolls a long line of code does not want to leave."""
    page.locator("article pre[tabindex]").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert page.url.endswith("learning-rate.html")


def test_a_slash_leads_to_the_search(page: Page) -> None:
    """As on many sites; and the letter itself is not typed."""
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.evaluate("document.activeElement.value") == ""


def test_the_first_stop_skips_the_navigation(page: Page) -> None:
    """Tab, then Enter, and the next stop lies in the text."""
    skip = page.locator(".skip-to-content")
    for _ in range(3):
        page.keyboard.press("Tab")
        if skip.evaluate("(one) => one === document.activeElement"):
            break
    assert skip.evaluate("(one) => one === document.activeElement")
    assert skip.bounding_box()["y"] >= 0  # type: ignore[index]  # it is on the screen
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('article'))")


def test_the_way_through_a_page_follows_its_order(page: Page) -> None:
    """No element asks to be visited out of turn."""
    assert (
        page.evaluate(
            "[...document.querySelectorAll('[tabindex]')].filter(e => e.tabIndex > 0).length"
        )
        == 0
    )


@pytest.mark.parametrize("name", ["index", "theory/taylor", "back/glossary"])
def test_at_twice_the_size_nothing_is_lost(name: str, browser: Browser, site: str) -> None:
    """A screen of 640 pixels is one of 1280 at 200 %, and nothing makes it scroll sideways."""
    page = new_page(browser, 640, "light")
    page.goto(f"{site}{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_paper_shows_the_text_and_nothing_to_click(page: Page) -> None:
    """The skip link, buttons and folds of code stay on the screen; solutions are open."""
    page.emulate_media(media="print")
    for thing in [
        ".skip-to-content",
        ".copybtn",
        "details.hide",
        ".related-pages",
        ".sidebar-drawer",
    ]:
        assert not any(one.is_visible() for one in page.locator(thing).all()), thing
    assert page.locator("details.solution > p").first.is_visible()


def test_everything_in_the_package_is_described_and_links_to_its_source() -> None:
    """The reference has whatever a module offers, and leads to the lines, in the same folder."""
    if not built_pages():
        pytest.skip("the site is not built")
    pages = [(SITE / "back" / f"{name}.html") for name in ("api", "drawing")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    inside = [name for _, name, _ in pkgutil.walk_packages(gdbook.__path__, "gdbook.")]
    modules = [importlib.import_module(name) for name in inside]
    offered = [
        f"{value.__module__}.{name}"
        for module in modules
        for name in getattr(module, "__all__", ())
        if getattr(value := getattr(module, name), "__module__", "") == module.__name__
    ]
    assert len(offered) > 90
    assert [name for name in offered if f'id="{name}"' not in text] == []
    described = text.count('<dl class="py function">') + text.count('<dl class="py class">')
    assert text.count("viewcode-link") >= described
    linked = set(re.findall(r'class="reference internal" href="#([\w.]+)"[^>]*><em>', text))
    words = {name for name in offered if name.startswith("gdbook.plots.")}
    assert words - linked == {"gdbook.plots.look.Look"}, "the table of words leads to all others"
