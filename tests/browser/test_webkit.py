"""Pages and figures in WebKit, with which every iPhone reads.

Playwright drives a WebKit of its own; this one is Debian's, and is driven by its own WebDriver.
Where `webkit2gtk-driver` and `xvfb` are not installed, these tests are skipped.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from http.client import HTTPConnection
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import pytest
from tests.browser.browsing import PARTED, PHONE, ROOT, SITE, built_pages
from tests.browser.test_moving import FIGURES, RARE, Row, addressed, expected

PATIENCE = 20.0
"""Seconds until what a slow machine was asked for must be there."""

MANY = 15
"""More formulas that touch a letter than this, and a page is worth a look."""

# What WebDriver calls the keys.
RIGHT, PAGE_UP = "\ue014", "\ue00e"

# That what is observed has changed once more is told in the next frame, and is no fault.
LISTEN = """window.faults = [];
onerror = (what) => { if (!what.startsWith("ResizeObserver loop")) faults.push(what) }"""


class WebKit:
    """A window of WebKit, on a screen that nobody sees."""

    def __init__(self, port: int) -> None:
        self._port, self._session = port, ""
        self.until(self._is_there, "the driver answers")
        self._session = f"/session/{self._ask('/session', capabilities={})['sessionId']}"

    def _is_there(self) -> bool:
        try:
            return bool(self._ask("/status", method="GET"))
        except ConnectionRefusedError:
            return False

    def _ask(self, path: str, method: str = "POST", **data: Any) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        connection.request(method, self._session + path, json.dumps(data) if data else None)
        reply = connection.getresponse()
        answer = json.load(reply)["value"]
        connection.close()
        assert reply.status == HTTPStatus.OK, answer
        return answer

    def open(self, address: str) -> None:
        """Open a page, from its beginning, and note what goes wrong on it."""
        self.quiet()
        self._ask("/url", url="about:blank")  # where only what is behind the # is other, none loads
        self._ask("/url", url=address)
        self.run(LISTEN)

    def quiet(self) -> None:
        """Make sure that nothing has gone wrong on this page."""
        assert self.run("return window.faults ?? []") == []

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a function's body in the page, and return what it returns."""
        return self._ask("/execute/sync", script=script, args=arguments)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        strokes = [{"type": f"key{way}", "value": key} for key in keys for way in ("Down", "Up")]
        self._ask("/actions", actions=[{"type": "key", "id": "keyboard", "actions": strokes}])

    def close(self) -> None:
        """Close the window."""
        self._ask("", method="DELETE")

    @staticmethod
    def until(happens: Callable[[], object], what: str) -> None:
        """Wait for something."""
        end = time.monotonic() + PATIENCE
        while not happens():
            assert time.monotonic() < end, f"not within {PATIENCE} seconds: {what}"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def webkit() -> Iterator[WebKit]:
    """Start a screen, a driver, and a window."""
    xvfb, driver = (shutil.which(name) for name in ("Xvfb", "WebKitWebDriver"))
    if not (xvfb and driver):
        pytest.skip("no WebKit: on Debian, `apt install webkit2gtk-driver xvfb` brings it")
    with ExitStack() as stack:

        def start(*command: str, **options: Any) -> Popen[bytes]:
            program = Popen(command, stderr=DEVNULL, **options)  # noqa: S603  # found above
            stack.enter_context(program)
            stack.callback(program.terminate)
            return program

        screen = start(xvfb, "-displayfd", "1", "-screen", "0", "1280x900x24", stdout=PIPE)
        assert screen.stdout
        shown = {"DISPLAY": f":{screen.stdout.readline().decode().strip()}", "NO_AT_BRIDGE": "1"}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        start(driver, f"--port={port}", env={**os.environ, **shown}, stdout=DEVNULL)
        window = WebKit(port)
        stack.callback(window.close)
        yield window


SAID = """const figure = document.getElementById(arguments[0]);
return [figure.querySelector(".gd-say").textContent, location.hash.slice(1)]"""
ABOUT = """const figure = document.getElementById(arguments[0]);
return figure.querySelector(".gd-moving script").textContent"""
FOCUS = """const figure = document.getElementById(arguments[0]);
figure.querySelector(`[data-handle=${arguments[1]}], input[name=${arguments[1]}]`).focus()"""


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.figure)
def test_a_figure_says_what_python_says(row: Row, webkit: WebKit, site: str) -> None:
    """As it opens, once all that it has was moved by keys, and in rare places."""
    webkit.open(f"{site}{row.page}.html")
    about = json.loads(webkit.run(ABOUT, row.figure))
    first = addressed(row, about, "")
    assert webkit.run(SAID, row.figure) == [expected(row, about, first), ""]
    movable = [name for name, value in about["values"].items() if {"axes", "low"} & set(value)]
    for name in movable:
        webkit.run(FOCUS, row.figure, name)
        webkit.press(RIGHT, PAGE_UP)

    def moved() -> bool:
        values = addressed(row, about, webkit.run(SAID, row.figure)[1])
        return all(values[name] != first[name] for name in movable)

    webkit.until(moved, f"{movable} have moved")
    said, address = webkit.run(SAID, row.figure)
    assert said == expected(row, about, addressed(row, about, address))
    for state, words in [rest for figure, *rest in RARE if figure == row.figure]:
        webkit.open(f"{site}{row.page}.html#{row.figure}?{state}")
        told = functools.partial(webkit.run, f"{SAID}[0].includes(arguments[1])", row.figure, words)
        webkit.until(told, f"{state}: {words}")
    webkit.quiet()


def test_no_line_begins_with_a_comma(webkit: WebKit, site: str) -> None:
    """However narrow the column: WebKit would break a line behind any formula."""
    texts = {name: (SITE / f"{name}.html").read_text(encoding="utf-8") for name in built_pages()}
    found = {}
    for name in [name for name, text in texts.items() if text.count('class="gd-word"') > MANY]:
        webkit.open(f"{site}{name}.html")
        found[name] = webkit.run(f"return ({PARTED})(arguments[0])", [PHONE - 32, 400, 500])
    assert found
    assert {name: formulas for name, formulas in found.items() if formulas} == {}


# What a declaration says once its variables have their values.
UNKNOWN = """const style = getComputedStyle(document.body);
return arguments[0].filter(([name, value]) => !CSS.supports(name, value.replace(
  /var\\((--[\\w-]+)\\)/g, (_, variable) => style.getPropertyValue(variable))))"""


def test_the_style_is_understood(webkit: WebKit, site: str) -> None:
    """Word for word, but for what has a word of WebKit's own beside it."""
    source = (ROOT / "book" / "_static" / "gdbook.css").read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    said = re.findall(r"^\s+([a-z-]+):\s+([^;{}]+?)(?:\s*!important)?;\s*$", rules, re.MULTILINE)
    webkit.open(f"{site}index.html")
    unknown = {name for name, _ in webkit.run(UNKNOWN, said)}
    assert len(said) > 300
    assert {name for name in unknown if f"-webkit-{name}" not in dict(said)} == set()
