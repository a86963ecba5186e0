"""Losses over two parameters: maps, sheets, and the paths, arrows and regions on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d import Axes3D  # type: ignore[import-untyped]  # it has no types
from numpy.typing import ArrayLike

from gdbook.losses import Surface
from gdbook.plots.look import GREEN, INK, PAPER, look, note
from gdbook.runs import Trace

__all__ = ["arrows", "contours", "marks", "paths", "regions", "sheet"]


def contours(
    ax: Axes, surface: Surface, *, levels: int | Sequence[float] = 12, numbers: bool = True
) -> Axes:
    """Draw a loss over two parameters as lines of equal height, as on a map.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    surface : Surface
        A loss over two parameters, from `gdbook.losses.surface`.
    levels : int or sequence of float
        How many lines, at quantiles, so that low ground gets as many as high ground; or the heights
        themselves, ascending.
    numbers : bool
        Whether to write given heights on their lines.
    """
    if isinstance(levels, int):
        heights = np.unique(np.quantile(surface.losses, np.linspace(0, 1, levels + 2)[1:-1]))
    else:
        heights = np.array(levels, dtype=np.float64)
    lines = ax.contour(
        *surface.axes, surface.losses, levels=heights, colors=INK, linewidths=0.7, alpha=0.45
    )
    if numbers and not isinstance(levels, int):
        for text in ax.clabel(lines, fontsize=10, fmt="%g", colors=INK, inline_spacing=2):
            text.set_alpha(0.8)
    ax.set(xlabel=surface.names[0], ylabel=surface.names[1])
    return ax


def marks(
    ax: Axes,
    *,
    start: ArrayLike | None = None,
    minimum: ArrayLike | None = None,
    goal: ArrayLike | None = None,
    labels: bool = True,
    side: str = "above",
) -> Axes:
    """Mark where a walk begins, with a full diamond, and where it ought to end, with an open ring.

    Parameters
    ----------
    ax : Axes
        An axes that holds a map or a curve.
    start, minimum, goal : array_like, shape (2,), optional
        The places; the last two differ only by the word beside them.
    labels : bool
        Whether to write these words.
    side : str
        Where to write them, as in `note`.
    """
    if start is not None:
        ax.plot(*np.reshape(start, (2, 1)), marker="D", color=INK, markersize=6, zorder=6.5,
                clip_on=False)  # fmt: skip
    for ring in (place for place in (minimum, goal) if place is not None):
        # Paper on both sides of the ring: it is seen on top of any path, and hides little of it.
        for color, width in ((PAPER, 4.5), (GREEN, 2.2)):
            ax.plot(*np.reshape(ring, (2, 1)), marker="o", markersize=11, clip_on=False, zorder=6,
                    fillstyle="none", markeredgecolor=color, markeredgewidth=width)  # fmt: skip
    for text, place in (("start", start), ("minimum", minimum), ("goal", goal)):
        if labels and place is not None:
            color = INK if text == "start" else GREEN
            note(ax, text, np.ravel(place).tolist(), side=side, gap=9, color=color)
    return ax


def paths(
    ax: Axes, trace: Trace, *, labels: Sequence[str] = (), position: int = 0, size: float = 4
) -> Axes:
    """Draw runs across a map, a marker at every step.

    Parameters
    ----------
    ax : Axes
        An axes that holds a map; it keeps its limits, so a run may leave it.
    trace : Trace
        One run over two parameters, or several at once.
    labels : sequence of str
        A name for each run, for `label_ends` or a legend.
    position : int
        Which look the first of them takes.
    size : float
        How large the markers are, in points.

    Raises
    ------
    ValueError
        If the trace is not over two parameters.
    """
    if trace.parameters.shape[-1] != 2:
        raise ValueError(
            f"trace must be over two parameters, of shape (steps + 1, ..., 2), "
            f"got {trace.parameters.shape}"
        )
    limits = np.array([ax.get_xlim(), ax.get_ylim()])
    middle, reach = limits.mean(axis=1), np.ptp(limits, axis=1)
    runs = trace.parameters.reshape(len(trace.parameters), -1, 2)
    for number in range(runs.shape[1]):
        style = look(position + number)
        path = runs[:, number]
        # A point a million widths away would only blow up the file: end just outside.
        far = (np.abs(path - middle) > 3 * reach).any(axis=1)
        stop = int(far.argmax()) if far.any() else len(path)
        ax.plot(
            *path[:stop].T, color=style.color, linestyle=style.linestyle, marker=style.marker,
            linewidth=1.3 if size > 2 else 0.8, markersize=size, zorder=4,
            label=labels[number] if number < len(labels) else None,
        )  # fmt: skip
    ax.set(xlim=limits[0], ylim=limits[1])
    return ax


def arrows(
    ax: Axes,
    tails: ArrayLike,
    heads: ArrayLike,
    *,
    color: str = INK,
    linestyle: str = "-",
) -> Axes:
    """Draw straight arrows: a gradient at a few places, a step, its parts.

    Parameters
    ----------
    ax : Axes
        Where to draw; arrows move no limits.
    tails, heads : array_like, shape (2,) or (k, 2)
        Where each begins and ends.
    color, linestyle : str
        Their look.
    """
    pairs = zip(*np.broadcast_arrays(np.atleast_2d(tails), np.atleast_2d(heads)), strict=True)
    for tail, head in pairs:
        ax.annotate(
            "", tuple(head), xytext=tuple(tail), zorder=5, annotation_clip=False,
            arrowprops={"arrowstyle": "-|>", "color": color, "linestyle": linestyle,
                        "linewidth": 1.7, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 11},
        )  # fmt: skip
    return ax


def regions(ax: Axes, x: ArrayLike, y: ArrayLike, kinds: ArrayLike) -> Axes:
    """Fill a map by kind: which valley a start leads to, which class a model predicts.

    Colours are faint, borders are lines of ink; names are for the page to write, with `note`.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    x, y : array_like, shape (n,) and (m,)
        The middles of the cells.
    kinds : array_like of int, shape (m, n)
        The kind of each cell, which takes the colour of that `look`; a negative one stays empty.

    Raises
    ------
    ValueError
        If there is not one kind per cell.
    """
    across, up, table = np.ravel(x), np.ravel(y), np.asarray(kinds, dtype=int)
    if table.shape != (len(up), len(across)):
        raise ValueError(f"kinds must have shape {(len(up), len(across))}, got {table.shape}")
    for kind in np.unique(table[table >= 0]):
        inside = table == kind
        ax.pcolormesh(
            across, up, np.where(inside, 1.0, np.nan), cmap=ListedColormap([look(kind).color]),
            alpha=0.28, linewidth=0, rasterized=True, zorder=0,
        )  # fmt: skip
        if not inside.all():
            ax.contour(across, up, inside, levels=[0.5], colors=INK, linewidths=0.6, zorder=1)
    return ax


def sheet(
    ax: Axes3D,
    surface: Surface,
    *,
    levels: Sequence[float],
    floor: float,
    trace: Trace | None = None,
    pins: Mapping[str, tuple[float, float, float]] | None = None,
) -> Axes3D:
    """Draw a loss over two parameters as a sheet in space, above its own map.

    You can't read values off a still picture of a sheet.  So its map lies on the floor below it,
    and pins lead from the places that matter down to the map.

    Parameters
    ----------
    ax : Axes3D
        Where to draw.
    surface : Surface
        A loss over two parameters.  The lines follow all of it, the sheet only some fifteen values
        each way, because each of its facets weighs as much as a line.
    levels : sequence of float
        The heights of the lines on the sheet and on the map.
    floor : float
        The height at which the map lies, below all losses.
    trace : Trace, optional
        One run, drawn on the sheet and on the map.
    pins : mapping of str to (u, v, loss), optional
        Places to mark, by name: at most two, the first with a diamond and the other with a
        circle.

    Raises
    ------
    ValueError
        If there are more than two pins.
    """
    shapes = ({"marker": "D", "color": INK, "markersize": 6},
              {"marker": "o", "markerfacecolor": PAPER, "markeredgecolor": GREEN,
               "markeredgewidth": 2, "markersize": 9})  # fmt: skip
    places = dict(pins or {})
    if len(places) > len(shapes):
        raise ValueError(f"pins must be at most {len(shapes)} places, got {list(places)}")
    grid = np.meshgrid(*surface.axes)
    every = max(1, len(surface.losses) // 15)
    sheet = [values[::every, ::every] for values in (*grid, surface.losses)]
    # The depth that Matplotlib computes would hide the path in the sheet: say what covers what.
    ax.computed_zorder = False
    ax.plot_surface(*sheet, cmap="cividis", alpha=0.8, linewidth=0.2, rstride=1, cstride=1,
                    antialiased=True, zorder=2)  # fmt: skip
    ax.contour(*grid, surface.losses, levels=levels, colors=INK, linewidths=0.7, offset=floor,
               alpha=0.6, zorder=1)  # fmt: skip
    ax.contour(*grid, surface.losses, levels=levels, colors="#fff1b8", linewidths=0.8, alpha=0.9,
               zorder=3)  # fmt: skip
    if trace is not None:
        style = look(1)
        for heights, width in ((trace.losses, 1.8), (np.full_like(trace.losses, floor), 1.3)):
            ax.plot(*trace.parameters.T, heights, color=style.color, marker="o", markersize=3,
                    linewidth=width, zorder=5)  # fmt: skip
    sides, gap = ("right", "left"), 3 * "\N{NO-BREAK SPACE}"
    for (name, (u, v, height)), shape, side in zip(places.items(), shapes, sides, strict=False):
        ax.plot([u, u], [v, v], [floor, height], color=INK, linewidth=1, linestyle=":", zorder=4)
        for level in (height, floor):
            ax.plot([u], [v], [level], linestyle="none", zorder=6, **shape)
        # Text in space knows no offset: no-break spaces keep the word off its marker.
        ax.text(u, v, floor, f"{gap}{name}{gap}", zorder=7, ha=side, va="center")
    ax.set(xlabel=surface.names[0], ylabel=surface.names[1])
    top = float(surface.losses.max())
    ax.set_zlim(floor, top)
    ax.set_zticks([tick for tick in MaxNLocator(5).tick_values(0, top) if 0 <= tick <= top])
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.text2D(0.92, 0.81, "loss", transform=ax.transAxes)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color((1, 1, 1, 0))
        axis.line.set_color(INK)
    ax.grid(visible=False)
    ax.set_box_aspect((1, 1, 0.95), zoom=1.02)
    ax.view_init(elev=27, azim=-28)
    return ax
