"""Drawings of how things hang together: boxes, arrows, loops."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from numpy.typing import ArrayLike

from gdbook.plots.look import BLUE, INK, ORANGE, PAPER, bare

__all__ = ["flow", "iteration", "knobs"]


def flow(
    ax: Axes,
    boxes: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str] | tuple[str, str, float]],
    *,
    size: tuple[float, float] = (1.0, 0.5),
    highlight: Collection[str] = (),
    room: float = 0.0,
) -> Axes:
    """Draw boxes of text and arrows between them.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    boxes : mapping of str to (x, y)
        The text of each box, and its centre.
    arrows : sequence of (from, to) or (from, to, bend)
        Which box points to which; a bend of 0.3 is a gentle arc to the right.
    size : (width, height)
        The size of every box.
    highlight : collection of str
        The boxes to set off by a heavy orange edge.
    room : float
        Extra height below the boxes, for arrows that bend out of the row.
    """
    patches = {}
    for text, (x, y) in boxes.items():
        chosen = text in highlight
        patches[text] = ax.add_patch(
            FancyBboxPatch(
                (x - size[0] / 2, y - size[1] / 2),
                *size,
                boxstyle="round,pad=0,rounding_size=0.08",
                facecolor=PAPER,
                edgecolor=ORANGE if chosen else INK,
                linewidth=2.2 if chosen else 1.1,
            )
        )
        ax.text(x, y, text, ha="center", va="center", linespacing=1.35)
    for start, end, *bend in arrows:
        ax.add_patch(
            FancyArrowPatch(
                boxes[start],
                boxes[end],
                patchA=patches[start],
                patchB=patches[end],
                arrowstyle="-|>",
                mutation_scale=13,
                shrinkA=2,
                shrinkB=2,
                color=INK,
                connectionstyle=f"arc3,rad={bend[0] if bend else 0}",
            )
        )
    xs, ys = zip(*boxes.values(), strict=True)
    ax.set_xlim(min(xs) - 0.55 * size[0], max(xs) + 0.55 * size[0])
    ax.set_ylim(min(ys) - 0.6 * size[1] - room, max(ys) + 0.6 * size[1])
    ax.set_aspect("equal")
    return bare(ax)


def iteration(ax: Axes, numbers: Mapping[str, float]) -> Axes:
    """Draw one round of predict, compare, learn, with the numbers of a machine of one weight.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    numbers : mapping of str to float
        The values of input, weight, prediction, goal, delta, weight delta and new weight.
    """
    places = {
        "weight": (0, 3),
        "new weight": (3.7, 3),
        "goal": (1.7, 2.1),
        "prediction": (0.8, 1.1),
        "delta": (2.6, 1.1),
        "input": (0, 0),
        "weight delta": (3.7, 0),
    }
    boxes = {f"{name}\n{numbers[name]:.4g}".replace("-", "−"): xy for name, xy in places.items()}
    box = dict(zip(places, boxes, strict=True))
    links = (
        ("input", "prediction"),
        ("weight", "prediction"),
        ("prediction", "delta"),
        ("goal", "delta"),
        ("delta", "weight delta"),
        ("input", "weight delta"),
        ("weight delta", "new weight"),
        ("weight", "new weight"),
    )
    arrows = [(box[start], box[end]) for start, end in links]
    return flow(ax, boxes, arrows, size=(1.2, 0.7), highlight=[box["delta"], box["weight delta"]])


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
    here = np.ravel(errors)[1]
    triples = zip(np.ravel(weights), np.ravel(errors), ("down", "here", "up"), strict=True)
    for place, (weight, error, name) in enumerate(triples):
        color = INK if name == "here" else ORANGE if error < here else BLUE
        verdict = name if name == "here" else f"{name}: {'warmer' if error < here else 'colder'}"
        # A dial runs clockwise, from 225 degrees at the low end to minus 45 at the high one.
        low, high = span
        ticks = np.radians(np.linspace(225, -45, 11))
        needle = np.radians(225 - 270 * (weight - low) / (high - low))
        x = 2.6 * place
        ax.add_patch(Circle((x, 0), 0.62, facecolor=PAPER, edgecolor=color, linewidth=2))
        ax.plot(x + np.outer([0.72, 0.84], np.cos(ticks)), np.outer([0.72, 0.84], np.sin(ticks)),
                color=INK, linewidth=0.9)  # fmt: skip
        ax.plot([x, x + 0.5 * np.cos(needle)], [0, 0.5 * np.sin(needle)], color=color, linewidth=3)
        ax.text(x, 1.05, verdict, ha="center", va="bottom", color=color)
        ax.text(x, -0.95, f"w = {weight:.2f}\nerror {error:.4f}", ha="center", va="top",
                linespacing=1.35)  # fmt: skip
    ax.set(xlim=(-1.3, 6.5), ylim=(-1.9, 1.5), aspect="equal")
    return bare(ax)
