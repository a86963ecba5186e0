"""Figures with two parameters: the loss seen from above, and the paths across it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d import Axes3D  # type: ignore[import-untyped]  # it has no types
from numpy.typing import ArrayLike

from gdbook.checks import Array
from gdbook.losses import Surface
from gdbook.plots.look import BACKING, BLUE, GREEN, INK, ORANGE, PAPER, PINK, look
from gdbook.runs import Trace

__all__ = [
    "bends",
    "bounces",
    "contours",
    "cuts",
    "descent_arrow",
    "difference_errors",
    "landings",
    "landscape",
    "marks",
    "paths",
    "rate_limits",
    "section",
    "streams",
    "zoom",
]


def contours(
    ax: Axes, surface: Surface, *, levels: int | Sequence[float] = 12, numbers: bool = True
) -> Axes:
    """Draw a loss over two parameters as lines of equal height, as on a map.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    surface : Surface
        A loss over two parameters, from `gdbook.surface`.
    levels : int or sequence of float
        How many lines, spread so that low ground gets as many as high ground; or the heights
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


def marks(
    ax: Axes,
    *,
    start: ArrayLike | None = None,
    minimum: ArrayLike | None = None,
    labels: bool = True,
    below: bool = False,
) -> Axes:
    """Mark on a map where a walk begins, and where the loss is smallest.

    Parameters
    ----------
    ax : Axes
        An axes that holds a map.
    start : array_like, shape (2,), optional
        Gets a full diamond.
    minimum : array_like, shape (2,), optional
        Gets an open circle.
    labels : bool
        Whether to write beside them what they are.
    below : bool
        Whether to write below them instead of above.
    """
    shapes: dict[str, tuple[ArrayLike | None, dict[str, Any]]] = {
        "start": (start, {"marker": "D", "color": INK, "markersize": 6}),
        "minimum": (
            minimum,
            {
                "marker": "o",
                "markersize": 10,
                "markerfacecolor": "none",
                "markeredgecolor": GREEN,
                "markeredgewidth": 2,
            },
        ),
    }
    for text, (place, shape) in shapes.items():
        if place is None:
            continue
        u, v = np.ravel(place)
        ax.plot([u], [v], linestyle="none", zorder=6, **shape)
        if labels:
            ax.annotate(
                text, (u, v), xytext=(0, -9 if below else 9), textcoords="offset points", zorder=7,
                ha="center", va="top" if below else "bottom",
                bbox=BACKING,
            )  # fmt: skip
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
        A name for each run, for the legend.
    position : int
        Which look the first of them takes.
    size : float
        How large the markers are, in points.
    """
    limits = ax.get_xlim(), ax.get_ylim()
    (left, right), (low, high) = limits
    runs = trace.parameters.reshape(len(trace.parameters), -1, 2)
    for number in range(runs.shape[1]):
        style = look("", position + number)
        path = runs[:, number]
        # A point a million widths away would only blow up the file: hold it just outside.
        reach = np.array([right - left, high - low])
        middle = np.array([right + left, high + low]) / 2
        far = np.abs(path - middle) > 3 * reach
        stop = len(path) if not far.any() else int(far.any(axis=1).argmax())
        ax.plot(
            *path[:stop].T, color=style.color, linestyle=style.linestyle, marker=style.marker,
            linewidth=1.3 if size > 2 else 0.8, markersize=size, zorder=4,
            label=labels[number] if number < len(labels) else None,
        )  # fmt: skip
    ax.set_xlim(limits[0])
    ax.set_ylim(limits[1])
    return ax


def cuts(ax: Axes, at: ArrayLike) -> Axes:
    """Draw on a map the two straight lines along which it is cut.

    Parameters
    ----------
    ax : Axes
        An axes that holds a map.
    at : array_like, shape (2,)
        Where the cuts cross.
    """
    u, v = np.ravel(at)
    ax.axhline(v, color=BLUE, linestyle="-", linewidth=1.6)
    ax.axvline(u, color=ORANGE, linestyle="--", linewidth=1.6)
    return ax


def section(
    ax: Axes, curve: Surface, *, point: tuple[float, float] | None = None, position: int = 0
) -> Axes:
    """Draw a cut through a loss surface: the loss as one parameter varies.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    curve : Surface
        A loss over one parameter, from `gdbook.surface`.
    point : (value, loss), optional
        A place on the curve to mark.
    position : int
        Which colour and dash to take.
    """
    style = look("", position)
    ax.plot(curve.axes[0], curve.losses, color=style.color, linestyle=style.linestyle)
    if point is not None:
        ax.plot(*[[value] for value in point], marker="D", color=INK, zorder=5)
    ax.set(xlabel=curve.names[0], ylabel="loss")
    ax.margins(x=0)
    return ax


def zoom(
    ax: Axes, curve: Surface, *, point: tuple[float, float], run: float, rise: float,
    slope: float, name: str,
) -> Axes:  # fmt: skip
    """Draw a piece of a section without a scale, with the tangent and rise over run.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    curve : Surface
        A loss over one parameter, around the point.
    point : (value, loss)
        Where the triangle begins.
    run, rise : float
        How far to the right it goes, and by how much the loss changes on the way.
    slope : float
        The derivative at the point.
    name : str
        The parameter's name.
    """
    here, height = point
    values = curve.axes[0]
    ax.plot(values, curve.losses, color=BLUE)
    ax.plot(values[[0, -1]], height + slope * (values[[0, -1]] - here), color=ORANGE,
            linestyle="--", linewidth=1.4)  # fmt: skip
    ax.plot([here, here + run, here + run], [height, height, height + rise], color=INK, linewidth=1)
    ax.plot([here, here + run], [height, height + rise], color=INK, linewidth=1.4, linestyle=":")
    ax.plot([here], [height], marker="D", color=INK, zorder=5)
    ratio = f"{rise / run:.2f}".replace("-", "−")
    ax.set(xticks=[], yticks=[], xlabel=f"{name}, h = {run:g}\nrise/run\n= {ratio}")
    ax.margins(x=0)
    return ax


def difference_errors(
    ax: Axes, steps: ArrayLike, errors: Mapping[str, ArrayLike], *, marked: float | None = None
) -> Axes:
    """Draw how wrong measured slopes are, against the length of the step they were measured with.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    steps : array_like, shape (k,)
        The lengths of the steps.
    errors : mapping of str to array_like, shape (k,)
        The distance of each measured slope from the true one, by the name of the measurement.
    marked : float, optional
        A length to set off.
    """
    for position, (name, values) in enumerate(errors.items()):
        style = look("", position)
        ax.plot(np.ravel(steps), np.ravel(values), color=style.color, linestyle=style.linestyle,
                marker=style.marker, markersize=4, label=name)  # fmt: skip
    if marked is not None:
        ax.axvline(marked, color=INK, linewidth=0.9, linestyle=":")
    ax.set(xlabel="step h", ylabel="distance from the true slope", xscale="log", yscale="log")
    ax.legend()
    return ax


def descent_arrow(ax: Axes, start: ArrayLike, end: ArrayLike, *, names: Sequence[str]) -> Axes:
    """Draw one step on a map, and its two parts along the axes.

    Parameters
    ----------
    ax : Axes
        An axes that holds a map.
    start, end : array_like, shape (2,)
        Where the step begins and ends.
    names : (horizontal, vertical)
        What to write at the parts.
    """
    (u, v), (s, t) = np.ravel(start), np.ravel(end)
    parts = (((u, v), (s, v), BLUE, "-"), ((s, v), (s, t), ORANGE, "-"), ((u, v), (s, t), INK, "-"))
    for tail, head, color, dash in parts:
        ax.annotate(
            "", head, xytext=tail, zorder=5,
            arrowprops={"arrowstyle": "-|>", "color": color, "linestyle": dash, "linewidth": 1.8,
                        "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
    ax.annotate(names[0], ((u + s) / 2, v), xytext=(0, -5), textcoords="offset points", ha="center",
                va="top", color=BLUE, bbox=BACKING)  # fmt: skip
    ax.annotate(names[1], (s, (v + t) / 2), xytext=(6, 0), textcoords="offset points", ha="left",
                va="center", color=ORANGE, bbox=BACKING)  # fmt: skip
    return ax


def landings(
    ax: Axes, curve: Surface, *, start: tuple[float, float], ends: Mapping[str, tuple[float, float]]
) -> Axes:
    """Draw where one step lands on a section, for several learning rates.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    curve : Surface
        A loss over one parameter.
    start : (value, loss)
        Where all of the steps begin.
    ends : mapping of str to (value, loss)
        Where each of them ends, by name.
    """
    ax.plot(curve.axes[0], curve.losses, color=INK, linewidth=1.2)
    ax.plot(*[[value] for value in start], marker="D", color=INK, zorder=5)
    for position, (name, end) in enumerate(ends.items()):
        style = look("", position)
        ax.annotate(
            "", end, xytext=start, zorder=4,
            arrowprops={"arrowstyle": "-|>", "color": style.color, "linestyle": style.linestyle,
                        "linewidth": 1.5, "shrinkA": 3, "shrinkB": 2},
        )  # fmt: skip
        ax.plot(*[[value] for value in end], marker=style.marker, markersize=7, linestyle="none",
                color=style.color, zorder=6, label=name)  # fmt: skip
    ax.set(xlabel=curve.names[0], ylabel="loss")
    ax.margins(x=0)
    ax.set_ylim(bottom=-0.04 * float(curve.losses.max()))
    return ax


def rate_limits(
    ax: Axes, rates: ArrayLike, ratios: Mapping[str, ArrayLike], *, limits: Mapping[str, float]
) -> Axes:
    """Draw what is left of the excess loss after some steps, against the learning rate.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    rates : array_like, shape (k,)
        The learning rates, ascending.
    ratios : mapping of str to array_like, shape (k,)
        For each landscape by name, the excess loss at the end in units of that at the start.
    limits : mapping of str to float
        The stable limit of each landscape.
    """
    ax.axhline(1, color=INK, linewidth=0.8, linestyle=":")
    for position, (name, values) in enumerate(ratios.items()):
        style = look("", position)
        ax.plot(np.ravel(rates), np.ravel(values), color=style.color, linestyle=style.linestyle,
                label=name)  # fmt: skip
        ax.plot([limits[name]], [1], marker=style.marker, markersize=9, color=style.color,
                markeredgecolor=PAPER, linestyle="none", zorder=5)  # fmt: skip
    ax.set(xlabel="learning rate", ylabel="excess loss left", yscale="log")
    ax.margins(x=0)
    ax.legend()
    return ax


def landscape(
    ax: Axes3D,
    surface: Surface,
    *,
    levels: Sequence[float],
    floor: float,
    trace: Trace | None = None,
    pins: Mapping[str, tuple[float, float, float]] | None = None,
) -> Axes3D:
    """Draw a loss over two parameters as a sheet in space, above its own map.

    A still picture of a sheet cannot be measured.  So its map lies on the floor below it, and
    pins lead from the places that matter down to the map.

    Parameters
    ----------
    ax : Axes3D
        Where to draw.
    surface : Surface
        A loss over two parameters.  The lines follow all of it, the sheet only some twenty values
        each way, for each of its facets weighs as much as a line.
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
    every = max(1, len(surface.losses) // 20)
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
        style = look("", 1)
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
    ax.set_zticks([tick for tick in (0, 5, 10, 15, 20) if tick <= top])
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


def bounces(ax: Axes, curve: Surface, trace: Trace, *, label: str = "", position: int = 0) -> Axes:
    """Draw a run with one parameter on its section; where it leaves the picture it is cut off.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    curve : Surface
        A loss over one parameter.
    trace : Trace
        One run with that parameter.
    label : str
        A name for the legend.
    position : int
        Which look the run takes.
    """
    style = look("", position)
    (values,) = curve.axes
    ax.plot(values, curve.losses, color=INK, linewidth=1, alpha=0.6)
    ax.plot(trace.parameters[:, 0], trace.losses, color=style.color, linestyle=style.linestyle,
            marker=style.marker, markersize=4, linewidth=1.2, label=label or None)  # fmt: skip
    ax.plot(trace.parameters[:1, 0], trace.losses[:1], marker="D", color=INK, zorder=5)
    ax.set_xlim(values[0], values[-1])
    ax.set_ylim(-0.04 * float(curve.losses.max()), float(curve.losses.max()))
    ax.set(xlabel=curve.names[0], ylabel="loss")
    return ax


def bends(
    ax: Axes, angles: ArrayLike, curvatures: ArrayLike, *, named: Mapping[str, float]
) -> Axes:
    """Draw how sharply a loss bends in every direction.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    angles : array_like, shape (k,)
        The directions, in degrees from the first axis.
    curvatures : array_like, shape (k,)
        The curvature along each of them.
    named : mapping of str to float
        Directions to mark, by name.
    """
    directions, heights = np.ravel(angles), np.ravel(curvatures)
    ax.plot(directions, heights, color=INK, linewidth=1.4)
    for position, (name, angle) in enumerate(named.items()):
        style = look("", position)
        height = float(np.interp(angle, directions, heights))
        ax.plot([angle], [height], marker=style.marker, markersize=8, color=style.color, zorder=5,
                linestyle="none", label=f"{name}: {height:.2f}")  # fmt: skip
    ax.set(xlabel="direction, in degrees from the b axis", ylabel="curvature")
    ax.margins(x=0.02)
    ax.set_ylim(0, 1.1 * float(heights.max()))
    ax.legend()
    return ax
