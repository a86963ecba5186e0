"""Curves: how a number changes, each one named where it ends; and losses over one parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D, Transform
from numpy.typing import ArrayLike, NDArray

from gdbook.losses import Surface
from gdbook.plots.look import BLUE, GREEN, INK, ORANGE, log_scale, look, note, number
from gdbook.runs import Trace

__all__ = ["curves", "label_ends", "rise_over_run", "section", "tangents", "walk"]

_LABELLED = "labelled"  # how the gid of a line ends if its name is written at its end


def curves(
    ax: Axes,
    named: Mapping[str, ArrayLike],
    x: ArrayLike | None = None,
    *,
    log: str = "",
    order: Sequence[str] = (),
    markers: bool = True,
) -> Axes:
    """Draw curves, each with its name where it ends, however many there are.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    named : mapping of str to array_like, shape (k,)
        The heights of each curve, by its name; "" draws it without one.
    x : array_like, shape (k,), optional
        The places of all heights; counted from 0, as steps are, when left out.
    log : str
        Which axes are logarithmic: "", "x", "y" or "xy".
    order : sequence of str
        All names of a page, so that a curve keeps its look from figure to figure; by default the
        names given, in their order.
    markers : bool
        Whether to put markers on the curves, about eight on each.

    Raises
    ------
    ValueError
        If a curve doesn't have as many heights as there are places, or a name is not in the order.
    """
    names = list(order) or list(named)
    for name, values in named.items():
        heights = np.ravel(values)
        places = np.arange(len(heights)) if x is None else np.ravel(x)
        if len(places) != len(heights):
            raise ValueError(f"named[{name!r}] must have {len(places)} values, got {len(heights)}")
        if name not in names:
            raise ValueError(f"order must hold every name, got {names} without {name!r}")
        style = look(names.index(name))
        ax.plot(
            places, heights, color=style.color, linestyle=style.linestyle, label=name or None,
            marker=style.marker if markers else "", markersize=4.5, linewidth=1.8,
            markevery=max(1, len(heights) // 8),
        )  # fmt: skip
    if log:
        log_scale(ax, log)
    if x is None:
        ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    return label_ends(ax)


def label_ends(ax: Axes) -> Axes:
    """Write the name of every labelled line where the line ends, and let no two names collide.

    A line ends where it leaves the picture, or at its last value.  Names too close to one another
    move apart, as little as they must; a thin piece of the line leads to its name.  Points that no
    line joins have no end: they are named only if there is a single one.

    Parameters
    ----------
    ax : Axes
        An axes with lines that carry labels; those that have their name already keep it.
    """
    for line in ax.lines:
        name, dash = str(line.get_label()), line.get_linestyle()
        joined = dash != "None"
        if _is_labelled(line) or name.startswith("_"):
            continue
        if not joined and len(np.asarray(line.get_xydata())) > 1:
            continue
        line.set_gid(_LABELLED)
        color = line.get_color() if joined else line.get_markeredgecolor()
        ax.annotate(
            name, (0, 0), (0, 0), color=color, va="center", linespacing=1.15, zorder=7,
            xycoords=partial(_end_of, ax, line), textcoords=partial(_name_of, ax, line),
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": color, "linestyle": dash if joined else "-",
                        "linewidth": 0.8, "shrinkA": 1, "shrinkB": 3, "relpos": (0, 0.5)},
        )  # fmt: skip
    return ax


def _is_labelled(line: Line2D) -> bool:
    """Tell whether a line's name stands at its end; it may have another mark before this one."""
    return str(line.get_gid()).endswith(_LABELLED)


def _end_of(ax: Axes, line: Line2D, _renderer: RendererBase) -> Transform:
    """Return the shift to where a line ends, found anew whenever the figure is drawn."""
    return Affine2D().translate(*_end(ax, line))


def _name_of(ax: Axes, line: Line2D, renderer: RendererBase) -> Transform:
    """Return the shift to where a line's name stands, given the names of all other lines."""
    named = [other for other in ax.lines if _is_labelled(other)]
    ends = np.array([_end(ax, other) for other in named])
    rows = [str(other.get_label()).split("\n") for other in named]
    em = float(np.asarray(renderer.points_to_pixels(10)))
    lefts = ends[:, 0] + 1.1 * em
    rights = lefts + [0.65 * em * max(map(len, lines)) for lines in rows]
    heights = np.array([1.25 * em * len(lines) for lines in rows])
    place = named.index(line)
    beside = _chained(ends[:, 0], rights, place)
    box = ax.get_window_extent(renderer)
    levels = spread(ends[beside, 1], heights[beside], box.y0, box.y1)
    return Affine2D().translate(lefts[place], levels[beside.tolist().index(place)])


def _end(ax: Axes, line: Line2D) -> NDArray[np.float64]:
    """Return where a line ends, in pixels: its last point in the picture, or where it leaves."""
    xy = np.asarray(line.get_xydata(), dtype=float)
    seen = line.get_transform().transform(xy[np.isfinite(xy).all(axis=1)])
    if not len(seen):
        return np.array([ax.bbox.x0, ax.bbox.y0])
    low, high = np.asarray(ax.bbox.min) - 0.5, np.asarray(ax.bbox.max) + 0.5
    inside = ((seen >= low) & (seen <= high)).all(axis=1)
    if not inside.any():
        return np.array(np.clip(seen[-1], low, high))
    last = int(np.flatnonzero(inside)[-1])
    here = seen[last]
    if last + 1 == len(seen):
        return np.array(here)
    step = seen[last + 1] - here
    border = np.where(step > 0, high, low)
    shares = np.divide(border - here, step, out=np.ones(2), where=step != 0)
    return np.array(here + max(0.0, min(1.0, float(shares.min()))) * step)


def _chained(
    lefts: NDArray[np.float64], rights: NDArray[np.float64], place: int
) -> NDArray[np.int64]:
    """Return the places whose widths overlap with the given one's, directly or through others."""
    order = np.argsort(lefts)
    reach = np.maximum.accumulate(rights[order])
    breaks = np.concatenate([[0], np.cumsum(lefts[order][1:] > reach[:-1])])
    return np.asarray(order[breaks == breaks[order == place]])


def spread(wanted: ArrayLike, sizes: ArrayLike, low: float, high: float) -> NDArray[np.float64]:
    """Return the places nearest to those wanted at which things of given sizes do not overlap.

    If all fit between low and high, no other places there that keep their order have a smaller sum
    of squared distances (isotonic regression, by pooling adjacent violators).  Otherwise they stand
    side by side from low on.

    Parameters
    ----------
    wanted : array_like, shape (k,)
        Where the middle of each thing would like to be.
    sizes : array_like, shape (k,)
        How much room each needs.
    low, high : float
        The ends of the room there is.

    >>> from gdbook.plots.curves import spread
    >>> spread([5.0, 5.0, 9.0], [2, 2, 2], 0, 10).tolist()
    [4.0, 6.0, 9.0]
    """
    middles, room = np.ravel(wanted).astype(float), np.ravel(sizes).astype(float)
    order = np.argsort(middles, kind="stable")
    # Where each would stand if all stood side by side from 0: what is left must not decrease.
    offsets = np.cumsum(room[order]) - room[order] / 2
    pools: list[tuple[float, int]] = []
    for level in middles[order] - offsets:
        pool = (float(level), 1)
        while pools and pools[-1][0] > pool[0]:
            mean, count = pools.pop()
            pool = ((mean * count + pool[0] * pool[1]) / (count + pool[1]), count + pool[1])
        pools.append(pool)
    levels = np.repeat([mean for mean, _ in pools], [count for _, count in pools])
    placed = np.empty_like(middles)
    placed[order] = np.clip(levels, low, max(low, high - room.sum())) + offsets
    return placed


def section(
    ax: Axes,
    curve: Surface,
    *,
    point: tuple[float, float] | None = None,
    position: int | None = None,
    label: str = "",
) -> Axes:
    """Draw a loss as one parameter varies: its error curve, or a cut through its surface.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    curve : Surface
        A loss over one parameter, from `gdbook.losses.surface`.
    point : (value, loss), optional
        A place on the curve to mark with a diamond.
    position : int, optional
        Which colour and dash to take, of `look`; thin ink if left out.
    label : str
        A name, for `label_ends` or a legend.

    Raises
    ------
    ValueError
        If the loss is over more than one parameter.
    """
    if len(curve.axes) != 1:
        raise ValueError(
            f"curve must be a loss over one parameter, got {len(curve.axes)}: "
            f"{', '.join(curve.names)}"
        )
    color, dash, _ = (INK, "-", "") if position is None else look(position)
    ax.plot(curve.axes[0], curve.losses, color=color, linestyle=dash, label=label or None,
            linewidth=1.6 if position is None else 2)  # fmt: skip
    if point is not None:
        ax.plot(*[[value] for value in point], marker="D", color=INK, zorder=5)
    ax.set(xlabel=curve.names[0], ylabel="loss")
    ax.margins(x=0)
    return ax


def walk(ax: Axes, trace: Trace, *, numbers: int = 0, label: str = "", position: int = 0) -> Axes:
    """Draw a run with one parameter as a walk on its section.

    Parameters
    ----------
    ax : Axes
        An axes that holds the section.
    trace : Trace
        One run with one parameter.
    numbers : int
        How many of the first points to number, the start being 0.
    label : str
        A name, for `label_ends` or a legend.
    position : int
        Which look to take.

    Raises
    ------
    ValueError
        If the trace holds several runs, or several parameters.
    """
    if trace.parameters.ndim != 2 or trace.parameters.shape[1] != 1:
        raise ValueError(
            "trace must be one run with one parameter, of shape (steps + 1, 1), "
            f"got {trace.parameters.shape}"
        )
    places, losses = trace.parameters[:, 0], trace.losses
    style = look(position)
    ax.plot(places, losses, color=style.color, linestyle=style.linestyle, linewidth=1.2,
            marker=style.marker, markersize=5, label=label or None, zorder=4)  # fmt: skip
    for step in range(min(numbers, len(places))):
        if step and places[step] == places[step - 1]:
            continue  # it has not moved, so its number stands there already
        after = places[step + 1] if step + 1 < len(places) else places[step - 1]
        # Outside of the zigzag, on the side that no line leaves to.
        side = {1: "right", 0: "above", -1: "left"}[int(np.sign(places[step] - after))]
        note(ax, str(step), (places[step], losses[step]), side=side, color=style.color)
    return ax


def tangents(
    ax: Axes,
    places: ArrayLike,
    heights: ArrayLike,
    slopes: ArrayLike,
    *,
    reach: float,
    numbers: bool = True,
) -> Axes:
    """Draw slopes as short straight pieces that touch a curve.

    Parameters
    ----------
    ax : Axes
        An axes that holds the curve.
    places, heights, slopes : array_like of k numbers
        Where each piece touches, how high, and how steep.
    reach : float
        How far a level piece extends to either side; a steep one extends less, so that all look
        about equally long.
    numbers : bool
        Whether to write the slopes beside them.
    """
    triples = zip(np.ravel(places), np.ravel(heights), np.ravel(slopes), strict=True)
    for place, height, slope in triples:
        half = reach / np.hypot(1, slope / 2)
        ends = np.array([-half, half])
        ax.plot(place + ends, height + slope * ends, color=ORANGE, zorder=4)
        ax.plot([place], [height], marker="o", color=BLUE, zorder=5)
        if numbers:  # inside a bowl, where nothing else is: above the line
            side = "above" if abs(slope) < 0.005 else "above right" if slope < 0 else "above left"
            text = "0" if abs(slope) < 0.005 else number(slope, "+.2f")
            note(ax, text, (place, height), side=side, color=BLUE, gap=9)
    return ax


def rise_over_run(
    ax: Axes, place: Sequence[float], run: float, rise: float, *, position: int = 1
) -> Axes:
    """Draw a triangle: so far to the right, so far up, and the straight line that joins the two.

    Parameters
    ----------
    ax : Axes
        An axes that holds a curve.
    place : (x, y)
        Where the triangle begins.
    run, rise : float
        How far it goes to the right, and how far up.
    position : int
        Which colour the straight line takes.
    """
    x, y = place
    ax.plot([x, x + run], [y, y], color=BLUE, linestyle="--", linewidth=1.4)
    ax.plot([x + run] * 2, [y, y + rise], color=GREEN, linestyle=":", linewidth=2.2)
    ax.plot([x, x + run], [y, y + rise], color=look(position).color, marker="o", markersize=4)
    return ax
