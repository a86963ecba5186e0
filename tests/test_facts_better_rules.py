"""Numbers and claims of the notes on a lecture about better rules, recomputed from outside.

By plain arithmetic, without the package's rules; where the package has a word for it, by the
package, too.  After Hung-yi Lee's lecture on gradient descent, tips 1 to 3.
"""

from math import exp, hypot, sqrt

import numpy as np
import pytest

import gdbook as gd

QUIET = (0.001, 0.001, 0.003, 0.002, 0.1)
LOUD = (10.8, 20.9, 31.7, 12.1, 0.1)


def replayed(gradients):
    """Return a loss whose gradients, step by step, are the given ones wherever it is asked."""
    seen = iter(gradients)
    return gd.Loss(lambda p: p[..., 0], lambda p: np.full_like(p, next(seen)), names=["w"])


@pytest.mark.parametrize(("gradients", "share"), [(QUIET, 0.9993), (LOUD, 0.0024)])
def test_how_surprising_the_last_gradient_is(gradients, share):
    """The two tables of the lecture: the same last gradient, 0.1, and very different steps."""
    by_hand = gradients[-1] / sqrt(sum(g * g for g in gradients))
    assert by_hand == pytest.approx(share, abs=5e-5)
    path = gd.adagrad(replayed((*gradients, 0.0)), [0.0], learning_rate=1.0).trace(5).parameters
    assert path[4, 0] - path[5, 0] == pytest.approx(by_hand, rel=1e-6)


def test_the_ratio_of_the_two_last_steps():
    """413 times, as the chapter says."""
    shares = [g[-1] / hypot(*g) for g in (QUIET, LOUD)]
    assert round(shares[0] / shares[1]) == 413


def test_the_root_of_the_number_of_steps_cancels():
    """Decay over root mean square is one rate over the root of the sum."""
    for t in range(5):
        decayed = 0.7 / sqrt(t + 1)
        sigma = sqrt(sum(g * g for g in LOUD[: t + 1]) / (t + 1))
        assert decayed / sigma == pytest.approx(0.7 / hypot(*LOUD[: t + 1]))


def test_the_first_step_of_every_parameter_is_the_rate():
    """Whatever the curvature."""
    loss = gd.least_squares(np.diag([1e-3, 1, 1e3]), [0, 0, 0])
    path = gd.adagrad(loss, [1.0, -2.0, 3.0], learning_rate=0.25).trace(1).parameters
    np.testing.assert_allclose(path[1] - path[0], [-0.25, 0.25, -0.25], rtol=1e-3)


def test_best_step_of_a_parabola():
    """Distance to the minimum is |2 a w + b| / 2a; for the fourth power it is three times that."""
    a, b, w = 0.7, -3.0, 5.0
    assert abs(w - (-b / (2 * a))) == pytest.approx(abs(2 * a * w + b) / (2 * a))
    assert w == pytest.approx(3 * (4 * w**3) / (12 * w**2))


def test_the_curvature_cancels_on_a_straight_valley():
    """Adagrad's path is the same whatever the curvatures along the axes."""
    start = [-3.0, 2.0]
    paths = [
        gd.adagrad(gd.least_squares(np.diag(scale), [0, 0]), start, learning_rate=1.0).trace(40)
        for scale in ([1, 1], [1, 10], [7, 0.3])
    ]
    for other in paths[1:]:
        np.testing.assert_allclose(other.parameters, paths[0].parameters, atol=1e-8)


def test_four_rates_on_the_crease():
    """Creeps, arrives, sticks at 19/16, flies off: by plain arithmetic."""
    ends = {}
    for rate in (0.02, 0.3, 0.8, 4.4):
        w = -4.0
        for _ in range(30):
            w -= rate * (w / 2 + 4 * w / sqrt(1 + 4 * w * w))
        ends[rate] = w * w / 4 + sqrt(1 + 4 * w * w) - 1
    assert ends[0.3] < 1e-10
    assert 3 < ends[0.02] < 5
    assert ends[0.8] == pytest.approx(19 / 16)
    assert ends[4.4] > 1e4


@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_the_noise_ball(rate, batch_size):
    """Excess loss of the constant rate: rate / (1 - rate) times the variance over the batch."""
    y = np.random.default_rng(5).normal(2, 0.5, 60)
    loss = gd.least_squares(np.ones(60), y, names=["w"])
    noisy = gd.minibatches(loss, size=batch_size, seed=1, replacement=True)
    run = gd.gradient_descent(noisy, [y.mean()], learning_rate=rate)
    excess = run.trace(8000).losses[300:].mean() - y.var()
    assert excess == pytest.approx(rate / (1 - rate) * y.var() / batch_size, rel=0.12)


def test_the_rate_that_keeps_a_running_mean():
    """With 1 / (2 (t + 1)) every place is the mean of what was seen; after a pass, of all."""
    y = np.random.default_rng(6).normal(size=50)
    loss = gd.least_squares(np.ones(50), y, names=["w"])
    noisy = gd.minibatches(loss, size=1, seed=3)
    path = gd.gradient_descent(noisy, [99.0], learning_rate=gd.inverse_time(0.5)).trace(50)
    order = np.random.default_rng(3).permutation(50)
    expected = [y[order[: t + 1]].mean() for t in range(50)]
    np.testing.assert_allclose(path.parameters[1:, 0], expected, rtol=1e-9)


def test_how_many_are_never_drawn():
    """Of 1000 in 1000 draws: 368 on average, close to 1000 / e."""
    rng = np.random.default_rng(7)
    missed = [1000 - len(np.unique(rng.integers(1000, size=1000))) for _ in range(200)]
    assert np.mean(missed) == pytest.approx(1000 * 0.999**1000, rel=0.01)
    assert round(1000 * 0.999**1000) == round(1000 * exp(-1)) == 368


def test_standardised_features_have_mean_0_and_variance_1():
    """Each with its own mean and its own standard deviation; the curvature is then 2."""
    x = np.random.default_rng(8).uniform([0, 100], [1, 300], size=(40, 2))
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(z.var(axis=0), 1)
    loss = gd.least_squares(z, z @ [1, 2])
    np.testing.assert_allclose(np.diag(loss.hessian([0, 0])), 2)
