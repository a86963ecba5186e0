"""What only the chapters on theory draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from gdbook import plots
from gdbook.plots import BLUE, INK, ORANGE, PINK

__all__ = ["chain", "disc", "neurons", "rim"]


def chain(
    ax: Axes,
    steps: Sequence[tuple[str, str]],
    sources: Mapping[str, tuple[int, str]],
    *,
    slopes: Mapping[int, str] | None = None,
    up: bool = True,
) -> Axes:
    """Draw a calculation as a column of boxes, with what goes into each beside it.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    steps : sequence of (formula, number)
        The boxes of the column, from the bottom to the top.
    sources : mapping of str to (step, number)
        What else goes into a step: its name, the step's place in the column, its number.
    slopes : mapping of int to str, optional
        What to write beside the arrow from a step to the next.
    up : bool
        Whether the arrows point up, from what goes in to the result, or back down.
    """
    apart, column = 1.15, [name for name, _ in steps]
    boxes = {name: (0.0, apart * row) for row, name in enumerate(column)}
    texts = {name: f"{name}\n{number}" for name, number in steps}
    pairs = [*pairwise(column)]
    for name, (row, number) in sources.items():
        left, right = (-2.1, apart * row), (2.1, apart * row)
        boxes[name] = right if left in boxes.values() else left
        texts[name] = f"{name}\n{number}"
        pairs.append((name, column[row]))
    arrows = pairs if up else [(end, start) for start, end in pairs]
    highlight = [] if up else column[-1:]
    plots.flow(ax, boxes, arrows, size=(1.55, 0.74), highlight=highlight, texts=texts)
    for row, text in (slopes or {}).items():
        plots.note(ax, text, (0.0, apart * (row + 0.5)), color=ORANGE, fontsize=10)
    return ax


def disc(ax: Axes, centre: ArrayLike, radius: float, *, text: str = "") -> Axes:
    """Draw a circle around a place on a map.

    Parameters
    ----------
    ax : Axes
        An axes that holds a map.
    centre : array_like, shape (2,)
        Its middle.
    radius : float
        Its radius, in the unit of the parameters.
    text : str
        What to write beside it, on its left.
    """
    u, v = np.ravel(centre).tolist()
    ax.add_patch(
        Circle((u, v), radius, facecolor="none", edgecolor=ORANGE, linewidth=1.8, zorder=5)
    )
    if text:
        plots.note(ax, text, (u - radius, v), side="left", color=ORANGE)
    return ax


def neurons(ax: Axes, weights: ArrayLike, offsets: ArrayLike) -> Axes:
    """Draw for each hidden neuron the line on which its weighted sum is zero.

    Parameters
    ----------
    ax : Axes
        An axes over the two inputs; it keeps its limits.
    weights : array_like, shape (k, 2)
        One row for each neuron.
    offsets : array_like, shape (k,)
        What each adds to its weighted sum.
    """
    limits = ax.get_xlim(), ax.get_ylim()
    reach = 4 * float(np.abs(limits).max())
    for row, offset in zip(np.asarray(weights), np.ravel(offsets), strict=True):
        length = float(np.hypot(*row))
        foot = -offset * row / length**2
        along = reach * np.array([-row[1], row[0]]) / length
        ends = np.stack([foot - along, foot + along])
        ax.plot(*ends.T, color=INK, linestyle="--", linewidth=1.2)
        plots.arrows(ax, foot, foot + 0.25 * row / length, color=BLUE)
    ax.set(xlim=limits[0], ylim=limits[1])
    return ax


def rim(
    ax: Axes,
    side: Axes,
    centre: ArrayLike,
    places: ArrayLike,
    *,
    turns: ArrayLike,
    shares: ArrayLike,
) -> Axes:
    """Draw a circle on a map, and beside it how the loss changes along its rim.

    The lines of the map are the circle, the way straight against the gradient, the lowest place and
    the centre; those beside it are what is, the lowest place, and what the tangent plane says.

    Parameters
    ----------
    ax, side : Axes
        An axes that holds a map, and one for the curves.
    centre : array_like, shape (2,)
        The middle of the circle.
    places : array_like, shape (n, 2)
        The rim, seen from the centre; the first place lies in the direction of the gradient.
    turns : array_like, shape (n,)
        The angle of each from there, in degrees.
    shares : array_like, shape (n,)
        The change of the loss at each, in parts of what the plane says of the first.
    """
    middle, away = np.ravel(centre), np.asarray(places)
    low, angles, changes = int(np.argmin(shares)), np.asarray(turns), np.asarray(shares)
    round_ = middle + away
    ax.plot(*round_.T, color=ORANGE, linewidth=1.8, zorder=5)
    ax.plot(*np.stack([middle, middle - away[0]]).T, color=BLUE, linewidth=2, zorder=5)
    side.plot(angles, changes, color=BLUE, linewidth=2)
    for where, place in ((ax, round_[low]), (side, [angles[low], changes[low]])):
        where.plot(*np.reshape(place, (2, 1)), marker="o", color=PINK, markersize=6, zorder=7)
    plots.marks(ax, start=middle, labels=False)
    side.plot(angles, np.cos(np.radians(angles)), color=ORANGE, linestyle="--")
    plots.guide(side, x=180)
    side.set(xticks=[0, 180, 360], xlabel="degrees from ∇L", ylim=(-1.6, 3.0))
    side.set_title("change, in parts of\nthe promise", fontsize=10)
    ax.set_aspect("equal")
    return ax
