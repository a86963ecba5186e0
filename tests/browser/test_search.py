"""Whoever searches finds the right page among the first three, also in a folder on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.browsing import SITE, install_hint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

# What readers type, and the page that they should be offered.
QUERIES = {
    "η": "linear-regression/learning-rate",
    "learning rate": "linear-regression/learning-rate",
    "step size": "linear-regression/learning-rate",
    "feature scaling": "linear-regression/feature-scaling",
    "standardization": "linear-regression/feature-scaling",
    "alpha": "one-weight/alpha",
    "α": "one-weight/alpha",
    "hot and cold learning": "one-weight/hot-and-cold",
    "squared error": "one-weight/comparing",
    "derivative": "one-weight/slope",
    "neural network": "one-weight/comparing",
    "MNIST": "many-weights/what-weights-learn",
    "handwritten digits": "many-weights/what-weights-learn",
    "freeze weights": "many-weights/freezing",
    "outer product": "many-weights/many-outputs",
    "mean squared error": "linear-regression/data-and-model",
    "contour line": "linear-regression/loss-surface",
    "normal equation": "linear-regression/loss-surface",
    "gradient checking": "linear-regression/gradients",
    "early stopping": "linear-regression/training",
    "pytorch": "linear-regression/from-scratch",
    "broadcasting": "linear-regression/vectorization",
    "maximum likelihood": "linear-regression/squared-loss",
    "outliers": "linear-regression/squared-loss",
    "learning rate decay": "better-rules/schedules",
    "warmup": "better-rules/schedules",
    "sgd": "better-rules/stochastic",
    "Adam": "better-rules/momentum-and-adam",
    "momentum": "better-rules/momentum-and-adam",
    "Muon optimizer": "better-rules/after-adam",
    "Newton's method": "better-rules/after-adam",
    "which optimizer": "better-rules/field-guide",
    "Taylor expansion": "theory/taylor",
    "saddle point": "theory/limits",
    "strongly convex": "theory/convergence",
    "backprop": "theory/backpropagation",
    "automatic differentiation": "theory/backpropagation",
    "quadratic": "back/api",
    "least_squares": "back/api",
    "movable": "back/drawing",
}

_ASK = """(query) => Search._performSearch(...Search._parseQuery(query))
    .reverse().slice(0, 3).map(([page]) => page)"""


@pytest.fixture(scope="module")
def search(browser: Browser) -> Iterator[Page]:
    """Search for the Greek letter, in a folder on disk."""
    if not (SITE / "search.html").exists():
        pytest.skip(install_hint())
    page = browser.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{(SITE / 'search.html').as_uri()}?q=%CE%B7")
    yield page
    page.close()


@pytest.mark.parametrize("query", QUERIES)
def test_the_right_page_is_among_the_first_three(query: str, search: Page) -> None:
    """No page is listed twice, and errata come last."""
    found = search.evaluate(_ASK, query)
    assert QUERIES[query] in found, found


def test_what_is_found_is_shown(search: Page) -> None:
    """The first link leads to the page of the learning rate."""
    link = search.locator("ul.search li a").first
    assert "Learning rate" in link.inner_text()
    assert link.evaluate("(one) => new URL(one.href).pathname").endswith("learning-rate.html")
