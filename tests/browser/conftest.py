"""One server, one Chromium and one tab for each way of reading, for all browser tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from tests.browser.browsing import DESKTOP, PHONE, SITE, Reader, find_chromium, launch, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Serve the built site, and give its address."""
    if not (SITE / "index.html").exists():
        pytest.skip(f"the site is not built: no {SITE / 'index.html'}; run `make html` first")
    with serve(SITE) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium found: install one, or name one in GDBOOK_BROWSER")
    with sync_playwright() as playwright:
        yield launch(playwright, executable)


@pytest.fixture(scope="session")
def light(browser: Browser, site: str) -> Reader:
    """Sit at a desk, by day."""
    return Reader(browser, site, width=DESKTOP, theme="light")


@pytest.fixture(scope="session")
def dark(browser: Browser, site: str) -> Reader:
    """Sit at a desk, by night."""
    return Reader(browser, site, width=DESKTOP, theme="dark")


@pytest.fixture(scope="session")
def phone(browser: Browser, site: str) -> Reader:
    """Hold a narrow phone."""
    return Reader(browser, site, width=PHONE, theme="light")


@pytest.fixture(scope="session")
def scriptless(browser: Browser, site: str) -> Reader:
    """Do without JavaScript, by night."""
    return Reader(browser, site, width=PHONE, theme="dark", javascript=False)
