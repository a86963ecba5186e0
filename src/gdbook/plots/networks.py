"""Figures of many weights: the network, the table of its weight deltas, and their error curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.checks import Array
from gdbook.losses import Surface
from gdbook.plots.look import INK, ORANGE, PAPER, bare, look

__all__ = ["network", "outer_product", "shared_scale", "sliding"]


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
        The number on the edge from input ``j`` to output ``i``, in row ``i``, column ``j``; of
        shape (n,), too, for a single output.  A gap has its row or column like a node.
    deltas : array_like, shape (k,), optional
        The delta of each output, in orange.
    weight_deltas : array_like, shape (k, n), optional
        The weight delta of each edge, in orange, behind its weight; shaped like the weights.
    decimals : int
        How many decimals a delta or a weight delta gets; zeros at its end are dropped.

    Raises
    ------
    ValueError
        If there are not as many numbers as edges, or deltas as outputs.
    """
    n_inputs, n_outputs = len(inputs), len(outputs)
    height = max(n_inputs, n_outputs)
    left, right, radius = 0.0, 3.6, 0.3
    lefts = [(height - n_inputs) / 2 + j for j in range(n_inputs)]
    rights = [(height - n_outputs) / 2 + i for i in range(n_outputs)]
    # With this share of the way, the labels of all edges stand apart evenly, in one column.
    share = 1 / (n_outputs + 1) if n_inputs > 1 else 0.5
    shape = (n_outputs, n_inputs)
    first = _matrix("weights", weights, shape)
    second = _matrix("weight_deltas", weight_deltas, shape)
    orange = None if deltas is None else _numbers("deltas", deltas, n_outputs)
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
    if orange is not None:
        for y, delta in zip(rights, orange, strict=True):
            ax.annotate(
                f"delta {round(float(delta), decimals):+g}".replace("-", "−"),
                (right, y + radius), xytext=(0, -4), textcoords="offset points",
                ha="center", va="top", color=ORANGE,
            )  # fmt: skip
    ax.set_xlim(left - 1.25, right + 1.05)
    ax.set_ylim(height - 0.35 + (0.2 if orange is not None else 0), -0.65)
    ax.set_aspect("equal")
    return bare(ax)


def _matrix(
    name: str, values: ArrayLike | None, shape: tuple[int, int]
) -> list[list[float]] | None:
    if values is None:
        return None
    given = checks.finite(name, values)
    matrix = np.atleast_2d(given)
    if matrix.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, (outputs, inputs), got {given.shape}")
    rows: list[list[float]] = matrix.tolist()
    return rows


def _numbers(name: str, values: ArrayLike, size: int) -> Array:
    numbers = checks.finite(name, values)
    if numbers.shape != (size,):
        raise ValueError(f"{name} must have shape ({size},), got {numbers.shape}")
    return numbers


def _side_by_side(ax: Axes, x: float, y: float, texts: Sequence[tuple[str, str]]) -> None:
    """Write one text centred, or two of them back to back, on patches of paper."""
    alignments = ["center"] if len(texts) == 1 else ["right", "left"]
    for (text, color), alignment in zip(texts, alignments, strict=False):
        shift = {"center": 0, "right": -2.5, "left": 2.5}[alignment]
        ax.annotate(
            text.replace("-", "−"), (x, y), xytext=(shift, 0), textcoords="offset points",
            ha=alignment, va="center", color=color, zorder=3,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.2 if len(texts) == 1 else 2.6},
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
            ax.text(x, y, f"{value:.3g}".replace("-", "−"), ha="center", va="center", fontsize=10)
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

    Raises
    ------
    ValueError
        If there are not as many rows as deltas, and as many columns as inputs.
    """
    table, (n_outputs, n_inputs) = checks.finite("products", products), (len(deltas), len(inputs))
    if table.shape != (n_outputs, n_inputs):
        raise ValueError(
            f"products must have shape ({n_outputs}, {n_inputs}), (outputs, inputs), "
            f"got {table.shape}"
        )
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


def sliding(ax: Axes, curves: Mapping[str, Surface], weights: ArrayLike, errors: ArrayLike) -> Axes:
    """Draw the error curve of one weight again and again, while the other weights learn.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    curves : mapping of str to Surface
        The curve at each iteration, by the name to put into a legend; four at most.
    weights, errors : array_like, shape (k,)
        Where the weight stands on each of the curves, and how high.

    Raises
    ------
    ValueError
        If there is no curve, or more than four, which could not be told apart; or if there are
        not as many weights, or errors, as curves.
    """
    if not 1 <= len(curves) <= 4:
        raise ValueError(f"curves must be 1 to 4, got {len(curves)}: {checks.listed([*curves])}")
    points = zip(
        _numbers("weights", weights, len(curves)),
        _numbers("errors", errors, len(curves)),
        strict=True,
    )
    for position, ((name, curve), point) in enumerate(zip(curves.items(), points, strict=True)):
        style = look("", position)
        ax.plot(curve.axes[0], curve.losses, color=style.color, linestyle=style.linestyle,
                linewidth=1.5, label=name)  # fmt: skip
        ax.plot(*point, marker=style.marker, markersize=7.5, color=style.color,
                markeredgecolor=PAPER, zorder=5, clip_on=False, linestyle="none")  # fmt: skip
    ax.set_xlabel(f"weight {next(iter(curves.values())).names[0]}")
    ax.margins(x=0)
    return ax


def shared_scale(ax: Axes, moves: ArrayLike, errors: Mapping[str, Array]) -> Axes:
    """Draw the error curves of several weights over one scale: how far each one is moved.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    moves : array_like, shape (k,)
        By how much a weight is changed.
    errors : mapping of str to ndarray, shape (k,)
        The error if that weight alone is changed, by the weight's name.
    """
    for position, (name, values) in enumerate(errors.items()):
        style = look("", position)
        ax.plot(np.ravel(moves), values, color=style.color, linestyle=style.linestyle, label=name)
    ax.set(xlabel="change of the weight", ylabel="error")
    ax.margins(x=0)
    return ax
