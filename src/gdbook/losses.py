"""What is measured: losses, and the wrappers that change what a rule gets to see.

A `Loss` is a function of the parameters that knows its own gradient.
To change what is measured, wrap the loss: `freeze` holds parameters still,
`minibatches` shows a rule only a few examples at a time.
`surface` evaluates a loss on a grid, for the eye.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdbook import checks
from gdbook.checks import Array

__all__ = ["Loss", "Surface", "freeze", "himmelblau", "least_squares", "minibatches", "surface"]


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
    n_examples : int, optional
        The number of examples that the loss is a mean over; 0 if it is no such mean.
    on : callable, optional
        Maps an array of example numbers to the loss on those examples alone; needed for
        `minibatches`.
    fresh : callable, optional
        Makes the same loss anew, its noise begun again from the seed.  A `Run` calls it
        at the start of every pass, which is why noisy runs repeat exactly.  A loss with it
        counts as `sampled`.

    Raises
    ------
    ValueError
        If two parameters have the same name, or there are none; when called with parameters
        whose last axis is not ``n`` long.

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
    """

    def __init__(
        self,
        value: Callable[[Array], Array],
        gradient: Callable[[Array], Array],
        *,
        names: Sequence[str],
        hessian: Callable[[Array], Array] | None = None,
        n_examples: int = 0,
        on: Callable[[NDArray[np.intp]], Loss] | None = None,
        fresh: Callable[[], Loss] | None = None,
    ) -> None:
        self.names = (names,) if isinstance(names, str) else tuple(names)
        if not self.names or len(set(self.names)) < len(self.names):
            raise ValueError(f"names must be one name for each parameter, got {names!r}")
        self.n_examples = n_examples
        self._value, self._gradient, self._hessian = value, gradient, hessian
        self._on, self._fresh = on, fresh

    @staticmethod
    def check(loss: object) -> Loss:
        """Return `loss` if it is a `Loss`; a bare function has no gradient to go by."""
        if not isinstance(loss, Loss):
            raise TypeError(f"loss must be a gdbook.Loss, got {loss!r}")
        return loss

    def __call__(self, parameters: ArrayLike) -> Array:
        """Return the loss, shape ``(...)``, at parameters of shape ``(..., n)``."""
        return np.asarray(self._value(self._shaped(parameters)))

    def gradient(self, parameters: ArrayLike) -> Array:
        """Return the gradient, shape ``(..., n)``, at parameters of shape ``(..., n)``."""
        return np.asarray(self._gradient(self._shaped(parameters)))

    def hessian(self, parameters: ArrayLike) -> Array:
        """Return the second derivatives, shape ``(..., n, n)``."""
        if self._hessian is None:
            raise ValueError("this loss was made without a hessian")
        return self._hessian(self._shaped(parameters))

    def on(self, examples: ArrayLike) -> Loss:
        """Return the loss on some of the examples, given by their numbers."""
        if self._on is None:
            raise ValueError("this loss is not a mean over examples, so it has no part")
        chosen = checks.indices("examples", examples, below=self.n_examples)
        if chosen.size == 0:
            raise ValueError("examples must name at least one example, got none")
        return self._on(chosen)

    @property
    def sampled(self) -> bool:
        """Whether the gradient is drawn by chance, so that two calls may give two answers."""
        return self._fresh is not None

    def fresh(self) -> Loss:
        """Return the same loss with its noise, if any, begun again from the seed."""
        return self if self._fresh is None else self._fresh()

    def __repr__(self) -> str:
        return f"Loss of {checks.listed(self.names)}"

    def _shaped(self, parameters: ArrayLike) -> Array:
        array = np.asarray(parameters, dtype=np.float64)
        if array.ndim == 0 or array.shape[-1] != len(self.names):
            raise ValueError(
                f"parameters must have shape (..., {len(self.names)}), one value for each of "
                f"{checks.listed(self.names)}; got shape {array.shape}"
            )
        return array


def least_squares(
    x: ArrayLike, y: ArrayLike, *, intercept: bool = False, names: Sequence[str] | None = None
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
        If `x` or `y` is not made of numbers.
    ValueError
        If the lengths or shapes do not fit, or a value is missing or infinite.

    Notes
    -----
    It is bad at outliers: one example that is ten times as far off counts a hundred times.

    References
    ----------
    :cite:t:`legendre1805`, where least squares was first published.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([0.5], [0.8])
    >>> float(loss([0.5])), loss.gradient([0.5])
    (0.30250000000000005, array([-0.55]))
    >>> line = gd.least_squares([0, 1, 2], [1, 3, 5], intercept=True)
    >>> line.names, float(line([1, 2]))
    (('b', 'w'), 0.0)
    """
    features, targets = checks.finite("x", x), checks.finite("y", y)
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
    if len(names) != features.shape[1]:
        raise ValueError(f"names must name {features.shape[1]} parameters, got {list(names)}")
    return _mean_squared_error(features, targets, tuple(names))


def _mean_squared_error(features: Array, targets: Array, names: tuple[str, ...]) -> Loss:
    n_examples = len(targets)
    curvature = 2 * features.T @ features / n_examples

    def errors(parameters: Array) -> Array:
        return parameters @ features.T - targets

    def value(parameters: Array) -> Array:
        return np.asarray((errors(parameters) ** 2).mean(axis=-1))

    def gradient(parameters: Array) -> Array:
        return np.asarray(2 * (errors(parameters) @ features) / n_examples)

    def hessian(parameters: Array) -> Array:
        return np.broadcast_to(curvature, (*parameters.shape, len(names)))

    def on(examples: NDArray[np.intp]) -> Loss:
        return _mean_squared_error(features[examples], targets[examples], names)

    return Loss(value, gradient, names=names, hessian=hessian, n_examples=n_examples, on=on)


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

    return Loss(value, gradient, names=("u", "v"), hessian=hessian)


def freeze(loss: Loss, frozen: ArrayLike) -> Loss:
    """Return the loss with some parameters held still: their slopes read zero.

    Parameters
    ----------
    loss : Loss
        The loss to wrap.
    frozen : array_like of int
        The numbers of the parameters that must not move, counted from 0.

    Returns
    -------
    Loss
        Equal in value; its gradient and hessian are zero wherever a frozen parameter is
        involved, so that no rule that follows the gradient moves it, and no curvature of
        it counts.  (Who looks at values only, like `hot_and_cold`, does not notice.)

    Raises
    ------
    ValueError
        If a number is not that of a parameter.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([[8.5, 0.65, 1.2]], [1])
    >>> gd.freeze(loss, [0]).gradient([0.1, 0.2, -0.1]).round(3)
    array([ 0.   , -0.182, -0.336])
    """
    n_parameters = len(Loss.check(loss).names)
    still = checks.indices("frozen", frozen, below=n_parameters)
    moving = np.ones(n_parameters, dtype=bool)
    moving[still] = False
    return Loss(
        loss,
        lambda parameters: np.where(moving, loss.gradient(parameters), 0.0),
        names=loss.names,
        hessian=lambda parameters: np.where(
            np.outer(moving, moving), loss.hessian(parameters), 0.0
        ),
        n_examples=loss.n_examples,
        on=(lambda examples: freeze(loss.on(examples), still)) if loss.n_examples else None,
        fresh=(lambda: freeze(loss.fresh(), still)) if loss.sampled else None,
    )


def minibatches(loss: Loss, *, size: int, seed: int = 0) -> Loss:
    r"""Return the loss with a gradient that is measured on a few examples at a time.

    .. math:: g(w) = \nabla L_B(w), \qquad B \subset \{1, \dots, m\}, \quad |B| = \text{size},

    where :math:`L_B` is the mean loss on batch :math:`B`.  Every call of ``gradient`` takes
    the next batch of a shuffled pass over all examples; the last batch of a pass is
    smaller when `size` does not divide :math:`m`.  The value stays that of all
    examples, so that noisy runs can be compared with exact ones.

    Parameters
    ----------
    loss : Loss
        A mean over examples, such as `least_squares` returns.
    size : int
        How many examples are in a batch: 1 is stochastic gradient descent in its
        narrow sense, all of them is gradient descent.
    seed : int
        Where the shuffling begins; not negative.

    Raises
    ------
    ValueError
        If the loss is no mean over examples, or `size` is not between 1 and their number.

    Notes
    -----
    It is bad at settling: at a constant learning rate the noise of the batches keeps the
    parameters moving around the minimum instead of into it.

    References
    ----------
    :cite:t:`robbins1951`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([1, 2, 3, 4], [2, 4, 6, 8])
    >>> noisy = gd.minibatches(loss, size=2, seed=0)
    >>> one, other = noisy.gradient([0.0]), noisy.gradient([0.0])
    >>> (one + other) / 2 == loss.gradient([0.0])
    array([ True])
    """
    if Loss.check(loss).n_examples == 0:
        raise ValueError("loss must be a mean over examples to be split into batches")
    seed = checks.whole("seed", seed, least=0)
    size = checks.whole("size", size, least=1)
    if size > loss.n_examples:
        raise ValueError(f"size must be at most {loss.n_examples}, got {size}")

    def fresh() -> Loss:
        generator = np.random.default_rng(seed)
        batch: list[NDArray[np.intp]] = []

        def gradient(parameters: Array) -> Array:
            if not batch:
                order = generator.permutation(loss.n_examples)
                batch.extend(np.split(order, range(size, loss.n_examples, size)))
            return loss.on(batch.pop(0)).gradient(parameters)

        return Loss(
            loss,
            gradient,
            names=loss.names,
            hessian=loss.hessian,
            n_examples=loss.n_examples,
            on=loss.on,
            fresh=fresh,
        )

    return fresh()


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
        Where the parameters stand that do not vary; needed only if there are any.
    resolution : int
        How many values each varying parameter takes.
    **ranges
        For each varying parameter, by its name, the pair ``(low, high)``; the first is
        drawn horizontally.

    Raises
    ------
    ValueError
        If a name is unknown, a range is empty, or a parameter has neither range nor value.

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
