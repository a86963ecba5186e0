"""Every number that a source prints, recomputed twice: by the plain loop, and by the package.

The plain loops do their arithmetic in the order that the sources do it in, so that they agree to
the last digit that was printed.  One weight: notes on *Grokking Deep Learning*, chapter 4.
"""

import io
from contextlib import redirect_stdout

import matplotlib.pyplot as plt
import numpy as np
import pytest
from tests.test_book import BOOK, cells

import gdbook as gd


def loop(weight, goal, x, *, alpha=1.0, iterations):
    """Run the source's loop; return error, prediction and weight delta of every iteration."""
    rows = []
    for _ in range(iterations):
        prediction = x * weight
        error = (prediction - goal) ** 2
        weight_delta = (prediction - goal) * x
        rows.append((error, prediction, weight_delta))
        weight -= alpha * weight_delta
    return rows


def package(weight, goal, x, *, alpha=1.0, iterations):
    """Run the same with `gdbook`: of half the error, alpha is the learning rate."""
    loss = gd.least_squares([x], [goal], half=True)
    trace = gd.gradient_descent(loss, [weight], learning_rate=alpha).trace(iterations - 1)
    predictions, weight_deltas = x * trace.parameters[:, 0], trace.gradients[:, 0]
    return list(zip(2 * trace.losses, predictions, weight_deltas, strict=True))


STEPS_AT_1_1 = """
0.6400000000000001 0.0 -0.8800000000000001
0.02822400000000005 0.9680000000000002 0.1848000000000002
0.0012446784000000064 0.76472 -0.0388080000000001
5.4890317439999896e-05 0.8074088 0.008149679999999992
"""

EXPLOSION_AT_2 = """
0.03999999999999998 1.0 0.3999999999999999
0.3599999999999998 0.20000000000000018 -1.1999999999999997
3.2399999999999984 2.5999999999999996 3.599999999999999
29.159999999999986 -4.599999999999999 -10.799999999999997
"""

ALPHA_A_TENTH = """
0.03999999999999998 1.0
0.0144 0.92
0.005183999999999993 0.872
0.0018662400000000014 0.8432000000000001
0.0006718464000000028 0.8259200000000001
0.00024186470400000033 0.815552
8.70712934399997e-05 0.8093312
3.134566563839939e-05 0.80559872
1.1284439629823931e-05 0.803359232
4.062398266736526e-06 0.8020155392
1.4624633760252567e-06 0.8012093235200001
5.264868153690924e-07 0.8007255941120001
1.8953525353291194e-07 0.8004353564672001
6.82326912718715e-08 0.8002612138803201
2.456376885786678e-08 0.8001567283281921
8.842956788836216e-09 0.8000940369969153
3.1834644439835434e-09 0.8000564221981492
1.1460471998340758e-09 0.8000338533188895
4.125769919393652e-10 0.8000203119913337
1.485277170987127e-10 0.8000121871948003
"""

RUNS = {
    "four steps at input 1.1": (STEPS_AT_1_1, {"weight": 0.0, "goal": 0.8, "x": 1.1}),
    "explosion at input 2": (EXPLOSION_AT_2, {"weight": 0.5, "goal": 0.8, "x": 2}),
    "alpha 0.1 at input 2": (ALPHA_A_TENTH, {"weight": 0.5, "goal": 0.8, "x": 2, "alpha": 0.1}),
}


@pytest.mark.parametrize("name", RUNS)
def test_the_plain_loop_prints_what_the_source_prints(name):
    """To the last digit."""
    printed, settings = RUNS[name]
    lines = printed.split("\n")[1:-1]
    rows = loop(**settings, iterations=len(lines))
    assert [
        " ".join(map(repr, row[: line.count(" ") + 1]))
        for row, line in zip(rows, lines, strict=True)
    ] == lines


@pytest.mark.parametrize("name", RUNS)
def test_the_package_computes_what_the_source_prints(name):
    """To the precision that a sum in another order can have."""
    printed, settings = RUNS[name]
    lines = printed.split("\n")[1:-1]
    rows = package(**settings, iterations=len(lines))
    for row, line in zip(rows, lines, strict=True):
        expected = [float(number) for number in line.split()]
        np.testing.assert_allclose(row[: len(expected)], expected, rtol=1e-12, atol=1e-15)


def test_measuring_an_error():
    """Knob weight 0.5, input 0.5, goal 0.8."""
    assert repr((0.5 * 0.5 - 0.8) ** 2) == "0.30250000000000005"
    assert repr(float(gd.least_squares([0.5], [0.8])([0.5]))) == "0.30250000000000005"


def test_twenty_iterations_without_alpha():
    """At input 0.5 every iteration leaves 9/16 of the error: the closed form says how much."""
    rows = loop(0.5, 0.8, 0.5, iterations=20)
    assert rows == package(0.5, 0.8, 0.5, iterations=20)
    assert repr(rows[0][0]) == "0.30250000000000005"
    np.testing.assert_allclose(
        [row[0] for row in rows], 0.3025 * 0.5625 ** np.arange(20), rtol=1e-9
    )


def test_hot_and_cold_takes_1101_predictions():
    """The loop of 1,101 iterations ends at the goal, and one more leaves it."""
    weight, errors = 0.5, []
    for _ in range(1102):
        errors.append((0.5 * weight - 0.8) ** 2)
        up = (0.8 - 0.5 * (weight + 0.001)) ** 2
        down = (0.8 - 0.5 * (weight - 0.001)) ** 2
        if down < up:
            weight -= 0.001
        if down > up:
            weight += 0.001
    assert int(np.argmin(errors)) == 1100
    assert errors[1100] < 1e-26 < errors[1101]
    trace = gd.hot_and_cold(gd.least_squares([0.5], [0.8]), [0.5], step_size=0.001).trace(1101)
    np.testing.assert_array_equal(trace.losses, errors)


@pytest.mark.parametrize("name", RUNS)
def test_the_pages_show_what_the_source_prints(name):
    """Whoever runs a page's visible cells sees every number, to the last digit."""
    page = {1.1: "slope", 2: "alpha"}[RUNS[name][1]["x"]]
    seen = io.StringIO()
    with redirect_stdout(seen):
        known: dict[str, object] = {}
        for cell in cells(BOOK / "one-weight" / f"{page}.md"):
            if cell.shown:
                exec(cell.code, known)  # noqa: S102  # that is what a reader will do with it
    plt.close("all")
    printed = set(seen.getvalue().split())
    assert set(RUNS[name][0].split()) <= printed


def test_the_loop_on_the_page_makes_three_predictions_per_iteration():
    """Counted in the loop that readers see, by an input that notices when it is multiplied."""

    class Counted(float):
        made = 0

        def __mul__(self, weight):
            Counted.made += 1
            return float(self) * weight

    shown = [cell.code for cell in cells(BOOK / "one-weight" / "hot-and-cold.md") if cell.shown]
    (settings,) = [code for code in shown if code.startswith("days = ")]
    (game,) = [code for code in shown if code.startswith("history = ")]
    exec(settings.replace("days = 0.5 ", "days = Counted(0.5)") + "\n" + game, {"Counted": Counted})  # noqa: S102  # the page's own code
    assert Counted.made == 3 * 1101
