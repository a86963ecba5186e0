"""Bind the whole book into one EPUB: `make epub`.

Every page of the site becomes a document of its own: its figures pictures, its formulas MathML, its
links links within the book.  Nothing in it is a script, and nothing is fetched.
"""

# ruff: noqa: T201 - it is run to see what it prints

from __future__ import annotations

import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import uuid
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path

import numpy as np
from bs4 import Tag
from matplotlib.figure import Figure

import gdbook as gd
from bound import AUTHOR, ROOT, SITE, SUBTITLE, TITLE, Page, connect, pages
from gdbook import plots

EPUB = ROOT / "_build" / "gradient-descent.epub"
STYLE = Path(__file__).with_name("epub.css")
RIGHTS = "MIT licence"
DESCRIPTION = (
    "Gradient descent, from one weight to the theory of why it works. "
    "Every number and every figure was computed when the book was built."
)
IDENTIFIER = uuid.uuid5(uuid.NAMESPACE_DNS, "gradient-descent-executed.gdbook").urn
LOOK = {"blue": "#0072b2", "orange": "#b84f00", "green": "#007a58", "pink": "#a8487f"}

XHTML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
 lang="en" xml:lang="en">
<head><title>{title}</title>
<link rel="stylesheet" type="text/css" href="{root}epub.css"/></head>
<body>{body}</body>
</html>
"""
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
OPF = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" xml:lang="en" unique-identifier="book">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="book">{identifier}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:language>en</dc:language>
<dc:creator>{author}</dc:creator>
<dc:description>{description}</dc:description>
<dc:rights>{rights}</dc:rights>
<dc:date>{date:%Y-%m-%d}</dc:date>
<meta property="dcterms:modified">{date:%Y-%m-%dT%H:%M:%SZ}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">{summary}</meta>
<meta name="cover" content="cover-image"/>
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""


# --- Figures -------------------------------------------------------------------------------------


def standalone(svg: str) -> tuple[str, str]:
    """Return a page's figure as a file of its own, on white paper, and what it shows."""
    svg = re.sub(r"var\(--gd-(\w+)-ink,#\w+\)", lambda name: LOOK.get(name[1], "#444"), svg)
    svg = re.sub(r"var\(--gd-[\w-]+,(#\w+)\)", r"\1", svg).replace("var(--gd-paper)", "#ffffff")
    svg = re.sub(r"color-mix\(in srgb,currentColor (\d+)%,#ffffff\)", _grey, svg)
    root = ET.fromstring(svg.replace("currentColor", "#000000"))
    label = root.attrib["aria-label"]
    _left, _top, width, height = root.attrib["viewBox"].split()
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "xmlns:xlink": "http://www.w3.org/1999/xlink",
        "viewBox": root.attrib["viewBox"],
        "width": width,
        "height": height,
        "version": "1.1",
    }
    for element in root.iter():
        if element.tag == "path":
            element.attrib.setdefault("d", "M0 0")  # the page may leave out what draws nothing
        if "href" in element.attrib:
            element.set("xlink:href", element.attrib.pop("href"))
        for name in [name for name in element.attrib if name.startswith("data-")]:
            del element.attrib[name]
    style = ET.Element("style", type="text/css")
    style.text = (
        "text{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round;"
        "font-family:sans-serif} .gd-nohalo text{stroke:none}"
    )
    root.insert(0, style)
    return ET.tostring(root, encoding="unicode"), label


def _grey(mixture: re.Match[str]) -> str:
    """Return a mixture of ink and paper as one colour."""
    level = round(255 * (1 - int(mixture[1]) / 100))
    return f"#{level:02x}{level:02x}{level:02x}"


def cover() -> bytes:
    """Draw the cover: the landing page's walkers below the title, as a picture."""
    specification = importlib.util.spec_from_file_location("figures", ROOT / "book" / "figures.py")
    if specification is None or specification.loader is None:
        raise FileNotFoundError("book/figures.py is missing")
    figures = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(figures)
    plots.use_style()
    loss = gd.himmelblau()
    side = np.linspace(-5, 5, 14)
    starts = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    trace = gd.gradient_descent(loss, starts, learning_rate=0.001).trace(steps=800)
    valleys = np.unique(trace.parameters[-1].round(1), axis=0)
    figure = Figure(figsize=(6, 9))
    figure.set_layout_engine("none")
    axes = plots.bare(figure.add_axes((0.06, 0.16, 0.88, 0.58)))
    view = gd.surface(loss, resolution=61, u=(-5.3, 5.3), v=(-5.3, 5.3))
    figures.streams(axes, view, trace, valleys)
    figure.text(0.5, 0.86, "Gradient descent,\nexecuted", ha="center", va="center", size=34)
    figure.text(0.5, 0.09, SUBTITLE.replace(" was ", "\nwas "), ha="center", va="center", size=13)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=200, metadata={"Software": None})
    return picture.getvalue()


# --- Pages ---------------------------------------------------------------------------------------


def document(page: Page) -> str:
    """Return a page as XHTML, whose figures are files beside it."""
    root = "../" * page.name.count("/")
    for number, picture in enumerate(page.body.select("img[data-figure]")):
        _, label = standalone(page.figures[number])
        picture.attrs = {"src": f"{root}{figure_name(page, number)}", "alt": label}
    for formula in page.body.select(".katex"):
        _only_mathml(formula)
    for element in page.body.select("[aria-label], [role]"):
        del element["aria-label"], element["role"]
    part = f'<p class="gd-part">{escape(page.part)}</p>' if page.part else ""
    body = part + page.body.decode(formatter="minimal")
    text = XHTML.format(title=escape(page.title), root=root, body=body)
    ET.fromstring(text.encode())  # a slip shows here rather than in a reader
    return text


def figure_name(page: Page, number: int) -> str:
    """Return the file of a page's figure."""
    return f"figures/{page.key}-{number + 1}.svg"


def _only_mathml(formula: Tag) -> None:
    """Leave of a formula what e-readers show, and its TeX as what they say where they can't."""
    math = formula.find("math")
    if not isinstance(math, Tag):
        raise TypeError(f"a formula without MathML: {formula}")
    source = math.find("annotation")
    if isinstance(source, Tag):
        math["alttext"] = source.get_text()
        source.decompose()
    formula.replace_with(math)


def navigation(found: list[Page]) -> str:
    """Return the table of contents that an e-reader shows."""
    part, items = "", []
    for page in found:
        part = page.part or part
        items.append((part, f'<li><a href="{page.name}.xhtml">{escape(page.title)}</a></li>'))
    lines = []
    for name, group in groupby(items, lambda item: item[0]):
        inside = "\n".join(line for _, line in group)
        lines.append(f"<li><span>{escape(name)}</span><ol>{inside}</ol></li>" if name else inside)
    body = f'<nav epub:type="toc"><h1>Contents</h1><ol>{"".join(lines)}</ol></nav>'
    return XHTML.format(title="Contents", root="", body=body)


# --- The book ------------------------------------------------------------------------------------


def files(found: list[Page]) -> dict[str, bytes]:
    """Return what is in the book, by name."""
    image = '<div class="gd-cover"><img src="cover.png" alt="{}"/></div>'
    front = image.format(f"{TITLE}. Thin coloured paths flow downhill into four valleys.")
    inside = {
        "cover.xhtml": XHTML.format(title=TITLE, root="", body=front),
        "contents.xhtml": navigation(found),
        "epub.css": STYLE.read_text(encoding="utf-8"),
    }
    for page in found:
        inside[f"{page.name}.xhtml"] = document(page)
        for number, figure in enumerate(page.figures):
            inside[figure_name(page, number)] = standalone(figure)[0]
    return {name: text.encode() for name, text in inside.items()} | {"cover.png": cover()}


def package(inside: dict[str, bytes], order: list[str]) -> str:
    """Return what an e-reader reads first: what is in the book, and in which order."""
    kinds = {
        "xhtml": "application/xhtml+xml",
        "svg": "image/svg+xml",
        "png": "image/png",
        "css": "text/css",
    }
    special = {"contents.xhtml": ["nav"], "cover.png": ["cover-image"]}
    manifest = []
    for name, data in inside.items():
        says = special.get(name, []) + ["mathml"] * (b"<math" in data and name.endswith(".xhtml"))
        properties = f' properties="{" ".join(says)}"' if says else ""
        kind = kinds[name.rpartition(".")[2]]
        manifest.append(f'<item id="{_id(name)}" href="{name}" media-type="{kind}"{properties}/>')
    spine = [f'<itemref idref="{_id(name)}"/>' for name in order]
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    date = datetime.fromtimestamp(int(seconds), UTC) if seconds else datetime.now(UTC)
    return OPF.format(
        identifier=IDENTIFIER,
        title=TITLE,
        author=AUTHOR,
        description=DESCRIPTION,
        rights=RIGHTS,
        summary="Figures are described in words, and formulas are MathML.",
        date=date,
        manifest="\n".join(manifest),
        spine="\n".join(spine),
    )


def _id(name: str) -> str:
    return "cover-image" if name == "cover.png" else re.sub(r"[^\w-]", "-", name)


def bind(target: Path, found: list[Page]) -> None:
    """Write the book."""
    names = {page.name for page in found}
    for page in found:
        root = "../" * page.name.count("/")
        connect(page, names, lambda name, place, root=root: _address(root, name, place))  # type: ignore[misc]  # the default is a string
    inside = files(found)
    order = ["cover.xhtml", "contents.xhtml", *(f"{page.name}.xhtml" for page in found)]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("book/book.opf", package(inside, order))
        for name, data in inside.items():
            archive.writestr(f"book/{name}", data)


def _address(root: str, name: str, place: str) -> str:
    return f"{root}{name}.xhtml" + (f"#{place}" if place else "")


def checker() -> list[str]:
    """Return the command that checks an EPUB by the standard; nothing, where there is none."""
    found = shutil.which("epubcheck")
    if found is None:
        return []
    with Path(found).open("rb") as file:
        is_archive = file.read(2) == b"PK"  # Debian's is Java's own, which not every system starts
    return ["java", "-jar", found] if is_archive else [found]


def main() -> None:
    """Bind the book."""
    found = pages(SITE)
    bind(EPUB, found)
    size = EPUB.stat().st_size / 1e6
    print(f"{EPUB.relative_to(ROOT)}: {len(found)} pages, {size:.1f} MB")
    if command := checker():
        sys.exit(subprocess.run([*command, EPUB], check=False).returncode)  # noqa: S603  # found above
    print("It was not checked: no epubcheck found")


if __name__ == "__main__":
    main()
