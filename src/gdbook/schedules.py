r"""When we change the rate: schedules, plain functions of the step for any rule's learning rate.

Each takes the rate to begin with, a number or an array with one for each run, and returns a
function from the number of the step, counted from 0, to the rate of that step.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.checks import Array

Schedule = Callable[[int], Array]

__all__ = [
    "Schedule",
    "cosine",
    "exponential",
    "inverse_sqrt",
    "inverse_time",
    "step_decay",
    "warmup",
]


def step_decay(rate: ArrayLike, *, factor: float = 0.5, every: int = 10) -> Schedule:
    r"""Return a rate that is cut by a factor every so many steps.

    .. math:: \eta_t = \eta \, \gamma^{\lfloor t / k \rfloor},

    with the step :math:`t`, the factor :math:`\gamma` and :math:`k` steps between two cuts.

    Parameters
    ----------
    rate : float or array_like
        The rate :math:`\eta` to begin with, positive.
    factor : float
        The factor :math:`\gamma`, positive.
    every : int
        The number :math:`k` of steps, at least 1.

    Raises
    ------
    TypeError
        If an argument isn't a number, or `every` isn't a whole one.
    ValueError
        If one is out of range.

    Examples
    --------
    >>> import gdbook as gd
    >>> schedule = gd.step_decay(0.8, factor=0.5, every=2)
    >>> [float(schedule(step)) for step in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """
    first, ratio = checks.positive("rate", rate), _factor(factor)
    steps = checks.whole("every", every, least=1)

    def at(step: int) -> Array:
        with np.errstate(over="ignore"):  # a factor above 1 leads beyond the largest number
            return np.asarray(first * np.power(ratio, step // steps))

    return at


def exponential(rate: ArrayLike, *, factor: float) -> Schedule:
    r"""Return a rate that is multiplied by a factor at every step.

    .. math:: \eta_t = \eta \, \gamma^t,

    with the step :math:`t` and the factor :math:`\gamma`.

    Parameters
    ----------
    rate : float or array_like
        The rate :math:`\eta` to begin with, positive.
    factor : float
        The factor :math:`\gamma`, positive.

    Raises
    ------
    ValueError
        If an argument is not positive and finite.

    Notes
    -----
    With a factor below 1 the sum of all rates is finite, :math:`\eta / (1 - \gamma)`, so gradients
    that are never longer than :math:`G` carry no further than :math:`G` times that.

    Examples
    --------
    >>> import gdbook as gd
    >>> schedule = gd.exponential(1, factor=0.5)
    >>> [float(schedule(step)) for step in range(4)]
    [1.0, 0.5, 0.25, 0.125]
    """
    return step_decay(rate, factor=factor, every=1)


def inverse_sqrt(rate: ArrayLike) -> Schedule:
    r"""Return a rate that falls with the root of the number of steps.

    .. math:: \eta_t = \frac{\eta}{\sqrt{t + 1}},

    with the step :math:`t`.

    Parameters
    ----------
    rate : float or array_like
        The rate :math:`\eta` to begin with, positive.

    Raises
    ------
    ValueError
        If the rate is not positive and finite.

    Examples
    --------
    >>> import gdbook as gd
    >>> [float(gd.inverse_sqrt(0.6)(step)) for step in (0, 3, 8)]
    [0.6, 0.3, 0.19999999999999998]
    """
    first = checks.positive("rate", rate)
    return lambda step: np.asarray(first / np.sqrt(step + 1))


def inverse_time(rate: ArrayLike, *, steps: float = 1.0) -> Schedule:
    r"""Return a rate that falls with the number of steps.

    .. math:: \eta_t = \frac{\eta}{1 + t / k},

    with the step :math:`t` and the number :math:`k` of steps after which half is left.

    Parameters
    ----------
    rate : float or array_like
        The rate :math:`\eta` to begin with, positive.
    steps : float
        The number :math:`k`, positive.

    Raises
    ------
    ValueError
        If an argument is not positive and finite.

    References
    ----------
    :cite:t:`robbins1951`: such a rate satisfies both of their conditions: its sum is infinite, the
    sum of its squares finite.

    Examples
    --------
    >>> import gdbook as gd
    >>> schedule = gd.inverse_time(0.6, steps=2)
    >>> [float(schedule(step)) for step in (0, 2, 4)]
    [0.6, 0.3, 0.19999999999999998]
    """
    first = checks.positive("rate", rate)
    half = checks.positive("steps", checks.number("steps", steps))
    return lambda step: np.asarray(first / (1 + step / half))


def cosine(rate: ArrayLike, *, steps: int, end: ArrayLike = 0.0) -> Schedule:
    r"""Return a rate that falls along half a cosine, and stays at its end.

    .. math:: \eta_t = \eta_T + \frac{\eta - \eta_T}{2} \Bigl(1 + \cos \frac{\pi t}{T}\Bigr),

    with the step :math:`t`, up to the number :math:`T` of steps that the fall takes.

    Parameters
    ----------
    rate : float or array_like
        The rate :math:`\eta` to begin with, positive.
    steps : int
        The number :math:`T`, at least 1.
    end : float or array_like
        The rate :math:`\eta_T` to end at, not negative.

    Raises
    ------
    TypeError
        If `steps` isn't a whole number.
    ValueError
        If an argument is out of range, or `rate` and `end` are arrays of different shapes.

    References
    ----------
    :cite:t:`loshchilov2017`.

    Examples
    --------
    >>> import gdbook as gd
    >>> schedule = gd.cosine(0.8, steps=4)
    >>> [round(float(schedule(step)), 4) for step in range(6)]
    [0.8, 0.6828, 0.4, 0.1172, 0.0, 0.0]
    """
    first, last = checks.positive("rate", rate), checks.non_negative("end", end)
    if first.ndim and last.ndim and first.shape != last.shape:
        raise ValueError(f"end must have the rate's shape {first.shape}, got {last.shape}")
    whole = checks.whole("steps", steps, least=1)

    def at(step: int) -> Array:
        # At its end the cosine is -1 to the last bit, so the rate is `end` and never below it.
        return np.asarray(last + (first - last) * (1 + np.cos(np.pi * min(step / whole, 1))) / 2)

    return at


def warmup(schedule: ArrayLike | Schedule, *, steps: int) -> Schedule:
    r"""Return a schedule that first climbs in equal steps to where the given one begins.

    .. math:: \eta_t = \frac{t + 1}{k} \, \eta'_0 \quad (t < k), \qquad
        \eta_t = \eta'_{t - k} \quad (t \ge k),

    with the given schedule :math:`\eta'` and the number :math:`k` of steps that the climb takes.

    Parameters
    ----------
    schedule : float, array_like, or function of the step
        What to warm up to: a constant rate, positive, or any schedule.
    steps : int
        The number :math:`k`, at least 1.

    Raises
    ------
    TypeError
        If `steps` isn't a whole number.
    ValueError
        If `steps` is below 1, or a constant rate is not positive.

    References
    ----------
    :cite:t:`goyal2017`.

    Examples
    --------
    >>> import gdbook as gd
    >>> schedule = gd.warmup(gd.inverse_sqrt(0.8), steps=4)
    >>> [round(float(schedule(step)), 4) for step in range(6)]
    [0.2, 0.4, 0.6, 0.8, 0.8, 0.5657]
    """
    climb = checks.whole("steps", steps, least=1)
    if callable(schedule):
        then: Schedule = schedule
    else:
        constant = checks.positive("schedule", schedule)

        def then(_step: int) -> Array:
            return constant

    def at(step: int) -> Array:
        reached = np.asarray(then(0 if step < climb else step - climb))
        return np.asarray(reached * ((step + 1) / climb)) if step < climb else reached

    return at


def _factor(factor: float) -> float:
    return float(checks.positive("factor", checks.number("factor", factor)))
