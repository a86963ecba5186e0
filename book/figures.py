"""The landing page's own figure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from gdbook import plots
from gdbook.losses import Surface
from gdbook.runs import Trace

__all__ = ["streams", "trail", "walker"]


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


def trail(ax: Axes, stops: Mapping[str, str], *, shortcut: tuple[str, str]) -> Axes:
    """Draw a trail that winds downhill, past stops with their names and what happens there.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    stops : mapping of str to str
        The name of each stop, from the top to the bottom, and a few words about it.
    shortcut : (from, to)
        Two stops that a dashed line joins, past those between them.
    """
    places = {name: float(len(stops) - position) for position, name in enumerate(stops)}
    heights = np.linspace(len(stops), 1, 200)
    ax.plot(_bend(heights), heights, color=plots.INK, linewidth=5, alpha=0.2)
    leave, arrive = (places[name] for name in shortcut)
    past = np.linspace(leave, arrive, 50)
    away = _bend(past) - 0.9 * np.sin(np.linspace(0, np.pi, 50))
    ax.plot(away, past, color=plots.INK, linestyle=(0, (3, 3)))
    for position, (name, height) in enumerate(places.items()):
        color, place = plots.look(position).color, (float(_bend(height)), height)
        ax.plot(*place, marker="o", markersize=19, color=plots.PAPER,
                markeredgecolor=color, markeredgewidth=2.4)  # fmt: skip
        plots.note(ax, str(position + 1), place, side="center", color=color, fontweight="bold")
        plots.note(ax, name, (1.0, height + 0.17), gap=0, color=color, fontweight="bold")
        plots.note(ax, stops[name], (1.0, height - 0.17), gap=0, fontsize=9.5)
    ax.set_xlim(-1.6, 5.2)
    ax.set_ylim(0.6, len(stops) + 0.4)
    return plots.bare(ax)


def _bend(height: ArrayLike) -> NDArray[np.float64]:
    """Return how far to the side the trail is at a height."""
    return 0.45 * np.sin(2.1 * np.asarray(height, dtype=float))
