"""Put the figures into the page as inline SVG.

MyST-NB stores what a cell draws as an image file. An image cannot see the page around it: its axes
stay black on a dark page, its text cannot be found or translated, and it is too wide for a phone.
This transform reads the SVG that Matplotlib wrote and puts it into the page itself:

- the figure takes the alt text as its accessible name, and misses it loudly;
- ink, paper, greys and the palette become CSS colours, in ``gdbook.css`` for light and for dark;
- text is set in the reader's font; a formula, which Matplotlib places letter by letter, stops the
  build;
- ids are unique on the page, and nothing depends on the day or the machine of the build.

A figure that can be moved by hand brings its own description: see `moving`.

A drawing function steers this with an artist's ``gid``: text inside ``nohalo...`` gets no halo of
paper around it, and everything inside ``fixed...`` keeps the colours of the light page.
"""

from __future__ import annotations

import gzip
import io
import re
import xml.etree.ElementTree as ET
from base64 import b64decode, b64encode
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from docutils import nodes
from myst_nb.sphinx_ext import OUTPUT_FOLDER
from PIL import Image
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

import moving
from gdbook.plots.look import PALETTE

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

MOVES = moving.MARK

COLOURS = {value.lower(): name for name, value in PALETTE.items()}
"""The names of the colours that have a light and a dark variant in ``gdbook.css``.

``--gd-blue`` is for lines and areas, and ``--gd-blue-ink``, with more contrast, for text.
"""

LARGEST_SCALE = 1.55
"""CSS pixels for one point of the figure, at most: text of 10.5 pt grows to about 16 px."""

BUDGET = 30_000
"""What one figure may weigh, in bytes of gzip."""

MARKS = ("nohalo", "fixed")
"""The beginnings of a ``gid`` that mean something; each has its class in ``gdbook.css``."""


def inline(svg: str, label: str, prefix: str) -> str:
    """Return Matplotlib's SVG as an element that can stand in an HTML page.

    Parameters
    ----------
    svg
        The file that Matplotlib's SVG backend wrote, with ``svg.fonttype: none``.
    label
        What the figure shows, for a reader who cannot see it.
    prefix
        The beginning of every id in the result; two figures on one page need two.
    """
    root = ET.fromstring(svg)
    _drop(root, {"metadata", "style"})
    _drop_namespaces(root)
    _map_styles(root)
    _name_marks(root)
    _rename_ids(root, prefix)
    _shorten(root)
    _share_styles(root)
    _join_markers(root)
    _flatten(root)
    _join_ticks(root)
    _share_clips(root)
    _describe(root, label)
    return ET.tostring(root, encoding="unicode")


# The document


def _local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def _drop(root: ET.Element, tags: set[str]) -> None:
    """Remove elements: the metadata holds a date, the style sheet would style the whole page."""
    for parent in list(root.iter()):
        for child in list(parent):
            if _local(child.tag) in tags:
                parent.remove(child)


def _drop_namespaces(root: ET.Element) -> None:
    """Turn ``{namespace}name`` into ``name``, since HTML knows SVG, and ``href``, without."""
    for element in root.iter():
        element.tag = _local(element.tag)
        element.attrib = {_local(name): value for name, value in element.attrib.items()}


def _describe(root: ET.Element, label: str) -> None:
    """Give the root what the page needs: a size, a role and a name."""
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    root.attrib = {
        "class": "gd-figure",
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-label": " ".join(label.split()),
        "style": f"max-width:{width * LARGEST_SCALE:.0f}px;aspect-ratio:{width:g}/{height:g}",
    }


def _name_marks(root: ET.Element) -> None:
    """Turn a meaningful ``gid`` into a class, or into data for a script: ids do not survive."""
    for group in root.iter("g"):
        if (name := group.get("id", "")).startswith(MOVES):
            of = "axes" if name.startswith(f"{MOVES}axes-") else "part"
            group.set(f"data-{of}", name.removeprefix(MOVES).removeprefix("axes-").split()[0])
            continue
        mark = next((mark for mark in MARKS if group.get("id", "").startswith(mark)), None)
        if mark is None and _is_boxed_text(group):
            mark = "nohalo"
        if mark is not None:
            group.set("class", f"gd-{mark}")


def _is_boxed_text(group: ET.Element) -> bool:
    """Tell whether a text brings its own background."""
    first = next(iter(group), None)
    return (
        first is not None
        and re.match(r"text_\d", group.get("id", "")) is not None
        and first.get("id", "").startswith("patch_")
    )


_REFERENCE = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")


def _rename_ids(root: ET.Element, prefix: str) -> None:
    """Rename the ids that something refers to, by order of appearance, and drop the others."""
    values = [
        value for element in root.iter() for name, value in element.attrib.items() if name != "id"
    ]
    used = dict.fromkeys(match for value in values for match in _REFERENCE.findall(value))
    names = {old: f"{prefix}-{number}" for number, old in enumerate(used)}
    for element in root.iter():
        identifier = element.attrib.pop("id", None)
        for name, value in element.attrib.items():
            element.set(name, _REFERENCE.sub(lambda match: names[match.group()], value))
        if identifier in names:
            element.set("id", names[identifier])


# Colours and styles


def _map_styles(root: ET.Element) -> None:
    """Rewrite every style attribute and every colour, wherever Matplotlib put it."""
    for element in root.iter():
        style = _read_style(element)
        for name in ("fill", "stroke"):  # hatches carry their colours as attributes
            if name in element.attrib:
                style.setdefault(name, element.attrib.pop(name))
        kept = _kept(style, is_text=_is_text(element))
        element.attrib.pop("style", None)
        if kept:
            element.set("style", ";".join(f"{name}:{value}" for name, value in kept.items()))


def _read_style(element: ET.Element) -> dict[str, str]:
    """Return an element's style attribute as a dictionary."""
    pairs = (part.partition(":") for part in element.get("style", "").split(";") if ":" in part)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _is_text(element: ET.Element) -> bool:
    """Tell whether a colour here is the colour of text, which needs more contrast than a line."""
    return element.tag in {"text", "tspan"} or any(child.tag == "text" for child in element)


_INITIAL = {
    ("opacity", "1"),
    ("text-anchor", "start"),
    ("stroke-linecap", "butt"),
    ("stroke-linejoin", "round"),
}


def _kept(style: dict[str, str], *, is_text: bool) -> dict[str, str]:
    """Return the style without what the page decides: the font's family, and what holds anyway."""
    kept = {
        name: value
        for name, value in style.items()
        if name != "font-family" and (name, value) not in _INITIAL
    }
    for name in kept.keys() & {"fill", "stroke"}:
        kept[name] = colour(kept[name], is_text=is_text)
    return kept


def colour(value: str, *, is_text: bool = False) -> str:
    """Return the CSS colour that stands for one of Matplotlib's.

    Black is ink and white is paper; a grey is a mixture of the two, so it stays as far from the
    page in the dark. A colour of the palette becomes a variable. Any other value is returned as
    it is.
    """
    value = value.lower()
    if name := COLOURS.get(value):
        return f"var(--gd-{name}-ink,{value})" if is_text else f"var(--gd-{name},{value})"
    if match := re.fullmatch(r"#([0-9a-f]{2})\1\1", value):
        return _grey(int(match.group(1), 16))
    return value


def _grey(level: int) -> str:
    """Return a grey as so many parts of ink on paper."""
    if level in {0, 255}:
        return "var(--gd-paper)" if level else "currentColor"
    return f"color-mix(in srgb,currentColor {100 - level / 2.55:.0f}%,var(--gd-paper))"


# Words


def formulas(svg: str) -> list[str]:
    """Return the formulas in Matplotlib's SVG: it places their letters one by one, below a comment.

    In the reader's font they would stand apart or collide, so figures write Unicode instead: a
    formula between dollar signs is a mistake, and so is a logarithmic axis with Matplotlib's own
    labels.
    """
    return re.findall(r"<!-- (.*?) -->", svg, re.DOTALL)


# Weight

_NUMBER = re.compile(r"-?\d*\.\d+(?:e[-+]?\d+)?")
_MATRIX = re.compile(r"(?:matrix|scale|rotate|skew[XY])\([^)]*\)")
_NO_ROTATION = re.compile(r"\s*rotate\(-?0(?: [^)]*)?\)")
_COORDINATES = ("x", "y", "dx", "dy", "width", "height", "points", "style", "viewBox")


def _rounded(text: str, digits: int) -> str:
    """Round the decimal fractions in a text; flags and counts, without a point, stay."""
    return _NUMBER.sub(lambda match: _short(float(match.group()), digits), text)


def _short(number: float, digits: int) -> str:
    """Write a number without the zeros that say nothing."""
    return f"{round(number, digits) + 0.0:.{digits}f}".rstrip("0").rstrip(".")


def _shorten(root: ET.Element) -> None:
    """Round every number, to a hundredth of a point, and drop what carries no meaning."""
    boxes = [group for group in root.iter("g") if group.get("data-part") == "box"]
    read = {path for box in boxes for path in box.iter("path")}  # by a script, point by point
    for element in root.iter():
        shorter = {name: _shorter(name, value) for name, value in element.attrib.items()}
        if element in read:
            shorter["d"] = _points(element.get("d", ""))
        if element.tag == "use":  # a marker: a twentieth of a point is nothing
            shorter |= {name: _rounded(shorter.get(name, "0"), 1) for name in "xy"}
        element.attrib = {name: value for name, value in shorter.items() if value}
        element.tail = None
        if element.tag not in {"text", "tspan"}:
            element.text = None


def _share_styles(root: ET.Element) -> None:
    """Say once how all markers of a group look."""
    for group in root.iter("g"):
        styles = {marker.get("style") if marker.tag == "use" else None for marker in group}
        if len(styles) == 1 and (style := styles.pop()):
            group.set("style", ";".join(filter(None, [group.get("style"), style])))
            for marker in group:
                del marker.attrib["style"]


def _join_markers(root: ET.Element) -> None:
    """Draw equal markers as one path: each of its own would cost a browser as much as a curve.

    Where a script moves them, their shape stays with them.  Others that could be told apart where
    they overlap, by their edges or because light shines through, stay as they are.
    """
    shapes = {path.get("id"): path for path in root.iter("path")}
    moved = {each for part in root.iter("g") if "data-part" in part.attrib for each in part.iter()}
    for group in root.iter("g"):
        names = {marker.get("href", "#")[1:] if marker.tag == "use" else "" for marker in group}
        style = _read_style(group)
        shape = shapes.get(names.pop()) if len(names) == 1 else None
        if shape is None or any("style" in marker.attrib for marker in group):
            continue
        mark = shape.get("d", "")
        fill, stroke = style.get("fill", ""), style.get("stroke", "none")
        filled = "z" in mark and fill not in {stroke, "none"}  # not as its edge is
        if group not in moved and (filled or "opacity" in " ".join(style)):
            continue
        if "c" in mark and fill == stroke:  # a dot: the round end of a line without a length
            radius = float(mark.removeprefix("m0 ").split("c")[0])
            width = 2 * radius + float(style.get("stroke-width", 1))
            style |= {"fill": "none", "stroke-width": _short(width, 2), "stroke-linecap": "round"}
            mark = "h0"
        places = "".join(f"M{one.get('x')} {one.get('y')}{mark}" for one in group)
        kept = {"data-mark": mark} if group in moved else {}
        group[:] = [ET.Element("path", {**kept, "d": places})]
        group.set("style", ";".join(f"{name}:{value}" for name, value in style.items()))
    for part in root.iter("g"):
        kinds = part.findall(".//use") + part.findall(".//path[@data-mark]")
        if "data-part" in part.attrib and len(kinds) > 1:
            name = part.get("data-part")
            raise ValueError(f"the markers of {name} move: they must look the same")
    used = {marker.get("href", "#")[1:] for marker in root.iter("use")}
    for group in root.iter("g"):
        for defs in group.findall("defs"):
            if all(one.tag == "path" and one.get("id") not in used for one in defs):
                group.remove(defs)


def _flatten(element: ET.Element) -> None:
    """Take apart the groups that say nothing: a browser walks through every one when it paints."""
    children: list[ET.Element] = []
    for child in element:
        _flatten(child)
        children += child if child.tag == "g" and not child.attrib else [child]
    element[:] = children


def _join_ticks(root: ET.Element) -> None:
    """Draw the ticks of an axes that look the same as one path: often they are half of a figure."""
    for group in [root, *root.iter("g")]:
        ticks: dict[str, ET.Element] = {}
        children: list[ET.Element] = []
        for child in group:
            if not _is_tick(child):
                if child.tag != "text":  # it may lie between what is below and what is above it
                    ticks.clear()
                children.append(child)
            elif (style := child.attrib["style"]) in ticks:
                ticks[style].attrib["d"] += child[0].attrib["d"]
            else:
                ticks[style] = ET.Element("path", {"d": child[0].attrib["d"], "style": style})
                children.append(ticks[style])
        group[:] = children


def _is_tick(group: ET.Element) -> bool:
    """Tell whether a group is nothing but one path in one style, through which no light shines."""
    kinds = [(group.tag, *group.attrib), *((one.tag, *one.attrib) for one in group)]
    return kinds == [("g", "style"), ("path", "d")] and "opacity" not in group.attrib["style"]


def _share_clips(root: ET.Element) -> None:
    """Clip neighbours together: each clip of its own is a sheet that a browser puts on a pile."""
    for group in [root, *root.iter("g")]:
        if "clip-path" in group.attrib:
            continue
        children: list[ET.Element] = []
        for clip, run in groupby(group, _clip):
            neighbours = list(run)
            if clip is not None:
                for each in neighbours:
                    _unclip(each)
                clipped = ET.Element("g", {"clip-path": clip})
                clipped[:] = neighbours
                neighbours = [clipped]
            children += neighbours
        group[:] = children


def _clip(element: ET.Element) -> str | None:
    """Return what all that is drawn here is clipped by, if it is one thing."""
    if "transform" in element.attrib:  # the clip would be transformed, too
        return None
    if clip := element.get("clip-path"):
        return clip
    within = {_clip(child) for child in element if child.tag != "defs"}
    return within.pop() if element.tag == "g" and len(within) == 1 else None


def _unclip(element: ET.Element) -> None:
    """Remove the clips that `_clip` has found."""
    if element.attrib.pop("clip-path", None) is None:
        for child in element:
            _unclip(child)


def _shorter(name: str, value: str) -> str:
    """Shorten the value of one attribute."""
    match name:
        case "d":
            return _short_path(value)
        case "transform":
            return _short_transform(value)
        case "href":  # a picture, in lines of 76 letters
            return _packed(re.sub(r"\s", "", value))
        case _ if name in _COORDINATES:
            return _rounded(value, 2)
    return value


_PICTURE = "data:image/png;base64,"


def _packed(address: str) -> str:
    """Write a picture's pixels once more, in fewer bytes if that can be done."""
    if not address.startswith(_PICTURE):
        return address
    written = io.BytesIO()
    with Image.open(io.BytesIO(b64decode(address[len(_PICTURE) :]))) as picture:
        _numbered(picture).save(written, format="PNG", optimize=True)
    return min(address, _PICTURE + b64encode(written.getvalue()).decode(), key=len)


def _numbered(picture: Image.Image) -> Image.Image:
    """Return a picture of few colours as a table of them, and their numbers: a byte a pixel."""
    if picture.mode != "RGBA" or picture.getcolors(256) is None:
        return picture
    pixels = np.asarray(picture)
    colours, numbers = np.unique(pixels.reshape(-1, 4), axis=0, return_inverse=True)
    table = Image.fromarray(numbers.reshape(pixels.shape[:2]).astype(np.uint8), "P")
    table.putpalette(colours.tobytes(), "RGBA")
    return table


_COORDINATE = r"-?\d*\.?\d+(?:e-?\d+)?"
_PEN = re.compile(f"([MLCQz])|({_COORDINATE})")
_REACH = {"M": 2, "L": 2, "C": 6, "Q": 4, "z": 0}
SHORT_PATH, UNSEEN = 200, 0.15
"""Letters: a longer path is a curve or a surface; so many points there cannot be seen."""
TANGLE, UNSEEN_IN_A_TANGLE = 40_000, 0.4
"""A path of thousands of steps crosses itself again and again: there even less can be seen."""


def _short_path(value: str) -> str:
    """Write a path in steps from point to point, which are shorter than the points themselves."""
    if set(re.findall("[A-Za-z]", value)) - {*_REACH, "e"}:  # Matplotlib writes no other
        return _points(value)
    digits = 2
    if len(value) >= SHORT_PATH:
        digits, value = 1, value if "C" in value or "Q" in value else _thinned(value)
    pen, start, said = (0, 0), (0, 0), ""
    written, command = [], "M"
    numbers: list[int] = []  # in units of the last digit, so that no error adds up
    for letter, number in _PEN.findall(value):
        if letter:
            command = letter
        else:
            numbers.append(round(float(number) * 10**digits))
        if len(numbers) < _REACH[command]:
            continue
        steps = [each - pen[place % 2] for place, each in enumerate(numbers)]
        pen = (numbers[-2], numbers[-1]) if numbers else start
        start = pen if command == "M" else start
        name = command.lower()
        repeated = name == said or (name, said) == ("l", "m")
        written.append(("" if repeated else name) + _steps(steps, digits, first=not repeated))
        said, numbers = name, []
    return "".join(written)


def _thinned(value: str) -> str:
    """Leave out the points of straight lines between others, if nobody can see it."""
    written, unseen = [], UNSEEN if len(value) < TANGLE else UNSEEN_IN_A_TANGLE
    for line, end in re.findall(r"M([^Mz]*)(z?)", value):
        points = np.array(re.findall(_COORDINATE, line), dtype=float).reshape(-1, 2)
        kept = points[_corners(points, unseen)]
        written.append("M" + "L".join(f"{x:f} {y:f}" for x, y in kept) + end)
    return "".join(written)


def _corners(points: np.ndarray, unseen: float) -> list[int]:
    """Return which points a line needs, by Douglas and Peucker: its ends, and what lies far off."""
    corners, pieces = {0, len(points) - 1}, [(0, len(points) - 1)]
    while pieces:
        first, last = pieces.pop()
        if last - first < 2:
            continue
        away, along = points[first + 1 : last] - points[first], points[last] - points[first]
        shares = (away @ along / max(along @ along, 1e-12)).clip(0, 1)
        apart = np.hypot(*(away - shares[:, None] * along).T)
        furthest = first + 1 + int(apart.argmax())
        if apart.max() > unseen:
            corners.add(furthest)
            pieces += [(first, furthest), (furthest, last)]
    return sorted(corners)


def _points(value: str) -> str:
    """Write a path from point to point as it is, rounded."""
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(_rounded(value, 2).split()))


def _steps(steps: list[int], digits: int, *, first: bool) -> str:
    """Write numbers with a space before each, but where a letter or a sign stands already."""
    texts = [re.sub(r"^(-?)0\.", r"\1.", _short(step / 10**digits, digits)) for step in steps]
    spaced = [text if text.startswith("-") else f" {text}" for text in texts]
    return "".join(spaced).removeprefix(" ") if first else "".join(spaced)


def _short_transform(value: str) -> str:
    """Shorten a transformation; a factor, which multiplies, keeps more digits than a shift."""
    kept = re.sub(r"\s+", " ", _NO_ROTATION.sub("", value)).strip()
    factors = _MATRIX.search(kept)
    return _rounded(kept, 5 if factors else 2)


# Sphinx


class InlineFigures(SphinxPostTransform):
    """Replace the SVG images that cells drew by the SVG itself."""

    # After MyST-NB chose one of a cell's output formats (4), before the builder collects images.
    default_priority = 50
    formats = ("html",)

    def run(self, **_options: Any) -> None:
        """Visit the page's images; an EPUB keeps them, for not every e-reader shows inline SVG."""
        if self.env.app.builder.name == "epub":
            return
        figures = [image for image in self.document.findall(nodes.image) if self._is_figure(image)]
        for number, image in enumerate(figures, start=1):
            image.replace_self(self._figure(image, number))

    def _path(self, image: nodes.image) -> Path:
        """Return an image's file."""
        return Path(self.env.srcdir, image["uri"])

    def _is_figure(self, image: nodes.image) -> bool:
        """Tell whether an image is an SVG that a cell drew."""
        path = self._path(image)
        return path.suffix == ".svg" and path.parent.name == OUTPUT_FOLDER

    def _figure(self, image: nodes.image, number: int) -> nodes.raw:
        """Return the node that stands for an image."""
        label = image.get("alt", "").strip()
        if not label:
            self._warn(image, "a figure has no alt text: give its cell mystnb.image.alt", "alt")
        svg = self._path(image).read_text(encoding="utf-8")
        if wrong := formulas(svg):
            advice = "write Unicode, as in 10⁻³, and let gdbook.plots.log_scale label an axis"
            self._warn(image, f"a figure has formulas in it, {wrong}: {advice}", "formula")
        markup = inline(svg, label, f"gd{number}")
        found = moving.found(svg)
        if found:
            words = _metadata(image).get("moving")
            if words is None:
                self._warn(image, "a figure that moves needs words: give its cell moving", "moving")
            else:
                markup = moving.in_hand(markup, found, words, self._label(image), f"gd{number}")
        weight = len(gzip.compress(markup.encode(), mtime=0))
        if weight > BUDGET:
            message = f"a figure weighs {weight:,} bytes of gzip, and its budget is {BUDGET:,}"
            self._warn(image, message, "weight")
        return nodes.raw("", markup, format="html")

    def _label(self, image: nodes.image) -> str:
        """Return by what name other places refer to a figure."""
        return ", ".join(name for above in _above(image) for name in above["names"]) or "unnamed"

    def _warn(self, image: nodes.image, message: str, subtype: str) -> None:
        """Warn about a figure by its page and its label."""
        place = (self.env.docname, image.line)
        text = f"{message} ({self._label(image)})"
        logger.warning(text, type="figure", subtype=subtype, location=place)


def _above(node: nodes.Node) -> Iterator[nodes.Element]:
    """Yield a node's nearest two ancestors, where a figure's label lives."""
    for _ in range(2):
        if node.parent is None:
            return
        node = node.parent
        if isinstance(node, nodes.Element):
            yield node


def _metadata(node: nodes.Node) -> dict[str, Any]:
    """Return the metadata of the cell that a node is in."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.Element) and "cell_metadata" in node:
            return cast("dict[str, Any]", node["cell_metadata"])
    return {}


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform with Sphinx."""
    app.add_post_transform(InlineFigures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
