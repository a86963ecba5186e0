"""Linear layers against NumPy, finite differences, scikit-learn and losses of one output."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error

import gdbook as gd

RANDOM = np.random.default_rng(0)
INPUTS, TARGETS = RANDOM.normal(size=(9, 4)), RANDOM.normal(size=(9, 3))  # no two sizes are equal
WEIGHTS = RANDOM.normal(size=(3, 4))
LOSS = gd.linear_layer_loss(INPUTS, TARGETS)


def test_a_weighted_sum_is_a_dot_product():
    """For one example and for many."""
    assert gd.weighted_sum(INPUTS[0], WEIGHTS[0]) == pytest.approx(INPUTS[0] @ WEIGHTS[0])
    np.testing.assert_allclose(gd.weighted_sum(INPUTS, WEIGHTS[0]), INPUTS @ WEIGHTS[0])
    batches = np.stack([INPUTS, -INPUTS])
    assert gd.weighted_sum(batches, WEIGHTS[0]).shape == (2, 9)


def test_each_row_of_a_layer_is_a_weighted_sum():
    """Row i of the weights makes prediction i."""
    for i, row in enumerate(WEIGHTS):
        np.testing.assert_allclose(
            gd.linear_layer(INPUTS, WEIGHTS)[:, i], gd.weighted_sum(INPUTS, row)
        )


def test_a_layer_is_scikit_learns_linear_model():
    """Whose coefficients have the same orientation: a row per output."""
    model = LinearRegression(fit_intercept=False).fit(INPUTS, TARGETS)
    np.testing.assert_allclose(gd.linear_layer(INPUTS, model.coef_), model.predict(INPUTS))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-9, 9), min_size=1, max_size=4), st.lists(st.floats(-9, 9), min_size=1))
def test_weight_deltas_are_the_loop_over_rows_and_columns(deltas, inputs):
    """Entry [i, j] is delta i times input j, whatever the sizes."""
    table = gd.weight_deltas(deltas, inputs)
    assert table.shape == (len(deltas), len(inputs))
    for i, delta in enumerate(deltas):
        for j, x in enumerate(inputs):
            assert table[i, j] == delta * x


def test_weight_deltas_of_a_batch_are_those_of_its_examples():
    """One table per example, each the outer product of its own deltas and inputs."""
    deltas = gd.linear_layer(INPUTS, WEIGHTS) - TARGETS
    tables = gd.weight_deltas(deltas, INPUTS)
    assert tables.shape == (9, 3, 4)
    for table, delta, x in zip(tables, deltas, INPUTS, strict=True):
        np.testing.assert_array_equal(table, np.outer(delta, x))


def test_weight_deltas_have_the_three_talents():
    """Stopping, negative reversal, scaling."""
    np.testing.assert_array_equal(gd.weight_deltas(0.5, [0, 2, -2, 4]), [0, 1, -1, 2])


def test_gradient_is_twice_the_mean_of_the_weight_deltas():
    """The factor 2 is the one that the weight delta lacks."""
    deltas = gd.linear_layer(INPUTS, WEIGHTS) - TARGETS
    expected = 2 * gd.weight_deltas(deltas, INPUTS).mean(axis=0)
    np.testing.assert_allclose(LOSS.gradient(WEIGHTS.ravel()).reshape(3, 4), expected)


def test_half_the_loss_has_the_mean_of_the_weight_deltas_for_a_slope():
    """Whole or in parts, and everything else is halved with it."""
    half = gd.linear_layer_loss(INPUTS, TARGETS, half=True)
    place = WEIGHTS.ravel()
    deltas = gd.linear_layer(INPUTS, WEIGHTS) - TARGETS
    expected = gd.weight_deltas(deltas, INPUTS)
    np.testing.assert_allclose(half.gradient(place).reshape(3, 4), expected.mean(axis=0))
    np.testing.assert_allclose(half.on([2]).gradient(place).reshape(3, 4), expected[2])
    for at in (place, np.stack([place, -place])):
        value, gradient = half.value_and_gradient(at)
        np.testing.assert_allclose(2 * value, LOSS(at))
        np.testing.assert_allclose(2 * gradient, LOSS.gradient(at))
        np.testing.assert_allclose(2 * half.hessian(at), LOSS.hessian(at))
    assert gd.stable_learning_rate(half) == pytest.approx(2 * gd.stable_learning_rate(LOSS))
    with pytest.raises(TypeError, match="half must be"):
        gd.linear_layer_loss(INPUTS, TARGETS, half=1)  # type: ignore[arg-type]  # that is the point


def test_gradient_and_hessian_are_those_of_finite_differences():
    """The slopes by formula are the slopes by measurement."""
    points = RANDOM.normal(size=(5, 12))
    measured = gd.finite_differences(LOSS, points, step_size=1e-5)
    np.testing.assert_allclose(LOSS.gradient(points), measured, rtol=1e-6, atol=1e-7)
    nudge = 1e-5 * np.eye(12)
    rows = (LOSS.gradient(points[0] + nudge) - LOSS.gradient(points[0] - nudge)) / 2e-5
    np.testing.assert_allclose(LOSS.hessian(points[0]), rows, rtol=1e-6, atol=1e-6)


def test_value_is_scikit_learns_error_summed_over_the_outputs():
    """Averaged over examples, added up over outputs."""
    expected = mean_squared_error(TARGETS, INPUTS @ WEIGHTS.T, multioutput="raw_values").sum()
    assert LOSS(WEIGHTS.ravel()) == pytest.approx(expected)


def test_the_minimum_is_that_of_least_squares():
    """Gradient descent ends where NumPy's closed form is."""
    best = np.linalg.lstsq(INPUTS, TARGETS)[0].T
    rate = gd.stable_learning_rate(LOSS) / 2
    end = gd.gradient_descent(LOSS, WEIGHTS.ravel(), learning_rate=rate).trace(3000)
    np.testing.assert_allclose(end.parameters[-1].reshape(3, 4), best, atol=1e-9)


def test_outputs_learn_as_if_alone():
    """Each row of a trained layer is what least squares with one output learns."""
    together = gd.gradient_descent(LOSS, WEIGHTS.ravel(), learning_rate=0.05).trace(7)
    for i in range(3):
        single = gd.least_squares(INPUTS, TARGETS[:, i])
        alone = gd.gradient_descent(single, WEIGHTS[i], learning_rate=0.05).trace(7)
        row = together.parameters.reshape(8, 3, 4)[:, i]
        np.testing.assert_allclose(row, alone.parameters, rtol=1e-12)
        assert gd.stable_learning_rate(single) == pytest.approx(gd.stable_learning_rate(LOSS))


def test_with_one_output_a_layer_is_least_squares():
    """Value, gradient and hessian agree."""
    layer, single = (
        gd.linear_layer_loss(INPUTS, TARGETS[:, :1]),
        gd.least_squares(INPUTS, TARGETS[:, 0]),
    )
    points = RANDOM.normal(size=(6, 4))
    np.testing.assert_allclose(layer(points), single(points))
    np.testing.assert_allclose(layer.gradient(points), single.gradient(points))
    np.testing.assert_allclose(layer.hessian(points), single.hessian(points))


def test_the_limit_of_one_example_follows_from_its_inputs():
    """Below 2 over the squared length alpha learns, above it explodes; half of it arrives."""
    x = np.array([8.5, 0.65, 1.2])
    loss = gd.linear_layer_loss([x], [[0.1, 1.0, 0.1]])
    limit = 2 / (x @ x)
    rates = np.array([0.99, 0.5, 1.01]) * limit / 2
    losses = gd.gradient_descent(loss, np.zeros(9), learning_rate=rates).trace(400).losses
    assert losses[-1, 0] < losses[0, 0] < losses[-1, 2]
    assert losses[1, 1] < 1e-28


def test_the_transposed_update_gets_stuck():
    """The mirrored weight deltas only ever remove the part of delta that lies along x."""
    x, goals = np.array([8.5, 0.65, 1.2]), np.array([0.1, 1.0, 0.1])
    weights = np.array([[0.1, 0.1, -0.3], [0.1, 0.2, 0.0], [0.0, 1.3, 0.1]])
    start = weights @ x - goals
    for _ in range(60):
        weights = weights - 0.01 * gd.weight_deltas(weights @ x - goals, x).T
    left = start - x * (x @ start) / (x @ x)
    np.testing.assert_allclose(weights @ x - goals, left, atol=1e-12)
    assert np.abs(left).max() > 0.5


def test_a_layer_can_be_cut_into_batches_and_frozen():
    """The wrappers of every loss work on it."""
    part = LOSS.on([1, 4])
    expected = gd.linear_layer_loss(INPUTS[[1, 4]], TARGETS[[1, 4]])
    assert part(WEIGHTS.ravel()) == expected(WEIGHTS.ravel())
    noisy = gd.minibatches(LOSS, size=3, seed=1)
    gradients = []
    for _ in range(3):
        gradients.append(noisy.gradient(WEIGHTS.ravel()))
        noisy.advance()
    mean = np.mean(gradients, axis=0)
    np.testing.assert_allclose(mean, LOSS.gradient(WEIGHTS.ravel()))
    still = dict(zip(LOSS.names[4:8], WEIGHTS[1], strict=True))
    start = WEIGHTS[[0, 2]].ravel()
    end = gd.gradient_descent(gd.freeze(LOSS, **still), start, learning_rate=0.05).trace(3)
    free = gd.gradient_descent(LOSS, WEIGHTS.ravel(), learning_rate=0.05).trace(3)
    others = free.parameters.reshape(4, 3, 4)[:, [0, 2]].reshape(4, 8)
    np.testing.assert_allclose(end.parameters, others, rtol=1e-12)


def test_parameters_are_named_row_by_row():
    """Output first, input second, both counted from 1."""
    assert LOSS.names[:5] == ("w1,1", "w1,2", "w1,3", "w1,4", "w2,1")
    assert LOSS.names[-1] == "w3,4"


def test_an_error_about_thousands_of_weights_can_be_read():
    """It names the first ones and the last."""
    large = gd.linear_layer_loss(np.ones((1, 784)), np.ones((1, 10)))
    with pytest.raises(ValueError, match=r"7840\), one value .* w1,1, .*, w10,784") as caught:
        gd.gradient_descent(large, np.zeros(784), learning_rate=1)
    assert len(str(caught.value)) < 160
    with pytest.raises(ValueError, match="w10,784"):
        large(np.zeros(784))
    assert len(repr(large)) < 60


def test_the_loss_keeps_its_own_data():
    """What the caller does to its arrays afterwards changes nothing."""
    inputs = INPUTS.copy()
    loss = gd.linear_layer_loss(inputs, TARGETS)
    before = loss(WEIGHTS.ravel())
    inputs[:] = 0
    assert loss(WEIGHTS.ravel()) == before


BAD = {
    "weights must have shape (n,), got (1, 1)": lambda: gd.weighted_sum([1], [[1]]),
    "inputs must have shape (..., 2) to fit weights (2,), got (3,)": lambda: gd.weighted_sum(
        [1, 2, 3], [1, 2]
    ),
    "weights must have shape (k, n), got (2,)": lambda: gd.linear_layer([1, 2], [1, 2]),
    "inputs must have shape (..., 4) to fit weights (3, 4), got (9, 3)": lambda: gd.linear_layer(
        TARGETS, WEIGHTS
    ),
    "inputs must be finite, got nan at position 1": lambda: gd.linear_layer(
        [0, np.nan, 0, 0], WEIGHTS
    ),
    "inputs must have shape (..., n), got a plain number": lambda: gd.weight_deltas(1, 2),
    "inputs must have shape (n,) where deltas is a plain number, got (4, 3)": lambda: (
        gd.weight_deltas(0.5, np.ones((4, 3)))
    ),
    "same examples, got shapes (3, 2) and (4, 2)": lambda: gd.weight_deltas(
        np.ones((3, 2)), np.ones((4, 2))
    ),
    "inputs must have shape (m, n), got (4,)": lambda: gd.linear_layer_loss(INPUTS[0], TARGETS),
    "targets must have shape (9, k) to fit inputs, got (3, 9)": lambda: gd.linear_layer_loss(
        INPUTS, TARGETS.T
    ),
    "targets must have shape (9, k) to fit inputs, got (9,)": lambda: gd.linear_layer_loss(
        INPUTS, TARGETS[:, 0]
    ),
}


@pytest.mark.parametrize("message", BAD)
def test_errors_name_the_argument_and_the_value(message):
    """So that a reader need not look for what was meant."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the message is what is tested
        BAD[message]()
    assert message in str(caught.value)


def test_what_is_no_number_is_a_type_error():
    """Of every argument that is an array."""
    for name, call in {
        "inputs": lambda: gd.weighted_sum(["a"], [1]),
        "weights": lambda: gd.linear_layer([1], [["a"]]),
        "deltas": lambda: gd.weight_deltas(["a"], [1]),
        "targets": lambda: gd.linear_layer_loss([[1]], [["a"]]),
    }.items():
        with pytest.raises(TypeError, match=f"{name} must be an array of numbers, got "):
            call()
