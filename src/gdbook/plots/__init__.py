"""Every figure's drawing function: Axes and data in, the same Axes out.

Nothing here runs a rule, draws random numbers or shows a window: a figure is a picture of data
that the page has made before.
"""

from gdbook.plots.curves import (
    error_curve,
    goal,
    histories,
    measures,
    rate_map,
    rise_over_run,
    tangents,
    trials,
    walk,
    weights_over_time,
)
from gdbook.plots.diagrams import flow, iteration, knobs
from gdbook.plots.look import (
    BLUE,
    GREEN,
    INK,
    LOOKS,
    ORANGE,
    PAPER,
    PINK,
    Look,
    bare,
    look,
    use_style,
)
from gdbook.plots.surfaces import contours, streams

__all__ = [
    "BLUE",
    "GREEN",
    "INK",
    "LOOKS",
    "ORANGE",
    "PAPER",
    "PINK",
    "Look",
    "bare",
    "contours",
    "error_curve",
    "flow",
    "goal",
    "histories",
    "iteration",
    "knobs",
    "look",
    "measures",
    "rate_map",
    "rise_over_run",
    "streams",
    "tangents",
    "trials",
    "use_style",
    "walk",
    "weights_over_time",
]
