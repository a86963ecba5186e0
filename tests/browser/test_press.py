"""The book as an EPUB and as a PDF: two pages of it, bound and printed as all of them are."""

from __future__ import annotations

import posixpath
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "book" / "_press"))

import bound  # noqa: E402 - programs are no package
import epub  # noqa: E402 - as above
import pdf  # noqa: E402 - as above

NAMES = {"one-weight/slope": "One weight", "one-weight/alpha": ""}


def some_pages():
    """Read two pages, which refer to each other."""
    if not (bound.SITE / "index.html").exists():
        pytest.skip("there is no site: `make html` builds it")
    return [bound.read(bound.SITE, name, part) for name, part in NAMES.items()]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Bind a small EPUB."""
    target = tmp_path_factory.mktemp("epub") / "book.epub"
    epub.bind(target, some_pages())
    return target


def test_epubcheck_finds_nothing(book):
    """The standard's own checker agrees."""
    command = epub.checker()
    if not command:
        pytest.skip("no epubcheck found (on Debian: apt install epubcheck)")
    done = subprocess.run([*command, book], capture_output=True, check=False, text=True)  # noqa: S603  # found above
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_epub_lists_what_it_holds_and_links_within(book):
    """Every file is listed, every link and picture is there, no script is, formulas are MathML."""
    with zipfile.ZipFile(book) as archive:
        names = archive.namelist()
        files = {name: archive.read(name) for name in names}
        assert archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
    assert names[0] == "mimetype"
    manifest = set(re.findall(r'href="([^"]+)"', files["book/book.opf"].decode()))
    assert {f"book/{name}" for name in manifest} == set(names) - {
        "mimetype",
        "META-INF/container.xml",
        "book/book.opf",
    }
    for name in NAMES:
        text = files[f"book/{name}.xhtml"].decode()
        ET.fromstring(text)  # noqa: S314  # we wrote it
        assert "<script" not in text
        assert "katex" not in text.replace("katex-display", "")
        assert text.count("<math") > 10
        pictures = re.findall(r"<img [^>]*>", text)
        assert len(pictures) == text.count("<figure")
        assert all(len(re.findall(r'alt="([^"]{80,})"', picture)) == 1 for picture in pictures)
        for link in re.findall(r'(?:href|src)="(?!https?:)([^"]+)"', text):
            path, _, place = link.partition("#")
            target = posixpath.normpath(posixpath.join("book", posixpath.dirname(name), path))
            target = target if path else f"book/{name}.xhtml"
            assert target in names
            assert not place or f'id="{place}"' in files[target].decode()


def test_a_figure_alone_has_its_colours():
    """What the page's style sheet would say stands in the file."""
    for page in some_pages():
        for figure in page.figures:
            svg, label = epub.standalone(figure)
            ET.fromstring(svg)  # noqa: S314  # as above
            assert len(label) > 80
            assert not re.search(r"var\(|currentColor|color-mix", svg)


def test_a_pdf_has_an_outline_tags_and_links(browser, tmp_path, monkeypatch):
    """Its outline is that of the book, its links lead into it, and screen readers can read it."""
    monkeypatch.setattr(pdf, "WHOLE", tmp_path / "whole.html")
    monkeypatch.setattr(pdf, "PDF", tmp_path / "whole.pdf")
    found = some_pages()
    text = pdf.whole(pdf.prepared(found), dict.fromkeys(NAMES, 7))
    assert not pdf.dangling(text)
    reader = pdf.printed(browser, text, tagged=True)
    outline: list[Any] = reader.outline
    assert [entry.title for entry in outline[:2]] == ["Contents", "One weight"]
    inner = [entry.title for entry in outline[2] if not isinstance(entry, list)]
    assert inner == [page.title for page in found]
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    about: Any = reader.metadata
    assert (about.title, about.author) == ("Gradient descent, executed", "the authors of gdbook")
    numbers = pdf.numbers_of(reader, [*NAMES])
    assert list(numbers) == [*NAMES]
    assert 3 <= numbers["one-weight/slope"] < numbers["one-weight/alpha"] < len(reader.pages)
    assert "Alpha: how large a step?" in reader.pages[numbers["one-weight/alpha"]].extract_text()
    assert f"\n{numbers['one-weight/slope']}" in reader.pages[2].extract_text()
    assert pdf.PDF.stat().st_size < 3e6
