"""Figures made of pixels, and what a network says about them.

Pixels are drawn in one colour that fades into the page, so that they are right on white and black
paper alike: blue is ink or a positive weight, orange a negative one, and zero is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_rgb
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.checks import Array
from gdbook.plots.look import BLUE, INK, ORANGE, look

__all__ = [
    "INK_ON_PAPER",
    "SIGNED",
    "accuracies",
    "activations",
    "confusion",
    "picture",
    "scale",
    "signed_picture",
    "strip",
]

_CLEAR_BLUE, _FULL_BLUE = (*to_rgb(BLUE), 0.0), (*to_rgb(BLUE), 1.0)
_CLEAR_ORANGE, _FULL_ORANGE = (*to_rgb(ORANGE), 0.0), (*to_rgb(ORANGE), 1.0)
INK_ON_PAPER = LinearSegmentedColormap.from_list("ink_on_paper", [_CLEAR_BLUE, _FULL_BLUE])
SIGNED = LinearSegmentedColormap.from_list(
    "signed", [(0, _FULL_ORANGE), (0.5, _CLEAR_ORANGE), (0.5, _CLEAR_BLUE), (1, _FULL_BLUE)]
)


def picture(ax: Axes, image: ArrayLike, *, row: int | None = None, text: str = "") -> Axes:
    """Draw a picture of grey values from 0, the page itself, to 1.

    Parameters
    ----------
    ax : Axes
        Where to draw; only a thin frame is left of it.
    image : array_like, shape (height, width)
        The grey values.
    row : int, optional
        A row of pixels to frame in orange.
    text : str
        What to write below.
    """
    values = np.asarray(image, dtype=float)
    ax.imshow(values, cmap=INK_ON_PAPER, vmin=0, vmax=1, interpolation="none")
    if row is not None:
        _frame(ax, -0.5, row - 0.5, values.shape[1], 1)
    return _framed(ax, text)


def signed_picture(ax: Axes, image: ArrayLike, *, reach: float, text: str = "") -> Axes:
    """Draw a picture of numbers of both signs: blue above zero, orange below, zero unseen.

    Parameters
    ----------
    ax : Axes
        Where to draw; only a thin frame is left of it.
    image : array_like, shape (height, width)
        The numbers, such as the weights of one output.
    reach : float
        The absolute value that gets the full colour.
    text : str
        What to write below.
    """
    ax.imshow(np.asarray(image), cmap=SIGNED, vmin=-reach, vmax=reach, interpolation="none")
    return _framed(ax, text)


def scale(ax: Axes, axes: Sequence[Axes], *, reach: float, label: str) -> Axes:
    """Draw the scale of colours that belongs to signed pictures.

    Parameters
    ----------
    ax : Axes
        Any of the pictures.
    axes : sequence of Axes
        All pictures; the scale is put below them.
    reach : float
        The absolute value that gets the full colour.
    label : str
        What the numbers are.
    """
    colors = ScalarMappable(Normalize(-reach, reach), SIGNED)
    bar = ax.figure.colorbar(
        colors, ax=list(axes), orientation="horizontal", fraction=0.045, aspect=40, pad=0.02
    )
    if bar.solids is not None:
        bar.solids.set_rasterized(True)  # 256 thin rectangles would show their seams
    bar.set_ticks([-reach, 0, reach], labels=[f"≤ −{reach:.2g}", "0", f"≥ +{reach:.2g}"])
    bar.set_label(label, labelpad=2)
    bar.outline.set_linewidth(0.5)
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
    values = np.asarray(pixels, dtype=float)
    ax.imshow(values[None], cmap=INK_ON_PAPER, vmin=0, vmax=1, interpolation="none", aspect="auto")
    _frame(ax, row * width - 0.5, -0.5, width, 1)
    ax.set(yticks=[], xticks=[0, row * width, len(values) - 1], xlabel="number of the pixel")
    ax.spines[:].set(visible=True, linewidth=0.5)
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
    table = checks.non_negative("counts", counts)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise ValueError(f"counts must have shape (n, n), got {table.shape}")
    totals = table.sum(axis=1, keepdims=True)
    shares = np.divide(table, totals, out=np.zeros_like(table), where=totals > 0)
    n_classes = len(table)
    right = np.eye(n_classes, dtype=bool)
    # What is right is blue, what is wrong orange; rare mistakes must be seen, too.
    shades = np.where(right, 0.75 * shares, -np.sqrt(shares))
    ax.imshow(shades, cmap=SIGNED, vmin=-1, vmax=1, interpolation="none")
    for i in range(n_classes):
        for j in range(n_classes):
            percent = round(100 * shares[i, j])
            if percent:
                ax.text(j, i, f"{percent}", ha="center", va="center", fontsize=10)
    ax.set(xticks=range(n_classes), yticks=range(n_classes), xlabel="taken for", ylabel="digit")
    ax.tick_params(length=0)
    ax.spines[:].set(visible=True, linewidth=0.5)
    return ax


def activations(ax: Axes, values: ArrayLike, *, truth: int) -> Axes:
    """Draw what each output says to one picture.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    values : array_like, shape (n,)
        The predictions.
    truth : int
        The output that ought to say 1.
    """
    numbers = np.ravel(values)
    others = [i for i in range(len(numbers)) if i != truth]
    ax.bar(others, numbers[others], color="none", edgecolor=INK, linewidth=1, width=0.7)
    ax.bar([truth], numbers[[truth]], color=BLUE, edgecolor=BLUE, width=0.7)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.axhline(1, color=INK, linewidth=0.8, linestyle=":")
    ax.set(xticks=range(len(numbers)), xlabel="output", ylabel="prediction")
    ax.tick_params(axis="x", length=0)
    return ax


def accuracies(ax: Axes, positions: ArrayLike, shares: Mapping[str, Array]) -> Axes:
    """Draw shares of right answers, on a scale from none to all.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    positions : array_like, shape (k,)
        What is varied.
    shares : mapping of str to ndarray, shape (k,)
        The share of right answers at each position, by the name to put into the legend.
    """
    for position, (name, values) in enumerate(shares.items()):
        style = look("", position)
        ax.plot(np.ravel(positions), values, color=style.color, linestyle=style.linestyle,
                marker=style.marker, label=name)  # fmt: skip
    ax.set(ylim=(0, 1), ylabel="right answers")
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    return ax


def _frame(ax: Axes, x: float, y: float, width: float, height: float) -> None:
    ax.add_patch(
        Rectangle((x, y), width, height, facecolor="none", edgecolor=ORANGE, linewidth=1.6,
                  clip_on=False, zorder=4)
    )  # fmt: skip


def _framed(ax: Axes, text: str) -> Axes:
    ax.set(xticks=[], yticks=[])
    ax.set_xlabel(text, labelpad=3)
    ax.spines[:].set(visible=True, linewidth=0.5)
    return ax
