"""What only the chapters on better rules draw."""

from __future__ import annotations

from matplotlib.axes import Axes

from gdbook import plots
from gdbook.plots import BLUE, ORANGE
from gdbook.runs import Trace

__all__ = ["opposites"]


def opposites(ax: Axes, trace: Trace) -> Axes:
    """Draw each step of a run, and from the same place the gradient, scaled to the same length.

    Parameters
    ----------
    ax : Axes
        An axes that holds a map.
    trace : Trace
        One run of gradient descent over two parameters.
    """
    places, ends = trace.parameters[:-1], trace.parameters[1:]
    plots.arrows(ax, places, 2 * places - ends, color=ORANGE, linestyle="--")
    plots.arrows(ax, places, ends, color=BLUE)
    plots.note(ax, "gradient", 2 * places[0] - ends[0], side="above", color=ORANGE)
    return plots.note(ax, "step", (places[0] + ends[0]) / 2, side="right", color=BLUE)
