"""What is learned from: the data sets of the book, the same on every machine and every day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdbook import checks
from gdbook.checks import Array

__all__ = ["Split", "noisy_line", "random_start"]


@dataclass(frozen=True, eq=False)  # arrays have no single answer to "equal?"
class Split:
    """Examples in two parts: one to learn from, and one that is kept aside to judge.

    Attributes
    ----------
    x_train, y_train : ndarray, shape (m,)
        The training set: features and targets.
    x_validation, y_validation : ndarray, shape (k,)
        The validation set, which no rule ever gets to see.
    """

    x_train: Array
    y_train: Array
    x_validation: Array
    y_validation: Array


def noisy_line(
    *,
    intercept: float = 1.0,
    slope: float = 2.0,
    noise: float = 0.1,
    size: int = 100,
    feature_scale: float = 1.0,
    seed: int = 42,
) -> Split:
    r"""Return points around a straight line, shuffled, and split 80 to 20.

    .. math::

        y_i = b + w u_i + \varepsilon_i, \qquad x_i = c u_i,

    with :math:`u_i` uniform between 0 and 1, intercept :math:`b`, slope :math:`w`, noise
    :math:`\varepsilon_i` that is normal around 0, and the scale :math:`c` of the feature: a change
    of its unit, which leaves the targets as they are.

    Parameters
    ----------
    intercept, slope : float
        The true line, in the unit of the targets.
    noise : float
        The standard deviation of the noise, in the unit of the targets; not negative.
    size : int
        How many examples; four fifths of them are for training.
    feature_scale : float
        The factor :math:`c`, positive.
    seed : int
        Where the random numbers begin; not negative.

    Returns
    -------
    Split
        With the defaults, the numbers that NumPy's legacy generator gives after
        ``np.random.seed(42)``, without touching the generator that all programs share.

    Raises
    ------
    ValueError
        If `size` is below 5, `noise` or `seed` is negative, or `feature_scale` is not positive.

    Notes
    -----
    It is bad at surprises: the model that is fitted to it is the very one that it was made by.

    References
    ----------
    :cite:t:`godoy2022`, chapter 0.

    Examples
    --------
    >>> import gdbook as gd
    >>> data = gd.noisy_line()
    >>> data.x_train.shape, data.x_validation.shape
    ((80,), (20,))
    >>> data.x_train[:2].round(4), data.y_train[:2].round(4)
    (array([0.7713, 0.0636]), array([2.4745, 1.1928]))
    """
    size = checks.whole("size", size, least=5)
    spread = float(checks.non_negative("noise", noise))
    factor = float(checks.positive("feature_scale", feature_scale))
    seed = checks.whole("seed", seed, least=0)
    generator = np.random.RandomState(seed)  # the stream of the printed numbers
    u = generator.rand(size)
    x, y = factor * u, intercept + slope * u + spread * generator.randn(size)
    order = np.arange(size)
    generator.shuffle(order)
    train, validation = np.split(order, [size * 4 // 5])
    return Split(x[train], y[train], x[validation], y[validation])


def random_start(n: int = 2, *, seed: int = 42) -> Array:
    """Return `n` normal random numbers to begin a walk from.

    Parameters
    ----------
    n : int
        How many parameters there are.
    seed : int
        Where the random numbers begin; not negative.

    Returns
    -------
    ndarray, shape (n,)
        The numbers that NumPy's legacy generator gives after ``np.random.seed(seed)``.

    Raises
    ------
    ValueError
        If `n` is below 1, or `seed` is negative.

    Notes
    -----
    It is bad at independence: with the seed that made the data, the start is a function of them.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.random_start()
    array([ 0.49671415, -0.1382643 ])
    """
    n, seed = checks.whole("n", n, least=1), checks.whole("seed", seed, least=0)
    return np.asarray(np.random.RandomState(seed).randn(n))  # as above
