"""Find a browser and serve the built site: what the browser tests and `screenshots` share."""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Response

ROOT = Path(__file__).parents[2]
SITE = Path(os.environ.get("GDBOOK_SITE", ROOT / "_build" / "html"))
PHONE, TABLET, DESKTOP = 360, 768, 1280
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
Theme = Literal["light", "dark"]
DRAW_ALL = "<style>.gd-figure { content-visibility: visible !important }</style>"
"""For whoever measures, or takes a picture of, what is out of sight."""
PARTED = """(widths) => {
  const article = document.querySelector("article");
  const closed = [...article.querySelectorAll("details:not([open])")];
  const words = [...article.querySelectorAll(".gd-word")];
  for (const one of closed) one.open = true;
  const letter = (text, place) => {
    const range = document.createRange();
    range.setStart(text, place);
    range.setEnd(text, place + 1);
    return range.getBoundingClientRect();
  };
  const parted = (formula) => {
    const { previousSibling: before, nextSibling: after } = formula;
    const parts = [...formula.querySelectorAll(".base")].map((one) => one.getBoundingClientRect());
    return (before instanceof Text && letter(before, before.length - 1).right > parts[0].left + 1)
        || (after instanceof Text && letter(after, 0).left < parts.at(-1).right - 1);
  };
  const found = [];
  for (const width of widths) {
    article.style.width = `${width}px`;
    for (const word of words) {
      if (word.getClientRects().length && [...word.querySelectorAll(".math")].some(parted)) {
        found.push(`${word.querySelector("annotation").textContent}, ${width} pixels`);
      }
    }
  }
  article.style.width = "";
  for (const one of closed) one.open = false;
  return found;
}"""
"""The formulas that a column of such widths parts from what touches them: a comma, a bracket."""
# No script but the site's own files.  KaTeX says in the page how high each box is, and a figure
# of what colour: so styles may stand there; pictures in figures, and icons in styles, are data.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)
# The browser itself must not talk to anyone either, and a container has no sandbox to offer.
_SWITCHES = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
]


def find_chromium() -> str | None:
    """Return the path of a Chromium: the one GDBOOK_BROWSER names, or an installed one."""
    named = os.environ.get("GDBOOK_BROWSER")
    names = [named] if named else CHROMIUM
    return next((path for name in names if (path := shutil.which(name))), None)


def launch(playwright: Playwright, executable: str) -> Browser:
    """Start a Chromium without a window."""
    return playwright.chromium.launch(executable_path=executable, args=_SWITCHES)


def built_pages() -> list[str]:
    """Return the names of the built pages, as in "one-weight/alpha"."""
    files = (path.relative_to(SITE) for path in SITE.rglob("*.html"))
    return sorted(
        path.with_suffix("").as_posix() for path in files if not path.parts[0].startswith("_static")
    )


def install_hint() -> str:
    """Say what to do where there are no pages."""
    return f"the site is not built: no {SITE / 'index.html'}; run `make html` first"


class _Quiet(SimpleHTTPRequestHandler):
    """Serve files, and say nothing about it."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Forbid what the site promises not to need: a browser would complain on every page."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_args: object) -> None:
        """Keep the request out of the test's output."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine, and give its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Reader:
    """Somebody with a screen, who opens one page after the other and notes what goes wrong."""

    def __init__(
        self, browser: Browser, site: str, *, width: int, theme: Theme, javascript: bool = True
    ) -> None:
        self.complaints: list[str] = []
        self._site = site
        self.page = new_page(browser, width, theme, javascript=javascript)
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._note_request)
        self.page.on("requestfailed", self._note_failure)
        self.page.on("response", self._note_response)

    def open(self, name: str) -> Page:
        """Open a page, and forget what went wrong on the one before."""
        self.complaints.clear()
        self.page.goto(f"{self._site}{name}.html")
        self.page.evaluate("css => document.head.insertAdjacentHTML('beforeend', css)", DRAW_ALL)
        return self.page

    def _note_message(self, message: ConsoleMessage) -> None:
        lost = "Failed to load resource" in message.text  # noted, with its address, as a response
        if message.type in {"error", "warning"} and not lost:
            self.complaints.append(f"{message.type}: {message.text}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 400:  # 304 is fine: what the browser has kept is still good
            self.complaints.append(f"{response.status}: {response.url}")

    def _note_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # what an impatient reader left behind
            self.complaints.append(f"{request.failure}: {request.url}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self._site, "data:", "blob:")):
            self.complaints.append(f"outside: {request.url}")


def new_page(browser: Browser, width: int, theme: Theme, *, javascript: bool = True) -> Page:
    """Open a tab on a screen of a given width, in a given theme."""
    return browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme=theme,
        java_script_enabled=javascript,
        device_scale_factor=2 if width < DESKTOP else 1,
        reduced_motion="reduce",  # a picture, or a measurement, of something that moves is no use
    )
