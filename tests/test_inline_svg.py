"""The figures' way into the page: what `inline_svg` does to Matplotlib's SVG."""

from __future__ import annotations

import io
import re
import sys
import xml.etree.ElementTree as ET
from base64 import b64decode, b64encode
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

import matplotlib as mpl
import numpy as np
import pytest
from docutils import nodes
from docutils.utils import new_document
from matplotlib.figure import Figure
from PIL import Image

from gdbook import plots

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_extensions"))

import inline_svg  # noqa: E402 - Sphinx's extensions are no package
import moving  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "gdbook",
    "font.size": 10.5,
}


def drawn(draw: Callable[[Axes], object]) -> str:
    """Return the SVG that Matplotlib writes for a drawing."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 3))
        draw(figure.add_subplot())
        file = io.StringIO()
        figure.savefig(file, format="svg")
    return file.getvalue()


def page(draw: Callable[[Axes], object], label: str = "A line", prefix: str = "gd1") -> ET.Element:
    """Return the element that the page gets for a drawing."""
    return parsed(drawn(draw), label, prefix)


def parsed(svg: str, label: str = "A drawing", prefix: str = "gd1") -> ET.Element:
    """Return the element that the page gets for an SVG."""
    return ET.fromstring(inline_svg.inline(svg, label, prefix))  # noqa: S314 - our own markup


def lines(ax: Axes) -> None:
    """Draw two lines with markers, clipped to the axes."""
    ax.plot([0, 1, 2], [0, 1, 4], color="#0072B2", marker="o")
    ax.plot([0, 1, 2], [4, 1, 0], color="#D55E00", linestyle="--")


def texts(root: ET.Element) -> dict[str, ET.Element]:
    """Return the texts of a figure by what they say."""
    return {"".join(one.itertext()): one for one in root.iter("text")}


def test_root_has_role_name_and_size() -> None:
    """The figure is one picture with a name, as wide as the column allows and no wider."""
    root = page(lines)
    assert root.tag == "svg"
    assert root.attrib == {
        "class": "gd-figure",
        "viewBox": "0 0 374.4 216",
        "role": "img",
        "aria-label": "A line",
        "style": "max-width:580px;aspect-ratio:374.4/216",
    }


@pytest.mark.parametrize("label", ['"a" < b & c', "two\n  lines", "α → 0, 'x'"])
def test_label_survives_any_character(label: str) -> None:
    """Quotes, brackets and ampersands are escaped, and lines are joined."""
    assert page(lines, label).get("aria-label") == " ".join(label.split())


def test_nothing_of_the_day_or_of_the_page_is_left() -> None:
    """There is no date, no comment, and no style sheet, which would style the whole page."""
    markup = inline_svg.inline(drawn(lines), "A line", "gd1")
    assert (
        re.findall(r"<\?xml|<!|<metadata|<style|xmlns|xlink|DejaVu|\d{4}-\d\d-\d\d", markup) == []
    )


def test_same_figure_is_same_text() -> None:
    """What is drawn twice is equal to the byte."""
    first, second = (inline_svg.inline(drawn(lines), "A line", "gd1") for _ in range(2))
    assert first == second


def test_ids_are_unique_on_a_page() -> None:
    """Two equal figures share no id; every id is referred to, every reference has its target."""
    both = [page(lines, prefix=prefix) for prefix in ("gd1", "gd2")]
    ids = [one.get("id", "") for root in both for one in root.iter() if "id" in one.attrib]
    markup = "".join(ET.tostring(root, encoding="unicode") for root in both)
    assert len(set(ids)) == len(ids) >= 2
    assert set(ids) == set(re.findall(r"#(gd\d-\d+)", markup))


@pytest.mark.parametrize(
    ("value", "line", "text"),
    [
        ("#000000", "currentColor", "currentColor"),
        ("#ffffff", "var(--gd-paper)", "var(--gd-paper)"),
        ("#0072B2", "var(--gd-blue,#0072b2)", "var(--gd-blue-ink,#0072b2)"),
        ("#808080", *["color-mix(in srgb,currentColor 50%,var(--gd-paper))"] * 2),
        ("#440154", "#440154", "#440154"),
        ("none", "none", "none"),
    ],
)
def test_colours(value: str, line: str, text: str) -> None:
    """Ink, paper, greys and the palette follow the page; any other colour stays."""
    assert inline_svg.colour(value) == line
    assert inline_svg.colour(value, is_text=True) == text


def test_every_neutral_colour_follows_the_page() -> None:
    """No black, white or grey of Matplotlib's is left, in a legend, a grid and a hatch neither."""

    def draw(ax: Axes) -> None:
        ax.bar([0, 1], [1, 2], color="white", edgecolor="black", hatch="//", label="bars")
        ax.grid()
        ax.legend()

    markup = inline_svg.inline(drawn(draw), "Bars", "gd1")
    assert re.findall(r"#([0-9a-f]{2})\1\1\b", markup) == []
    assert re.findall(r' (?:fill|stroke)="', markup) == []
    assert "color-mix" in markup
    assert "stroke-linejoin:round" not in markup, "what holds anyway is left out"


def test_text_takes_the_more_legible_colour() -> None:
    """A coloured label takes the colour's ink."""
    markup = inline_svg.inline(
        drawn(lambda ax: ax.text(0, 0, "w₁ × 10⁻³", color="#009E73")), "A text", "gd1"
    )
    assert "--gd-green-ink," in markup
    assert "--gd-green," not in markup


def test_variables_are_legible() -> None:
    """Each colour stands out from the page: 3:1 as a line, 4.5:1 as text, by day and by night."""
    for paper, block in themes():
        for name in plots.PALETTE:
            for suffix, least in (("", 3), ("-ink", 4.5)):
                found = re.search(rf"--gd-{name}{suffix}: (#\w+);", block)
                assert found is not None, (paper, name)
                assert _contrast(found.group(1), paper) >= least, (paper, found.group())


def test_the_page_and_the_figures_have_one_palette() -> None:
    """The style sheet's light colours are those that figures are drawn in; no other is declared."""
    (_, light), (_, dark), (_, unscripted) = themes()
    for block in (light, dark, unscripted):
        declared = dict(re.findall(r"--gd-(\w+): (#\w{6});", block))
        assert declared.keys() - {"paper", "quiet", "rule"} == plots.PALETTE.keys()
        if block is light:
            assert {n: declared[n].upper() for n in plots.PALETTE} == plots.PALETTE
    colours = [re.findall(r"--gd-[\w-]+: [^;]+;", block) for block in (dark, unscripted)]
    assert colours[0] == colours[1], "chosen by the reader or by the system: the same dark"


def themes() -> list[tuple[str, str]]:
    """Return paper and style sheet of the light page, the dark one, and the dark one unscripted."""
    css = (ROOT / "book" / "_static" / "gdbook.css").read_text(encoding="utf-8")
    light, dark = css.split("@media not print")[0], css.split("@media not print")[1]
    chosen, system = dark.split("body:not([data-theme=")[:2]
    return [("#ffffff", light), ("#131416", chosen), ("#131416", system.split("/* Reading")[0])]


def _contrast(one: str, other: str) -> float:
    """Return the contrast between two colours, as WCAG defines it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Return a colour's relative luminance."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_gid_marks_halo_and_fixed_colours() -> None:
    """The two meaningful beginnings of a gid become classes; a text with a box needs no halo."""

    def draw(ax: Axes) -> None:
        ax.text(0, 0, "bare", gid="nohalo-1")
        ax.text(0, 1, "fixed", gid="fixed-1")
        ax.text(1, 1, "boxed", bbox={"facecolor": "#0072B2"})
        ax.text(1, 0, "usual")

    root = page(draw)
    parents = {child: parent for parent in root.iter() for child in parent}
    classes = {text: parents[one].get("class") for text, one in texts(root).items()}
    expected = {"bare": "gd-nohalo", "fixed": "gd-fixed", "boxed": "gd-nohalo"}
    expected["usual"] = "gd-figure"  # in no group of its own
    assert {text: classes[text] for text in expected} == expected


def test_formulas_are_found_wherever_they_stand() -> None:
    """Between dollar signs, on the ticks of a logarithmic axis, in a fraction; nowhere else."""

    def draw(ax: Axes) -> None:
        ax.set_xlabel("weight $w_1$ (kg)")
        ax.text(0.5, 20, r"$\frac{ab}{c}$")
        ax.semilogy([0, 1], [1, 100], label="rate λ ≤ 10⁻³")
        ax.legend()

    found = inline_svg.formulas(drawn(draw))
    ticks = [rf"$\mathdefault{{10^{{{power}}}}}$" for power in range(3)]
    assert sorted(found) == sorted(["weight $w_1$ (kg)", r"$\frac{ab}{c}$", *ticks])


def test_figures_in_unicode_have_no_formulas() -> None:
    """What the book's own words for logarithmic axes draw is plain text, as readers see it."""

    def draw(ax: Axes) -> None:
        ax.plot([0.001, 1], [1e-5, 300])
        plots.log_scale(ax, "xy")

    svg = drawn(draw)
    assert inline_svg.formulas(svg) == []
    assert {"10⁻⁴", "10⁻³", "1"} <= set(texts(parsed(svg)))


def test_a_formula_is_reported_with_the_figure_s_name(tmp_path: Path) -> None:
    """The build stops, and says which figure of which page it is, and what to do."""
    (tmp_path / "drawing.svg").write_text(drawn(lambda ax: ax.set_xlabel("$w$")), encoding="utf-8")
    image = nodes.image(uri="drawing.svg", alt="A")
    nodes.figure("", image, names=["fig-bowl"])
    transform = inline_svg.InlineFigures(new_document("one-weight/slope"))
    env = SimpleNamespace(srcdir=tmp_path, docname="one-weight/slope")
    said: list[str] = []
    with (
        mock.patch.object(type(transform), "env", env),
        mock.patch.object(
            inline_svg.logger,
            "warning",
            lambda text, **how: said.append(f"{how['location'][0]} {text}"),
        ),
    ):
        transform._figure(image, 1)
    (message,) = said
    assert message.startswith(
        "one-weight/slope a figure has formulas in it, ['$w$']: write Unicode"
    )
    assert message.endswith("(fig-bowl)")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("M 0.123456 -0.001 \nL 10 20.5 \nz\n", "m.12 0 9.88 20.5z"),
        ("M 1 2 A 5.5555 5.5555 0 0 1 7.1 8", "M1 2A5.56 5.56 0 0 1 7.1 8"),
        ("M 1e-07 2.5e-05 L 3 4", "m0 0 3 4"),
        ("M 1 1 L 2 3 z M 5 5 L 6 5", "m1 1 1 2zm4 4 1 0"),
        ("M 0 0 C 1 1 2 1 3 0 C 4 -1 5 -1 6 0", "m0 0c1 1 2 1 3 0 1-1 2-1 3 0"),
    ],
)
def test_a_path_is_written_in_steps(path: str, expected: str) -> None:
    """Fractions are rounded to a hundredth of a point; an arc, which nobody draws, stays."""
    svg = f'<svg viewBox="0 0 10 10"><path d="{path}"/></svg>'
    drawn_path = parsed(svg).find("path")
    assert drawn_path is not None
    assert drawn_path.get("d") == expected


@pytest.mark.parametrize(
    ("points", "most"),
    [
        (np.cumsum(np.random.default_rng(0).normal(scale=3, size=(300, 2)), axis=0), 300),
        (100 * np.stack([np.cos(np.linspace(0, 7, 500)), np.sin(np.linspace(0, 7, 500))], 1), 140),
        (np.stack([np.linspace(0, 9, 100)] * 2, axis=1), 2),
        (np.tile([5.0, 6], (50, 1)), 2),
    ],
    ids=["ragged", "round", "straight", "still"],
)
def test_a_long_path_goes_where_it_went(points: Any, most: int) -> None:
    """Step by step, no error adds up: what is drawn passes every point within a fifth of one."""
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    numbers = re.findall(r"-?(?:\d+\.?\d*|\.\d+)", inline_svg._short_path(path))
    corners = np.cumsum(np.reshape([float(number) for number in numbers], (-1, 2)), axis=0)
    assert len(corners) <= most
    shares = np.linspace(0, 1, 100 if len(corners) > 9 else 500)[:, None, None]
    line = (corners[:-1] + shares * (corners[1:] - corners[:-1])).reshape(-1, 2)
    apart = np.linalg.norm(points[:, None] - line, axis=-1).min(axis=1)
    assert apart.max() < 0.15 + 0.05 * 2**0.5 + 0.01
    assert np.abs(corners[[0, -1]] - points[[0, -1]]).max() < 0.051


def test_rounding_spares_factors() -> None:
    """A scale of 1/64 would be lost at two digits."""
    svg = '<svg viewBox="0 0 9 9"><g transform="translate(1.23456 2) scale(0.0156251)"/></svg>'
    group = parsed(svg).find("g")
    assert group is not None
    assert group.get("transform") == "translate(1.23456 2) scale(0.01563)"


def test_picture_inside_a_figure_is_left_alone() -> None:
    """Pixels keep their colours."""

    def draw(ax: Axes) -> None:
        ax.imshow(np.eye(3), cmap="gray")

    picture = next(page(draw).iter("image"))
    assert picture.get("href", "").startswith("data:image/png;base64,iVBOR")
    before = re.search(r'href="(data:[^"]*)"', drawn(draw))
    assert before is not None
    after = picture.get("href", "")
    assert len(after) <= len("".join(before.group(1).split()))
    assert np.array_equal(_pixels(after), _pixels(before.group(1)))


@pytest.mark.parametrize("colours", [2, 200, 400], ids=["few", "many", "too many to be numbered"])
def test_a_picture_of_few_colours_needs_few_bytes(colours: int) -> None:
    """Its pixels, clear ones too, look as they did; a table of colours holds at most 256."""
    draw = np.random.default_rng(0)
    table = draw.integers(256, size=(colours, 4), dtype=np.uint8)
    pixels = table[draw.integers(colours, size=(30, 30))]
    written = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(written, format="PNG")
    before = "data:image/png;base64," + b64encode(written.getvalue()).decode()
    after = inline_svg._packed(before)
    assert np.array_equal(_pixels(after), pixels)
    assert len(after) < 0.75 * len(before) or colours > 256


def _pixels(address: str) -> Any:
    """Return what a picture shows."""
    data = b64decode("".join(address.split()).partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


@pytest.mark.parametrize(
    ("marker", "look", "mark", "still"),
    [
        ("o", {}, r"h0", True),
        ("s", {}, r"m-3 3 6 0 0-6-6 0z", True),
        ("x", {}, r"m-3 3 6-6m-6 0 6 6", True),
        ("o", {"markerfacecolor": "white"}, r"m0 3c.*z", False),
        ("o", {"alpha": 0.5}, r"h0", False),
    ],
    ids=["dots", "squares", "crosses", "rings", "see-through"],
)
def test_equal_markers_are_one_path(
    marker: str, look: dict[str, Any], mark: str, *, still: bool
) -> None:
    """Where nobody could tell, and where a script moves them; each stands where it stood."""
    data, kept = [(0, 3), (1, 5), (2, 4)], []

    def draw(ax: Axes, **known: Any) -> None:
        kept.append(ax)
        ax.plot(*zip(*data, strict=True), marker, color="#0072B2", **known, **look)

    assert bool(list(page(draw).iter("use"))) is not still
    root = page(lambda ax: draw(ax, gid="moves-dots"))
    (path,) = (path for path in root.iter("path") if "data-mark" in path.attrib)
    assert not list(root.iter("use"))
    assert re.fullmatch(mark, path.get("data-mark", ""))
    expected = kept[1].transData.transform(data) * 72 / kept[1].figure.dpi * [1, -1] + [0, 216]
    places = re.findall(r"M([\d.]+) ([\d.]+)", path.get("d", ""))
    np.testing.assert_allclose(np.array(places, dtype=float), expected, atol=0.051)


def test_markers_that_move_are_equal() -> None:
    """A script has one shape to draw at every point."""

    def draw(ax: Axes) -> None:
        ax.scatter([0, 1, 2], [3, 5, 4], c=["#0072B2", "#D55E00", "#0072B2"], gid="moves-dots")

    with pytest.raises(ValueError, match="the markers of dots move: they must look the same"):
        page(draw)


def test_neighbours_are_clipped_together() -> None:
    """Two curves and their markers share a clip; a text that may stick out has none."""

    def draw(ax: Axes) -> None:
        ax.plot([0, 1], [0, 1], "o-", color="#0072B2")
        ax.plot([0, 1], [1, 0], color="#0072B2")
        ax.text(0.5, 0.5, "outside")

    root = page(draw)
    parents = {child: parent for parent in root.iter() for child in parent}
    clips = [one for one in root.iter() if "clip-path" in one.attrib]
    assert all(one.tag == "g" and len(one) for one in clips)
    curves = [one for one in root.iter("path") if "stroke:var(--gd-blue" in one.get("style", "")]
    around = [{each for each in clips if one in each.iter()} for one in curves]
    assert len(curves) == 2
    assert around[0] == around[1]
    assert len(around[0]) == 1
    (text,) = (one for one in root.iter("text") if one.text == "outside")
    assert parents[text] not in clips


def test_what_is_turned_keeps_its_own_clip() -> None:
    """A clip around a transformed shape isn't transformed with it."""
    turn = '<g transform="rotate(90)" clip-path="url(#c)"><path d="M0 0L1 1" /></g>'
    plain = '<path d="M0 0L1 1" clip-path="url(#c)" />'
    clip = '<clipPath id="c"><rect width="9" height="9" /></clipPath>'
    start = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    svg = f"{start}<g>{clip}{turn}{plain}</g></svg>"
    root = ET.fromstring(inline_svg.inline(svg, "A cross.", "p"))  # noqa: S314 - our own
    turned = next(one for one in root.iter("g") if "transform" in one.attrib)
    assert "clip-path" in turned.attrib
    assert sum("clip-path" in one.attrib for one in root.iter()) == 2


def test_no_group_says_nothing() -> None:
    """Matplotlib wraps every tick in four groups; those without an attribute are gone."""
    root = page(lambda ax: ax.plot([0, 1], [0, 1]))
    assert all(group.attrib for group in root.iter("g"))
    assert len(list(root.iter("text"))) > 6


def test_ticks_that_look_the_same_are_one_path() -> None:
    """Of a logarithmic axis: long ones, short ones, and all that Matplotlib has drawn."""

    def draw(ax: Axes) -> None:
        ax.set(xscale="log", xlim=(1, 1000), yticks=[])
        ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])

    markup, root = drawn(draw), page(draw)
    written = {
        path.get("style", ""): path.get("d", "").count("M")
        for path in root.iter("path")
        if path.get("d", "").count("M") > 1
    }
    assert {style.partition("stroke-width:")[2] for style in written} == {"0.8", "0.6"}
    assert set(written.values()) == {4, 3 * 8}
    assert len(re.findall("<use", markup)) == 4 + 3 * 8


def test_what_lies_between_ticks_stays_between() -> None:
    """Of equal paths, the last one is drawn over what came after the first, as before."""
    tick = '<g style="stroke:#0072b2"><path d="M0 0L1 1" /></g>'
    start = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    for between, expected in [("<text>1</text>", 1), ('<path d="M0 1L1 0" fill="#fff" />', 2)]:
        root = parsed(f'{start}<g clip-path="url(#c)">{tick}{between}{tick}</g></svg>')
        blue = [one for one in root.iter("path") if "blue" in one.get("style", "")]
        assert len(blue) == expected


def test_a_dot_is_as_large_as_it_was() -> None:
    """Its radius, and the half of its edge that lies outside, are half of the line's width."""
    root = page(lambda ax: ax.plot([0, 1], [0, 1], "o", gid="moves-dots", markersize=7, mew=2))
    (path,) = (path for path in root.iter("path") if path.get("data-mark") == "h0")
    (group,) = (group for group in root.iter("g") if path in list(group))
    assert "stroke-width:9;" in group.get("style", "") + ";"
    assert "stroke-linecap:round" in group.get("style", "")


def test_a_word_that_yaml_takes_for_a_truth_value() -> None:
    """`off:` without quotes is False: the error says so, and of which figure."""
    with pytest.raises(TypeError, match="fig-odd: the word False isn't a text"):
        moving.in_hand("<svg/>", {"values": {}}, {"words": {False: "gone"}}, "fig-odd", "gd1")
