"""Data: examples as points, the line through them, how far it misses, bars and intervals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from gdbook.plots.look import BLUE, INK, PAPER, look

__all__ = ["bars", "intervals", "line", "points", "residuals"]


def points(
    ax: Axes,
    x: ArrayLike,
    y: ArrayLike,
    *,
    classes: ArrayLike | None = None,
    names: Sequence[str] = (),
    label: str = "",
    position: int | None = 0,
    size: float = 4,
    filled: bool = True,
) -> Axes:
    """Draw examples as points; if there are several classes, each in its own colour and shape.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    x, y : array_like, shape (m,)
        Where each of them lies.
    classes : array_like of int, shape (m,), optional
        The class of each example, counted from 0: the first class takes the look of `position`.
    names : sequence of str
        A name for each class, for a legend.
    label : str
        A name for all of them, for a legend.
    position : int, optional
        Which look to take; open circles of ink, which hide nothing, if it is None.
    size : float
        How large they are, in points.
    filled : bool
        Whether the shapes are full.

    Raises
    ------
    ValueError
        If x, y and the classes are not equally many, or names are given but not for every class.
    """
    places = np.stack([np.ravel(x), np.ravel(y)])
    kinds = np.zeros(places.shape[1], int) if classes is None else np.ravel(classes).astype(int)
    if len(kinds) != places.shape[1]:
        raise ValueError(f"classes must be {places.shape[1]}, one per point, got {len(kinds)}")
    given = [label] if classes is None else list(names)
    if given and classes is not None and len(given) <= kinds.max(initial=0):
        raise ValueError(f"names must be {kinds.max() + 1}, one per class, got {given}")
    for kind in np.unique(kinds):
        style = look((position or 0) + int(kind))
        color, marker = (INK, "o") if position is None else (style.color, style.marker)
        full = filled and position is not None
        ax.plot(
            *places[:, kinds == kind], linestyle="none", color=color, marker=marker,
            markersize=size, markeredgewidth=1.3, zorder=3 if full else 5,
            markerfacecolor=color if full else "none",
            label=(given[kind] if given else "") or None,
        )  # fmt: skip
    return ax


def line(
    ax: Axes,
    parameters: ArrayLike,
    *,
    span: tuple[float, float],
    label: str = "",
    position: int | None = 1,
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
        A name, for `label_ends` or a legend.
    position : int, optional
        Which colour and dash to take; thin faint ink if it is None.
    """
    b, w = np.ravel(parameters)
    ends = np.array(span)
    if position is None:
        ax.plot(ends, b + w * ends, color=INK, linewidth=0.8, alpha=0.3, zorder=1)
        return ax
    style = look(position)
    ax.plot(ends, b + w * ends, color=style.color, linestyle=style.linestyle, label=label or None,
            linewidth=3 if style.linestyle == ":" else 2, zorder=4)  # fmt: skip
    return ax


def residuals(ax: Axes, x: ArrayLike, y: ArrayLike, predictions: ArrayLike) -> Axes:
    """Draw how far each prediction misses, as an upright stroke from it to its target.

    Parameters
    ----------
    ax : Axes
        An axes that holds the examples and the line.
    x, y, predictions : array_like, shape (m,)
        Feature, target and prediction of each example.
    """
    ax.vlines(
        np.ravel(x),
        np.ravel(predictions),
        np.ravel(y),
        color=INK,
        linewidth=0.6,
        alpha=0.35,
        zorder=1,
    )
    return ax


def bars(
    ax: Axes, values: Mapping[str, float], *, chosen: Collection[str] = (), level: bool = False
) -> Axes:
    """Draw numbers as bars from zero: outlined, with those that matter filled in.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    values : mapping of str to float
        The length of each bar, by its name.
    chosen : collection of str
        The names of those to fill in.
    level : bool
        Whether the bars are horizontal, the first at the top, with room for long names; otherwise
        they are upright.
    """
    names, lengths = list(values), [float(value) for value in values.values()]
    places, fills = np.arange(len(names)), [BLUE if name in chosen else PAPER for name in names]
    edges = [BLUE if name in chosen else INK for name in names]
    if level:
        ax.barh(places, lengths, color=fills, edgecolor=edges, linewidth=1, height=0.7)
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.set(yticks=places, yticklabels=names)
        ax.invert_yaxis()
    else:
        ax.bar(places, lengths, color=fills, edgecolor=edges, linewidth=1, width=0.7)
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.set(xticks=places, xticklabels=names)
    ax.tick_params(axis="y" if level else "x", length=0)
    return ax


def intervals(
    ax: Axes, spans: Mapping[str, tuple[float, float, float]], *, chosen: Collection[str] = ()
) -> Axes:
    """Draw spreads as level strokes, one below the other, each with a dot at its middle value.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    spans : mapping of str to (low, middle, high)
        Where each stroke begins, has its dot, and ends, by its name.
    chosen : collection of str
        The names of those in blue.
    """
    for place, (name, (low, middle, high)) in enumerate(spans.items()):
        color = BLUE if name in chosen else INK
        ax.plot([low, high], [place, place], color=color, linewidth=2, marker="|", markersize=8)
        ax.plot([middle], [place], color=color, marker="o", markersize=7)
    ax.set(yticks=range(len(spans)), yticklabels=list(spans), ylim=(len(spans) - 0.5, -0.5))
    ax.tick_params(axis="y", length=0)
    return ax
