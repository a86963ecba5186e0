"""Drawings of how things hang together: boxes, arrows, loops."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from gdbook.plots.look import INK, ORANGE, PAPER, bare

__all__ = ["flow"]


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
