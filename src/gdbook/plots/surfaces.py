"""Figures with two parameters: the loss seen from above, and the paths across it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from gdbook.checks import Array
from gdbook.losses import Surface
from gdbook.plots.look import BLUE, GREEN, INK, ORANGE, PINK
from gdbook.rules import Trace

__all__ = ["contours", "streams"]


def contours(ax: Axes, surface: Surface, *, levels: int = 12) -> Axes:
    """Draw a loss over two parameters as lines of equal height, as on a map.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    surface : Surface
        A loss over two parameters, from `gdbook.surface`.
    levels : int
        How many lines; they are spread so that low ground gets as many as high ground.
    """
    heights = np.quantile(surface.losses, np.linspace(0, 1, levels + 2)[1:-1])
    ax.contour(
        *surface.axes, surface.losses, levels=np.unique(heights),
        colors=INK, linewidths=0.6, alpha=0.35,
    )  # fmt: skip
    ax.set(xlabel=surface.names[0], ylabel=surface.names[1])
    return ax


def streams(ax: Axes, surface: Surface, trace: Trace, ends: Array) -> Axes:
    """Draw many runs as thin lines on a map, coloured by where they ended.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    surface : Surface
        The map.
    trace : Trace
        Many runs over its two parameters: parameters of shape ``(steps + 1, runs, 2)``.
    ends : ndarray, shape (k, 2)
        The places where runs end; at most four, one colour each.
    """
    colors = (BLUE, ORANGE, GREEN, PINK)
    if len(ends) > len(colors):
        raise ValueError(f"ends must be at most {len(colors)} places, got {len(ends)}")
    contours(ax, surface)
    last = trace.parameters[-1]
    nearest = np.linalg.norm(last[:, None] - ends, axis=-1).argmin(axis=1)
    # Early steps are long and late ones short: keep the steps at growing distances.
    kept = np.unique(np.geomspace(1, len(trace.parameters), 24).astype(int)) - 1
    for end, color in enumerate(colors[: len(ends)]):
        paths = trace.parameters[kept][:, nearest == end]
        # One line with gaps, where a row of NaN lifts the pen, is lighter than a hundred lines.
        gaps = np.full_like(paths[:1], np.nan)
        pen = np.concatenate([paths, gaps]).swapaxes(0, 1).reshape(-1, 2)
        ax.plot(*pen.T, color=color, linewidth=1, alpha=0.85)
        ax.plot(*paths[0].T, marker=".", markersize=3, linestyle="none", color=color)
    ax.plot(*ends.T, marker="o", markersize=11, markerfacecolor="none", markeredgecolor=INK,
            markeredgewidth=1.8, linestyle="none", zorder=5)  # fmt: skip
    ax.set_aspect("equal")
    return ax
