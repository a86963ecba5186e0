"""What only the chapters on foundations draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from gdbook import plots
from gdbook.plots import BLUE, INK, ORANGE

__all__ = ["epochs", "forecasts", "reports", "table", "training_loop"]


def table(
    ax: Axes,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    chosen: int,
    names: Sequence[str] = (),
) -> Axes:
    """Draw a table of examples: features in black, the label of each in its last column in blue.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    header : sequence of str
        The name of each column.
    rows : sequence of sequence of str
        What stands in each row, from left to right.
    chosen : int
        The row to set off by a heavy orange edge.
    names : sequence of str
        What to write behind each row.
    """
    width, n_columns, n_rows = 1.9, len(header), len(rows)
    for j, title in enumerate(header):
        color = BLUE if j == n_columns - 1 else INK
        for i, text in enumerate([title, *(row[j] for row in rows)]):
            ax.text((j + 0.5) * width, i + 0.5, text, ha="center", va="center", color=color,
                    linespacing=1.2)  # fmt: skip
    right = n_columns * width
    for i in range(1, n_rows + 2):
        ax.plot([0, right], [i, i], color=INK, linewidth=1.2 if i == 1 else 0.5)
    ax.plot([right - width] * 2, [-0.4, n_rows + 1], color=INK, linewidth=0.8)
    ax.add_patch(Rectangle((0, chosen + 1), right, 1, facecolor="none", edgecolor=ORANGE,
                           linewidth=2.2, zorder=5))  # fmt: skip
    plots.note(ax, "features", ((right - width) / 2, -0.4), side="above", gap=0)
    plots.note(ax, "label", (right - width / 2, -0.4), side="above", gap=0, color=BLUE)
    for i, name in enumerate(names):
        color = ORANGE if i == chosen else INK
        plots.note(ax, name, (right, i + 1.5), side="right", color=color)
    ax.set(xlim=(-0.05, right + (2.6 if names else 0.05)), ylim=(n_rows + 1.1, -1.3))
    return plots.bare(ax)


def training_loop(ax: Axes, *, features: str, prediction: str, label: str, loss: str) -> Axes:
    """Draw the loop of training, with the words and numbers of one example.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    features, prediction, label, loss : str
        What is written into the boxes.
    """
    boxes = {
        "labelled example": (2.4, 3.6),
        "features": (0, 2.4),
        "label": (4.8, 2.4),
        "model": (0, 1.2),
        "prediction": (2.4, 1.2),
        "compare": (4.8, 1.2),
        "update": (2.4, 0),
    }
    arrows = (
        ("labelled example", "features"),
        ("labelled example", "label"),
        ("features", "model"),
        ("model", "prediction"),
        ("prediction", "compare"),
        ("label", "compare"),
        ("compare", "update"),
        ("update", "model"),
    )
    given = {"features": features, "label": label, "prediction": prediction, "compare": loss}
    texts = {name: f"{name}\n{value}" for name, value in given.items()}
    return plots.flow(ax, boxes, arrows, size=(1.95, 0.72), highlight=["model"], texts=texts)


def forecasts(ax: Axes, fell: ArrayLike, forecast: Mapping[str, ArrayLike]) -> Axes:
    """Draw what was forecast against what fell, and the line on which both are equal.

    Parameters
    ----------
    ax : Axes
        Where to draw; both axes have the same scale.
    fell : array_like, shape (m,)
        The labels.
    forecast : mapping of str to array_like, shape (m,)
        The predictions of each model, by its name.
    """
    labels = np.ravel(fell)
    for position, (name, values) in enumerate(forecast.items()):
        plots.points(ax, labels, values, position=1 - position, size=6, filled=position == 1,
                     label=name)  # fmt: skip
    top = 1.12 * max(labels.max(), *(np.max(values) for values in forecast.values()))
    ax.plot([0, top], [0, top], color=INK, linewidth=1, linestyle=":", zorder=1)
    plots.note(ax, "forecast = rain", (0.97 * top, 0.97 * top), side="below left", gap=4,
               rotation=45, rotation_mode="anchor")  # fmt: skip
    ax.set(xlim=(0, top), ylim=(0, top), aspect="equal")
    ax.set(xlabel="rain that fell, inches", ylabel="forecast, inches")
    return ax


def epochs(ax: Axes, n_examples: int, sizes: Mapping[str, int]) -> Axes:
    """Draw one epoch of each batch size: the same examples, cut into batches, a step for each.

    Parameters
    ----------
    ax : Axes
        Where to draw; its frame is taken away.
    n_examples : int
        How many examples an epoch goes through.
    sizes : mapping of str to int
        The batch size of each way of training, by its name.
    """
    for row, (name, size) in enumerate(sizes.items()):
        starts = range(0, n_examples, size)
        shift, top = 0.0, 1.9 * row
        for first in starts:
            length = min(size, n_examples - first)
            for i in range(length):
                ax.add_patch(Rectangle((first + i + shift, top), 0.84, 0.8, facecolor=BLUE,
                                       edgecolor="none"))  # fmt: skip
            ax.add_patch(Rectangle((first + shift - 0.12, top - 0.12), length + 0.08, 1.04,
                                   facecolor="none", edgecolor=INK, linewidth=1))  # fmt: skip
            shift += 0.4
        steps = len(starts)
        words = f"{name}: {steps} step{'s' if steps > 1 else ''}"
        plots.note(ax, words, (-0.12, top - 0.15), side="above right", gap=3)
    ax.set(xlim=(-0.5, 1.42 * n_examples), ylim=(1.9 * len(sizes) - 0.6, -1.1))
    return plots.bare(ax)


def reports(axes: Sequence[Axes], panels: Mapping[str, Mapping[str, ArrayLike]]) -> list[Axes]:
    """Draw the losses that several conventions report, a panel for each choice of their rates.

    Parameters
    ----------
    axes : sequence of Axes
        Where to draw, one above the other.
    panels : mapping of str to mapping of str to array_like, shape (steps + 1,)
        For each panel, by its title, the losses of each run, by its name.
    """
    names = list(dict.fromkeys(name for runs in panels.values() for name in runs))
    for ax, (title, runs) in zip(axes, panels.items(), strict=True):
        plots.curves(ax, runs, log="y", order=names)
        ax.set(title=title, ylabel="reported loss")
    axes[-1].set_xlabel("step")
    return list(axes)
