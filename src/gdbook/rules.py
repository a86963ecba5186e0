"""How we move: learning rules, and the runs and traces that they make.

A rule is written as a generator with its memory in local variables: its source is its
pseudo-code.  The decorator `rule` turns it into a function that checks its arguments at
the call and returns a `Run`, which can be iterated again and again, each time afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import update_wrapper
from inspect import signature
from typing import Any, Concatenate, NamedTuple, ParamSpec, cast

import numpy as np
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.checks import Array
from gdbook.losses import Loss

__all__ = ["Run", "Step", "Trace", "gradient_descent", "hot_and_cold", "rule"]

Hyperparameter = Any  # a number, or an array with one number for each of many runs
P = ParamSpec("P")


class Step(NamedTuple):
    """Where a rule stands: before its first move, and after every one.

    Attributes
    ----------
    parameters : ndarray, shape (..., n)
        The parameters.
    loss : ndarray, shape (...)
        The loss there.
    gradient : ndarray, shape (..., n)
        The gradient there, or NaN where the rule does not look at gradients.
    """

    parameters: Array
    loss: Array
    gradient: Array


@dataclass(frozen=True, eq=False)  # arrays have no single answer to "equal?"
class Trace:
    """The recorded steps of a run.  Row 0 is the start.

    Attributes
    ----------
    parameters : ndarray, shape (steps + 1, ..., n)
        The parameters, as read-only array.
    losses : ndarray, shape (steps + 1, ...)
        The losses.
    gradients : ndarray, shape (steps + 1, ..., n)
        The gradients; NaN where the rule does not look at gradients.
    label : str
        The name of the rule, for legends.
    """

    parameters: Array
    losses: Array
    gradients: Array
    label: str


@dataclass(frozen=True)
class Run:
    """A rule that was given a loss, a start and its settings: ready to be iterated.

    Iterating never ends by itself.  It starts afresh every time, noise included, so two passes
    over one run are equal.  Use ``break``, `itertools.islice` or `trace` to stop.

    Attributes
    ----------
    steps : callable
        Makes a new iterator over the steps.
    label : str
        The name of the rule.
    """

    steps: Callable[[], Iterator[Step]]
    label: str

    def __iter__(self) -> Iterator[Step]:
        steps = self.steps()
        while True:
            # A run that diverges is a result, not an accident: it may reach infinity quietly.
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                step = next(steps, None)
            if step is None:
                raise RuntimeError(f"{self.label} stopped by itself; a rule must go on for ever")
            # They are the rule's own memory: whoever changed them would change the run.
            for array in step:
                array.flags.writeable = False
            yield step

    def trace(self, steps: int) -> Trace:
        """Return the start and the `steps` steps that follow it.

        Parameters
        ----------
        steps : int
            How many times to move; the trace has one row more.

        Raises
        ------
        TypeError
            If `steps` is no whole number.
        ValueError
            If `steps` is negative.

        Examples
        --------
        >>> import gdbook as gd
        >>> loss = gd.least_squares([1], [1])
        >>> gd.gradient_descent(loss, [0], learning_rate=0.25).trace(steps=2).losses
        array([1.    , 0.25  , 0.0625])
        """
        steps = checks.whole("steps", steps, least=0)
        rows = [step for step, _ in zip(self, range(steps + 1), strict=False)]
        parameters, losses, gradients = (np.array(column) for column in zip(*rows, strict=True))
        for array in (parameters, losses, gradients):
            array.flags.writeable = False
        return Trace(parameters, losses, gradients, label=self.label)


# What a setting of a rule must be, by its name.
SETTINGS: dict[str, Callable[[str, ArrayLike], Array]] = {
    "learning_rate": checks.positive,
    "step_size": checks.positive,
}


def rule(
    generator: Callable[Concatenate[Loss, Array, P], Iterator[Step]],
) -> Callable[Concatenate[Loss, ArrayLike, P], Run]:
    """Turn a generator of steps into a learning rule.

    The generator takes the loss, the parameters to start from and its settings by keyword,
    and yields a `Step` before each move.  As a rule it checks all of them when it is called,
    and returns a `Run`.  A setting may be an array: then every value in it gets a
    run of its own, and all runs advance together.

    Raises
    ------
    TypeError
        At once, if the generator has a setting that `SETTINGS` does not know how to check.
        At the call, if the loss is no `Loss`, or a setting is missing, unknown, or not a number.
    ValueError
        At the call, if `start` does not fit the loss, holds a NaN, or a setting is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import gdbook as gd
    >>> @gd.rule
    ... def sign_descent(loss, parameters, *, step_size):
    ...     while True:
    ...         gradient = loss.gradient(parameters)
    ...         yield gd.Step(parameters, loss(parameters), gradient)
    ...         parameters = parameters - step_size * np.sign(gradient)
    >>> loss = gd.least_squares([1], [1])
    >>> sign_descent(loss, [0], step_size=0.5).trace(steps=2).parameters[:, 0]
    array([0. , 0.5, 1. ])
    >>> sign_descent(loss, [0], step_size=0)
    Traceback (most recent call last):
        ...
    ValueError: step_size must be positive, got 0.0
    """
    first, second, *settings = signature(generator).parameters.values()
    for setting in settings:
        if setting.name not in SETTINGS:
            raise TypeError(f"a setting must be one of {', '.join(SETTINGS)}, got {setting.name!r}")
    public = signature(generator).replace(
        parameters=[first, second.replace(name="start", annotation=ArrayLike), *settings],
        return_annotation=Run,
    )

    def make(loss: Loss, start: ArrayLike, *args: P.args, **kwargs: P.kwargs) -> Run:
        Loss.check(loss)
        bound = public.bind(loss, start, *args, **kwargs)
        bound.apply_defaults()
        checked = {
            setting.name: SETTINGS[setting.name](setting.name, bound.arguments[setting.name])
            for setting in settings
        }
        parameters = _spread(loss, start, checked)
        # A last axis of one lets a rule write `learning_rate * gradient` for any number of runs.
        columns: dict[str, Any] = {name: value[..., None] for name, value in checked.items()}
        steps = cast(Callable[..., Iterator[Step]], generator)
        return Run(
            lambda: steps(loss.fresh(), parameters, **columns),
            label=generator.__name__.replace("_", " "),
        )

    update_wrapper(make, generator)
    make.__signature__ = public  # type: ignore[attr-defined]  # what help() and the API page show
    return cast(Callable[Concatenate[Loss, ArrayLike, P], Run], make)


def _spread(loss: Loss, start: ArrayLike, settings: dict[str, Array]) -> Array:
    """Return the start, checked, and repeated for every run that the settings ask for."""
    parameters = checks.finite("start", start)
    if parameters.ndim == 0 or parameters.shape[-1] != len(loss.names):
        raise ValueError(
            f"start must have shape (..., {len(loss.names)}), one value for each of "
            f"{checks.listed(loss.names)}; got shape {parameters.shape}"
        )
    try:
        runs = np.broadcast_shapes(parameters.shape[:-1], *(v.shape for v in settings.values()))
    except ValueError as error:
        shapes = ", ".join(f"{name} {value.shape}" for name, value in settings.items())
        raise ValueError(
            f"start must fit the settings, got start {parameters.shape} with {shapes}"
        ) from error
    spread = np.broadcast_to(parameters, (*runs, parameters.shape[-1])).copy()
    spread.flags.writeable = False  # `parameters -= ...` in a rule would rewrite its past
    return spread


@rule
def hot_and_cold(loss: Loss, parameters: Array, *, step_size: Hyperparameter) -> Iterator[Step]:
    r"""Learn by trying: nudge each parameter up and down, and go where the loss is lower.

    .. math:: w_j \leftarrow w_j + s \,\operatorname{sign}\bigl(L(w - s e_j) - L(w + s e_j)\bigr),

    with the step size :math:`s` and the unit vector :math:`e_j` of parameter :math:`j`.
    If up and down are equally good, the parameter stays.

    Parameters
    ----------
    loss : Loss
        What to lower.  Its gradient is never looked at.
    start : array_like, shape (..., n)
        Where to begin.
    step_size : float or array_like
        How far to nudge, in the unit of the parameters; positive.

    Returns
    -------
    Run
        Whose steps have NaN for a gradient.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or the step size is not positive.

    Notes
    -----
    It is bad at nearly everything: a move costs two evaluations per parameter, its length is always
    the same, and a minimum that is no whole number of steps away is never reached.

    References
    ----------
    :cite:t:`trask2019`, chapter 4.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([0.5], [0.8])  # the goal is w = 1.6
    >>> run = gd.hot_and_cold(loss, [0.5], step_size=0.2)
    >>> run.trace(steps=8).parameters[:, 0].round(1)
    array([0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 1.5, 1.7])
    """
    nudges = step_size[..., None] * np.eye(parameters.shape[-1])
    while True:
        yield Step(parameters, loss(parameters), np.full_like(parameters, np.nan))
        up = loss(parameters[..., None, :] + nudges)
        down = loss(parameters[..., None, :] - nudges)
        parameters = parameters + step_size * np.sign(down - up)


@rule
def gradient_descent(
    loss: Loss, parameters: Array, *, learning_rate: Hyperparameter
) -> Iterator[Step]:
    r"""Learn by slope: step against the gradient, further where it is steeper.

    .. math:: w \leftarrow w - \eta \, \nabla L(w),

    with parameters :math:`w`, learning rate :math:`\eta` and gradient :math:`\nabla L`.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float or array_like
        The rate :math:`\eta`, positive, in units of parameter squared per loss.

    Returns
    -------
    Run
        One run, or as many as `start` and `learning_rate` have room for together.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or the learning rate is not positive.

    Notes
    -----
    It is bad at long narrow valleys: the steepest direction limits the rate, and the
    flattest one then takes many steps.

    References
    ----------
    :cite:t:`cauchy1847`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([2], [0.8])  # the goal is w = 0.4
    >>> gd.gradient_descent(loss, [0.5], learning_rate=0.05).trace(steps=3).losses.round(6)
    array([0.04    , 0.0144  , 0.005184, 0.001866])

    A thousand learning rates at once:

    >>> import numpy as np
    >>> sweep = gd.gradient_descent(loss, [0.5], learning_rate=np.linspace(0.01, 0.3, 1000))
    >>> sweep.trace(steps=20).losses.shape
    (21, 1000)
    """
    while True:
        gradient = loss.gradient(parameters)
        yield Step(parameters, loss(parameters), gradient)
        parameters = parameters - learning_rate * gradient
