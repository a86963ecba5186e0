"""What can be known before the first step: curvature and the limits it sets on the rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.checks import Array
from gdbook.losses import Loss

__all__ = ["curvatures", "finite_differences", "stable_learning_rate"]


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
        If `at` is not finite or does not fit the loss, or `step_size` is not positive.

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
    step = checks.positive("step_size", step_size)
    if step.ndim:
        raise ValueError(f"step_size must be a single number, got {step_size!r}")
    place = checks.finite("at", at)
    if place.shape[-1:] != (n_parameters,):
        raise ValueError(f"at must have shape (..., {n_parameters}), got {place.shape}")
    nudges = step * np.eye(n_parameters)
    up, down = loss(place[..., None, :] + nudges), loss(place[..., None, :] - nudges)
    return np.asarray((up - down) / (2 * step))
