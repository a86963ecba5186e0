"""One server, one Chromium and one tab for each way of reading, for all tests of a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from tests.browser.browsing import (
    DESKTOP,
    PHONE,
    SITE,
    Reader,
    find_chromium,
    install_hint,
    launch,
    serve,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Playwright


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Serve the built site, and give its address."""
    if not (SITE / "index.html").exists():
        pytest.skip(install_hint())
    with serve(SITE) as address:
        yield address


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Start what drives browsers once."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Browser:
    """Start Chromium once."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium found: install one, or name one in GDBOOK_BROWSER")
    return launch(playwright, executable)


@pytest.fixture(scope="session")
def readers(browser: Browser, site: str) -> dict[str, Reader]:
    """Gather the book's readers, each with a tab that stays open: what is loaded once is kept."""
    return {
        "desk": Reader(browser, site, width=DESKTOP, theme="light"),
        "scriptless": Reader(browser, site, width=PHONE, theme="dark", javascript=False),
    }
