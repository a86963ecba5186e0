"""Figures: that they draw what they are given, and nothing else."""

import importlib
import importlib.util
import inspect
import io
import pkgutil
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, Polygon
from matplotlib.text import Text

import gdbook as gd
from gdbook import plots
from gdbook.plots.curves import spread
from gdbook.plots.look import _power

mpl.use("svg")
BOOK = Path(__file__).parents[1] / "book"


def load(part):
    """Import a part's own figures by their path, since every part calls them the same."""
    path = BOOK / part / "figures.py"
    spec = importlib.util.spec_from_file_location(f"figures_{part.replace('-', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PARTS: dict[str, Any] = {
    part: load(part)
    for part in sorted(
        path.parent.relative_to(BOOK).as_posix() for path in BOOK.rglob("figures.py")
    )
}
HOME = PARTS["."]
FOUNDATIONS = PARTS["foundations"]
ONE = PARTS["one-weight"]
MANY = PARTS["many-weights"]
LINEAR = PARTS["linear-regression"]
BETTER = PARTS["better-rules"]
THEORY = PARTS["theory"]

LOSS = gd.least_squares([0.5], [0.8])
CURVE = gd.surface(LOSS, resolution=11, w=(0, 3.2))
TRACE = gd.gradient_descent(LOSS, [0.5], learning_rate=0.5).trace(steps=4)
SWEEP = gd.gradient_descent(LOSS, [0.5], learning_rate=[0.1, 0.5]).trace(steps=4)
VALLEYS = gd.surface(gd.himmelblau(), resolution=11, u=(-5, 5), v=(-5, 5))
WANDERERS = gd.gradient_descent(gd.himmelblau(), [[1, 1], [-1, 1]], learning_rate=0.001).trace(30)
DATA = gd.noisy_line()
LINE = gd.least_squares(DATA.x_train, DATA.y_train, intercept=True)
LINES = gd.surface(LINE, resolution=11, b=(-2, 4), w=(-1, 5))
DESCENT = gd.gradient_descent(LINE, gd.random_start(), learning_rate=[0.2, 1.1]).trace(steps=30)
NUMBERS = dict.fromkeys(
    ("input", "weight", "prediction", "goal", "delta", "weight delta", "new weight"), -0.5
)
AB, CDE = dict.fromkeys("ab", 1.0), dict.fromkeys("cde", 1.0)
TIED = gd.least_squares([[1, 2]], [3], names=["u", "v"])  # zero wherever u + 2v = 3
GROOVE = gd.surface(TIED, resolution=41, u=(-4, 4), v=(-1, 3))
GROOVE_RUN = gd.gradient_descent(TIED, [-2, 0], learning_rate=0.05).trace(steps=3)
STEPS, SOURCES = [("z = w·x", "2"), ("L = z²", "4")], {"w": (0, "1"), "x": (0, "2"), "y": (1, "3")}
RULES = [f"rule {number}" for number in range(12)]

DRAWINGS = {
    "curves": lambda ax: plots.curves(ax, {"one": TRACE.losses, "two": 2 * TRACE.losses}, log="y"),
    "label_ends": lambda ax: plots.label_ends(plots.section(ax, CURVE, label="error")),
    "section": lambda ax: plots.section(ax, CURVE, point=(0.5, 0.3)),
    "walk": lambda ax: plots.walk(ax, TRACE, numbers=3),
    "tangents": lambda ax: plots.tangents(ax, [0.2, 1.6], [0.49, 0], [-0.7, 0], reach=0.3),
    "rise_over_run": lambda ax: plots.rise_over_run(ax, (0.5, 0.3), 0.4, -0.2),
    "points": lambda ax: plots.points(ax, [0, 1, 2], [1, 3, 2], classes=[0, 1, 1], names="ab"),
    "line": lambda ax: plots.line(ax, [1, 2], span=(0, 1), label="first"),
    "residuals": lambda ax: plots.residuals(ax, [0, 1], [1, 3], [0.5, 0.4]),
    "bars": lambda ax: plots.bars(ax, {"a": 0.3, "b": -0.6}, chosen="a", level=True),
    "intervals": lambda ax: plots.intervals(ax, {"a": (0, 1, 2), "b": (1, 2, 4)}, chosen="b"),
    "flow": lambda ax: plots.flow(
        ax, {"a": (0, 0), "b": (2, 0)}, [("a", "b"), ("b", "a", 0.3)], labels={("a", "b"): "× 2"}
    ),
    "network": lambda ax: plots.network(
        ax,
        [{"a": 1, "b": None, "⋮": None}, {"h": 2}, {"c": 0.5, "d": -0.5}],
        [np.ones((1, 3)), np.ones((2, 1))],
        deltas=[0.1, -0.2],
        weight_deltas=[None, -np.ones((2, 1))],
    ),
    "cells": lambda ax: plots.cells(ax, [[1, 2]], title="a", copies=[[False, True]]),
    "picture": lambda ax: plots.picture(ax, -np.eye(3), reach=1, title="weights"),
    "pictures": lambda ax: plots.pictures([ax], [np.eye(3)], titles=["one"])[0],
    "scale": lambda ax: plots.scale(ax, [ax], reach=0.5, label="weight"),
    "frame": lambda ax: plots.frame(plots.picture(ax, np.eye(3)), (0, 1), 3, 1),
    "contours": lambda ax: plots.contours(ax, VALLEYS),
    "marks": lambda ax: plots.marks(ax, start=[0, 1], minimum=[1, 2], goal=[2, 0]),
    "paths": lambda ax: plots.paths(plots.contours(ax, LINES), DESCENT),
    "arrows": lambda ax: plots.arrows(ax, [[0, 0], [1, 1]], [[1, 0], [1, 2]]),
    "regions": lambda ax: plots.regions(ax, [0, 1, 2], [0, 1], [[0, 0, 1], [-1, 2, 2]]),
    "note": lambda ax: plots.note(ax, "here", (0.5, 0.5), side="above left"),
    "guide": lambda ax: plots.guide(plots.guide(ax, x=1, text="border"), y=2, text="goal"),
    "log_scale": lambda ax: plots.log_scale(ax, "xy"),
    "bare": plots.bare,
}
OWN_DRAWINGS = {
    "./trail": lambda ax: HOME.trail(ax, {"One": "a", "Two": "b"}, shortcut=("One", "Two")),
    "./streams": lambda ax: HOME.streams(ax, VALLEYS, WANDERERS, np.array([[3.0, 2], [-2.8, 3.1]])),
    "foundations/table": lambda ax: FOUNDATIONS.table(
        ax, ["x", "y"], [["1", "2"], ["3", "?"]], chosen=0, names=["first", ""]
    ),
    "foundations/training_loop": lambda ax: FOUNDATIONS.training_loop(
        ax, features="3", prediction="2", label="5", loss="loss 9"
    ),
    "foundations/forecasts": lambda ax: FOUNDATIONS.forecasts(
        ax, [0, 1], {"a": [1, 2], "b": [0.5, 1]}
    ),
    "foundations/epochs": lambda ax: FOUNDATIONS.epochs(ax, 10, {"mini": 4, "full": 10}),
    "foundations/reports": lambda ax: FOUNDATIONS.reports([ax], {"same": {"half": [2, 1]}})[0],
    "./walker": lambda ax: HOME.walker(ax, GROOVE_RUN),
    "one-weight/factor": lambda ax: ONE.factor(ax, ax, CURVE, TRACE, goal=0.5),
    "one-weight/game": lambda ax: ONE.game(ax, np.linspace(1, 0, 16)),
    "one-weight/error_curve": lambda ax: ONE.error_curve(ax, CURVE),
    "one-weight/trials": lambda ax: ONE.trials(ax, [0.1, 0.5, 0.9], [0.56, 0.30, 0.12]),
    "one-weight/knobs": lambda ax: ONE.knobs(ax, [0, 1, 2], [3, 2, 1], span=(0, 4)),
    "one-weight/iteration": lambda ax: ONE.iteration(ax, NUMBERS),
    "one-weight/rate_map": lambda ax: ONE.rate_map(
        ax, [1, 2, 3], {"5 steps": [1, 1e-13, np.inf]}, start=1, limit=2, best=1
    ),
    "many-weights/outer_product": lambda ax: MANY.outer_product(ax, AB, CDE, np.ones((2, 3))),
    "many-weights/sliding": lambda ax: MANY.sliding(
        ax, {"1": CURVE, "2": CURVE}, [0.5, 0.5], [0.3, 0.3]
    ),
    "many-weights/valley": lambda ax: MANY.valley(ax, GROOVE, GROOVE_RUN),
    "many-weights/strip": lambda ax: MANY.strip(ax, np.arange(9) / 9, width=3, row=1),
    "many-weights/confusion": lambda ax: MANY.confusion(ax, [[3, 1], [0, 4]]),
    "many-weights/page": lambda ax: MANY.page(ax, [[0, 9], [4, 0]]),
    "many-weights/before_and_after": lambda ax: MANY.before_and_after(
        [ax], ["toes"], [{"before": CURVE, "after": CURVE}], [[0.5], [0.6]], [0.3, 0.2]
    )[0],
    "many-weights/answers": lambda ax: MANY.answers(ax, np.ones((2, 3, 3)), [0.2, 1], reach=1),
    "linear-regression/miss": lambda ax: LINEAR.miss(ax, 1, 3, 0.4),
    "linear-regression/motion": lambda ax: LINEAR.motion(
        ax, {"early": [0, 1]}, span=(0, 1), faint=[[0.5, 1]]
    ),
    "linear-regression/stack": lambda ax: LINEAR.stack(
        ax, ["x₁", "x₂", "x₉"], below="b", beside="w"
    ),
    "linear-regression/cuts": lambda ax: LINEAR.cuts(ax, [0, 1]),
    "linear-regression/zoom": lambda ax: LINEAR.zoom(
        ax, CURVE, point=(0.5, 0.3), run=0.1, rise=-0.05, slope=-0.55
    ),
    "linear-regression/step": lambda ax: LINEAR.step(ax, [0, 0], [1, 1], names=["b", "w"]),
    "linear-regression/parts": lambda ax: LINEAR.parts(
        ax, [0, 0], [4, 0], [4, 3], names=["flat", "sharp"]
    ),
    "linear-regression/landings": lambda ax: LINEAR.landings(
        ax, CURVE, start=(0.5, 0.3), ends={"0.2": (1, 0.1)}
    ),
    "linear-regression/bounces": lambda ax: LINEAR.bounces(ax, CURVE, TRACE),
    "linear-regression/bends": lambda ax: LINEAR.bends(
        ax, [0, 90, 180], [2, 1, 2], named={"along b": 0}
    ),
    "linear-regression/rate_limits": lambda ax: LINEAR.rate_limits(
        ax, [0.1, 1], {"surface": [0.5, 2]}, limits={"surface": 0.8}, floor=1e-9
    ),
    "linear-regression/estimates": lambda ax: LINEAR.estimates(ax, [[0, 1], [1, 0]], [1, 2]),
    "linear-regression/named_diamond": lambda ax: LINEAR.named_diamond(ax, [0, 1], "here"),
    "linear-regression/list_and_array": lambda ax: LINEAR.list_and_array(ax, [0.5, 0.8]),
    "linear-regression/layout": lambda ax: LINEAR.layout(ax, [[0, 1, 2], [3, 4, 5]]),
    "linear-regression/broadcast": lambda ax: LINEAR.broadcast(ax, [[0], [10]], [1, 2, 3]),
    "linear-regression/bells": lambda ax: LINEAR.bells(
        ax, [0, 1], [2, 3], [-1, 0, 1], [0.1, 0.4, 0.1]
    ),
    "linear-regression/nerve_cell": LINEAR.nerve_cell,
    "linear-regression/squares": lambda ax: LINEAR.squares(ax, ax, [0, 1], [1, 3], [0.5, 0]),
    "linear-regression/accuracy": lambda ax: LINEAR.accuracy(
        ax, [0.01, 0.1, 1], [0.1, 0.01, 0.1], [0.1, 0.1, 0.01], here=1
    ),
    "linear-regression/descent": lambda ax: LINEAR.descent(
        ax,
        ax,
        gd.gradient_descent(LINE, [0, 0], learning_rate=0.2).trace(3),
        [0, 1],
        [1, 3],
        best=[1, 2],
        every=1,
    ),
    "linear-regression/window": lambda ax: LINEAR.window(
        ax, [-1, 0, 1], [2, 0, -1], slope=-1.5, rise=-1
    ),
    "linear-regression/ellipses": lambda ax: LINEAR.ellipses(
        ax, [[2, 1], [1, 2]], [0.5, 1], reach=2
    ),
    "linear-regression/conditions": lambda ax: LINEAR.conditions(
        ax, [1, 10], [[0.1, 2], [0.5, 60]], here=0
    ),
    "better-rules/opposites": lambda ax: BETTER.opposites(ax, GROOVE_RUN),
    "better-rules/slopes": lambda ax: BETTER.slopes(ax, "ab", [0, 1], [3, 2], [-1, -0.5]),
    "better-rules/standings": lambda ax: BETTER.standings(
        ax, {"descent": 90, "adam": 30, "newton": 2, "lost": np.inf}, apart=["newton"]
    ),
    "better-rules/two_names": lambda ax: BETTER.two_names(ax, "straight", "curved"),
    "better-rules/choices": lambda ax: BETTER.choices(
        ax,
        [0.1, 0.2, 0.3],
        [0, 0.5, 1],
        [[90, 40, 15], [60, 30, 25], [400, 200, 100]],
        border=[0.2, 0.25, 0.3],
    ),
    "better-rules/duel": lambda ax: BETTER.duel(ax, ax, [0, 1, 3], GROOVE_RUN, GROOVE_RUN),
    "better-rules/falling": lambda ax: BETTER.falling(ax, ax, TRACE.losses, [0.5, 0.1], limit=0.3),
    "better-rules/measured": lambda ax: BETTER.measured(ax, [0.1, 0.2], [0.2, 0.5], (0.1, 0.3)),
    "better-rules/wandering": lambda ax: BETTER.wandering(ax, TRACE, 0.5, reach=0.1),
    "theory/chain": lambda ax: THEORY.chain(ax, STEPS, SOURCES, slopes={0: "· 2z"}),
    "theory/disc": lambda ax: THEORY.disc(ax, [1, 2], 0.5, text="d = 0.5"),
    "theory/rim": lambda ax: THEORY.rim(
        ax, ax, [0, 0], [[1, 0], [0, 1], [-1, 0]], turns=[0, 90, 180], shares=[1, 0, -1]
    ),
    "theory/neurons": lambda ax: THEORY.neurons(ax, [[3, 4]], [-1]),
}
ALL = DRAWINGS | OWN_DRAWINGS
ROLES = {value.lower() for value in (plots.INK, plots.PAPER, *plots.PALETTE.values())}
MATHEMATICS = re.compile(r"<!--")


@pytest.fixture(scope="module", autouse=True)
def style():
    """Give every figure here the book's look."""
    with mpl.rc_context():
        plots.use_style()
        # Matplotlib's layout takes twice as long as the drawing: two tests below ask for it.
        mpl.rcParams["figure.constrained_layout.use"] = False
        yield


@pytest.fixture
def ax():
    """Return fresh axes."""
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def drawn(ax, number=0):
    """Return the points of a line, in order."""
    return ax.lines[number].get_xydata()


def arrows(ax):
    """Return tail and head of every arrow that carries no word."""
    words = [text for text in ax.texts if getattr(text, "arrow_patch", None) is not None]
    return [(text.xyann, text.xy) for text in words if not text.get_text()]


def joined(ax):
    """Return the words in the two boxes that each arrow of a diagram joins."""
    box = {text.get_position(): text.get_text() for text in ax.texts if not hasattr(text, "xy")}
    links = [
        patch._posA_posB  # type: ignore[attr-defined]  # Matplotlib keeps no public name for it
        for patch in ax.patches
        if isinstance(patch, FancyArrowPatch)
    ]
    return {(box[start], box[end]) for start, end in links}


def words(ax):
    """Return the places of the words on the axes."""
    return {text.get_text(): text.xy for text in ax.texts if hasattr(text, "xy")}


def saved(figure):
    """Return the file that the page would get; `savefig` would draw it three times."""
    file = io.StringIO()
    figure.canvas.print_svg(file, metadata={"Date": None})
    return file.getvalue()


# All of them


@pytest.mark.parametrize("name", ALL)
def test_a_figure_returns_its_axes_and_draws_in_the_books_colours(name, ax):
    """Axes in, the same axes out; every colour is a role that the page knows; no mathtext."""
    assert ALL[name](ax) is ax
    assert not MATHEMATICS.search(saved(ax.figure)), (
        "formulas need fonts that a reader may not have"
    )
    for line in ax.lines:
        assert to_hex(line.get_color()) in ROLES
    for text in ax.texts:
        assert to_hex(text.get_color()) in ROLES


@pytest.mark.parametrize("name", ["curves", "regions", "network", "pictures"])
def test_a_figure_is_the_same_file_every_time(name):
    """Byte for byte, so that a build can be compared with the one before."""
    files = []
    for _ in range(2):
        figure, axes = plt.subplots(layout="constrained")
        DRAWINGS[name](axes)
        files.append(saved(figure))
        plt.close(figure)
    assert files[0] == files[1]


def test_every_word_of_the_vocabulary_is_exported_and_tried():
    """A public function of any module here is in its `__all__`, in `gdbook.plots`, and above."""
    modules = [
        importlib.import_module(f"gdbook.plots.{found.name}")
        for found in pkgutil.iter_modules(plots.__path__)
    ]
    public = {
        name
        for module in modules
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    }
    inside = {"spread"}  # what `label_ends` computes with, tested below
    draws_nothing = {"use_style", "look", "number", "movable"}
    in_space = {"sheet"}
    listed = {name for module in modules for name in module.__all__}
    assert public - inside == {name for name in listed if name[0].islower()}
    assert listed <= vars(plots).keys()
    assert public - inside - draws_nothing - in_space == DRAWINGS.keys()


def test_standings_mark_the_first_of_those_that_compete(ax):
    """With its number, even where somebody out of competition is faster; and who never arrived."""
    counts = {"descent": 90, "adam": 30, "newton": 2, "also 30": 30, "lost": np.inf}
    BETTER.standings(ax, counts, apart=["newton"])
    assert {text.get_text(): text.xy[1] for text in ax.texts} == {"30": 3, "never": 4}
    assert [text.get_text() for text in ax.texts].count("30") == 2
    dots = {tuple(line.get_xydata()[0]) for line in ax.lines if len(line.get_xydata()) == 1}
    assert dots == {(90, 0), (30, 1), (2, 2), (30, 3)}


def test_every_figure_of_a_part_is_tried():
    """And is used in that part, or it would be dead."""
    public = [
        (part, name)
        for part, module in PARTS.items()
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    ]
    assert {f"{part}/{name}" for part, name in public} == OWN_DRAWINGS.keys()
    for part, name in public:
        pages = "".join(page.read_text() for page in (BOOK / part).glob("*.md"))
        assert f"figures.{name}(" in pages, f"{part}/figures.py: {name} is never used"


def test_the_chapters_use_no_word_that_there_is_not():
    """Every name that a page or a part takes from `plots` is there."""
    pages = [*BOOK.rglob("*.md"), *BOOK.rglob("figures.py")]
    text = "".join(page.read_text() for page in pages)
    assert set(re.findall(r"(?<![\w.])plots\.(\w+)", text)) <= vars(plots).keys()


# Looks


def test_twelve_looks_differ_in_more_than_colour():
    """No two share colour and dash, no two share a marker, and neighbours share nothing."""
    looks = [plots.look(position) for position in range(12)]
    assert len({(look.color, look.linestyle) for look in looks}) == 12
    assert len({look.marker for look in looks}) == 12
    for one, other in pairwise(looks):
        assert not {*one} & {*other}


def test_a_curve_keeps_its_look_from_figure_to_figure(ax):
    """Its place in the order counts, not its place in this figure."""
    plots.curves(ax, {"rule 7": [1, 2]}, order=RULES)
    assert (ax.lines[0].get_color(), ax.lines[0].get_linestyle()) == plots.look(7)[:2]


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


# Names where lines end


@pytest.mark.parametrize("log", ["", "y"])
@pytest.mark.parametrize("apart", [0.0, 0.001, 0.2])
def test_any_number_of_names_fits_and_none_collide(ax, log, apart):
    """A dozen rules that end in one place, or close together: twelve words that can be read."""
    step = np.arange(30)
    ax.figure.set_layout_engine("constrained")
    plots.curves(
        ax, {name: (0.9 - apart * i / 12) ** step for i, name in enumerate(RULES)}, log=log
    )
    ax.figure.canvas.draw()
    boxes = [Text.get_window_extent(text) for text in ax.texts]  # without what leads to it
    assert [text.get_text() for text in ax.texts] == RULES
    for number, box in enumerate(boxes):
        others = boxes[number + 1 :]
        assert not any(min(box.y1, b.y1) - max(box.y0, b.y0) > 3 for b in others if b.x0 < box.x1)
        assert box.x1 <= ax.figure.bbox.x1, "inside the figure"


def test_a_name_stands_where_its_line_ends(ax):
    """At the last value; or where the line leaves the picture, whatever comes after."""
    plots.curves(ax, {"stays": [0, 1, 2], "leaves": [0, 2, 400]}).set(ylim=(0, 4), xlim=(0, 2))
    ax.figure.canvas.draw()
    ends = [
        tuple(text._get_xy_transform(None, text.xycoords).transform((0, 0))) for text in ax.texts
    ]
    stays, leaves = (ax.transData.inverted().transform(end) for end in ends)
    np.testing.assert_allclose(stays, [2, 2])
    np.testing.assert_allclose(leaves, [1 + 2 / 398, 4], atol=0.03)


def test_nothing_finite_and_nothing_in_sight_are_drawn_without_complaint(ax):
    """A run of NaN, and one far outside, have names at the border."""
    plots.curves(ax, {"nan": [np.nan, np.nan], "far": [9, 9], "near": [1, 2]}).set(ylim=(0, 3))
    assert "near" in saved(ax.figure)


sizes_and_places = st.lists(st.tuples(st.floats(0, 100), st.floats(1, 10)), min_size=1, max_size=10)


@given(sizes_and_places)
def test_spread_things_do_not_overlap_and_stay_inside(things):
    """Ten things of size ten at most fit between 0 and 100, in the order wanted."""
    wanted, sizes = np.transpose(things)
    placed = spread(wanted, sizes, 0, 100)
    order = np.argsort(wanted, kind="stable")
    room = (sizes[order][1:] + sizes[order][:-1]) / 2
    assert (np.diff(placed[order]) >= room - 1e-9).all()
    assert (placed - sizes / 2 >= -1e-9).all()
    assert (placed + sizes / 2 <= 100 + 1e-9).all()


def test_things_that_have_room_stay_where_they_want_to_be():
    """And two that want one place share the way."""
    np.testing.assert_allclose(spread([80, 20, 50], [10, 10, 10], 0, 100), [80, 20, 50])
    np.testing.assert_allclose(spread([50, 50], [10, 10], 0, 100), [45, 55])


# Errors name the argument


ERRORS = {
    "curve must be a loss over one parameter, got 2: u, v": lambda ax: plots.section(ax, VALLEYS),
    "curve must be a loss over one parameter": lambda ax: ONE.error_curve(ax, VALLEYS),
    "trace must be one run with one parameter, of shape (steps + 1, 1), got (5, 2, 1)": lambda ax: (
        plots.walk(ax, SWEEP)
    ),
    "got (31, 2, 2)": lambda ax: plots.walk(ax, DESCENT),
    "trace must be over two parameters, of shape (steps + 1, ..., 2), got (5, 1)": lambda ax: (
        plots.paths(ax, TRACE)
    ),
    "named['b'] must have 2 values, got 3": lambda ax: plots.curves(ax, {"b": [1, 2, 3]}, [1, 2]),
    "order must hold every name, got ['a'] without 'b'": lambda ax: plots.curves(
        ax, {"b": [1, 2]}, order=["a"]
    ),
    "axes must be 'x', 'y' or 'xy', got 'z'": lambda ax: plots.log_scale(ax, "z"),
    "side must be such as 'above', 'left', 'below right', got 'up'": lambda ax: plots.note(
        ax, "a", (0, 0), side="up"
    ),
    "side must be such as 'above', 'left', 'below right', got 'aboveleft'": lambda ax: plots.note(
        ax, "a", (0, 0), side="aboveleft"
    ),
    "x or y must say where the line is": lambda ax: plots.guide(ax, text="nowhere"),
    "classes must be 2, one per point, got 3": lambda ax: plots.points(
        ax, [0, 1], [0, 1], classes=[0, 1, 1]
    ),
    "names must be 2, one per class, got ['a']": lambda ax: plots.points(
        ax, [0, 1], [0, 1], classes=[0, 1], names=["a"]
    ),
    "kinds must have shape (2, 3), got (3, 2)": lambda ax: plots.regions(
        ax, [0, 1, 2], [0, 1], np.zeros((3, 2))
    ),
    "image must have shape (height, width), got (4,)": lambda ax: plots.picture(ax, np.zeros(4)),
    "values must have one or two axes, got shape (1, 1, 1)": lambda ax: plots.cells(ax, [[[1]]]),
    "boxes must hold every box that is named, got ['a'] without ['b']": lambda ax: plots.flow(
        ax, {"a": (0, 0)}, [("a", "b")]
    ),
    "weights[0] must have shape (2, 3), (outputs, inputs), got (3, 2)": lambda ax: plots.network(
        ax, [CDE, AB], [np.ones((3, 2))]
    ),
    "weights[0] must have shape (2, 3), (outputs, inputs), got (3,)": lambda ax: plots.network(
        ax, [CDE, AB], [np.ones(3)]
    ),
    "weight_deltas[0] must have shape (2, 3), (outputs, inputs), got (3, 2)": lambda ax: (
        plots.network(ax, [CDE, AB], [np.ones((2, 3))], weight_deltas=[np.ones((3, 2))])
    ),
    "deltas must have shape (2,), got (3,)": lambda ax: plots.network(
        ax, [CDE, AB], deltas=np.ones(3)
    ),
    "losses must hold a finite error above 1e-12": lambda ax: ONE.rate_map(
        ax, [1, 2], {"5 steps": [np.inf, np.nan]}, start=1, limit=0.5, best=0.1
    ),
    "products must have shape (2, 3), (outputs, inputs), got (3, 2)": lambda ax: MANY.outer_product(
        ax, AB, CDE, np.ones((3, 2))
    ),
    "products must have shape (2, 3), (outputs, inputs), got (3,)": lambda ax: MANY.outer_product(
        ax, AB, CDE, np.ones(3)
    ),
    "errors must be 1, one per curve, got 2": lambda ax: MANY.sliding(
        ax, {"1": CURVE}, [1], [1, 2]
    ),
    "counts must have shape (n, n), got (2, 3)": lambda ax: MANY.confusion(ax, np.ones((2, 3))),
    "counts must not be negative, got -1.0": lambda ax: MANY.confusion(ax, [[1, -1], [0, 1]]),
}


@pytest.mark.parametrize("message", ERRORS)
def test_what_does_not_fit_is_named_and_not_drawn(message, ax):
    """A transposed table least of all: it would be drawn, and be wrong."""
    with pytest.raises(ValueError, match=re.escape(message)):
        ERRORS[message](ax)


# Words and axes


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e-3, "10⁻³"), (1, "1"), (10, "10"), (100, "10²"), (1e-12, "10⁻¹²"), (2e-4, "2×10⁻⁴"),
     (0.5, "0.5"), (20, "20")],
)  # fmt: skip
def test_powers_of_ten_are_unicode(value, text):
    """As a reader would write them by hand."""
    assert _power(value) == text


def test_numbers_have_a_true_minus():
    """Also in an exponent."""
    assert plots.number(-0.275) == "−0.275"
    assert plots.number(-1e-7, ".0e") == "−1e−07"


def test_guides_cross_at_the_place(ax):
    """Level through its height, upright through its breadth, each with its name."""
    plots.guide(plots.guide(ax, y=7, text="goal"), x=2, text="border")
    level, upright = ax.lines
    assert set(level.get_ydata()) == {7}
    assert set(upright.get_xdata()) == {2}
    assert words(ax) == {"goal": (1, 7), "border": (2, 1)}


# Curves


def test_curves_are_what_they_were_given(ax):
    """Counted from 0, or over the places given; one that is not finite has a gap."""
    plots.curves(ax, {"a": [3, 1, 2]})
    plots.curves(ax, {"b": [1, np.inf, 2]}, [5, 6, 7])
    np.testing.assert_array_equal(drawn(ax), [[0, 3], [1, 1], [2, 2]])
    np.testing.assert_array_equal(drawn(ax, 1), [[5, 1], [6, np.inf], [7, 2]])
    assert [text.get_text() for text in ax.texts] == ["a", "b"]


def test_a_section_is_the_curve_and_the_place_on_it(ax):
    """Both as given."""
    plots.section(ax, CURVE, point=(0.5, 0.3))
    np.testing.assert_array_equal(drawn(ax), np.column_stack([*CURVE.axes, CURVE.losses]))
    np.testing.assert_array_equal(drawn(ax, 1), [[0.5, 0.3]])


def test_the_walk_is_the_trace(ax):
    """What is drawn are the points of the run, in order, and the numbers stand at them."""
    plots.walk(ax, TRACE, numbers=2)
    run = np.column_stack([TRACE.parameters[:, 0], TRACE.losses])
    np.testing.assert_array_equal(drawn(ax), run)
    assert words(ax) == {"0": tuple(run[0]), "1": tuple(run[1])}


def test_a_tangent_touches_with_the_given_slope(ax):
    """The straight piece goes through the point, as steep as it was told."""
    plots.tangents(ax, [0.2], [0.49], [-0.7], reach=0.3)
    (x0, x1), (y0, y1) = ax.lines[0].get_data()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-0.7)
    assert y0 + (0.2 - x0) * -0.7 == pytest.approx(0.49)
    assert words(ax) == {"−0.70": (0.2, 0.49)}


def test_a_triangle_has_its_run_and_its_rise(ax):
    """Across, up, and straight from corner to corner."""
    plots.rise_over_run(ax, (1, 2), 3, -4)
    assert [drawn(ax, n).tolist() for n in range(3)] == [
        [[1, 2], [4, 2]], [[4, 2], [4, -2]], [[1, 2], [4, -2]],
    ]  # fmt: skip


# Data


def test_points_of_each_class_have_a_look_of_their_own(ax):
    """One kind per class, in data, with its name."""
    plots.points(ax, [0, 1, 2], [5, 6, 7], classes=[1, 0, 1], names=["cat", "dog"])
    np.testing.assert_array_equal(drawn(ax), [[1, 6]])
    np.testing.assert_array_equal(drawn(ax, 1), [[0, 5], [2, 7]])
    assert [line.get_label() for line in ax.lines] == ["cat", "dog"]
    assert [line.get_marker() for line in ax.lines] == [plots.look(0).marker, plots.look(1).marker]


def test_a_line_is_intercept_plus_slope_times_feature(ax):
    """Both ends lie where the formula says."""
    plots.line(ax, [1, 2], span=(-1, 3))
    np.testing.assert_array_equal(drawn(ax), [[-1, -1], [3, 7]])


def test_a_residual_reaches_from_the_prediction_to_the_target(ax):
    """One upright stroke per example."""
    plots.residuals(ax, [0, 1], [1, 3], [0.5, 0.4])
    strokes = [path.vertices for path in ax.collections[0].get_paths()]
    np.testing.assert_array_equal(strokes, [[[0, 0.5], [0, 1]], [[1, 0.4], [1, 3]]])


@pytest.mark.parametrize("level", [True, False])
def test_bars_are_as_long_as_their_numbers(ax, level):
    """From zero, the chosen ones full."""
    plots.bars(ax, {"a": 0.3, "b": -0.6}, chosen=["b"], level=level)
    length = (lambda bar: bar.get_width()) if level else (lambda bar: bar.get_height())
    assert [length(bar) for bar in ax.patches] == [0.3, -0.6]
    assert [to_hex(bar.get_facecolor()) for bar in ax.patches] == ["#ffffff", plots.BLUE.lower()]


def test_intervals_reach_from_low_to_high(ax):
    """And have their dot in the middle."""
    plots.intervals(ax, {"splits": (0.91, 0.93, 0.95)})
    assert drawn(ax).tolist() == [[0.91, 0], [0.95, 0]]
    assert drawn(ax, 1).tolist() == [[0.93, 0]]


# Diagrams


def test_a_weight_stands_on_the_edge_between_its_input_and_its_output(ax):
    """Row i, column j of the weights is written on the line from input j to output i."""
    weights = np.arange(6).reshape(2, 3)
    plots.network(ax, [dict.fromkeys("abc"), dict.fromkeys("de")], [weights])
    places = {text.get_text(): text.get_position() for text in ax.texts}
    lines = [line.get_xydata() for line in ax.lines]  # drawn output by output
    for i in range(2):
        for j in range(3):
            (x0, y0), (x1, y1) = lines[3 * i + j]
            x, y = places[f"{weights[i, j]}"]
            assert y == pytest.approx(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
            assert y0 == pytest.approx(j), "inputs from top to bottom"


def test_a_network_has_an_edge_from_every_node_to_every_node_of_the_next_layer(ax):
    """Hidden layers too, and none across a gap."""
    plots.network(ax, [dict.fromkeys("ab"), dict.fromkeys("hi⋮"), dict.fromkeys("y")], apart=2)
    spans = [tuple(line.get_xdata()) for line in ax.lines]
    assert spans == [(0, 2)] * 4 + [(2, 4)] * 2


def test_cells_show_the_numbers_and_the_shape(ax):
    """Row i, column j in its cell; the shape below, as NumPy writes it."""
    plots.cells(ax, [[1, -2], [3, 4], [5, 6]], at=(10, 0))
    places = {text.get_text(): text.get_position() for text in ax.texts if not words(ax).get(text)}
    assert places["−2"] == (11.5, 0.5)
    assert places["5"] == (10.5, 2.5)
    assert words(ax)["(3, 2)"] == (11, 3)
    low, high = ax.get_ylim()
    assert low > high, "rows are counted downward"


# Pictures


def test_signed_pictures_are_centred_at_zero(ax):
    """Zero is the page itself, and the two signs have two colours of the palette."""
    plots.picture(ax, [[-2.0, 0.0, 2.0]], reach=2)
    image = ax.images[0]
    ((below, zero, above),) = image.to_rgba(image.get_array())
    assert zero[3] == pytest.approx(0, abs=0.01), "not there"
    assert (below[3], above[3]) == (1, 1)
    assert to_hex(below) == plots.ORANGE.lower()
    assert to_hex(above) == plots.BLUE.lower()


def test_grey_pictures_have_none_of_the_colours_of_signs(ax):
    """Ink is grey: blue says something else."""
    plots.picture(ax, [[0.0, 1.0]])
    image = ax.images[0]
    ((paper, ink),) = image.to_rgba(image.get_array())
    assert paper[3] == 0
    assert ink[0] == ink[1] == ink[2]


def test_a_frame_goes_around_whole_pixels(ax):
    """The second row of three pixels."""
    plots.frame(plots.picture(ax, np.eye(3)), (0, 1), 3, 1)
    assert ax.patches[0].get_bbox().extents.tolist() == [-0.5, 0.5, 2.5, 1.5]


# Maps


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


def test_start_and_minimum_are_marked_where_they_are(ax):
    """Words and shapes at the places, in data; what is not given is not drawn."""
    plots.marks(ax, start=[0, 1], minimum=[2, 3])
    assert [drawn(ax, n).tolist() for n in range(3)] == [[[0, 1]], [[2, 3]], [[2, 3]]]
    assert words(ax) == {"start": (0, 1), "minimum": (2, 3)}
    plots.marks(ax, goal=[5, 6], labels=False)
    assert (len(ax.lines), len(ax.texts)) == (5, 2)


def test_the_ring_at_the_minimum_lies_on_top_of_every_path(ax):
    """A run that ends there does not hide it."""
    plots.paths(plots.contours(ax, LINES), DESCENT)
    plots.marks(ax, minimum=[1, 2])
    assert min(line.get_zorder() for line in ax.lines[2:]) > ax.lines[0].get_zorder()


def test_arrows_go_from_tail_to_head(ax):
    """One, or several."""
    plots.arrows(ax, [0, 1], [2, 3])
    plots.arrows(ax, [[4, 5], [6, 7]], [8, 9])
    assert arrows(ax) == [((0, 1), (2, 3)), ((4, 5), (8, 9)), ((6, 7), (8, 9))]


def test_regions_are_filled_by_kind_and_stay_small(ax):
    """One picture per kind, of that look's colour, with what is negative left empty."""
    plots.regions(ax, [0, 1, 2], [0, 1], [[0, 0, 1], [-1, 1, 1]])
    fills = [
        mesh for mesh in ax.collections if mesh.get_array() is not None and mesh.get_rasterized()
    ]
    filled = [int(np.ma.count(mesh.get_array())) for mesh in fills]
    assert filled == [2, 3]
    colors = [to_hex(mesh.get_cmap()(0)) for mesh in fills]
    assert colors == [plots.look(kind).color.lower() for kind in (0, 1)]


@pytest.fixture
def space():
    """Return fresh axes in space."""
    figure = plt.figure()
    yield figure.add_subplot(projection="3d")
    plt.close(figure)


def test_a_sheet_shows_the_surface_the_map_and_the_walk_on_both(space):
    """The same path twice: at the height of its losses, and on the floor."""
    run = gd.gradient_descent(LINE, gd.random_start(), learning_rate=0.2).trace(steps=3)
    pins = {"start": (*run.parameters[0], run.losses[0])}
    assert plots.sheet(space, LINES, levels=[1, 5], floor=-8, trace=run, pins=pins) is space
    on_sheet, on_floor = (line.get_data_3d() for line in space.lines[:2])
    np.testing.assert_array_equal(on_sheet, [*run.parameters.T, run.losses])
    np.testing.assert_array_equal(on_floor, [*run.parameters.T, np.full(4, -8)])


def test_a_sheet_has_two_pins_at_most(space):
    """A third place would have no shape of its own, and is not left out in silence."""
    pins = dict.fromkeys(("start", "middle", "minimum"), (0.0, 1.0, 2.0))
    with pytest.raises(ValueError, match=r"pins must be at most 2 places, got \['start', 'middle'"):
        plots.sheet(space, LINES, levels=[1, 5], floor=-8, pins=pins)


def test_a_sheet_has_fine_lines_on_coarse_facets(space):
    """Fifteen facets each way, however fine the surface; the lines are those of all of it."""
    fine = gd.surface(LINE, resolution=61, b=(-2, 4), w=(-1, 5))
    plots.sheet(space, fine, levels=[1], floor=-8)
    facets, floor, _ = space.collections
    assert len(facets.get_array()) == 15 * 15
    heights = LINE(np.concatenate([path.vertices for path in floor.get_paths()]))
    np.testing.assert_allclose(heights, 1, atol=0.02)


# The parts' own


def test_streams_are_coloured_by_where_they_end(ax):
    """One run ends near each of two places: two looks, one run each."""
    PARTS["."].streams(ax, VALLEYS, WANDERERS, np.array([[3.0, 2.0], [-2.8, 3.1]]))
    starts = [line.get_xydata().tolist() for line in ax.lines if line.get_markersize() < 3]
    assert starts == [[[1, 1]], [[-1, 1]]]


def test_a_trail_leads_down_past_every_stop(ax):
    """Each stop lies on the line, below the one before, and has its number, name and words."""
    HOME.trail(ax, {"One": "a", "Two": "b", "Three": "c"}, shortcut=("One", "Three"))
    line, _shortcut, *stops = (one.get_xydata() for one in ax.lines)
    heights = [stop[0, 1] for stop in stops]
    assert heights == sorted(heights, reverse=True)
    for stop in stops:
        assert np.abs(line - stop).sum(axis=1).min() < 0.05
    assert [text.get_text() for text in ax.texts] == [
        "1",
        "One",
        "a",
        "2",
        "Two",
        "b",
        "3",
        "Three",
        "c",
    ]


def test_a_table_has_a_row_for_each_example_and_frames_the_chosen_one(ax):
    """The frame holds that row and no other; the label's column is blue."""
    FOUNDATIONS.table(ax, ["x", "y"], [["1", "2"], ["3", "4"], ["5", "6"]], chosen=1)
    places = {text.get_text(): text.get_position() for text in ax.texts}
    (frame,) = (patch.get_bbox() for patch in ax.patches)
    assert {name for name, place in places.items() if frame.contains(*place)} == {"3", "4"}
    blue = {text.get_text() for text in ax.texts if text.get_color() == plots.BLUE}
    assert blue == {"y", "2", "4", "6", "label"}


def test_the_loop_of_training_closes(ax):
    """Prediction meets label, and from there one arrow each leads round to the model again."""
    FOUNDATIONS.training_loop(ax, features="3", prediction="2", label="5", loss="loss 9")
    links = joined(ax)
    assert {("prediction\n2", "compare\nloss 9"), ("label\n5", "compare\nloss 9")} <= links
    following, place = dict(links), "compare\nloss 9"
    for expected in ("update", "model", "prediction\n2", "compare\nloss 9"):
        place = following[place]
        assert place == expected


def test_a_forecast_that_is_right_lies_on_the_line(ax):
    """Rain across, forecast up; the line is where both are equal, past the highest of them."""
    FOUNDATIONS.forecasts(ax, [0, 1], {"first": [1, 2], "second": [0, 1]})
    assert [drawn(ax, n).tolist() for n in range(2)] == [[[0, 1], [1, 2]], [[0, 0], [1, 1]]]
    across, up = drawn(ax, 2).T
    np.testing.assert_array_equal(across, up)
    assert up[-1] > 2


def test_an_epoch_is_cut_into_as_many_batches_as_it_takes_steps(ax):
    """Ten examples in fours: three steps, the last one short."""
    FOUNDATIONS.epochs(ax, 10, {"mini": 4})
    frames = [patch.get_bbox() for patch in ax.patches if patch.get_edgecolor()[3] > 0]
    examples = [patch.get_bbox() for patch in ax.patches if patch.get_edgecolor()[3] == 0]
    held = [sum(frame.contains(*one.min) for one in examples) for frame in frames]
    assert held == [4, 4, 2]
    assert [*words(ax)] == ["mini: 3 steps"]


def test_a_report_keeps_its_look_in_every_panel():
    """The losses as given; a name that only the second panel has gets a look of its own."""
    figure, axes = plt.subplots(2)
    FOUNDATIONS.reports(axes, {"one": {"a": [4, 2]}, "two": {"b": [2, 1], "a": [8, 4]}})
    np.testing.assert_array_equal(drawn(axes[1]), [[0, 2], [1, 1]])
    colors = [line.get_color() for ax in axes for line in ax.lines]
    assert colors == [plots.look(0).color, plots.look(1).color, plots.look(0).color]
    assert [ax.get_title() for ax in axes] == ["one", "two"]
    plt.close(figure)


def test_an_iteration_says_how_each_number_is_made(ax):
    """Of which two others, and by what."""
    ONE.iteration(ax, NUMBERS)
    delta = "delta\nprediction − goal\n= −0.5"
    assert {start for start, end in joined(ax) if end == delta} == {
        "prediction\ninput × weight\n= −0.5", "goal\n−0.5",
    }  # fmt: skip
    assert {"new weight\n−0.5", "minus the weight delta"} <= {t.get_text() for t in ax.texts}


def test_a_rate_map_ends_where_rounding_takes_over(ax):
    """What lies below, or has diverged, is not drawn as if it were there."""
    ONE.rate_map(ax, [1, 2, 3], {"5": [0.1, 1e-13, np.inf]}, start=1, limit=2, best=1)
    np.testing.assert_array_equal(drawn(ax)[:, 1], [0.1, np.nan, np.nan])


def test_the_table_of_weight_deltas_has_outputs_as_rows(ax):
    """The product of output 0 and input 2 stands at the right end of the top row."""
    products = np.arange(6).reshape(2, 3)
    MANY.outer_product(ax, dict.fromkeys("de", 1.0), dict.fromkeys("abc", 1.0), products)
    places = {text.get_text(): text.get_position() for text in ax.texts}
    assert places["+2"] == (2.5, 0.5)
    assert places["+5"] == (2.5, 1.5)


def test_the_floor_of_a_valley_is_where_the_loss_is_zero(ax):
    """Both of its ends are, for u + 2v = 3; and the walk is the trace."""
    MANY.valley(ax, GROOVE, GROOVE_RUN)
    np.testing.assert_allclose(drawn(ax) @ [1, 2], 3)
    np.testing.assert_array_equal(drawn(ax, 1), GROOVE_RUN.parameters)


def test_confusion_is_in_percent_of_each_row(ax):
    """Three of four right is 75 percent, and nothing is written where there is nothing."""
    MANY.confusion(ax, [[0, 0, 0], [1, 3, 0], [0, 0, 1]])
    assert words(ax) == {"25": (0, 1), "75": (1, 1), "100": (2, 2)}


def test_a_page_is_drawn_pixel_by_pixel(ax):
    """Nine strengths, each one shape; a pixel is a square around its column and row."""
    MANY.page(ax, [[0, 9], [4, 0]])
    sizes = [np.ptp(patch.get_path().vertices, axis=0) for patch in ax.patches]
    assert len(sizes) == 9
    assert [level for level, size in enumerate(sizes, start=1) if size.all()] == [4, 9]
    np.testing.assert_allclose(ax.patches[3].get_path().vertices[:4].mean(axis=0), [0, 1])
    assert ax.patches[3].get_alpha() == 4 / 9


def test_the_loudest_answer_is_full(ax):
    """One more bar lies over it, as high, and each output has its weights above."""
    MANY.answers(ax, np.ones((3, 2, 2)), [0.2, 0.7, -0.1], reach=1)
    *bars, loudest = ax.patches
    assert [bar.get_height() for bar in bars] == [0.2, 0.7, -0.1]
    assert loudest.get_bbox().extents.tolist() == bars[1].get_bbox().extents.tolist()
    (pictures,) = ax.child_axes
    assert np.shape(pictures.images[0].get_array()) == (2, 3 * (1 + 2 + 1))


def test_before_and_after_have_a_curve_and_a_dot_each(ax):
    """The curve, its dot, the other curve and its dot, in this order."""
    pair = {"before": CURVE, "after": CURVE}
    MANY.before_and_after([ax], ["toes"], [pair], [[0.5], [0.6]], [0.3, 0.2])
    assert [drawn(ax, n).tolist() for n in (1, 3)] == [[[0.5, 0.3]], [[0.6, 0.2]]]
    assert ax.get_title() == "toes"


def test_the_way_against_the_gradient_ends_at_the_rim(ax):
    """The line goes opposite to the first place, and the dot lies where the loss is lowest."""
    THEORY.rim(ax, ax, [1, 1], [[2, 0], [0, 2], [-2, 0]], turns=[0, 90, 180], shares=[1, -2, -1])
    assert drawn(ax, 1).tolist() == [[1, 1], [-1, 1]]
    assert drawn(ax, 3).tolist() == [[1, 3]]
    assert drawn(ax, 4).tolist() == [[90, -2]]


def test_a_miss_says_how_far(ax):
    """From target to prediction and back, with its sign."""
    LINEAR.miss(ax, 1, 3, 0.4)
    assert arrows(ax) == [((1, 3), (1, 0.4)), ((1, 0.4), (1, 3))]
    assert any("−2.60" in word for word in words(ax))


def test_a_line_in_motion_is_drawn_where_it_was(ax):
    """Faint positions first, then the named ones, which keep their look."""
    lines = {"late": [1, 2]}
    LINEAR.motion(ax, lines, span=(0, 2), faint=[[0.5, 1]], order=["early", "late"])
    assert [drawn(ax, n).tolist() for n in range(2)] == [[[0, 0.5], [2, 2.5]], [[0, 1], [2, 5]]]
    assert ax.lines[1].get_color() == plots.look(2).color


def test_cuts_cross_at_the_place(ax):
    """Level through its height, upright through its breadth."""
    LINEAR.cuts(ax, [2, 7])
    level, upright = ax.lines
    assert (set(level.get_ydata()), set(upright.get_xdata())) == ({7}, {2})


def test_a_zoom_shows_curve_tangent_and_triangle(ax):
    """The tangent has the slope, and the ratio is that of rise and run."""
    LINEAR.zoom(ax, CURVE, point=(0.5, 0.3), run=0.1, rise=-0.05, slope=-0.55)
    (x0, y0), (x1, y1) = drawn(ax, 1)
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-0.55)
    assert y0 + (0.5 - x0) * -0.55 == pytest.approx(0.3)
    assert ax.get_title() == "h = 0.1\nrise/run = −0.50"


def test_the_parts_of_a_step_add_up_to_it(ax):
    """First across, then up, and the whole from the start to the end."""
    LINEAR.step(ax, [0, 1], [2, 4], names=["b", "w"])
    assert arrows(ax) == [((0, 1), (2, 1)), ((2, 1), (2, 4)), ((0, 1), (2, 4))]
    assert words(ax)["b"] == (1, 1)
    assert words(ax)["w"] == (2, 2.5)


def test_two_parts_meet_at_a_right_angle(ax):
    """From the minimum to the corner, on to the start; a little square stands in the corner."""
    LINEAR.parts(ax, [0, 0], [4, 0], [4, 3], names=["flat", "sharp"])
    assert arrows(ax) == [((0, 0), (4, 0)), ((4, 0), (4, 3))]
    np.testing.assert_allclose(drawn(ax) - [4, 0], [[-0.18, 0], [-0.18, 0.18], [0, 0.18]])


def test_a_stack_has_its_names_at_its_sheets_the_first_in_front(ax):
    """As many sheets as names, each name at its upper right corner."""
    LINEAR.stack(ax, ["x₁", "x₂", "x₉"], below="b", beside="w")
    sheets = sorted(
        (patch for patch in ax.patches if isinstance(patch, Polygon)), key=Polygon.get_zorder
    )
    corners = [tuple(sheet.get_xy().max(axis=0)) for sheet in reversed(sheets)]
    assert [words(ax)[name] for name in ("x₁", "x₂", "x₉")] == corners
    assert corners == sorted(corners)


def test_a_step_lands_where_it_is_said_to(ax):
    """An arrow from the start and a marker at each end, its name outside of the bowl."""
    ends = {"0.2": (1.0, 0.1), "1.1": (2.0, 0.4)}  # the bottom is at 1.6
    LINEAR.landings(ax, CURVE, start=(0.5, 0.3), ends=ends)
    assert arrows(ax) == [((0.5, 0.3), end) for end in ends.values()]
    assert [tuple(drawn(ax, n)[0]) for n in (2, 3)] == [*ends.values()]
    assert words(ax).items() >= ends.items()
    sides = {text.get_text(): text.get_horizontalalignment() for text in ax.texts}
    assert (sides["0.2"], sides["1.1"]) == ("right", "left")


def test_a_bouncing_run_is_the_trace_on_its_section(ax):
    """The curve below, a diamond at the start, the run."""
    LINEAR.bounces(ax, CURVE, TRACE)
    run = np.column_stack([TRACE.parameters[:, 0], TRACE.losses])
    np.testing.assert_array_equal(drawn(ax, 1), run[:1])
    np.testing.assert_array_equal(drawn(ax, 2), run)


def test_a_bend_is_marked_at_its_own_height(ax):
    """The named direction lies on the curve, with its number."""
    LINEAR.bends(ax, [0, 90, 180], [2, 1, 2], named={"between": 45})
    np.testing.assert_array_equal(drawn(ax, 1), [[45, 1.5]])
    assert words(ax) == {"between: 1.50": (45, 1.5)}


def test_a_rate_limit_stands_where_nothing_is_gained(ax):
    """On the line of ratio 1, with its name; far outside, the name is at the curve's end.

    What lies below the floor is not drawn.
    """
    ratios, limits = {"near": [1e-12, 2], "far": [0.5, 0.25]}, {"near": 0.8, "far": 3}
    LINEAR.rate_limits(ax, [0.1, 1], ratios, limits=limits, floor=1e-9)
    np.testing.assert_array_equal(drawn(ax), [[0.1, np.nan], [1, 2]])
    np.testing.assert_array_equal(drawn(ax, 1), [[0.8, 1]])
    np.testing.assert_array_equal(drawn(ax, 2), [[0.1, 0.5], [1, 0.25]])
    np.testing.assert_array_equal(drawn(ax, 3), [[3, 1]])
    assert words(ax) == {"near": (0.8, 1), "far": (1, 0.25)}
    assert set(ax.lines[4].get_ydata()) == {1}


def test_an_ellipse_of_two_standard_errors(ax):
    """Twice the given spread each way, around the errors."""
    LINEAR.estimates(ax, [[0, 1], [1, 0]], [1, 2])
    np.testing.assert_array_equal(drawn(ax), [[0, 1], [1, 0]])
    np.testing.assert_allclose(abs(drawn(ax, 1)).max(axis=0), [2, 4])


def test_memory_holds_the_table_row_by_row(ax):
    """Twelve numbers twice, in the same order, and the strides between them in bytes."""
    LINEAR.layout(ax, np.arange(12).reshape(3, 4))
    numbers = [text.get_text() for text in ax.texts if text.get_text().isdigit()]
    assert numbers == [str(i) for i in range(12)] * 2
    assert {"8 bytes", "32 bytes", "(3, 4)", "(12,)"} <= words(ax).keys()


def test_what_is_only_imagined_is_faint(ax):
    """Copies of a column and of a row are pale, their sum is not; shapes are the arrays' own."""
    LINEAR.broadcast(ax, [[0], [10]], [1, 2, 3])
    pale = [patch.get_alpha() < 1 for patch in ax.patches]
    assert pale == [False, True, True] * 2 + [False] * 3 + [True] * 3 + [False] * 6
    assert {"(2, 1)", "(3,)", "(2, 3)"} <= words(ax).keys()


def test_a_bell_lies_on_its_side_at_its_place(ax):
    """Its middle is on the line, and its height points to the right."""
    LINEAR.bells(ax, [5], [2], [-1, 0, 1], [0.1, 0.4, 0.1])
    np.testing.assert_allclose(drawn(ax, 1), [[5.1, 1], [5.4, 2], [5.1, 3]])


def test_a_gradient_points_the_other_way_as_far_as_the_step(ax):
    """From the same place: along the gradient of the loss, which the run itself goes against."""
    BETTER.opposites(ax, GROOVE_RUN)
    tails, heads = np.array(arrows(ax)[:3]).swapaxes(0, 1)
    np.testing.assert_allclose(heads - tails, 0.05 * TIED.gradient(tails))
    steps = [tuple(map(tuple, pair)) for pair in pairwise(GROOVE_RUN.parameters)]
    assert arrows(ax)[3:] == steps


def test_slopes_have_their_letters(ax):
    """The letter and the slope, where the piece touches."""
    BETTER.slopes(ax, "ab", [0, 1], [3, 2], [-1, -0.5])
    assert words(ax) == {"a: −1": (0, 3), "b: −0.5": (1, 2)}


def test_two_paths_are_named_on_either_side(ax):
    """The straight one lies above the curved one, and so does its name."""
    BETTER.two_names(ax, "straight", "curved")
    sides = {text.get_text(): text.get_verticalalignment() for text in ax.texts}
    assert sides == {"straight": "bottom", "curved": "top"}


@pytest.mark.parametrize("up", [True, False])
def test_a_chain_leads_up_to_the_result_and_back_down(ax, up):
    """The same boxes, joined by the same arrows, which turn round."""
    THEORY.chain(ax, STEPS, SOURCES, up=up)
    first, last = "z = w·x\n2", "L = z²\n4"
    forward = {(first, last), ("w\n1", first), ("x\n2", first), ("y\n3", last)}
    assert joined(ax) == (forward if up else {(end, start) for start, end in forward})


def test_a_disc_has_its_radius_all_around(ax):
    """In the unit of the parameters."""
    THEORY.disc(ax, [1, 2], 0.5, text="d = 0.5")
    (circle,) = ax.patches
    edge = circle.get_patch_transform().transform(circle.get_path().vertices[:-1:3])
    np.testing.assert_allclose(np.linalg.norm(edge - [1, 2], axis=1), 0.5)
    assert words(ax) == {"d = 0.5": (0.5, 2)}


def test_a_neuron_is_zero_on_its_line_and_positive_where_its_arrow_points(ax):
    """The weighted sum, computed anew; and nothing moves the limits."""
    weights, offset = np.array([3.0, 4.0]), -1.0
    ax.set(xlim=(-1, 2), ylim=(-2, 1))
    THEORY.neurons(ax, [weights], [offset])
    np.testing.assert_allclose(drawn(ax) @ weights + offset, 0, atol=1e-12)
    ((tail, head),) = arrows(ax)
    assert weights @ tail + offset == pytest.approx(0)
    assert weights @ head + offset == pytest.approx(0.25 * 5)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 2), (-2, 1))
