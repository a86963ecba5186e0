"""Losses against finite differences, closed forms and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mean_squared_error

import gdbook as gd

X = np.random.default_rng(0).normal(size=(12, 3))
Y = np.random.default_rng(1).normal(size=12)
LOSSES = {
    "one weight": gd.least_squares([0.5], [0.8]),
    "three weights": gd.least_squares(X, Y),
    "line": gd.least_squares(X[:, 0], Y, intercept=True),
    "frozen": gd.freeze(gd.least_squares(X, Y), [1]),
    "himmelblau": gd.himmelblau(),
}


@pytest.mark.parametrize("name", [name for name in LOSSES if name != "frozen"])
def test_gradient_is_that_of_finite_differences(name):
    """The slope by formula is the slope by measurement."""
    loss = LOSSES[name]
    points = np.random.default_rng(2).normal(size=(4, len(loss.names)))
    measured = gd.finite_differences(loss, points, step_size=1e-5)
    np.testing.assert_allclose(loss.gradient(points), measured, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", [name for name in LOSSES if name != "frozen"])
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


def test_freezing_changes_the_gradient_and_nothing_else():
    """The value stays, the slopes of the others stay, and the frozen one is zero."""
    loss, frozen = LOSSES["three weights"], LOSSES["frozen"]
    point = np.array([1.0, 2.0, 3.0])
    assert frozen(point) == loss(point)
    np.testing.assert_array_equal(frozen.gradient(point)[[0, 2]], loss.gradient(point)[[0, 2]])
    assert frozen.gradient(point)[1] == 0


def test_freezing_takes_the_curvature_out():
    """With all weights but one frozen, the only curvature left is that weight's own."""
    alone = gd.freeze(gd.least_squares([[8.5, 0.65, 1.2]], [1]), [0, 2])
    assert gd.curvatures(alone).max() == pytest.approx(2 * 0.65**2)


def test_a_pass_of_minibatches_sees_every_example_once():
    """Weighted by their sizes, the batches of one pass average to the full gradient."""
    loss = gd.least_squares(X, Y)
    noisy = gd.minibatches(loss, size=5, seed=7)
    point = np.array([0.1, 0.2, 0.3])
    batches = [noisy.gradient(point) for _ in range(3)]
    mean = (5 * batches[0] + 5 * batches[1] + 2 * batches[2]) / 12
    np.testing.assert_allclose(mean, loss.gradient(point), rtol=1e-12)
    assert not np.allclose(batches[0], batches[1])


def test_minibatches_of_everything_are_the_whole():
    """The full batch is no noise at all."""
    loss = gd.least_squares(X, Y)
    full = gd.minibatches(loss, size=12)
    np.testing.assert_allclose(full.gradient([1, 2, 3]), loss.gradient([1, 2, 3]), rtol=1e-12)


def test_wrappers_combine():
    """Freezing a noisy loss and making noise of a frozen one are the same."""
    loss = gd.least_squares(X, Y)
    one = gd.freeze(gd.minibatches(loss, size=4, seed=3), [0])
    other = gd.minibatches(gd.freeze(loss, [0]), size=4, seed=3)
    np.testing.assert_allclose(one.gradient([1, 2, 3]), other.gradient([1, 2, 3]))


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
    assert gd.freeze(noisy, [0]).sampled
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
        (lambda: gd.freeze(gd.himmelblau(), [0]).on([0]), "not a mean over examples"),
        (lambda: gd.minibatches(LOSSES["line"], size=1, seed=-1), "seed must be at least 0"),
        (lambda: gd.freeze(LOSSES["line"], [2]), "frozen must lie between 0 and 1, got 2"),
        (lambda: gd.minibatches(LOSSES["line"], size=0), "size must be at least 1, got 0"),
        (lambda: gd.minibatches(LOSSES["line"], size=13), "size must be at most 12, got 13"),
        (lambda: gd.minibatches(gd.himmelblau(), size=1), "loss must be a mean over examples"),
        (lambda: gd.himmelblau().on([0]), "not a mean over examples"),
        (lambda: gd.surface(LOSSES["line"], b=(0, 1)), "at must say where w stands"),
        (lambda: gd.surface(LOSSES["line"], b=(1, 0), w=(0, 1)), "b must run from low to high"),
        (lambda: gd.surface(LOSSES["line"], q=(0, 1)), "ranges must name parameters"),
        (lambda: gd.surface(LOSSES["line"]), "ranges must name one or two parameters"),
        (lambda: gd.surface(LOSSES["line"], at=[1], w=(0, 1)), r"at must have shape \(2,\)"),
        (
            lambda: gd.surface(LOSSES["line"], resolution=1, b=(0, 1), w=(0, 1)),
            "resolution must be at least 2, got 1",
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


@pytest.mark.parametrize("value", ["much", "0.1", None, [[1], [2, 3]], [1j], 10**400, ["a"]])
def test_what_is_no_number_is_shown(value):
    """Anything but numbers is a TypeError that names the argument."""
    with pytest.raises(TypeError, match="x must be an array of numbers, got "):
        gd.least_squares(value, [1])


@pytest.mark.parametrize(
    "call",
    [
        lambda loss: gd.gradient_descent(loss, [1], learning_rate=1),
        lambda loss: gd.freeze(loss, [0]),
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


def test_freezing_copies_its_list():
    """What the caller does to the list later does not freeze more."""
    frozen = [0]
    loss = gd.freeze(LOSSES["three weights"], frozen)
    frozen.append(1)
    assert loss.fresh().gradient([1, 2, 3])[1] != 0
