"""What a figure says about itself, so that readers can take hold of it on the page.

A script on the page moves the very shapes that the figure drew.  It must know which shapes those
are, where the data lie, what the reader may change, and the loss: all of that is taken here from
the figure and from the loss that it shows, and travels inside the figure's SVG.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from gdbook.losses import Loss
from gdbook.plots.look import number

__all__ = ["Choice", "Drawing", "Handle", "Slider", "Turns", "movable"]

MARK = "moves-"
"""How a ``gid`` begins if it names a part of a figure."""


@dataclass(frozen=True)
class Slider:
    """A number that the reader may change, with a slider below the figure.

    Attributes
    ----------
    value : float
        What it is in the figure as drawn.
    low, high : float
        Its ends.
    step : float
        From one value to the next; 0 for a logarithmic slider, on which equal distances are
        equal factors.
    format : str
        How it is written, as Python would: ".3g", ".2f".
    """

    value: float
    low: float
    high: float
    step: float = 0.0
    format: str = ".3g"


@dataclass(frozen=True)
class Handle:
    """A place in the figure that the reader may drag, or move with the arrow keys.

    Attributes
    ----------
    value : float or (x, y)
        Where it is in the figure as drawn, in the units of its axes.
    axes : str
        The name of its axes.
    along : str
        "x", "y", or "xy": which of its coordinates are the reader's.
    """

    value: Any
    axes: str
    along: str = "xy"


@dataclass(frozen=True)
class Choice:
    """One of several names that the reader may choose, such as a rule.

    Attributes
    ----------
    value : str
        The one in the figure as drawn.
    options : sequence of str
        All of them; what the reader reads instead stands among the cell's ``words``.
    """

    value: str
    options: Sequence[str]


@dataclass(frozen=True)
class Drawing:
    """A picture on whose pixels the reader may draw.

    Attributes
    ----------
    value : str
        Its pixels at first, row by row: a digit for each, from 0, paper, to 9, ink.
    on : str
        The name of its axes.
    """

    value: str
    on: str


@dataclass(frozen=True)
class Turns:
    """Buttons that the reader presses one after the other, as in a game.

    Attributes
    ----------
    buttons : sequence of str
        Their names, without a full stop; what the reader reads on them stands among the cell's
        ``words``.
    value : str
        Those pressed so far, joined by full stops.
    """

    buttons: Sequence[str]
    value: str = ""


Value = Slider | Handle | Choice | Drawing | Turns


def movable(
    kind: str,
    *,
    axes: Mapping[str, Axes],
    parts: Mapping[str, Artist | Sequence[Artist]],
    values: Mapping[str, Value],
    losses: Mapping[str, Loss] | None = None,
    **data: Any,
) -> None:
    """Let readers take hold of a figure; called last in its cell, when its limits are set.

    What the reader reads (labels, a question, a sentence with numbers in it) stands in the cell's
    metadata, under ``moving``.

    Parameters
    ----------
    kind : str
        What moves, and how: "part:name", a function of that name in
        ``book/_static/moving/<part>.js``.
    axes : mapping of str to Axes
        The axes in which something moves, by the names that the function knows.
    parts : mapping of str to Artist, or to several that move as one
        The lines, texts and patches that move.
    values : mapping of str to Slider, Handle, Choice, Drawing or Turns
        What the reader may change.
    losses : mapping of str to Loss, optional
        The losses of the figure.
    **data
        Numbers, texts, arrays: what else the function needs.

    Raises
    ------
    ValueError
        If a handle or a drawing is on axes that do not move, a slider's value is not between its
        ends, or a choice is not among its options.

    >>> import matplotlib.pyplot as plt
    >>> from gdbook import plots
    >>> fig, ax = plt.subplots()
    >>> lines = ax.plot([0, 1], [0, 2])
    >>> plots.movable(
    ...     "part:name",
    ...     axes={"main": ax},
    ...     parts={"line": lines[0]},
    ...     values={"slope": plots.Slider(2, low=-3, high=3, step=0.1)},
    ... )
    >>> lines[0].get_gid()
    'moves-line'
    >>> plt.close(fig)
    """
    for name, value in values.items():
        _check(name, value, axes)
    for name, place in axes.items():
        place.set_gid(f"{MARK}axes-{name}")
        # Nothing that is seen: the build reads from it where the axes are.
        box = Rectangle((0, 0), 1, 1, transform=place.transAxes, facecolor="none",
                        edgecolor="none", gid=f"{MARK}box")  # fmt: skip
        place.add_patch(box)
    for name, part in parts.items():
        for artist in [part] if isinstance(part, Artist) else part:
            # A line whose name stands at its end keeps that mark, too, behind a space.
            artist.set_gid(f"{MARK}{name} {artist.get_gid() or ''}".rstrip())
    about = {
        "kind": kind,
        "axes": {name: _spans(place) for name, place in axes.items()},
        "values": {name: asdict(value) for name, value in values.items()},
        "data": {"losses": {name: loss.about for name, loss in (losses or {}).items()}, **data},
    }
    figure = next(iter(axes.values())).get_figure(root=True)
    assert figure is not None  # noqa: S101 - axes that were removed cannot be drawn either
    figure.set_gid(json.dumps(about, default=_plain, ensure_ascii=False))


def _check(name: str, value: Value, axes: Mapping[str, Axes]) -> None:
    """Raise if a value that moves cannot be where it is."""
    if isinstance(value, Handle | Drawing):
        place = value.axes if isinstance(value, Handle) else value.on
        if place not in axes:
            raise ValueError(f"values[{name!r}] must be on {list(axes)}, got {place!r}")
    elif isinstance(value, Choice):
        if value.value not in value.options:
            raise ValueError(f"values[{name!r}] must be of {value.options}, got {value.value!r}")
    elif isinstance(value, Slider) and not value.low <= value.value <= value.high:
        raise ValueError(
            f"values[{name!r}] must be from {number(value.low)} to {number(value.high)}, "
            f"got {value.value}"
        )


def _spans(ax: Axes) -> dict[str, tuple[float, float, bool]]:
    """Return what the ends of both axes stand for, and whether they are logarithmic."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    return {
        "x": (left, right, ax.get_xscale() == "log"),
        "y": (bottom, top, ax.get_yscale() == "log"),
    }


def _plain(value: Any) -> Any:
    """Turn arrays and NumPy's numbers into what JSON knows."""
    return np.asarray(value).tolist()
