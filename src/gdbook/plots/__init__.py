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
from gdbook.plots.networks import network, outer_product, shared_scale, sliding
from gdbook.plots.pictures import (
    accuracies,
    activations,
    confusion,
    picture,
    scale,
    signed_picture,
    strip,
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
    "accuracies",
    "activations",
    "bare",
    "confusion",
    "contours",
    "error_curve",
    "flow",
    "goal",
    "histories",
    "iteration",
    "knobs",
    "look",
    "measures",
    "network",
    "outer_product",
    "picture",
    "rate_map",
    "rise_over_run",
    "scale",
    "shared_scale",
    "signed_picture",
    "sliding",
    "streams",
    "strip",
    "tangents",
    "trials",
    "use_style",
    "walk",
    "weights_over_time",
]
