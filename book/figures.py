"""The landing page's own figure."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from gdbook import plots
from gdbook.losses import Surface
from gdbook.runs import Trace

__all__ = ["streams", "walker"]


def streams(ax: Axes, surface: Surface, trace: Trace, ends: ArrayLike) -> Axes:
    """Draw many runs as thin lines on a map, coloured by where they ended.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    surface : Surface
        The map.
    trace : Trace
        Many runs over its two parameters: parameters of shape ``(steps + 1, runs, 2)``.
    ends : array_like, shape (k, 2)
        The places where runs end, one look each.
    """
    plots.contours(ax, surface)
    places = np.asarray(ends, dtype=float)
    last = trace.parameters[-1]
    nearest = np.linalg.norm(last[:, None] - places, axis=-1).argmin(axis=1)
    # Early steps are long and late ones short: keep the steps at growing distances.
    kept = np.unique(np.geomspace(1, len(trace.parameters), 24).astype(int)) - 1
    for end in range(len(places)):
        paths, style = trace.parameters[kept][:, nearest == end], plots.look(end)
        # One line with gaps, where a row of NaN lifts the pen, is lighter than a hundred lines.
        gaps = np.full_like(paths[:1], np.nan)
        pen = np.concatenate([paths, gaps]).swapaxes(0, 1).reshape(-1, 2)
        ax.plot(*pen.T, color=style.color, linewidth=1, alpha=0.85)
        ax.plot(*paths[0].T, marker=style.marker, markersize=2.5, linestyle="none",
                color=style.color)  # fmt: skip
    plots.points(ax, *places.T, position=None, size=11)
    ax.set_aspect("equal")
    return ax


def walker(ax: Axes, trace: Trace) -> Axes:
    """Draw one run on the map in ink, on paper so that it stands out from all the others.

    Parameters
    ----------
    ax : Axes
        An axes that holds the map.
    trace : Trace
        One run over its two parameters.
    """
    ax.plot(*trace.parameters.T, color=plots.INK, linewidth=2.4, zorder=5)
    return plots.marks(ax, start=trace.parameters[0], labels=False)
