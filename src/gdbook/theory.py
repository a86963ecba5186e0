"""What can be known before the first step: curvature and the limits it sets on the rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.checks import Array
from gdbook.losses import Loss

__all__ = ["closed_form", "curvatures", "finite_differences", "stable_learning_rate"]


def closed_form(loss: Loss) -> Array:
    r"""Return the minimum of a quadratic loss by solving one system of equations.

    .. math:: H w^* = -\nabla L(0),

    with the Hessian :math:`H`, the same everywhere, and the gradient :math:`\nabla L(0)` at the
    origin.  For `least_squares` these are the normal equations.

    Parameters
    ----------
    loss : Loss
        A quadratic loss that has a hessian.

    Returns
    -------
    ndarray, shape (n,)
        The only place where the gradient is zero.

    Raises
    ------
    ValueError
        If the loss has no hessian, shows only a sample of its gradient, is not quadratic, or is
        no bowl: flat along some direction, as with fewer examples than parameters, or curved
        downward.

    Notes
    -----
    It is bad at size: solving costs about :math:`n^3` operations and the Hessian holds
    :math:`n^2` numbers, where a step of gradient descent needs neither.  It is also bad at
    features far from zero: the Hessian squares the condition of the data, and a curvature below
    about :math:`2n \cdot 10^{-15}` of the largest cannot be told from zero.  Subtract the mean
    of each feature first.

    Whether the loss is quadratic is tried at three places, not proved.

    References
    ----------
    :cite:t:`legendre1805`.

    Examples
    --------
    >>> import gdbook as gd
    >>> line = gd.least_squares([0, 1, 2], [1, 3, 5], intercept=True)
    >>> gd.closed_form(line).round(6)
    array([1., 2.])
    >>> gd.closed_form(gd.least_squares([1], [3], intercept=True))
    Traceback (most recent call last):
        ...
    ValueError: loss must curve upward in every direction, got curvatures [0. 4.]
    """
    if Loss.check(loss).sampled:
        raise ValueError(
            f"loss must show its whole gradient, got {loss!r} with a gradient sampled in batches"
        )
    origin = np.zeros(len(loss.names))
    hessian, gradient = loss.hessian(origin), loss.gradient(origin)
    bends = np.linalg.eigvalsh(hessian)
    sharpest, shown = float(abs(bends).max()), bends.round(12) + 0.0
    if bends[0] <= 10 * len(bends) * np.finfo(np.float64).eps * sharpest:
        doubt = ", the smallest too flat to tell from rounding" if shown[0] > 0 else ""
        raise ValueError(
            f"loss must curve upward in every direction, got curvatures {shown}{doubt}"
        )
    minimum = np.asarray(np.linalg.solve(hessian, -gradient))
    # Two places where a quadratic loss could not surprise; the second is in no special direction.
    aside = minimum + np.linspace(1, np.sqrt(2), len(origin)) * (1 + abs(minimum))
    unit = np.sqrt(sharpest * abs(float(loss(origin)))) + abs(gradient).max()
    for place in (minimum, aside):
        expected = gradient + hessian @ place
        surprise = abs(loss.gradient(place) - expected).max()
        if not surprise <= 1e-6 * (unit + sharpest * abs(place).max()):
            raise ValueError(
                "loss must be quadratic, got one whose gradient does not change as its hessian says"
            )
    if not abs(loss.hessian(aside) - hessian).max() <= 1e-6 * sharpest:
        raise ValueError(
            "loss must be quadratic, got one whose hessian changes from place to place"
        )
    return minimum


def curvatures(loss: Loss, at: ArrayLike | None = None) -> Array:
    r"""Return the eigenvalues of the Hessian: how sharply the loss bends, and in how many ways.

    .. math:: \lambda_1 \le \dots \le \lambda_n \quad \text{of} \quad H = \nabla^2 L(w).

    Parameters
    ----------
    loss : Loss
        A loss that has a hessian.
    at : array_like, shape (..., n), optional
        Where to look; the origin if left out.  A quadratic loss bends alike everywhere.

    Returns
    -------
    ndarray, shape (..., n)
        The eigenvalues in ascending order, in units of loss per parameter squared.

    Raises
    ------
    ValueError
        If the loss has no hessian, or `at` does not fit it.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.curvatures(gd.least_squares([2], [0.8]))
    array([8.])
    """
    place = np.zeros(len(Loss.check(loss).names)) if at is None else checks.finite("at", at)
    return np.asarray(np.linalg.eigvalsh(loss.hessian(place)))


def stable_learning_rate(loss: Loss, at: ArrayLike | None = None) -> float:
    r"""Return the learning rate at which gradient descent stops converging.

    .. math:: \eta_{\max} = \frac{2}{\lambda_n},

    with the largest eigenvalue :math:`\lambda_n` of the Hessian.  On a convex quadratic loss,
    such as `least_squares`, every rate below it converges from everywhere, and every rate above
    it diverges from almost everywhere: along that direction a step multiplies the distance to
    the minimum by :math:`1 - \eta \lambda_n`.  On other losses it is a local guide.

    Parameters
    ----------
    loss : Loss
        A loss that has a hessian.
    at : array_like, shape (n,), optional
        Where to look, for a loss that is not quadratic; the origin if left out.

    Raises
    ------
    ValueError
        If the loss does not curve upward in any direction there, for then nothing limits the
        rate; if it has no hessian, or `at` is not a single point.

    Notes
    -----
    It is bad at pace, and at noise: a rate just below the limit may take forever, and a gradient
    that is sampled in batches may need a smaller one, for the hessian is that of all examples.

    References
    ----------
    :cite:t:`nesterov2018`, section 1.2.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.stable_learning_rate(gd.least_squares([2], [0.8]))
    0.25
    """
    bends = curvatures(loss, at)
    if bends.ndim != 1:
        raise ValueError(f"at must be a single point, got {at!r}")
    sharpest = float(bends.max())
    if sharpest <= 0:
        raise ValueError(f"loss must curve upward somewhere, got a largest curvature {sharpest}")
    return 2 / sharpest


def finite_differences(loss: Loss, at: ArrayLike, *, step_size: float = 1e-6) -> Array:
    r"""Return the gradient measured from outside, by central differences.

    .. math:: \frac{\partial L}{\partial w_j} \approx \frac{L(w + h e_j) - L(w - h e_j)}{2h},

    with the unit vector :math:`e_j` of parameter :math:`j` and the step :math:`h`.
    It needs nothing but the loss, which makes it the oracle for a gradient done by hand.

    Parameters
    ----------
    loss : Loss
        Only its values are used.
    at : array_like, shape (..., n)
        Where to measure.
    step_size : float
        The step :math:`h`: too large misses the curve, too small drowns in rounding.  The default
        suits parameters of about 1; for parameters in millions take a larger one.

    Returns
    -------
    ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If `at` is not finite or does not fit the loss, or `step_size` is not a single positive
        number.

    Notes
    -----
    It is bad at many parameters: each of them costs two evaluations of the loss.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([0.5], [0.8])
    >>> gd.finite_differences(loss, [0.5]).round(6), loss.gradient([0.5])
    (array([-0.55]), array([-0.55]))
    """
    n_parameters = len(Loss.check(loss).names)
    step = checks.positive("step_size", checks.number("step_size", step_size))
    place = checks.finite("at", at)
    if place.shape[-1:] != (n_parameters,):
        raise ValueError(f"at must have shape (..., {n_parameters}), got {place.shape}")
    nudges = step * np.eye(n_parameters)
    up, down = loss(place[..., None, :] + nudges), loss(place[..., None, :] - nudges)
    return np.asarray((up - down) / (2 * step))
