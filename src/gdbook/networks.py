r"""Networks without hidden layers: weighted sums, linear layers, and their weight deltas.

A layer keeps its weights as a matrix: *one row per output, one column per input*.  So
``weights[i, j]`` is the weight of the edge from input ``j`` to output ``i``, and its
weight delta stands in the same place: ``weight_deltas[i, j] = deltas[i] * inputs[j]``.

Every function takes one example or a whole batch of them: the axes before the last one are
carried along.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.checks import Array
from gdbook.losses import Loss

__all__ = [
    "linear_layer",
    "linear_layer_loss",
    "weight_deltas",
    "weighted_sum",
]


def weighted_sum(inputs: ArrayLike, weights: ArrayLike) -> Array:
    r"""Return every input times its weight, added up: the prediction of one output.

    .. math:: \hat y = \sum_{j=1}^{n} w_j x_j,

    with the inputs :math:`x_j` and their weights :math:`w_j`.  This is the dot product, a
    loose measure of how similar two vectors are: one that is twice as long has twice the weighted
    sum, although it is no more similar.

    Parameters
    ----------
    inputs : array_like, shape (..., n)
        One example, or a batch of them.
    weights : array_like, shape (n,)
        One weight per input.

    Returns
    -------
    ndarray, shape (...)
        One prediction per example.

    Raises
    ------
    TypeError
        If a value isn't a number.
    ValueError
        If there are not as many weights as inputs, or a value is missing or infinite.

    References
    ----------
    :cite:t:`trask2019`, chapters 3 and 5.

    Examples
    --------
    >>> import gdbook as gd
    >>> float(gd.weighted_sum([8.5, 0.65, 1.2], [0.1, 0.2, -0.1]).round(12))
    0.86
    >>> gd.weighted_sum([[1, 0], [0, 1], [1, 1]], [3, 5])
    array([3., 5., 8.])
    """
    x, one_output = checks.finite("inputs", inputs), checks.finite("weights", weights)
    if one_output.ndim != 1:
        raise ValueError(f"weights must have shape (n,), got {one_output.shape}")
    _fit(x, one_output)
    return linear_layer(x, one_output[None])[..., 0]


def linear_layer(inputs: ArrayLike, weights: ArrayLike) -> Array:
    r"""Return the predictions of several outputs: one weighted sum per row of the weights.

    .. math:: \hat y_i = \sum_{j=1}^{n} W_{ij} x_j, \qquad \hat y = W x,

    with the inputs :math:`x_j` and the weight :math:`W_{ij}` from input :math:`j` to
    output :math:`i`.

    Parameters
    ----------
    inputs : array_like, shape (..., n)
        One example, or a batch of them.
    weights : array_like, shape (k, n)
        One row per output, one column per input.

    Returns
    -------
    ndarray, shape (..., k)
        The predictions, one per output.

    Raises
    ------
    TypeError
        If a value isn't a number.
    ValueError
        If the shapes do not fit, or a value is missing or infinite.

    References
    ----------
    :cite:t:`trask2019`, chapter 5.

    Examples
    --------
    >>> import gdbook as gd
    >>> weights = [[0.1, 0.1, -0.3], [0.1, 0.2, 0.0], [0.0, 1.3, 0.1]]
    >>> gd.linear_layer([8.5, 0.65, 1.2], weights).round(3)
    array([0.555, 0.98 , 0.965])
    """
    x, matrix = checks.finite("inputs", inputs), checks.finite("weights", weights)
    if matrix.ndim != 2:
        raise ValueError(f"weights must have shape (k, n), got {matrix.shape}")
    _fit(x, matrix)
    return np.asarray(x @ matrix.T)


def _fit(x: Array, weights: Array) -> None:
    n = weights.shape[-1]
    if x.ndim == 0 or x.shape[-1] != n:
        raise ValueError(
            f"inputs must have shape (..., {n}) to fit weights {weights.shape}, got {x.shape}"
        )


def weight_deltas(deltas: ArrayLike, inputs: ArrayLike) -> Array:
    r"""Return the weight delta of every weight: each output's delta times each input.

    .. math:: \Delta_{ij} = \delta_i \, x_j, \qquad \delta_i = \hat y_i - y_i,

    with the delta :math:`\delta_i` of output :math:`i` (prediction minus goal) and the
    input :math:`x_j`.  It is the outer product of the two, it has the shape of the weights,
    and it is half the gradient of the squared error.  So the largest input gets the largest weight
    delta, signs aside, even if it is large only because of its unit.

    Parameters
    ----------
    deltas : array_like, shape (..., k) or a number
        One delta per output; a plain number for a network with one output whose weights
        are kept as a plain vector.
    inputs : array_like, shape (..., n)
        The inputs of the same examples; of shape (n,) for a plain number.

    Returns
    -------
    ndarray, shape (..., k, n), or (n,) for a plain number
        Rows are outputs and columns are inputs, as in the weights.

    Raises
    ------
    TypeError
        If a value isn't a number.
    ValueError
        If deltas and inputs are not of the same examples, a plain number comes with more than
        one example, or a value is missing or infinite.

    References
    ----------
    :cite:t:`trask2019`, chapter 5.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.weight_deltas(-0.5, [8, 2, 1])
    array([-4. , -1. , -0.5])
    >>> gd.weight_deltas([1, -2], [8, 2, 1])
    array([[  8.,   2.,   1.],
           [-16.,  -4.,  -2.]])
    """
    delta, x = checks.finite("deltas", deltas), checks.finite("inputs", inputs)
    if x.ndim == 0:
        raise ValueError("inputs must have shape (..., n), got a plain number")
    if delta.ndim == 0:
        if x.ndim != 1:
            raise ValueError(
                f"inputs must have shape (n,) where deltas is a plain number, got {x.shape}"
            )
        return np.asarray(delta * x)
    if delta.shape[:-1] != x.shape[:-1]:
        raise ValueError(
            f"deltas and inputs must be of the same examples, got shapes {delta.shape} "
            f"and {x.shape}"
        )
    return np.asarray(delta[..., :, None] * x[..., None, :])


def linear_layer_loss(inputs: ArrayLike, targets: ArrayLike, *, half: bool = False) -> Loss:
    r"""Return the squared error of a linear layer as a function of all its weights.

    .. math::

        L(W) = \frac{1}{m} \sum_{e=1}^{m} \sum_{i=1}^{k} (\hat y_{ei} - y_{ei})^2, \qquad
        \hat y_{ei} = \sum_{j=1}^{n} W_{ij} x_{ej},

    with input :math:`x_{ej}` of example :math:`e`, its target :math:`y_{ei}` and prediction
    :math:`\hat y_{ei}` at output :math:`i`: the errors of the outputs are added, those of the
    examples averaged.  Its gradient is twice the mean of the examples' `weight_deltas`.

    No two outputs share a weight, so each learns as if it were alone, and the loss bends
    for each of them as `least_squares` does for one; its `stable_learning_rate` is theirs, too.

    Parameters
    ----------
    inputs : array_like, shape (m, n)
        One row per example.
    targets : array_like, shape (m, k)
        One row per example, one column per output.
    half : bool
        Whether to take half of all that: then the 2 of the gradient cancels, the slope of a weight
        is the mean of its weight deltas, and a learning rate is what the sources call alpha.

    Returns
    -------
    Loss
        Of the ``k * n`` weights written row by row: output 1 first, ``w1,1`` to ``w1,n``.
        ``weights.ravel()`` writes a matrix that way, ``parameters.reshape(k, n)`` reads it back.
        It has gradient, hessian, and parts on some of the examples.

    Raises
    ------
    TypeError
        If a value isn't a number, or `half` isn't a bool.
    ValueError
        If the shapes do not fit, or a value is missing or infinite.

    Notes
    -----
    Where the targets are classes, a prediction of 2 where 1 was wanted counts as much as one of 0,
    although it names the right class with more confidence.  The hessian has ``(k * n)**2`` entries:
    for a large layer, ask `least_squares` with any one output's targets instead.

    References
    ----------
    :cite:t:`trask2019`, chapter 5.

    Examples
    --------
    >>> import numpy as np
    >>> import gdbook as gd
    >>> loss = gd.linear_layer_loss([[8.5, 0.65, 1.2]], [[0.1, 1.0, 0.1]])
    >>> weights = np.array([[0.1, 0.1, -0.3], [0.1, 0.2, 0.0], [0.0, 1.3, 0.1]])
    >>> float(loss(weights.ravel()).round(6))
    0.95565
    >>> loss.gradient(weights.ravel()).reshape(3, 3).round(4)
    array([[ 7.735 ,  0.5915,  1.092 ],
           [-0.34  , -0.026 , -0.048 ],
           [14.705 ,  1.1245,  2.076 ]])

    Halved, its slopes are the weight deltas:

    >>> halved = gd.linear_layer_loss([[8.5, 0.65, 1.2]], [[0.1, 1.0, 0.1]], half=True)
    >>> halved.gradient(weights.ravel()).reshape(3, 3)[2].round(4)
    array([7.3525, 0.5623, 1.038 ])
    """
    x, y = checks.finite("inputs", inputs), checks.finite("targets", targets)
    if x.ndim != 2:
        raise ValueError(f"inputs must have shape (m, n), got {x.shape}")
    if y.ndim != 2 or len(y) != len(x):
        raise ValueError(f"targets must have shape ({len(x)}, k) to fit inputs, got {y.shape}")
    return _layer(x, y, 1.0 if checks.flag("half", half) else 2.0)


def _layer(x: Array, y: Array, factor: float) -> Loss:
    """Return the loss whose gradient has this factor: 2, or 1 for half the loss."""
    (n_examples, n_inputs), n_outputs = x.shape, y.shape[1]
    names = [f"w{i + 1},{j + 1}" for i in range(n_outputs) for j in range(n_inputs)]

    def deltas(parameters: Array) -> Array:
        weights = parameters.reshape(*parameters.shape[:-1], n_outputs, n_inputs)
        return np.asarray(weights @ x.T - y.T)  # (..., k, m)

    def measure(delta: Array) -> Array:
        return np.asarray(factor / 2 * (delta**2).sum(axis=-2).mean(axis=-1))

    def slope(delta: Array) -> Array:
        # The product with x sums the outer products of all examples in one stroke.
        table = factor * (delta @ x) / n_examples
        return np.asarray(table.reshape(*table.shape[:-2], len(names)))

    def both(parameters: Array) -> tuple[Array, Array]:
        delta = deltas(parameters)
        return measure(delta), slope(delta)

    def hessian(parameters: Array) -> Array:
        one_output = factor * x.T @ x / n_examples
        blocks = np.kron(np.eye(n_outputs), one_output)
        return np.broadcast_to(blocks, (*parameters.shape, len(names)))

    return Loss(
        lambda parameters: measure(deltas(parameters)),
        lambda parameters: slope(deltas(parameters)),
        names=names,
        hessian=hessian,
        value_and_gradient=both,
        n_examples=n_examples,
        on=lambda examples: _layer(x[examples], y[examples], factor),
    )
