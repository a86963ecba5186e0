"""Figures with one weight: its error curve, and what happens on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from gdbook.checks import Array
from gdbook.losses import Surface
from gdbook.plots.look import BLUE, GREEN, INK, ORANGE, look
from gdbook.runs import Trace

__all__ = [
    "error_curve",
    "goal",
    "histories",
    "measures",
    "rate_map",
    "rise_over_run",
    "tangents",
    "trials",
    "walk",
    "weights_over_time",
]


def error_curve(ax: Axes, curve: Surface, *, label: str = "") -> Axes:
    """Draw the error as a function of one weight.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    curve : Surface
        A loss over one parameter, from `gdbook.surface`.
    label : str
        A name for the legend.
    """
    ax.plot(curve.axes[0], curve.losses, color=INK, linewidth=1.6, label=label or None)
    ax.set(xlabel=f"weight {curve.names[0]}", ylabel="error")
    ax.set_ylim(bottom=min(0.0, float(curve.losses.min())))
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.margins(x=0)
    return ax


def goal(ax: Axes, weight: float, *, text: str = "goal", height: float = 0.0) -> Axes:
    """Mark the weight at the bottom of an error curve with an open circle.

    Parameters
    ----------
    ax : Axes
        An axes that holds an error curve.
    weight : float
        Where the bottom is.
    text : str
        What to write beside it.
    height : float
        The error there.
    """
    ax.plot(
        [weight], [height], marker="o", markersize=11, markerfacecolor="none",
        markeredgecolor=GREEN, markeredgewidth=2, linestyle="none", clip_on=False, zorder=5,
    )  # fmt: skip
    ax.annotate(
        text, (weight, height), xytext=(0, 13), textcoords="offset points", ha="center", color=GREEN
    )
    return ax


def walk(ax: Axes, trace: Trace, *, numbers: int = 0, label: str = "", position: int = 0) -> Axes:
    """Draw a run with one weight as a walk on its error curve.

    Parameters
    ----------
    ax : Axes
        An axes that holds the error curve.
    trace : Trace
        One run with one parameter.
    numbers : int
        How many of the first points to number, the start being 0.
    label : str
        A name for the legend.
    position : int
        Which spare look to take when the rule has none of its own.
    """
    weights, losses = trace.parameters[:, 0], trace.losses
    style = look(trace.label, position)
    ax.plot(weights, losses, color=style.color, linestyle=style.linestyle, linewidth=1.2,
            marker=style.marker, label=label or None, zorder=4)  # fmt: skip
    for step in range(min(numbers, len(weights))):
        if step and weights[step] == weights[step - 1]:
            continue  # it has not moved, so its number stands there already
        right = step + 1 < len(weights) and weights[step] > weights[step + 1]
        ax.annotate(
            str(step), (weights[step], losses[step]), color=style.color, va="center",
            xytext=(8 if right else -8, 2), textcoords="offset points",
            ha="left" if right else "right",
        )  # fmt: skip
    return ax


def trials(ax: Axes, weights: Sequence[float], errors: Sequence[float]) -> Axes:
    """Draw the knob being tried: a nudge down, as it stands, a nudge up, with the error of each.

    Parameters
    ----------
    ax : Axes
        An axes that holds the error curve.
    weights, errors : (down, here, up)
        The three weights, ascending, and their errors.
    """
    names = ("down", "here", "up")
    for name, weight, error, color in zip(names, weights, errors, (BLUE, INK, ORANGE), strict=True):
        ax.vlines(weight, 0, error, color=color, linestyle=":", linewidth=1.2)
        ax.plot([weight], [error], marker="o" if name == "here" else "s", color=color, zorder=5)
        ax.annotate(
            f"{name}\n{error:.4f}", (weight, error), xytext=(7, 5), textcoords="offset points",
            color=color, linespacing=1.25,
        )  # fmt: skip
    for weight, color in zip(weights[::2], (BLUE, ORANGE), strict=True):
        ax.annotate(
            "", (weight, 0), xytext=(weights[1], 0), annotation_clip=False,
            arrowprops={"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
    return ax


def tangents(
    ax: Axes, weights: ArrayLike, errors: ArrayLike, slopes: ArrayLike, *, reach: float
) -> Axes:
    """Draw the slope at several weights as short straight pieces that touch the curve.

    Parameters
    ----------
    ax : Axes
        An axes that holds the error curve.
    weights, errors, slopes : array_like of k numbers
        Where each piece touches, how high, and how steep.
    reach : float
        How far a piece extends to either side, in units of the weight.
    """
    triples = zip(np.ravel(weights), np.ravel(errors), np.ravel(slopes), strict=True)
    for weight, error, slope in triples:
        # Steep pieces reach less far sideways, so that all look about equally long.
        half = reach / np.hypot(1, slope / 2)
        ends = np.array([-half, half])
        ax.plot(weight + ends, error + slope * ends, color=ORANGE, zorder=4)
        ax.plot([weight], [error], marker="o", color=BLUE, zorder=5)
        # A number stands below its line: outside the bowl on either wall, above the level bottom.
        text, side, below = f"{slope:+.2f}".replace("-", "−"), np.sign(slope), True
        if abs(slope) < 0.005:
            text, below = "0", False
        ax.annotate(
            text, (weight, error), xytext=(8 * side, -3 if below else 7),
            textcoords="offset points", color=BLUE, va="top" if below else "bottom",
            ha={-1: "right", 0: "center", 1: "left"}[int(side)],
        )  # fmt: skip
    return ax


def histories(ax: Axes, losses: Mapping[str, Array], *, log: bool = True) -> Axes:
    """Draw how the error of several runs went on, step by step.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    losses : mapping of str to ndarray, shape (steps + 1,)
        The errors of each run, by the name to put into the legend.
    log : bool
        Whether equal distances mean equal factors.
    """
    for position, (name, values) in enumerate(losses.items()):
        style = look(name, position)
        ax.plot(values, color=style.color, linestyle=style.linestyle, marker=style.marker,
                markersize=4, markevery=max(1, len(values) // 10), label=name)  # fmt: skip
    ax.set(xlabel="iteration", ylabel="error", yscale="log" if log else "linear")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return ax


def weights_over_time(ax: Axes, weights: Mapping[str, Array], *, target: float) -> Axes:
    """Draw the weight itself, step by step, and the weight it is to reach.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    weights : mapping of str to ndarray, shape (steps + 1,)
        The weight of each run, by name.
    target : float
        The weight at which the error is zero.
    """
    ax.axhline(target, color=GREEN, linewidth=1.2, linestyle="-.", label="goal")
    for position, (name, values) in enumerate(weights.items()):
        style = look(name, position)
        ax.plot(values, color=style.color, linestyle=style.linestyle, linewidth=1.6, label=name)
    ax.set(xlabel="iteration", ylabel="weight w")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return ax


def measures(ax: Axes, misses: ArrayLike) -> Axes:
    """Draw two ways to make a miss positive: its square and its absolute value.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    misses : array_like, shape (k,)
        Prediction minus goal, from left to right.
    """
    miss = np.ravel(misses)
    ax.plot(miss, miss**2, color=BLUE, label="squared")
    ax.plot(miss, np.abs(miss), color=ORANGE, linestyle="--", label="absolute")
    ax.set(xlabel="prediction − goal", ylabel="error")
    ax.set_ylim(bottom=0)
    ax.legend(loc="upper center")
    return ax


def rise_over_run(ax: Axes, curve: Surface, weight: float, nudge: float, errors: ArrayLike) -> Axes:
    """Draw a nudge of the weight and what it does to the error, as a triangle on the curve.

    Parameters
    ----------
    ax : Axes
        Where to draw; it gets no scale, for only the shape and the ratio matter.
    curve : Surface
        The error curve near the weight.
    weight, nudge : float
        Where the triangle begins, and how wide it is.
    errors : array_like, shape (2,)
        The error before and after the nudge.
    """
    before, after = np.ravel(errors)
    corners = [weight, weight + nudge]
    ax.plot(curve.axes[0], curve.losses, color=INK, linewidth=1.6)
    ax.plot(corners, [before, before], color=BLUE, linestyle="--", linewidth=1.4)
    ax.plot([corners[1]] * 2, [before, after], color=GREEN, linestyle=":", linewidth=2.2)
    ax.plot(corners, [before, after], color=ORANGE, marker="o", markersize=4)
    ratio = f"{(after - before) / nudge:+.3f}".replace("-", "−")
    ax.set(xticks=[], yticks=[], xlabel=f"nudge {nudge:g}\nratio {ratio}")
    ax.margins(x=0)
    return ax


def rate_map(
    ax: Axes,
    rates: Array,
    losses: Mapping[str, Array],
    *,
    start: float,
    limit: float,
    best: float,
    name: str = "alpha",
) -> Axes:
    """Draw what many rates have achieved, and the border beyond which they achieve nothing.

    The picture ends below at 1e-12, where rounding would take over.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    rates : ndarray, shape (k,)
        The rates, ascending.
    losses : mapping of str to ndarray, shape (k,)
        The error that each rate had come to, by when that was.
    start : float
        The error that all of them began with.
    limit : float
        The rate beyond which runs diverge.
    best : float
        The rate that arrives first.
    name : str
        What the rate is called.
    """
    floor = 1e-12
    for position, (when, values) in enumerate(losses.items()):
        style = look(when, position)
        seen = np.where((values > floor) & np.isfinite(values), values, np.nan)
        ax.plot(rates, seen, color=style.color, linestyle=style.linestyle,
                linewidth=1.6, label=when)  # fmt: skip
    ax.axhline(start, color=INK, linewidth=0.8, linestyle=":")
    ceiling = 10 * max(float(values[np.isfinite(values)].max()) for values in losses.values())
    for rate, text, side in ((best, "fastest", "left"), (limit, "border", "right")):
        ax.axvline(rate, color=INK, linewidth=1, linestyle=(0, (1, 2)))
        ax.annotate(text, (rate, ceiling), xytext=(4 if side == "left" else -4, 0),
                    textcoords="offset points", ha=side, va="top")  # fmt: skip
    ax.annotate("start", (rates[-1], start), xytext=(0, -4), textcoords="offset points",
                ha="right", va="top")  # fmt: skip
    ax.set(xlabel=name, ylabel="error", yscale="log", ylim=(floor, ceiling))
    ax.margins(x=0)
    ax.legend(loc="upper left")
    return ax
