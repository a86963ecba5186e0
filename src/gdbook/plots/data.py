"""Figures with examples: points, the line through them, and how far it misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from gdbook.plots.look import BACKING, BLUE, INK, ORANGE, PINK, look

__all__ = ["examples", "line", "misses", "motion", "noise_floor", "rings"]


def examples(ax: Axes, x: ArrayLike, y: ArrayLike, *, label: str = "", position: int = 0) -> Axes:
    """Draw examples as points: the first kind small and full, the others as open shapes.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    x, y : array_like, shape (m,)
        Feature and target of each example.
    label : str
        A name for the legend.
    position : int
        Which colour and shape to take.
    """
    style = look("", position)
    ax.plot(
        np.ravel(x), np.ravel(y), linestyle="none", color=style.color, marker=style.marker,
        markersize=4 if position == 0 else 6, markeredgewidth=1.4, label=label or None,
        markerfacecolor=style.color if position == 0 else "none",
    )  # fmt: skip
    ax.set(xlabel="feature x", ylabel="target y")
    return ax


def line(
    ax: Axes,
    parameters: ArrayLike,
    *,
    span: tuple[float, float],
    label: str = "",
    position: int = 1,
) -> Axes:
    """Draw the line that intercept and slope describe.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    parameters : array_like, shape (2,)
        Intercept b and slope w.
    span : (low, high)
        From which feature to which.
    label : str
        A name for the legend.
    position : int
        Which colour and dash to take.
    """
    b, w = np.ravel(parameters)
    ends = np.array(span)
    style = look("", position)
    ax.plot(ends, b + w * ends, color=style.color, linestyle=style.linestyle, label=label or None,
            linewidth=3 if style.linestyle == ":" else 2, zorder=3)  # fmt: skip
    return ax


def misses(ax: Axes, x: ArrayLike, y: ArrayLike, predictions: ArrayLike, *, one: int) -> Axes:
    """Draw how far each prediction misses as a vertical distance, and name the parts of one.

    Parameters
    ----------
    ax : Axes
        An axes that holds the examples and the line.
    x, y, predictions : array_like, shape (m,)
        Feature, target and prediction of each example.
    one : int
        The number of the example whose parts are named.
    """
    features, targets, guesses = np.ravel(x), np.ravel(y), np.ravel(predictions)
    ax.vlines(features, guesses, targets, color=INK, linewidth=0.6, alpha=0.35, zorder=1)
    here, low, high = features[one], guesses[one], targets[one]
    ax.annotate(
        "", (here, low), xytext=(here, high), zorder=4,
        arrowprops={"arrowstyle": "<|-|>", "color": PINK, "linewidth": 2, "shrinkA": 0,
                    "shrinkB": 0},
    )  # fmt: skip
    ax.plot([here], [high], marker="o", color=BLUE, zorder=5)
    ax.plot([here], [low], marker="s", color=ORANGE, zorder=5)
    notes = (("target y", high, (0, 9), "right"), ("prediction ŷ", low, (0, -17), "center"))
    for text, height, offset, side in notes:
        ax.annotate(
            text, (here, height), xytext=offset, textcoords="offset points", ha=side, bbox=BACKING
        )
    ax.annotate(
        f"delta =\nŷ − y = {low - high:.2f}".replace("-", "−"), (here, (low + high) / 2),
        xytext=(-8, 0), textcoords="offset points", ha="right", va="center", linespacing=1.3,
        bbox=BACKING,
    )  # fmt: skip
    return ax


def motion(
    ax: Axes,
    lines: Mapping[str, ArrayLike],
    *,
    span: tuple[float, float],
    faint: Sequence[ArrayLike] = (),
) -> Axes:
    """Draw a line that moves: a few of its positions by name, the ones between them faintly.

    Parameters
    ----------
    ax : Axes
        An axes that holds the examples.
    lines : mapping of str to array_like, shape (2,)
        Intercept and slope of each position, by the name to put into the legend.
    span : (low, high)
        From which feature to which.
    faint : sequence of array_like, shape (2,)
        Positions without a name.
    """
    ends = np.array(span)
    for parameters in faint:
        b, w = np.ravel(parameters)
        ax.plot(ends, b + w * ends, color=INK, linewidth=0.8, alpha=0.3, zorder=1)
    for position, (name, parameters) in enumerate(lines.items()):
        line(ax, parameters, span=span, label=name, position=position + 1)
    ax.legend()
    return ax


def rings(ax: Axes, x: ArrayLike, y: ArrayLike, *, label: str = "") -> Axes:
    """Draw places as open circles that leave what lies under them visible.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    x, y : array_like, shape (k,)
        The places.
    label : str
        A name for the legend.
    """
    ax.plot(np.ravel(x), np.ravel(y), linestyle="none", marker="o", markersize=9, zorder=5,
            markerfacecolor="none", markeredgecolor=INK, label=label or None)  # fmt: skip
    return ax


def noise_floor(ax: Axes, height: float, *, text: str) -> Axes:
    """Mark the loss that no line can fall below.

    Parameters
    ----------
    ax : Axes
        An axes with losses going up and steps going right.
    height : float
        The smallest loss there is.
    text : str
        What to write beside it.
    """
    ax.axhline(height, color=INK, linewidth=0.9, linestyle=":")
    ax.annotate(
        text, (1, height), xycoords=("axes fraction", "data"), xytext=(-2, -4),
        textcoords="offset points", ha="right", va="top",
    )  # fmt: skip
    return ax
