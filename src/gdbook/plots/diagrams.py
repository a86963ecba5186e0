"""Diagrams: boxes and arrows, networks, and arrays as rows of cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle
from numpy.typing import ArrayLike, NDArray

from gdbook.plots.look import BLUE, INK, ORANGE, PAPER, bare, note, number

__all__ = ["cells", "flow", "network"]

_GAP = "⋮"


def flow(
    ax: Axes,
    boxes: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str] | tuple[str, str, float]],
    *,
    size: tuple[float, float] = (1.0, 0.5),
    highlight: Collection[str] = (),
    room: float = 0.0,
    texts: Mapping[str, str] | None = None,
    labels: Mapping[tuple[str, str], str] | None = None,
) -> Axes:
    """Draw boxes of text and arrows between them.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    boxes : mapping of str to (x, y)
        The name of each box, which is written into it, and its centre.
    arrows : sequence of (from, to) or (from, to, bend)
        Which box points to which; a bend of 0.3 is a gentle arc to the right.
    size : (width, height)
        The size of every box.
    highlight : collection of str
        The boxes to set off by a heavy orange edge.
    room : float
        Extra height below the boxes, for arrows that bend out of the row.
    texts : mapping of str to str, optional
        What to write into a box instead of its name.
    labels : mapping of (from, to) to str, optional
        What to write on straight arrows.

    Raises
    ------
    ValueError
        If an arrow, a highlight or a label names a box that doesn't exist.
    """
    words = dict(labels or {})
    pairs = [(start, end) for start, end, *_ in arrows] + [*words]
    if unknown := sorted(({name for pair in pairs for name in pair} | {*highlight}) - {*boxes}):
        raise ValueError(
            f"boxes must hold every box that is named, got {[*boxes]} without {unknown}"
        )
    patches = {}
    for name, (x, y) in boxes.items():
        chosen = name in highlight
        patches[name] = ax.add_patch(
            FancyBboxPatch(
                (x - size[0] / 2, y - size[1] / 2),
                *size,
                boxstyle="round,pad=0,rounding_size=0.08",
                facecolor=PAPER,
                edgecolor=ORANGE if chosen else INK,
                linewidth=2.2 if chosen else 1.1,
            )
        )
        text = (texts or {}).get(name, name)
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
    for (start, end), text in words.items():
        x, y = np.mean([boxes[start], boxes[end]], axis=0).tolist()
        note(ax, text, (x, y), side="center", fontsize=10, cover=True)
    xs, ys = zip(*boxes.values(), strict=True)
    ax.set_xlim(min(xs) - 0.55 * size[0], max(xs) + 0.55 * size[0])
    ax.set_ylim(min(ys) - 0.6 * size[1] - room, max(ys) + 0.6 * size[1])
    ax.set_aspect("equal")
    return bare(ax)


def network(
    ax: Axes,
    layers: Sequence[Mapping[str, float | None]],
    weights: Sequence[ArrayLike | None] = (),
    *,
    deltas: ArrayLike | None = None,
    weight_deltas: Sequence[ArrayLike | None] = (),
    decimals: int = 3,
    apart: float = 3.6,
) -> Axes:
    """Draw a network from left to right: inputs, hidden layers if there are any, outputs.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    layers : sequence of mapping of str to float or None
        For each layer the name of each node and the number to write into it, from top to bottom.
        The name "⋮" leaves a gap, with no node and no edges.
    weights : sequence of array_like, shape (k, n), or None
        Between each layer of n nodes and the next of k, the number on the edge from node ``j`` to
        node ``i``, in row ``i``, column ``j``; of shape (n,), too, for a single node.  A gap has
        its row or column like a node.
    deltas : array_like, shape (k,), optional
        The delta of each output, in orange.
    weight_deltas : sequence of array_like, or None
        The weight delta of each edge, in orange, nearer to where it comes from; shaped like the
        weights.
    decimals : int
        How many decimals a delta or a weight delta gets, within six digits; trailing zeros are
        dropped.
    apart : float
        How far apart the layers are, where 1 is the distance between two nodes of a layer.

    Raises
    ------
    ValueError
        If there are not as many numbers as edges, or deltas as outputs.
    """
    height = max(map(len, layers))
    columns = [[(height - len(layer)) / 2 + i for i in range(len(layer))] for layer in layers]
    for depth, (near, far) in enumerate(pairwise(zip(layers, columns, strict=True))):
        shape = (len(far[0]), len(near[0]))
        numbers = (
            _matrix("weights", weights, depth, shape),
            _matrix("weight_deltas", weight_deltas, depth, shape, decimals),
        )
        for i, end in enumerate(zip(*far, strict=True)):
            for j, begin in enumerate(zip(*near, strict=True)):
                if _GAP in (begin[0], end[0]):
                    continue
                edge = np.array([[apart * depth, begin[1]], [apart * (depth + 1), end[1]]])
                _edge(ax, edge, *[table[i][j] if table else "" for table in numbers], shape=shape)
    for depth, (layer, ys) in enumerate(zip(layers, columns, strict=True)):
        side = -1 if depth == 0 else 1 if depth + 1 == len(layers) else 0
        _nodes(ax, layer, apart * depth, ys, side)
    if deltas is not None:
        if np.shape(deltas) != (len(layers[-1]),):
            raise ValueError(f"deltas must have shape {(len(layers[-1]),)}, got {np.shape(deltas)}")
        x = apart * (len(layers) - 1)
        for y, delta in zip(columns[-1], np.ravel(deltas), strict=True):
            text = f"delta {round(float(delta), decimals):+g}".replace("-", "−")
            note(ax, text, (x, y + 0.3), side="below", gap=4, color=ORANGE)
    ax.set_xlim(-1.25, apart * (len(layers) - 1) + 1.05)
    ax.set_ylim(height - 0.35 + (0.2 if deltas is not None else 0), -0.65)
    ax.set_aspect("equal")
    return bare(ax)


def _matrix(
    name: str,
    given: Sequence[ArrayLike | None],
    depth: int,
    shape: tuple[int, int],
    decimals: int | None = None,
) -> list[list[str]] | None:
    """Return the numbers between two layers as words, if there are any, and if they fit."""
    values = given[depth] if depth < len(given) else None
    if values is None:
        return None
    matrix = np.atleast_2d(np.asarray(values, dtype=float))
    if matrix.shape != shape:
        raise ValueError(
            f"{name}[{depth}] must have shape {shape}, (outputs, inputs), got {np.shape(values)}"
        )
    if decimals is None:
        return [[number(value, "g") for value in row] for row in matrix]
    return [[number(round(value, decimals), "+g") for value in row] for row in matrix]


def _edge(
    ax: Axes, edge: NDArray[np.float64], weight: str, weight_delta: str, *, shape: tuple[int, int]
) -> None:
    """Draw an edge and write on it, along it, so that a number belongs to one edge only."""
    ax.plot(*edge.T, color=INK, linewidth=0.9, zorder=1)
    # At 1 / (outputs + 1) of the way the numbers of all edges are evenly spaced; one edge to each
    # output, or a second number on it, asks for a place of its own.
    share = 0.36 if weight_delta else 1 / (shape[0] + 1) if shape[1] > 1 else 0.4
    run, rise = edge[1] - edge[0]
    for text, part, color in ((weight, share, INK), (weight_delta, 0.68, ORANGE)):
        if text:
            x, y = (edge[0] + part * (edge[1] - edge[0])).tolist()
            ax.text(
                x, y, text, color=color, zorder=3, fontsize=10,
                rotation=np.degrees(np.arctan2(-rise, run)),  # the vertical axis points down
                ha="center", va="center", bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
            )  # fmt: skip


def _nodes(
    ax: Axes, nodes: Mapping[str, float | None], x: float, ys: Sequence[float], side: int
) -> None:
    """Draw a layer, its names outside of the network, those of a hidden layer above each node."""
    radius = 0.3
    for (name, value), y in zip(nodes.items(), ys, strict=True):
        if name == _GAP:
            ax.text(x, y, name, ha="center", va="center", fontsize=14)
            continue
        ax.add_patch(Circle((x, y), radius, facecolor=PAPER, edgecolor=INK, linewidth=1.1))
        if value is not None:
            ax.text(x, y, number(value), ha="center", va="center", fontsize=10)
        where = {-1: "left", 0: "above", 1: "right"}[side]
        place = (x + 1.2 * radius * side, y - (0 if side else 1.1 * radius))
        note(ax, name, place, side=where, gap=2)


def cells(
    ax: Axes,
    values: ArrayLike,
    *,
    at: tuple[float, float] = (0, 0),
    title: str = "",
    copies: ArrayLike | None = None,
    color: str = INK,
    shape: str = "",
) -> Axes:
    """Draw an array as cells with its numbers, and its shape below; several share one axes.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away, and a cell is one wide and one high.
    values : array_like, shape (m,) or (m, n)
        The numbers, or words.  An array with one axis is drawn as a row.
    at : (x, y)
        The upper left corner of the first cell; y counts downward.
    title : str
        The array's name, above it.
    copies : array_like of bool, optional
        The cells to draw faintly, as those that broadcasting only imagines.
    color : str
        The colour of the numbers.
    shape : str
        What to write below, if not the array's own shape.

    Raises
    ------
    ValueError
        If the array has more than two axes.
    """
    given = np.asarray(values)
    table = np.atleast_2d(given)
    if table.ndim > 2:
        raise ValueError(f"values must have one or two axes, got shape {given.shape}")
    faint = np.broadcast_to(False if copies is None else np.asarray(copies), table.shape)
    (x0, y0), (rows, columns) = at, table.shape
    for (i, j), value in np.ndenumerate(table):
        pale = 0.35 if faint[i, j] else 1.0
        ax.add_patch(
            Rectangle((x0 + j, y0 + i), 1, 1, facecolor="none", edgecolor=INK, linewidth=0.8,
                      alpha=pale, linestyle="--" if faint[i, j] else "-")
        )  # fmt: skip
        text = value if isinstance(value, str) else number(value, "g")
        ax.text(x0 + j + 0.5, y0 + i + 0.5, text, ha="center", va="center", color=color,
                alpha=pale)  # fmt: skip
    note(ax, title, (x0 + columns / 2, y0), side="above", gap=4)
    words = shape or str(given.shape)
    note(ax, words, (x0 + columns / 2, y0 + rows), side="below", gap=4, color=BLUE)
    ax.autoscale_view()
    ax.set_aspect("equal")
    if not ax.yaxis_inverted():
        ax.invert_yaxis()
    return bare(ax)
