"""Learning rules against closed forms, plain loops and each other."""

from itertools import islice
from typing import Annotated, Any

import numpy as np
import pytest

import gdbook as gd

LOSS = gd.least_squares([2], [0.8])  # curvature 8, minimum at 0.4
NOISY = gd.minibatches(gd.least_squares([1, 2, 3, 4], [2, 4, 6, 9]), size=1, seed=5)


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.125, 0.2, 0.25, 0.3])
def test_gradient_descent_on_a_parabola_is_a_power(rate):
    """The distance to the minimum is (1 - rate * curvature)^k times what it was."""
    trace = gd.gradient_descent(LOSS, [0.5], learning_rate=rate).trace(steps=12)
    expected = (1 - rate * 8) ** np.arange(13) * 0.1
    np.testing.assert_allclose(trace.parameters[:, 0] - 0.4, expected, rtol=1e-9, atol=1e-14)


def test_gradient_descent_in_a_valley_is_a_power_along_each_axis():
    """Along each eigenvector of the Hessian the walk is one of one weight."""
    loss = gd.least_squares([[3.0, 0.0], [0.0, 1.0]], [3.0, 1.0])  # curvatures 9 and 1
    trace = gd.gradient_descent(loss, [0, 0], learning_rate=0.15).trace(steps=20)
    factors = 1 - 0.15 * np.array([9.0, 1.0])
    expected = 1 - factors ** np.arange(21)[:, None]
    np.testing.assert_allclose(trace.parameters, expected, rtol=1e-9)


def test_gradient_descent_agrees_with_a_plain_loop():
    """The package does what the loop on the page does."""
    x, y = [1.0, 2.0, 4.0], [1.0, 3.0, 2.0]
    loss = gd.least_squares(x, y, intercept=True)
    b, w, rate = 0.0, 0.0, 0.05
    for step in gd.gradient_descent(loss, [0, 0], learning_rate=rate).trace(25).parameters:
        np.testing.assert_allclose(step, [b, w], rtol=1e-10, atol=1e-12)
        misses = [b + w * xi - yi for xi, yi in zip(x, y, strict=True)]
        slope_b = 2 * sum(misses) / 3
        slope_w = 2 * sum(m * xi for m, xi in zip(misses, x, strict=True)) / 3
        b, w = b - rate * slope_b, w - rate * slope_w


def test_hot_and_cold_counts_the_nudges():
    """It arrives after distance / step size moves, and then leaves again."""
    loss = gd.least_squares([0.5], [0.8])
    trace = gd.hot_and_cold(loss, [0.5], step_size=0.001).trace(steps=1101)
    assert trace.losses[:1101].argmin() == 1100
    assert trace.losses[1100] < 1e-26
    assert trace.losses[1101] == pytest.approx(2.5e-7, rel=1e-6)
    assert np.isnan(trace.gradients).all()


def test_hot_and_cold_stays_where_both_sides_are_alike():
    """At the exact bottom up and down are equally cold, so the weight does not move."""
    loss = gd.least_squares([1], [0])
    trace = gd.hot_and_cold(loss, [0], step_size=0.5).trace(steps=3)
    assert (trace.parameters == 0).all()


def test_hot_and_cold_moves_every_weight_in_its_own_direction():
    """With several weights each of them is nudged on its own."""
    loss = gd.least_squares(np.eye(2), [1.0, -1.0])
    trace = gd.hot_and_cold(loss, [0, 0], step_size=0.25).trace(steps=4)
    np.testing.assert_array_equal(trace.parameters[-1], [1.0, -1.0])


@pytest.mark.parametrize(
    ("rule", "setting"), [(gd.gradient_descent, "learning_rate"), (gd.hot_and_cold, "step_size")]
)
def test_a_sweep_is_many_runs(rule, setting):
    """A thousand settings in one trace are a thousand runs, to the bit."""
    values = np.linspace(0.01, 0.3, 1000)
    sweep = rule(LOSS, [0.5], **{setting: values}).trace(steps=20)
    assert sweep.parameters.shape == (21, 1000, 1)
    assert sweep.losses.shape == (21, 1000)
    for i in (0, 123, 999):
        single = rule(LOSS, [0.5], **{setting: values[i]}).trace(steps=20)
        np.testing.assert_array_equal(sweep.parameters[:, i], single.parameters)
        np.testing.assert_array_equal(sweep.losses[:, i], single.losses)


def test_starts_and_settings_spread_over_each_other():
    """Five starts in a column and three rates in a row make fifteen runs."""
    starts = np.linspace(-1, 1, 5)[:, None, None]
    trace = gd.gradient_descent(LOSS, starts, learning_rate=[0.05, 0.1, 0.2]).trace(steps=2)
    assert trace.parameters.shape == (3, 5, 3, 1)


@pytest.mark.parametrize("loss", [LOSS, NOISY, gd.freeze(NOISY)])
def test_a_run_starts_afresh_and_repeats_exactly(loss):
    """Two passes over one run are equal, noise included, and may be interleaved."""
    run = gd.gradient_descent(loss, [0.5], learning_rate=0.01)
    one, other = iter(run), iter(run)
    for _ in range(7):
        np.testing.assert_array_equal(next(one).parameters, next(other).parameters)
    np.testing.assert_array_equal(run.trace(30).parameters, run.trace(30).parameters)


def test_different_seeds_make_different_noise():
    """The seed is what makes noise repeatable, so another seed must change it."""
    whole = gd.least_squares([1, 2, 3, 4], [2, 4, 6, 9])
    ends = [
        gd.gradient_descent(gd.minibatches(whole, size=1, seed=s), [0], learning_rate=0.01)
        .trace(9)
        .parameters[-1, 0]
        for s in (1, 2)
    ]
    assert ends[0] != ends[1]


def test_iterating_gives_what_trace_records():
    """A trace is nothing but the recorded steps; row 0 is the start."""
    run = gd.gradient_descent(LOSS, [0.5], learning_rate=0.1)
    trace = run.trace(steps=4)
    for row, step in enumerate(islice(run, 5)):
        np.testing.assert_array_equal(trace.parameters[row], step.parameters)
        np.testing.assert_array_equal(trace.losses[row], step.loss)
        np.testing.assert_array_equal(trace.gradients[row], step.gradient)
    assert trace.parameters[0, 0] == 0.5
    assert trace.label == "gradient descent"


def test_steps_that_were_handed_out_never_change():
    """Later steps must not rewrite earlier ones."""
    steps = list(islice(gd.gradient_descent(LOSS, [0.5], learning_rate=0.1), 5))
    values = [float(step.parameters[0]) for step in steps]
    assert len(set(values)) == 5


def test_the_caller_may_change_its_own_array():
    """A run keeps its own copy of the start."""
    start = np.array([0.5])
    run = gd.gradient_descent(LOSS, start, learning_rate=0.1)
    start[0] = 99
    assert run.trace(0).parameters[0, 0] == 0.5


def test_a_trace_is_frozen():
    """Nobody can rewrite what has happened."""
    trace = gd.gradient_descent(LOSS, [0.5], learning_rate=0.1).trace(steps=1)
    for array in (trace.parameters, trace.losses, trace.gradients, *trace.extras.values()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_rule_cannot_rewrite_its_past():
    """A rule that changes its memory in place changes neither trace nor the steps seen before."""

    @gd.rule
    def careless(loss, parameters, *, learning_rate: gd.Rate):
        parameters, velocity = parameters.copy(), np.zeros_like(parameters)
        for rate in learning_rate:
            gradient = loss.gradient(parameters)
            yield gd.Step(parameters, gradient, velocity=velocity)
            velocity[:] = gradient
            parameters -= rate * gradient

    run = careless(LOSS, [0.5], learning_rate=0.1)
    expected = gd.gradient_descent(LOSS, [0.5], learning_rate=0.1).trace(steps=3)
    trace, steps = run.trace(steps=3), list(islice(run, 4))
    np.testing.assert_array_equal(trace.parameters, expected.parameters)
    np.testing.assert_array_equal([step.parameters for step in steps], expected.parameters)
    np.testing.assert_array_equal(trace.extras["velocity"][1:], expected.gradients[:-1])
    np.testing.assert_array_equal(
        [step.extras["velocity"] for step in steps], trace.extras["velocity"]
    )
    assert run.trace(steps=0).parameters[0, 0] == 0.5, "nor where the next run begins"


def test_what_was_handed_out_cannot_be_written_to():
    """A step shows the rule's own memory, so it is read-only."""
    for step in islice(gd.gradient_descent(LOSS, [0.5], learning_rate=0.1), 3):
        with pytest.raises(ValueError, match="read-only"):
            step.parameters[:] = 99


def test_what_a_rule_yields_may_be_the_callers_own():
    """Numbers, or arrays that somebody else goes on using: they are copied, not locked."""
    mine = np.array([1.0])

    @gd.rule
    def odd(loss, parameters, *, step_size: gd.Positive):
        while True:
            yield gd.Step(mine, mine, half=loss(parameters) / 2, size=step_size)

    run = odd(LOSS, [0.5], step_size=1)
    mine[0] = next(iter(run)).extras["half"]
    assert mine.flags.writeable
    assert run.trace(steps=1).extras["half"].tolist() == [mine[0], mine[0]]


@pytest.mark.parametrize("annotation", ["", ": float", ": Annotated[float, 3]"])
def test_a_rule_says_what_its_settings_must_be(annotation):
    """A setting that nobody can check is refused where the rule is written."""
    source = f"def fast(loss, parameters, *, speed{annotation}):\n    yield gd.Step(parameters)"
    names: dict[str, Any] = {"gd": gd, "Annotated": Annotated}
    exec(source, names)  # noqa: S102 - the annotation is what varies
    with pytest.raises(TypeError, match="speed of fast must be annotated with what it may be"):
        gd.rule(names["fast"])


def test_readers_rules_have_settings_of_their_own():
    """Any check will do, and its settings sweep like those of the book's rules."""
    Temperature = Annotated[Any, gd.Setting(gd.checks.non_negative)]

    @gd.rule
    def shaken(loss, parameters, *, temperature: Temperature, learning_rate: gd.Rate = 0.1):
        noise = np.random.default_rng(0)
        for rate in learning_rate:
            gradient = loss.gradient(parameters)
            yield gd.Step(parameters, gradient)
            shake = temperature * noise.normal(size=parameters.shape)
            parameters = parameters - rate * gradient + shake

    still = shaken(LOSS, [0.5], temperature=0).trace(5)
    expected = gd.gradient_descent(LOSS, [0.5], learning_rate=0.1).trace(5)
    np.testing.assert_array_equal(still.parameters, expected.parameters)
    assert shaken(LOSS, [0.5], temperature=[0, 1, 2]).trace(5).losses.shape == (6, 3)
    with pytest.raises(ValueError, match="temperature must not be negative, got -1"):
        shaken(LOSS, [0.5], temperature=-1)


def test_a_rate_may_be_a_function_of_the_step():
    """Step by step the distance to the minimum shrinks by 1 - rate * curvature."""
    rates = 0.2 / np.sqrt(np.arange(8) + 1)
    run = gd.gradient_descent(LOSS, [0.5], learning_rate=lambda step: 0.2 / np.sqrt(step + 1))
    expected = 0.1 * np.cumprod([1, *(1 - 8 * rates)])
    np.testing.assert_allclose(run.trace(8).parameters[:, 0] - 0.4, expected, rtol=1e-9)
    np.testing.assert_array_equal(run.trace(8).parameters, run.trace(8).parameters)
    sweep = gd.gradient_descent(
        LOSS, [0.5], learning_rate=lambda step: np.array([0.2, 0.1]) / np.sqrt(step + 1)
    )
    np.testing.assert_array_equal(sweep.trace(8).parameters[:, 0], run.trace(8).parameters)


@pytest.mark.parametrize(
    ("schedule", "error", "message"),
    [
        (lambda step: 0.2 - step, ValueError, "learning_rate at step 1 must not be negative"),
        (lambda _step: np.nan, ValueError, "learning_rate at step 0 must be finite, got nan"),
        (lambda _step: "soon", TypeError, "learning_rate at step 0 must be an array of numbers"),
        (lambda step: np.ones(1 + step), ValueError, r"must keep its shape \(1,\), got \(2,\)"),
    ],
)
def test_bad_schedules(schedule, error, message):
    """What a schedule says is checked when it is said."""
    with pytest.raises(error, match=message):
        gd.gradient_descent(LOSS, [0.5], learning_rate=schedule).trace(3)


def test_a_schedule_may_end_at_zero():
    """Then the run stands still."""
    trace = gd.gradient_descent(LOSS, [0.5], learning_rate=lambda _step: 0.0).trace(3)
    assert (trace.parameters == 0.5).all()


def test_a_step_costs_a_batch_and_is_measured_on_everything():
    """The rule never sees more than its batch; the trace asks for all losses in one call."""
    calls = []

    def make(x, y):
        inner = gd.least_squares(x, y)

        def value(parameters):
            calls.append(("value", len(x), parameters.shape))
            return inner(parameters)

        def gradient(parameters):
            calls.append(("gradient", len(x), parameters.shape))
            return inner.gradient(parameters)

        return gd.Loss(
            value, gradient, names="w", n_examples=len(x), on=lambda some: make(x[some], y[some])
        )

    noisy = gd.minibatches(make(np.arange(1.0, 9.0), np.ones(8)), size=2)
    gd.gradient_descent(noisy, [0], learning_rate=0.01).trace(steps=9)
    assert calls == [("gradient", 2, (1,))] * 10 + [("value", 8, (10, 1))]
    calls.clear()
    for _ in islice(gd.gradient_descent(noisy, [0], learning_rate=0.01), 5):
        pass
    assert calls == [("gradient", 2, (1,))] * 5, "who does not look at the loss does not pay"


def test_losses_of_a_long_trace_are_computed_in_blocks(monkeypatch):
    """However long the run, no call is larger than its block; the losses are the same."""
    run = gd.gradient_descent(NOISY, np.zeros((3, 1)), learning_rate=0.01)
    whole = run.trace(50).losses
    monkeypatch.setattr("gdbook.runs._BLOCK", 3 * 4 * 7)
    np.testing.assert_allclose(run.trace(50).losses, whole, rtol=1e-13)


def test_a_step_outside_of_a_run_has_no_loss():
    """Nobody has said what is measured."""
    with pytest.raises(ValueError, match="a step has a loss only as part of a run"):
        _ = gd.Step(np.zeros(1)).loss


def test_a_rule_goes_on_for_ever():
    """A generator that ends is a mistake, and is named."""

    @gd.rule
    def lazy(loss, parameters, *, step_size: gd.Positive):
        yield gd.Step(parameters, step_size * loss.gradient(parameters))

    with pytest.raises(RuntimeError, match="lazy stopped by itself"):
        lazy(LOSS, [0.5], step_size=1).trace(steps=1)


def test_divergence_is_quiet():
    """A run may reach infinity; that is a result, not a warning."""
    trace = gd.gradient_descent(LOSS, [0.5], learning_rate=10).trace(steps=400)
    assert not np.isfinite(trace.losses[-1])


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"learning_rate": -1.0}, ValueError, r"learning_rate must be positive, got -1\.0"),
        ({"learning_rate": 0}, ValueError, r"learning_rate must be positive, got 0\.0"),
        ({"learning_rate": [0.1, -2]}, ValueError, r"learning_rate must be positive, got -2\.0"),
        ({"learning_rate": np.inf}, ValueError, "learning_rate must be finite, got inf"),
        ({"learning_rate": np.nan}, ValueError, "learning_rate must be finite, got nan"),
        ({"learning_rate": []}, ValueError, "learning_rate must not be empty"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate must be an array of numbers"),
        ({}, TypeError, "learning_rate"),
        ({"learning_rate": 1, "speed": 2}, TypeError, "speed"),
    ],
)
def test_bad_settings_fail_at_the_call(settings, error, message):
    """Not at the first step: at the call, by name and value."""
    with pytest.raises(error, match=message):
        gd.gradient_descent(LOSS, [0.5], **settings)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (0.5, r"start must have shape \(\.\.\., 1\), one value for each of w; got shape \(\)"),
        ([1, 2], r"start must have shape \(\.\.\., 1\)"),
        ([np.nan], "start must be finite, got nan at position 0"),
        ([], "start must not be empty"),
    ],
)
def test_bad_starts_fail_at_the_call(start, message):
    """A start has a value for every parameter."""
    with pytest.raises(ValueError, match=message):
        gd.gradient_descent(LOSS, start, learning_rate=0.1)


def test_runs_that_do_not_fit_together_are_named():
    """Two starts and three rates are no sweep."""
    with pytest.raises(ValueError, match=r"start must fit the settings, got start \(2, 1\)"):
        gd.gradient_descent(LOSS, [[1], [2]], learning_rate=[0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("steps", "error"), [(-1, ValueError), (2.5, TypeError), (True, TypeError)]
)
def test_bad_numbers_of_steps(steps, error):
    """Steps are counted in whole numbers from zero."""
    run = gd.gradient_descent(LOSS, [0.5], learning_rate=0.1)
    with pytest.raises(error, match="steps must be"):
        run.trace(steps)
