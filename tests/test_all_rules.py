"""What every rule keeps, one row a rule, and what each one computes, against somebody else's."""

from math import copysign, sqrt
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pytest
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

import gdbook as gd
from gdbook import rules

X = np.random.default_rng(0).normal(size=(30, 4)) * [1, 2, 0.5, 1]
Y = np.random.default_rng(1).normal(size=30)
LOSS = gd.least_squares(X, Y)
START = np.array([1.0, -2.0, 0.5, 3.0])
LEAST = LOSS(gd.closed_form(LOSS))


class Row(NamedTuple):
    """A rule: the setting that is swept, its other settings, and how near it comes in 300 steps."""

    rate: float = 0.05
    settings: MappingProxyType[str, Any] = MappingProxyType({})
    swept: str = "learning_rate"
    excess: float = 1e-6


TABLE = {
    "adagrad": Row(rate=1.0),
    "adam": Row(excess=1e-4),
    "adamw": Row(settings=MappingProxyType({"weight_decay": 1e-4}), excess=1e-4),
    "gradient_descent": Row(rate=0.1),
    "hot_and_cold": Row(rate=0.02, swept="step_size", excess=0.01),
    "line_search": Row(rate=1.0),
    "lion": Row(rate=0.02, excess=0.05),
    "momentum": Row(rate=0.02),
    "muon": Row(rate=0.02, settings=MappingProxyType({"shape": (2, 2)}), excess=0.05),
    "nesterov": Row(rate=0.02),
    "newton": Row(rate=1.0),
    "rmsprop": Row(rate=0.02, excess=0.01),
    "schedule_free": Row(rate=0.1, excess=0.05),
    "sign_descent": Row(rate=0.02, excess=0.01),
}


def run(name: str, loss: Any = LOSS, start: Any = START, **settings: Any) -> gd.Run:
    """Start a rule with the settings of its row, except where others are given."""
    row = TABLE[name]
    made: gd.Run = getattr(gd, name)(
        loss, start, **{row.swept: row.rate, **row.settings, **settings}
    )
    return made


def test_every_rule_has_its_row():
    """A rule without one would not be tested at all."""
    assert sorted(TABLE) == sorted(rules.__all__)


@pytest.mark.parametrize("name", TABLE)
def test_it_comes_down(name):
    """On a bowl every rule comes near the bottom that the closed form knows."""
    trace = run(name).trace(steps=300)
    assert trace.losses[0] - LEAST > 10
    assert trace.losses[-1] - LEAST < TABLE[name].excess
    assert trace.label == name.replace("_", " ")


@pytest.mark.parametrize("name", TABLE)
def test_a_sweep_is_many_runs(name):
    """Rates and starts spread over each other, and each run is what it is alone."""
    row = TABLE[name]
    rates = row.rate * np.array([0.1, 0.5, 1.0])
    starts = START * np.array([1.0, -0.5])[:, None, None]
    sweep = run(name, start=starts, **{row.swept: rates}).trace(steps=20)
    assert sweep.parameters.shape == (21, 2, 3, 4)
    for i in range(2):
        for j in range(3):
            alone = run(name, start=starts[i, 0], **{row.swept: rates[j]}).trace(steps=20)
            np.testing.assert_allclose(sweep.parameters[:, i, j], alone.parameters, rtol=1e-9)
            np.testing.assert_allclose(sweep.losses[:, i, j], alone.losses, rtol=1e-9)


@pytest.mark.parametrize("name", [name for name in TABLE if name != "hot_and_cold"])
def test_it_takes_schedules(name):
    """A constant function of the step is a constant; a rate that falls to zero stops the walk."""
    rate = TABLE[name].rate
    same = run(name, learning_rate=lambda _step: rate).trace(steps=10)
    np.testing.assert_array_equal(same.parameters, run(name).trace(steps=10).parameters)
    stopped = run(name, learning_rate=lambda step: rate if step < 5 else 0.0).trace(steps=10)
    if name != "schedule_free":  # there the mean goes on moving to the fast point
        assert (stopped.parameters[5:] == stopped.parameters[5]).all()


@pytest.mark.parametrize("name", TABLE)
def test_it_learns_from_batches_and_repeats_exactly(name):
    """Noise is part of the run: two passes are equal, and what is measured is the whole loss."""
    noisy = gd.minibatches(LOSS, size=10, seed=4)
    settings = {TABLE[name].swept: TABLE[name].rate / 5}
    one, other = (run(name, noisy, **settings).trace(steps=60) for _ in range(2))
    np.testing.assert_array_equal(one.parameters, other.parameters)
    np.testing.assert_allclose(one.losses, LOSS(one.parameters), rtol=1e-12)
    assert one.losses[-1] < 0.9 * one.losses[0]


@pytest.mark.parametrize("name", TABLE)
def test_a_rate_below_zero_is_refused(name):
    """By name and value, at the call."""
    swept = TABLE[name].swept
    with pytest.raises(ValueError, match=rf"{swept} must be positive, got -1\.0"):
        run(name, **{swept: -1})


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("momentum", {"momentum": 1}),
        ("nesterov", {"momentum": -0.1}),
        ("adagrad", {"eps": 0}),
        ("rmsprop", {"decay": 1}),
        ("rmsprop", {"eps": 0}),
        ("adam", {"beta1": 1}),
        ("adam", {"beta2": 1.5}),
        ("adam", {"eps": -1}),
        ("adamw", {"weight_decay": -0.01}),
        ("lion", {"beta1": 1}),
        ("lion", {"weight_decay": -1}),
        ("line_search", {"shrink": 1}),
        ("line_search", {"slope": 1}),
        ("schedule_free", {"beta": 1}),
    ],
)
def test_settings_out_of_range_are_refused(name, setting):
    """Every setting says what it must be."""
    with pytest.raises(ValueError, match=f"^{next(iter(setting))} must "):
        run(name, **setting)


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_is_scikit_learns(nesterov):
    """Both forms, step by step; there the rate stands inside the velocity."""
    weights = START.copy()
    theirs = SGDOptimizer([weights], learning_rate_init=0.02, momentum=0.8, nesterov=nesterov)
    name = "nesterov" if nesterov else "momentum"
    for step in run(name, momentum=0.8).trace(steps=50).parameters:
        np.testing.assert_allclose(step, weights, rtol=1e-10)
        theirs.update_params([weights], [LOSS.gradient(weights)])


def test_without_momentum_it_is_gradient_descent():
    """The reduction holds to the bit."""
    plain = gd.gradient_descent(LOSS, START, learning_rate=0.02).trace(30).parameters
    for name in ("momentum", "nesterov"):
        rolled = run(name, momentum=0).trace(30).parameters
        np.testing.assert_array_equal(rolled, plain)


@pytest.mark.parametrize(
    ("name", "limit"),
    [("momentum", lambda share: 2 + 2 * share),
     ("nesterov", lambda share: (2 + 2 * share) / (1 + 2 * share))],
)  # fmt: skip
@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_momentum_diverges_where_theory_says(name, limit, share):
    """On a parabola of curvature 1, on both sides of the largest rate."""
    loss = gd.least_squares([1], [0], half=True)
    rates = limit(share) * np.array([0.98, 1.02])
    trace = run(name, loss, [1.0], learning_rate=rates, momentum=share).trace(steps=3000)
    assert trace.losses[-1, 0] < 1e-3 * trace.losses[0, 0]
    assert not trace.losses[-1, 1] < 1e3 * trace.losses[0, 1]


def test_nesterov_is_the_lookahead_form():
    """What stands here is where the other form takes its gradient."""
    place, velocity = START.copy(), np.zeros(4)
    for step in run("nesterov", momentum=0.8).trace(steps=40).parameters:
        ahead = place - 0.02 * 0.8 * velocity
        np.testing.assert_allclose(step, ahead, rtol=1e-9)
        velocity = 0.8 * velocity + LOSS.gradient(ahead)
        place = place - 0.02 * velocity


def test_adam_is_scikit_learns():
    """With next to no epsilon, which stands elsewhere there."""
    weights = START.copy()
    theirs = AdamOptimizer(
        [weights], learning_rate_init=0.05, beta_1=0.8, beta_2=0.95, epsilon=1e-300
    )
    for step in run("adam", beta1=0.8, beta2=0.95, eps=1e-300).trace(steps=50).parameters:
        np.testing.assert_allclose(step, weights, rtol=1e-10)
        theirs.update_params([weights], [LOSS.gradient(weights)])


def by_hand(name: str, steps: int) -> list[list[float]]:
    """Return the path of a rule written out number by number, with plain floats."""
    w, a, b = [float(v) for v in START], [0.0] * 4, [0.0] * 4
    path = [list(w)]
    for t in range(1, steps + 1):
        gradient = LOSS.gradient(w).tolist()
        for j, g in enumerate(gradient):
            if name == "adagrad":
                a[j] += g * g
                w[j] -= 1.0 * g / (sqrt(a[j]) + 0.01)
            elif name == "rmsprop":
                a[j] = 0.7 * a[j] + 0.3 * g * g
                w[j] -= 0.02 * g / (sqrt(a[j]) + 0.01)
            elif name == "adamw":
                a[j] = 0.8 * a[j] + 0.2 * g
                b[j] = 0.95 * b[j] + 0.05 * g * g
                w[j] -= 0.05 * 0.1 * w[j]
                w[j] -= 0.05 * (a[j] / (1 - 0.8**t)) / (sqrt(b[j] / (1 - 0.95**t)) + 0.01)
            elif name == "lion":
                w[j] *= 1 - 0.02 * 0.1
                w[j] -= 0.02 * copysign(1, 0.8 * a[j] + 0.2 * g)
                a[j] = 0.95 * a[j] + 0.05 * g
        path.append(list(w))
    return path


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("adagrad", {"eps": 0.01}),
        ("rmsprop", {"decay": 0.7, "eps": 0.01}),
        ("lion", {"beta1": 0.8, "beta2": 0.95, "weight_decay": 0.1}),
    ],
)
def test_rules_by_hand(name, settings):
    """Every number of the path, with an epsilon that one can see."""
    trace = run(name, **settings).trace(steps=40)
    np.testing.assert_allclose(trace.parameters, by_hand(name, 40), rtol=1e-9)


def test_adamw_by_hand():
    """Its decay comes first, which is the same as with the gradient's step."""
    settings: dict[str, Any] = {"beta1": 0.8, "beta2": 0.95, "eps": 0.01, "weight_decay": 0.1}
    # The move by hand divides by the same means, for the gradient is taken before the decay.
    trace = run("adamw", **settings).trace(steps=40)
    np.testing.assert_allclose(trace.parameters, by_hand("adamw", 40), rtol=1e-9)


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5])
def test_rmsprop_ends_by_jumping(rate):
    """At a constant rate it comes to the minimum, and then steps across it, as far as its rate."""
    path = run("rmsprop", learning_rate=rate).trace(3000).parameters
    assert np.abs(np.diff(path, axis=0)[-10:]) == pytest.approx(rate, rel=0.05)
    assert path[-10:].mean(axis=0) == pytest.approx(gd.closed_form(LOSS), abs=rate)


def test_adamw_without_decay_is_adam():
    """The reduction holds to the bit."""
    np.testing.assert_array_equal(
        run("adamw", weight_decay=0).trace(40).parameters, run("adam").trace(40).parameters
    )


@pytest.mark.parametrize(
    ("decay", "expected"), [(0.1, [3, -0.5]), (0.5, [2, -0.5]), (4, [0.25, -0.25])]
)
def test_adamw_rests_within_one_over_its_decay(decay, expected):
    """With exact gradients it rests at the minimum, cut off at a distance of 1 / decay from 0."""
    loss = gd.least_squares(np.eye(2), [3, -0.5])
    rate = gd.inverse_time(0.1, steps=200)
    run = gd.adamw(loss, [0, 0], learning_rate=rate, beta2=0.99, weight_decay=decay)
    assert run.trace(steps=5000).parameters[-1] == pytest.approx(expected, abs=1e-3)


def test_noise_lets_adamw_decay():
    """Where the gradient is noisy, the mean of the way lies nearer to zero than the minimum."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=500)
    loss = gd.least_squares(x, 3 * x + generator.normal(scale=2, size=500))
    noisy = gd.minibatches(loss, size=1, seed=0, replacement=True)
    run = gd.adamw(noisy, [3], learning_rate=0.005, weight_decay=0.1)
    assert run.trace(steps=8000).parameters[4000:].mean() < 0.95 * gd.closed_form(loss)[0]


def test_decoupled_decay_is_not_a_penalty_on_the_loss():
    """With a penalty the decay would be divided by the root of the squares, too."""
    penalised = gd.Loss(
        lambda p: LOSS(p) + 0.05 * (p**2).sum(-1),
        lambda p: LOSS.gradient(p) + 0.1 * p,
        names=LOSS.names,
    )
    one = run("adamw", weight_decay=0.1).trace(20).parameters[-1]
    other = run("adam", penalised).trace(20).parameters[-1]
    assert np.abs(one - other).max() > 1e-3


@pytest.mark.parametrize("shape", [(2, 2), (1, 4), (4, 1), (3, 5), (5, 3)])
def test_muon_moves_along_the_singular_directions_of_its_momentum(shape):
    """The move has the singular vectors of the gradient, and singular values of about 1."""
    gradient = np.random.default_rng(3).normal(size=shape)
    loss = gd.Loss(
        lambda p: p @ gradient.ravel(),
        lambda p: np.broadcast_to(gradient.ravel(), p.shape),
        names=[f"w{i}" for i in range(gradient.size)],
    )
    trace = run("muon", loss, np.zeros(gradient.size), learning_rate=1, shape=shape).trace(3)
    left, _, right = np.linalg.svd(gradient, full_matrices=False)
    for move in -np.diff(trace.parameters, axis=0).reshape(3, *shape):
        turned = left.T @ move @ right.T
        np.testing.assert_allclose(turned, np.diag(np.diag(turned)), atol=1e-9)
        assert np.diag(turned).min() > 0.68
        assert np.diag(turned).max() < 1.14


@pytest.mark.parametrize(
    ("shape", "error", "message"),
    [
        (4, TypeError, r"shape must be a pair \(rows, columns\), got 4"),
        ((2, 2.5), TypeError, "shape must be a whole number, got 2.5"),
        ((0, 4), ValueError, "shape must be at least 1, got 0"),
        ((3, 2), ValueError, r"shape must hold 4 parameters, got \(3, 2\)"),
    ],
)
def test_muon_knows_its_matrix(shape, error, message):
    """The parameters must fill it."""
    with pytest.raises(error, match=message):
        run("muon", shape=shape).trace(1)


def test_schedule_free_reports_the_mean_of_a_plain_run():
    """With the gradient taken at the fast point it is Polyak's average, the start left out."""
    plain = gd.gradient_descent(LOSS, START, learning_rate=0.05).trace(40).parameters
    means = np.cumsum(plain[1:], axis=0) / np.arange(1, 41)[:, None]
    trace = run("schedule_free", learning_rate=0.05, beta=0).trace(40)
    np.testing.assert_allclose(trace.parameters[1:], means, rtol=1e-9)
    np.testing.assert_allclose(trace.extras["fast"], plain, rtol=1e-9)


def test_newton_is_there_in_one_step():
    """On a quadratic loss, from everywhere."""
    starts = np.random.default_rng(5).normal(size=(7, 4)) * 100
    trace = run("newton", start=starts).trace(steps=1)
    np.testing.assert_allclose(trace.parameters[1], np.tile(gd.closed_form(LOSS), (7, 1)))


def test_newton_doubles_its_digits():
    """Near one of Himmelblau's minima the distance is squared, up to a factor, at every step."""
    trace = run("newton", gd.himmelblau(), [3.3, 2.2]).trace(steps=4)
    distance = np.linalg.norm(trace.parameters - [3, 2], axis=-1)
    assert (distance[1:4] < 2 * distance[:3] ** 2).all()
    assert distance[4] < 1e-10


def test_newton_says_where_it_cannot_divide():
    """Where the loss is flat along some direction there is no bottom to go to."""
    flat = gd.least_squares([[1, 1]], [1])
    with pytest.raises(ValueError, match="loss must have a hessian to divide by"):
        run("newton", flat, [0, 0]).trace(1)


def test_line_search_takes_the_first_rate_that_pays():
    """Each rate passes Armijo's test, and twice that rate would have failed or was the first."""
    loss = gd.himmelblau()
    starts = np.random.default_rng(6).uniform(-5, 5, size=(9, 2))
    trace = run("line_search", loss, starts, learning_rate=0.3, slope=0.1).trace(steps=25)
    rates, squared = trace.extras["rate"][..., 0], (trace.gradients**2).sum(-1)

    def pays(rate):
        landed = loss(trace.parameters - rate[..., None] * trace.gradients)
        return landed <= trace.losses - 0.1 * rate * squared

    assert pays(rates).all()
    assert ((rates == 0.3) | ~pays(2 * rates)).all()
    assert (np.diff(trace.losses, axis=0) <= 0).all(), "so the loss never rises"
    assert len(np.unique(rates)) > 2


def test_line_search_compares_within_one_batch():
    """On noisy losses every accepted step lowers the loss of the batch that it was tested on."""
    noisy = gd.minibatches(LOSS, size=5, seed=2)
    trace = run("line_search", noisy).trace(steps=20)
    batches = noisy.fresh()
    for here, there in zip(trace.parameters[:-1], trace.parameters[1:], strict=True):
        assert batches(there) <= batches(here)
        batches.advance()


def test_rules_are_pytorchs():
    """Where PyTorch is installed: the same paths, with the same settings."""
    torch = pytest.importorskip("torch")
    cases: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
        "gradient_descent": (torch.optim.SGD, {"lr": 0.1}, {}),
        "momentum": (torch.optim.SGD, {"lr": 0.02, "momentum": 0.9}, {}),
        "nesterov": (torch.optim.SGD, {"lr": 0.02, "momentum": 0.9, "nesterov": True}, {}),
        "adagrad": (torch.optim.Adagrad, {"lr": 1.0}, {}),
        "rmsprop": (torch.optim.RMSprop, {"lr": 0.02, "alpha": 0.9}, {}),
        "adam": (torch.optim.Adam, {"lr": 0.05}, {}),
        "adamw": (torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.1}, {"weight_decay": 0.1}),
    }
    x, y = torch.tensor(X), torch.tensor(Y)
    for name, (optimizer, theirs, ours) in cases.items():
        weights = torch.tensor(START, requires_grad=True)
        stepper = optimizer([weights], **theirs)
        for step in run(name, **ours).trace(steps=60).parameters:
            np.testing.assert_allclose(step, weights.detach().numpy(), rtol=1e-10, err_msg=name)
            stepper.zero_grad()
            ((x @ weights - y) ** 2).mean().backward()
            stepper.step()


def test_rules_are_optaxs():
    """Where optax is installed: the rules that PyTorch lacks, too."""
    optax = pytest.importorskip("optax")
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    cases: dict[str, tuple[Any, dict[str, Any]]] = {
        "momentum": (optax.sgd(0.02, momentum=0.9), {}),
        "nesterov": (optax.sgd(0.02, momentum=0.9, nesterov=True), {}),
        "adam": (optax.adam(0.05), {}),
        "adamw": (optax.adamw(0.05, weight_decay=0.1), {"weight_decay": 0.1}),
        "lion": (optax.lion(0.02, weight_decay=0.1), {"weight_decay": 0.1}),
        "sign_descent": (optax.sign_sgd(0.02), {}),
    }
    for name, (transform, ours) in cases.items():
        weights = jax.numpy.array(START)
        state = transform.init(weights)
        for step in run(name, **ours).trace(steps=60).parameters:
            np.testing.assert_allclose(step, weights, rtol=1e-10, err_msg=name)
            gradient = jax.numpy.array(LOSS.gradient(np.array(weights)))
            updates, state = transform.update(gradient, state, weights)
            weights = optax.apply_updates(weights, updates)


# --- Schedules -----------------------------------------------------------------------------------


def test_schedules_are_their_formulas():
    """At every step of a hundred."""
    t = np.arange(100)
    expected = {
        "step decay": (gd.step_decay(0.8, factor=0.3, every=7), 0.8 * 0.3 ** np.floor(t / 7)),
        "exponential": (gd.exponential(0.8, factor=0.97), 0.8 * np.exp(t * np.log(0.97))),
        "inverse sqrt": (gd.inverse_sqrt(0.8), 0.8 * (t + 1.0) ** -0.5),
        "inverse time": (gd.inverse_time(0.8, steps=5), 0.8 * 5 / (5 + t)),
        "cosine": (
            gd.cosine(0.8, steps=60, end=0.1),
            np.where(t < 60, 0.1 + 0.7 * np.cos(np.pi * t / 120) ** 2, 0.1),
        ),
        "warm-up": (
            gd.warmup(0.8, steps=10),
            np.minimum(0.8, 0.08 * (t + 1)),
        ),
    }
    for name, (schedule, values) in expected.items():
        got = [float(schedule(int(step))) for step in t]
        np.testing.assert_allclose(got, values, rtol=1e-12, atol=1e-16, err_msg=name)


def test_a_warm_up_hands_over_to_its_schedule():
    """The first step after the climb is the schedule's own first one."""
    after = gd.cosine(0.8, steps=20)
    schedule = gd.warmup(after, steps=5)
    assert [float(schedule(5 + step)) for step in range(30)] == [
        float(after(step)) for step in range(30)
    ]


def test_schedules_sweep():
    """An array of rates is an array of schedules."""
    for make in (
        gd.inverse_sqrt,
        lambda rate: gd.warmup(gd.cosine(rate, steps=20), steps=5),
        lambda rate: gd.warmup(rate, steps=5),
    ):
        trace = gd.momentum(LOSS, START, learning_rate=make([0.01, 0.02])).trace(steps=30)
        alone = gd.momentum(LOSS, START, learning_rate=make(0.02)).trace(steps=30)
        np.testing.assert_allclose(trace.parameters[:, 1], alone.parameters, rtol=1e-12)


def test_a_rate_that_grows_has_no_largest_number():
    """It is infinite in the end, as any walk with it."""
    rate = gd.exponential([0.5, 1.0], factor=2)
    np.testing.assert_array_equal(rate(1000), [2.0**999, 2.0**1000])
    np.testing.assert_array_equal(rate(5000), [np.inf, np.inf])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: gd.step_decay(0.1, every=0), ValueError, "every must be at least 1, got 0"),
        (lambda: gd.step_decay(0.1, factor=-1), ValueError, "factor must be positive"),
        (lambda: gd.exponential(-0.1, factor=0.9), ValueError, "rate must be positive"),
        (lambda: gd.inverse_sqrt(np.nan), ValueError, "rate must be finite"),
        (lambda: gd.inverse_time(0.1, steps=0), ValueError, "steps must be positive"),
        (lambda: gd.cosine(0.1, steps=True), TypeError, "steps must be a whole number"),
        (lambda: gd.cosine(0.1, steps=2, end=-1), ValueError, "end must not be negative"),
        (lambda: gd.cosine([1, 2], steps=2, end=[0] * 3), ValueError, r"rate's shape \(2,\), got"),
        (lambda: gd.warmup(0, steps=2), ValueError, "schedule must be positive"),
        (lambda: gd.warmup(0.1, steps=0), ValueError, "steps must be at least 1, got 0"),
    ],
)
def test_bad_schedules_are_named(call, error, message):
    """The argument and the value."""
    with pytest.raises(error, match=message):
        call()
