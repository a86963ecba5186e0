"""Losses against finite differences, closed forms and scikit-learn."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import rosen, rosen_der, rosen_hess
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, mean_squared_error

import gdbook as gd

X = np.random.default_rng(0).normal(size=(12, 3))
Y = np.random.default_rng(1).normal(size=12)
LABELS = np.array([0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0])
LOSSES = {
    "one weight": gd.least_squares([0.5], [0.8]),
    "three weights": gd.least_squares(X, Y),
    "line": gd.least_squares(X[:, 0], Y, intercept=True),
    "frozen": gd.freeze(gd.least_squares(X, Y), w2=2.0),
    "half": gd.least_squares(X, Y, half=True),
    "himmelblau": gd.himmelblau(),
    "logistic": gd.logistic_loss(X, LABELS),
    "logistic line": gd.logistic_loss(X[:, 0], LABELS, intercept=True),
    "rosenbrock": gd.rosenbrock(),
    "two wells": gd.two_wells(),
    "quadratic": gd.quadratic([[2.0, 1.0, 0.0], [1.0, -3.0, 0.5], [0.0, 0.5, 1.0]], [1, 2, 3]),
}


@pytest.mark.parametrize("name", LOSSES)
def test_gradient_is_that_of_finite_differences(name):
    """The slope by formula is the slope by measurement."""
    loss = LOSSES[name]
    points = np.random.default_rng(2).normal(size=(4, len(loss.names)))
    measured = gd.finite_differences(loss, points, step_size=1e-5)
    np.testing.assert_allclose(loss.gradient(points), measured, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", LOSSES)
def test_hessian_is_the_gradient_of_the_gradient(name):
    """Each row of the Hessian is the measured slope of one component of the gradient."""
    loss = LOSSES[name]
    n = len(loss.names)
    point = np.random.default_rng(3).normal(size=n)
    nudge = 1e-5 * np.eye(n)
    rows = (loss.gradient(point + nudge) - loss.gradient(point - nudge)) / 2e-5
    np.testing.assert_allclose(loss.hessian(point), rows, rtol=1e-6, atol=1e-6)


def test_least_squares_is_scikit_learns_mean_squared_error():
    """The value is the mean, over examples, of squared misses."""
    weights = np.array([0.3, -1.0, 2.0])
    expected = mean_squared_error(Y, X @ weights)
    assert gd.least_squares(X, Y)(weights) == pytest.approx(expected, rel=1e-14)


def test_logistic_loss_is_scikit_learns_log_loss():
    """Minus the logarithm of the probability given to the true label, averaged."""
    weights = np.array([0.3, -1.0, 2.0])
    expected = log_loss(LABELS, 1 / (1 + np.exp(-X @ weights)))
    assert LOSSES["logistic"](weights) == pytest.approx(expected, rel=1e-14)


def test_gradient_descent_on_the_logistic_loss_is_scikit_learns_logistic_regression():
    """Another implementation, with another way downhill, ends at the same line."""
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(X[:, :1], LABELS)
    expected = [model.intercept_[0], model.coef_[0, 0]]
    loss = LOSSES["logistic line"]
    end = gd.gradient_descent(loss, [0, 0], learning_rate=1).trace(steps=500).parameters[-1]
    np.testing.assert_allclose(end, expected, atol=1e-6)
    np.testing.assert_allclose(loss.gradient(expected), 0, atol=1e-7)


@pytest.mark.parametrize("logit", [40.0, 700.0, 800.0, 1e6, 1e300])
def test_logistic_loss_survives_a_model_that_is_sure(logit):
    """A sure and wrong answer costs its logit, a sure and right one nothing; neither overflows."""
    wrong, right = gd.logistic_loss([1], [0]), gd.logistic_loss([1], [1])
    tail = np.exp(-logit)  # of the probability, to all its digits
    with np.errstate(over="raise", invalid="raise"):
        assert wrong([logit]) == pytest.approx(logit, rel=1e-15)
        assert wrong.gradient([logit]) == pytest.approx(1, rel=1e-15)
        assert right([logit]) == pytest.approx(tail, rel=1e-12, abs=0)
        assert right.gradient([logit]) == pytest.approx(-tail, rel=1e-12, abs=0)
        assert wrong.hessian([logit]) == pytest.approx(tail, rel=1e-12, abs=0)
        assert right([-logit]) == pytest.approx(logit, rel=1e-15)


def test_logistic_loss_is_convex_and_not_quadratic():
    """It lies below each of its chords, and the closed form refuses it."""
    loss = LOSSES["logistic"]
    one, other = np.random.default_rng(10).normal(scale=5, size=(2, 1000, 3))
    share = np.random.default_rng(11).uniform(size=1000)
    between = share[:, None] * one + (1 - share[:, None]) * other
    assert (loss(between) <= share * loss(one) + (1 - share) * loss(other)).all()
    assert gd.curvatures(loss, one).min() >= 0
    with pytest.raises(ValueError, match="must be quadratic"):
        gd.closed_form(loss)


def test_logistic_loss_says_which_label_is_none():
    """Labels are 0 and 1; -1 and 1 are another convention."""
    with pytest.raises(ValueError, match=r"y must be 0 or 1 everywhere, got -1\.0"):
        gd.logistic_loss([1, 2], [-1, 1])


def test_a_pass_of_logistic_minibatches_averages_to_the_full_gradient():
    """Four batches of three, each as heavy as the others."""
    loss = LOSSES["logistic"]
    noisy = gd.minibatches(loss, size=3, seed=7)
    batches = []
    for _ in range(4):
        batches.append(noisy.gradient([0.1, 0.2, 0.3]))
        noisy.advance()
    np.testing.assert_allclose(np.mean(batches, axis=0), loss.gradient([0.1, 0.2, 0.3]))


def test_intercept_is_a_column_of_ones():
    """A line with an intercept is a plane over (1, x)."""
    with_column = gd.least_squares(np.column_stack([np.ones(12), X[:, 0]]), Y)
    points = np.random.default_rng(4).normal(size=(5, 2))
    np.testing.assert_allclose(LOSSES["line"](points), with_column(points), rtol=1e-14)
    assert LOSSES["line"].names == ("b", "w")


@pytest.mark.parametrize("name", LOSSES)
def test_a_grid_is_many_points(name):
    """Leading axes are carried along: one call for a grid equals many calls."""
    loss = LOSSES[name]
    grid = np.random.default_rng(5).normal(size=(2, 3, len(loss.names)))
    assert loss(grid).shape == (2, 3)
    assert loss.gradient(grid).shape == grid.shape
    assert loss.hessian(grid).shape == (*grid.shape, len(loss.names))
    np.testing.assert_allclose(loss(grid)[1, 2], loss(grid[1, 2]), rtol=1e-13)
    np.testing.assert_allclose(loss.gradient(grid)[1, 2], loss.gradient(grid[1, 2]), rtol=1e-13)


@pytest.mark.parametrize(
    "valley",
    [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)],
)
def test_himmelblau_has_the_published_minima(valley):
    """The four minima are known to six digits."""
    assert gd.himmelblau()(valley) == pytest.approx(0, abs=1e-9)


def test_rosenbrock_is_scipys():
    """An outside oracle for the value, the slope and the bend."""
    points = np.random.default_rng(10).normal(size=(6, 2))
    banana = gd.rosenbrock()
    np.testing.assert_allclose(banana(points), [rosen(point) for point in points], rtol=1e-12)
    for point in points:
        np.testing.assert_allclose(banana.gradient(point), rosen_der(point), rtol=1e-9)
        np.testing.assert_allclose(banana.hessian(point), rosen_hess(point), rtol=1e-12)


def test_freezing_leaves_a_loss_of_the_other_parameters():
    """Value and slopes of the others are those of the whole loss at the frozen value."""
    loss, frozen = LOSSES["three weights"], LOSSES["frozen"]
    point = np.array([1.0, 2.0, 3.0])
    assert frozen.names == ("w1", "w3")
    assert frozen([1.0, 3.0]) == loss(point)
    np.testing.assert_array_equal(frozen.gradient([1.0, 3.0]), loss.gradient(point)[[0, 2]])
    grid = np.random.default_rng(8).normal(size=(4, 5, 2))
    value, gradient = frozen.value_and_gradient(grid)
    np.testing.assert_array_equal(value, frozen(grid))
    np.testing.assert_array_equal(gradient, frozen.gradient(grid))


def test_no_rule_moves_a_frozen_parameter_and_the_closed_form_takes_the_others():
    """Whoever looks at values only, or solves for the minimum, is right about the rest, too."""
    loss, frozen = LOSSES["three weights"], LOSSES["frozen"]
    rest, *_ = np.linalg.lstsq(X[:, [0, 2]], Y - 2 * X[:, 1])
    np.testing.assert_allclose(gd.closed_form(frozen), rest, rtol=1e-9)
    end = gd.hot_and_cold(frozen, [0, 0], step_size=0.001).trace(steps=2000).parameters[-1]
    np.testing.assert_allclose(end, rest, atol=0.002)
    assert loss([end[0], 2, end[1]]) == frozen(end)


@pytest.mark.parametrize("name", LOSSES)
def test_value_and_gradient_in_one_pass_are_those_of_two(name):
    """The one pass is a saving, not another answer."""
    loss = LOSSES[name]
    points = np.random.default_rng(9).normal(size=(3, len(loss.names)))
    value, gradient = loss.value_and_gradient(points)
    np.testing.assert_array_equal(value, loss(points))
    np.testing.assert_array_equal(gradient, loss.gradient(points))


def test_half_the_loss_has_the_weight_delta_for_its_slope():
    """Delta times input, as the sources compute it; and half of everything else."""
    loss, half = LOSSES["three weights"], LOSSES["half"]
    point = np.array([1.0, 2.0, 3.0])
    delta = X @ point - Y
    np.testing.assert_allclose(half.gradient(point), (delta[:, None] * X).mean(axis=0))
    assert half(point) == pytest.approx(float(loss(point)) / 2, rel=1e-15)
    np.testing.assert_allclose(half.hessian(point), loss.hessian(point) / 2)


def test_freezing_takes_the_curvature_out():
    """With all weights but one frozen, the only curvature left is that weight's own."""
    alone = gd.freeze(gd.least_squares([[8.5, 0.65, 1.2]], [1]), w1=0.1, w3=-0.1)
    assert gd.curvatures(alone).max() == pytest.approx(2 * 0.65**2)


def test_a_pass_of_minibatches_sees_every_example_once():
    """Weighted by their sizes, the batches of one pass average to the full gradient."""
    loss = gd.least_squares(X, Y)
    noisy = gd.minibatches(loss, size=5, seed=7)
    point = np.array([0.1, 0.2, 0.3])
    batches = []
    for _ in range(3):
        batches.append(noisy.gradient(point))
        noisy.advance()
    mean = (5 * batches[0] + 5 * batches[1] + 2 * batches[2]) / 12
    np.testing.assert_allclose(mean, loss.gradient(point), rtol=1e-12)
    assert not np.allclose(batches[0], batches[1])


def test_minibatches_of_everything_are_the_whole():
    """The full batch is no noise at all."""
    loss = gd.least_squares(X, Y)
    full = gd.minibatches(loss, size=12)
    np.testing.assert_allclose(full.gradient([1, 2, 3]), loss.gradient([1, 2, 3]), rtol=1e-12)


def test_wrappers_combine():
    """Freezing a noisy loss and making noise of a frozen one are the same, batch by batch."""
    loss = gd.least_squares(X, Y)
    one = gd.freeze(gd.minibatches(loss, size=5, seed=3), w1=1)
    other = gd.minibatches(gd.freeze(loss, w1=1), size=5, seed=3)
    for _ in range(7):
        np.testing.assert_allclose(one.gradient([2, 3]), other.gradient([2, 3]))
        one.advance()
        other.advance()


def test_all_looks_between_two_steps_see_the_same_batch():
    """A line search compares like with like: loss, gradient and curvature of one batch."""
    loss = gd.least_squares(X, Y)
    noisy = gd.minibatches(loss, size=5, seed=7)
    generator, point = np.random.default_rng(7), np.array([0.1, 0.2, 0.3])
    for _ in range(3):
        order = generator.permutation(12)
        for batch in (order[:5], order[5:10], order[10:]):
            part = gd.least_squares(X[batch], Y[batch])
            assert noisy(point) == noisy(point) == pytest.approx(float(part(point)), rel=1e-14)
            np.testing.assert_allclose(noisy.gradient(point), part.gradient(point), rtol=1e-12)
            np.testing.assert_allclose(noisy.hessian(point), part.hessian(point), rtol=1e-12)
            noisy.advance()
    assert noisy.whole is loss


def test_batches_drawn_with_replacement_repeat_examples_and_are_right_on_average():
    """Over many draws their mean gradient is the full one; within a pass some come twice."""
    loss = gd.least_squares(np.eye(6), np.arange(6.0))  # each example has a weight of its own
    noisy = gd.minibatches(loss, size=3, seed=2, replacement=True)
    gradients = []
    for _ in range(6000):
        gradients.append(noisy.gradient(np.zeros(6)))
        noisy.advance()
    seen = np.count_nonzero(gradients[:2], axis=1).sum()
    assert seen < 6, "two batches of three are no pass over all six"
    np.testing.assert_allclose(np.mean(gradients, axis=0), loss.gradient(np.zeros(6)), atol=0.06)


def test_a_pass_shuffled_in_blocks_is_the_same_pass(monkeypatch):
    """How many examples are put in order at once is a matter of speed alone."""
    monkeypatch.setattr("gdbook.losses._SHUFFLED_AT_ONCE", 4)
    loss = gd.least_squares(np.arange(1.0, 12.0), np.arange(11.0))
    noisy = gd.minibatches(loss, size=2, seed=1)
    order = np.random.default_rng(1).permutation(11)
    for first in range(0, 11, 2):
        part = loss.on(order[first : first + 2])
        np.testing.assert_allclose(noisy.gradient([0.5]), part.gradient([0.5]))
        noisy.advance()


def test_surface_is_the_loss_at_every_point():
    """Rows belong to the vertical parameter, columns to the horizontal one."""
    loss = LOSSES["line"]
    view = gd.surface(loss, resolution=7, b=(-2, 4), w=(-1, 5))
    assert view.names == ("b", "w")
    for i, w in enumerate(view.axes[1]):
        for j, b in enumerate(view.axes[0]):
            assert view.losses[i, j] == pytest.approx(float(loss([b, w])), rel=1e-13)


def test_a_surface_asks_for_one_row_at_a_time():
    """However fine the grid, no call gets more of it; the losses are those of the whole grid."""
    asked = []

    def value(parameters):
        asked.append(parameters.copy())
        return LOSSES["three weights"](parameters)

    recorded = gd.Loss(value, lambda p: p, names=["u", "v", "w"])
    view = gd.surface(recorded, at=[9, 0.5, 9], resolution=301, w=(-1, 1), u=(0, 3))
    assert max(parameters.size for parameters in asked) == 301 * 3
    w, u = np.meshgrid(*view.axes)
    grid = np.stack([u, np.full_like(u, 0.5), w], axis=-1)
    np.testing.assert_allclose(view.losses, LOSSES["three weights"](grid), rtol=1e-13)


def test_a_loss_knows_whether_its_gradient_is_sampled():
    """Batches are, whatever is wrapped around them; nothing else is."""
    noisy = gd.minibatches(LOSSES["line"], size=3)
    assert noisy.sampled
    assert gd.freeze(noisy, b=0).sampled
    assert noisy.fresh().sampled
    assert not any(loss.sampled for loss in LOSSES.values())


def test_section_is_a_line_through_the_surface():
    """With one parameter fixed, the surface is a curve."""
    loss = LOSSES["line"]
    section = gd.surface(loss, at=[0.5, 99.0], resolution=5, w=(-1, 5))
    expected = [float(loss([0.5, w])) for w in np.linspace(-1, 5, 5)]
    np.testing.assert_allclose(section.losses, expected, rtol=1e-13)


@settings(max_examples=50, deadline=None)
@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(-100, 100))
def test_one_weight_by_hand(x, y, w):
    """With one example and one weight the loss is (wx - y)^2, whatever the numbers."""
    loss = gd.least_squares([x], [y])
    assert float(loss([w])) == pytest.approx((w * x - y) ** 2, rel=1e-15)
    assert loss.gradient([w])[0] == pytest.approx(2 * (w * x - y) * x)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gd.least_squares([1, 2], [1]), r"y must have shape \(2,\) to fit x, got \(1,\)"),
        (lambda: gd.least_squares([[[1]]], [1]), r"x must have shape \(m,\) or \(m, n\)"),
        (lambda: gd.least_squares([1, np.nan], [1, 2]), "x must be finite, got nan at position 1"),
        (lambda: gd.least_squares([], []), "x must not be empty"),
        (lambda: gd.least_squares([1], [1], names=["a", "b"]), "names must name 1 parameters"),
        (lambda: gd.least_squares([1], [1])([1, 2]), r"parameters must have shape \(\.\.\., 1\)"),
        (lambda: gd.least_squares([1], [1])(3.0), r"parameters must have shape \(\.\.\., 1\)"),
        (lambda: gd.Loss(abs, abs, names=[]), "names must be one name for each parameter"),
        (lambda: gd.Loss(abs, abs, names=["w", "w"]), "names must be one name for each parameter"),
        (lambda: LOSSES["line"].on([]), "examples must name at least one example"),
        (lambda: LOSSES["line"].on([12]), "examples must lie between 0 and 11, got 12"),
        (lambda: gd.freeze(gd.himmelblau(), u=0).on([0]), "not a mean over examples"),
        (lambda: gd.minibatches(LOSSES["line"], size=1, seed=-1), "seed must be at least 0"),
        (lambda: gd.freeze(LOSSES["line"], v=2), "values must be of b, w, got 'v'"),
        (lambda: gd.freeze(LOSSES["line"], b=1, w=2), "values must leave a parameter free"),
        (lambda: gd.freeze(LOSSES["line"], b=np.nan), "b must be finite, got nan"),
        (lambda: gd.minibatches(LOSSES["line"], size=0), "size must be at least 1, got 0"),
        (lambda: gd.minibatches(LOSSES["line"], size=13), "size must be at most 12, got 13"),
        (lambda: gd.minibatches(gd.himmelblau(), size=1), "loss must be a mean over examples"),
        (lambda: gd.himmelblau().on([0]), "not a mean over examples"),
        (lambda: gd.surface(LOSSES["line"], b=(0, 1)), "at must say where w stands"),
        (lambda: gd.surface(LOSSES["line"], b=(1, 0), w=(0, 1)), "b must run from low to high"),
        (lambda: gd.surface(LOSSES["line"], q=(0, 1)), "ranges must name parameters"),
        (lambda: gd.surface(LOSSES["line"]), "ranges must name one or two parameters"),
        (
            lambda: gd.surface(gd.least_squares(X[:, :2], Y, names=["at", "w"]), w=(0, 1)),
            "'at' is an argument of `surface`: name the parameter differently",
        ),
        (lambda: gd.surface(LOSSES["line"], at=[1], w=(0, 1)), r"at must have shape \(2,\)"),
        (
            lambda: gd.surface(LOSSES["line"], resolution=1, b=(0, 1), w=(0, 1)),
            "resolution must be at least 2, got 1",
        ),
        (
            lambda: gd.Loss(lambda p: (p**2).sum(), np.sign, names="w")([[1], [2]]),
            r"value of the loss must have shape \(2,\) at parameters \(2, 1\), got \(\)",
        ),
        (
            lambda: gd.Loss(np.sum, lambda p: p[..., 0], names="w").gradient([1]),
            r"gradient of the loss must have shape \(1,\) at parameters \(1,\), got \(\)",
        ),
        (
            lambda: gd.Loss(np.sum, np.sign, names="w", hessian=np.sign).hessian([1]),
            r"hessian of the loss must have shape \(1, 1\)",
        ),
        (
            lambda: gd.minibatches(
                gd.Loss(np.sum, np.sign, names="w", n_examples=2, on=lambda _: gd.himmelblau()),
                size=1,
            ),
            "loss must know how many examples its parts have",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    """An error names the argument and the value."""
    with pytest.raises(ValueError, match=message):
        call()


def test_a_loss_without_hessian_says_so():
    """Asking for what was never given is an error, not a None."""
    flat = gd.Loss(lambda p: p[..., 0], lambda p: p, names=["w"])
    with pytest.raises(ValueError, match="without a hessian"):
        flat.hessian([1.0])


@pytest.mark.parametrize("value", ["much", "0.1", None, [[1], [2, 3]], [1j], ["a"], Decimal(1)])
def test_what_is_no_number_is_shown(value):
    """Anything but numbers is a TypeError that names the argument."""
    with pytest.raises(TypeError, match="x must be an array of numbers, got "):
        gd.least_squares(value, [1])


def test_exact_numbers_are_numbers():
    """Fractions and long integers count as the floats nearest to them, if there is one."""
    quarter, half = np.array([1, 2], dtype=object) * Fraction(1, 4)
    loss = gd.least_squares([quarter, 2**70], [True, 3])
    assert loss([half]) == gd.least_squares([0.25, 2.0**70], [1, 3])([0.5])
    with pytest.raises(ValueError, match="x must be within the range of a float, got 1000"):
        gd.least_squares(10**400, [1])


@pytest.mark.parametrize(
    "call",
    [
        lambda loss: gd.gradient_descent(loss, [1], learning_rate=1),
        lambda loss: gd.freeze(loss, w=0),
        lambda loss: gd.minibatches(loss, size=1),
        lambda loss: gd.surface(loss, w=(0, 1)),
        gd.curvatures,
        lambda loss: gd.finite_differences(loss, [1]),
    ],
)
def test_a_bare_function_is_no_loss(call):
    """It has no gradient to go by, and the error says so at once."""
    with pytest.raises(TypeError, match=r"loss must be a gdbook\.Loss, got"):
        call(lambda w: w**2)


def test_a_seed_is_a_whole_number():
    """Without a fixed seed a run could not repeat."""
    with pytest.raises(TypeError, match=r"seed must be a whole number, got 1\.5"):
        gd.minibatches(LOSSES["line"], size=1, seed=1.5)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": 3}, "names must be a list of strings, got 3"),
        ({"names": [1]}, r"names must be a list of strings, got \[1\]"),
        ({"intercept": [1, 2]}, r"intercept must be True or False, got \[1, 2\]"),
        ({"half": 2}, "half must be True or False, got 2"),
    ],
)
def test_bad_options_are_named(options, message):
    """What is neither a name nor a choice is shown."""
    with pytest.raises(TypeError, match=message):
        gd.least_squares([1], [1], **options)


def test_a_single_string_is_a_single_name():
    """Not one name for each of its letters."""
    assert gd.least_squares([1, 2], [1, 2], names="slope").names == ("slope",)


def test_masked_arrays_are_refused():
    """Their gaps would count as numbers."""
    with pytest.raises(TypeError, match="x must not be masked"):
        gd.least_squares(np.ma.masked_invalid([1.0, np.nan]), [1, 2])
    loss = gd.least_squares([1, 2], [1, 2])
    with pytest.raises(TypeError, match="parameters must not be masked"):
        loss(np.ma.array([5.0], mask=[True]))
    with pytest.raises(TypeError, match="examples must not be masked"):
        loss.on(np.ma.array([0, 1], mask=[False, True]))


def test_nobody_has_fewer_examples_than_none():
    """A mean over minus three examples is no mean."""
    with pytest.raises(ValueError, match="n_examples must be at least 0, got -3"):
        gd.Loss(np.sum, np.sign, names="w", n_examples=-3)


@pytest.mark.parametrize("given", ["ab", ["1"], [None]])
def test_parameters_are_numbers(given):
    """And not what can be read as one."""
    with pytest.raises(TypeError, match="parameters must be an array of numbers"):
        gd.least_squares([1, 2], [1, 2])(given)
