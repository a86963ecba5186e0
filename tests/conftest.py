"""How the tests are shared out among the cores of a machine."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/test_build.py",
    "tests/test_take.py",
    "tests/browser/test_press.py",
    "tests/browser/test_webkit.py",
)
"""What they share takes long to make: a small book, an environment, a bound book, a screen."""


class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # published without types
    """Give whoever is idle the next test, or all tests of a file that keeps them together."""

    def _split_scope(self, nodeid: str) -> str:
        """Return what one worker does by itself."""
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    """Tell xdist, whose own groups pytest 9 ignores."""
    return Sharing(config, log)
