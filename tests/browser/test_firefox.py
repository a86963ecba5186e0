"""The pages in a second engine: what one browser forgives, another may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.browsing import DESKTOP, PHONE, SITE, built_pages, find_firefox
from tests.browser.firefox import Firefox, running_firefox

if TYPE_CHECKING:
    from collections.abc import Iterator

_FAULTS = """
const root = document.documentElement, faults = [];
const ink = getComputedStyle(document.querySelector("article")).color;
const paper = getComputedStyle(document.body).backgroundColor;
if (root.scrollWidth > root.clientWidth) faults.push("the page scrolls sideways");
if (ink === paper) faults.push("ink on ink");
for (const figure of document.querySelectorAll("figure")) {
    const svg = figure.querySelector("svg.gd-figure");
    if (!svg || !svg.getBBox().width) { faults.push(`${figure.id}: nothing is drawn`); continue; }
    const box = svg.getBoundingClientRect();
    if (box.left < 0 || box.right > root.clientWidth + 0.5) faults.push(`${figure.id}: too wide`);
    for (const text of svg.querySelectorAll("text")) {
        const {fill, fontSize} = getComputedStyle(text), {a, b} = text.getScreenCTM();
        const size = parseFloat(fontSize) * Math.hypot(a, b);
        const plain = !text.closest("[style*=fill], .gd-fixed");
        if (plain && fill !== ink) faults.push(`${figure.id}: ${text.textContent} is ${fill}`);
        if (size < 8) faults.push(`${figure.id}: ${text.textContent} has ${size.toFixed(1)} px`);
    }
}
return faults;
"""


@pytest.fixture(scope="module", params=["light", "dark"])
def firefox(request: pytest.FixtureRequest) -> Iterator[Firefox]:
    """Start Firefox once for each theme."""
    executable = find_firefox()
    if executable is None:
        pytest.skip("no Firefox found: install firefox or firefox-esr")
    with running_firefox(executable, request.param) as running:
        yield running


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_pages_in_firefox(firefox: Firefox, site: str, width: int) -> None:
    """Pages fit the screen, and figures are legible, in the page's ink, inside the column."""
    drawn = 'class="gd-figure"'
    names = [name for name in built_pages() if drawn in (SITE / f"{name}.html").read_text()]
    faults = {}
    for name in ["index", *names]:
        firefox.open(f"{site}{name}.html", width)
        faults[name] = firefox.evaluate(_FAULTS)
    assert {name: found for name, found in faults.items() if found} == {}
