"""What only the chapters on many weights draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import ArrayLike

from gdbook import plots
from gdbook.losses import Surface
from gdbook.plots import BLUE, GREEN, INK, ORANGE, PAPER
from gdbook.runs import Trace

__all__ = [
    "answers",
    "before_and_after",
    "confusion",
    "outer_product",
    "page",
    "sliding",
    "strip",
    "valley",
]


def outer_product(
    ax: Axes, deltas: Mapping[str, float], inputs: Mapping[str, float], products: ArrayLike
) -> Axes:
    """Draw the table of weight deltas: a row per output, a column per input.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    deltas : mapping of str to float
        The name of each output and its delta: written at the left, in orange.
    inputs : mapping of str to float
        The name of each input and its value: written at the top.
    products : array_like, shape (k, n)
        Each delta times each input.

    Raises
    ------
    ValueError
        If there are not as many rows as deltas, and as many columns as inputs.
    """
    table, shape = np.asarray(products, dtype=float), (len(deltas), len(inputs))
    if table.shape != shape:
        raise ValueError(f"products must have shape {shape}, (outputs, inputs), got {table.shape}")
    words = [[plots.number(value, "+.3g") for value in row] for row in table]
    plots.cells(ax, words, color=ORANGE)
    for j, (name, value) in enumerate(inputs.items()):
        plots.note(ax, f"{name}\n{value:g}", (j + 0.5, 0), side="above")
    for i, (name, value) in enumerate(deltas.items()):
        delta = plots.number(value, "+.3g")
        plots.note(ax, delta, (0, i + 0.5), side="left", color=ORANGE)
        plots.note(ax, name, (-0.95, i + 0.5), side="left")
    plots.note(ax, "output", (-0.95, 0), side="above left", style="italic")
    plots.note(ax, "delta", (0, 0), side="above left", style="italic", color=ORANGE)
    ax.set(xlim=(-1.9, shape[1] + 0.05), ylim=(shape[0] + 0.5, -0.9), aspect="auto")
    return ax


def sliding(ax: Axes, curves: Mapping[str, Surface], weights: ArrayLike, errors: ArrayLike) -> Axes:
    """Draw the error curve of one weight again and again, while the other weights learn.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    curves : mapping of str to Surface
        The curve at each iteration, by its name.
    weights, errors : array_like, shape (k,)
        Where the weight stands on each of the curves, and how high.

    Raises
    ------
    ValueError
        If there are not as many weights, or errors, as curves.
    """
    places, heights = np.ravel(weights), np.ravel(errors)
    for name, values in (("weights", places), ("errors", heights)):
        if len(values) != len(curves):
            raise ValueError(f"{name} must be {len(curves)}, one per curve, got {len(values)}")
    for position, (name, curve) in enumerate(curves.items()):
        style = plots.look(position)
        plots.section(ax, curve, position=position, label=name)
        ax.plot(places[position], heights[position], marker=style.marker, markersize=7.5,
                color=style.color, markeredgecolor=PAPER, zorder=5, clip_on=False)  # fmt: skip
    ax.set_ylabel("error")
    return ax


def valley(ax: Axes, surface: Surface, trace: Trace) -> Axes:
    """Draw a straight valley from above, its floor, and a walk down to it.

    Parameters
    ----------
    ax : Axes
        Where to draw; both axes get one scale, so that right angles look right.
    surface : Surface
        The error over two weights, zero along the floor.
    trace : Trace
        One run over the two weights.
    """
    # Lines at equal distances: the height grows with the square of the distance from the floor.
    levels = surface.losses.max() * (np.arange(1, 10) / 10) ** 2
    plots.contours(ax, surface, levels=levels.tolist(), numbers=False)
    low = np.argmin(surface.losses, axis=1)
    inside = (low > 0) & (low < len(surface.axes[0]) - 1)
    ends = np.flatnonzero(inside)[[0, -1]]
    ax.plot(surface.axes[0][low[ends]], surface.axes[1][ends], color=GREEN, linestyle="--")
    end = surface.axes[0][low[ends[1]]], surface.axes[1][ends[1]]
    plots.note(ax, "floor", end, side="below right", color=GREEN, cover=True)
    plots.paths(ax, trace)
    plots.marks(ax, start=trace.parameters[0], labels=False)
    ax.set_aspect("equal")
    return ax


def strip(ax: Axes, pixels: ArrayLike, *, width: int, row: int) -> Axes:
    """Draw a flattened picture: all its rows behind one another, in one long line.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    pixels : array_like, shape (height * width,)
        The grey values.
    width : int
        How many of them make a row.
    row : int
        The row to frame in orange.
    """
    values = np.ravel(pixels)
    plots.picture(ax, values[None])
    plots.frame(ax, (row * width, 0), width, 1)
    ax.set(aspect="auto", xticks=[0, row * width, len(values) - 1], xlabel="number of the pixel")
    return ax


def confusion(ax: Axes, counts: ArrayLike) -> Axes:
    """Draw which class was taken for which, in percent of each true class.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    counts : array_like, shape (n, n)
        How many examples of the class of the row were taken for the class of the column.  The
        row of a class without examples stays empty.

    Raises
    ------
    ValueError
        If the table is not square, or a count is negative.
    """
    table = np.asarray(counts, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise ValueError(f"counts must have shape (n, n), got {table.shape}")
    if (table < 0).any():
        raise ValueError(f"counts must not be negative, got {table.min()}")
    totals = table.sum(axis=1, keepdims=True)
    shares = np.divide(table, totals, out=np.zeros_like(table), where=totals > 0)
    # What is right is blue, what is wrong orange; rare mistakes must be seen, too.
    right = np.eye(len(table), dtype=bool)
    plots.picture(ax, np.where(right, 0.75 * shares, -np.sqrt(shares)), reach=1)
    for (i, j), share in np.ndenumerate(shares):
        if round(100 * share):
            plots.note(ax, f"{round(100 * share)}", (j, i), side="center", fontsize=10)
    classes = range(len(table))
    ax.set(xticks=classes, yticks=classes, xlabel="taken for", ylabel="digit")
    ax.tick_params(length=0)
    return ax


def page(ax: Axes, levels: ArrayLike) -> Axes:
    """Draw a picture square by square, so that its single pixels can be told apart.

    Each of the nine strengths of ink is one shape of the axes, the weakest first.

    Parameters
    ----------
    ax : Axes
        Where to draw; only a thin frame is left of it.
    levels : array_like, shape (height, width)
        How much ink a pixel has, from 0, paper, to 9.
    """
    table = np.asarray(levels)
    height, width = table.shape
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) - 0.5
    codes = [Path.MOVETO, *3 * [Path.LINETO], Path.CLOSEPOLY]
    for level in range(1, 10):
        places = np.argwhere(table == level)[:, ::-1]
        # A strength that no pixel has is a square without size: a shape that a script can change.
        corners = [place + 0.92 * square for place in places] or [np.zeros((5, 2))]
        path = Path(np.concatenate(corners), codes * len(corners))
        ax.add_patch(PathPatch(path, facecolor=INK, alpha=level / 9, linewidth=0))
    ax.set(
        xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5), aspect="equal", xticks=[], yticks=[]
    )
    ax.spines[:].set(visible=True, linewidth=0.8)
    return ax


def answers(ax: Axes, weights: ArrayLike, predictions: ArrayLike, *, reach: float) -> Axes:
    """Draw what each output says, as a bar below its weights; the loudest is full.

    The bars are the first shapes of the axes, and over the loudest lies one more.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    weights : array_like, shape (n, height, width)
        The weights of each output, as a picture.
    predictions : array_like, shape (n,)
        What it says.
    reach : float
        The absolute weight that gets the full colour.
    """
    images, values = np.asarray(weights), np.ravel(predictions)
    plots.bars(ax, {str(k): value for k, value in enumerate(values)})
    loudest = values.argmax()
    ax.bar(loudest, values[loudest], width=0.7, color=BLUE, edgecolor=BLUE, linewidth=1)
    plots.guide(ax, y=1)
    n = len(images)
    ax.set(xlim=(-0.5, n - 0.5), ylim=(-0.8, 1.4), xlabel="output", ylabel="prediction")
    shades = np.clip(np.rint(4 * images / reach), -4, 4)  # so small that more can't be told apart
    # One picture of them all, a pixel apart: as light as possible.
    row = np.concatenate([*np.pad(shades, ((0, 0), (0, 0), (1, 1)))], axis=1)
    above = plots.picture(ax.inset_axes((0, 1.03, 1, 0.3)), row, reach=4)
    above.spines[:].set_visible(False)
    return ax


def before_and_after(
    axes: Iterable[Axes],
    names: Iterable[str],
    curves: Iterable[Mapping[str, Surface]],
    weights: ArrayLike,
    errors: ArrayLike,
) -> list[Axes]:
    """Draw the error curve of every weight before some steps and after, each with its dot.

    Parameters
    ----------
    axes : iterable of Axes
        Where to draw: one for each weight.
    names : iterable of str
        What the weights are called.
    curves : iterable of mapping of str to Surface
        For each weight its curve before and after.
    weights : array_like, shape (2, n)
        All weights before and after.
    errors : array_like, shape (2,)
        The errors there.
    """
    places, drawn = np.asarray(weights, dtype=float), list(axes)
    for ax, name, pair, values in zip(drawn, names, curves, places.T, strict=True):
        sliding(ax, pair, values, errors)
        ax.set(xlabel="weight", ylabel="", title=name, ylim=(-0.002, 0.06), xticks=values[:1])
    drawn[0].set_ylabel("error")
    return drawn
