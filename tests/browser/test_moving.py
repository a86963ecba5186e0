"""The figures that move, in a real browser: by mouse, finger and keyboard, and against Python.

A figure is one row of `FIGURES`: where it is, and what its sentence must say of what the reader has
set, computed by the package.  One visit tries all that a reader can do with it.
"""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from tests.browser.browsing import DESKTOP, PHONE, ROOT, SITE, install_hint

import gdbook as gd

pytestmark = pytest.mark.skipif(not (SITE / "index.html").exists(), reason=install_hint())

Values = dict[str, Any]
Numbers = dict[str, float | str]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


CREASE = gd.Loss(
    lambda w: np.asarray(w[..., 0] ** 2 / 4 + np.sqrt(1 + 4 * w[..., 0] ** 2) - 1),
    lambda w: w / 2 + 4 * w / np.sqrt(1 + 4 * w**2),
    names=["w"],
)


# --- What each figure must say -------------------------------------------------------------------


def factor(values: Values) -> Numbers:
    """One weight: the factor, by taking a step."""
    alpha, x, start = values["alpha"], values["input"], values["start"]
    loss = gd.least_squares([x], [0.8], half=True)
    there = abs(start * x - 0.8) < 1e-9
    start = start + 1.0 if there else start  # any start but the goal
    away = gd.gradient_descent(loss, [start], learning_rate=alpha).trace(steps=1).parameters
    one = float((away[1] - 0.8 / x)[0] / (away[0] - 0.8 / x)[0])
    one = round(one, 4)
    regimes = {"there": there, "crawling": one > 0.9, "sliding": one > 0, "once": one == 0,
               "bouncing": one > -1, "never": one == -1, "diverging": one < -1}  # fmt: skip
    regime = next(name for name, holds in regimes.items() if holds)
    return {"factor": one, "regime": regime, "input": x, "border": gd.stable_learning_rate(loss)}


def game(values: Values) -> Numbers:
    """Hot and cold: the reader's turns, and how far the machine has come with as many looks."""
    goal = {"A": 1.9, "B": -0.7, "C": 2.6, "D": 0.8}[values["clock"]]
    loss = gd.least_squares([1], [goal])
    turns = values["turns"].split(".") if values["turns"] else []
    each = {"far-down": -0.4, "down": -0.1, "up": 0.1, "far-up": 0.4}
    weights = np.cumsum([0.5, *(each[turn] for turn in turns)]).round(1)
    looks, (error, before) = len(weights), loss([weights[[-1]], weights[[-2 % len(weights)]]])
    machine = gd.hot_and_cold(loss, [0.5], step_size=0.1).trace(46).losses
    now = machine[(looks - 1) // 3]

    def compared(one: float, other: float, words: list[str]) -> str:
        return words[1] if abs(one - other) < 1e-9 else words[0 if one < other else 2]

    standing = "over" if looks == 46 else compared(error, now, ["ahead", "level", "behind"])
    outcome = "won" if error < 1e-9 else standing
    verdict = compared(error, before, ["warmer", "same", "colder"])
    return {"looks": looks, "weight": weights[-1], "error": error, "machine": now,
            "needs": 1 + 3 * (machine < 1e-9).argmax(), "outcome": outcome if turns else "",
            "verdict": verdict if turns else "begin"}  # fmt: skip


def tangent(values: Values) -> Numbers:
    """Slope: by differences, and the weight delta by the loop of the chapter."""
    weight, error = values["weight"], gd.least_squares([0.5], [0.8])
    slope = float(gd.finite_differences(error, [weight])[0])
    delta = 0.5 * weight - 0.8
    outcome = "level" if abs(slope) < 0.005 else "right" if slope < 0 else "left"
    return {"weight": weight, "delta": delta, "product": 0.5 * delta, "slope": slope,
            "outcome": outcome}  # fmt: skip


def walker(values: Values) -> Numbers:
    """Landing page: where the run ends, by running it."""
    loss, steps, out = gd.himmelblau(), 0, 0
    run = gd.gradient_descent(loss, values["start"], learning_rate=values["rate"])
    for step in run:
        slope, place = np.hypot(*step.gradient), step.parameters
        out = steps + 1 if abs(place).max() <= 5.3 else out
        calm = slope < 0.01 and np.linalg.eigvalsh(loss.hessian(place)).min() > 0
        if calm or not slope < 1e9 or steps == 800:
            break
        steps += 1
    outcome = "arrives" if calm else "restless" if slope < 1e9 else "explodes"
    return {"outcome": outcome, "u": place[0], "v": place[1], "slope": slope, "out": out,
            "steps": steps}  # fmt: skip


def rates(values: Values) -> Numbers:
    """Learning rate: both factors, and how many steps the run really takes."""
    data = gd.noisy_line()
    loss = gd.least_squares(data.x_train, data.y_train, intercept=True)
    flat, sharp = 1 - values["rate"] * gd.curvatures(loss)
    lowest, limit = loss(gd.closed_form(loss)), gd.stable_learning_rate(loss)
    outcome, steps = "diverges", 0
    if values["rate"] < limit:
        run = gd.gradient_descent(loss, values["start"], learning_rate=values["rate"])
        for step in run:
            if step.loss - lowest < 1e-6 or steps == 20000:
                break
            steps += 1
        outcome = "late" if steps == 20000 else "arrives"
    return {"flat": flat, "sharp": sharp, "limit": limit, "outcome": outcome, "steps": steps}


def ball(values: Values) -> Numbers:
    """Stochastic: the ball by the package's own batches, the way without any noise."""
    y, rate, size = np.random.default_rng(1).normal(3, 1, 100), values["rate"], values["size"]
    loss = gd.least_squares(np.ones(100), y, names=["w"])
    noisy = gd.minibatches(loss, size=int(size), seed=0, replacement=True)
    steps = int(2000 // size)
    seen, way = (
        gd.gradient_descent(each, [0.0], learning_rate=rate).trace(steps).losses - y.var()
        for each in (noisy, loss)
    )
    law = rate / (1 - rate) * y.var() / size
    outcome = "late" if way[steps // 2 + 1] > law else "ball"
    outcome = "way" if way[-1] > law else outcome
    measured = seen[steps // 2 + 1 :].mean()
    return {"steps": steps, "measured": measured, "law": law, "outcome": outcome}


def schedule(values: Values) -> Numbers:
    """Schedules: where the run on the crease is after sixty steps."""
    rate = values["rate"]
    at = {
        "constant": gd.step_decay(rate, factor=1),
        "stepDecay": gd.step_decay(rate, factor=0.5, every=10),
        "inverseSqrt": gd.inverse_sqrt(rate), "exponential": gd.exponential(rate, factor=0.9),
        "cosine": gd.cosine(rate, steps=60),
        "warmup": gd.warmup(gd.cosine(rate, steps=50), steps=10),
    }[values["schedule"]]  # fmt: skip
    with np.errstate(all="ignore"):
        end = gd.gradient_descent(CREASE, [-4.0], learning_rate=at).trace(3000).losses[-1]
    trace = gd.gradient_descent(CREASE, [-4.0], learning_rate=at).trace(60)
    before, after = trace.parameters[-2:, 0]
    last = trace.losses[-1]
    outcome = "arrives" if last < 1e-6 else "flies" if not end < 1e5 else (
        "climbs" if last > trace.losses[0] else
        "jumps" if np.sign(before) != np.sign(after) else "creeps")  # fmt: skip
    below = np.minimum.accumulate((trace.losses < 1e-6)[::-1]).sum()
    return {"steps": 60, "step": 61 - below, "loss": last, "last": float(at(59)),
            "outcome": outcome}  # fmt: skip


def rolling(values: Values) -> Numbers:
    """Momentum: the eigenvalues of a step, and a run."""
    rate, share = values["settings"]
    kept = max(
        np.abs(np.linalg.eigvals([[1 - rate * bend, -rate * share], [bend, share]])).max()
        for bend in (1, 25)
    )
    if not rate:  # which Python refuses
        return {"rate": rate, "share": share, "kept": kept, "outcome": "rests"}
    run = gd.momentum(gd.quadratic([1, 25]), [-4.0, 0.5], learning_rate=rate, momentum=share)
    with np.errstate(all="ignore"):
        distance = np.linalg.norm(run.trace(2000).parameters, axis=-1)
    steps = 2001 - np.minimum.accumulate((distance < distance[0] / 1000)[::-1]).sum()
    outcome = "diverges" if kept > 1 else "late" if steps > 400 else "arrives"
    outcome = "even" if abs(kept - 1) < 1e-6 else outcome
    return {"rate": rate, "share": share, "kept": kept, "steps": steps, "most": 400,
            "predicted": np.log(1e-3) / np.log(kept), "outcome": outcome}  # fmt: skip


RACERS = {
    "descent": gd.gradient_descent, "momentum": gd.momentum, "nesterov": gd.nesterov,
    "adagrad": gd.adagrad, "rmsprop": gd.rmsprop, "adam": gd.adam, "lion": gd.lion,
}  # fmt: skip


def _arrived(trace: gd.Trace) -> Any:
    """Return from which step on the loss stays below a thousandth of the first."""
    below = np.minimum.accumulate((trace.losses <= trace.losses[0] / 1000)[::-1], axis=0)
    return len(trace.losses) - below.sum(axis=0)


@functools.cache
def _best_rate(name: str) -> float:
    """Return the rate with which a rule is fastest in Rosenbrock's valley, as the race has it."""
    sweep = np.geomspace(1e-4, 100, 31)
    with np.errstate(all="ignore"):
        trace = RACERS[name](gd.rosenbrock(), [-1.2, 1.0], learning_rate=sweep).trace(2000)
        return float(sweep[_arrived(trace).argmin()])


def race(values: Values) -> Numbers:
    """Field guide: two rules from any start."""
    numbers: Numbers = {"most": 1000}
    for i, which in enumerate(("first", "second"), start=1):
        name = values[which]
        rate = _best_rate(name) * values["times"]
        with np.errstate(all="ignore"):
            trace = RACERS[name](gd.rosenbrock(), values["start"], learning_rate=rate).trace(1000)
            steps, least = int(_arrived(trace)), np.nanmin(trace.losses) / trace.losses[0]
        end = "left" if least <= 1e-3 else "never"
        end = "arrives" if steps <= 1000 else end if trace.losses[-1] < 1e6 else "flies"
        end = "just" if 980 < steps <= 1000 else "rests" if values["start"] == [1, 1] else end
        late = int(np.flatnonzero(trace.losses > trace.losses[0] / 1000)[-1]) if steps else -1
        numbers |= {which: name, f"rate{i}": rate, f"steps{i}": steps, f"late{i}": late,
                    f"end{i}": f"{end}{i}"}  # fmt: skip
    return numbers


@functools.cache
def noisy_line() -> gd.Loss:
    """Linear regression: the loss on the training set."""
    data = gd.noisy_line()
    return gd.least_squares(data.x_train, data.y_train, intercept=True)


def squares(values: Values) -> Numbers:
    """Squared deltas: the loss of the line, and whether it beats the true one."""
    line = np.array([values["left"], values["right"] - values["left"]])
    loss, truth = noisy_line()(line), noisy_line()([1, 2])
    outcome = "better" if loss < truth else "worse"
    return {"b": line[0], "w": line[1], "loss": loss, "truth": truth, "outcome": outcome}


def line_and_point(values: Values) -> Numbers:
    """Loss surface: what missing the middle costs, by lifting the line there, and the rest."""
    loss, (b, w) = noisy_line(), values["point"]
    best, x = gd.closed_form(loss), gd.noisy_line().x_train
    assert np.allclose([values["left"], values["right"]], [b, b + w]), "all are the same line"
    miss = np.polyval([w - best[1], b - best[0]], x.mean())
    lift = loss([b, w]) - loss([b - miss, w])
    turn = loss([b - miss, w]) - loss(best)
    height = "level" if lift < 5e-4 else "low" if miss < 0 else "high"
    tilt = "falling" if w < 0 else "flat" if w < best[1] else "steep"
    slope = "fair" if turn < 5e-4 else tilt
    total = "best" if height == "level" and slope == "fair" else "costs"
    return {"sum": total, "loss": float(loss([b, w])), "lift": float(lift), "turn": float(turn),
            "least": float(loss(best)), "height": height, "slope": slope}  # fmt: skip


def window(values: Values) -> Numbers:
    """Gradients: what differences measure from the start."""
    loss, (b, w) = noisy_line(), gd.random_start()
    h = (10.0 ** np.arange(-16, 0.5, 0.5))[-1 - round(2 * values["zoom"])]
    slope, bend = loss.gradient([b, w])[1], loss.hessian([b, w])[1, 1] / 2 * h
    forward = (loss([b, w + h]) - loss([b, w])) / h
    off = abs(forward - slope)
    return {"h": h, "forward": forward, "slope": slope, "off": off,
            "central": gd.finite_differences(loss, [b, w], step_size=h)[1],
            "outcome": "bend" if abs(off - bend) < off / 2 else "rounding"}  # fmt: skip


def unit(values: Values) -> Numbers:
    """Feature scaling: the curvatures of the loss in that unit, and a run at half the limit."""
    data = gd.noisy_line()
    middle = data.x_train.mean() if values["feature"] == "centred" else 0
    feature = values["unit"] * (data.x_train - middle)
    loss = gd.least_squares(feature, data.y_train, intercept=True)
    (flat, sharp), limit = gd.curvatures(loss), gd.stable_learning_rate(loss)
    run = gd.gradient_descent(loss, gd.random_start(), learning_rate=limit / 2)
    excess = run.trace(2000).losses - loss(gd.closed_form(loss))
    steps = int((excess < 1e-6).argmax())
    assert steps, "it arrives"
    outcome = "luck" if excess[1] < excess[0] / 10_000 and sharp > 1.5 * flat else "arrives"
    return {"flat": flat, "sharp": sharp, "condition": sharp / flat, "limit": limit,
            "steps": steps, "outcome": outcome}  # fmt: skip


def epochs(values: Values) -> Numbers:
    """Training: the run on batches, once more."""
    epoch, size = int(values["epoch"]), int(values["size"])
    loss, start, each = noisy_line(), gd.random_start(), 80 // size
    noisy = gd.minibatches(loss, size=size, seed=int(values["seed"]))
    run = gd.gradient_descent(noisy, start, learning_rate=0.1).trace(steps=each * epoch)
    best, losses = gd.closed_form(loss), loss(run.parameters[::each])
    near = np.linalg.norm(run.parameters[-1] - best) / np.linalg.norm(start - best)
    outcome = "begins" if not epoch else "falls" if losses[-1] < losses[-2] else "rises"
    return {"epoch": epoch, "steps": each * epoch, "loss": losses[-1], "far": 100 * near,
            "above": losses[-1] - loss(best), "outcome": outcome,
            "order": "all" if size == loss.n_examples else ""}  # fmt: skip


def reading(values: Values) -> Numbers:
    """Compute the ten answers, with the weights that the page has been given."""
    page = (SITE / "many-weights" / "what-weights-learn.html").read_text(encoding="utf-8")
    scripts = re.findall(r'<script type="application/json">(\{.*?)</script>', page)
    data = next(each["data"] for each in map(json.loads, scripts) if "grains" in each["data"])
    small = np.frombuffer(base64.b64decode(data["weights"]), dtype=np.int8).reshape(10, -1)
    on_paper = data["papers"].get(values["paper"], values["ink"])
    ink, grains = (np.array([*text], dtype=float) / 9 for text in (on_paper, data["grains"]))
    rows, by = ink.reshape(-1, data["width"]), int(values["shift"])
    moved = np.zeros_like(rows)
    moved[:, max(by, 0) : rows.shape[1] + min(by, 0)] = (
        rows[:, max(-by, 0) : rows.shape[1] - max(by, 0)]
    )  # fmt: skip
    pixels = (1 - values["noise"]) * moved.ravel() + values["noise"] * grains
    says = gd.linear_layer(pixels, small * data["size"])
    first, second = np.argsort(-says, kind="stable")[:2]
    outcome = "close" if says[first] - says[second] < 0.1 else "clear"
    outcome = outcome if (abs(says) >= 0.005).any() else "blind" if pixels.any() else "nothing"
    digit = data["meant"].get(values["paper"], first)
    miss = (
        "" if outcome in {"nothing", "blind"} or digit == first or values["noise"] == 1 else "miss"
    )
    return {"outcome": outcome, "first": first, "second": second, "digit": digit, "miss": miss,
            "most": says[first], "next": says[second]}  # fmt: skip


def freezing(values: Values) -> Numbers:
    """Freezing: the run of the weights that are free."""
    names, goal = ["toes", "record", "fans"], 1
    inputs, start = np.array([8.5, 0.65, 1.2]), np.array([values[name] for name in names])
    free = np.array([name != values["frozen"] for name in names])
    still = {f"w{j + 1}": float(start[j]) for j in np.flatnonzero(~free)}
    loss = gd.freeze(gd.least_squares([inputs], [goal], half=True), **still)
    steps = int(values["steps"])
    run = gd.gradient_descent(loss, start[free], learning_rate=values["alpha"])
    end, stays = start.copy(), np.allclose(inputs @ start, goal, rtol=0, atol=1e-9)
    if not stays:
        end[free] = run.trace(steps=max(steps, 1)).parameters[steps]
    miss = inputs @ end - goal
    factor = 1 - values["alpha"] * (inputs[free] ** 2).sum()
    outcome = "right" if abs(miss) < 5e-4 else "learning"
    outcome = "explodes" if abs(factor) >= 1 and not stays else outcome
    error = float(gd.least_squares([inputs], [goal])(end))
    return {"factor": factor, "steps": steps, "prediction": miss + goal, "error": error,
            "outcome": outcome}  # fmt: skip


def circle(values: Values) -> Numbers:
    """Taylor: what the tangent plane promises, and the lowest place on the rim."""
    loss, centre, radius = gd.rosenbrock(), np.array(values["centre"]), values["radius"]
    gradient, turns = loss.gradient(centre), np.linspace(0, 360, 721)
    length = float(np.linalg.norm(gradient))
    if length == 0:
        return {"plane": "", "outcome": "level"}
    plane = gd.taylor(loss, centre, order=1)
    move = -radius * gradient / length
    promised, actual = (float(each(centre + move) - each(centre)) for each in (plane, loss))
    angles = np.arctan2(gradient[1], gradient[0]) + np.radians(turns)
    rim = centre + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    share = actual / promised
    outcome = "kept" if 0.9 < share < 1.1 else "part" if share > 0 else "harm"
    turn = np.floor(turns[loss(rim).argmin()] + 0.5)
    return {"plane": "plane", "promised": promised, "actual": actual, "outcome": outcome,
            "turn": turn}  # fmt: skip


def landscape(values: Values) -> Numbers:
    """Limits: the run with noise in every gradient."""
    loss, steps = gd.two_wells(), int(values["steps"])
    shakes = np.random.default_rng(0).normal(size=(600, 2)).round(2)
    end = np.array(values["start"])
    for shake in shakes[:steps]:
        end = end - 0.1 * (loss.gradient(end) + values["noise"] * shake)
    near: dict[str, tuple[list[float], float]] = {
        "deep": ([-1, 0], 0.5), "shallow": ([1, 0], 0.5), "pass": ([0.1, 0], 0.15)
    }  # fmt: skip
    found = (
        name
        for name, (guess, reach) in near.items()
        if np.linalg.norm(end - gd.newton(loss, guess).trace(20).parameters[-1]) < reach
    )
    height, slope = float(loss(end)), float(np.linalg.norm(loss.gradient(end)))
    outcome = next(found, "plain" if height > 1.9 and slope < 0.1 else "slope")
    outcome = "beside" if outcome == "pass" and slope >= 0.02 else outcome
    gone = outcome in {"plain", "slope"} and (abs(end) > [4.025, 3.225]).any()
    outcome = "gone" if gone else outcome
    return {"steps": steps, "loss": height, "slope": slope, "outcome": outcome}


class Row(NamedTuple):
    """A figure that moves."""

    page: str
    figure: str
    numbers: Callable[[Values], Numbers]


FIGURES = [
    Row("index", "fig-landing", walker),
    Row("one-weight/hot-and-cold", "fig-hot-cold-game", game),
    Row("one-weight/slope", "fig-bowl", tangent),
    Row("one-weight/alpha", "fig-alpha-factor", factor),
    Row("linear-regression/data-and-model", "fig-lin-squares", squares),
    Row("linear-regression/loss-surface", "fig-lin-point-and-line", line_and_point),
    Row("linear-regression/gradients", "fig-lin-differences", window),
    Row("linear-regression/learning-rate", "fig-lin-your-rate", rates),
    Row("better-rules/stochastic", "fig-br-noise-ball", ball),
    Row("better-rules/schedules", "fig-br-your-schedule", schedule),
    Row("better-rules/momentum-and-adam", "fig-br-your-momentum", rolling),
    Row("better-rules/field-guide", "fig-br-your-race", race),
    Row("linear-regression/feature-scaling", "fig-lin-unit", unit),
    Row("linear-regression/training", "fig-lin-epochs", epochs),
    Row("many-weights/what-weights-learn", "fig-activations", reading),
    Row("many-weights/freezing", "fig-freeze-yours", freezing),
    Row("theory/taylor", "fig-taylor-circle", circle),
    Row("theory/limits", "fig-limits-yours", landscape),
]
ONE_A_PART = [*{row.page.split("/")[0]: row for row in FIGURES}.values()]
every_figure = pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.figure)


# --- How it is said ------------------------------------------------------------------------------


def written(value: float, form: str) -> str:
    """Write a number as the page does: as Python, with a true minus, and 10⁷ for e+07."""
    size = abs(value)
    if not np.isfinite(value):
        return "?" if np.isnan(value) else "∞" if value > 0 else "−∞"
    if size >= 1e5 or (form.endswith("g") and 0 < size < 1e-4):
        digits = int(form[1:-1] or 0) if form != "d" else 0
        mantissa, power = f"{value:.{max(0, digits - 1)}e}".split("e")
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{float(mantissa):g}×10{raised}".replace("-", "−")
    text = format(round(value) if form == "d" else value, form)
    text = f"{float(text):.0f}" if "e" in text else text  # as in 3.01e+03
    return re.sub(r"^-(?=[0.]*$)", "", text).replace("-", "−")


def sentence(say: str, numbers: Numbers, words: dict[str, str]) -> str:
    """Put numbers and words into a sentence."""

    def put(match: re.Match[str]) -> str:
        value = numbers[match[1]]
        if isinstance(value, str):
            return sentence(words.get(value, value), numbers, words)
        return written(value, match[2] or ".3g")

    return re.sub(r"\{(\w+):?([^}]*)\}", put, say)


def addressed(row: Row, about: Any, address: str) -> Values:
    """Return what the reader has set, as what stands behind the # of an address says it."""
    values = {name: one["value"] for name, one in about["values"].items()}
    name, _, query = address.partition("?")
    for key, text in parse_qsl(query) if name == row.figure else []:
        numbers = (
            text if isinstance(values[key], str) else [float(each) for each in text.split(",")]
        )
        values[key] = numbers if isinstance(values[key], (str, list)) else numbers[0]
    return values


def expected(row: Row, about: Any, values: Values) -> str:
    """Return what a figure must say, as Python computes it."""
    return sentence(about["say"], row.numbers(values), about["words"])


STATE = """async (figure) => {
  // Once a browser has drawn, it has told the figure how high its sentence is.
  await new Promise((done) => new ResizeObserver((_, observer) => {
    observer.disconnect();
    done();
  }).observe(figure));
  const say = figure.querySelector(".gd-say");
  return [
    say.textContent,
    figure.querySelector("[role=status]").textContent,
    location.hash.slice(1),
    say.scrollHeight - say.clientHeight,
  ];
}"""


class Taken:
    """A figure in somebody's hand."""

    def __init__(self, page: Page, row: Row) -> None:
        self.page, self.row = page, row
        self.whole = page.locator(f"figure#{row.figure}")
        self.svg = self.whole.locator("svg.gd-figure")
        self.sheet = self.svg.locator(".gd-page")  # what one draws on
        self.about = json.loads(self.whole.locator(".gd-moving script").text_content() or "")
        self.svg.scroll_into_view_if_needed()

    def handle(self, name: str) -> Locator:
        """Return a handle."""
        return self.svg.locator(f'[data-handle="{name}"]')

    def named(self, mark: str) -> list[str]:
        """Return the names of all values that have such a mark: "axes" a handle, "low" a slider."""
        return [name for name, value in self.about["values"].items() if mark in value]

    def check(self) -> Values:
        """Return what the reader has set, as the address says it, and compare with Python.

        What is said at rest must be what Python computes from it, and must be spoken.
        """
        self.page.clock.run_for(800)  # until the hand has come to rest
        said, spoken, address, over = self.whole.evaluate(STATE)
        assert over <= 0, f"no room for: {said}"
        values = addressed(self.row, self.about, address)
        assert said == expected(self.row, self.about, values), values
        assert spoken in {said, ""}, "it is spoken, once something has moved"
        return values

    def press(self, name: str, *keys: str) -> None:
        """Press keys, each of which must change what the reader has set."""
        before = self.check()
        for key in keys:
            self.page.keyboard.press(key)
            now = self.check()
            assert now[name] != before[name], f"{key} moves {name}"
            before = now

    def middle(self, name: str) -> tuple[float, float]:
        """Return where a handle is on the screen."""
        box = _box(self.handle(name).locator("circle").last)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _box(of: Locator) -> Any:
    box = of.bounding_box()
    assert box is not None
    return box


def _corners(path: str) -> Any:
    """Return the places that a path leads to, whether they are written as places or as steps."""
    places, pen, start = [np.zeros((0, 2))], np.zeros(2), np.zeros(2)
    for letter, text in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        assert letter in "MLmlz", f"{letter} is neither a line nor its beginning"
        if letter == "z":
            pen = start
            continue
        numbers = np.reshape(re.findall(r"-?\d*\.?\d+", text), (-1, 2)).astype(float)
        places.append(pen + numbers.cumsum(axis=0) if letter.islower() else numbers)
        pen = places[-1][-1]
        start = places[-1][0] if letter in "Mm" else start
    return np.concatenate(places)


# --- What a reader does --------------------------------------------------------------------------


def comes_alive(taken: Taken) -> None:
    """Compare what the script draws at first with what the figure was; nothing else moves."""
    before, after = taken.whole.evaluate(
        """async (figure) => {
          const text = await (await fetch(location.pathname)).text();
          const page = new DOMParser().parseFromString(text, "text/html");
          return [page.getElementById(figure.id), figure].map((one) =>
            [...one.querySelectorAll("[data-part]:not([data-part=box]) > path, [data-mark]")].map(
              (path) => path.getAttribute("d").replaceAll(path.dataset.mark ?? "none", "")));
        }"""
    )
    for drawn, moved in zip(before, after, strict=True):
        old, new = _corners(drawn), _corners(moved)
        shares = np.linspace(0, 1, 40)[:, None, None]  # a line that left the paper was cut there
        new = np.concatenate([new[:1], (new[:-1] + shares * (new[1:] - new[:-1])).reshape(-1, 2)])
        apart = np.linalg.norm(old[:, None] - new, axis=-1).min(axis=1)
        assert apart.max() < 0.5, f"{drawn}\n{moved}"
    shifted = taken.page.evaluate(
        """() => new Promise((done) => {
          let count = 0;
          const inside = (entry) => entry.sources.some(({ node }) => node?.closest?.("figure"));
          new PerformanceObserver((list) => (count += list.getEntries().filter(inside).length))
            .observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(count), 30);
        })"""
    )
    assert shifted == 0, "the controls were there before"


LEAVING = {("left", "End"), ("right", "Home")}


def keys_move_it(taken: Taken) -> None:
    """Every handle and slider answers to the arrow keys; every choice and button works."""
    for name in taken.named("axes"):
        taken.handle(name).focus()
        taken.press(name, "ArrowLeft", "ArrowLeft", "Shift+ArrowUp")
        for key, end in (("End", "max"), ("Home", "min")):
            taken.press(name, key)
            now, last = (taken.handle(name).get_attribute(f"aria-value{w}") for w in ("now", end))
            # An end of the line stops where its slope would leave the map.
            reached = float(now or "nan") - float(last or "nan")
            assert reached == pytest.approx(0, abs=1e-9) or (name, key) in LEAVING
        taken.whole.locator(".gd-reset").click()
    for name in taken.named("low"):
        taken.whole.locator(f"input[name={name}]").focus()
        taken.press(name, "ArrowRight", "PageUp", "End", "Home")
    for name in taken.named("buttons"):
        for button in taken.whole.locator(f"button[name={name}]").all():
            button.focus()
            taken.press(name, "Enter")
    for name in taken.named("options"):
        for option in taken.about["values"][name]["options"]:
            taken.whole.locator(f"select[name={name}]").select_option(option)
            assert taken.check()[name] == option
    for name in taken.named("on"):
        taken.sheet.focus()
        before = taken.check()
        for key in ("Shift+ArrowLeft", "ArrowUp", "ArrowRight"):
            taken.page.keyboard.press(key)
        assert taken.check() == before, "a pen that is up draws nothing"
        taken.press(name, "Space", "ArrowDown", "ArrowDown")
        before = taken.check()
        taken.page.keyboard.press("Space")
        taken.page.keyboard.press("Shift+ArrowDown")
        assert taken.check() == before, "it was lifted"
    assert urlsplit(taken.page.url).path.endswith(f"{taken.row.page}.html"), "no page was turned"


def the_page_stays_where_it_is(taken: Taken) -> None:
    """Where the sentence isn't longer than ever, a browser lays out the figure and its panel alone.

    The whole page would take ten times as long, with every frame.
    """
    page = taken.page
    sliders = [taken.whole.locator(f"input[name={name}]") for name in taken.named("low")]
    movable = [taken.handle(name) for name in taken.named("axes")] + sliders
    trace: list[dict[str, Any]] = []
    done: list[bool] = []
    session = page.context.new_cdp_session(page)
    session.on("Tracing.dataCollected", lambda data: trace.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda _: done.append(True))
    for count, one in enumerate(movable, start=1):
        one.focus()
        for rehearsed in (False, True):  # at first the sentence may get longer
            if rehearsed:
                session.send("Tracing.start", {"categories": "devtools.timeline"})
            for key in ("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowLeft"):
                page.keyboard.press(key)
                page.clock.run_for(50)
        session.send("Tracing.end")
        while len(done) < count:
            page.wait_for_timeout(10)
    session.detach()
    ends = [event["args"].get("endData", {}) for event in trace if event["name"] == "Layout"]
    roots = {root["nodeName"] for end in ends for root in end.get("layoutRoots", [])}
    assert "#document" not in roots
    assert bool(roots) is bool(movable)


def the_sentence_has_room(taken: Taken) -> None:
    """However narrow its column is, and however long it becomes."""
    panel = taken.whole.locator(".gd-moving")
    panel.evaluate("panel => panel.style.maxWidth = '9rem'")
    taken.check()
    movable = [taken.handle(name) for name in taken.named("axes")]
    movable += [taken.whole.locator(f"input[name={name}]") for name in taken.named("low")]
    for one in movable:
        one.focus()
        for key in ("Shift+ArrowRight", "End", "Home"):
            taken.page.keyboard.press(key)
            taken.check()
    panel.evaluate("panel => panel.style.maxWidth = ''")


def a_hand_sees_what_it_does(taken: Taken) -> None:
    """On a phone and on a desk, picture, controls and sentence are in the window together."""
    for width, height in ((PHONE, 740 - 48), (DESKTOP, 800)):  # a phone has a bar above
        taken.page.set_viewport_size({"width": width, "height": height})
        shown = taken.whole.locator(".gd-figure, .gd-moving :is(input, select, .gd-say)")
        boxes = shown.evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
        top = min(box["top"] for box in boxes)
        assert max(box["bottom"] for box in boxes) - top <= height
        assert all(box["left"] >= 0 and box["right"] <= width for box in boxes)
    taken.page.set_viewport_size({"width": DESKTOP, "height": 800})


def a_tap_moves_it(taken: Taken, name: str) -> None:
    """Beside the handle on its axes, not beside the axes."""
    tap = np.subtract(taken.middle(name), 30)
    taken.page.mouse.click(*tap)
    moved = taken.check()
    np.testing.assert_allclose(taken.middle(name), tap, atol=2.5)
    corner = _box(taken.svg)
    taken.page.mouse.click(corner["x"] + 2, corner["y"] + 2)
    assert taken.check() == moved


def a_mouse_drags_it(taken: Taken) -> None:
    """Drag, and see that it stays under the hand."""
    first = taken.check()
    for name in taken.named("axes"):
        taken.handle(name).scroll_into_view_if_needed()
        x, y = taken.middle(name)
        taken.page.mouse.move(x + 3, y + 2)
        taken.page.mouse.down()
        taken.page.mouse.move(x + 20, y + 25, steps=3)
        taken.page.mouse.up()
        assert taken.check()[name] != first[name]
        along = taken.about["values"][name]["along"]
        moved = np.subtract(taken.middle(name), (x, y))
        wanted = {"x": moved[0] - 17, "y": moved[1] - 23, "xy": np.abs(moved - [17, 23]).max()}
        assert abs(wanted[along]) < 2.5, "it stays under the hand"
        if along == "xy":
            a_tap_moves_it(taken, name)
    for name in taken.named("on"):
        taken.sheet.scroll_into_view_if_needed()
        box = _box(taken.sheet)
        taken.page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
        taken.page.mouse.down()
        taken.page.mouse.move(
            box["x"] + 0.3 * box["width"], box["y"] + 0.9 * box["height"], steps=4
        )
        taken.page.mouse.up()
        assert taken.check()[name] != first[name]


def an_address_says_it_all(taken: Taken, first: Values) -> None:
    """Reset brings the figure back, the address brings back what was set."""
    state = taken.check()
    address = taken.page.evaluate("location.href")
    taken.whole.locator(".gd-reset").click()
    assert taken.check() == first
    taken.page.goto(address)
    assert taken.check() == state
    taken.whole.locator(".gd-reset").click()
    assert taken.check() == first


# A place that few readers find, and what must be said there.
RARE = [
    ("fig-landing", "start=3,2.1&rate=0.0002", "still moving"),
    ("fig-landing", "start=5.3,5.3&rate=0.03", "step 1 throws it off"),
    ("fig-alpha-factor", "alpha=0.01&input=0.5", "0.9975: crawling"),
    ("fig-alpha-factor", "alpha=5.56&input=0.6", "border is alpha 5.5556"),
    ("fig-bowl", "weight=1.595", "At weight 1.595"),
    ("fig-lin-point-and-line", "point=1.02,2.02", "hardly any line does better"),
    ("fig-freeze-yours", "frozen=none&alpha=1&toes=0.07&record=0.108&fans=0.279&steps=20", "right"),
    ("fig-lin-unit", "unit=2.6", "38, by luck"),
    ("fig-lin-epochs", "epoch=6&size=80&seed=2", "loss is 0.2590"),
    ("fig-br-your-race", "first=lion&times=0.1&start=1.1,1.2", "as late as step 999 of 1000"),
    ("fig-br-your-race", "first=adam&second=lion&start=-0.1,-0.22", "was below the goal, but"),
    ("fig-br-your-schedule", "schedule=constant&rate=3.9", "higher than it began"),
    ("fig-limits-yours", "start=0.2057,0", "beside the pass"),
    ("fig-limits-yours", "start=0.2,0&steps=0", "It's on the pass, where"),
    ("fig-limits-yours", "start=3.1,-0.4&steps=600&noise=1.35", "left the map"),
]


def rare_places_are_told(taken: Taken) -> None:
    """Where a curious reader goes, the words are true as well."""
    for figure, state, words in RARE:
        if figure == taken.row.figure:
            taken.page.evaluate("hash => { location.hash = hash }", f"{figure}?{state}")
            taken.check()
            assert words in (taken.whole.locator(".gd-say").text_content() or "")


def paper_has_no_controls(taken: Taken) -> None:
    """Print, and see no control."""
    taken.page.emulate_media(media="print")
    assert not taken.whole.locator(".gd-moving").is_visible()
    taken.page.emulate_media(media="screen")


def axe_finds_nothing(taken: Taken) -> None:
    """Ask the checker of accessibility about a figure in use, left alone on its page."""
    taken.whole.evaluate(
        """(figure) => [...document.body.querySelectorAll("*")].forEach((one) => {
          if (!one.contains(figure) && !figure.contains(one)) one.remove();
        })"""
    )
    taken.page.evaluate(AXE.read_text(encoding="utf-8"))
    run = "async (one, how) => (await axe.run(one, how)).violations.map(v => v.id + ': ' + v.help)"
    brief = {"resultTypes": ["violations"]}
    assert taken.whole.evaluate(run, brief) == []
    taken.page.emulate_media(color_scheme="dark")
    assert taken.whole.evaluate(run, {**brief, "runOnly": ["color-contrast"]}) == [], "dark"
    taken.page.emulate_media(color_scheme="light")


def a_finger_drags_it(taken: Taken) -> None:
    """On a phone a handle is large enough, and only a handle keeps the page from scrolling."""
    taken.page.set_viewport_size({"width": PHONE, "height": 800})
    cdp = taken.page.context.new_cdp_session(taken.page)

    def swipe(x: float, y: float, dx: float, dy: float) -> None:
        touch = functools.partial(cdp.send, "Input.dispatchTouchEvent")
        touch({"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for share in (0.3, 0.6, 1.0):
            point = {"x": x + share * dx, "y": y + share * dy}
            touch({"type": "touchMove", "touchPoints": [point]})
        touch({"type": "touchEnd", "touchPoints": []})

    first = taken.check()
    for name in taken.named("axes"):
        taken.handle(name).scroll_into_view_if_needed()
        hit = _box(taken.handle(name).locator(".gd-hit"))
        assert min(hit["width"], hit["height"]) >= 43.9
        here = taken.page.evaluate("scrollY")
        swipe(*taken.middle(name), 30, 30)
        assert taken.check()[name] != first[name]
        assert taken.page.evaluate("scrollY") == here, "the handle, not the page"
    for name in taken.named("on"):
        taken.sheet.scroll_into_view_if_needed()
        box, here = _box(taken.sheet), taken.page.evaluate("scrollY")
        swipe(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"], 20, 60)
        assert taken.check()[name] != first[name]
        assert taken.page.evaluate("scrollY") == here, "a stroke, no scrolling"
    heights = taken.whole.locator(".gd-moving :is(input, select, button)").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    elsewhere = taken.svg.evaluate(
        """(svg) => {
          svg.scrollIntoView({ block: "center" });
          const { left, top, width, height } = svg.getBoundingClientRect();
          for (let share = 0.05; share < 1; share += 0.05) {
            const [x, y] = [left + share * width, top + 0.5 * height];
            const there = document.elementFromPoint(x, y);
            if (svg.contains(there) && !there.closest(".gd-handle, .gd-page")) return { x, y };
          }
        }"""
    )
    before = taken.page.evaluate("scrollY")
    swipe(elsewhere["x"], elsewhere["y"], 0, -80)
    taken.page.wait_for_function("before => scrollY > before", arg=before)  # beside the handles


# --- The tests -----------------------------------------------------------------------------------


class Visit(NamedTuple):
    """A way to come to a page."""

    take: Callable[..., Taken]
    complaints: list[str]


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One reader, with a mouse and a finger, who keeps what was loaded once."""
    context = browser.new_context(
        viewport={"width": DESKTOP, "height": 800}, has_touch=True, reduced_motion="reduce"
    )
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, site: str) -> Iterator[Visit]:
    """Open a figure's page, under the site's policy, in a tab that notes what goes wrong."""
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.clock.install()
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def take(row: Row, *, base: str = site, state: str = "") -> Taken:
        page.goto(f"{base}{row.page}.html{state}")
        return Taken(page, row)

    yield Visit(take, complaints)
    page.close()
    assert complaints == []


@every_figure
def test_a_figure_in_somebodys_hand(row: Row, visit: Visit) -> None:
    """All that a reader can do with it, in one visit; and after every move Python agrees."""
    taken = visit.take(row)
    comes_alive(taken)
    first = taken.check()
    keys_move_it(taken)
    the_page_stays_where_it_is(taken)
    the_sentence_has_room(taken)
    a_hand_sees_what_it_does(taken)
    an_address_says_it_all(taken, first)
    a_mouse_drags_it(taken)
    an_address_says_it_all(taken, first)
    rare_places_are_told(taken)
    paper_has_no_controls(taken)
    a_finger_drags_it(taken)
    axe_finds_nothing(taken)  # which empties the page


@pytest.mark.parametrize("row", ONE_A_PART, ids=lambda row: row.figure)
def test_from_a_folder(row: Row, visit: Visit) -> None:
    """Without a server, a link with a state in it opens that state."""
    folder = f"{SITE.as_uri()}/"
    taken = visit.take(row, base=folder)
    first = taken.check()
    taken.whole.locator(".gd-moving :is(input, button)").first.focus()
    taken.page.keyboard.press("PageUp")
    for name in taken.named("axes"):
        taken.handle(name).focus()
        taken.page.keyboard.press("Shift+ArrowLeft")
    state = taken.check()
    assert (state != first) or not taken.named("axes") + taken.named("low")
    address = taken.page.evaluate("location.hash")
    taken.page.goto("about:blank")
    assert visit.take(row, base=folder, state=address).check() == state


def test_without_scripts_only_the_figure_stands(browser: Browser, site: str) -> None:
    """No control is shown that would do nothing."""
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}{FIGURES[0].page}.html")
    assert page.locator("svg.gd-figure").first.is_visible()
    assert not page.locator(".gd-moving").first.is_visible()
    page.close()


@pytest.mark.parametrize(("name", "key", "other"), [("left", "End", 1), ("right", "Home", -1)])
def test_an_end_of_the_line_leaves_the_other(name: str, key: str, other: int, visit: Visit) -> None:
    """Where the slope would leave the map, at -1, the end in the hand stops; its friend stays."""
    [row] = [row for row in FIGURES if row.figure == "fig-lin-point-and-line"]
    taken = visit.take(row)
    friend = {"left": "right", "right": "left"}[name]
    first = taken.check()
    taken.handle(name).focus()
    taken.press(name, key)
    now = taken.check()
    assert now[friend] == pytest.approx(first[friend])
    assert now[name] == pytest.approx(first[friend] + other)


def test_an_end_below_the_picture_is_not_lifted_by_a_key_that_lowers_it(visit: Visit) -> None:
    """Both ends lie below the picture; their handles wait at its edge."""
    [row] = [row for row in FIGURES if row.figure == "fig-lin-point-and-line"]
    taken = visit.take(row, state=f"#{row.figure}?point=-2,0.4")
    first = taken.check()
    taken.handle("left").focus()
    taken.page.keyboard.press("ArrowDown")
    assert taken.check()["point"] == pytest.approx(first["point"])
    taken.press("left", "ArrowUp")


def test_an_address_draws_the_same_line_again(visit: Visit) -> None:
    """Whoever comes back to it finds what was left, though an end lies beyond the picture."""
    [row] = [row for row in FIGURES if row.figure == "fig-lin-point-and-line"]
    taken = visit.take(row, state=f"#{row.figure}?point=2,2.85")
    state, address = taken.check(), taken.page.evaluate("location.hash")
    assert state["right"] == pytest.approx(4.85)
    for place in ("#elsewhere", address):
        taken.page.evaluate("place => { location.hash = place }", place)
        taken.page.clock.run_for(800)
    assert taken.check() == state


def test_no_hop_above_the_goal_is_left_out(visit: Visit) -> None:
    """Only every eighth step is drawn; one that hops above the goal between them is seen."""
    [row] = [row for row in FIGURES if row.figure == "fig-br-your-race"]
    taken = visit.take(row, state=f"#{row.figure}?first=lion&start=1.07,0.49")
    taken.check()
    assert "step 991 of 1000" in (taken.whole.locator(".gd-say").text_content() or "")
    drawn, goal = (
        _corners(taken.svg.locator(f"[data-part={part}] > path").get_attribute("d") or "")
        for part in ("loss1", "goal")
    )
    late = drawn[:, 0] > np.quantile(goal[:, 0], 0.98)
    assert drawn[late, 1].min() < goal[0, 1] < drawn[late, 1].max(), "above it, and below"


def test_what_the_machine_reads_is_seen(visit: Visit) -> None:
    """A little noise on blank paper: ten answers, and grains."""
    [row] = [row for row in FIGURES if row.figure == "fig-activations"]
    taken = visit.take(row, state=f"#{row.figure}?paper=blank&noise=0.05")
    taken.check()
    ink = taken.svg.locator("[data-part=ink1] path").first.get_attribute("d")
    grains = sum(grain != "0" for grain in taken.about["data"]["grains"])
    assert (ink or "").count("M") == grains


def test_a_pen_draws_where_it_is_seen(visit: Visit) -> None:
    """On a picture that was shifted, too: what is drawn on is what was seen."""
    [row] = [row for row in FIGURES if row.figure == "fig-activations"]
    taken = visit.take(row, state=f"#{row.figure}?paper=blank&shift=3")
    taken.sheet.focus()
    for _ in range(8):
        taken.page.keyboard.press("Shift+ArrowLeft")
    taken.page.keyboard.press(" ")
    now = taken.check()
    width = taken.about["data"]["width"]
    inked = {i % width for i, strength in enumerate(str(now["ink"])) if strength != "0"}
    assert (now["paper"], now["shift"]) == ("own", 0)
    assert 0 in inked
    assert max(inked) < width / 4


def test_an_address_for_another_clock_keeps_its_turns(visit: Visit) -> None:
    """To choose another clock begins another game; an address has its own."""
    [row] = [row for row in FIGURES if row.figure == "fig-hot-cold-game"]
    taken = visit.take(row, state=f"#{row.figure}?turns=up.up")
    assert taken.check()["turns"] == "up.up"
    taken.page.evaluate(f"location.hash = '#{row.figure}?clock=B&turns=up.up'")
    assert taken.check() | {"clock": "B", "turns": "up.up"} == taken.check()
    taken.whole.locator("select").select_option("C")
    assert taken.check()["turns"] == ""
