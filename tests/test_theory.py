"""What is predicted before the first step, against what then happens."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gdbook as gd


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 20), st.booleans())
def test_the_limit_for_one_weight_is_one_over_x_squared(x, negative):
    """2/L with curvature L = 2 x^2, whatever the sign of the input."""
    loss = gd.least_squares([-x if negative else x], [0.8])
    assert gd.stable_learning_rate(loss) == pytest.approx(1 / x**2)


@pytest.mark.parametrize("n_weights", [1, 2, 5])
def test_below_the_limit_runs_converge_and_above_they_diverge(n_weights):
    """The border is where it is said to be, seen from both sides."""
    generator = np.random.default_rng(n_weights)
    loss = gd.least_squares(generator.normal(size=(30, n_weights)), generator.normal(size=30))
    rates = gd.stable_learning_rate(loss) * np.array([0.95, 1.05])
    losses = gd.gradient_descent(loss, np.zeros(n_weights), learning_rate=rates).trace(500).losses
    assert losses[-1, 0] < losses[0, 0] < losses[-1, 1]


def test_curvatures_are_numpys_eigenvalues_of_the_moment_matrix():
    """For least squares the Hessian is twice the matrix of mean products."""
    x = np.random.default_rng(8).normal(size=(20, 3))
    expected = np.linalg.svd(x, compute_uv=False)[::-1] ** 2 * 2 / 20
    np.testing.assert_allclose(gd.curvatures(gd.least_squares(x, np.zeros(20))), expected)


def test_curvatures_where_the_loss_is_not_quadratic():
    """Himmelblau's function bends up both ways at a minimum, and down both ways on its hilltop."""
    bends = gd.curvatures(gd.himmelblau(), at=[[3.0, 2.0], [-0.270845, -0.923039]])
    assert (bends[0] > 0).all()
    assert (bends[1] < 0).all()


def test_no_limit_where_nothing_curves_upward():
    """At the top of a hill every rate leads away, and the limit is an error."""
    with pytest.raises(ValueError, match="loss must curve upward somewhere"):
        gd.stable_learning_rate(gd.himmelblau(), at=[-0.270845, -0.923039])


def test_an_input_of_zero_has_no_limit():
    """Nothing is learned there, so nothing can be learned too fast."""
    with pytest.raises(ValueError, match=r"got a largest curvature 0\.0"):
        gd.stable_learning_rate(gd.least_squares([0], [0.8]))


def test_finite_differences_shrink_their_error_with_the_square_of_the_step():
    """Central differences: a tenth of the step, a hundredth of the error."""
    cubic = gd.Loss(lambda p: p[..., 0] ** 3, lambda p: 3 * p**2, names=["w"])
    exact = cubic.gradient([1.0])[0]
    errors = [gd.finite_differences(cubic, [1.0], step_size=h)[0] - exact for h in (0.1, 0.01)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-6)


def test_finite_differences_need_a_step():
    """A step of zero would divide by zero."""
    with pytest.raises(ValueError, match=r"step_size must be positive, got 0\.0"):
        gd.finite_differences(gd.himmelblau(), [0, 0], step_size=0)


@pytest.mark.parametrize(
    ("at", "step_size", "message"),
    [
        ([1.0], 1e-6, r"at must have shape \(\.\.\., 2\), got \(1,\)"),
        (1.0, 1e-6, r"at must have shape \(\.\.\., 2\), got \(\)"),
        ([1, 2], [1e-6], "step_size must be a single number"),
    ],
)
def test_finite_differences_refuse_what_does_not_fit(at, step_size, message):
    """A wrong shape must not be spread over the parameters."""
    with pytest.raises(ValueError, match=message):
        gd.finite_differences(gd.himmelblau(), at, step_size=step_size)


def test_a_limit_belongs_to_one_point():
    """A stack of points has no single limit."""
    with pytest.raises(ValueError, match="at must be a single point"):
        gd.stable_learning_rate(gd.himmelblau(), at=[[3, 2], [3, 2]])
