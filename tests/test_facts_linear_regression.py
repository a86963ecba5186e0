"""Every number that the walk through linear regression prints, recomputed.

By the plain NumPy code, whose digits must be the printed ones; where the package has a word for it,
by the package, too, which must agree up to rounding.  After Godoy, *Deep Learning with PyTorch
Step-by-Step*, chapter 0.
"""

# ruff: noqa: NPY002  # the printed numbers come from NumPy's shared, seeded generator

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

import gdbook as gd

TRUE_B, TRUE_W = 1, 2
DATA = gd.noisy_line()
LOSS = gd.least_squares(DATA.x_train, DATA.y_train, intercept=True)
START = gd.random_start()


@pytest.fixture(scope="module")
def plain():
    """Make data, split, start, prediction, loss, gradient and one update, all in plain NumPy."""
    np.random.seed(42)
    x = np.random.rand(100, 1)
    y = TRUE_B + TRUE_W * x + 0.1 * np.random.randn(100, 1)
    order = np.arange(100)
    np.random.shuffle(order)
    x_train, y_train = x[order[:80]], y[order[:80]]
    np.random.seed(42)
    b, w = np.random.randn(1), np.random.randn(1)
    delta = b + w * x_train - y_train
    b_grad, w_grad = 2 * delta.mean(), 2 * (x_train * delta).mean()
    return SimpleNamespace(
        x=x, y=y, order=order, x_train=x_train, y_train=y_train, b=b, w=w,
        loss=(delta**2).mean(), b_grad=b_grad, w_grad=w_grad,
        new_b=b - 0.1 * b_grad, new_w=w - 0.1 * w_grad,
    )  # fmt: skip


def test_the_start(plain):
    """Printed as two arrays of one number."""
    assert f"{plain.b} {plain.w}" == "[0.49671415] [-0.1382643]"
    np.testing.assert_array_equal([plain.b[0], plain.w[0]], START)


def test_the_first_loss(plain):
    """All sixteen digits after the point."""
    assert repr(float(plain.loss)) == "2.7421577700550976"
    assert LOSS(START) == pytest.approx(plain.loss, rel=1e-14)


def test_the_first_gradient(plain):
    """All digits of both parts; the package has the same, and so have finite differences."""
    assert repr(float(plain.b_grad)) == "-3.044811379650508"
    assert repr(float(plain.w_grad)) == "-1.8337537171510832"
    expected = [plain.b_grad, plain.w_grad]
    np.testing.assert_allclose(LOSS.gradient(START), expected, rtol=1e-14)
    np.testing.assert_allclose(gd.finite_differences(LOSS, START), expected, rtol=1e-8)


def test_the_first_update(plain):
    """With the rate 0.1."""
    assert f"{plain.new_b} {plain.new_w}" == "[0.80119529] [0.04511107]"
    after = gd.gradient_descent(LOSS, START, learning_rate=0.1).trace(steps=1).parameters[1]
    np.testing.assert_allclose(after, [plain.new_b[0], plain.new_w[0]], rtol=1e-14)


def test_the_shapes_and_the_corner_of_the_grid(plain):
    """The grid, all that is printed of its values, and the predictions on it."""
    b_range = np.linspace(TRUE_B - 3, TRUE_B + 3, 101)
    w_range = np.linspace(TRUE_W - 3, TRUE_W + 3, 101)
    bs, ws = np.meshgrid(b_range, w_range)
    assert bs.shape == ws.shape == (101, 101)
    row = "[-2. , -1.94, -1.88, ..., 3.88, 3.94, 4. ]"
    printed = f"[{row}, {row}, {row}, ..., {row}, {row}, {row}]"
    # The source lost the blanks that align the columns: compare all but blanks.
    shown = np.array2string(bs, separator=", ", threshold=1000)
    assert "".join(shown.split()) == "".join(printed.split())
    predictions = np.apply_along_axis(lambda one: bs + ws * one, 1, plain.x_train)
    labels = plain.y_train.reshape(-1, 1, 1)
    assert (bs + ws * plain.x_train[0]).shape == (101, 101)
    assert predictions.shape == (80, 101, 101)
    assert labels.shape == (80, 1, 1)
    assert (predictions - labels).shape == (80, 101, 101)
    losses = ((predictions - labels) ** 2).mean(axis=0)
    assert losses.shape == (101, 101)
    view = gd.surface(LOSS, b=(-2, 4), w=(-1, 5))
    np.testing.assert_allclose(view.losses, losses, rtol=1e-12)


def test_the_gradient_that_was_typed_in_is_a_forward_difference():
    """Two cells of the grid, from the crossing next to the start, give both printed numbers."""
    view = gd.surface(LOSS, b=(-2, 4), w=(-1, 5))
    j, i = (int(abs(axis - p).argmin()) for axis, p in zip(view.axes, START, strict=True))
    run = view.axes[0][j + 2] - view.axes[0][j]
    here = view.losses[i, j]
    by_eye = (view.losses[i, j + 2] - here) / run, (view.losses[i + 2, j] - here) / run
    assert [f"{slope:.2f}" for slope in by_eye] == ["-2.90", "-1.79"]
    assert not np.allclose(LOSS.gradient(START), by_eye, rtol=0.02)


@pytest.mark.parametrize(("rate", "settles"), [(0.2, True), (0.8, True), (1.1, False)])
def test_the_three_rates(rate, settles):
    """What many steps show, and the limit that the curvature sets."""
    trace = gd.gradient_descent(LOSS, START, learning_rate=rate).trace(steps=600)
    assert (trace.losses[-1] < 0.01) == settles == (rate < gd.stable_learning_rate(LOSS))


def test_the_sections_tolerate_more_than_the_surface():
    """Limits along b, along w, and in the sharpest direction."""
    along_b, along_w = 2 / np.diag(LOSS.hessian(START))
    assert along_b == pytest.approx(1)
    assert along_w == pytest.approx(1 / (DATA.x_train**2).mean())
    assert gd.stable_learning_rate(LOSS) < 0.9 < along_b < along_w


def test_the_bad_feature_keeps_the_noise_and_not_the_last_digit(plain):
    """Made anew with the same seed: the features are ten times the old ones, exactly."""
    np.random.seed(42)
    bad_x = np.random.rand(100, 1) * 10
    y = TRUE_B + TRUE_W / 10 * bad_x + 0.1 * np.random.randn(100, 1)
    np.testing.assert_array_equal(bad_x, 10 * plain.x)
    assert not np.array_equal(y, plain.y)
    np.testing.assert_allclose(y, plain.y, rtol=0, atol=1e-15)
    bad = gd.noisy_line(feature_scale=10)
    np.testing.assert_array_equal(bad.x_train, bad_x[plain.order[:80], 0])
    np.testing.assert_array_equal(bad.y_train, plain.y_train[:, 0])


def test_the_scaled_surface_is_a_circle_whichever_feature_was_scaled():
    """Standardising forgets the unit, so the slip of the walk does not show in its figure."""
    bad = gd.noisy_line(feature_scale=10)
    scaled = [StandardScaler().fit_transform(x[:, None])[:, 0] for x in (DATA.x_train, bad.x_train)]
    original, rescaled = scaled
    np.testing.assert_allclose(original, rescaled, rtol=0, atol=1e-12)
    loss = gd.least_squares(rescaled, bad.y_train, intercept=True)
    np.testing.assert_allclose(loss.hessian(START), 2 * np.eye(2), atol=1e-12)


def test_gradient_descent_ends_where_scikit_learn_does():
    """And where the closed form is, after many epochs and not after few."""
    fitted = LinearRegression().fit(DATA.x_train[:, None], DATA.y_train)
    expected = [fitted.intercept_, fitted.coef_[0]]
    np.testing.assert_allclose(gd.closed_form(LOSS), expected, rtol=1e-10)
    trace = gd.gradient_descent(LOSS, START, learning_rate=0.1).trace(steps=2500)
    np.testing.assert_allclose(trace.parameters[-1], expected, rtol=1e-10)
    assert abs(trace.parameters[20] - expected).max() > 1
