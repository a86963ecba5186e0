"""What only the chapters on linear regression draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from gdbook import plots
from gdbook.losses import Surface
from gdbook.plots import BLUE, INK, ORANGE, PAPER, PINK
from gdbook.runs import Trace

__all__ = [
    "bends",
    "bounces",
    "cuts",
    "landings",
    "miss",
    "motion",
    "parts",
    "rate_limits",
    "stack",
    "step",
    "zoom",
]


def miss(ax: Axes, x: float, target: float, prediction: float) -> Axes:
    """Draw one residual as an arrow with two heads, and name its parts.

    Parameters
    ----------
    ax : Axes
        An axes that holds the examples and the line.
    x, target, prediction : float
        Feature, target and prediction of the example.
    """
    plots.arrows(ax, [[x, target], [x, prediction]], [[x, prediction], [x, target]], color=PINK)
    ax.plot([x], [target], marker="o", color=BLUE, zorder=6)
    ax.plot([x], [prediction], marker="s", color=ORANGE, zorder=6)
    plots.note(ax, "target y", (x, target), side="above left", gap=10)
    plots.note(ax, "prediction ŷ", (x, prediction), side="below", gap=10)
    # Where the line has left the points behind: the words must not cover any of them.
    middle = prediction + 0.4 * (target - prediction)
    words = f"delta = ŷ − y\n= {plots.number(prediction - target, '.2f')}"
    plots.note(ax, words, (x, middle), side="left", gap=8,
               bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.2})  # fmt: skip
    return ax


def motion(
    ax: Axes,
    lines: Mapping[str, ArrayLike],
    *,
    span: tuple[float, float],
    faint: Sequence[ArrayLike] = (),
    order: Sequence[str] = (),
) -> Axes:
    """Draw a line that moves: a few of its positions by name, the ones between them faintly.

    Parameters
    ----------
    ax : Axes
        An axes that holds the examples.
    lines : mapping of str to array_like, shape (2,)
        Intercept and slope of each position, by the name to write at its end.
    span : (low, high)
        From which feature to which.
    faint : sequence of array_like, shape (2,)
        Positions without a name.
    order : sequence of str
        All names of several panels, so that a position keeps its look; by default the names given.
    """
    for parameters in faint:
        plots.line(ax, parameters, span=span, position=None)
    names = [*order] or [*lines]
    for name, parameters in lines.items():
        plots.line(ax, parameters, span=span, label=name, position=names.index(name) + 1)
    return plots.label_ends(ax)


def stack(ax: Axes, names: Sequence[str], *, below: str, beside: str) -> Axes:
    """Draw an array of three axes as sheets of squared paper, one behind the other.

    Parameters
    ----------
    ax : Axes
        Where to draw; it loses its frame.
    names : sequence of str
        What to write at the sheets, from the front one to the last, which comes after a gap.
    below, beside : str
        What to write along the two sides of the front sheet.
    """
    width, height, squares = 4.0, 3.0, 5
    for number in reversed(range(len(names))):
        last = number > 0 and number == len(names) - 1
        x, y = (0.5 * number + 0.7 * last) * np.array([1.6, 1.0])
        ax.fill([x, x + width, x + width, x], [y, y, y + height, y + height], facecolor=PAPER,
                edgecolor=INK, linewidth=1.4, zorder=2 * (len(names) - number))  # fmt: skip
        for share in np.arange(1, squares) / squares:
            for line in ([[x, x + width], [y + share * height] * 2],
                         [[x + share * width] * 2, [y, y + height]]):  # fmt: skip
                ax.plot(*line, color=INK, linewidth=0.6, alpha=0.35,
                        zorder=2 * (len(names) - number) + 1)  # fmt: skip
        plots.note(ax, names[number], (x + width, y + height), side="below right", color=BLUE)
        if last:
            plots.note(ax, "⋯", (x - 0.5, y + height - 0.5), side="center")
    plots.note(ax, below, (width / 2, 0), side="below")
    plots.note(ax, beside, (0, height / 2), side="left")
    ax.set(xlim=(-2.4, 8), ylim=(-0.7, 5), aspect="equal")
    return plots.bare(ax)


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
    plots.guide(ax, y=v, color=BLUE, linestyle="-")
    return plots.guide(ax, x=u, color=ORANGE, linestyle="--")


def zoom(
    ax: Axes, curve: Surface, *, point: tuple[float, float], run: float, rise: float, slope: float
) -> Axes:
    """Draw a piece of a section with its tangent and rise over run.

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
    """
    here, height = point
    plots.section(ax, curve)
    ends = curve.axes[0][[0, -1]]
    ax.plot(ends, height + slope * (ends - here), color=INK, linestyle="--", linewidth=1.2)
    plots.rise_over_run(ax, point, run, rise)
    ax.plot([here], [height], marker="D", color=INK, zorder=5)
    ax.set_title(f"h = {run:g}\nrise/run = {plots.number(rise / run, '.2f')}", fontsize=10)
    ax.xaxis.set_major_locator(MaxNLocator(2))
    ax.yaxis.set_major_locator(MaxNLocator(4))
    return ax


def step(ax: Axes, start: ArrayLike, end: ArrayLike, *, names: Sequence[str]) -> Axes:
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
    plots.arrows(ax, [u, v], [s, v], color=BLUE)
    plots.arrows(ax, [s, v], [s, t], color=ORANGE)
    plots.arrows(ax, [u, v], [s, t])
    plots.note(ax, names[0], ((u + s) / 2, v), side="below", color=BLUE)
    return plots.note(ax, names[1], (s, (v + t) / 2), color=ORANGE)


def parts(
    ax: Axes, minimum: ArrayLike, corner: ArrayLike, start: ArrayLike, *, names: Sequence[str]
) -> Axes:
    """Draw on a map how two arrows at a right angle lead from the minimum to the start.

    Parameters
    ----------
    ax : Axes
        An axes that holds a map; it gets equal scales.
    minimum, corner, start : array_like, shape (2,)
        Where the first arrow begins, where the second takes over, and where it ends.
    names : (first, second)
        What to write at the arrows.
    """
    points = np.array([np.ravel(minimum), np.ravel(corner), np.ravel(start)])
    for tail, head, name, position in zip(points[:2], points[1:], names, range(2), strict=True):
        style = plots.look(position)
        plots.arrows(ax, tail, head, color=style.color, linestyle=style.linestyle)
        side = "right" if position == 0 else "below right"
        plots.note(ax, name, (tail + head) / 2, side=side, color=style.color, gap=8)
    along, across = (d / np.linalg.norm(d) for d in (points[0] - points[1], points[2] - points[1]))
    mark = points[1] + 0.18 * np.array([along, along + across, across])
    ax.plot(*mark.T, color=INK, linewidth=1)
    plots.marks(ax, start=start, minimum=minimum, side="left")
    ax.set_aspect("equal")
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
    plots.section(ax, curve, point=start)
    bottom = float(curve.axes[0][curve.losses.argmin()])
    for position, (name, end) in enumerate(ends.items()):
        style = plots.look(position)
        plots.arrows(ax, start, end, color=style.color, linestyle=style.linestyle)
        ax.plot(*[[value] for value in end], marker=style.marker, markersize=7, linestyle="none",
                color=style.color, zorder=6)  # fmt: skip
        # Outside of the bowl, where no arrow is.
        side = "below left" if end[0] < bottom else "right"
        plots.note(ax, name, end, side=side, color=style.color, gap=8)
    ax.set_ylim(bottom=-0.09 * float(curve.losses.max()))
    return ax


def bounces(ax: Axes, curve: Surface, trace: Trace, *, position: int = 0) -> Axes:
    """Draw a run with one parameter on its section; where it leaves the picture it is cut off.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    curve : Surface
        A loss over one parameter.
    trace : Trace
        One run with that parameter.
    position : int
        Which look the run takes.
    """
    plots.section(ax, curve, point=(float(trace.parameters[0, 0]), float(trace.losses[0])))
    plots.walk(ax, trace, position=position)
    highest = float(curve.losses.max())
    ax.set(xlim=curve.axes[0][[0, -1]], ylim=(-0.04 * highest, highest))
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
        before, height, after = np.interp([angle - 5, angle, angle + 5], directions, heights)
        style = plots.look(position)
        ax.plot([angle], [height], marker=style.marker, markersize=8, color=style.color, zorder=5)
        # Beside a slope, above a summit, and well above the bottom of a bowl.
        turns = (after - height) * (height - before) <= 0 and angle > 0
        side = "above" if turns else "below right" if after > height else "above right"
        plots.note(ax, f"{name}: {height:.2f}", (angle, height), side=side, color=style.color,
                   gap=26 if turns and after > height else 8)  # fmt: skip
    ax.set(xlabel="direction, in degrees from the b axis", ylabel="curvature")
    ax.set(xticks=range(0, 181, 45), ylim=(0, 1.15 * float(heights.max())))
    return ax


def rate_limits(
    ax: Axes,
    rates: ArrayLike,
    ratios: Mapping[str, ArrayLike],
    *,
    limits: Mapping[str, float],
    floor: float,
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
    floor : float
        The picture's lower edge: where rounding takes over nothing is drawn.
    """
    for position, (name, heights) in enumerate(ratios.items()):
        style = plots.look(position)
        shown = np.where(np.ravel(heights) > floor, np.ravel(heights), np.nan)
        ax.plot(np.ravel(rates), shown, color=style.color, linestyle=style.linestyle, linewidth=1.8)
        ax.plot([limits[name]], [1], marker=style.marker, markersize=9, color=style.color,
                markeredgecolor=PAPER, zorder=5)  # fmt: skip
        # At its limit, unless that is far outside: then where the curve leaves the picture.
        inside = limits[name] < np.max(rates)
        last = int(np.flatnonzero(np.isfinite(shown))[-1])
        place = (limits[name], 1) if inside else (np.ravel(rates)[last], shown[last])
        side = "above left" if name == "surface" else "below right" if inside else "above right"
        plots.note(ax, name, place, side=side, color=style.color, gap=9)
    plots.log_scale(ax)
    plots.guide(ax, y=1)
    ax.set(xlabel="learning rate", ylabel="excess loss left", ylim=(floor, None))
    ax.margins(x=0)
    return ax
