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

from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).parents[2]
SITE = Path(os.environ.get("GDBOOK_SITE", ROOT / "_build" / "html"))
PHONE, DESKTOP = 360, 1280
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX = ("firefox-esr", "firefox")

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
    return shutil.which(named) if named else _first(CHROMIUM)


def find_firefox() -> str | None:
    """Return the path of an installed Firefox."""
    return _first(FIREFOX)


def _first(names: tuple[str, ...]) -> str | None:
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


class _Quiet(SimpleHTTPRequestHandler):
    """Serve files, and say nothing about it."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        """Keep the request out of the test's output."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine, and give its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
