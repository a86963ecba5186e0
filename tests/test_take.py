"""What readers take with them: notebooks and scripts, which run outside, and the package."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from tests import outside

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_extensions"))

import take  # noqa: E402 - Sphinx's extensions are no package
from needed import needed  # noqa: E402 - as above
from prose import Cell  # noqa: E402 - as above

NAMES = outside.scripts()
TRIED = [
    "linear-regression/feature-scaling",
    "linear-regression/vectorization",
    "many-weights/what-weights-learn",
    "one-weight/slope",
]
"""Chapters that need hidden cells, a file that was measured before, other digits, drawings."""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Make an environment for all tests here."""
    if not NAMES:
        pytest.skip("there is no site: `make html` builds it")
    return outside.environment(tmp_path_factory.mktemp("outside"))


@pytest.mark.parametrize("name", TRIED)
def test_a_script_runs_outside_the_book(python, name):
    """It prints its page's numbers, and shows its figures; `make notebooks` tries them all."""
    outcome = outside.run(python, name)
    assert not outcome.failure
    page = (outside.SITE / f"{name}.html").read_text()
    assert outcome.figures == page.count("<figure") > 0


def test_every_chapter_can_be_taken():
    """The site has a notebook and a script for each, and its page links to both."""
    chapters = [
        page
        for part in ROOT.glob("book/*/figures.py")
        for page in part.parent.glob("*.md")
        if NAMES and page.stem != "index"
    ]
    assert len(NAMES) == len(chapters)
    for name in NAMES:
        page = (outside.SITE / f"{name}.html").read_text()
        for ending in ("ipynb", "py"):
            assert f'href="{Path(name).name}.{ending}"' in page
            assert (outside.SITE / f"{name}.{ending}").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_valid_and_holds_nothing_of_the_book(name):
    """Its text is plain Markdown: no roles, no tags of a page, no numbers left open."""
    text = (outside.SITE / f"{name}.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not re.search(
            r"\{[a-z:]+\}`|myst_nb|\bglue\(|<(?!/?details>|/?summary>)\w", cell.source
        )
        assert "None" not in re.findall(r"(?:Fig\.|Exercise) (\w+)", cell.source)
    assert notebook.cells[0].source.startswith("# ")
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    script = (outside.SITE / f"{name}.py").read_text(encoding="utf-8")
    assert script.count("# %%\n") == len(code)


def test_the_package_is_the_same_file_on_every_day_and_has_the_drawings():
    """What pip installs is the source, the drawings of all parts, and nothing else."""
    wheel = take.wheel()
    assert wheel == take.wheel()
    names = {
        name for name in zipfile.ZipFile(io.BytesIO(wheel)).namelist() if "dist-info" not in name
    }
    sources = [
        file for file in (ROOT / "src").rglob("*") if file.suffix in {".py", ".mplstyle", ".typed"}
    ]
    parts = {f"gdbook/figures/{name}.py" for name in [*take.drawings(), "__init__"]}
    assert names == {file.relative_to(ROOT / "src").as_posix() for file in sources} | parts
    if NAMES:
        assert (outside.SITE / take.FILES["package"]).read_bytes() == wheel


def test_what_visible_cells_need_is_kept():
    """Checks go, and so does what only they use; what a visible cell reads stays, in its order."""
    cells = [
        ("import a\nfrom b import glue", True),
        ("x = a.one", False),
        ("y = x + 1\nz = y + 1\nassert z > y\nglue('z', z)", True),
        ("both = []\nfor each in (1, 2):\n    both.append(y)\nsum(each for each in both)", True),
        ("print(both)", False),
    ]
    assert needed(cells) == [
        "import a",
        "x = a.one",
        "y = x + 1",
        "both = []\nfor each in (1, 2):\n    both.append(y)",
        "print(both)",
    ]


def test_the_last_meaning_counts():
    """A hidden cell that gives a name another meaning is needed, and what it replaces is not."""
    cells = [
        ("x = 1", True),
        ("x = 2", True),
        ("print([x for each in range(2)])", False),
        ("each = 3", True),
        ("for each in range(x):\n    print(each)", False),
    ]
    assert needed(cells)[:4] == ["", "x = 2", "print([x for each in range(2)])", ""]


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("a = 1\na + 1", "a = 1\nprint(a + 1)"),
        ("a  # one", "print(a)  # one"),
        ("f(\n    1,\n)", "print(\n    f(\n        1,\n    )\n)"),
    ],
)
def test_a_script_prints_what_a_notebook_shows(code, printed):
    """The value of a cell's last line, whatever it takes up."""
    assert take.printing(code) == printed


def test_the_notebook_of_a_page():
    """Text, code and folded code are cells of their kinds."""
    parts: list[str | Cell] = [
        "# A title\n\nA word.",
        Cell("a = 1", 1),
        Cell("b = 2", 2, folded=True),
    ]
    cells = json.loads(take.notebook(take.introduced(parts, "How.")))["cells"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code", "code"]
    assert "".join(cells[0]["source"]) == "# A title\n\nHow.\n\nA word."
    assert cells[2]["metadata"]["jupyter"] == {"source_hidden": True}
