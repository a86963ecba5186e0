"""Print the whole book into one PDF: `make pdf`.

All pages become one, which Chromium prints: with an outline, with tags for screen readers, with
links that lead to pages of the book.  It is printed twice, since the first time shows which page is
where: Chromium does not yet fill in the page numbers of a table of contents.
"""

# ruff: noqa: T201 - it is run to see what it prints

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader, PdfWriter

from bound import AUTHOR, ROOT, SITE, SUBTITLE, TITLE, Page, connect, pages

sys.path.insert(0, str(ROOT))
from tests.browser.browsing import find_chromium, launch

STYLE = Path(__file__).with_name("pdf.css")
WHOLE = ROOT / "_build" / "gradient-descent.html"
PDF = WHOLE.with_suffix(".pdf")


def place(name: str, inner: str = "") -> str:
    """Return what a page, or a place in it, is called in the whole."""
    return f"{name}--{inner}" if inner else name


def unique(page: Page) -> None:
    """Make each id of a page its own: every page has exercises, and a first figure."""
    for element in page.body.select("[id]"):
        element["id"] = place(page.name, str(element["id"]))
    page.body["id"] = place(page.name)
    page.figures[:] = [
        re.sub(r'(\bid="|#)(gd\d)', rf"\1{page.key}-\2", figure) for figure in page.figures
    ]


def lowered(page: Page) -> None:
    """Make room for the parts above the chapters."""
    for level in (4, 3, 2, 1):
        for heading in page.body.select(f"h{level}"):
            heading.name = f"h{level + 1}"


def section(page: Page) -> str:
    """Return a page as a section of the whole."""
    text = str(page.body)
    for number, figure in enumerate(page.figures):
        text = text.replace(f'<img data-figure="{number}"/>', figure)
    part = f'<h1 class="gd-part">{escape(page.part)}</h1>' if page.part else ""
    kind = f"gd-{page.name.partition('/')[0]}"
    return f'<div class="gd-page {kind}" style="page: {page.key}">{part}{text}</div>'


def listing(found: list[Page], numbers: dict[str, int]) -> str:
    """Return the table of contents."""
    lines = []
    for page in found:
        if page.part:
            lines.append(f'<li class="gd-toc-part">{escape(page.part)}</li>')
        number = numbers.get(page.name, 0)
        link = f'<a href="#{place(page.name)}">{escape(page.title)}</a>'
        lines.append(f'<li>{link}<span class="gd-dots"></span><span>{number}</span></li>')
    return f'<nav class="gd-toc"><h1>Contents</h1><ul>{"".join(lines)}</ul></nav>'


def whole(found: list[Page], numbers: dict[str, int]) -> str:
    """Return all pages as one."""
    sheets = sorted(SITE.glob("_static/site.*.css"))
    links = [f'<link rel="stylesheet" href="{sheet.as_uri()}">' for sheet in sheets]
    heads = [
        f'@page {page.key} {{ @top-left {{ content: "{_quoted(page.title)}" }} }}' for page in found
    ]
    first = found[0]
    return "\n".join(
        [
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>',
            *links,
            f"<style>{STYLE.read_text(encoding='utf-8')}\n{chr(10).join(heads)}</style></head>",
            f'<body><article><div class="gd-cover"><p class="gd-title">{TITLE}</p>{cover(first)}',
            f"<p>{SUBTITLE}</p></div>",
            listing(found, numbers),
            *map(section, found),
            "</article></body></html>",
        ]
    )


def cover(first: Page) -> str:
    """Return the landing page's figure, whose ids are needed twice."""
    return re.sub(r'(\bid="|#)', r"\1cover-", first.figures[0])


def _quoted(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"")


def printed(browser: Browser, text: str, *, tagged: bool) -> PdfReader:
    """Print the whole, and read what was printed; without tags that takes less time."""
    WHOLE.write_text(text, encoding="utf-8")
    page = browser.new_page()
    page.goto(WHOLE.as_uri())
    page.evaluate("document.fonts.ready")
    page.pdf(
        path=PDF, outline=tagged, tagged=tagged, prefer_css_page_size=True, print_background=True
    )
    page.close()
    writer = PdfWriter(PDF, incremental=True)
    # Chromium knows the title alone.
    writer.add_metadata({"/Author": AUTHOR, "/Subject": SUBTITLE, "/Creator": "gdbook"})
    writer.write(PDF)
    return PdfReader(PDF)


def numbers_of(reader: PdfReader, names: list[str]) -> dict[str, int]:
    """Return on which page each name is."""
    found = {key.removeprefix("/"): target for key, target in reader.named_destinations.items()}
    return {
        name: 1 + (reader.get_destination_page_number(found[name]) or 0)
        for name in names
        if name in found
    }


def dangling(text: str) -> set[str]:
    """Return the places that links lead to and that are not there."""
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    return {target for target in re.findall(r'href="#([^"]+)"', text) if target not in ids}


def prepared(found: list[Page]) -> list[Page]:
    """Make pages parts of one document: their ids, their links, their headings."""
    names = {page.name for page in found}
    for page in found:
        connect(page, names, lambda name, inner: f"#{place(name, inner)}")
        unique(page)
        lowered(page)
    return found


def main() -> None:
    """Print the book."""
    executable = find_chromium()
    if executable is None:
        sys.exit("no Chromium found: install one, or name one in GDBOOK_BROWSER")
    found = prepared(pages(SITE))
    names = {page.name for page in found}
    if lost := dangling(whole(found, {})):
        sys.exit(f"links lead nowhere: {sorted(lost)}")
    with sync_playwright() as playwright:
        browser = launch(playwright, executable)
        first = printed(browser, whole(found, {}), tagged=False)
        numbers = numbers_of(first, [page.name for page in found])
        if missing := names - numbers.keys():
            sys.exit(f"pages that no link leads to: {sorted(missing)}")
        last = printed(browser, whole(found, numbers), tagged=True)
    if numbers_of(last, [*numbers]) != numbers:
        sys.exit("the table of contents has moved what it lists")
    size = PDF.stat().st_size / 1e6
    print(f"{PDF.relative_to(ROOT)}: {len(last.pages)} pages, {size:.1f} MB")


if __name__ == "__main__":
    main()
