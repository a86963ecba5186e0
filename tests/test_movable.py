"""What a figure says of itself, so that on the page it can be moved by hand."""

from __future__ import annotations

import json
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

import gdbook as gd
from gdbook import plots


@pytest.fixture
def ax() -> Axes:
    """Draw one line and one dot; the height is logarithmic."""
    _, ax = plt.subplots()
    ax.plot([0, 1], [1, 10])
    ax.plot([0], [1], "o")
    ax.set(xlim=(-1, 3), ylim=(0.5, 20), yscale="log")
    return ax


def said(ax: Axes) -> dict[str, Any]:
    """Return what the figure of some axes says of itself."""
    about: dict[str, Any] = json.loads(ax.figure.get_gid() or "")
    return about


def test_where_data_stand_comes_from_the_figure(ax: Axes) -> None:
    """The ends of both axes as they are, and whether they are logarithmic."""
    plots.movable("a:b", axes={"main": ax}, parts={}, values={})
    assert said(ax)["axes"] == {"main": {"x": [-1, 3, False], "y": [0.5, 20, True]}}
    assert ax.get_gid() == "moves-axes-main"
    assert [patch.get_gid() for patch in ax.patches] == ["moves-box"]


def test_parts_keep_the_marks_that_they_had(ax: Axes) -> None:
    """A part may be several shapes; a mark from elsewhere stays behind its name."""
    ax.lines[1].set_gid("nohalo-dot")
    plots.movable("a:b", axes={"main": ax}, parts={"line": ax.lines[0], "all": [ax.lines[1]]},
                  values={})  # fmt: skip
    assert [line.get_gid() for line in ax.lines] == ["moves-line", "moves-all nohalo-dot"]


def test_numbers_of_numpy_travel_as_plain_ones(ax: Axes) -> None:
    """Arrays as lists, to the last digit."""
    third = np.float64(1) / 3
    plots.movable(
        "a:b", axes={"main": ax}, parts={}, points=np.array([[third, 2.0]]), best=third,
        values={"start": plots.Handle(np.array([1.0, 2.0]), axes="main"),
                "rate": plots.Slider(third, 0, 1), "rule": plots.Choice("adam", ("adam", "lion")),
                "game": plots.Turns(["up", "down"]), "ink": plots.Drawing("09", on="main")},
    )  # fmt: skip
    about = said(ax)
    assert about["data"]["points"] == [[third, 2.0]]
    assert about["data"]["best"] == third
    assert about["values"]["start"]["value"] == [1, 2]
    assert about["values"]["rate"]["value"] == third
    assert about["values"]["rule"]["options"] == ["adam", "lion"]
    assert about["values"]["game"] == {"buttons": ["up", "down"], "value": ""}
    assert about["values"]["ink"] == {"value": "09", "on": "main"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (plots.Handle(1, axes="other"), r"values\['v'\] must be on \['main'\], got 'other'"),
        (plots.Drawing("0", on="other"), r"values\['v'\] must be on \['main'\], got 'other'"),
        (plots.Choice("sgd", ["adam"]), r"values\['v'\] must be of \['adam'\], got 'sgd'"),
        (plots.Slider(2, 0, 1), r"values\['v'\] must be from 0 to 1, got 2"),
    ],
)
def test_a_value_that_cannot_be_where_it_is(ax: Axes, value: Any, message: str) -> None:
    """The error names the value, and what it may be."""
    with pytest.raises(ValueError, match=message):
        plots.movable("a:b", axes={"main": ax}, parts={}, values={"v": value})


@pytest.mark.parametrize(
    ("loss", "name"),
    [
        (gd.least_squares([[1.0], [3.0]], [1.0, 2.0], intercept=True), "leastSquares"),
        (gd.least_squares([0.5], [0.8], half=True), "leastSquares"),
        (gd.logistic_loss([[1.0], [3.0]], [0, 1], intercept=True), "logisticLoss"),
        (gd.quadratic([1, 25]), "quadratic"),
        (gd.himmelblau(), "himmelblau"),
        (gd.rosenbrock(), "rosenbrock"),
        (gd.two_wells(), "twoWells"),
        (gd.freeze(gd.least_squares([[1.0, 2.0]], [1.0]), w1=0.5), "frozen"),
    ],
)
def test_a_loss_knows_what_the_script_calls_it(ax: Axes, loss: gd.Loss, name: str) -> None:
    """Its name there, and arguments that survive being written down."""
    plots.movable("a:b", axes={"main": ax}, parts={}, values={}, losses={"loss": loss})
    assert said(ax)["data"]["losses"]["loss"][0] == name
