"""The look that all figures share: ink, paper, colours, words, and how an axis is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.ticker import LogFormatter, LogLocator

__all__ = [
    "AMBER",
    "BLUE",
    "GREEN",
    "INK",
    "ORANGE",
    "PALETTE",
    "PAPER",
    "PINK",
    "SKY",
    "Look",
    "bare",
    "guide",
    "log_scale",
    "look",
    "note",
    "number",
    "use_style",
]

INK = "#000000"  # the colour of the page's text, whatever that is
PAPER = "#ffffff"  # the colour of the page
PALETTE = {
    "blue": "#0072B2",
    "orange": "#D55E00",
    "green": "#009E73",
    "pink": "#CC79A7",
    "amber": "#BD8300",
    "sky": "#2F93CC",
}
"""Okabe and Ito's colours, told apart by every common kind of colour vision.

Amber and sky are darkened until a line stands out from white paper by 3:1.  The page's style sheet
has the same colours for light pages, checked by a test, and brighter ones for dark pages.
"""
BLUE, ORANGE, GREEN, PINK, AMBER, SKY = PALETTE.values()

_DASHES = ("-", "--", "-.", ":")
_MARKERS = "os^DvPX<*>ph"


class Look(NamedTuple):
    """How one of several things is drawn: never by colour alone."""

    color: str
    linestyle: str
    marker: str


def look(position: int) -> Look:
    """Return the look for a place in a list: twelve in a row are all different.

    >>> from gdbook import plots
    >>> plots.look(0)
    Look(color='#0072B2', linestyle='-', marker='o')
    >>> len({plots.look(position)[:2] for position in range(12)})
    12
    """
    return Look(
        [*PALETTE.values()][position % len(PALETTE)],
        _DASHES[position % len(_DASHES)],
        _MARKERS[position % len(_MARKERS)],
    )


def use_style() -> None:
    """Give Matplotlib the book's look."""
    with as_file(files("gdbook.plots") / "gdbook.mplstyle") as path:
        plt.style.use(path)
    plt.rcParams["axes.prop_cycle"] = cycler(color=PALETTE.values())


def bare(ax: Axes) -> Axes:
    """Take away the frame and the ticks, for a drawing that has no scale."""
    ax.set_axis_off()
    return ax


def number(value: float, spec: str = ".3g") -> str:
    """Write a number as a figure shows it, with a true minus.

    >>> from gdbook import plots
    >>> plots.number(-0.55), plots.number(0.5, "+.2f")
    ('−0.55', '+0.50')
    """
    return format(float(value), spec).replace("-", "−")


_SIDE = re.compile(r"((above|below) )?(left|right)|above|below|center")


def note(
    ax: Axes,
    text: str,
    place: Sequence[float],
    *,
    side: str = "right",
    color: str = INK,
    gap: float = 6,
    cover: bool = False,
    **how: Any,
) -> Axes:
    """Write beside a place.

    Parameters
    ----------
    ax : Axes
        Where to write.
    text : str
        What to write.
    place : (x, y)
        Where, in the units of the axes, or as `xycoords` says.
    side : str
        On which side of the place: "above", "below", "left", "right", two of them as in
        "above left", or "center".
    color : str
        Its colour.
    gap : float
        How far from the place, in points.
    cover : bool
        Whether to put paper behind the words, so that they can be read on top of lines and dots.
    **how
        Anything else that Matplotlib's `Axes.annotate` takes.

    Raises
    ------
    ValueError
        If there is no such side.
    """
    if not _SIDE.fullmatch(side):
        raise ValueError(f"side must be such as 'above', 'left', 'below right', got {side!r}")
    across = ("right" in side) - ("left" in side)
    up = ("above" in side) - ("below" in side)
    paper = {"bbox": {"facecolor": PAPER, "edgecolor": "none", "pad": 1.2}} if cover else {}
    shift = gap * np.array([across, up]) / np.hypot(across or 1, up)
    ax.annotate(
        text, (place[0], place[1]), xytext=tuple(shift), textcoords="offset points", color=color,
        ha={-1: "right", 0: "center", 1: "left"}[across],
        va={-1: "top", 0: "center", 1: "bottom"}[up],
        **{"linespacing": 1.3, "zorder": 7, **paper, **how},
    )  # fmt: skip
    return ax


def guide(
    ax: Axes,
    *,
    x: float | None = None,
    y: float | None = None,
    text: str = "",
    side: str = "",
    color: str = INK,
    linestyle: str = ":",
) -> Axes:
    """Draw a straight line across the axes: a goal, a border, a level that nothing falls below.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    x, y : float, optional
        Where an upright line stands, and where a level one lies.
    text : str
        What to write: at the top of the upright line, or at the right end of the level one.
    side : str
        On which side of the upright line: "below right" of its top, or "below left".  Above or
        below the level line: "above left" or "below left" of its right end, "above right" or
        "below right" of its left end.
    color, linestyle : str
        Its look.

    Raises
    ------
    ValueError
        If neither `x` nor `y` says where the line is.
    """
    if x is None and y is None:
        raise ValueError("x or y must say where the line is, got neither")
    if x is not None:
        ax.axvline(x, color=color, linestyle=linestyle, linewidth=1.1, zorder=1.5)
        where, at, usual = (x, 1.0), ("data", "axes fraction"), "below right"
    if y is not None:
        ax.axhline(y, color=color, linestyle=linestyle, linewidth=1.1, zorder=1.5)
        end = 0.0 if "right" in side else 1.0
        where, at, usual = (end, y), ("axes fraction", "data"), "above left"
    if text:
        note(ax, text, where, side=side or usual, color=color, gap=4, xycoords=at)
    return ax


class _Powers(LogFormatter):
    """Labels where Matplotlib would label, as Unicode."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return _power(x) if super().__call__(x, pos) else ""


def _power(value: float) -> str:
    """Write 0.001 as 10⁻³, and 0.002 as 2×10⁻³."""
    factor, _, exponent = f"{value:.0e}".partition("e")
    power = int(exponent)
    raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    if -1 <= power <= 1 and factor != "1":
        return f"{value:g}"
    ten = {0: "1", 1: "10"}.get(power, f"10{raised}")
    return ten if factor == "1" else f"{factor}×{ten}"


def log_scale(ax: Axes, axes: str = "y") -> Axes:
    """Let equal distances mean equal factors, and write powers of ten as 10⁻³.

    Parameters
    ----------
    ax : Axes
        Where.
    axes : str
        "x", "y", or "xy".

    Raises
    ------
    ValueError
        If `axes` is anything else.
    """
    if axes not in {"x", "y", "xy"}:
        raise ValueError(f"axes must be 'x', 'y' or 'xy', got {axes!r}")
    for name in axes:
        axis = getattr(ax, f"{name}axis")
        ax.set(**{f"{name}scale": "log"})
        axis.set_major_locator(LogLocator(numticks=7))
        axis.set_major_formatter(_Powers(labelOnlyBase=True))
        axis.set_minor_formatter(_Powers(minor_thresholds=(1, 0.4)))
    return ax
