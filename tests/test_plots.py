"""Figures: that they draw what they are given, and nothing else."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

import gdbook as gd
from gdbook import plots

mpl.use("svg")
LOSS = gd.least_squares([0.5], [0.8])
CURVE = gd.surface(LOSS, resolution=11, w=(0, 3.2))
TRACE = gd.gradient_descent(LOSS, [0.5], learning_rate=0.5).trace(steps=4)
VALLEYS = gd.surface(gd.himmelblau(), resolution=11, u=(-5, 5), v=(-5, 5))
MANY = gd.gradient_descent(gd.himmelblau(), [[1, 1], [-1, 1]], learning_rate=0.001).trace(30)
DATA = gd.noisy_line()
LINE = gd.least_squares(DATA.x_train, DATA.y_train, intercept=True)
LINES = gd.surface(LINE, resolution=11, b=(-2, 4), w=(-1, 5))
DESCENT = gd.gradient_descent(LINE, gd.random_start(), learning_rate=[0.2, 1.1]).trace(steps=30)
NUMBERS = dict.fromkeys(
    ("input", "weight", "prediction", "goal", "delta", "weight delta", "new weight"), -0.5
)
DRAWINGS = {
    "error_curve": lambda ax: plots.error_curve(ax, CURVE),
    "goal": lambda ax: plots.goal(ax, 1.6),
    "walk": lambda ax: plots.walk(ax, TRACE, numbers=3),
    "trials": lambda ax: plots.trials(ax, [0.1, 0.5, 0.9], [0.56, 0.30, 0.12]),
    "tangents": lambda ax: plots.tangents(ax, [0.2, 1.6], [0.49, 0], [-0.7, 0], reach=0.3),
    "rise_over_run": lambda ax: plots.rise_over_run(ax, CURVE, 0.5, 0.4, [0.3, 0.1]),
    "histories": lambda ax: plots.histories(ax, {"one": TRACE.losses}),
    "weights_over_time": lambda ax: plots.weights_over_time(ax, {"w": TRACE.losses}, target=1.6),
    "measures": lambda ax: plots.measures(ax, np.linspace(-2, 2, 5)),
    "rate_map": lambda ax: plots.rate_map(
        ax, np.arange(1.0, 4), {"5 steps": np.ones(3)}, start=1, limit=2, best=1
    ),
    "flow": lambda ax: plots.flow(ax, {"a": (0, 0), "b": (2, 0)}, [("a", "b"), ("b", "a", 0.3)]),
    "iteration": lambda ax: plots.iteration(ax, NUMBERS),
    "knobs": lambda ax: plots.knobs(ax, [0, 1, 2], [3, 2, 1], span=(0, 4)),
    "examples": lambda ax: plots.examples(ax, DATA.x_train, DATA.y_train, label="training"),
    "line": lambda ax: plots.line(ax, [1, 2], span=(0, 1), label="first"),
    "misses": lambda ax: plots.misses(ax, [0, 1], [1, 3], [0.5, 0.4], one=1),
    "motion": lambda ax: plots.motion(ax, {"early": [0, 1]}, span=(0, 1), faint=[[0.5, 1]]),
    "rings": lambda ax: plots.rings(ax, [0, 1], [1, 3], label="closed form"),
    "noise_floor": lambda ax: plots.noise_floor(ax, 0.01, text="smallest"),
    "marks": lambda ax: plots.marks(ax, start=[0, 1], minimum=[1, 2]),
    "paths": lambda ax: plots.paths(plots.contours(ax, LINES), DESCENT),
    "cuts": lambda ax: plots.cuts(ax, [0, 1]),
    "section": lambda ax: plots.section(ax, CURVE, point=(0.5, 0.3)),
    "zoom": lambda ax: plots.zoom(
        ax, CURVE, point=(0.5, 0.3), run=0.1, rise=-0.05, slope=-0.55, name="w"
    ),
    "difference_errors": lambda ax: plots.difference_errors(
        ax, [0.1, 1], {"forward": [0.1, 1]}, marked=0.5
    ),
    "descent_arrow": lambda ax: plots.descent_arrow(ax, [0, 0], [1, 1], names=["b", "w"]),
    "landings": lambda ax: plots.landings(ax, CURVE, start=(0.5, 0.3), ends={"0.2": (1, 0.1)}),
    "bounces": lambda ax: plots.bounces(ax, CURVE, TRACE, label="0.5"),
    "bends": lambda ax: plots.bends(ax, [0, 90, 180], [2, 1, 2], named={"along b": 0}),
    "rate_limits": lambda ax: plots.rate_limits(
        ax, [0.1, 1], {"surface": [0.5, 2]}, limits={"surface": 0.8}
    ),
    "network": lambda ax: plots.network(
        ax,
        {"a": 1, "b": None, "⋮": None},
        {"c": 0.5, "d": -0.5},
        np.ones((2, 3)),
        deltas=[0.1, -0.2],
        weight_deltas=-np.ones((2, 3)),
    ),
    "outer_product": lambda ax: plots.outer_product(
        ax, {"c": 0.5, "d": -0.5}, {"a": 1, "b": 2, "e": 3}, np.ones((2, 3))
    ),
    "sliding": lambda ax: plots.sliding(ax, {"1": CURVE, "2": CURVE}, [0.5, 0.5], [0.3, 0.3]),
    "shared_scale": lambda ax: plots.shared_scale(ax, [-1, 0, 1], {"a": np.array([1, 0, 1.0])}),
    "picture": lambda ax: plots.picture(ax, np.eye(3), row=1, text="a one"),
    "signed_picture": lambda ax: plots.signed_picture(ax, -np.eye(3), reach=1),
    "scale": lambda ax: plots.scale(ax, [ax], reach=0.5, label="weight"),
    "strip": lambda ax: plots.strip(ax, np.arange(9) / 9, width=3, row=1),
    "confusion": lambda ax: plots.confusion(ax, [[3, 1], [0, 4]]),
    "activations": lambda ax: plots.activations(ax, [0.1, 0.9, -0.1], truth=1),
    "accuracies": lambda ax: plots.accuracies(ax, [1, 2], {"new": np.array([0.5, 0.6])}),
    "contours": lambda ax: plots.contours(ax, VALLEYS),
    "streams": lambda ax: plots.streams(ax, VALLEYS, MANY, np.array([[3.0, 2], [-2.8, 3.1]])),
}
ROLES = {plots.INK, plots.PAPER, plots.BLUE, plots.ORANGE, plots.GREEN, plots.PINK}


@pytest.fixture
def ax():
    """Return fresh axes in the book's look."""
    with mpl.rc_context():
        plots.use_style()
        figure, axes = plt.subplots()
        yield axes
        plt.close(figure)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_returns_its_axes_and_draws_in_the_books_colours(name, ax, tmp_path):
    """Axes in, the same axes out; every colour is a role that the page knows."""
    assert DRAWINGS[name](ax) is ax
    plt.savefig(tmp_path / "figure.svg")
    allowed = {color.lower() for color in ROLES}
    for line in ax.lines:
        assert to_hex(line.get_color()) in allowed
    for text in ax.texts:
        assert to_hex(text.get_color()) in allowed
        assert "$" not in text.get_text(), "formulas need fonts that a reader may not have"


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_is_the_same_file_every_time(name, tmp_path):
    """Byte for byte, so that a build can be compared with the one before."""
    files = []
    for turn in (1, 2):
        with mpl.rc_context():
            plots.use_style()
            figure, axes = plt.subplots()
            DRAWINGS[name](axes)
            figure.savefig(tmp_path / f"{turn}.svg", metadata={"Date": None})
            plt.close(figure)
        files.append((tmp_path / f"{turn}.svg").read_bytes())
    assert files[0] == files[1]


def test_every_figure_function_is_tried():
    """A new drawing function gets a row in the table above."""
    helpers = {"use_style", "look", "bare"}
    functions = {name for name in plots.__all__ if name[0].islower()}
    in_space = {"landscape"}
    assert functions - helpers - in_space == set(DRAWINGS)


def test_a_landscape_shows_the_sheet_the_map_and_the_walk_on_both():
    """The same path twice: at the height of its losses, and on the floor."""
    figure = plt.figure()
    space = figure.add_subplot(projection="3d")
    run = gd.gradient_descent(LINE, gd.random_start(), learning_rate=0.2).trace(steps=3)
    pins = {"start": (*run.parameters[0], run.losses[0])}
    drawn = plots.landscape(space, LINES, levels=[1, 5], floor=-8, trace=run, pins=pins)
    assert drawn is space
    on_sheet, on_floor = (line.get_data_3d() for line in space.lines[:2])
    np.testing.assert_array_equal(on_sheet, [*run.parameters.T, run.losses])
    np.testing.assert_array_equal(on_floor, [*run.parameters.T, np.full(4, -8)])
    plt.close(figure)


def test_a_landscape_has_two_pins_at_most():
    """A third place would have no shape of its own, and is not left out in silence."""
    figure = plt.figure()
    space = figure.add_subplot(projection="3d")
    pins = dict.fromkeys(("start", "middle", "minimum"), (0.0, 1.0, 2.0))
    with pytest.raises(ValueError, match=r"pins must be at most 2 places, got \['start', 'middle'"):
        plots.landscape(space, LINES, levels=[1, 5], floor=-8, pins=pins)
    plt.close(figure)


def test_a_landscape_has_fine_lines_on_a_coarse_sheet():
    """Twenty facets each way, however fine the surface; the lines are those of all of it."""
    figure = plt.figure()
    space = figure.add_subplot(projection="3d")
    fine = gd.surface(LINE, resolution=61, b=(-2, 4), w=(-1, 5))
    plots.landscape(space, fine, levels=[1], floor=-8)
    sheet, floor, _ = space.collections
    assert len(sheet.get_array()) == 20 * 20
    heights = LINE(np.concatenate([path.vertices for path in floor.get_paths()]))
    np.testing.assert_allclose(heights, 1, atol=0.02)
    plt.close(figure)


def test_a_run_that_leaves_the_map_is_cut_off_and_moves_no_limits(ax):
    """The diverging run ends where it has left; the other keeps all its steps."""
    plots.contours(ax, LINES)
    limits = ax.get_xlim(), ax.get_ylim()
    plots.paths(ax, DESCENT, labels=["0.2", "1.1"])
    settles, leaves = (line.get_xydata() for line in ax.lines)
    np.testing.assert_array_equal(settles, DESCENT.parameters[:, 0])
    assert 2 < len(leaves) < 15
    np.testing.assert_array_equal(leaves, DESCENT.parameters[: len(leaves), 1])
    assert (ax.get_xlim(), ax.get_ylim()) == limits


def test_a_line_is_intercept_plus_slope_times_feature(ax):
    """Both ends lie where the formula says."""
    plots.line(ax, [1, 2], span=(-1, 3))
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[-1, -1], [3, 7]])


def drawn(ax, number=0):
    """Return the points of a line, in order."""
    return ax.lines[number].get_xydata()


def arrows(ax):
    """Return tail and head of every arrow."""
    return [(text.xyann, text.xy) for text in ax.texts if text.arrow_patch is not None]


def test_a_miss_reaches_from_the_prediction_to_the_target(ax):
    """One upright stroke per example, and the arrow and the number belong to the one named."""
    plots.misses(ax, [0, 1], [1, 3], [0.5, 0.4], one=1)
    strokes = [path.vertices for path in ax.collections[0].get_paths()]
    np.testing.assert_array_equal(strokes, [[[0, 0.5], [0, 1]], [[1, 0.4], [1, 3]]])
    assert arrows(ax) == [((1, 3), (1, 0.4))]
    np.testing.assert_array_equal([drawn(ax, 0)[0], drawn(ax, 1)[0]], [[1, 3], [1, 0.4]])
    assert any("−2.60" in text.get_text() for text in ax.texts)


def test_a_line_in_motion_is_drawn_where_it_was(ax):
    """Faint positions first, then the named ones, each from end to end."""
    plots.motion(ax, {"early": [0, 1], "late": [1, 2]}, span=(0, 2), faint=[[0.5, 1]])
    assert [drawn(ax, n).tolist() for n in range(3)] == [
        [[0, 0.5], [2, 2.5]], [[0, 0], [2, 2]], [[0, 1], [2, 5]],
    ]  # fmt: skip
    assert [line.get_label() for line in ax.lines[1:]] == ["early", "late"]


def test_a_step_lands_where_it_is_said_to(ax):
    """One arrow from the start to each end, and a marker at it."""
    ends = {"0.2": (1.0, 0.1), "1.1": (2.0, 0.4)}
    plots.landings(ax, CURVE, start=(0.5, 0.3), ends=ends)
    np.testing.assert_array_equal(drawn(ax), np.column_stack([*CURVE.axes, CURVE.losses]))
    assert arrows(ax) == [((0.5, 0.3), end) for end in ends.values()]
    assert {line.get_label(): tuple(line.get_xydata()[0]) for line in ax.lines[2:]} == ends


def test_a_bouncing_run_is_the_trace_on_its_section(ax):
    """The curve below, the run on it, a diamond at its start."""
    plots.bounces(ax, CURVE, TRACE)
    run = np.column_stack([TRACE.parameters[:, 0], TRACE.losses])
    np.testing.assert_array_equal(drawn(ax), np.column_stack([*CURVE.axes, CURVE.losses]))
    np.testing.assert_array_equal(drawn(ax, 1), run)
    np.testing.assert_array_equal(drawn(ax, 2), run[:1])


def test_a_bend_is_marked_at_its_own_height(ax):
    """The named direction lies on the curve, and its number stands in the legend."""
    plots.bends(ax, [0, 90, 180], [2, 1, 2], named={"between": 45})
    np.testing.assert_array_equal(drawn(ax), [[0, 2], [90, 1], [180, 2]])
    np.testing.assert_array_equal(drawn(ax, 1), [[45, 1.5]])
    assert ax.lines[1].get_label() == "between: 1.50"


def test_a_rate_limit_stands_where_nothing_is_gained(ax):
    """The curve as given, its limit on the line of ratio 1."""
    plots.rate_limits(ax, [0.1, 1], {"surface": [0.5, 2]}, limits={"surface": 0.8})
    np.testing.assert_array_equal(drawn(ax, 0)[:, 1], [1, 1])
    np.testing.assert_array_equal(drawn(ax, 1), [[0.1, 0.5], [1, 2]])
    np.testing.assert_array_equal(drawn(ax, 2), [[0.8, 1]])


def test_a_zoom_shows_curve_tangent_and_triangle(ax):
    """The tangent has the slope, the triangle its run and rise, and the ratio is theirs."""
    plots.zoom(ax, CURVE, point=(0.5, 0.3), run=0.1, rise=-0.05, slope=-0.55, name="w")
    np.testing.assert_array_equal(drawn(ax), np.column_stack([*CURVE.axes, CURVE.losses]))
    (x0, y0), (x1, y1) = drawn(ax, 1)
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-0.55)
    assert y0 + (0.5 - x0) * -0.55 == pytest.approx(0.3)
    np.testing.assert_allclose(drawn(ax, 2), [[0.5, 0.3], [0.6, 0.3], [0.6, 0.25]])
    np.testing.assert_allclose(drawn(ax, 3), [[0.5, 0.3], [0.6, 0.25]])
    np.testing.assert_array_equal(drawn(ax, 4), [[0.5, 0.3]])
    assert ax.get_xlabel() == "w, h = 0.1\nrise/run\n= −0.50"


def test_a_section_is_the_curve_and_the_place_on_it(ax):
    """Both as given."""
    plots.section(ax, CURVE, point=(0.5, 0.3))
    np.testing.assert_array_equal(drawn(ax), np.column_stack([*CURVE.axes, CURVE.losses]))
    np.testing.assert_array_equal(drawn(ax, 1), [[0.5, 0.3]])


def test_start_and_minimum_are_marked_where_they_are(ax):
    """Words and shapes at the places, in data; what is not given is not drawn."""
    plots.marks(ax, start=[0, 1], minimum=[2, 3])
    assert [drawn(ax, n).tolist() for n in range(2)] == [[[0, 1]], [[2, 3]]]
    assert [(text.get_text(), text.xy) for text in ax.texts] == [
        ("start", (0, 1)), ("minimum", (2, 3)),
    ]  # fmt: skip
    plots.marks(ax, minimum=[5, 6], labels=False)
    assert (len(ax.lines), len(ax.texts)) == (3, 2)


def test_cuts_cross_at_the_place(ax):
    """Level through its height, upright through its breadth."""
    plots.cuts(ax, [2, 7])
    level, upright = ax.lines
    assert set(level.get_ydata()) == {7}
    assert set(upright.get_xdata()) == {2}


def test_the_parts_of_a_step_add_up_to_it(ax):
    """First across, then up, and the whole from the start to the end."""
    plots.descent_arrow(ax, [0, 1], [2, 4], names=["b", "w"])
    assert arrows(ax) == [((0, 1), (2, 1)), ((2, 1), (2, 4)), ((0, 1), (2, 4))]
    assert [(text.get_text(), text.xy) for text in ax.texts[3:]] == [("b", (1, 1)), ("w", (2, 2.5))]


def test_the_walk_is_the_trace(ax):
    """What is drawn are the points of the run, in order."""
    plots.walk(ax, TRACE)
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), TRACE.parameters[:, 0])
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), TRACE.losses)


def test_a_tangent_touches_with_the_given_slope(ax):
    """The straight piece goes through the point, as steep as it was told."""
    plots.tangents(ax, [0.2], [0.49], [-0.7], reach=0.3)
    (x0, x1), (y0, y1) = ax.lines[0].get_data()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-0.7)
    assert y0 + (0.2 - x0) * -0.7 == pytest.approx(0.49)


def test_a_weight_stands_on_the_edge_between_its_input_and_its_output(ax):
    """Row i, column j of the weights is written on the line from input j to output i."""
    weights = np.arange(6).reshape(2, 3)
    plots.network(ax, dict.fromkeys("abc"), dict.fromkeys("de"), weights)
    places = {text.get_text(): text.xy for text in ax.texts if hasattr(text, "xy")}
    lines = [line.get_xydata() for line in ax.lines]  # drawn output by output
    for i in range(2):
        for j in range(3):
            (x0, y0), (x1, y1) = lines[3 * i + j]
            x, y = places[f"{weights[i, j]}"]
            assert y == pytest.approx(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
            assert y0 == pytest.approx(j), "inputs from top to bottom"


def test_the_table_of_weight_deltas_has_outputs_as_rows(ax):
    """The product of output 0 and input 2 stands at the right end of the top row."""
    products = np.arange(6).reshape(2, 3)
    plots.outer_product(ax, dict.fromkeys("de", 1.0), dict.fromkeys("abc", 1.0), products)
    places = {text.get_text(): text.get_position() for text in ax.texts}
    assert places["+2"] == (2.5, 0.5)
    assert places["+5"] == (2.5, 1.5)


def test_signed_pictures_are_centred_at_zero(ax):
    """Zero is the page itself, and the two signs have two colours of the palette."""
    plots.signed_picture(ax, [[-2.0, 0.0, 2.0]], reach=2)
    image = ax.images[0]
    ((below, zero, above),) = image.to_rgba(image.get_array())
    assert zero[3] == pytest.approx(0, abs=0.01), "not there"
    assert (below[3], above[3]) == (1, 1)
    assert to_hex(below) == plots.ORANGE.lower()
    assert to_hex(above) == plots.BLUE.lower()


def test_confusion_is_in_percent_of_each_row(ax):
    """Three of four right is 75 percent, and nothing is written where there is nothing."""
    plots.confusion(ax, [[3, 1], [0, 4]])
    assert [text.get_text() for text in ax.texts] == ["75", "25", "100"]


def test_rules_keep_their_looks():
    """No two rules share a colour, a dash or a marker."""
    for part in zip(*plots.LOOKS.values(), strict=True):
        assert len(set(part)) == len(plots.LOOKS)


def test_streams_are_coloured_by_where_they_end(ax):
    """One run ends near each of two places: two colours, one run each."""
    ends = np.array([[3.0, 2.0], [-2.8, 3.1]])
    plots.streams(ax, VALLEYS, MANY, ends)
    starts = [line.get_xydata() for line in ax.lines if line.get_marker() == "."]
    np.testing.assert_array_equal(starts, [[[1, 1]], [[-1, 1]]])


@pytest.mark.parametrize("color", sorted(ROLES - {plots.INK, plots.PAPER}))
@pytest.mark.parametrize("paper", ["#ffffff", "#121212"])
def test_lines_stand_out_from_the_paper(color, paper):
    """Contrast of 3:1 or more, in light and in dark, as WCAG asks of graphics."""

    def luminance(value: str) -> float:
        channels = np.array([int(value[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        return float(linear @ [0.2126, 0.7152, 0.0722])

    lighter, darker = sorted((luminance(color), luminance(paper)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3
