"""Every number that the notes on linear regression from scratch print or imply, recomputed.

After *Dive into Deep Learning*, sections 3.1 and 3.2.  No outputs are printed there, and no seed is
set: what can be checked are the settings, and what follows from them.  Code that the pages show but
don't run, for PyTorch and for Dask, is run here where these are installed.
"""

import contextlib
import io
import json
import re
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

import gdbook as gd

ROOT = Path(__file__).parents[1]
PART = ROOT / "book" / "linear-regression"
TRUTH = np.array([4.2, 2, -3.4])
NOISE, RATE, BATCH, EPOCHS = 0.01, 0.03, 10, 5


@pytest.fixture(scope="module")
def loss():
    """Half the mean squared error of the thousand examples."""
    return gd.least_squares(*gd.linear_data(), intercept=True, half=True)


@pytest.fixture(scope="module")
def trace(loss):
    """Five epochs from weights near zero."""
    start = np.array([0, *np.random.default_rng(2).normal(scale=0.01, size=2)])
    noisy = gd.minibatches(loss, size=BATCH, seed=1)
    return gd.gradient_descent(noisy, start, learning_rate=RATE).trace(EPOCHS * 1000 // BATCH)


def visible(page: str) -> str:
    """Return the code that a reader of the page can copy, without its figures."""
    text = (PART / page).read_text()
    found = re.findall(
        r"^```\{code-cell\} python\n(?!:|---)(.*?)^```$", text, re.MULTILINE | re.DOTALL
    )
    assert found
    return "\n".join(found)


def shown(page: str) -> str:
    """Return the code that the page shows and does not run."""
    found = re.findall(
        r"^```python\n(.*?)^```$", (PART / page).read_text(), re.MULTILINE | re.DOTALL
    )
    assert len(found) == 1
    return str(found[0])


def test_the_data_are_as_described():
    """A thousand examples, two standard normal features, noise of 0.01."""
    x, y = gd.linear_data()
    assert x.shape == (1000, 2)
    assert y.shape == (1000,)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=0.1)
    np.testing.assert_allclose(x.std(axis=0), 1, atol=0.07)
    noise = y - x @ TRUTH[1:] - TRUTH[0]
    assert noise.std() == pytest.approx(NOISE, rel=0.1)
    assert abs(noise.mean()) < 4 * NOISE / np.sqrt(1000)


def test_the_data_check_their_arguments():
    """Errors name the argument and the value."""
    with pytest.raises(ValueError, match=r"weights must have shape \(n,\), got \(1, 1\)"):
        gd.linear_data([[1]])
    with pytest.raises(ValueError, match="noise must not be negative, got -1"):
        gd.linear_data(noise=-1)
    with pytest.raises(ValueError, match="size must be at least 1, got 0"):
        gd.linear_data(size=0)
    with pytest.raises(ValueError, match="size must be at most 10000000, got 100000000000"):
        gd.linear_data(size=10**20)
    with pytest.raises(ValueError, match="must give finite targets: they are too large"):
        gd.linear_data([1e308, 1e308])
    with pytest.raises(TypeError, match=r"seed must be a whole number, got 0\.5"):
        gd.linear_data(seed=0.5)  # type: ignore[arg-type]  # on purpose


def test_five_epochs_reach_the_floor(trace, loss):
    """Half the variance of the noise, 0.00005, from the third epoch on and not before."""
    floor = NOISE**2 / 2
    assert floor == 0.00005
    assert trace.losses[100] > 100 * floor
    assert trace.losses[200] > 2 * floor
    assert (abs(trace.losses[300:] / floor - 1) < 0.06).all()
    assert trace.losses.min() >= loss(gd.closed_form(loss))


def test_the_errors_are_what_the_noise_implies(trace):
    """Below three standard errors, from the formula, which other worlds confirm."""
    x, _ = gd.linear_data()
    design = np.column_stack([np.ones(1000), x])
    expected = NOISE * np.sqrt(np.diag(np.linalg.inv(design.T @ design)))
    assert (abs(trace.parameters[-1] - TRUTH) < 3 * expected).all()
    generator = np.random.default_rng(7)
    noises = generator.normal(scale=NOISE, size=(1000, 500))
    errors = np.linalg.lstsq(design, noises)[0]
    np.testing.assert_allclose(errors.std(axis=1), expected, rtol=0.12)


def test_the_closed_form_is_scikit_learns(loss):
    """And descent on all examples ends there."""
    fitted = LinearRegression().fit(*gd.linear_data())
    expected = [fitted.intercept_, *fitted.coef_]
    np.testing.assert_allclose(gd.closed_form(loss), expected, rtol=1e-10)
    run = gd.gradient_descent(loss, np.zeros(3), learning_rate=0.5)
    np.testing.assert_allclose(run.trace(200).parameters[-1], expected, rtol=1e-10)


def test_the_rate_of_the_halved_loss_is_twice_ours(loss):
    """0.03 there is 0.015 here."""
    usual = gd.least_squares(*gd.linear_data(), intercept=True)
    halved, whole = (
        gd.gradient_descent(
            gd.minibatches(one, size=BATCH, seed=3), np.zeros(3), learning_rate=rate
        )
        for one, rate in ((loss, 0.03), (usual, 0.015))
    )
    np.testing.assert_allclose(
        halved.trace(500).parameters, whole.trace(500).parameters, rtol=1e-9, atol=1e-12
    )


def test_the_three_normal_curves():
    """Peaks 0.3989, 0.1995 and 0.3989, from -7 to 7 in steps of 0.01."""
    x = np.arange(-7, 7, 0.01)
    assert len(x) == 1400
    peaks = [
        f"{(np.exp(-0.5 / sd**2 * (x - mean) ** 2) / np.sqrt(2 * np.pi * sd**2)).max():.4f}"
        for mean, sd in ((0, 1), (0, 2), (3, 1))
    ]
    assert peaks == ["0.3989", "0.1995", "0.3989"]


def test_pytorch_takes_the_same_path():
    """The page's loop and PyTorch's end on the same numbers, from the same batches."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(visible("from-scratch.md").split("forgetful = []")[0], names)  # noqa: S102  # what a reader copies
    expected = np.array(names["estimate"])
    exec(shown("from-scratch.md"), names)  # noqa: S102  # as above
    for name, value in (("b", expected[0]), ("w", expected[1:])):
        tensor = names[name]
        assert isinstance(tensor, torch.Tensor)
        np.testing.assert_allclose(tensor.detach().numpy(), value, rtol=1e-10)


def test_what_is_said_about_tensors():
    """A vector goes backward if told how; detach, detach_ and .data differ as the table says."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    t = torch.arange(3.0, requires_grad=True)
    (t**2).backward(torch.ones(3))
    assert t.grad.tolist() == [0, 2, 4]
    (t**2).sum().backward()
    assert t.grad.tolist() == [0, 4, 8], "backward adds"
    with pytest.raises(RuntimeError, match="scalar"):
        (t**2).backward()
    with pytest.raises(RuntimeError, match="leaf Variable"):
        t -= 1
    u = t.exp()
    loss = (u * u).sum()
    u.detach()[0] = 7  # the memory is shared, and the change is noticed
    assert u[0] == 7
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
    u = t.exp()
    loss = (u * u).sum()
    u.data[0] = 7  # shared too, and not noticed: the gradient is wrong
    t.grad.zero_()
    loss.backward()
    assert not np.allclose(t.grad[0], 2 * np.exp(2 * 0.0))
    v = t.exp()
    assert v.requires_grad
    loss = (v * v).sum()
    assert v.detach_() is v
    assert not v.requires_grad
    with pytest.raises(RuntimeError, match="detached in-place"):
        loss.backward()


def test_dask_finds_the_same_gradient_in_little_memory():
    """The page's plan, carried out; the arrays in memory stay far smaller than the file."""
    pytest.importorskip("dask", reason="Dask is not installed")
    names: dict[str, Any] = {}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(visible("vectorization.md").split("del disk")[0], names)  # noqa: S102  # what a reader copies
            exec(shown("vectorization.md"), names)  # noqa: S102  # as above
        tracemalloc.start()
        gradient = names["plan"].compute()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        everything = np.array(names["disk"])
        expected = (everything @ names["weights"] - names["target"]) @ everything / len(everything)
        np.testing.assert_allclose(gradient, expected, rtol=1e-9)
        assert peak < everything.nbytes / 2
    finally:
        names.pop("disk", None)
        names["folder"].cleanup()


@pytest.mark.parametrize("name", ["pytorch", "vectorization", "out_of_core"])
def test_measurements_name_their_machine(name):
    """Processor, cores and versions; and no place."""
    text = (ROOT / "bench" / f"{name}.json").read_text()
    machine = json.loads(text)["machine"]
    assert {"processor", "cores", "Python", "NumPy"} <= set(machine)
    assert "/" not in text


def test_standardising_cures_the_units_and_not_the_correlation():
    """The condition number falls by far, and not to 1; scikit-learn scales alike."""
    x, y = load_diabetes(scaled=False, return_X_y=True)
    assert x.shape == (442, 10)
    raw = gd.least_squares(x, y, intercept=True)
    z = StandardScaler().fit_transform(x)
    scaled = gd.least_squares(z, y, intercept=True)
    assert gd.condition_number(raw) > 1e7
    assert 100 < gd.condition_number(scaled) < 1000
    for one, other in ((4, 5), (0, 2)):
        pair = gd.least_squares(z[:, [one, other]], y)
        r = np.corrcoef(z[:, one], z[:, other])[0, 1]
        assert gd.condition_number(pair) == pytest.approx((1 + r) / (1 - r))
