"""Every figure's drawing function: Axes and data in, the same Axes out.

Nothing here computes, draws random numbers or shows a window: a figure is a picture of data
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
from gdbook.plots.data import examples, line, misses, motion, noise_floor, rings
from gdbook.plots.diagrams import flow, iteration, knobs
from gdbook.plots.look import BLUE, GREEN, INK, LOOKS, ORANGE, PAPER, PINK, Look, bare, look, use_style
from gdbook.plots.surfaces import (
    bends,
    bounces,
    contours,
    cuts,
    descent_arrow,
    difference_errors,
    landings,
    landscape,
    marks,
    paths,
    rate_limits,
    section,
    streams,
    zoom,
)

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
    "bends",
    "bounces",
    "contours",
    "cuts",
    "descent_arrow",
    "difference_errors",
    "error_curve",
    "examples",
    "flow",
    "goal",
    "histories",
    "iteration",
    "knobs",
    "landings",
    "landscape",
    "line",
    "look",
    "marks",
    "measures",
    "misses",
    "motion",
    "noise_floor",
    "paths",
    "rate_limits",
    "rate_map",
    "rise_over_run",
    "rings",
    "section",
    "streams",
    "tangents",
    "trials",
    "use_style",
    "walk",
    "weights_over_time",
    "zoom",
]
