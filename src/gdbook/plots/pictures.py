"""Pictures made of pixels, one or many, and the scale that belongs to them.

Pixels are drawn in one colour that fades into the page, so that they are right on white and black
paper alike: grey is the ink of a picture, blue a positive number, orange a negative one, and zero
is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_rgb
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from gdbook.plots.look import BLUE, ORANGE

__all__ = ["frame", "picture", "pictures", "scale"]

_GREY = "#757575"  # as far from white paper as from black
_LEVELS = 16
"""From nothing to the full colour: more can't be told apart, and would only be heavy."""
_INK = LinearSegmentedColormap.from_list(
    "ink", [(*to_rgb(_GREY), 0.0), (*to_rgb(_GREY), 1.0)], N=1 + _LEVELS
)
_SIGNED = LinearSegmentedColormap.from_list(
    "signed",
    [
        (0, (*to_rgb(ORANGE), 1.0)),
        (0.5, (*to_rgb(ORANGE), 0.0)),
        (0.5, (*to_rgb(BLUE), 0.0)),
        (1, (*to_rgb(BLUE), 1.0)),
    ],
    N=_LEVELS + 1,  # half as many to each side: two colours say more than one
)


def picture(ax: Axes, image: ArrayLike, *, title: str = "", reach: float | None = None) -> Axes:
    """Draw a picture of grey values, or of numbers of both signs.

    Parameters
    ----------
    ax : Axes
        Where to draw; only a thin frame is left of it.
    image : array_like, shape (height, width)
        Grey values from 0, the page itself, to 1; or, if there is a reach, any numbers.
    title : str
        The picture's name, above it.
    reach : float, optional
        Draws signs: blue above zero, orange below, zero unseen; this absolute value, and any
        larger one, gets the full colour.

    Raises
    ------
    ValueError
        If the image doesn't have two axes.
    """
    values = np.asarray(image, dtype=float)
    if values.ndim != 2:
        raise ValueError(f"image must have shape (height, width), got {values.shape}")
    low, colors = (0.0, _INK) if reach is None else (-reach, _SIGNED)
    ax.imshow(values, cmap=colors, vmin=low, vmax=reach or 1.0, interpolation="none")
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=10, pad=4)
    ax.spines[:].set(visible=True, linewidth=0.5)
    return ax


def pictures(
    axes: Iterable[Axes],
    images: Iterable[ArrayLike],
    *,
    titles: Sequence[str] = (),
    reach: float | None = None,
) -> list[Axes]:
    """Draw a grid of pictures, one per axes, all on one scale.

    Parameters
    ----------
    axes : iterable of Axes
        Such as ``plt.subplots(2, 5)[1].flat``.
    images : iterable of array_like, shape (height, width)
        As many pictures.
    titles : sequence of str
        As many names, or none.
    reach : float, optional
        As in `picture`.
    """
    places, shown = list(axes), list(images)
    names = list(titles) or [""] * len(shown)
    rows = zip(places, shown, names, strict=True)
    return [picture(ax, image, title=name, reach=reach) for ax, image, name in rows]


def scale(ax: Axes, axes: Iterable[Axes], *, reach: float, label: str, beyond: bool = True) -> Axes:
    """Draw the scale of colours that belongs to pictures with signs.

    Parameters
    ----------
    ax : Axes
        Any of the pictures.
    axes : iterable of Axes
        All pictures; the scale is put below them.
    reach : float
        The absolute value that gets the full colour.
    label : str
        What the numbers are.
    beyond : bool
        Whether numbers beyond the reach may have the full colour, too: its ends then say so.
    """
    low, high = ("≤ ", "≥ ") if beyond else ("", "")
    colors = ScalarMappable(Normalize(-reach, reach), _SIGNED)
    bar = ax.figure.colorbar(
        colors, ax=list(axes), orientation="horizontal", fraction=0.045, aspect=40, pad=0.02
    )
    if bar.solids is not None:
        bar.solids.set_rasterized(True)  # 256 thin rectangles would show their seams
    bar.set_ticks([-reach, 0, reach], labels=[f"{low}−{reach:.2g}", "0", f"{high}+{reach:.2g}"])
    bar.set_label(label, labelpad=2)
    bar.outline.set_linewidth(0.5)
    return ax


def frame(ax: Axes, corner: tuple[float, float], width: float, height: float) -> Axes:
    """Frame a part of a picture in orange.

    Parameters
    ----------
    ax : Axes
        An axes that holds a picture; the middle of its first pixel is (0, 0).
    corner : (x, y)
        The pixel that begins the part: the first of its first row.
    width, height : float
        How many pixels it has each way.
    """
    ax.add_patch(
        Rectangle((corner[0] - 0.5, corner[1] - 0.5), width, height, facecolor="none",
                  edgecolor=ORANGE, linewidth=1.6, clip_on=False, zorder=4)
    )  # fmt: skip
    return ax
