"""Take pictures of built pages: `python -m tests.browser.screenshots one-weight/alpha --out DIR`.

Without further options a page is photographed whole, at both widths and in both themes. With
`--figures` each figure is photographed on its own.
"""

from __future__ import annotations

import argparse
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page, sync_playwright
from tests.browser.browsing import (
    DESKTOP,
    DRAW_ALL,
    PHONE,
    SITE,
    Theme,
    built_pages,
    find_chromium,
    launch,
    new_page,
    serve,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> None:
    """Take the pictures that the command line asks for, and print their paths."""
    options = _parser().parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for path in _take(options):
        sys.stdout.write(f"{path}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.browser.screenshots", description=__doc__
    )
    parser.add_argument(
        "pages", nargs="*", default=built_pages(), help="as in one-weight/alpha; default: all"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder for the pictures")
    parser.add_argument(
        "--width", type=int, action="append", help=f"default: {PHONE} and {DESKTOP}"
    )
    parser.add_argument("--theme", choices=["light", "dark"], action="append", help="default: both")
    parser.add_argument("--figures", action="store_true", help="each figure on its own")
    parser.add_argument(
        "--no-js", action="store_true", help="as a reader without JavaScript sees it"
    )
    parser.add_argument(
        "--open", action="store_true", help="with every solution and hidden cell open"
    )
    return parser


def _views(options: argparse.Namespace) -> Iterator[tuple[int, Theme]]:
    return product(options.width or [PHONE, DESKTOP], options.theme or ["light", "dark"])


def _take(options: argparse.Namespace) -> Iterator[Path]:
    executable = find_chromium() or sys.exit(
        "no Chromium found: install one, or set GDBOOK_BROWSER"
    )
    with serve(SITE) as address, sync_playwright() as playwright:
        browser = launch(playwright, executable)
        for width, theme in _views(options):
            page = new_page(browser, width, theme, javascript=not options.no_js)
            for name in options.pages:
                page.goto(f"{address}{name}.html")
                page.evaluate("css => document.head.insertAdjacentHTML('beforeend', css)", DRAW_ALL)
                if options.open:
                    page.eval_on_selector_all(
                        "details", "all => all.forEach(one => one.open = true)"
                    )
                stem = f"{name.replace('/', '-')}-{width}-{theme}"
                yield from _photograph(page, options.out / stem, figures=options.figures)


def _photograph(page: Page, stem: Path, *, figures: bool) -> Iterator[Path]:
    if not figures:
        path = stem.with_name(f"{stem.name}.png")
        page.screenshot(path=path, full_page=True)
        yield path
        return
    for number, figure in enumerate(page.locator("figure").all(), start=1):
        path = stem.with_name(f"{stem.name}-{number}.png")
        figure.screenshot(path=path)
        yield path


if __name__ == "__main__":
    main()
