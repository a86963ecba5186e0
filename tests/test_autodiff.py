"""Backpropagation against finite differences, formulas done by hand, and PyTorch."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gdbook as gd
from gdbook.autodiff import WAYS_BACK, Node

POSITIVE = np.random.default_rng(0).uniform(0.5, 2, size=(2, 3, 3))  # every function takes these
SHAPES = {"W": (4, 2), "b": (1, 4), "V": (1, 4), "c": (1, 1)}
X = np.random.default_rng(1).normal(size=(9, 2))
Y = np.random.default_rng(2).normal(size=(9, 1))


def network(x, y, *, W, b, V, c):
    """Return the mean squared error of two layers with tanh between them."""
    return np.square(np.tanh(x @ W.mT + b) @ V.mT + c - y).mean(axis=(-2, -1))


def measured(function, arrays, step=1e-6):
    """Return the gradient of a sum, measured for every entry of every array."""
    result = []
    for i, array in enumerate(arrays):
        slopes = np.empty_like(array)
        for index in np.ndindex(array.shape):
            up, down = ([a.copy() for a in arrays] for _ in range(2))
            up[i][index] += step
            down[i][index] -= step
            slopes[index] = (function(*up).sum() - function(*down).sum()) / (2 * step)
        result.append(slopes)
    return result


@pytest.mark.parametrize("ufunc", WAYS_BACK, ids=lambda ufunc: ufunc.__name__)
def test_every_way_back_is_the_measured_slope(ufunc):
    """Each row of the table, both of its inputs, entry by entry."""
    arrays = list(POSITIVE[: len(WAYS_BACK[ufunc])])
    nodes = [Node(array) for array in arrays]
    result = ufunc(*nodes)
    np.testing.assert_array_equal(result.value, ufunc(*arrays))
    weights = np.random.default_rng(3).normal(size=result.value.shape)  # no two entries alike
    (result * weights).sum().backward()
    for node, expected in zip(nodes, measured(lambda *a: ufunc(*a) * weights, arrays), strict=True):
        np.testing.assert_allclose(node.gradient, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(
    "function",
    [
        lambda a: a.sum(),
        lambda a: a.sum(axis=0) * np.array([1.0, 2, 3]),
        lambda a: a.mean(axis=(-2, -1)),
        lambda a: a.reshape((9,))[2:7] ** 2,
        lambda a: a[[0, 0, 2]] * np.arange(9).reshape(3, 3),
        lambda a: a.mT @ np.arange(6).reshape(3, 2),
        lambda a: (a[0] - a[..., :1]) * a,
    ],
    ids=["sum", "sum axis", "mean axes", "reshape", "taken twice", "transpose", "broadcast"],
)
def test_every_method_is_differentiated_like_the_function_it_is(function):
    """The same formula on arrays and on nodes; its slopes by measurement."""
    node = Node(POSITIVE[0])
    result = function(node)
    np.testing.assert_allclose(result.value, function(POSITIVE[0]), rtol=1e-14)
    result.backward()
    (expected,) = measured(function, [POSITIVE[0]])
    np.testing.assert_allclose(node.gradient, expected, rtol=1e-7, atol=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([(), (1,), (3,), (2, 1), (2, 3), (4, 1, 3), (4, 2, 1), (1, 1)]))
def test_what_broadcasting_copied_is_added_up(shape):
    """A node that is used for many entries gets the gradients of all of them."""
    other = np.random.default_rng(4).normal(size=(4, 2, 3))
    node = Node(np.full(shape, 2.0))
    (node * other).sum().backward()
    (expected,) = measured(lambda a: a * other, [np.full(shape, 2.0)])
    assert node.gradient.shape == shape
    np.testing.assert_allclose(node.gradient, expected, rtol=1e-6, atol=1e-8)


def test_a_stack_of_matrices_times_one_matrix():
    """Axes in front of a product are carried along on either side of it."""
    stack, one = np.random.default_rng(5).normal(size=(2, 3, 4)), np.ones((4, 2))
    for left, right in ((stack, one), (one.T, stack.mT)):
        nodes = Node(left), Node(right)
        np.square(nodes[0] @ nodes[1]).sum().backward()
        expected = measured(lambda a, b: (a @ b) ** 2, [left, right])
        for node, slopes in zip(nodes, expected, strict=True):
            np.testing.assert_allclose(node.gradient, slopes, rtol=1e-6, atol=1e-7)


def test_a_node_used_twice_gets_both_gradients():
    """The sum in the chain rule: x * x + x has the slope 2 x + 1."""
    x = Node(3.0)
    (x * x + x).backward()
    assert x.gradient == 7


def test_a_second_call_starts_afresh():
    """No gradient is added to what an earlier call left behind."""
    x = Node(3.0)
    y = x**2
    y.backward()
    y.backward()
    assert x.gradient == 6


def test_a_chain_of_ten_thousand_operations():
    """No recursion: the depth of the graph has no limit; and (1 + 1/n)^n is not far from e."""
    x = Node(1.0)
    y = x
    for _ in range(10_000):
        y = y * 1.0001
    y.backward()
    assert x.gradient == pytest.approx(1.0001**10_000, rel=1e-9)


def test_a_graph_that_doubles_at_every_step_is_walked_once():
    """There are 2^60 paths through sixty additions, and sixty nodes."""
    x = Node(1.0)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.gradient == 2.0**60


def test_the_graph_can_be_read():
    """Operations and inputs have names, for whoever wants to draw them."""
    w = Node(0.5)
    square = np.square(w * 0.5 - 0.8)
    assert square.operation == "square"
    (difference,) = square.inputs
    (product,) = difference.inputs
    assert (difference.operation, product.operation) == ("subtract", "multiply")
    assert product.inputs == (w,) or product.inputs[0] is w
    assert repr(w) == "Node(0.5)"
    assert np.isnan(w.gradient)


@pytest.mark.parametrize("leading", [(), (5,), (2, 3)])
def test_a_network_is_differentiated_for_many_parameters_at_once(leading):
    """Axes in front are carried along, as every loss promises."""
    loss = gd.differentiate(network, SHAPES, X, Y)
    points = np.random.default_rng(6).normal(size=(*leading, 17))
    np.testing.assert_allclose(
        loss.gradient(points), gd.finite_differences(loss, points), rtol=1e-6, atol=1e-8
    )
    value, gradient = loss.value_and_gradient(points)
    np.testing.assert_array_equal(value, loss(points))
    np.testing.assert_array_equal(gradient, loss.gradient(points))


def test_a_network_by_hand():
    """Backpropagation written out: the deltas of the output, then those of the hidden layer."""
    loss = gd.differentiate(network, SHAPES, X, Y)
    point = np.random.default_rng(7).normal(size=17)
    p = gd.unpack(point, SHAPES)
    hidden = np.tanh(X @ p["W"].T + p["b"])
    delta = 2 * (hidden @ p["V"].T + p["c"] - Y) / len(X)
    back = delta @ p["V"] * (1 - hidden**2)
    by_hand = [back.T @ X, back.sum(0), delta.T @ hidden, delta.sum(0)]
    expected = np.concatenate([part.ravel() for part in by_hand])
    np.testing.assert_allclose(loss.gradient(point), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["rosenbrock", "himmelblau"])
def test_formulas_that_the_package_differentiates_by_hand(name):
    """Value, gradient and hessian of the landscapes, from their formulas alone."""
    formulas = {
        "rosenbrock": lambda u, v: (1 - u) ** 2 + 100 * (v - u**2) ** 2,
        "himmelblau": lambda u, v: (u**2 + v - 11) ** 2 + (u + v**2 - 7) ** 2,
    }
    loss = gd.differentiate(formulas[name], {"u": (), "v": ()})
    by_hand = getattr(gd, name)()
    points = np.random.default_rng(8).normal(size=(6, 2))
    np.testing.assert_allclose(loss(points), by_hand(points), rtol=1e-12)
    np.testing.assert_allclose(loss.gradient(points), by_hand.gradient(points), rtol=1e-10)
    np.testing.assert_allclose(loss.hessian(points), by_hand.hessian(points), rtol=1e-6, atol=1e-5)
    assert loss.names == ("u", "v")


def test_a_linear_network_is_least_squares():
    """Its hessian, too, and its batches."""

    def line(x, y, *, w):
        return np.square((w @ x.mT)[..., 0, :] - y).mean(axis=-1)

    loss, known = gd.differentiate(line, {"w": (1, 2)}, X, Y[:, 0]), gd.least_squares(X, Y[:, 0])
    np.testing.assert_allclose(loss.hessian([0.3, 1.0]), known.hessian([0.3, 1.0]), rtol=1e-8)
    batches = [gd.minibatches(each, size=2, seed=5) for each in (loss, known)]
    path, expected = [
        gd.gradient_descent(each, [0.0, 0.0], learning_rate=0.05).trace(20).parameters
        for each in batches
    ]
    np.testing.assert_allclose(path, expected, rtol=1e-10)


def test_sums_are_called_as_one_likes():
    """As methods or as NumPy's functions."""
    row: Any = Node([1.0, 4.0])
    for total in (np.sum(row, axis=-1), 2 * np.mean(row), np.sum(np.reshape(row, (2, 1)))):
        total.backward()
        assert total.value == 5
        np.testing.assert_array_equal(row.gradient, [1, 1])


def test_a_power_of_zero_is_constant():
    """Also at 0, where a power one lower would be infinite."""
    loss = gd.differentiate(lambda *, w: w**0 + w, {"w": ()})
    np.testing.assert_array_equal(loss.gradient([[0.0], [2.0]]), [[1], [1]])


def test_a_node_keeps_its_value():
    """Whatever its owner does to the array meanwhile."""
    array = np.array([1.0, 2.0])
    node = Node(array)
    loss = (node * node).sum()
    array[:] = 100
    loss.backward()
    np.testing.assert_array_equal(node.gradient, [2, 4])


def test_unpack_reads_nodes_and_arrays_alike():
    """The names of the parameters say where each went."""
    loss = gd.differentiate(network, SHAPES, X, Y)
    assert loss.names[:3] == ("W1,1", "W1,2", "W2,1")
    row = np.arange(34.0).reshape(2, 17)
    arrays, nodes = gd.unpack(row, SHAPES), gd.unpack(Node(row), SHAPES)
    assert [*arrays] == [*SHAPES]
    for name, shape in SHAPES.items():
        assert arrays[name].shape == (2, *shape)
        np.testing.assert_array_equal(arrays[name], nodes[name].value)
    assert arrays["W"][0, 1, 0] == 2


A_NODE: Any = Node([1.0])


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: np.arctan(Node(1.0)), TypeError, "np.arctan has no way back"),
        (
            lambda: np.add(Node([1.0]), 1, dtype=np.float32),  # type: ignore[call-overload]  # wrong
            TypeError,
            "np.add has no way back",
        ),
        (lambda: Node(1.0) > 0, TypeError, "np.greater has no way back"),
        (lambda: np.dot(A_NODE, A_NODE), TypeError, "np.dot has no way back"),
        (lambda: np.stack([A_NODE]), TypeError, "np.stack has no way back"),
        (lambda: Node([[1], [1, 2]]), TypeError, "value must be an array of numbers"),
        (lambda: Node("one"), TypeError, "value must be an array of numbers"),
        (lambda: Node([1.0]) @ np.ones((1, 1)), ValueError, "@ needs two matrices"),
        (
            lambda: gd.unpack(np.ones(3), {"w": (2,)}),
            ValueError,
            r"shape \(\.\.\., 2\), got \(3,\)",
        ),
        (
            lambda: gd.differentiate(network, SHAPES, X, Y[:3]),
            ValueError,
            r"data must be of the same examples, got \[3, 9\]",
        ),
        (
            lambda: gd.differentiate(lambda w: w**2, {"w": (2,)}).gradient([1, 2]),
            ValueError,
            r"loss of shape \(\) for parameters of shape \(2,\), got \(2,\)",
        ),
        (lambda: gd.differentiate(lambda: 0, {}), ValueError, "names"),
        (lambda: gd.differentiate(network, SHAPES, 3, 4), ValueError, "data must be arrays"),
    ],
)
def test_errors_say_what_was_wrong(act, error, message):
    """Each names the argument, and what it was."""
    with pytest.raises(error, match=message):
        act()


def test_gradients_are_pytorchs():
    """The outside oracle, where it is installed: values and gradients of two layers."""
    torch = pytest.importorskip("torch")
    loss = gd.differentiate(network, SHAPES, X, Y)
    point = np.random.default_rng(9).normal(size=17)
    row = torch.tensor(point, requires_grad=True)
    parts = dict(zip(SHAPES, torch.split(row, [8, 4, 4, 1]), strict=True))
    W, b, V, c = (parts[name].reshape(shape) for name, shape in SHAPES.items())
    hidden = torch.tanh(torch.tensor(X) @ W.mT + b)
    value = ((hidden @ V.mT + c - torch.tensor(Y)) ** 2).mean()
    value.backward()
    assert loss(point) == pytest.approx(value.item(), rel=1e-13)
    np.testing.assert_allclose(loss.gradient(point), row.grad.numpy(), rtol=1e-11)
