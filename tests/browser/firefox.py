"""Drive an installed Firefox by Marionette, its own remote control, since Playwright cannot.

A message is a JSON array behind its length: `[0, number, command, parameters]` goes there, and
`[1, number, error, result]` comes back.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from subprocess import DEVNULL
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedRWPair

    from tests.browser.browsing import Theme

PATIENCE = 30
"""Seconds to wait for Firefox."""

# Firefox's window cannot be as narrow as a phone; a frame in it can.
_FRAME = """
const [address, width, done] = arguments;
document.documentElement.innerHTML = '<body style="margin:0"><iframe style="border:0"></iframe>';
const frame = document.querySelector("iframe");
frame.width = width;
frame.height = 800;
frame.onload = () => done(null);
frame.src = address;
"""
_GROW = "const frame = document.querySelector('iframe'); frame.height = arguments[0];"


class Firefox:
    """A running Firefox with one tab."""

    def __init__(self, stream: BufferedRWPair) -> None:
        self._stream = stream
        self._numbers = count(1)
        self._receive()
        self._command("WebDriver:NewSession")
        self._command("WebDriver:SetWindowRect", width=1400, height=1000)

    def open(self, address: str, width: int) -> None:
        """Open a page on a screen of a given width."""
        self._command("WebDriver:SwitchToFrame", id=None)
        self._command("WebDriver:Navigate", url=address)
        script = {"script": _FRAME, "args": [address, width]}
        self._command("WebDriver:ExecuteAsyncScript", **script)
        self._command("WebDriver:SwitchToFrame", id=0)

    def evaluate(self, script: str, *arguments: object) -> Any:
        """Return what a function's body returns on the page."""
        answer = self._command("WebDriver:ExecuteScript", script=script, args=list(arguments))
        return answer["value"]

    def photograph(self, path: Path) -> None:
        """Take a picture of the whole page."""
        height = self.evaluate("return document.documentElement.scrollHeight")
        self._command("WebDriver:SwitchToFrame", id=None)
        self._command("WebDriver:SetWindowRect", width=1400, height=height + 200)
        self.evaluate(_GROW, height)
        picture = self.evaluate("return document.querySelector('iframe')")
        frame = next(iter(picture.values()))
        taken = self._command("WebDriver:TakeScreenshot", id=frame)
        path.write_bytes(base64.b64decode(taken["value"]))

    def _command(self, name: str, **parameters: object) -> Any:
        message = json.dumps([0, next(self._numbers), name, parameters]).encode()
        self._stream.write(b"%d:%s" % (len(message), message))
        self._stream.flush()
        _, _, error, result = self._receive()
        if error:
            raise RuntimeError(f"{name}: {error['message']}")
        return result

    def _receive(self) -> Any:
        length = b""
        while (digit := self._stream.read(1)) != b":":
            length += digit
        return json.loads(self._stream.read(int(length)))


@contextmanager
def running_firefox(executable: str, theme: Theme) -> Iterator[Firefox]:
    """Start Firefox with a profile that nobody uses otherwise, and end it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        _write_preferences(Path(profile), theme)
        command = [executable, "--headless", "--marionette", "--no-remote", "--profile", profile]
        home = {**os.environ, "HOME": profile}  # nothing is left in the reader's own
        # S603: the program is a browser that was found on the PATH.
        with subprocess.Popen(command, stdout=DEVNULL, stderr=DEVNULL, env=home) as process:  # noqa: S603
            try:
                address = ("127.0.0.1", _port(Path(profile, "MarionetteActivePort")))
                with (
                    socket.create_connection(address, timeout=PATIENCE) as connection,
                    connection.makefile("rwb") as stream,
                ):
                    yield Firefox(stream)
            finally:
                process.terminate()


def _write_preferences(profile: Path, theme: Theme) -> None:
    """Choose a theme (0 is dark, 1 is light), any free port, no movement, and no calls home."""
    preferences = {
        "layout.css.prefers-color-scheme.content-override": ["dark", "light"].index(theme),
        "marionette.port": 0,
        "ui.prefersReducedMotion": 1,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "services.settings.server": "data:,",
        "app.normandy.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
    }
    lines = (f'user_pref("{name}", {json.dumps(value)});' for name, value in preferences.items())
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")


def _port(file: Path) -> int:
    """Wait until Firefox says where it listens."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if file.exists() and (port := file.read_text(encoding="utf-8")):
            return int(port)
        time.sleep(0.05)
    raise TimeoutError(f"Firefox did not start within {PATIENCE} s")
