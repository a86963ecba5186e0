"""The built site as text: it is valid HTML, and every link leads somewhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from tests.browser.browsing import ROOT, SITE, built_pages, install_hint

VALIDATOR = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
NODE = ROOT / ".venv" / "bin" / "node"
CONFIG = Path(__file__).with_name("valid.mjs")
PAGES = built_pages()

# Attributes that name an address, and those that name ids of the same page.
_ADDRESSES = {"href", "src", "poster", "action", "xlink:href"}
_NAMES = {"for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers"}


class Read(NamedTuple):
    """What one page defines, and what it points to."""

    ids: list[str]
    targets: set[str]


class _Reader(HTMLParser):
    """Collect a page's ids, and what it points to; also inside its figures."""

    def __init__(self) -> None:
        super().__init__()
        self.read = Read([], set())

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        for name, value in attrs:
            if name == "id":
                self.read.ids.append(value or "")
            elif name in _ADDRESSES:
                self.read.targets.add(value or "")
            elif name in _NAMES:
                self.read.targets.update(f"#{each}" for each in (value or "").split())
            else:  # a gradient or a clipping path of a figure: url(#gd1-p2)
                self.read.targets.update(re.findall(r"url\((#[^)]+)\)", value or ""))


@cache
def _read(name: str) -> Read:
    """Read a page once."""
    reader = _Reader()
    reader.feed((SITE / f"{name}.html").read_text(encoding="utf-8"))
    reader.close()
    return reader.read


@pytest.fixture(autouse=True)
def _site_is_built() -> None:
    """There is nothing to read without it."""
    if not PAGES:
        pytest.skip(install_hint())


def test_every_page_is_valid_html(tmp_path: Path) -> None:
    """A validator, which knows what may stand where, finds nothing on any page."""
    if not VALIDATOR.exists():
        pytest.skip("html-validate is not installed: run `make html` or `npm ci` first")
    node = NODE if NODE.exists() else shutil.which("node")
    files = [str(SITE / f"{name}.html") for name in PAGES]
    report = tmp_path / "report.json"  # a long one, printed, would be cut off
    options = ["--config", str(CONFIG), "--formatter", f"json={report}"]
    command = [str(node), str(VALIDATOR), *options, *files]
    # S603: the program is the validator that was installed for this.
    done = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603  # our own
    assert done.returncode in {0, 1}, done.stderr
    found: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))
    complaints = [
        f"{Path(page['filePath']).relative_to(SITE)}:{one['line']}: {one['message']}"
        for page in found
        for one in page["messages"]
    ]
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.mark.parametrize("name", PAGES)
def test_an_id_belongs_to_one_element(name: str) -> None:
    """Two elements of one name make a link, or a figure's gradient, a matter of luck."""
    assert {one: times for one, times in Counter(_read(name).ids).items() if times > 1} == {}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    """Whatever a page links to, loads or refers to within the site is there."""
    base = f"/{name}.html"
    assert [
        target
        for target in sorted(_read(name).targets)
        if not re.match(r"[a-z]+:|//", target) and not _exists(urljoin(base, target))
    ] == []


def _exists(address: str) -> bool:
    """Tell whether an address, absolute within the site, is there."""
    parts = urlsplit(address)
    path = unquote(f"{parts.path}index.html" if parts.path.endswith("/") else parts.path)
    if not (SITE / path.lstrip("/")).is_file():
        return False
    if not parts.fragment or not path.endswith(".html"):
        return True
    return unquote(parts.fragment) in _read(path.lstrip("/").removesuffix(".html")).ids
