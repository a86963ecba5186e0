"""Drawings of how things hang together: boxes, arrows, loops."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle
from numpy.typing import ArrayLike

from gdbook.plots.look import INK, ORANGE, PAPER, bare

__all__ = ["flow", "network", "outer_product"]


def flow(
    ax: Axes,
    boxes: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str] | tuple[str, str, float]],
    *,
    size: tuple[float, float] = (1.0, 0.5),
    highlight: Collection[str] = (),
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
    ax.set_ylim(min(ys) - 0.6 * size[1], max(ys) + 0.6 * size[1])
    ax.set_aspect("equal")
    return bare(ax)


def network(
    ax: Axes,
    inputs: Mapping[str, float | None],
    outputs: Mapping[str, float | None],
    weights: ArrayLike | None = None,
    *,
    deltas: ArrayLike | None = None,
    weight_deltas: ArrayLike | None = None,
    decimals: int = 3,
) -> Axes:
    """Draw a network without hidden layers: inputs on the left, outputs on the right.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    inputs, outputs : mapping of str to float or None
        The name of each node and the number to write into it, from top to bottom.  The
        name "⋮" leaves a gap, with no node and no edges.
    weights : array_like, shape (k, n), optional
        The number on the edge from input ``j`` to output ``i``, in row ``i``, column ``j``.
    deltas : array_like, shape (k,), optional
        The delta of each output, in orange.
    weight_deltas : array_like, shape (k, n), optional
        The weight delta of each edge, in orange, behind its weight.
    decimals : int
        How many decimals a delta or a weight delta gets; zeros at its end are dropped.
    """
    n_inputs, n_outputs = len(inputs), len(outputs)
    height = max(n_inputs, n_outputs)
    left, right, radius = 0.0, 3.6, 0.3
    lefts = [(height - n_inputs) / 2 + j for j in range(n_inputs)]
    rights = [(height - n_outputs) / 2 + i for i in range(n_outputs)]
    # With this share of the way, the labels of all edges stand apart evenly, in one column.
    share = 1 / (n_outputs + 1) if n_inputs > 1 else 0.5
    first, second = _matrix(weights), _matrix(weight_deltas)
    gap = "⋮"
    for i, (y_output, output) in enumerate(zip(rights, outputs, strict=True)):
        for j, (y_input, name) in enumerate(zip(lefts, inputs, strict=True)):
            if gap in (name, output):
                continue
            ax.plot([left, right], [y_input, y_output], color=INK, linewidth=0.9, zorder=1)
            x, y = left + share * (right - left), y_input + share * (y_output - y_input)
            texts = [
                (f"{first[i][j]:g}", INK) if first else None,
                (f"{round(second[i][j], decimals):+g}", ORANGE) if second else None,
            ]
            _side_by_side(ax, x, y, [text for text in texts if text])
    _nodes(ax, inputs, left, lefts, radius, side=-1)
    _nodes(ax, outputs, right, rights, radius, side=1)
    if deltas is not None:
        for y, delta in zip(rights, np.ravel(deltas), strict=True):
            ax.annotate(
                f"delta {round(float(delta), decimals):+g}".replace("-", "−"),
                (right, y + radius), xytext=(0, -4), textcoords="offset points",
                ha="center", va="top", color=ORANGE,
            )  # fmt: skip
    ax.set_xlim(left - 1.25, right + 1.05)
    ax.set_ylim(height - 0.35 + (0.2 if deltas is not None else 0), -0.65)
    ax.set_aspect("equal")
    return bare(ax)


def _matrix(values: ArrayLike | None) -> list[list[float]] | None:
    return None if values is None else np.atleast_2d(np.asarray(values, dtype=float)).tolist()


def _side_by_side(ax: Axes, x: float, y: float, texts: Sequence[tuple[str, str]]) -> None:
    """Write one text centred, or two of them back to back, on patches of paper."""
    alignments = ["center"] if len(texts) == 1 else ["right", "left"]
    for (text, color), alignment in zip(texts, alignments, strict=False):
        shift = {"center": 0, "right": -2.5, "left": 2.5}[alignment]
        ax.annotate(
            text.replace("-", "−"), (x, y), xytext=(shift, 0), textcoords="offset points",
            ha=alignment, va="center", color=color, zorder=3,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.2},
        )  # fmt: skip


def _nodes(
    ax: Axes,
    nodes: Mapping[str, float | None],
    x: float,
    ys: Sequence[float],
    radius: float,
    *,
    side: int,
) -> None:
    for (name, value), y in zip(nodes.items(), ys, strict=True):
        if name == "⋮":
            ax.text(x, y, name, ha="center", va="center", fontsize=14)
            continue
        ax.add_patch(Circle((x, y), radius, facecolor=PAPER, edgecolor=INK, linewidth=1.1))
        if value is not None:
            ax.text(x, y, f"{value:.3g}".replace("-", "−"), ha="center", va="center", fontsize=9.5)
        ax.text(x + side * (radius + 0.1), y, name, va="center", ha="left" if side > 0 else "right")


def outer_product(
    ax: Axes, deltas: Mapping[str, float], inputs: Mapping[str, float], products: ArrayLike
) -> Axes:
    """Draw the table of weight deltas: a row per output, a column per input.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    deltas : mapping of str to float
        The name of each output and its delta: written at the left, in orange.
    inputs : mapping of str to float
        The name of each input and its value: written at the top.
    products : array_like, shape (k, n)
        Each delta times each input.
    """
    table = np.asarray(products, dtype=float)
    n_outputs, n_inputs = table.shape
    for i in range(n_outputs):
        for j in range(n_inputs):
            ax.add_patch(Rectangle((j, i), 1, 1, facecolor="none", edgecolor=INK, linewidth=0.8))
            text = f"{table[i, j]:+.3g}".replace("-", "−")
            ax.text(j + 0.5, i + 0.5, text, ha="center", va="center", color=ORANGE)
    for j, (name, value) in enumerate(inputs.items()):
        ax.text(j + 0.5, -0.13, f"{name}\n{value:g}", ha="center", va="bottom", linespacing=1.35)
    for i, (name, value) in enumerate(deltas.items()):
        text = f"{value:+.3g}".replace("-", "−")
        ax.text(-0.12, i + 0.5, text, ha="right", va="center", color=ORANGE)
        ax.text(-0.95, i + 0.5, name, ha="right", va="center")
    ax.text(-0.95, -0.13, "output", ha="right", va="bottom", style="italic")
    ax.text(-0.12, -0.13, "delta", ha="right", va="bottom", style="italic", color=ORANGE)
    ax.set_xlim(-1.75, n_inputs + 0.05)
    ax.set_ylim(n_outputs + 0.05, -0.85)
    return bare(ax)
