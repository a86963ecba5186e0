"""The data sets: the same numbers on every machine, and no state that others share."""

import numpy as np
import pytest

import gdbook as gd


def legacy(scale=1.0):
    """Make the noisy line as a program would that seeds NumPy's shared generator."""
    np.random.seed(42)  # noqa: NPY002  # the stream of the printed numbers
    x = np.random.rand(100, 1)  # noqa: NPY002
    y = 1 + 2 * x + 0.1 * np.random.randn(100, 1)  # noqa: NPY002
    order = np.arange(100)
    np.random.shuffle(order)  # noqa: NPY002
    return scale * x[order, 0], y[order, 0]


@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_the_line_is_that_of_the_shared_generator(scale):
    """Bit for bit, in either unit of the feature."""
    x, y = legacy(scale)
    data = gd.noisy_line(feature_scale=scale)
    np.testing.assert_array_equal(data.x_train, x[:80])
    np.testing.assert_array_equal(data.x_validation, x[80:])
    np.testing.assert_array_equal(data.y_train, y[:80])
    np.testing.assert_array_equal(data.y_validation, y[80:])


def test_the_shared_generator_is_left_alone():
    """What other code draws does not depend on whether the data were made before."""
    np.random.seed(7)  # noqa: NPY002
    expected = np.random.rand()  # noqa: NPY002
    np.random.seed(7)  # noqa: NPY002
    gd.noisy_line()
    gd.random_start()
    assert np.random.rand() == expected  # noqa: NPY002


def test_the_line_is_what_its_arguments_say():
    """Without noise every point lies on it; with noise the misses have its spread."""
    exact = gd.noisy_line(intercept=-1, slope=3, noise=0, size=1000, seed=1)
    np.testing.assert_allclose(exact.y_train, -1 + 3 * exact.x_train)
    rough = gd.noisy_line(noise=0.5, size=5000, seed=2)
    assert (rough.y_train - 1 - 2 * rough.x_train).std() == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize("size", [5, 99, 100])
def test_no_example_is_lost_and_none_is_in_both_parts(size):
    """Four fifths to one fifth, and together all."""
    data = gd.noisy_line(size=size)
    assert len(data.x_train) == size * 4 // 5
    together = np.concatenate([data.x_train, data.x_validation])
    assert len(np.unique(together)) == size


def test_the_start_with_the_seed_of_the_data_is_a_function_of_them():
    """The same bits, read as uniform numbers first and as normal ones then."""
    x = np.random.RandomState(42).rand(2)
    u, v = 2 * x - 1
    factor = np.sqrt(-2 * np.log(u**2 + v**2) / (u**2 + v**2))
    np.testing.assert_allclose(gd.random_start(), [factor * v, factor * u], rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 4}, "size must be at least 5, got 4"),
        ({"noise": -0.1}, "noise must not be negative, got -0.1"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"feature_scale": 0}, "feature_scale must be positive, got 0.0"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    """The message says which argument, and its value."""
    with pytest.raises(ValueError, match=message):
        gd.noisy_line(**arguments)


def test_a_start_has_at_least_one_parameter():
    """An empty start would begin nothing."""
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        gd.random_start(0)
