"""What turns a few lines into a rule: checked settings, and the runs and traces that it makes.

A rule is written as a generator with its memory in local variables: its source is its
pseudo-code.  In every round it looks, yields what it has seen, and moves.  The decorator `rule`
turns it into a function that checks its arguments at the call, by the annotations of its own
settings, and returns a `Run`, which can be iterated again and again, each time afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import update_wrapper
from inspect import Parameter, signature
from itertools import count, repeat
from typing import Annotated, Any, Concatenate, ParamSpec, cast, get_type_hints

import numpy as np
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.checks import Array
from gdbook.losses import Loss

__all__ = [
    "NonNegative",
    "Positive",
    "Rate",
    "Run",
    "Setting",
    "Share",
    "Step",
    "Trace",
    "rule",
]

P = ParamSpec("P")


# --- What a setting must be ----------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """What a setting of a rule must be, said in its annotation: ``Annotated[Any, Setting(...)]``.

    Attributes
    ----------
    check : callable
        Takes name and value, and returns the value as the rule will get it, or raises.
    along : callable, optional
        Makes the setting one that may change during a run: the rule gets an endless sequence to
        loop over, whether it was given a number or a function of the step.  This also checks what
        that function returns.

    Examples
    --------
    >>> from typing import Annotated, Any
    >>> import gdbook as gd
    >>> Temperature = Annotated[Any, gd.Setting(gd.checks.non_negative)]
    """

    check: Callable[[str, Any], Any]
    along: Callable[[str, Any], Array] | None = None


Rate = Annotated[Any, Setting(checks.positive, along=checks.non_negative)]
"""A learning rate: positive; a number, an array with one for each run, or a function of the step.

As a function it may come down to 0, which a cosine schedule does at its end."""

Share = Annotated[Any, Setting(checks.share)]
"""A number from 0 up to, but not including, 1, such as a momentum; or one for each run."""

Positive = Annotated[Any, Setting(checks.positive)]
"""A positive number, or one for each run."""

NonNegative = Annotated[Any, Setting(checks.non_negative)]
"""A number that is not below zero, or one for each run."""


class _Schedule:
    """An endless sequence of what a function says for step 0, 1, 2, ..."""

    def __init__(self, name: str, function: Callable[[int], ArrayLike], setting: Setting) -> None:
        self._name, self._function, self._check = name, function, setting.along
        self.shape = self._at(0).shape

    def __iter__(self) -> Iterator[Array]:
        for step in count():
            value = self._at(step)
            if value.shape != self.shape:
                raise ValueError(
                    f"{self._name} must keep its shape {self.shape}, got {value.shape} "
                    f"at step {step}"
                )
            yield value[..., None]

    def _at(self, step: int) -> Array:
        assert self._check is not None  # noqa: S101 - only a setting that may change gets here
        return self._check(f"{self._name} at step {step}", self._function(step))


# --- What a rule makes ---------------------------------------------------------------------------


class Step:
    """Where a rule stands, and what it wants seen: yielded before every move.

    Parameters
    ----------
    parameters : ndarray, shape (..., n)
        The parameters.
    gradient : ndarray, shape (..., n), optional
        The gradient that the rule goes by; NaN if it doesn't look at gradients.
    **extras
        What else the rule wants seen, by name, such as its velocity.

    Attributes
    ----------
    parameters, gradient : ndarray
        As above.
    extras : dict of str to ndarray
        What else the rule showed.
    loss : ndarray, shape (...)
        The loss at the parameters, on all examples; computed when somebody looks.
    """

    __slots__ = ("_measure", "extras", "gradient", "parameters")

    def __init__(
        self, parameters: Array, gradient: Array | None = None, **extras: ArrayLike
    ) -> None:
        self.parameters: Array = parameters
        self.gradient: Array = np.full_like(parameters, np.nan) if gradient is None else gradient
        self.extras: Mapping[str, Any] = extras
        self._measure: Loss | None = None

    @property
    def loss(self) -> Array:
        """The loss at the parameters."""
        if self._measure is None:
            raise ValueError("a step has a loss only as part of a run")
        with np.errstate(all="ignore"):
            return self._measure(self.parameters)

    def seen(self, measure: Loss) -> Step:
        """Return a copy that nobody can write to, and that knows its loss."""
        extras = {name: _frozen(value) for name, value in self.extras.items()}
        step = Step(_frozen(self.parameters), _frozen(self.gradient), **extras)
        step._measure = measure
        return step


def _frozen(value: ArrayLike) -> Array:
    array = np.array(value, dtype=np.float64)
    array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)  # arrays have no single answer to "equal?"
class Trace:
    """The recorded steps of a run, as read-only arrays.  Row 0 is the start.

    Attributes
    ----------
    parameters : ndarray, shape (steps + 1, ..., n)
        The parameters.
    losses : ndarray, shape (steps + 1, ...)
        The losses, on all examples.
    gradients : ndarray, shape (steps + 1, ..., n)
        The gradients that the rule went by; NaN where it does not look at gradients.
    label : str
        The name of the rule, to write beside its curve.
    extras : dict of str to ndarray, shape (steps + 1, ...)
        What else the rule showed, by name.
    """

    parameters: Array
    losses: Array
    gradients: Array
    label: str
    extras: Mapping[str, Array]


_BLOCK = 2**20  # numbers: a trace's losses are computed in blocks whose errors are about that many


class Run:
    """A rule that was given a loss, a start and its settings: ready to be iterated.

    Iterating never ends by itself.  It starts afresh every time, noise included, so two passes
    over one run are equal.  Use ``break``, `itertools.islice` or `trace` to stop.

    Attributes
    ----------
    label : str
        The name of the rule.
    loss : Loss
        What it lowers.
    """

    def __init__(self, label: str, loss: Loss, begin: Callable[[Loss], Iterator[Step]]) -> None:
        self.label, self.loss, self._begin = label, loss, begin

    def __iter__(self) -> Iterator[Step]:
        steps = self._steps()
        while True:
            # A run that diverges is a result, not an accident: it may reach infinity quietly.
            with np.errstate(all="ignore"):
                step = next(steps)
            # Anyone who wrote to the rule's own memory would change the run.
            yield step.seen(self.loss.whole)

    def trace(self, steps: int) -> Trace:
        """Return the start and the `steps` steps that follow it.

        Parameters
        ----------
        steps : int
            How many times to move; the trace has one row more.

        Raises
        ------
        TypeError
            If `steps` isn't a whole number.
        ValueError
            If `steps` is negative.

        Examples
        --------
        >>> import gdbook as gd
        >>> loss = gd.least_squares([1], [1])
        >>> gd.gradient_descent(loss, [0], learning_rate=0.25).trace(steps=2).losses
        array([1.    , 0.25  , 0.0625])
        """
        rows = checks.whole("steps", steps, least=0) + 1
        with np.errstate(all="ignore"):
            run = self._steps()
            columns = {name: _column(rows, value) for name, value in _seen(next(run)).items()}
            for row in range(1, rows):
                for name, value in _seen(next(run)).items():
                    columns[name][row] = value
            parameters, gradients = columns.pop("parameters"), columns.pop("gradient")
            losses = self._measure(parameters)
        for array in (parameters, losses, gradients, *columns.values()):
            array.flags.writeable = False
        return Trace(parameters, losses, gradients, label=self.label, extras=columns)

    def _steps(self) -> Iterator[Step]:
        """Yield the rule's own steps, and show it the next batch after each."""
        loss = self.loss.fresh()
        for step in self._begin(loss):
            loss.advance()
            yield step
        raise RuntimeError(f"{self.label} stopped by itself; a rule must go on for ever")

    def _measure(self, parameters: Array) -> Array:
        """Return the losses of all rows, computed at once as far as memory allows."""
        whole, losses = self.loss.whole, np.empty(parameters.shape[:-1])
        runs = losses[0].size
        together = max(1, _BLOCK // max(1, runs * max(len(whole.names), whole.n_examples)))
        for first in range(0, len(losses), together):
            block = slice(first, first + together)
            losses[block] = whole(parameters[block])
        return losses


def _seen(step: Step) -> dict[str, ArrayLike]:
    return {"parameters": step.parameters, "gradient": step.gradient, **step.extras}


def _column(rows: int, first: ArrayLike) -> Array:
    """Return room for a value at every step, the first one filled in."""
    column = np.empty((rows, *np.shape(first)))
    column[0] = first
    return column


# --- What makes a rule ---------------------------------------------------------------------------


def rule(
    generator: Callable[Concatenate[Loss, Array, P], Iterator[Step]],
) -> Callable[Concatenate[Loss, ArrayLike, P], Run]:
    """Turn a generator of steps into a learning rule.

    The generator takes the loss, the parameters to start from and its settings by keyword.  In
    every round it looks at the loss or its gradient, yields a `Step`, and moves.  The resulting
    rule checks its settings when it is called, by what their annotations say: `Rate`, `Share`,
    `Positive`, or any ``Annotated[Any, Setting(check)]``.  A setting may be an array: then every
    value in it gets a run of its own, and all runs advance together.  A `Rate` may be a function
    of the step, too, so the generator gets it as an endless sequence to loop over.

    Raises
    ------
    TypeError
        At once, if the annotation of a setting does not say what it must be.
        At the call, if the loss is no `Loss`, or a setting is missing, unknown, or not a number.
    ValueError
        At the call, if `start` does not fit the loss, holds a NaN, or a setting is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import gdbook as gd
    >>> @gd.rule
    ... def sign_descent(loss, parameters, *, learning_rate: gd.Rate):
    ...     for rate in learning_rate:
    ...         gradient = loss.gradient(parameters)
    ...         yield gd.Step(parameters, gradient)
    ...         parameters = parameters - rate * np.sign(gradient)
    >>> loss = gd.least_squares([1], [1])
    >>> sign_descent(loss, [0], learning_rate=0.5).trace(steps=2).parameters[:, 0]
    array([0. , 0.5, 1. ])
    >>> halving = sign_descent(loss, [0], learning_rate=lambda step: 0.5**step)
    >>> halving.trace(steps=2).parameters[:, 0]
    array([0., 1., 1.])
    >>> sign_descent(loss, [0], learning_rate=0)
    Traceback (most recent call last):
        ...
    ValueError: learning_rate must be positive, got 0.0
    """
    first, second, *rest = signature(generator).parameters.values()
    settings = {parameter.name: _setting(generator, parameter) for parameter in rest}
    public = signature(generator).replace(
        parameters=[first, second.replace(name="start", annotation=ArrayLike), *rest],
        return_annotation=Run,
    )
    label = generator.__name__.replace("_", " ")

    def make(loss: Loss, start: ArrayLike, *args: P.args, **kwargs: P.kwargs) -> Run:
        Loss.check(loss)
        bound = public.bind(loss, start, *args, **kwargs)
        bound.apply_defaults()
        checked = {
            name: _checked(name, bound.arguments[name], setting)
            for name, setting in settings.items()
        }
        parameters = _spread(loss, start, checked)
        columns: dict[str, Any] = {
            name: _endless(value) if settings[name].along else _columns(value)
            for name, value in checked.items()
        }
        begin = cast(Callable[..., Iterator[Step]], generator)
        return Run(label, loss, lambda fresh: begin(fresh, parameters, **columns))

    update_wrapper(make, generator)
    make.__signature__ = public  # type: ignore[attr-defined]  # what help() and the API page show
    return cast(Callable[Concatenate[Loss, ArrayLike, P], Run], make)


def _setting(generator: Callable[..., object], parameter: Parameter) -> Setting:
    """Return what the annotation of a setting says that it must be."""
    hint = get_type_hints(generator, include_extras=True).get(parameter.name)
    for note in getattr(hint, "__metadata__", ()):
        if isinstance(note, Setting):
            return note
    raise TypeError(
        f"{parameter.name} of {generator.__name__} must be annotated with what it may be, "
        f"such as {parameter.name}: gd.Rate"
    )


def _checked(name: str, value: Any, setting: Setting) -> Any:
    if setting.along and callable(value):
        return _Schedule(name, value, setting)
    return setting.check(name, value)


def _columns(value: Any) -> Any:
    """Return numbers with a last axis of one: so they fit parameters, for any number of runs."""
    return value[..., None] if isinstance(value, np.ndarray) else value


def _endless(value: Any) -> Iterable[Array]:
    return value if isinstance(value, _Schedule) else repeat(_columns(value))


def _spread(loss: Loss, start: ArrayLike, settings: Mapping[str, Any]) -> Array:
    """Return the start, checked, and repeated for every run that the settings ask for."""
    parameters = checks.finite("start", start)
    if parameters.ndim == 0 or parameters.shape[-1] != len(loss.names):
        raise ValueError(
            f"start must have shape (..., {len(loss.names)}), one value for each of "
            f"{checks.listed(loss.names)}; got shape {parameters.shape}"
        )
    shapes = {n: v.shape for n, v in settings.items() if isinstance(v, np.ndarray | _Schedule)}
    try:
        runs = np.broadcast_shapes(parameters.shape[:-1], *shapes.values())
    except ValueError as error:
        given = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(
            f"start must fit the settings, got start {parameters.shape} with {given}"
        ) from error
    spread = np.broadcast_to(parameters, (*runs, parameters.shape[-1])).copy()
    spread.flags.writeable = False  # it is where every pass over the run begins
    return spread
