"""What is measured: losses, and the wrappers that change what a rule gets to see.

A `Loss` is a function of the parameters that knows its own gradient.
To change what is measured, wrap the loss: `freeze` holds parameters fixed,
`minibatches` shows a rule only a few examples at a time.
`surface` evaluates a loss on a grid, for the eye.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdbook import checks
from gdbook.checks import Array

Examples = NDArray[np.intp] | slice

__all__ = [
    "Loss",
    "Surface",
    "freeze",
    "himmelblau",
    "least_squares",
    "logistic_loss",
    "minibatches",
    "quadratic",
    "rosenbrock",
    "surface",
    "two_wells",
]


class Names(tuple[str, ...]):
    """Names that have been checked, so that a batch need not check those of its whole again."""

    __slots__ = ()


class Loss:
    """A function to minimise, together with its gradient.

    Parameters are the last axis of an array of shape ``(..., n)``; all axes before it
    are carried along.  So a grid, a sweep of learning rates and a thousand starts
    are each a single call.

    Parameters
    ----------
    value : callable
        Maps parameters ``(..., n)`` to losses ``(...)``.
    gradient : callable
        Maps parameters ``(..., n)`` to gradients ``(..., n)``.
    names : sequence of str
        A name for each of the ``n`` parameters, such as ``("b", "w")``.
    hessian : callable, optional
        Maps parameters ``(..., n)`` to second derivatives ``(..., n, n)``.
    value_and_gradient : callable, optional
        Maps parameters to both at once, where that is cheaper than one after the other.
    n_examples : int, optional
        The number of examples that the loss is a mean over; 0 if it isn't such a mean.
    on : callable, optional
        Maps the indices of some examples, an array or a slice, to the loss on those examples
        alone; needed for `minibatches`.
    about : callable, optional
        Returns what JSON needs to say which loss this is: see `about` below.

    Raises
    ------
    ValueError
        If two parameters have the same name, or there are none; when called with parameters
        whose last axis is not ``n`` long; and when a function returns another shape.

    Examples
    --------
    >>> import gdbook as gd
    >>> bowl = gd.Loss(lambda p: (p**2).sum(-1), lambda p: 2 * p, names=("u", "v"))
    >>> float(bowl([3, 4]))
    25.0
    >>> bowl.gradient([3, 4])
    array([6., 8.])
    >>> bowl([[3, 4], [0, 1]])
    array([25.,  1.])

    A function that forgets about the axes before the last one is found out:

    >>> careless = gd.Loss(lambda p: (p**2).sum(), lambda p: 2 * p, names=("u", "v"))
    >>> careless([[3, 4], [0, 1]])
    Traceback (most recent call last):
        ...
    ValueError: value of the loss must have shape (2,) at parameters (2, 2), got ()
    """

    # A loss on all examples is its own whole, and has no batches.
    _draw: Callable[[], Iterator[Loss]] | None = None
    _batches: Iterator[Loss] = iter(())
    _whole: Loss | None = None

    def __init__(
        self,
        value: Callable[[Array], Array],
        gradient: Callable[[Array], Array],
        *,
        names: Sequence[str],
        hessian: Callable[[Array], Array] | None = None,
        value_and_gradient: Callable[[Array], tuple[Array, Array]] | None = None,
        n_examples: int = 0,
        on: Callable[[Examples], Loss] | None = None,
        about: Callable[[], Sequence[Any]] | None = None,
    ) -> None:
        self.names = names if isinstance(names, Names) else Names(checks.unique("names", names))
        self.n_examples = checks.whole("n_examples", n_examples, least=0)
        self._looks = value, gradient, hessian, value_and_gradient
        self._on = on
        self._about = about

    @staticmethod
    def check(loss: object) -> Loss:
        """Return `loss` if it is a `Loss`; a bare function has no gradient to go by."""
        if not isinstance(loss, Loss):
            raise TypeError(f"loss must be a gdbook.Loss, got {loss!r}")
        return loss

    def __call__(self, parameters: ArrayLike) -> Array:
        """Return the loss, shape ``(...)``, at parameters of shape ``(..., n)``."""
        place = self._placed(parameters)
        return _shaped("value", self._looks[0](place), place, place.shape[:-1])

    def gradient(self, parameters: ArrayLike) -> Array:
        """Return the gradient, shape ``(..., n)``, at parameters of shape ``(..., n)``."""
        place = self._placed(parameters)
        return _shaped("gradient", self._looks[1](place), place, place.shape)

    def value_and_gradient(self, parameters: ArrayLike) -> tuple[Array, Array]:
        """Return loss and gradient, in one pass where the loss knows how."""
        both = self._looks[3]
        if both is None:
            return self(parameters), self.gradient(parameters)
        place = self._placed(parameters)
        value, gradient = both(place)
        return (
            _shaped("value", value, place, place.shape[:-1]),
            _shaped("gradient", gradient, place, place.shape),
        )

    def hessian(self, parameters: ArrayLike) -> Array:
        """Return the second derivatives, shape ``(..., n, n)``."""
        hessian = self._looks[2]
        if hessian is None:
            raise ValueError("this loss was made without a hessian")
        place = self._placed(parameters)
        return _shaped("hessian", hessian(place), place, (*place.shape, place.shape[-1]))

    def on(self, examples: ArrayLike) -> Loss:
        """Return the loss on some of the examples, given by their indices."""
        if self._on is None:
            raise ValueError("this loss is not a mean over examples, so it has no part")
        chosen = checks.indices("examples", examples, below=self.n_examples)
        if chosen.size == 0:
            raise ValueError("examples must name at least one example, got none")
        return self._on(chosen)

    @property
    def about(self) -> Sequence[Any]:
        """Its name and arguments in the book's script ``descent.js``, as JSON would say them."""
        if self._about is None:
            raise ValueError("this loss was made without about, so no script can know it")
        return self._about()

    # What follows is for losses that show a few examples at a time; the others have one batch.

    @classmethod
    def drawn(cls, whole: Loss, draw: Callable[[], Iterator[Loss]]) -> Loss:
        """Return a loss that shows the batches of an endless iterator, one after the other.

        Until `advance` is called, its value and derivatives are those of one batch.  Its `whole`
        is the loss that the batches are taken from.
        """
        value, gradient, *_ = whole._looks
        loss = cls(
            value,
            gradient,
            names=whole.names,
            n_examples=whole.n_examples,
            on=whole._on,
            about=whole._about,
        )
        loss._whole, loss._draw, loss._batches = whole, draw, draw()
        loss.advance()
        return loss

    @property
    def whole(self) -> Loss:
        """The loss on all examples."""
        return self if self._whole is None else self._whole

    @property
    def sampled(self) -> bool:
        """Whether it shows its examples in batches, drawn at random."""
        return self._draw is not None

    def advance(self) -> None:
        """Go on to the next batch, if there are batches."""
        if self._draw is not None:
            self._looks = next(self._batches)._looks  # noqa: SLF001 - a batch is a loss, too

    def fresh(self) -> Loss:
        """Return the same loss with its batches, if any, begun again from the seed."""
        return self if self._draw is None else Loss.drawn(self.whole, self._draw)

    def map(self, wrap: Callable[[Loss], Loss]) -> Loss:
        """Return the wrapped loss; if it is sampled, each of its batches is wrapped, too."""
        draw = self._draw
        return (
            wrap(self) if draw is None else Loss.drawn(wrap(self.whole), lambda: map(wrap, draw()))
        )

    def __repr__(self) -> str:
        return f"Loss of {checks.listed(self.names)}"

    def _placed(self, parameters: ArrayLike) -> Array:
        place = (
            parameters
            if type(parameters) is np.ndarray and parameters.dtype == np.float64  # as in a run
            else checks.numbers("parameters", parameters)
        )
        if place.ndim == 0 or place.shape[-1] != len(self.names):
            raise ValueError(
                f"parameters must have shape (..., {len(self.names)}), one value for each of "
                f"{checks.listed(self.names)}; got shape {place.shape}"
            )
        return place


def _shaped(what: str, result: ArrayLike, place: Array, shape: tuple[int, ...]) -> Array:
    """Return a loss's answer as an array, if it has the shape that was asked for."""
    array = np.asarray(result)
    if array.shape != shape:
        raise ValueError(
            f"{what} of the loss must have shape {shape} at parameters {place.shape}, "
            f"got {array.shape}"
        )
    return array


def least_squares(
    x: ArrayLike,
    y: ArrayLike,
    *,
    intercept: bool = False,
    half: bool = False,
    names: str | Sequence[str] | None = None,
) -> Loss:
    r"""Return the mean squared error of a linear model as a function of its weights.

    .. math::

        L(w) = \frac{1}{m} \sum_{i=1}^{m} (\hat y_i - y_i)^2, \qquad
        \hat y_i = b + \sum_{j=1}^{n} w_j x_{ij},

    with the intercept :math:`b` (if there is one), :math:`x_{ij}` feature :math:`j` of example
    :math:`i`, its target :math:`y_i` and prediction :math:`\hat y_i`.  The gradient is
    :math:`\frac{2}{m} \sum_i (\hat y_i - y_i) x_i`: the true one, its factor 2 included.

    Parameters
    ----------
    x : array_like, shape (m,) or (m, n)
        The features, one row per example.
    y : array_like, shape (m,)
        The targets; the loss has the square of their unit.
    intercept : bool
        Whether to put a parameter ``b`` first, added to every prediction.
    half : bool
        Whether to take half of all that: then the 2 of the gradient cancels, the slope of one
        example is its weight delta, and a learning rate is what the sources call alpha.
    names : sequence of str, optional
        Names of the parameters; by default ``b`` for the intercept, then ``w``, or
        ``w1``, ``w2``, ... where there are several.

    Returns
    -------
    Loss
        With gradient, hessian, and parts on some of the examples.

    Raises
    ------
    TypeError
        If `x` or `y` isn't made of numbers, `intercept` or `half` isn't a bool, or a name isn't
        a string.
    ValueError
        If the lengths or shapes do not fit, or a value is missing or infinite.

    References
    ----------
    :cite:t:`legendre1805`, where least squares was first published.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([0.5], [0.8])
    >>> float(loss([0.5])), loss.gradient([0.5])
    (0.30250000000000005, array([-0.55]))
    >>> halved = gd.least_squares([0.5], [0.8], half=True)
    >>> float(halved([0.5])), halved.gradient([0.5])
    (0.15125000000000002, array([-0.275]))
    >>> line = gd.least_squares([0, 1, 2], [1, 3, 5], intercept=True)
    >>> line.names, float(line([1, 2]))
    (('b', 'w'), 0.0)
    """
    half = checks.flag("half", half)
    return _mean_squared_error(
        *_examples(x, y, intercept=intercept, names=names), 1.0 if half else 2.0
    )


def _examples(
    x: ArrayLike, y: ArrayLike, *, intercept: bool, names: str | Sequence[str] | None
) -> tuple[Array, Array, Names]:
    """Return the features, including a column of ones for `b`, the targets and the names."""
    features, targets = checks.finite("x", x), checks.finite("y", y)
    intercept = checks.flag("intercept", intercept)
    if features.ndim == 1:
        features = features[:, None]
    if features.ndim != 2:
        raise ValueError(f"x must have shape (m,) or (m, n), got {features.shape}")
    if targets.shape != features.shape[:1]:
        raise ValueError(f"y must have shape ({len(features)},) to fit x, got {targets.shape}")
    n_weights = features.shape[1]
    if names is None:
        weights = ["w"] if n_weights == 1 else [f"w{j + 1}" for j in range(n_weights)]
        names = ["b", *weights] if intercept else weights
    if intercept:
        features = np.column_stack([np.ones(len(features)), features])
    checked = Names(checks.unique("names", names))
    if len(checked) != features.shape[1]:
        raise ValueError(f"names must name {features.shape[1]} parameters, got {list(checked)}")
    return features, targets, checked


def _mean_squared_error(features: Array, targets: Array, names: Names, factor: float) -> Loss:
    """Return the loss whose gradient has this factor: 2, or 1 for half the loss."""
    n_examples = len(targets)

    def errors(parameters: Array) -> Array:
        error: Array = parameters @ features.T
        error -= targets  # in place: a sweep's errors are the largest array there is
        return error

    def measure(error: Array) -> Array:
        return np.asarray(factor / 2 * (np.add.reduce(error * error, axis=-1) / n_examples))

    def slope(error: Array) -> Array:
        return np.asarray(factor * (error @ features) / n_examples)

    def both(parameters: Array) -> tuple[Array, Array]:
        error = errors(parameters)
        return measure(error), slope(error)

    def hessian(parameters: Array) -> Array:
        curvature = factor * features.T @ features / n_examples
        return np.broadcast_to(curvature, (*parameters.shape, len(names)))

    return Loss(
        lambda parameters: measure(errors(parameters)),
        lambda parameters: slope(errors(parameters)),
        names=names,
        hessian=hessian,
        value_and_gradient=both,
        n_examples=n_examples,
        on=lambda some: _mean_squared_error(features[some], targets[some], names, factor),
        about=lambda: ("leastSquares", features.tolist(), targets.tolist(), {"half": factor == 1}),
    )


def logistic_loss(
    x: ArrayLike,
    y: ArrayLike,
    *,
    intercept: bool = False,
    names: str | Sequence[str] | None = None,
) -> Loss:
    r"""Return the log loss of logistic regression as a function of its weights.

    .. math::

        L(w) = \frac{1}{m} \sum_{i=1}^{m} \log\left(1 + e^{-s_i z_i}\right), \qquad
        z_i = b + \sum_{j=1}^{n} w_j x_{ij}, \qquad s_i = 2 y_i - 1,

    with the intercept :math:`b` (if there is one), :math:`x_{ij}` feature :math:`j` of example
    :math:`i`, its label :math:`y_i`, 0 or 1, and its logit :math:`z_i`.  The model gives label 1
    the probability :math:`p_i = 1 / (1 + e^{-z_i})`; the loss of an example is minus the logarithm
    of the probability given to its true label.  The gradient is
    :math:`\frac{1}{m} \sum_i (p_i - y_i) x_i`, and the Hessian
    :math:`\frac{1}{m} \sum_i p_i (1 - p_i) x_i x_i^\mathsf{T}`: never negative in any direction,
    so the loss is convex, but different from place to place, so it isn't quadratic.

    Parameters
    ----------
    x : array_like, shape (m,) or (m, n)
        The features, one row per example.
    y : array_like, shape (m,)
        The labels, each of them 0 or 1.
    intercept : bool
        Whether to put a parameter ``b`` first, added to every logit.
    names : sequence of str, optional
        Names of the parameters; by default ``b`` for the intercept, then ``w``, or
        ``w1``, ``w2``, ... where there are several.

    Returns
    -------
    Loss
        In natural units: ``log(2)``, about 0.693, is the loss of a model that gives both labels
        the same probability.  With gradient, hessian, and parts on some of the examples.

    Raises
    ------
    TypeError
        If `x` or `y` isn't made of numbers, `intercept` isn't a bool, or a name isn't a string.
    ValueError
        If the lengths or shapes do not fit, a value is missing or infinite, or a label is
        neither 0 nor 1.

    Notes
    -----
    Where a plane separates the labels without a mistake (without an intercept, a plane through the
    origin), there is no minimum, and the weights grow for as long as you train.  There is no
    `closed_form` either.

    References
    ----------
    :cite:t:`cox1958`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.logistic_loss([-2, -1, 1, 2], [0, 1, 0, 1], intercept=True)
    >>> loss.names, round(float(loss([0, 0])), 6), loss.gradient([0, 0])
    (('b', 'w'), 0.693147, array([ 0.  , -0.25]))
    >>> float(gd.logistic_loss([1], [0])([1000]))  # sure, and wrong
    1000.0
    """
    features, labels, checked = _examples(x, y, intercept=intercept, names=names)
    wrong = (labels != 0) & (labels != 1)
    if wrong.any():
        raise ValueError(f"y must be 0 or 1 everywhere, got {labels[wrong][0]}")
    return _mean_log_loss(features, 2 * labels - 1, checked)


def _mean_log_loss(features: Array, signs: Array, names: Names) -> Loss:
    """Return the mean of log(1 + exp(-sign * logit)), for signs -1 and 1."""
    n_examples = len(signs)

    def surprises(parameters: Array) -> Array:
        return np.asarray(np.logaddexp(0, -signs * (parameters @ features.T)))

    # From a surprise, the probability p of the true label is exp(-surprise), and 1 - p is
    # -expm1(-surprise): both to full precision, however sure the model is of either label.

    def slope(surprise: Array) -> Array:
        return np.asarray((signs * np.expm1(-surprise)) @ features / n_examples)

    def both(parameters: Array) -> tuple[Array, Array]:
        surprise = surprises(parameters)
        return np.asarray(surprise.mean(axis=-1)), slope(surprise)

    def hessian(parameters: Array) -> Array:
        surprise = surprises(parameters)
        bends = -np.expm1(-surprise) * np.exp(-surprise)  # (1 - p) p of each example
        return np.asarray((features.T * bends[..., None, :]) @ features / n_examples)

    return Loss(
        lambda parameters: np.asarray(surprises(parameters).mean(axis=-1)),
        lambda parameters: slope(surprises(parameters)),
        names=names,
        hessian=hessian,
        value_and_gradient=both,
        n_examples=n_examples,
        on=lambda some: _mean_log_loss(features[some], signs[some], names),
        about=lambda: ("logisticLoss", features.tolist(), ((signs + 1) / 2).tolist()),
    )


def himmelblau() -> Loss:
    r"""Return Himmelblau's function: a landscape with four valleys of equal depth.

    .. math:: L(u, v) = (u^2 + v - 11)^2 + (u + v^2 - 7)^2.

    Returns
    -------
    Loss
        Of the parameters ``u`` and ``v``, with gradient and hessian; it is zero at
        :math:`(3, 2)` and at three more points.

    References
    ----------
    :cite:t:`himmelblau1972`.

    Examples
    --------
    >>> import gdbook as gd
    >>> float(gd.himmelblau()([3, 2]))
    0.0
    """

    def parts(p: Array) -> tuple[Array, Array, Array, Array]:
        u, v = p[..., 0], p[..., 1]
        return u, v, u**2 + v - 11, u + v**2 - 7

    def value(p: Array) -> Array:
        _, _, first, second = parts(p)
        return np.asarray(first**2 + second**2)

    def gradient(p: Array) -> Array:
        u, v, first, second = parts(p)
        return np.stack([4 * u * first + 2 * second, 2 * first + 4 * v * second], axis=-1)

    def hessian(p: Array) -> Array:
        u, v, first, second = parts(p)
        mixed = 4 * (u + v)
        top = np.stack([8 * u**2 + 4 * first + 2, mixed], axis=-1)
        bottom = np.stack([mixed, 8 * v**2 + 4 * second + 2], axis=-1)
        return np.stack([top, bottom], axis=-2)

    return Loss(value, gradient, names=("u", "v"), hessian=hessian, about=lambda: ("himmelblau",))


def rosenbrock() -> Loss:
    r"""Return Rosenbrock's function: a curved valley whose floor hardly falls.

    .. math:: L(u, v) = (1 - u)^2 + 100 \, (v - u^2)^2.

    The valley follows the parabola :math:`v = u^2`.  At its end the surface bends 2,500 times as
    sharply across as along, so a rate that is small enough for the one is tiny for the other.

    Returns
    -------
    Loss
        Of the parameters ``u`` and ``v``, with gradient and hessian; its only minimum is zero, at
        :math:`(1, 1)`.  The classical start is :math:`(-1.2, 1)`.

    References
    ----------
    :cite:t:`rosenbrock1960`.

    Examples
    --------
    >>> import gdbook as gd
    >>> banana = gd.rosenbrock()
    >>> float(banana([1, 1])), float(banana([-1.2, 1]).round(6))
    (0.0, 24.2)
    >>> gd.curvatures(banana, at=[1, 1]).round(1)
    array([4.0000e-01, 1.0016e+03])
    """

    def value(p: Array) -> Array:
        u, v = p[..., 0], p[..., 1]
        return np.asarray((1 - u) ** 2 + 100 * (v - u**2) ** 2)

    def gradient(p: Array) -> Array:
        u, v = p[..., 0], p[..., 1]
        across = 200 * (v - u**2)
        return np.stack([-2 * (1 - u) - 2 * u * across, across], axis=-1)

    def hessian(p: Array) -> Array:
        u, v = p[..., 0], p[..., 1]
        top = np.stack([1200 * u**2 - 400 * v + 2, -400 * u], axis=-1)
        bottom = np.stack([-400 * u, np.full_like(u, 200)], axis=-1)
        return np.stack([top, bottom], axis=-2)

    return Loss(value, gradient, names=("u", "v"), hessian=hessian, about=lambda: ("rosenbrock",))


def two_wells() -> Loss:
    r"""Return a plain with two wells: a deep one, a shallow one, and a saddle between them.

    .. math::

        L(u, v) = 2 - \frac{3}{2} e^{-(u + 1)^2 - v^2} - e^{-(u - 1)^2 - v^2} .

    Far from the wells the plain is almost level, a plateau; the bottom of the shallow well is a
    local minimum, the bottom of the deep one the global one.

    Returns
    -------
    Loss
        Of the parameters ``u`` and ``v``, with gradient and hessian; between 0 and 2.

    Examples
    --------
    >>> import gdbook as gd
    >>> plain = gd.two_wells()
    >>> plain([[-1, 0], [1, 0], [4, 4]]).round(3)
    array([0.482, 0.973, 2.   ])
    """
    depths, centres = np.array([1.5, 1.0]), np.array([[-1.0, 0.0], [1.0, 0.0]])

    def wells(p: Array) -> tuple[Array, Array]:
        apart = p[..., None, :] - centres
        return apart, depths * np.exp(-(apart**2).sum(axis=-1))

    def value(p: Array) -> Array:
        return np.asarray(2 - wells(p)[1].sum(axis=-1))

    def gradient(p: Array) -> Array:
        apart, depth = wells(p)
        return np.asarray((2 * depth[..., None] * apart).sum(axis=-2))

    def hessian(p: Array) -> Array:
        apart, depth = wells(p)
        outer = 2 * np.eye(2) - 4 * apart[..., :, None] * apart[..., None, :]
        return np.asarray((depth[..., None, None] * outer).sum(axis=-3))

    return Loss(value, gradient, names=("u", "v"), hessian=hessian, about=lambda: ("twoWells",))


def quadratic(hessian: ArrayLike, minimum: ArrayLike | None = None) -> Loss:
    r"""Return the quadratic loss with a given table of second derivatives.

    .. math:: L(w) = \tfrac12 (w - w^*)^\top H (w - w^*) ,

    with the symmetric Hessian :math:`H` and the stationary point :math:`w^*`, which is a minimum
    if all curvatures of :math:`H` are positive, and a saddle if some are negative.

    Parameters
    ----------
    hessian : array_like, shape (n, n) or (n,)
        The second derivatives; or only those on the diagonal, the others being 0.
    minimum : array_like, shape (n,), optional
        Where the gradient is zero; the origin if left out.

    Returns
    -------
    Loss
        Of the parameters ``w1``, ``w2``, ..., with gradient and hessian.

    Raises
    ------
    ValueError
        If the hessian is not square and symmetric, or the minimum does not fit it.

    Examples
    --------
    >>> import gdbook as gd
    >>> bowl = gd.quadratic([1, 10])
    >>> float(bowl([2, 1])), bowl.gradient([2, 1])
    (7.0, array([ 2., 10.]))
    >>> gd.quadratic([[1, 2], [0, 1]])
    Traceback (most recent call last):
        ...
    ValueError: hessian must be square and symmetric, got [[1, 2], [0, 1]]
    """
    given = checks.finite("hessian", hessian)
    bends = np.diag(given) if given.ndim == 1 else given
    least = 1e-8 * abs(bends).max()  # what rounding may do
    if (
        bends.ndim != 2
        or bends.shape[0] != bends.shape[1]
        or not np.allclose(bends, bends.T, atol=least)
    ):
        raise ValueError(f"hessian must be square and symmetric, got {hessian!r}")
    centre = np.zeros(len(bends)) if minimum is None else checks.finite("minimum", minimum)
    if centre.shape != bends.shape[:1]:
        raise ValueError(f"minimum must have shape ({len(bends)},), got {centre.shape}")

    def gradient(p: Array) -> Array:
        return np.asarray((p - centre) @ bends)

    return Loss(
        lambda p: np.asarray(((p - centre) * gradient(p)).sum(axis=-1) / 2),
        gradient,
        names=[f"w{i + 1}" for i in range(len(bends))],
        hessian=lambda p: np.broadcast_to(bends, (*p.shape, len(bends))),
        about=lambda: ("quadratic", bends.tolist(), centre.tolist()),
    )


def freeze(loss: Loss, /, **values: float) -> Loss:
    """Return the loss as a function of the other parameters, with some of them held fixed.

    Parameters
    ----------
    loss : Loss
        The loss to wrap.
    **values
        The value of each parameter that must not move, by its name.

    Returns
    -------
    Loss
        Of the parameters that are left, in their order.  A frozen one is no longer a parameter:
        no rule can move it, and its curvature limits no learning rate.

    Raises
    ------
    TypeError
        If a value isn't a number.
    ValueError
        If a name is not that of a parameter, no parameter is left, or a value isn't finite.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([[8.5, 0.65, 1.2]], [1])
    >>> still = gd.freeze(loss, w1=0.1)
    >>> still.names, still.gradient([0.2, -0.1]).round(3)
    (('w2', 'w3'), array([-0.182, -0.336]))
    """
    names = Loss.check(loss).names
    for name in values:
        if name not in names:
            raise ValueError(f"values must be of {checks.listed(names)}, got {name!r}")
    free = [i for i, name in enumerate(names) if name not in values]
    if not free:
        raise ValueError(f"values must leave a parameter free, got all of {checks.listed(names)}")
    base = np.array([checks.number(name, values.get(name, 0)) for name in names])
    moving = Names(names[i] for i in free)

    def insert(parameters: Array) -> Array:
        everything = np.broadcast_to(base, (*parameters.shape[:-1], len(base))).copy()
        everything[..., free] = parameters
        return everything

    def wrap(inner: Loss) -> Loss:
        def both(parameters: Array) -> tuple[Array, Array]:
            value, gradient = inner.value_and_gradient(insert(parameters))
            return value, gradient[..., free]

        def hessian(parameters: Array) -> Array:
            return inner.hessian(insert(parameters))[..., free, :][..., free]

        part = inner._on  # noqa: SLF001 - a wrapper is as near to a loss as its own methods
        return Loss(
            lambda parameters: inner(insert(parameters)),
            lambda parameters: inner.gradient(insert(parameters))[..., free],
            names=moving,
            hessian=hessian,
            value_and_gradient=both,
            n_examples=inner.n_examples,
            on=None if part is None else lambda some: wrap(part(some)),
            about=lambda: (
                "frozen",
                inner.about,
                [None if i in free else base[i] for i in range(len(base))],
            ),
        )

    return loss.map(wrap)


_SHUFFLED_AT_ONCE = 4096  # examples: enough to hide what shuffling costs, few enough to fit a cache


def minibatches(loss: Loss, *, size: int, seed: int = 0, replacement: bool = False) -> Loss:
    r"""Return the loss as it is measured on a few examples at a time.

    .. math:: L_B(w), \; \nabla L_B(w), \qquad B \subset \{1, \dots, m\}, \quad |B| = \text{size},

    where :math:`L_B` is the mean loss on batch :math:`B`.  Within one step of a rule, every look
    at the loss or the gradient sees the same batch; `Loss.advance` goes on to the next one, and a
    `Run` does so after every step.  What a trace reports is the loss on all examples, so
    that noisy runs can be compared with exact ones.

    Parameters
    ----------
    loss : Loss
        A mean over examples, such as `least_squares` returns.
    size : int
        How many examples are in a batch: 1 is stochastic gradient descent in its
        narrow sense, all of them is gradient descent.
    seed : int
        Where the shuffling begins; not negative.
    replacement : bool
        Whether every batch is drawn from all examples anew.  Otherwise the batches are slices of
        a shuffled pass over all of them, an epoch, after which the next pass is shuffled; the last
        batch of a pass is smaller when `size` does not divide :math:`m`.

    Raises
    ------
    ValueError
        If the loss isn't a mean over examples, or `size` isn't between 1 and their number.

    Notes
    -----
    At a constant learning rate the parameters end up moving around the minimum instead of into it,
    unless the gradients of all batches are zero there, as they are if the model fits every example.

    References
    ----------
    :cite:t:`robbins1951`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([1, 2, 3, 4], [2, 4, 6, 8])
    >>> noisy = gd.minibatches(loss, size=2, seed=0)
    >>> one = noisy.gradient([0.0])
    >>> noisy.advance()
    >>> other = noisy.gradient([0.0])
    >>> (one + other) / 2 == loss.gradient([0.0])
    array([ True])
    """
    if Loss.check(loss).n_examples == 0:
        raise ValueError("loss must be a mean over examples to be split into batches")
    seed = checks.whole("seed", seed, least=0)
    size = checks.whole("size", size, least=1, most=loss.n_examples)
    order = _drawn if checks.flag("replacement", replacement) else _shuffled
    if loss.on([0]).n_examples != 1:
        raise ValueError("loss must know how many examples its parts have: give them n_examples")
    return Loss.drawn(loss.whole, lambda: order(loss.whole, size, np.random.default_rng(seed)))


def _shuffled(loss: Loss, size: int, generator: np.random.Generator) -> Iterator[Loss]:
    """Yield the batches of one shuffled pass after the other."""
    together = size * max(1, _SHUFFLED_AT_ONCE // size)
    while True:
        order = generator.permutation(loss.n_examples)
        for begin in range(0, loss.n_examples, together):
            # Slicing a block that has been put in order once is cheaper than picking one by one.
            block = loss.on(order[begin : begin + together])
            for first in range(0, block.n_examples, size):
                yield block._on(slice(first, first + size))  # type: ignore[misc]  # noqa: SLF001 - `on` would check each slice


def _drawn(loss: Loss, size: int, generator: np.random.Generator) -> Iterator[Loss]:
    """Yield batches, each drawn from all examples, so that an example may come up twice."""
    while True:
        yield loss.on(generator.integers(loss.n_examples, size=size))


@dataclass(frozen=True, eq=False)  # arrays have no single answer to "equal?"
class Surface:
    """A loss seen on a grid over one or two of its parameters.

    Attributes
    ----------
    names : tuple of str
        The parameters that vary: the horizontal one, then the vertical one.
    axes : tuple of ndarray
        The values that each of them takes.
    losses : ndarray, shape (len(axes[-1]), ..., len(axes[0]))
        For one parameter a curve; for two, ``losses[i, j]`` belongs to
        ``(axes[0][j], axes[1][i])``, the order in which Matplotlib draws.
    """

    names: tuple[str, ...]
    axes: tuple[Array, ...]
    losses: Array


def surface(
    loss: Loss,
    *,
    at: ArrayLike | None = None,
    resolution: int = 101,
    **ranges: tuple[float, float],
) -> Surface:
    """Evaluate a loss on a grid over one or two of its parameters, one row at a time.

    Parameters
    ----------
    loss : Loss
        What to look at.
    at : array_like, shape (n,), optional
        Where to hold the parameters that do not vary; needed only if there are any.
    resolution : int
        How many values each varying parameter takes.
    **ranges
        For each varying parameter, by its name, the pair ``(low, high)``; the first is
        drawn horizontally.

    Raises
    ------
    ValueError
        If a name is unknown, a range is empty, or a parameter has neither range nor value; or if
        the loss calls a parameter like an argument here.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([0, 1, 2], [1, 3, 5], intercept=True)
    >>> gd.surface(loss, b=(-2, 4), w=(-1, 5)).losses.shape
    (101, 101)
    >>> section = gd.surface(loss, at=[1, 2], resolution=3, w=(1, 3))
    >>> section.losses.round(3)
    array([1.667, 0.   , 1.667])
    """
    Loss.check(loss)
    resolution = checks.whole("resolution", resolution, least=2)
    for name in {"loss", "at", "resolution"}.intersection(loss.names):
        raise ValueError(f"{name!r} is an argument of `surface`: name the parameter differently")
    if not 1 <= len(ranges) <= 2:
        raise ValueError(f"ranges must name one or two parameters, got {list(ranges)}")
    for name in ranges:
        if name not in loss.names:
            raise ValueError(f"ranges must name parameters of the loss, got {name!r}")
    if at is None and len(ranges) < len(loss.names):
        still = [name for name in loss.names if name not in ranges]
        raise ValueError(f"at must say where {', '.join(still)} stands, got None")
    base = np.zeros(len(loss.names)) if at is None else checks.finite("at", at)
    if base.shape != (len(loss.names),):
        raise ValueError(f"at must have shape ({len(loss.names)},), got {base.shape}")
    axes = tuple(np.linspace(*checks.interval(k, v), resolution) for k, v in ranges.items())
    places = [loss.names.index(name) for name in ranges]

    def row(*heights: float) -> Array:
        parameters = np.tile(base, (resolution, 1))
        parameters[:, places[0]] = axes[0]
        parameters[:, places[1:]] = heights
        return loss(parameters)

    if len(axes) == 1:
        return Surface(tuple(ranges), axes, row())
    losses = np.empty((resolution, resolution))
    for i, height in enumerate(axes[1]):
        losses[i] = row(height)
    return Surface(tuple(ranges), axes, losses)
