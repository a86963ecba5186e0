"""What can be known before the first step: curvature and the limits it sets on the rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.checks import Array
from gdbook.losses import Loss

__all__ = [
    "closed_form",
    "condition_number",
    "curvatures",
    "finite_differences",
    "optimal_learning_rate",
    "optimal_momentum",
    "stable_learning_rate",
    "taylor",
]


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
    Solving costs about :math:`n^3` operations and the Hessian holds :math:`n^2` numbers; a
    step of gradient descent needs neither.  The Hessian squares the condition of the data, and a
    curvature below about :math:`2n \cdot 10^{-15}` of the largest cannot be told from zero: where
    features are far from zero, subtract the mean of each first.

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
    bends = np.asarray(np.linalg.eigvalsh(hessian), np.float64)
    sharpest, shown = float(abs(bends).max()), bends.round(12) + 0.0
    if _flat(bends):
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


def _flat(bends: Array) -> bool:
    """Whether the smallest of the ascending curvatures isn't positive, or can't be told from 0."""
    return bool(bends[0] <= 10 * len(bends) * np.finfo(np.float64).eps * abs(bends).max())


def curvatures(loss: Loss, at: ArrayLike | None = None) -> Array:
    r"""Return the eigenvalues of the Hessian: how sharply the loss bends, and in how many ways.

    .. math:: \lambda_1 \le \dots \le \lambda_n \quad \text{of} \quad H = \nabla^2 L(w).

    Parameters
    ----------
    loss : Loss
        A loss that has a hessian; if it is sampled in batches, the whole loss counts.
    at : array_like, shape (..., n), optional
        Where to look; the origin if left out.  A quadratic loss has the same curvatures everywhere.

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
    return np.asarray(np.linalg.eigvalsh(loss.whole.hessian(place)))


def stable_learning_rate(loss: Loss, at: ArrayLike | None = None) -> float:
    r"""Return the learning rate at which gradient descent stops converging.

    .. math:: \eta_{\max} = \frac{2}{\lambda_n},

    with the largest eigenvalue :math:`\lambda_n` of the Hessian.  On a convex quadratic loss,
    such as `least_squares`, every positive rate below it converges from everywhere, and every rate
    above it diverges from almost everywhere: along the sharpest direction a step multiplies the
    distance to the minimum by :math:`1 - \eta \lambda_n`.  On other losses it is a local guide.

    Parameters
    ----------
    loss : Loss
        A loss that has a hessian.
    at : array_like, shape (n,), optional
        Where to look, for a loss that is not quadratic; the origin if left out.

    Raises
    ------
    ValueError
        If the loss does not curve upward in any direction there, because then nothing limits the
        rate; if it has no hessian, or `at` is not a single point.

    Notes
    -----
    A rate just below the limit converges slowly, and a gradient that is sampled in batches may need
    a smaller one, because the hessian is that of all examples.

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


def _extremes(loss: Loss) -> tuple[float, float]:
    """Return the smallest and the largest curvature of a loss that curves upward everywhere."""
    bends = curvatures(loss)
    flattest, sharpest = float(bends[0]), float(bends[-1])
    if _flat(bends):
        raise ValueError(
            f"loss must curve upward in every direction, got a smallest curvature {flattest}"
        )
    return flattest, sharpest


def condition_number(loss: Loss) -> float:
    r"""Return the ratio of a quadratic loss's largest curvature to its smallest.

    .. math:: \kappa = \frac{\lambda_n}{\lambda_1} .

    Parameters
    ----------
    loss : Loss
        A quadratic loss that has a hessian.

    Raises
    ------
    ValueError
        If the loss has no hessian, or is flat or curved downward in some direction.

    Notes
    -----
    It doesn't tell how many steps a single run takes: a start that lies only in the sharp
    directions never notices the flat ones.

    References
    ----------
    :cite:t:`nesterov2018`, section 2.1.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.condition_number(gd.quadratic([1, 10]))
    10.0
    """
    flattest, sharpest = _extremes(loss)
    return sharpest / flattest


def optimal_learning_rate(loss: Loss) -> float:
    r"""Return the constant rate at which gradient descent takes the fewest steps in the worst case.

    .. math:: \eta^* = \frac{2}{\lambda_1 + \lambda_n} .

    With it each step leaves at most the share :math:`(\kappa - 1)/(\kappa + 1)` of the distance to
    the minimum, where :math:`\kappa` is the `condition_number`; no other rate promises less.

    Parameters
    ----------
    loss : Loss
        A quadratic loss that has a hessian.

    Raises
    ------
    ValueError
        If the loss has no hessian, or is flat or curved downward in some direction.

    Notes
    -----
    In a narrow valley it is just below the `stable_learning_rate`: if the loss is a little sharper
    than you thought, descent diverges.

    References
    ----------
    :cite:t:`polyak1964`.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.optimal_learning_rate(gd.quadratic([1, 9]))
    0.2
    """
    return 2 / sum(_extremes(loss))


def optimal_momentum(loss: Loss) -> dict[str, float]:
    r"""Return the rate and the momentum at which the heavy ball is fastest on a quadratic loss.

    .. math::

        \eta^* = \frac{4}{(\sqrt{\lambda_n} + \sqrt{\lambda_1})^2}, \qquad
        \mu^* = \Bigl(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\Bigr)^2 .

    In the long run each step leaves the share :math:`\sqrt{\mu^*}` of the distance: the
    condition number :math:`\kappa` counts only by its square root.

    Parameters
    ----------
    loss : Loss
        A quadratic loss that has a hessian.

    Returns
    -------
    dict of str to float
        ``learning_rate`` and ``momentum``, as the rule `momentum` takes them.

    Raises
    ------
    ValueError
        If the loss has no hessian, or is flat or curved downward in some direction.

    Notes
    -----
    In the first steps the distance may grow, and on a loss that is not quadratic the heavy ball
    need not converge at all.

    References
    ----------
    :cite:t:`polyak1964`.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.optimal_momentum(gd.quadratic([1, 9]))
    {'learning_rate': 0.25, 'momentum': 0.25}
    """
    flat, sharp = np.sqrt(_extremes(loss))
    return {
        "learning_rate": float(4 / (sharp + flat) ** 2),
        "momentum": float(((sharp - flat) / (sharp + flat)) ** 2),
    }


def taylor(loss: Loss, at: ArrayLike, *, order: int) -> Loss:
    r"""Return the Taylor polynomial of a loss around a point, itself a loss.

    .. math::

        T_1(w) = L(a) + \nabla L(a) \cdot (w - a), \qquad
        T_2(w) = T_1(w) + \tfrac12 (w - a)^\top \, \nabla^2 L(a) \, (w - a) .

    Parameters
    ----------
    loss : Loss
        The loss, with a hessian if the order is 2.
    at : array_like, shape (n,)
        The point :math:`a`, near which the polynomial is like the loss.
    order : int
        1 for the tangent plane, 2 for the parabola that also bends as the loss does there.

    Returns
    -------
    Loss
        Of the same parameters, with gradient and hessian.

    Raises
    ------
    ValueError
        If the order is a whole number other than 1 or 2, `at` is not one point that fits the loss,
        or the loss has no hessian where one is needed.

    Notes
    -----
    Near the point the error shrinks like the distance to the power ``order + 1``, or faster; far
    from it there is no telling.

    References
    ----------
    :cite:t:`lee2017`.

    Examples
    --------
    >>> import gdbook as gd
    >>> plane = gd.taylor(gd.quadratic([2]), [1], order=1)
    >>> plane([[1], [1.5], [2]])
    array([1., 2., 3.])
    """
    order = checks.whole("order", order, least=1, most=2)
    names = Loss.check(loss).names
    place = checks.finite("at", at)
    if place.shape != (len(names),):
        raise ValueError(f"at must have shape ({len(names)},), got {place.shape}")
    height, slope = loss.value_and_gradient(place)
    bend = loss.hessian(place) if order == 2 else np.zeros((len(names), len(names)))

    def value(p: Array) -> Array:
        return np.asarray(height + ((p - place) * (slope + (p - place) @ bend / 2)).sum(axis=-1))

    return Loss(
        value,
        lambda p: slope + (p - place) @ bend,
        names=names,
        hessian=lambda p: np.broadcast_to(bend, (*p.shape, len(names))),
    )


def finite_differences(loss: Loss, at: ArrayLike, *, step_size: float = 1e-6) -> Array:
    r"""Return the gradient measured from outside, by central differences.

    .. math:: \frac{\partial L}{\partial w_j} \approx \frac{L(w + h e_j) - L(w - h e_j)}{2h},

    with the unit vector :math:`e_j` of parameter :math:`j` and the step :math:`h`.
    It needs nothing but the loss, two values of it for each parameter, which makes it the oracle
    for a gradient done by hand.

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
