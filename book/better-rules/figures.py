"""What only the chapters on better rules draw."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from gdbook import plots
from gdbook.losses import Surface
from gdbook.plots import BLUE, INK, ORANGE, PAPER
from gdbook.runs import Trace

__all__ = [
    "choices",
    "duel",
    "falling",
    "measured",
    "opposites",
    "slopes",
    "standings",
    "two_names",
    "wandering",
]


def choices(
    ax: Axes, rates: ArrayLike, shares: ArrayLike, needed: ArrayLike, *, border: ArrayLike
) -> Axes:
    """Draw how many steps each choice of a rate and a momentum needs, as a map.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    rates, shares : array_like of k and of n numbers
        The choices.
    needed : array_like, shape (n, k)
        The steps.
    border : array_like of n numbers
        The largest rate at which each momentum still arrives.
    """
    axes = np.asarray(rates, dtype=float), np.asarray(shares, dtype=float)
    names = ("learning rate η", "momentum μ")
    plots.contours(ax, Surface(names, axes, np.asarray(needed)), levels=[20, 30, 50, 100, 300])
    ax.plot(border, axes[1], color=ORANGE, linestyle="--")
    plots.note(ax, "flies off", (0.125, 0.12), color=ORANGE)
    ax.set(xlim=(0, axes[0][-1]), ylim=(0, axes[1][-1]))
    return ax


def duel(ax: Axes, below: Axes, steps: ArrayLike, *traces: Trace) -> Axes:
    """Draw the paths of two runs on a map and, below, their losses and a thousandth of the first.

    Where steps are left out, the highest of their losses is drawn: the line is above the
    thousandth wherever the run is.

    Parameters
    ----------
    ax : Axes
        An axes that holds the map.
    below : Axes
        Where to draw the losses.
    steps : array_like of int
        Which of the steps to draw, in order.
    *traces : Trace
        The runs, over two parameters and from the same start.
    """
    seen = np.ravel(steps)
    since = np.r_[0, seen[:-1] + 1]  # what comes after the one that was drawn before
    for position, trace in enumerate(traces):
        look = plots.look(position)
        style: dict[str, Any] = {"color": look.color, "linestyle": look.linestyle, "lw": 1.4}
        ax.plot(*trace.parameters[seen].T, **style)
        highest = np.maximum.reduceat(trace.losses[: seen[-1] + 1], since)
        # Below the picture there is room for a loss of zero, which no power of ten is.
        below.plot(seen, np.maximum(highest, 1e-12), **style)
    below.plot(seen[[0, -1]], [traces[0].losses[0] / 1000] * 2, color=INK, linestyle=":")
    plots.log_scale(below)
    below.set(xlabel="step", ylabel="loss", ylim=(1e-7, 1e4))
    ax.set_aspect("equal")
    return ax


def falling(above: Axes, below: Axes, losses: ArrayLike, rates: ArrayLike, *, limit: float) -> Axes:
    """Draw the losses of a run, and below them the rates that it had.

    Parameters
    ----------
    above, below : Axes
        Where to draw.
    losses : array_like, shape (k + 1,)
        The loss after every update.
    rates : array_like, shape (k,)
        The rate of every update.
    limit : float
        A rate to draw a level at.
    """
    # Below the picture there is room for a loss of zero, which no power of ten is.
    plots.curves(above, {"": np.maximum(losses, 1e-10)}, log="y", markers=False)
    plots.curves(below, {"": rates}, log="y", markers=False)
    plots.guide(below, y=limit, text="limit in the crease", side="below left")
    above.set(ylabel="loss", ylim=(1e-9, 1e3))
    below.set(xlabel="update", ylabel="rate", ylim=(3e-3, 8), xlim=above.get_xlim())
    return above


def measured(ax: Axes, rates: ArrayLike, law: ArrayLike, place: tuple[float, float]) -> Axes:
    """Draw a law once more, as a dotted line, and what one run has measured, a diamond.

    Parameters
    ----------
    ax : Axes
        An axes that holds the law, from one rate to another.
    rates, law : array_like of k numbers
        What the law says at each rate.
    place : (rate, excess)
        What the run has measured.
    """
    ax.plot(rates, law, color=INK, linestyle=":", linewidth=1.6, zorder=4)
    ax.plot(*[[value] for value in place], marker="D", markersize=8, color=INK, zorder=6,
            markeredgecolor=PAPER)  # fmt: skip
    ax.set(xlabel="learning rate", ylabel="excess loss", ylim=(5e-5, 12))
    return ax


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


def wandering(ax: Axes, trace: Trace, centre: float, *, reach: float) -> Axes:
    """Draw where a run with one parameter was, and how far from the centre it is on average.

    Parameters
    ----------
    ax : Axes
        Where to draw, one step after the other; every tenth is enough.
    trace : Trace
        One run with one parameter.
    centre : float
        What it wanders about.
    reach : float
        How far it strays.
    """
    places = trace.parameters[::10, 0]
    ax.plot(10 * np.arange(len(places)), places, color=BLUE, linewidth=1)
    for level in (centre + reach, centre - reach):
        ax.plot([0, len(trace.parameters) - 1], [level] * 2, color=INK, linestyle="--",
                linewidth=1.1, zorder=4)  # fmt: skip
    ax.set(xlabel="examples", ylabel="w", ylim=(-0.3, 6))
    ax.margins(x=0.02)
    return ax
