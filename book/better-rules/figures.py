"""What only the chapters on better rules draw."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from gdbook import plots
from gdbook.plots import BLUE, ORANGE
from gdbook.runs import Trace

__all__ = ["opposites", "slopes", "standings", "two_names"]


def opposites(ax: Axes, trace: Trace) -> Axes:
    """Draw each step of a run, and from the same place the gradient, scaled to the same length.

    Parameters
    ----------
    ax : Axes
        An axes that holds a map.
    trace : Trace
        One run of gradient descent over two parameters.
    """
    places, ends = trace.parameters[:-1], trace.parameters[1:]
    plots.arrows(ax, places, 2 * places - ends, color=ORANGE, linestyle="--")
    plots.arrows(ax, places, ends, color=BLUE)
    plots.note(ax, "gradient", 2 * places[0] - ends[0], side="above", color=ORANGE)
    return plots.note(ax, "step", (places[0] + ends[0]) / 2, side="right", color=BLUE)


def slopes(
    ax: Axes, letters: str, places: ArrayLike, heights: ArrayLike, slopes: ArrayLike
) -> Axes:
    """Draw slopes that touch a curve, each with a letter and its value beside it.

    Parameters
    ----------
    ax : Axes
        An axes that holds the curve.
    letters : str
        One letter for each place.
    places, heights, slopes : array_like of k numbers
        Where each touches, how high, and how steep.
    """
    plots.tangents(ax, places, heights, slopes, reach=0.8, numbers=False)
    triples = zip(letters, np.ravel(places), np.ravel(heights), np.ravel(slopes), strict=True)
    for letter, place, height, slope in triples:
        name = f"{letter}: {plots.number(slope)}"
        plots.note(ax, name, (place, height), side="left", gap=8, color=BLUE)
    return ax


def standings(
    ax: Axes, counts: Mapping[str, float], *, apart: Collection[str] = (), names: bool = True
) -> Axes:
    """Draw how many steps each rule needed, one row for each, and a word where it never arrived.

    Parameters
    ----------
    ax : Axes
        Where to draw, from above to below.
    counts : mapping of str to float
        The steps of each rule, by its name; infinite if it never arrived.
    apart : collection of str
        Who runs outside the competition: the first of the others get a square and their number.
    names : bool
        Whether to write the names beside the rows.
    """
    first = min(count for name, count in counts.items() if name not in apart)
    for row, (name, count) in enumerate(counts.items()):
        plots.guide(ax, y=row)
        if not np.isfinite(count):
            plots.note(ax, "never", (60, row), side="center", color=ORANGE)
        elif count == first and name not in apart:
            plots.points(ax, [count], [row], position=1, size=8)
            plots.note(ax, f"{count:.0f}", (count, row), side="right", gap=8, color=ORANGE)
        else:
            plots.points(ax, [count], [row], size=6)
    plots.log_scale(ax, "x")
    ax.set(ylim=(len(counts) - 0.4, -0.6), xlim=(0.6, 4000))
    ax.set_yticks(range(len(counts)), list(counts) if names else [""] * len(counts))
    ax.tick_params(axis="y", length=0)
    return ax


def two_names(ax: Axes, straight: str, curved: str) -> Axes:
    """Name the straight path and the curved one below it, from (-3, 2) to the origin.

    Parameters
    ----------
    ax : Axes
        An axes that holds the two paths, the straight one in blue.
    straight, curved : str
        What to write.
    """
    plots.note(ax, straight, (-1.2, 0.8), side="above right", color=BLUE, gap=2)
    return plots.note(ax, curved, (-1.5, 0.6), side="below left", color=ORANGE, gap=3)
