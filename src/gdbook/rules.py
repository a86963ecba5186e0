"""How we move: the learning rules, each written as its own pseudo-code.

In every round a rule looks, yields what it has seen, and moves.  What all rules have in common
(settings that are checked, sweeps, schedules, traces) is in `gdbook.runs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np

from gdbook import checks
from gdbook.checks import Array
from gdbook.losses import Loss
from gdbook.runs import NonNegative, Positive, Rate, Setting, Share, Step, rule

__all__ = [
    "adagrad",
    "adam",
    "adamw",
    "gradient_descent",
    "hot_and_cold",
    "line_search",
    "lion",
    "momentum",
    "muon",
    "nesterov",
    "newton",
    "rmsprop",
    "schedule_free",
    "sign_descent",
]


@rule
def hot_and_cold(loss: Loss, parameters: Array, *, step_size: Positive) -> Iterator[Step]:
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
    It is bad at nearly everything: a move costs two evaluations per parameter, a parameter that
    moves always goes equally far, and a minimum that isn't a whole number of steps away is never
    reached.

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
        up = loss(parameters[..., None, :] + nudges)
        down = loss(parameters[..., None, :] - nudges)
        yield Step(parameters)
        parameters = parameters + step_size * np.sign(down - up)


@rule
def gradient_descent(loss: Loss, parameters: Array, *, learning_rate: Rate) -> Iterator[Step]:
    r"""Learn by slope: step against the gradient, further where it is steeper.

    .. math:: w \leftarrow w - \eta \, \nabla L(w),

    with parameters :math:`w`, learning rate :math:`\eta` and gradient :math:`\nabla L`.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive, in units of parameter squared per loss; a schedule may
        come down to 0.

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
    It is bad at long narrow valleys: the direction that curves most sharply limits the rate, and
    the flattest one then takes many steps.

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
    for rate in learning_rate:
        gradient = loss.gradient(parameters)
        yield Step(parameters, gradient)
        parameters = parameters - rate * gradient


@rule
def momentum(
    loss: Loss, parameters: Array, *, learning_rate: Rate, momentum: Share = 0.9
) -> Iterator[Step]:
    r"""Learn with a memory: a velocity gathers the gradients, and the parameters roll along it.

    .. math:: v \leftarrow \mu v + \nabla L(w), \qquad w \leftarrow w - \eta v,

    with the velocity :math:`v`, at first zero, the momentum :math:`\mu`, the learning rate
    :math:`\eta` and the gradient :math:`\nabla L`.  Physicists call it a heavy ball with friction.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive.
    momentum : float or array_like
        The share :math:`\mu` of the velocity that is kept, from 0 up to below 1.

    Returns
    -------
    Run
        Its steps show the velocity that the next move will have.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or a setting is out of range.

    Notes
    -----
    It is bad at stopping: unless the rate is small for its momentum, it overshoots the bottom and
    swings back, for longer the nearer :math:`\mu` is to 1.  This is PyTorch's form.  Where the
    rate is inside, as in :math:`v \leftarrow \mu v + \eta \nabla L`, a constant rate gives
    the same path.

    References
    ----------
    :cite:t:`polyak1964`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([1], [1])
    >>> gd.momentum(loss, [0], learning_rate=0.25, momentum=0.5).trace(steps=3).parameters[:, 0]
    array([0.  , 0.5 , 1.  , 1.25])
    """
    velocity = np.zeros_like(parameters)
    for rate in learning_rate:
        gradient = loss.gradient(parameters)
        velocity = momentum * velocity + gradient
        yield Step(parameters, gradient, velocity=velocity)
        parameters = parameters - rate * velocity


@rule
def nesterov(
    loss: Loss, parameters: Array, *, learning_rate: Rate, momentum: Share = 0.9
) -> Iterator[Step]:
    r"""Learn with a memory that looks ahead: correct the velocity's move before it is made.

    .. math::

        v \leftarrow \mu v + \nabla L(w), \qquad w \leftarrow w - \eta \, (\nabla L(w) + \mu v),

    with the symbols of `momentum`.  The parameters here are where Nesterov's method takes its
    gradient: ahead of where it stands, by the move :math:`-\eta \mu v` that it has yet to make.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive.
    momentum : float or array_like
        The share :math:`\mu` of the velocity that is kept, from 0 up to below 1.

    Returns
    -------
    Run
        Its steps show the velocity.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or a setting is out of range.

    Notes
    -----
    It is bad at large rates: on a quadratic loss with the largest curvature :math:`\lambda` it
    diverges above :math:`2 (1 + \mu) / (\lambda (1 + 2 \mu))`, and `momentum` with the same
    :math:`\mu` only above :math:`2 (1 + \mu) / \lambda`.  This is PyTorch's form; if the
    parameters are instead where it *stands*, the same path is written
    :math:`v \leftarrow \mu v + \nabla L(w - \eta \mu v)`, :math:`w \leftarrow w - \eta v`.

    References
    ----------
    :cite:t:`nesterov1983`; :cite:t:`sutskever2013`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([1], [1])
    >>> gd.nesterov(loss, [0], learning_rate=0.25, momentum=0.5).trace(steps=2).parameters[:, 0]
    array([0.    , 0.75  , 1.0625])
    """
    velocity = np.zeros_like(parameters)
    for rate in learning_rate:
        gradient = loss.gradient(parameters)
        velocity = momentum * velocity + gradient
        yield Step(parameters, gradient, velocity=velocity)
        parameters = parameters - rate * (gradient + momentum * velocity)


@rule
def adagrad(
    loss: Loss, parameters: Array, *, learning_rate: Rate, eps: Positive = 1e-10
) -> Iterator[Step]:
    r"""Learn at a rate for each parameter: divide by the root of all its squared gradients.

    .. math::

        s_j \leftarrow s_j + g_j^2, \qquad w_j \leftarrow w_j - \eta \, \frac{g_j}{\sqrt{s_j} +
        \varepsilon},

    with the gradient :math:`g_j` of parameter :math:`j`, the sum :math:`s_j` of its squares so far,
    this one included, and the learning rate :math:`\eta`.  The number :math:`\varepsilon`
    keeps the division from failing where all gradients were zero; where they are not much larger
    than it, it shortens the steps.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive: the length of the first step of every parameter whose
        gradient is much larger than :math:`\varepsilon`.
    eps : float or array_like
        The number :math:`\varepsilon`, positive, in the unit of the gradient.

    Returns
    -------
    Run
        Its steps show the sum of squares.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or a setting is out of range.

    Notes
    -----
    It is bad at long journeys: the sum only grows, so what a gradient is multiplied by only
    shrinks.

    References
    ----------
    :cite:t:`duchi2011`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([[1, 0], [0, 10]], [1, 10])
    >>> gd.adagrad(loss, [0, 0], learning_rate=0.5).trace(steps=1).parameters[1].round(6)
    array([0.5, 0.5])
    """
    squares = np.zeros_like(parameters)
    for rate in learning_rate:
        gradient = loss.gradient(parameters)
        squares = squares + gradient**2
        yield Step(parameters, gradient, squares=squares)
        parameters = parameters - rate * gradient / (np.sqrt(squares) + eps)


@rule
def rmsprop(
    loss: Loss,
    parameters: Array,
    *,
    learning_rate: Rate,
    decay: Share = 0.9,
    eps: Positive = 1e-8,
) -> Iterator[Step]:
    r"""Learn at a rate for each parameter: divide by the root mean square of recent gradients.

    .. math::

        s_j \leftarrow \rho s_j + (1 - \rho) g_j^2, \qquad
        w_j \leftarrow w_j - \eta \, \frac{g_j}{\sqrt{s_j} + \varepsilon},

    with the gradient :math:`g_j` of parameter :math:`j`, the moving mean :math:`s_j` of its
    squares, at first zero, and the share :math:`\rho` of that mean which is kept.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive.
    decay : float or array_like
        The share :math:`\rho`, from 0 up to below 1.
    eps : float or array_like
        The number :math:`\varepsilon`, positive, in the unit of the gradient.

    Returns
    -------
    Run
        Its steps show the moving mean of squares.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or a setting is out of range.

    Notes
    -----
    It is bad at arriving: where gradients shrink, what divides them shrinks after them, until the
    steps are about :math:`\eta` long again and jump across the minimum for ever, unless one hits it
    exactly.  The mean begins at zero and nothing corrects for that, so the first step is
    :math:`\eta / \sqrt{1 - \rho}` long.  Both hold where :math:`\varepsilon` is small.

    References
    ----------
    :cite:t:`tieleman2012`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([1], [1])
    >>> gd.rmsprop(loss, [0], learning_rate=0.1, decay=0.75).trace(steps=1).parameters[1].round(6)
    array([0.2])
    """
    squares = np.zeros_like(parameters)
    for rate in learning_rate:
        gradient = loss.gradient(parameters)
        squares = decay * squares + (1 - decay) * gradient**2
        yield Step(parameters, gradient, squares=squares)
        parameters = parameters - rate * gradient / (np.sqrt(squares) + eps)


@rule
def adam(
    loss: Loss,
    parameters: Array,
    *,
    learning_rate: Rate,
    beta1: Share = 0.9,
    beta2: Share = 0.999,
    eps: Positive = 1e-8,
) -> Iterator[Step]:
    r"""Learn by two moving means: of the gradient for direction, of its square for scale.

    .. math::

        m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
        s \leftarrow \beta_2 s + (1 - \beta_2) g^2, \qquad
        w \leftarrow w - \eta \,
        \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon},

    parameter by parameter, with the gradient :math:`g`, the number :math:`t` of the step counted
    from 1, and means :math:`m` and :math:`s` that begin at zero: the powers of :math:`t` correct
    for that.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive: the length of the first step of every parameter whose
        gradient is much larger than :math:`\varepsilon`.
    beta1, beta2 : float or array_like
        The shares of the means that are kept, from 0 up to below 1.
    eps : float or array_like
        The number :math:`\varepsilon`, positive, in the unit of the gradient.

    Returns
    -------
    Run
        Its steps show both means, as they are before the correction.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or a setting is out of range.

    Notes
    -----
    It is bad at rare large gradients, which it forgets: there are convex problems on which it
    converges to the wrong place :cite:p:`reddi2018`.  Here :math:`\varepsilon` is added to the
    corrected root, as in the paper's algorithm and in PyTorch; some software, scikit-learn
    included, adds it to the root before the correction, which makes it count more in the first
    steps.

    References
    ----------
    :cite:t:`kingma2015`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([[1, 0], [0, 10]], [1, 10])
    >>> gd.adam(loss, [0, 0], learning_rate=0.1).trace(steps=2).parameters.round(4)
    array([[0.    , 0.    ],
           [0.1   , 0.1   ],
           [0.1996, 0.1996]])
    """
    mean, squares = np.zeros_like(parameters), np.zeros_like(parameters)
    for step, rate in enumerate(learning_rate, start=1):
        gradient = loss.gradient(parameters)
        mean = beta1 * mean + (1 - beta1) * gradient
        squares = beta2 * squares + (1 - beta2) * gradient**2
        yield Step(parameters, gradient, mean=mean, squares=squares)
        scale = np.sqrt(squares / (1 - beta2**step)) + eps
        parameters = parameters - rate * (mean / (1 - beta1**step) / scale)


@rule
def adamw(
    loss: Loss,
    parameters: Array,
    *,
    learning_rate: Rate,
    beta1: Share = 0.9,
    beta2: Share = 0.999,
    eps: Positive = 1e-8,
    weight_decay: NonNegative = 0.01,
) -> Iterator[Step]:
    r"""Learn as `adam` does, and let the parameters themselves decay a little at every step.

    .. math::

        w \leftarrow w - \eta \, \Bigl(
        \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon} + \lambda w \Bigr),

    with the symbols of `adam` and the weight decay :math:`\lambda`.  The decay does not pass
    through the means, so it is not divided by their root: it is decoupled.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive.
    beta1, beta2 : float or array_like
        The shares of the means that are kept, from 0 up to below 1.
    eps : float or array_like
        The number :math:`\varepsilon`, positive, in the unit of the gradient.
    weight_decay : float or array_like
        The decay :math:`\lambda`, not negative, per unit of learning rate.

    Returns
    -------
    Run
        Its steps show both means, as they are before the correction.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or a setting is out of range.

    Notes
    -----
    It is bad at minima far from zero, on purpose: with exact gradients no parameter comes to rest
    further away than :math:`1 / \lambda`, though within that it may rest at the minimum itself.
    Noise in the gradients makes the first term small, and then the decay pulls every parameter
    from the minimum towards zero.  As in PyTorch, the decay is multiplied by the learning rate;
    in the paper by the schedule alone, so that there it does not depend on the base rate.

    References
    ----------
    :cite:t:`loshchilov2019`.

    Examples
    --------
    >>> import gdbook as gd
    >>> flat = gd.Loss(lambda p: 0 * p[..., 0], lambda p: 0 * p, names="w")
    >>> gd.adamw(flat, [1], learning_rate=0.5, weight_decay=0.5).trace(steps=2).parameters[:, 0]
    array([1.    , 0.75  , 0.5625])
    """
    mean, squares = np.zeros_like(parameters), np.zeros_like(parameters)
    for step, rate in enumerate(learning_rate, start=1):
        gradient = loss.gradient(parameters)
        mean = beta1 * mean + (1 - beta1) * gradient
        squares = beta2 * squares + (1 - beta2) * gradient**2
        yield Step(parameters, gradient, mean=mean, squares=squares)
        scale = np.sqrt(squares / (1 - beta2**step)) + eps
        move = mean / (1 - beta1**step) / scale + weight_decay * parameters
        parameters = parameters - rate * move


@rule
def sign_descent(loss: Loss, parameters: Array, *, learning_rate: Rate) -> Iterator[Step]:
    r"""Learn by the signs of the slopes alone: whatever has a slope moves equally far.

    .. math:: w_j \leftarrow w_j - \eta \, \operatorname{sign}(g_j),

    with the gradient :math:`g_j` of parameter :math:`j` and the learning rate :math:`\eta`.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive, in the unit of the parameters: how far each of them moves.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        If the start does not fit the loss, or the learning rate is not positive.

    Notes
    -----
    It is bad at settling: at a constant rate it steps across the minimum, back and forth, unless
    it happens to hit it.

    References
    ----------
    :cite:t:`bernstein2018`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([[1, 0], [0, 10]], [1, 10])
    >>> gd.sign_descent(loss, [0, 0.5], learning_rate=0.25).trace(steps=2).parameters[-1]
    array([0.5, 1. ])
    """
    for rate in learning_rate:
        gradient = loss.gradient(parameters)
        yield Step(parameters, gradient)
        parameters = parameters - rate * np.sign(gradient)


@rule
def lion(
    loss: Loss,
    parameters: Array,
    *,
    learning_rate: Rate,
    beta1: Share = 0.9,
    beta2: Share = 0.99,
    weight_decay: NonNegative = 0.0,
) -> Iterator[Step]:
    r"""Learn by the sign of a moving mean, in which the newest gradient counts extra.

    .. math::

        w \leftarrow w - \eta \bigl( \operatorname{sign}(\beta_1 m + (1 - \beta_1) g)
        + \lambda w \bigr), \qquad m \leftarrow \beta_2 m + (1 - \beta_2) g,

    parameter by parameter, with the gradient :math:`g`, its moving mean :math:`m`, at first zero,
    and the weight decay :math:`\lambda`.  The rule was found by a search among programs.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive, in the unit of the parameters.
    beta1, beta2 : float or array_like
        The share of the mean that counts in the move, and the share that is kept; each from 0 up
        to below 1.
    weight_decay : float or array_like
        The decay :math:`\lambda`, not negative, per unit of learning rate.

    Returns
    -------
    Run
        Its steps show the mean from before this gradient.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or a setting is out of range.

    Notes
    -----
    It is bad at settling, like `sign_descent`: what it saves is memory, one mean where `adam`
    has two.

    References
    ----------
    :cite:t:`chen2023`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([1], [1])
    >>> gd.lion(loss, [0], learning_rate=0.5).trace(steps=3).parameters[:, 0]
    array([0. , 0.5, 1. , 1.5])
    """
    mean = np.zeros_like(parameters)
    for rate in learning_rate:
        gradient = loss.gradient(parameters)
        yield Step(parameters, gradient, mean=mean)
        direction = np.sign(beta1 * mean + (1 - beta1) * gradient)
        parameters = parameters - rate * (direction + weight_decay * parameters)
        mean = beta2 * mean + (1 - beta2) * gradient


def _matrix_shape(name: str, value: Any) -> tuple[int, int]:
    if not isinstance(value, tuple) or len(value) != 2:
        raise TypeError(f"{name} must be a pair (rows, columns), got {value!r}")
    rows, columns = (checks.whole(name, side, least=1) for side in value)
    return rows, columns


MatrixShape = Annotated[Any, Setting(_matrix_shape)]
"""A pair of whole numbers, rows and columns."""

_NEWTON_SCHULZ = 3.4445, -4.7750, 2.0315
"""The coefficients of Jordan's iteration: they lift small singular values fast, to about 1."""


def _orthogonal(matrix: Array) -> Array:
    """Return roughly the nearest matrix whose singular values are all 1, by five iterations."""
    a, b, c = _NEWTON_SCHULZ
    wide = matrix if matrix.shape[-2] <= matrix.shape[-1] else matrix.swapaxes(-1, -2)
    x = wide / (np.linalg.norm(wide, axis=(-2, -1), keepdims=True) + 1e-7)
    for _ in range(5):
        square = x @ x.swapaxes(-1, -2)
        x = a * x + (b * square + c * square @ square) @ x
    return np.asarray(x if wide is matrix else x.swapaxes(-1, -2))


@rule
def muon(
    loss: Loss,
    parameters: Array,
    *,
    learning_rate: Rate,
    shape: MatrixShape,
    momentum: Share = 0.95,
) -> Iterator[Step]:
    r"""Learn a matrix: make the momentum orthogonal, so that no direction is left behind.

    .. math::

        V \leftarrow \mu V + G, \qquad W \leftarrow W - \eta \, O(\mu V + G),

    with weights :math:`W`, their gradient :math:`G` and velocity :math:`V` as matrices.
    :math:`O` keeps a matrix's singular directions and makes its singular values about 1 (they end
    between 0.68 and 1.14 if they began above a hundredth of its norm), by five steps of a
    Newton-Schulz iteration: products of matrices, no decomposition.

    Parameters
    ----------
    loss : Loss
        What to lower, a function of all entries of the matrix, row by row.
    start : array_like, shape (..., rows * columns)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive, in the unit of the parameters.
    shape : (int, int)
        How many rows and columns the matrix has.
    momentum : float or array_like
        The share :math:`\mu` of the velocity that is kept, from 0 up to below 1.

    Returns
    -------
    Run
        Its steps show the velocity.

    Raises
    ------
    TypeError
        If `shape` isn't a pair of whole numbers.
    ValueError
        If a setting is out of range; at the first step, if the parameters do not fill the matrix.

    Notes
    -----
    It is bad at settling, as its steps do not shrink with the gradient, and it has nothing to say
    about parameters that don't form a matrix: those are left to another rule.

    References
    ----------
    :cite:t:`jordan2024`, Nesterov's momentum included; the factor used there for tall matrices is
    left to the learning rate.

    Examples
    --------
    >>> import numpy as np
    >>> import gdbook as gd
    >>> loss = gd.linear_layer_loss(np.eye(2), [[3, 0], [0, 0.1]])
    >>> run = gd.muon(loss, np.zeros(4), learning_rate=0.1, shape=(2, 2), momentum=0)
    >>> (abs(run.trace(steps=1).parameters[1]) / 0.1).round(1)
    array([0.7, 0. , 0. , 1.1])
    """
    rows, columns = shape
    if rows * columns != parameters.shape[-1]:
        raise ValueError(f"shape must hold {parameters.shape[-1]} parameters, got {shape}")
    velocity = np.zeros_like(parameters)
    for rate in learning_rate:
        gradient = loss.gradient(parameters)
        velocity = momentum * velocity + gradient
        yield Step(parameters, gradient, velocity=velocity)
        ahead = momentum * velocity + gradient
        matrix = ahead.reshape(*ahead.shape[:-1], rows, columns)
        parameters = parameters - rate * _orthogonal(matrix).reshape(ahead.shape)


@rule
def schedule_free(
    loss: Loss, parameters: Array, *, learning_rate: Rate, beta: Share = 0.9
) -> Iterator[Step]:
    r"""Learn at a constant rate and report the mean of the path: averaging takes decay's place.

    .. math::

        y = (1 - \beta) z + \beta x, \qquad z \leftarrow z - \eta \nabla L(y), \qquad
        x \leftarrow \Bigl(1 - \frac{1}{t}\Bigr) x + \frac{1}{t} z,

    with the fast point :math:`z`, the mean :math:`x` of all the places it has moved to, the point
    :math:`y` between the two where the gradient is taken, and the number :math:`t` of the step
    counted from 1.  The parameters of this rule are :math:`x`.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where all three points begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive.
    beta : float or array_like
        How near to the mean the gradient is taken, from 0 up to below 1.

    Returns
    -------
    Run
        Its gradients are those at :math:`y`; its steps show the fast point as ``fast``.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or a setting is out of range.

    Notes
    -----
    It is bad at haste: early places weigh as much as late ones, so the mean lags behind.

    References
    ----------
    :cite:t:`defazio2024`.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([1], [1])
    >>> run = gd.schedule_free(loss, [0], learning_rate=0.25, beta=0)
    >>> run.trace(steps=2).extras["fast"][:, 0], run.trace(steps=2).parameters[:, 0]
    (array([0.  , 0.5 , 0.75]), array([0.   , 0.5  , 0.625]))
    """
    fast = parameters
    for step, rate in enumerate(learning_rate, start=1):
        gradient = loss.gradient((1 - beta) * fast + beta * parameters)
        yield Step(parameters, gradient, fast=fast)
        fast = fast - rate * gradient
        parameters = parameters + (fast - parameters) / step


@rule
def newton(loss: Loss, parameters: Array, *, learning_rate: Rate = 1.0) -> Iterator[Step]:
    r"""Let the curvature choose the step: go to the bottom of a parabola through here.

    .. math:: w \leftarrow w - \eta \, H(w)^{-1} \nabla L(w),

    with the Hessian :math:`H`, the gradient :math:`\nabla L` and the learning rate :math:`\eta`,
    which has no unit here: 1 is the whole step.

    Parameters
    ----------
    loss : Loss
        What to lower; it must have a hessian.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta`, positive.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        If the start does not fit the loss, or the learning rate is not positive; at a step, if the
        loss has no hessian, or one that NumPy finds singular.  One that would be singular but for
        rounding gives an arbitrary step.

    Notes
    -----
    It is bad at hills: along a direction in which the loss curves downward it climbs, towards a
    saddle or a summit.  A step
    with :math:`n` parameters costs about :math:`n^3` operations.

    References
    ----------
    :cite:t:`nocedal2006`, chapter 3.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([0, 1, 2], [1, 3, 5], intercept=True)
    >>> gd.newton(loss, [10, -10]).trace(steps=1).parameters[-1].round(6)
    array([1., 2.])
    """
    for rate in learning_rate:
        gradient = loss.gradient(parameters)
        yield Step(parameters, gradient)
        try:
            move = np.linalg.solve(loss.hessian(parameters), gradient[..., None])[..., 0]
        except np.linalg.LinAlgError as error:
            raise ValueError(f"loss must have a hessian to divide by, at {parameters}") from error
        parameters = parameters - rate * move


@rule
def line_search(
    loss: Loss,
    parameters: Array,
    *,
    learning_rate: Rate,
    shrink: Share = 0.5,
    slope: Share = 1e-4,
) -> Iterator[Step]:
    r"""Let a test choose the rate: try a long step, and shorten it until it pays.

    .. math::

        w \leftarrow w - \eta_k \nabla L(w), \qquad
        L(w - \eta_k \nabla L(w)) \le L(w) - c \, \eta_k \lVert \nabla L(w) \rVert^2,

    with the first :math:`\eta_k` of :math:`\eta, \beta \eta, \beta^2 \eta, \dots` that passes the
    test.  This is backtracking line search with Armijo's condition.

    Parameters
    ----------
    loss : Loss
        What to lower.
    start : array_like, shape (..., n)
        Where to begin.
    learning_rate : float, array_like, or function of the step
        The rate :math:`\eta` to try first at every step, positive.
    shrink : float or array_like
        The factor :math:`\beta` to shorten a step by, from 0 up to below 1.
    slope : float or array_like
        The share :math:`c` that a step must keep of the decrease which the slope promises.

    Returns
    -------
    Run
        Its steps show the rate that the next move will have, shape ``(..., 1)``.

    Raises
    ------
    ValueError
        If the start does not fit the loss, or a setting is out of range.

    Notes
    -----
    It is bad at thrift: every try costs an evaluation of the loss.  After sixty tries it gives up
    and moves by what is left, :math:`\beta^{60} \eta`: next to nothing, unless :math:`\beta` is
    close to 1.

    References
    ----------
    :cite:t:`armijo1966`; :cite:t:`nocedal2006`, chapter 3.

    Examples
    --------
    >>> import gdbook as gd
    >>> loss = gd.least_squares([2], [0.8])  # gradient descent diverges above a rate of 0.25
    >>> trace = gd.line_search(loss, [0.5], learning_rate=0.6).trace(steps=2)
    >>> trace.extras["rate"][:, 0], trace.losses.round(6)
    (array([0.15, 0.15, 0.15]), array([4.0e-02, 1.6e-03, 6.4e-05]))
    """
    for first in learning_rate:
        value, gradient = loss.value_and_gradient(parameters)
        promise = slope * (gradient**2).sum(axis=-1, keepdims=True)
        rate = first * np.ones_like(promise)
        for _ in range(60):
            enough = loss(parameters - rate * gradient)[..., None] <= (
                value[..., None] - rate * promise
            )
            if enough.all():
                break
            rate = np.where(enough, rate, shrink * rate)
        yield Step(parameters, gradient, rate=rate)
        parameters = parameters - rate * gradient
