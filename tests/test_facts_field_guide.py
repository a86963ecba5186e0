"""Numbers and claims of the chapters on momentum, Adam, what came after, and the field guide.

By plain arithmetic, and by other people's software, without the package's rules where possible.
"""

from math import hypot, sqrt

import numpy as np
import pytest
from scipy import optimize
from sklearn.datasets import load_diabetes

import gdbook as gd


def radius(eta, mu, bends=(1, 25)):
    """Return the factor that each step of a heavy ball leaves in the end, by eigenvalues."""
    steps = [np.array([[1 + mu - eta * bend, -mu], [1, 0]]) for bend in bends]
    return max(np.abs(np.linalg.eigvals(step)).max() for step in steps)


def test_the_best_settings_of_the_heavy_ball():
    """At 1/9 and 4/9 each step leaves 2/3, and every other pair leaves more."""
    assert radius(1 / 9, 4 / 9) == pytest.approx(2 / 3, abs=1e-6)
    found = optimize.minimize(lambda p: radius(*p), [0.1, 0.5], method="Nelder-Mead")
    assert found.fun > 2 / 3 - 1e-6
    assert radius(2 / 26, 0) == pytest.approx(24 / 26)


@pytest.mark.parametrize(("kappa", "plain", "ball"), [(25, 87, 26), (100, 346, 56)])
def test_steps_to_a_thousandth(kappa, plain, ball):
    """The condition number under a root, counted from (1, 1) with plain floats."""
    root = sqrt(kappa)
    settings = {
        plain: (2 / (kappa + 1), 0.0),
        ball: (4 / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2),
    }
    for expected, (eta, mu) in settings.items():
        w, v, steps = [1.0, 1.0], [0.0, 0.0], 0
        while hypot(*w) >= 1e-3 * sqrt(2):
            v = [mu * v[j] + bend * w[j] for j, bend in enumerate((1, kappa))]
            w = [w[j] - eta * v[j] for j in range(2)]
            steps += 1
        assert steps == expected


def test_the_first_steps_without_bias_correction():
    """3.16 times too long at first, 6.57 at step 12, 1.26 at step 1,000."""
    m = s = 0.0
    lengths = []
    for _ in range(1000):
        m, s = 0.9 * m + 0.1, 0.999 * s + 0.001
        lengths.append(m / sqrt(s))
    assert lengths[0] == pytest.approx(0.1 / sqrt(0.001))
    assert lengths.index(max(lengths)) == 11
    assert (round(max(lengths), 2), round(lengths[-1], 2)) == (6.57, 1.26)


@pytest.mark.parametrize("c", [3, 4, 8])
def test_adam_converges_to_the_worst_place(c):
    """The condition of the paper, beta2 = 1/(1 + C²), with slopes C, -1, -1 on [-1, 1]."""
    w = s = 0.0
    for t in range(1, 3001):
        g = c if t % 3 == 1 else -1
        s = s / (1 + c**2) + (1 - 1 / (1 + c**2)) * g**2
        w = min(max(w - 0.5 / sqrt(t) * g / sqrt(s), -1.0), 1.0)
    assert c - 2 > 0, "so the sum of all slopes is positive, and -1 the best place"
    assert w > 0.9


def test_what_newton_schulz_leaves():
    """From 0.01 upward all singular values end between 0.68 and 1.2; 0.0001 is on its way."""
    s = np.array([1.0, 0.3, 0.1, 0.01, 0.0001])
    for _ in range(5):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    assert (s[:4] > 0.68).all()
    assert (s[:4] < 1.2).all()
    assert 0.03 < s[4] < 0.08


def test_newton_finds_the_saddle_of_the_two_wells():
    """A root of the gradient, found by SciPy, with one curvature below zero."""
    wells = gd.two_wells()
    saddle = optimize.root(wells.gradient, [0.2, 0.0]).x
    np.testing.assert_allclose(
        gd.newton(wells, [0.1, 0.1]).trace(10).parameters[-1], saddle, atol=1e-8
    )
    bends = np.linalg.eigvalsh(wells.hessian(saddle))
    assert bends[0] < 0 < bends[1]


def test_the_digits_are_separable_and_the_patients_ill_conditioned():
    """No minimum for the one, and a condition number of some hundreds for the other."""
    digits = gd.bundled_digits()
    chosen = np.isin(digits.labels, [3, 8])
    signs = np.where(digits.labels[chosen] == 8, 1, -1)
    rows = np.c_[np.ones(chosen.sum()), digits.pixels[chosen]] * signs[:, None]
    found = optimize.linprog(
        np.zeros(65), A_ub=-rows, b_ub=-np.ones(len(rows)), bounds=(None, None)
    )
    assert found.status == 0, "a plane with every digit on its side"
    x = load_diabetes(scaled=False).data
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    assert 300 < np.linalg.cond(x) ** 2 < 600
