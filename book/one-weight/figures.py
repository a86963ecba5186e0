"""What only the chapters on one weight draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from gdbook import plots
from gdbook.losses import Surface
from gdbook.plots import BLUE, INK, ORANGE, PAPER
from gdbook.runs import Trace

__all__ = ["error_curve", "factor", "game", "iteration", "knobs", "rate_map", "trials"]


def error_curve(ax: Axes, curve: Surface, *, height: str = "error") -> Axes:
    """Draw the error as a function of one weight, from zero up.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    curve : Surface
        A loss over one parameter, from `gdbook.surface`.
    height : str
        What its height is: the error, or half of it.
    """
    plots.section(ax, curve)
    ax.set(xlabel=f"weight {curve.names[0]}", ylabel=height)
    ax.set_ylim(bottom=min(0.0, float(curve.losses.min())))
    return ax


def factor(bowl: Axes, steps: Axes, curve: Surface, trace: Trace, *, goal: float) -> Axes:
    """Draw a walk on the error curve, and beside it the distance from the goal at every step.

    Parameters
    ----------
    bowl, steps : Axes
        Where to draw.
    curve : Surface
        A loss over one parameter.
    trace : Trace
        One run.
    goal : float
        The weight at which the loss is zero.
    """
    error_curve(bowl, curve, height="half the error")
    plots.walk(bowl, trace)
    start = (trace.parameters[0, 0], trace.losses[0])
    plots.marks(bowl, start=start, goal=(goal, 0), labels=False)
    away = trace.parameters[:, 0] - goal
    plots.guide(steps, y=0)
    steps.plot(away, color=BLUE, marker="o", markersize=5, linewidth=1.2)
    steps.set(xlabel="step", title="distance from the goal", ylim=(-1.3, 1.3))
    bowl.set(ylim=(-0.15, 3))
    return bowl


def game(ax: Axes, machine: ArrayLike, *, looks: int = 46) -> Axes:
    """Draw what hot and cold has found out, look by look, and where somebody else begins.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    machine : array_like, shape (k,)
        Its error in every iteration, each of which takes three looks.
    looks : int
        How many looks to draw.
    """
    errors = np.ravel(machine)
    count = np.arange(looks)
    ax.plot(count + 1, errors[count // 3], color=BLUE)
    ax.plot([1], [errors[0]], color=ORANGE, marker="s", zorder=5)
    plots.note(ax, "machine", (13.5, errors[4]), side="above right", color=BLUE, gap=3)
    plots.note(ax, "you", (1, errors[0]), side="above right", color=ORANGE, gap=9)
    ax.set(xlabel="look", ylabel="error", xlim=(0, looks), ylim=(-0.2, 6.5))
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
        plots.note(ax, f"{name}\n{error:.4f}", (weight, error), side="above right", color=color)
    for weight, color in zip(weights[::2], (BLUE, ORANGE), strict=True):
        plots.arrows(ax, [weights[1], 0], [weight, 0], color=color)
    return ax


def knobs(ax: Axes, weights: ArrayLike, errors: ArrayLike, *, span: tuple[float, float]) -> Axes:
    """Draw a knob being tried: turned down, as it stands, and turned up.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    weights, errors : array_like, shape (3,)
        The three settings in ascending order, and the error of each.
    span : (low, high)
        The weights at the left and the right end of the dial.
    """
    here, (low, high) = np.ravel(errors)[1], span
    triples = zip(np.ravel(weights), np.ravel(errors), ("down", "here", "up"), strict=True)
    for place, (weight, error, name) in enumerate(triples):
        color = INK if name == "here" else ORANGE if error < here else BLUE
        verdict = name if name == "here" else f"{name}: {'warmer' if error < here else 'colder'}"
        # A dial runs clockwise, from 225 degrees at the low end to minus 45 at the high one.
        ticks = np.radians(np.linspace(225, -45, 11))
        needle = np.radians(225 - 270 * (weight - low) / (high - low))
        x = 2.6 * place
        ax.add_patch(Circle((x, 0), 0.62, facecolor=PAPER, edgecolor=color, linewidth=2))
        ax.plot(x + np.outer([0.72, 0.84], np.cos(ticks)), np.outer([0.72, 0.84], np.sin(ticks)),
                color=INK, linewidth=0.9)  # fmt: skip
        ax.plot([x, x + 0.5 * np.cos(needle)], [0, 0.5 * np.sin(needle)], color=color, linewidth=3)
        plots.note(ax, verdict, (x, 1.0), side="above", gap=2, color=color)
        plots.note(ax, f"w = {weight:.2f}\nerror {error:.4f}", (x, -0.9), side="below", gap=2)
    ax.set(xlim=(-1.3, 6.5), ylim=(-1.9, 1.5), aspect="equal")
    return plots.bare(ax)


def iteration(ax: Axes, numbers: Mapping[str, float]) -> Axes:
    """Draw one round of predict, compare, learn: for each number, how it is made of the others.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    numbers : mapping of str to float
        The values of input, weight, prediction, goal, delta, weight delta and new weight.
    """
    boxes = {
        "weight": (0, 3.3),
        "new weight": (4.7, 3.3),
        "goal": (1.9, 2.4),
        "prediction": (0.4, 1.3),
        "delta": (3.0, 1.3),
        "input": (0, 0),
        "weight delta": (4.7, 0),
    }
    made = {
        "prediction": "input × weight\n= ",
        "delta": "prediction − goal\n= ",
        "weight delta": "delta × input\n= ",
    }
    texts = {
        name: f"{name}\n{made.get(name, '')}{plots.number(numbers[name], '.4g')}" for name in boxes
    }
    arrows = (
        ("input", "prediction"),
        ("weight", "prediction"),
        ("prediction", "delta"),
        ("goal", "delta"),
        ("delta", "weight delta"),
        ("input", "weight delta"),
        ("weight delta", "new weight"),
        ("weight", "new weight"),
    )
    return plots.flow(
        ax, boxes, arrows, size=(2.0, 0.85), highlight=["delta", "weight delta"], texts=texts,
        labels={("weight", "new weight"): "minus the weight delta"},
    )  # fmt: skip


def rate_map(
    ax: Axes,
    rates: ArrayLike,
    losses: Mapping[str, ArrayLike],
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
    rates : array_like, shape (k,)
        The rates, ascending.
    losses : mapping of str to array_like, shape (k,)
        Half the error that each rate had come to, by when that was.
    start : float
        Half the error that all of them began with.
    limit : float
        The rate beyond which runs diverge.
    best : float
        The rate that arrives first.
    name : str
        What the rate is called.

    Raises
    ------
    ValueError
        If no error is finite and above 1e-12.
    """
    floor, table = 1e-12, {when: np.ravel(values) for when, values in losses.items()}
    shown = {
        when: np.where(np.isfinite(values) & (values > floor), values, np.nan)
        for when, values in table.items()
    }
    if all(np.isnan(values).all() for values in shown.values()):
        raise ValueError(f"losses must hold a finite error above {floor:g}, but every run diverged")
    plots.curves(ax, shown, rates, log="y", markers=False)
    ceiling = 10 * float(np.nanmax(list(shown.values())))
    plots.guide(ax, y=start, text="start", side="below left")
    plots.guide(ax, x=best, text="fastest")
    plots.guide(ax, x=limit, text="border", side="below left")
    ax.set(xlabel=name, ylabel="half the error", ylim=(floor, ceiling))
    ax.margins(x=0)
    return ax
