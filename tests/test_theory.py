"""What is predicted before the first step, against what then happens."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import root
from sklearn.linear_model import LinearRegression

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


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.booleans())
def test_the_closed_form_is_scikit_learns(seed, n_weights, intercept):
    """An outside oracle, on random clouds of any dimension."""
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=(30, n_weights)), generator.normal(size=30)
    fitted = LinearRegression(fit_intercept=intercept).fit(x, y)
    expected = [fitted.intercept_, *fitted.coef_] if intercept else fitted.coef_
    found = gd.closed_form(gd.least_squares(x, y, intercept=intercept))
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)


def test_the_closed_form_survives_a_badly_scaled_feature():
    """Condition numbers of a million and more are no flatness."""
    x = 1e4 * np.random.default_rng(0).normal(size=50)
    loss = gd.least_squares(x, 3 + 2 * x, intercept=True)
    np.testing.assert_allclose(gd.closed_form(loss), [3, 2], rtol=1e-6)


@pytest.mark.parametrize("x", [[1.0, 1, 1], [7.0, 7, 7], [1e-3, 1e-3, 1e-3], [0.1, 0.1, 0.1]])
def test_no_closed_form_where_the_valley_is_flat(x):
    """A feature that never changes does what the intercept does already."""
    with pytest.raises(ValueError, match="loss must curve upward in every direction"):
        gd.closed_form(gd.least_squares(x, [1, 2, 3], intercept=True))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_closed_form_with_fewer_examples_than_weights(seed):
    """Flat directions are told from rounding, whichever sign the rounding has."""
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=(3, 5)), generator.normal(size=3)
    with pytest.raises(ValueError, match="loss must curve upward in every direction"):
        gd.closed_form(gd.least_squares(x, y))


def test_no_closed_form_of_what_is_not_quadratic():
    """Himmelblau's function has four minima, and from a hilltop none can be told."""
    with pytest.raises(ValueError, match="loss must curve upward"):
        gd.closed_form(gd.himmelblau())
    quartic = gd.Loss(
        lambda p: (p**4 + p**2 + p)[..., 0],
        lambda p: 4 * p**3 + 2 * p + 1,
        names=["w"],
        hessian=lambda p: (12 * p**2 + 2)[..., None],
    )
    with pytest.raises(ValueError, match="loss must be quadratic"):
        gd.closed_form(quartic)


def one_weight(value, slope, bend):
    """Return a loss of one parameter from its value and its two derivatives."""
    return gd.Loss(
        lambda p: value(p[..., 0]), slope, names=["w"], hessian=lambda p: bend(p)[..., None]
    )


@pytest.mark.parametrize(
    "loss",
    [
        one_weight(lambda p: 1 - np.cos(p), np.sin, np.cos),
        one_weight(lambda p: p**2 - p**4, lambda p: 2 * p - 4 * p**3, lambda p: 2 - 12 * p**2),
        one_weight(
            lambda p: 1e-10 * (p**4 + p**2 + p),
            lambda p: 1e-10 * (4 * p**3 + 2 * p + 1),
            lambda p: 1e-10 * (12 * p**2 + 2),
        ),
        one_weight(lambda p: p**2, lambda p: 2 * p + 1e-3 * p, lambda p: 2 + 0 * p),
        one_weight(lambda p: p**2, lambda p: 2 * p, lambda p: 2 + 1e-3 * p**2),
    ],
    ids=["origin at rest", "no bowl far out", "tiny", "wrong gradient", "wrong hessian"],
)
def test_one_look_does_not_make_a_loss_quadratic(loss):
    """A flat origin, a tiny scale or one wrong derivative do not hide it."""
    with pytest.raises(ValueError, match="loss must be quadratic"):
        gd.closed_form(loss)


@pytest.mark.parametrize("scale", [1e-12, 1, 1e12])
def test_the_closed_form_has_no_unit(scale):
    """Tiny and huge targets, and targets that no weight explains at all."""
    x = np.array([-2.0, -1, 0, 1, 2])
    for y, expected in ((1 + 2 * x, [1, 2]), (np.array([1.0, -2, 2, -2, 1]), [0, 0])):
        found = gd.closed_form(gd.least_squares(x, scale * y, intercept=True))
        np.testing.assert_allclose(found, scale * np.array(expected), atol=1e-12 * scale)


def test_no_closed_form_of_what_is_only_sampled():
    """One batch says nothing certain about the minimum of all examples."""
    x = np.random.default_rng(1).normal(size=20)
    loss = gd.least_squares(x, 3 + 2 * x, intercept=True)
    noisy = gd.minibatches(loss, size=1)
    for sampled, names in ((noisy, "b, w"), (gd.freeze(noisy, b=0), "w")):
        message = f"loss must show its whole gradient, got Loss of {names}"
        with pytest.raises(ValueError, match=message):
            gd.closed_form(sampled)
    unmarked = gd.Loss(loss, noisy.gradient, names=loss.names, hessian=loss.hessian)
    with pytest.raises(ValueError, match="loss must be quadratic"):
        gd.closed_form(unmarked)


def test_a_feature_far_from_zero_is_refused_in_words_that_fit():
    """Its bowl is there, and flatter than rounding can tell; without its mean it is round."""
    u = np.random.default_rng(0).random(50)
    with pytest.raises(ValueError, match=r"got curvatures \[.*\], the smallest too flat to tell"):
        gd.closed_form(gd.least_squares(1e4 + u, 1 + u, intercept=True))
    near = gd.closed_form(gd.least_squares(u - u.mean(), 1 + u, intercept=True))
    np.testing.assert_allclose(near, [1 + u.mean(), 1], rtol=1e-12)


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
        ([1, 2], np.inf, "step_size must be finite, got inf"),
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


@pytest.mark.parametrize(("order", "power"), [(1, 2), (2, 3)])
def test_what_a_taylor_polynomial_misses_shrinks_as_it_should(order, power):
    """Ten times nearer, ten to the power order + 1 times better."""
    generator = np.random.default_rng(11)
    for loss in (gd.himmelblau(), gd.two_wells()):
        at, way = generator.normal(size=(2, 2))
        model = gd.taylor(loss, at, order=order)
        errors = [abs(model(at + h * way) - loss(at + h * way)) for h in (1e-2, 1e-3)]
        assert np.log10(errors[0] / errors[1]) == pytest.approx(power, abs=0.1)
        np.testing.assert_allclose(model(at), loss(at))
        np.testing.assert_allclose(model.gradient(at), loss.gradient(at))
        points = generator.normal(size=(3, 2))
        np.testing.assert_allclose(
            model.gradient(points), gd.finite_differences(model, points), rtol=1e-6, atol=1e-6
        )


def test_a_parabola_is_its_own_second_order():
    """Nothing is left over, however far away."""
    loss = gd.least_squares([[1, 2], [3, 5], [0, 1]], [1, 2, 3])
    model = gd.taylor(loss, [7, -3], order=2)
    points = 100 * np.random.default_rng(12).normal(size=(5, 2))
    np.testing.assert_allclose(model(points), loss(points), rtol=1e-10)
    np.testing.assert_allclose(model.hessian(points), loss.hessian(points))


def _slowest(rate, momentum, bends):
    """Return the largest eigenvalue of a step of the heavy ball, over all curvatures."""
    steps = [[[1 + momentum - rate * bend, -momentum], [1, 0]] for bend in bends]
    return max(abs(np.linalg.eigvals(step)).max() for step in steps)


@pytest.mark.parametrize("condition", [2.0, 10.0, 300.0])
def test_no_rate_and_no_momentum_is_faster_than_the_best(condition):
    """Against the eigenvalues of one step, and against a fine net of other settings."""
    bends = np.geomspace(0.3, 0.3 * condition, 7)
    loss, root = gd.quadratic(bends), np.sqrt(condition)
    assert gd.condition_number(loss) == pytest.approx(condition)
    rate, best = gd.optimal_learning_rate(loss), gd.optimal_momentum(loss)
    without = _slowest(rate, 0.0, bends)
    # Two eigenvalues that meet are found to half the digits only.
    with_it = _slowest(best["learning_rate"], best["momentum"], bends)
    assert without == pytest.approx((condition - 1) / (condition + 1))
    assert with_it == pytest.approx((root - 1) / (root + 1), abs=1e-6)
    for share in np.linspace(0.5, 1.5, 41):
        assert _slowest(rate * share, 0.0, bends) >= without - 1e-12
        for other in np.linspace(0, 0.99, 34):
            assert _slowest(best["learning_rate"] * share, other, bends) >= with_it - 1e-6


@pytest.mark.parametrize(
    "function", [gd.condition_number, gd.optimal_learning_rate, gd.optimal_momentum]
)
def test_a_loss_without_a_floor_has_no_best_rate(function):
    """Flat or downward: an error that says the curvature."""
    with pytest.raises(ValueError, match=r"every direction, got a smallest curvature -1\.0"):
        function(gd.quadratic([-1, 1]))
    with pytest.raises(ValueError, match="every direction, got a smallest curvature"):
        function(gd.least_squares([[0.1, 0.3], [0.2, 0.6]], [1, 2]))  # flat, but for rounding


def test_what_is_known_of_a_sampled_loss_is_known_of_the_whole():
    """Not of the batch that happens to be its turn."""
    whole = gd.least_squares([1, 2, 3], [2, 4, 7])
    batches = gd.minibatches(whole, size=1, seed=0)
    for _ in range(3):
        assert gd.stable_learning_rate(batches) == gd.stable_learning_rate(whole)
        batches.advance()


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: gd.taylor(gd.quadratic([1, 2]), [0, 0], order=3), "order"),
        (lambda: gd.taylor(gd.quadratic([1, 2]), [[0, 0]], order=1), r"at must have shape \(2,\)"),
        (lambda: gd.quadratic([[1, 2, 3]]), "hessian must be square"),
        (lambda: gd.quadratic([[1e-9, 0], [5e-9, 1e-9]]), "hessian must be square and symmetric"),
        (lambda: gd.quadratic([1, 2], [3]), r"minimum must have shape \(2,\), got \(1,\)"),
    ],
)
def test_bad_orders_and_tables_are_named(act, message):
    """Each error names the argument."""
    with pytest.raises(ValueError, match=message):
        act()


def test_the_two_wells_are_where_the_picture_says():
    """A global minimum, a local one, a saddle between, and a plain that is almost level."""
    loss = gd.two_wells()
    starts = [[-1.0, 0.0], [1.0, 0.0], [0.1, 0.0]]
    deep, shallow, saddle = np.array([root(loss.gradient, start, tol=1e-12).x for start in starts])
    for place, signs in ((deep, [1, 1]), (shallow, [1, 1]), (saddle, [-1, 1])):
        np.testing.assert_allclose(loss.gradient(place), 0, atol=1e-9)
        assert np.sign(gd.curvatures(loss, place)).tolist() == signs
    assert loss(deep) < loss(shallow) < loss(saddle)
    assert abs(loss.gradient([3.0, 3.0])).max() < 1e-4
