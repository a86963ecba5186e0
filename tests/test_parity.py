"""The script behind the figures that move, number for number against the package."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gdbook as gd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_extensions"))

import light  # noqa: E402 - Sphinx's extensions are no package

SCRIPT = ROOT / "book" / "_static" / "descent.js"
STEPS = 3000

# One program runs all cases: a case is a loss, a rule, its settings and a start.
PROGRAM = """
const fs = require("fs");
require("vm").runInThisContext(fs.readFileSync(process.argv[1], "utf8"));  // as a page would
const read = (value) =>
  value && value.schedule ? descent.schedules[value.schedule](read(value.rate), value) : value;
const answers = JSON.parse(fs.readFileSync(0, "utf8")).map((one) => {
  const loss = descent.losses[one.loss](...one.arguments);
  const seen = one.batches ? descent.minibatches(loss, one.batches) : loss;
  const settings = { ...one.settings };
  if ("learningRate" in settings) settings.learningRate = read(settings.learningRate);
  const run = descent.rules[one.rule](seen, one.start, settings);
  return descent.trace(run, loss, one.steps);
});
process.stdout.write(JSON.stringify(answers));
"""

_DRAWN = np.random.default_rng(0)
X = _DRAWN.normal(size=(20, 2))
ROWS = np.column_stack([np.ones(20), X])
Y = _DRAWN.normal(size=20)
LABELS = (X @ [1, -1] + _DRAWN.normal(size=20) > 0).astype(float)
BOWL = np.array([[3.0, 1.0], [1.0, 2.0]])


def _crease(w: gd.checks.Array) -> gd.checks.Array:
    """Return the bowl with a crease of the chapter on schedules."""
    return np.asarray(w[..., 0] ** 2 / 4 + np.sqrt(1 + 4 * w[..., 0] ** 2) - 1)


CREASE = gd.Loss(_crease, lambda w: w / 2 + 4 * w / np.sqrt(1 + 4 * w**2), names=["w"])

# By the name in the script: its arguments, the package's loss, a start, and how large a rate suits.
LANDSCAPES: dict[str, tuple[list[Any], gd.Loss, list[float], float]] = {
    "leastSquares": (
        [ROWS.tolist(), Y.tolist()],
        gd.least_squares(X, Y, intercept=True),
        [1.0, -2.0, 0.5],
        1.0,
    ),
    "leastSquares, halved": (
        [ROWS.tolist(), Y.tolist(), {"half": True}],
        gd.least_squares(X, Y, intercept=True, half=True),
        [1.0, -2.0, 0.5],
        1.0,
    ),
    "logisticLoss": (
        [ROWS.tolist(), LABELS.tolist()],
        gd.logistic_loss(X, LABELS, intercept=True),
        [40.0, -30.0, 20.0],
        1.0,
    ),
    "quadratic": ([BOWL.tolist(), [1.0, -1.0]], gd.quadratic(BOWL, [1, -1]), [4.0, 3.0], 1.0),
    "frozen": (
        [["leastSquares", ROWS.tolist(), Y.tolist()], [None, 0.5, None]],
        gd.freeze(gd.least_squares(X, Y, intercept=True), w1=0.5),
        [1.0, -2.0],
        1.0,
    ),
    "himmelblau": ([], gd.himmelblau(), [-0.3, 4.1], 0.02),
    "rosenbrock": ([], gd.rosenbrock(), [-1.2, 1.0], 0.005),
    "twoWells": ([], gd.two_wells(), [2.1, 0.4], 1.0),
    "crease": ([], CREASE, [-4.0], 1.0),
}

# By the name in the script: the package's rule, its settings there and here, and a rate.
RULES: dict[str, tuple[Any, dict[str, Any], dict[str, Any], float]] = {
    "gradientDescent": (gd.gradient_descent, {}, {}, 0.1),
    "signDescent": (gd.sign_descent, {}, {}, 0.0131),
    "momentum": (gd.momentum, {"momentum": 0.8}, {"momentum": 0.8}, 0.03),
    "nesterov": (gd.nesterov, {"momentum": 0.8}, {"momentum": 0.8}, 0.03),
    "adagrad": (gd.adagrad, {}, {}, 0.5),
    # Divided by next to nothing, they are chaotic at the bottom: a large epsilon keeps them
    # comparable for thousands of steps, and the usual one is compared on the way there.
    "rmsprop": (gd.rmsprop, {"decay": 0.8, "eps": 0.5}, {"decay": 0.8, "eps": 0.5}, 0.01),
    "adam": (gd.adam, {"beta2": 0.99, "eps": 20.0}, {"beta2": 0.99, "eps": 20.0}, 0.03),
    "adam, decayed": (gd.adamw, {"weight_decay": 0.1}, {"weightDecay": 0.1}, 0.03),
    "lion": (gd.lion, {"weight_decay": 0.1}, {"weightDecay": 0.1}, 0.0131),
    "hotAndCold": (gd.hot_and_cold, {}, {}, 0.0131),
}


def find_node() -> str:
    """Return the node that runs scripts, or skip the test."""
    node = shutil.which("node", path=f"{Path(sys.executable).parent}") or shutil.which("node")
    if node is None:
        pytest.skip("no node found; it comes with the book's environment")
    return node


def run_script(cases: list[dict[str, Any]], script: Path = SCRIPT) -> list[dict[str, Any]]:
    """Let the script answer all cases at once."""
    done = subprocess.run(  # noqa: S603 - our own script, by the environment's own node
        [find_node(), "-e", PROGRAM, str(script)],
        input=json.dumps(cases), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def agree(answer: dict[str, Any], trace: gd.Trace, case: object) -> None:
    """Compare a run of the script with one of the package, as far as it stays finite."""
    # JSON has no infinity: what has left all bounds comes as null.
    theirs = np.array(answer["parameters"], dtype=float)
    scale = np.abs(trace.parameters).max(axis=0)
    np.testing.assert_allclose(
        theirs / scale, trace.parameters / scale, rtol=1e-12, atol=1e-12, err_msg=str(case)
    )
    losses = np.array(answer["losses"], dtype=float)
    np.testing.assert_allclose(losses, trace.losses, rtol=1e-10, atol=1e-12, err_msg=str(case))


def test_every_rule_on_every_landscape_for_thousands_of_steps(tmp_path):
    """The same path, to the twelfth digit; and bit by bit with the script as it is sent."""
    cases, traces = [], []
    for landscape, (arguments, loss, start, large) in LANDSCAPES.items():
        for name, (rule, ours, theirs, rate) in RULES.items():
            small = rate * (1 if name in {"adagrad", "adam", "adam, decayed"} else large)
            swept = ("step_size", "stepSize") if name == "hotAndCold" else (
                "learning_rate", "learningRate")  # fmt: skip
            cases.append({
                "loss": landscape.split(",")[0], "arguments": arguments, "start": start,
                "rule": name.split(",")[0], "settings": {swept[1]: small, **theirs},
                "steps": STEPS,
            })  # fmt: skip
            traces.append(rule(loss, start, **{swept[0]: small}, **ours).trace(STEPS))
    answers = run_script(cases)
    for case, answer, trace in zip(cases, answers, traces, strict=True):
        agree(answer, trace, (case["loss"], case["rule"], case["settings"]))
    sent = tmp_path / "sent.js"
    sent.write_text(*light.brief([("descent.js", SCRIPT.read_text(encoding="utf-8"))]))
    assert run_script(cases, sent) == answers


@pytest.mark.parametrize(
    ("name", "rule", "steps"), [("rmsprop", gd.rmsprop, 40), ("adam", gd.adam, 400)]
)
def test_the_usual_epsilon_before_the_chaos(name, rule, steps):
    """With the defaults of both, on every landscape."""
    cases = [
        {"loss": landscape.split(",")[0], "arguments": arguments, "start": start,
         "rule": name, "settings": {"learningRate": 0.02}, "steps": steps}
        for landscape, (arguments, _, start, _) in LANDSCAPES.items()
    ]  # fmt: skip
    for answer, (_, loss, start, _) in zip(run_script(cases), LANDSCAPES.values(), strict=True):
        agree(answer, rule(loss, start, learning_rate=0.02).trace(steps), name)


def test_schedules():
    """A rate that changes on the way changes in the same way."""
    schedules: dict[str, tuple[Any, dict[str, float]]] = {
        "stepDecay": (gd.step_decay(0.2, factor=0.7, every=9), {"factor": 0.7, "every": 9}),
        "exponential": (gd.exponential(0.2, factor=0.9), {"factor": 0.9}),
        "inverseSqrt": (gd.inverse_sqrt(0.2), {}),
        "inverseTime": (gd.inverse_time(0.2, steps=7), {"steps": 7}),
        "cosine": (gd.cosine(0.2, steps=90, end=0.01), {"steps": 90, "end": 0.01}),
        "warmup": (gd.warmup(0.2, steps=12), {"steps": 12}),
    }
    arguments, loss, start, _ = LANDSCAPES["leastSquares"]
    cases = [
        {"loss": "leastSquares", "arguments": arguments, "start": start, "steps": 200,
         "rule": "momentum",
         "settings": {"learningRate": {"schedule": name, "rate": 0.2, **options}}}
        for name, (_, options) in schedules.items()
    ]  # fmt: skip
    for case, answer, (schedule, _) in zip(
        cases, run_script(cases), schedules.values(), strict=True
    ):
        agree(answer, gd.momentum(loss, start, learning_rate=schedule).trace(200), case["settings"])


def test_minibatches_in_the_orders_that_python_has_drawn():
    """The package draws them, the script follows."""
    arguments, loss, start, _ = LANDSCAPES["leastSquares"]
    generator = np.random.default_rng(3)
    orders = [generator.permutation(20) for _ in range(40)]
    batches = [order[i : i + 6].tolist() for order in orders for i in range(0, 20, 6)]
    case = {
        "loss": "leastSquares", "arguments": arguments, "start": start, "steps": 150,
        "rule": "adam", "settings": {"learningRate": 0.05}, "batches": batches,
    }  # fmt: skip
    noisy = gd.minibatches(loss, size=6, seed=3)
    agree(run_script([case])[0], gd.adam(noisy, start, learning_rate=0.05).trace(150), case["rule"])


def test_an_explosion_is_the_same_explosion():
    """As long as the numbers are finite."""
    arguments, loss, start, _ = LANDSCAPES["leastSquares"]
    case = {
        "loss": "leastSquares", "arguments": arguments, "start": start, "steps": 60,
        "rule": "gradientDescent", "settings": {"learningRate": 5.0},
    }  # fmt: skip
    trace = gd.gradient_descent(loss, start, learning_rate=5).trace(60)
    assert trace.losses[-1] > 1e60
    agree(run_script([case])[0], trace, "explosion")
