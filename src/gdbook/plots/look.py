"""The look that all figures share: ink, paper, colours, and how a page gets its figures."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

__all__ = [
    "BLUE",
    "GREEN",
    "INK",
    "LOOKS",
    "ORANGE",
    "PAPER",
    "PINK",
    "Look",
    "bare",
    "look",
    "use_style",
]

INK = "#000000"  # the colour of the page's text, whatever that is
PAPER = "#ffffff"  # the colour of the page
# Okabe and Ito's palette: told apart by every common kind of colour vision.
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"


class Look(NamedTuple):
    """How a rule is drawn throughout the book: never by colour alone."""

    color: str
    linestyle: str
    marker: str


LOOKS = {
    "gradient descent": Look(BLUE, "-", "o"),
    "hot and cold": Look(ORANGE, "--", "s"),
}
_SPARE = (
    Look(BLUE, "-", "o"),
    Look(ORANGE, "--", "s"),
    Look(GREEN, "-.", "^"),
    Look(PINK, ":", "D"),
)


def look(label: str, position: int = 0) -> Look:
    """Return the look that a rule keeps, or the spare one for a place in a list.

    >>> from gdbook import plots
    >>> plots.look("gradient descent").marker
    'o'
    """
    return LOOKS.get(label, _SPARE[position % len(_SPARE)])


def use_style() -> None:
    """Give Matplotlib the book's look."""
    with as_file(files("gdbook.plots") / "gdbook.mplstyle") as path:
        plt.style.use(path)


def bare(ax: Axes) -> Axes:
    """Take away the frame and the ticks, for a drawing that has no scale."""
    ax.set_axis_off()
    return ax
