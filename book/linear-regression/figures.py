"""What only the chapters on linear regression draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from gdbook import plots
from gdbook.losses import Surface
from gdbook.plots import BLUE, GREEN, INK, ORANGE, PAPER, PINK
from gdbook.runs import Trace

__all__ = [
    "accuracy",
    "bells",
    "bends",
    "bounces",
    "broadcast",
    "conditions",
    "cuts",
    "descent",
    "ellipses",
    "estimates",
    "landings",
    "layout",
    "list_and_array",
    "miss",
    "motion",
    "named_diamond",
    "nerve_cell",
    "parts",
    "rate_limits",
    "squares",
    "stack",
    "step",
    "window",
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
    # To the right the points rise away from the line: the words must not cover any of them.
    middle = prediction + 0.4 * (target - prediction)
    words = f"delta = ŷ − y\n= {plots.number(prediction - target, '.2f')}"
    return plots.note(ax, words, (x, middle), side="right", gap=8, cover=True)


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
    crossed = any(value > bottom for value, _ in ends.values())
    for position, (name, end) in enumerate(ends.items()):
        style = plots.look(position)
        plots.arrows(ax, start, end, color=style.color, linestyle=style.linestyle)
        ax.plot(*[[value] for value in end], marker=style.marker, markersize=7, linestyle="none",
                color=style.color, zorder=6)  # fmt: skip
        # Where no arrow is: outside of the bowl, unless all arrows lie on its left branch.
        side = "right" if end[0] > bottom else "below left" if crossed else "above right"
        plots.note(ax, name, end, side=side, color=style.color, gap=8 if crossed else 13)
    ax.set_ylim(bottom=-0.04 * float(curve.losses.max()))
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


def estimates(ax: Axes, errors: ArrayLike, spread: ArrayLike) -> Axes:
    """Draw the errors of many estimates of two parameters, and the ellipse of two standard errors.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    errors : array_like, shape (k, 2)
        Estimates minus truth.
    spread : array_like, shape (2,)
        The standard error of each parameter.
    """
    plots.points(ax, *np.asarray(errors).T, size=2)
    angles = np.linspace(0, 2 * np.pi, 181)
    u, v = 2 * np.ravel(spread)
    ax.plot(u * np.cos(angles), v * np.sin(angles), color=ORANGE, linewidth=2, zorder=4)
    plots.note(ax, "2 standard errors", (u * np.cos(0.9), v * np.sin(0.9)), side="above right",
               color=ORANGE)  # fmt: skip
    ax.plot([0], [0], marker="+", color=INK, markersize=14, markeredgewidth=2, zorder=5)
    ax.set_aspect("equal")
    return ax


def named_diamond(ax: Axes, place: ArrayLike, name: str) -> Axes:
    """Mark a place among many dots, and write its name in the corner, where it covers none.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    place : array_like, shape (2,)
        The place.
    name : str
        What to write, at the other end of a thin line.
    """
    u, v = np.ravel(place)
    ax.plot([u], [v], marker="D", color=INK, markersize=8, markeredgecolor=PAPER, zorder=6)
    line = {"arrowstyle": "-", "color": INK, "linewidth": 0.8, "shrinkB": 6, "relpos": (1, 1)}
    ax.annotate(name, (u, v), (0.06, 0.05), textcoords="axes fraction", arrowprops=line)
    return ax


def list_and_array(ax: Axes, values: Sequence[float]) -> Axes:
    """Draw a list, addresses that lead to numbers elsewhere, and below it an array.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    values : sequence of float
        The numbers in both.
    """
    apart = 1.5
    depths = [(0.9, 1.7)[place % 2] for place in range(len(values))]
    for place, (value, depth) in enumerate(zip(values, depths, strict=True)):
        left = apart * place
        ax.add_patch(Rectangle((left, 0), apart, 0.7, facecolor="none", edgecolor=INK))
        start, end = (left + apart / 2, 0.35), (left + apart / 2, 0.7 + depth)
        ax.plot(*[[at] for at in start], marker="o", color=ORANGE, markersize=5)
        plots.arrows(ax, start, end, color=ORANGE)
        plots.note(ax, f"type, count,\n{value}", end, side="below", gap=3, fontsize=10,
                   bbox={"boxstyle": "round", "facecolor": PAPER, "edgecolor": INK})  # fmt: skip
    floor = 4.6
    for place, value in enumerate(values):
        ax.add_patch(Rectangle((place, floor), 1, 0.7, facecolor="none", edgecolor=BLUE))
        ax.text(place + 0.5, floor + 0.35, str(value), ha="center", va="center")
    plots.note(ax, "list", (0, 0.35), side="left")
    plots.note(ax, "array", (0, floor + 0.35), side="left")
    plots.note(ax, "one type, side by side", (len(values), floor + 0.35), color=BLUE)
    ax.set(xlim=(-1.1, apart * len(values) + 0.2), ylim=(floor + 0.9, -0.3))
    return plots.bare(ax)


def layout(ax: Axes, table: ArrayLike) -> Axes:
    """Draw a table, and below it the same numbers as they lie in memory.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : array_like, shape (m, n)
        The numbers, of eight bytes each.
    """
    array = np.asarray(table)
    rows, columns = array.shape
    below = rows + 3
    plots.cells(ax, array, at=((array.size - columns) / 2, 0), title="table")
    plots.cells(ax, array.ravel(), at=(0, below), title="")
    plots.note(ax, "in memory", (array.size, below), side="above left", gap=4)
    for steps, color, height in ((1, BLUE, 0.35), (columns, ORANGE, 1.0)):
        plots.arrows(ax, [0.5, below - height], [0.5 + steps, below - height], color=color)
        plots.note(ax, f"{8 * steps} bytes", (0.5 + steps, below - height), gap=3, color=color)
    ax.set_ylim(below + 2, -1)
    return ax


def broadcast(ax: Axes, column: ArrayLike, row: ArrayLike) -> Axes:
    """Draw a column plus a row, with the cells that broadcasting only imagines.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    column : array_like, shape (m, 1)
        The first array.
    row : array_like, shape (n,)
        The second.
    """
    first, second = np.asarray(column), np.asarray(row)
    both = first + second
    m, n = both.shape
    tables = ((first, np.arange(n) > 0), (second, np.arange(m)[:, None] > 0), (both, None))
    for place, ((given, copies), sign) in enumerate(zip(tables, "+= ", strict=True)):
        left = place * (n + 1.4)
        shown = np.broadcast_to(given, both.shape)
        plots.cells(ax, shown, at=(left, 0), copies=copies, shape=str(given.shape))
        ax.text(left + n + 0.7, m / 2, sign, ha="center", va="center", fontsize=14)
    return ax


def bells(ax: Axes, x: ArrayLike, y: ArrayLike, away: ArrayLike, heights: ArrayLike) -> Axes:
    """Draw the same curve of noise at several places of a line, lying on its side.

    Parameters
    ----------
    ax : Axes
        An axes that holds the line.
    x, y : array_like, shape (k,)
        The places on the line.
    away : array_like, shape (n,)
        Distances from the line, up and down.
    heights : array_like, shape (n,)
        How far the curve reaches to the right at each of them, in units of x.
    """
    distances, reach = np.ravel(away), np.ravel(heights)
    for left, middle in zip(np.ravel(x), np.ravel(y), strict=True):
        ax.plot([left, left], middle + distances[[0, -1]], color=INK, linewidth=0.8, zorder=4)
        ax.fill_betweenx(middle + distances, left, left + reach, color=GREEN, alpha=0.25, zorder=3,
                         linewidth=0)  # fmt: skip
        ax.plot(left + reach, middle + distances, color=GREEN, linewidth=1.8, zorder=5)
    return ax


def nerve_cell(ax: Axes) -> Axes:
    """Draw a nerve cell, with the names of its parts and what stands for them in a network.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    """
    body = (2.6, 0.0)
    branches = ((0.4, 1.5), (0.0, 0.6), (0.1, -0.5), (0.5, -1.5))
    for place, tip in enumerate(branches):
        side = 0.35 * (-1) ** place
        bend = np.array([(tip[0] + body[0]) / 2, tip[1] * 0.45])
        path = np.array([tip, bend, body])
        ax.plot(*path.T, color=BLUE, linewidth=2.5, solid_joinstyle="round", zorder=1)
        twig = np.array([bend, [bend[0] - 0.75, bend[1] + side + 0.25 * np.sign(tip[1])]])
        ax.plot(*twig.T, color=BLUE, linewidth=1.5, zorder=1)
    ax.add_patch(Circle(body, 0.62, facecolor=PAPER, edgecolor=INK, linewidth=1.6, zorder=2))
    ax.add_patch(Circle(body, 0.2, facecolor=INK, edgecolor=INK, alpha=0.5, zorder=3))
    fork = (7.0, 0.0)
    ax.plot([body[0] + 0.62, fork[0]], [0, 0], color=ORANGE, linewidth=4, zorder=1)
    for end in ((8.2, 0.9), (8.5, 0.0), (8.2, -0.9)):
        ax.plot([fork[0], end[0]], [fork[1], end[1]], color=ORANGE, linewidth=2, zorder=1)
        ax.plot([end[0]], [end[1]], marker="o", color=ORANGE, markersize=7, zorder=2)
    plots.note(ax, "dendrites:\ninputs", (0.6, -1.7), side="below", color=BLUE)
    plots.note(ax, "cell body with\nnucleus: sum", (body[0], -0.65), side="below")
    plots.note(ax, "axon", (5.1, 0), side="above", color=ORANGE)
    plots.note(ax, "terminals and\nsynapses: output", (7.7, -1.1), side="below", color=ORANGE)
    ax.set(xlim=(-0.6, 9.4), ylim=(-2.9, 1.9), aspect="equal")
    return plots.bare(ax)


def squares(top: Axes, bottom: Axes, x: ArrayLike, y: ArrayLike, line: ArrayLike) -> Axes:
    """Draw a line among examples, how far it misses each, and below the squares of the misses.

    Parameters
    ----------
    top, bottom : Axes
        Where to draw; they share the horizontal axis.
    x, y : array_like, shape (m,)
        Feature and target of each example.
    line : array_like, shape (2,)
        Intercept and slope.

    Returns
    -------
    Axes
        The upper axes: its lines are the examples, all misses in one, and the line; those of the
        lower axes are the squares and their mean.
    """
    features, targets = np.ravel(x), np.ravel(y)
    predictions = np.ravel(line)[0] + np.ravel(line)[1] * features
    plots.points(top, features, targets)
    gaps = np.full(len(features), np.nan)
    top.plot(np.stack([features, features, gaps], axis=1).ravel(),
             np.stack([predictions, targets, gaps], axis=1).ravel(),
             color=INK, linewidth=0.6, alpha=0.35, zorder=1)  # fmt: skip
    plots.line(top, line, span=(0, 1))
    errors = (predictions - targets) ** 2
    plots.points(bottom, features, errors, position=4)
    plots.guide(bottom, y=float(errors.mean()), linestyle="--")
    top.set(ylabel="target y")
    bottom.set(xlabel="feature x", ylabel="squared delta", title="the squares, and their mean")
    return top


def window(ax: Axes, places: ArrayLike, heights: ArrayLike, *, slope: float, rise: float) -> Axes:
    """Draw a piece of a curve in units of the run h, with its tangent and rise over run.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    places, heights : array_like, shape (k,)
        Where the curve is looked at, and how much higher it is there, both in units of h.
    slope : float
        The derivative, where the window is at home.
    rise : float
        Rise over run.

    Returns
    -------
    Axes
        Its lines are the curve, the tangent, and the chord with a marker at both ends.
    """
    across = np.ravel(places)
    ax.plot(across, np.ravel(heights), color=BLUE, linewidth=1.8)
    ends = across[[0, -1]]
    ax.plot(ends, slope * ends, color=INK, linestyle="--", linewidth=1.2)
    ax.plot([0, 1], [0, rise], color=ORANGE, linewidth=2, marker="o", markersize=5)
    ax.margins(x=0)
    ax.set(xlabel="distance from the start, in h", ylabel="rise, in h")
    return ax


def ellipses(ax: Axes, hessian: ArrayLike, heights: Sequence[float], *, reach: float) -> Axes:
    """Draw where a bowl around the origin has some heights.

    Parameters
    ----------
    ax : Axes
        Where to draw; it gets equal scales.
    hessian : array_like, shape (2, 2)
        How the bowl bends.
    heights : sequence of float
        How high above its bottom each ellipse lies.
    reach : float
        How far the picture goes in each direction.

    Returns
    -------
    Axes
        Its one line is all of the ellipses.
    """
    angles = np.linspace(0, 2 * np.pi, 91)
    circle = np.stack([np.cos(angles), np.sin(angles)])
    shape = np.linalg.solve(np.linalg.cholesky(np.asarray(hessian)).T, circle)
    rings = [np.c_[np.sqrt(2 * height) * shape, [np.nan, np.nan]] for height in heights]
    ax.plot(*np.concatenate(rings, axis=1), color=INK, linewidth=0.7, alpha=0.6)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xlabel="b − b*",
           ylabel="w − w*")  # fmt: skip
    return ax


def conditions(ax: Axes, units: ArrayLike, curvatures: ArrayLike, *, here: int) -> Axes:
    """Draw the condition number and the stable limit, unit by unit.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    units : array_like, shape (k,)
        The units, ascending.
    curvatures : array_like, shape (k, 2)
        The flattest and the sharpest curvature in each of them.
    here : int
        The number of the unit to mark.

    Returns
    -------
    Axes
        Its lines are the condition number, the limit, and the two marks.
    """
    across, (flat, sharp) = np.ravel(units), np.asarray(curvatures).T
    pair = {"condition number": sharp / flat, "stable limit": 2 / sharp}
    for position, (name, heights) in enumerate(pair.items()):
        style = plots.look(1 - position)
        ax.plot(across, heights, color=style.color, linestyle=style.linestyle, linewidth=1.8)
        # Where it's out of the way even when the curves move.
        place = (across[0], [1.9, 0.12][position] * heights[0])
        plots.note(ax, name, place, side="above right", color=style.color, gap=8)
    ax.plot([across[here]] * 2, [heights[here] for heights in pair.values()], color=INK, marker="D",
            linestyle="none", zorder=5, clip_on=False)  # fmt: skip
    plots.log_scale(ax, "xy")
    ax.margins(x=0)
    ax.set(xlabel="the feature's numbers, times")
    return ax


def accuracy(
    ax: Axes, steps: ArrayLike, forward: ArrayLike, central: ArrayLike, *, here: int
) -> Axes:
    """Draw how wrong forward and central differences are, and mark one run on both.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    steps : array_like, shape (k,)
        The runs.
    forward, central : array_like, shape (k,)
        How far each difference is from the slope.
    here : int
        The number of the run to mark.

    Returns
    -------
    Axes
        Its last line is the marks.
    """
    runs, pair = np.ravel(steps), {"forward": np.ravel(forward), "central": np.ravel(central)}
    plots.curves(ax, pair, runs, log="xy")
    plots.guide(ax, x=0.12, text="0.12", side="below left")
    ax.plot([runs[here]] * 2, [heights[here] for heights in pair.values()], color=INK, marker="D",
            linestyle="none", zorder=5)  # fmt: skip
    ax.set(xlabel="step h", ylabel="distance from the true slope")
    return ax


def descent(
    above: Axes,
    below: Axes,
    trace: Trace,
    x: ArrayLike,
    y: ArrayLike,
    *,
    best: ArrayLike,
    every: int,
) -> Axes:
    """Draw a run of batches on a map, and the line that it has led to among the examples.

    Parameters
    ----------
    above : Axes
        An axes that holds a map; it gets equal scales.
    below : Axes
        Where to draw the examples.
    trace : Trace
        The run.
    x, y : array_like, shape (m,)
        Feature and target of each example.
    best : array_like, shape (2,)
        Intercept and slope of the best line.
    every : int
        How many steps there are from one dot on the path to the next.

    Returns
    -------
    Axes
        The upper axes: its lines are the path and the dots; those of the lower are the examples
        and the line.
    """
    places = trace.parameters
    above.plot(*places.T, color=BLUE, linewidth=1)
    above.plot(*places[::every].T, color=BLUE, marker="o", markersize=5, linestyle="none", zorder=5)
    plots.marks(above, start=places[0], minimum=best, labels=False)
    above.set_aspect("equal")
    plots.points(below, x, y)
    plots.line(below, places[-1], span=(0, 1), position=4)
    plots.line(below, best, span=(0, 1), position=3)
    below.set(xlabel="feature x", ylabel="target y", ylim=(0, 3.3))
    return above
