r"""Reverse-mode automatic differentiation: gradients of whatever is written in NumPy.

A `Node` is an array that remembers how it was made.  The functions of NumPy that `WAYS_BACK` lists
work on nodes, so a formula need not be written twice; next to each function is its way back.
The forward pass is the formula itself.  The backward pass, `Node.backward`, walks over the same
nodes in the opposite order and hands every one its gradient by the chain rule.
`differentiate` makes a `Loss` of a formula, so that every rule can descend it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from math import prod
from typing import Any, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.checks import Array
from gdbook.losses import Loss

__all__ = ["WAYS_BACK", "Node", "differentiate", "unpack"]

WayBack = Callable[..., Array]

WAYS_BACK: dict[np.ufunc, tuple[WayBack, ...]] = {
    np.add: (lambda g, y, a, b: g, lambda g, y, a, b: g),
    np.subtract: (lambda g, y, a, b: g, lambda g, y, a, b: -g),
    np.multiply: (lambda g, y, a, b: g * b, lambda g, y, a, b: g * a),
    np.divide: (lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y / b),
    np.matmul: (lambda g, y, a, b: g @ b.mT, lambda g, y, a, b: a.mT @ g),
    np.power: (
        lambda g, y, a, b: g * b * a ** np.where(b == 0, 0, b - 1),  # a constant, even at 0
        lambda g, y, a, b: g * y * np.log(a),
    ),
    np.maximum: (lambda g, y, a, b: g * (a > b), lambda g, y, a, b: g * (a <= b)),
    np.logaddexp: (lambda g, y, a, b: g * np.exp(a - y), lambda g, y, a, b: g * np.exp(b - y)),
    np.negative: (lambda g, y, a: -g,),
    np.square: (lambda g, y, a: g * 2 * a,),
    np.exp: (lambda g, y, a: g * y,),
    np.log: (lambda g, y, a: g / a,),
    np.sin: (lambda g, y, a: g * np.cos(a),),
    np.cos: (lambda g, y, a: -g * np.sin(a),),
    np.tanh: (lambda g, y, a: g * (1 - y * y),),
}
"""Forward and backward of every operation, side by side: on the left ``y = f(a, b)``, on the right,
for each input, its gradient, given the gradient ``g`` of the result ``y``.

:meta hide-value:
"""

_serial = count()


class Node(NDArrayOperatorsMixin):
    r"""An array that remembers how it was made, and so can be differentiated.

    The chain rule, for the final result :math:`L` and a node :math:`a` that goes into the
    operations with results :math:`y_1, y_2, \dots`:

    .. math::

        \frac{\partial L}{\partial a}
        = \sum_k \frac{\partial L}{\partial y_k} \frac{\partial y_k}{\partial a}.

    Parameters
    ----------
    value : array_like
        The value.  A node made here is a beginning: a parameter.  All others come from
        calculating with nodes: ``+ - * / @ **``, the functions in `WAYS_BACK`, and the methods
        (``np.sum``, ``np.mean`` and ``np.reshape`` call theirs).

    Attributes
    ----------
    value : ndarray
        What the forward pass computed.
    gradient : ndarray
        How the result changes with this node, in the shape of the value; NaN until `backward`.
    operation : str
        What made it: the name of the function, or "" for a beginning.
    inputs : tuple of Node
        The nodes that it was made from; plain arrays are constants, and not listed.

    Raises
    ------
    TypeError
        If the value is not made of numbers, or a function is used that has no way back here.

    Notes
    -----
    Every value between the beginning and the result is kept for the way back: that costs memory.
    Where a function has a corner, as ``np.maximum`` has where both inputs are equal, it takes the
    slope on one side of it.

    References
    ----------
    :cite:t:`linnainmaa1976`, :cite:t:`rumelhart1986`.

    Examples
    --------
    >>> import numpy as np
    >>> from gdbook.autodiff import Node
    >>> w = Node(0.5)
    >>> loss = (w * 0.5 - 0.8) ** 2
    >>> loss.backward()
    >>> loss.value.round(4), w.gradient.round(4)
    (np.float64(0.3025), np.float64(-0.55))
    >>> x = Node([1.0, 2.0])
    >>> np.tanh(x).sum().backward()
    >>> np.allclose(x.gradient, 1 - np.tanh([1, 2]) ** 2)
    True
    """

    def __init__(self, value: ArrayLike) -> None:
        self._begin(checks.numbers("value", value))

    def _begin(self, value: Array, operation: str = "", *edges: tuple[Node, WayBack]) -> Node:
        self.value = value
        self.gradient: Array = np.broadcast_to(np.nan, value.shape)
        self.operation, self._edges = operation, edges
        self._serial = next(_serial)
        return self

    def backward(self) -> None:
        """Compute the gradient of this node with respect to every node that it was made from.

        For an array, it is the gradient of the sum of its entries.  Each call starts afresh: no
        gradient is added to what an earlier call left behind.
        """
        found: dict[int, Node] = {}
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node._serial not in found:
                found[node._serial] = node
                waiting += node.inputs
        for node in found.values():
            node.gradient = np.zeros_like(node.value)
        self.gradient = np.ones_like(self.value)
        # A result is younger than its inputs, so its gradient is complete when its turn comes.
        for serial in sorted(found, reverse=True):
            for source, way_back in found[serial]._edges:
                source.gradient = source.gradient + way_back(found[serial].gradient)

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The nodes that it was made from."""
        return tuple(node for node, _ in self._edges)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Node:
        ways = WAYS_BACK.get(ufunc)
        if ways is None or method != "__call__" or options:
            raise TypeError(f"np.{ufunc.__name__} has no way back here; see gdbook.autodiff")
        values = [x.value if isinstance(x, Node) else np.asarray(x) for x in inputs]
        if ufunc is np.matmul and min(value.ndim for value in values) < 2:
            raise ValueError(f"@ needs two matrices, got shapes {[v.shape for v in values]}")
        result = ufunc(*values)

        def edge(node: Node, way: WayBack) -> tuple[Node, WayBack]:
            return node, lambda g: _summed(way(g, result, *values), node.value.shape)

        pairs = zip(inputs, ways, strict=True)
        return _made(
            ufunc.__name__, result, *(edge(x, way) for x, way in pairs if isinstance(x, Node))
        )

    def __array_function__(
        self, function: Callable[..., Any], types: Any, inputs: Any, options: Any
    ) -> Node:
        if function not in {np.sum, np.mean, np.reshape}:
            raise TypeError(f"np.{function.__name__} has no way back here; see gdbook.autodiff")
        return cast(Node, getattr(Node, function.__name__)(*inputs, **options))

    def sum(self, axis: int | tuple[int, ...] | None = None) -> Node:
        """Return the sum along the axes; its way back hands every entry the same gradient."""
        kept = self.value.sum(axis=axis, keepdims=True).shape
        shape = self.value.shape
        result = self.value.sum(axis=axis)
        return _made("sum", result, (self, lambda g: np.broadcast_to(np.reshape(g, kept), shape)))

    def mean(self, axis: int | tuple[int, ...] | None = None) -> Node:
        """Return the mean along the axes."""
        total = self.sum(axis)
        return cast(Node, total / (self.value.size // total.value.size))

    def reshape(self, shape: tuple[int, ...]) -> Node:
        """Return the same numbers in another shape."""
        back = self.value.shape
        return _made("reshape", self.value.reshape(shape), (self, lambda g: g.reshape(back)))

    @property
    def mT(self) -> Node:  # noqa: N802 - NumPy's name for it
        """The transpose of a matrix, or of a stack of them."""
        return _made("transpose", self.value.mT, (self, lambda g: g.mT))

    def __getitem__(self, index: Any) -> Node:
        def back(g: Array) -> Array:
            everything = np.zeros_like(self.value)
            np.add.at(everything, index, g)  # an entry that was taken twice gets both
            return everything

        return _made("part", self.value[index], (self, back))

    def __repr__(self) -> str:
        return f"Node({self.value})"


def _made(operation: str, value: Array, *edges: tuple[Node, WayBack]) -> Node:
    return object.__new__(Node)._begin(np.asarray(value), operation, *edges)


def _summed(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Return a gradient in the shape of its node, summed over the copies that broadcasting made."""
    new = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(new)))
    copies = tuple(i for i, n in enumerate(shape) if n == 1 and gradient.shape[i] > 1)
    return np.asarray(np.broadcast_to(gradient.sum(axis=copies, keepdims=True), shape))


def unpack(parameters: Any, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    """Return a flat row of parameters as arrays of the given shapes, by their names.

    Parameters
    ----------
    parameters : ndarray or Node, shape (..., n)
        All parameters, one array after the other, each row by row.
    shapes : mapping of str to tuple of int
        The shape of each array, in their order; ``()`` for a single number.

    Returns
    -------
    dict of str to ndarray or Node, shape (..., *shape)

    Raises
    ------
    ValueError
        If the shapes don't need exactly as many parameters as there are.

    Examples
    --------
    >>> import numpy as np
    >>> import gdbook as gd
    >>> gd.unpack(np.arange(5.0), {"W": (2, 2), "b": ()})
    {'W': array([[0., 1.],
           [2., 3.]]), 'b': array(4.)}
    """
    sizes = [prod(shape) for shape in shapes.values()]
    given = (parameters.value if isinstance(parameters, Node) else np.asarray(parameters)).shape
    if given[-1:] != (sum(sizes),):
        raise ValueError(f"parameters must have shape (..., {sum(sizes)}), got {given}")
    arrays, first = {}, 0
    for (name, shape), size in zip(shapes.items(), sizes, strict=True):
        arrays[name] = parameters[..., first : first + size].reshape((*given[:-1], *shape))
        first += size
    return arrays


def differentiate(
    function: Callable[..., Any], shapes: Mapping[str, tuple[int, ...]], *data: ArrayLike
) -> Loss:
    r"""Return a formula as a loss, its gradient computed by backpropagation.

    Parameters
    ----------
    function : callable
        Takes the data, then each array of parameters by its name, and returns the loss; written
        in NumPy, with the functions in `WAYS_BACK`.  Axes in front of a parameter's shape must be
        carried along: take sums and means over axes counted from the end.
    shapes : mapping of str to tuple of int
        Names and shapes of the arrays of parameters; ``()`` for a single number.
    *data : array_like, shape (m, ...)
        The examples, such as features and targets.  If there are any, the loss must be a mean
        over them; then `minibatches` can split it.

    Returns
    -------
    Loss
        Of all parameters in one row, as `unpack` reads it.  Its gradient is exact up to rounding;
        its hessian is the central difference of the gradient, good to about nine digits where
        parameters and losses are about 1.

    Raises
    ------
    TypeError
        When the loss is looked at, if the function uses something that has no way back.
    ValueError
        If there is no parameter, or the data are not of the same number of examples.

    References
    ----------
    :cite:t:`baydin2018`.

    Examples
    --------
    >>> import numpy as np
    >>> import gdbook as gd
    >>> def miss(x, y, *, w, b):
    ...     return np.square(w * x + b - y).mean(axis=-1)
    >>> x, y = [0, 1, 2], [1, 3, 5]
    >>> loss = gd.differentiate(miss, {"b": (1,), "w": (1,)}, x, y)
    >>> line = gd.least_squares(x, y, intercept=True)
    >>> loss.gradient([0.5, 3.0]), line.gradient([0.5, 3.0])
    (array([1.        , 2.33333333]), array([1.        , 2.33333333]))
    """
    arrays = [checks.finite(f"data {i}", array) for i, array in enumerate(data)]
    if any(array.ndim == 0 for array in arrays):
        raise ValueError("data must be arrays, an entry or a row for each example, got a number")
    lengths = {len(array) for array in arrays}
    if len(lengths) > 1:
        raise ValueError(f"data must be of the same examples, got {sorted(lengths)} of them")
    names = [
        name + ",".join(str(i + 1) for i in index)
        for name, shape in shapes.items()
        for index in np.ndindex(*shape)
    ]

    def value(parameters: Array) -> Array:
        return np.asarray(function(*arrays, **unpack(parameters, shapes)))  # no graph is needed

    def both(parameters: Array) -> tuple[Array, Array]:
        leaf = Node(parameters)
        result = function(*arrays, **unpack(leaf, shapes))
        if result.value.shape == parameters.shape[:-1]:  # otherwise the loss will say so
            result.backward()
        return result.value, leaf.gradient

    def gradient(parameters: Array) -> Array:
        value, gradient = both(parameters)
        if value.shape != parameters.shape[:-1]:
            raise ValueError(
                f"function must return a loss of shape {parameters.shape[:-1]} for parameters "
                f"of shape {parameters.shape}, got {value.shape}"
            )
        return gradient

    def hessian(parameters: Array) -> Array:
        nudges = _NUDGE * np.eye(len(names))
        place = parameters[..., None, :]
        return (gradient(place + nudges) - gradient(place - nudges)) / (2 * _NUDGE)

    return Loss(
        value,
        gradient,
        names=names,
        hessian=hessian,
        value_and_gradient=both,
        n_examples=lengths.pop() if lengths else 0,
        on=(lambda some: differentiate(function, shapes, *(a[some] for a in arrays)))
        if arrays
        else None,
    )


_NUDGE = 1e-5  # about the cube root of the rounding unit, where a central difference is best
