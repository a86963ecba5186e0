"""The contract that every chapter keeps, read from its source."""

import ast
import re
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import pytest
import yaml

import gdbook as gd

BOOK = Path(__file__).parents[1] / "book"
PAGES = sorted(BOOK.glob("**/*.md"))
CHAPTERS = [
    path for path in PAGES if path.parent not in (BOOK, BOOK / "back") and path.stem != "index"
]
READING = re.findall(r"^[a-z-]+/[a-z-]+$", (BOOK / "index.md").read_text(), re.MULTILINE)
AFTER_SLOPE = READING[READING.index("one-weight/slope") + 1 :]
LONGEST_CELL, LONGEST_LINE = 12, 79


class Cell(NamedTuple):
    """A code cell: what its header says, and its code."""

    options: dict[str, Any]
    code: str

    @property
    def tags(self) -> list[str]:
        """The tags that say what of the cell is shown."""
        return list(self.options.get("tags", []))

    @property
    def figure(self) -> dict[str, str] | None:
        """Caption and name, if the cell makes a figure."""
        figure: dict[str, str] | None = self.options.get("mystnb", {}).get("figure")
        return figure

    @property
    def shown(self) -> bool:
        """Whether readers see the code without asking for it."""
        return not {"remove-cell", "remove-input", "hide-input", "hide-cell"} & set(self.tags)


def name(path: Path) -> str:
    """Return a page's name, as the table of contents writes it."""
    return path.relative_to(BOOK).with_suffix("").as_posix()


def cells(path: Path) -> list[Cell]:
    """Return the code cells of a page."""
    found = []
    for body in re.findall(
        r"^```\{code-cell\}[^\n]*\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL
    ):
        block = re.match(r"---\n(.*?)^---\n", body, re.MULTILINE | re.DOTALL)
        short = re.match(r"((?::\w+:[^\n]*\n)+)\n?", body)
        if block:
            options, code = yaml.safe_load(block[1]), body[block.end() :]
        elif short:
            options, code = (
                yaml.safe_load(re.sub(r"^:", "", short[1], flags=re.MULTILINE)),
                body[short.end() :],
            )
        else:
            options, code = {}, body
        found.append(Cell(options, code.strip("\n")))
    return found


def prose(path: Path) -> str:
    """Return what is left of a page without code, formulas, roles and directives' options."""
    text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(
        r"^```\{(code-cell|math|doctest|toctree|eval-rst)\}.*?^```$",
        "",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
    text = re.sub(r"^```\w*\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^(`{3,}|:{3,}).*$|^:\w+:.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{glue:text\}`[^`]*`", "glued", text)
    text = re.sub(r"\$[^$]+\$|\{math\}`[^`]*`", "formula", text)
    text = re.sub(r"\{[\w:]+\}`([^`<]*)[^`]*`", r"\1", text)
    return re.sub(r"`[^`]*`|\]\([^)]*\)", "code", text)


def numbers(text: str) -> set[str]:
    """Return the numbers in a text that have three digits or more, written without commas."""
    found = re.findall(r"(?<![\w.#-])\d[\d,]*(?:\.\d+)?(?![\w])", text)
    plain = {number.replace(",", "").rstrip(".") for number in found}
    return {number for number in plain if len(re.sub(r"\D", "", number).lstrip("0")) >= 3}


def test_there_are_chapters():
    """An empty list would make every test below pass."""
    assert len(CHAPTERS) >= 5


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_figures_say_what_they_show_and_what_to_conclude(path):
    """Every figure has a caption, a name, and an alternative text of its own."""
    for cell in cells(path):
        draws = re.search(r"plt\.(subplots|figure)\(", cell.code)
        assert bool(draws) == bool(cell.figure), f"a drawing without a figure:\n{cell.code}"
        if not cell.figure:
            continue
        alt = cell.options["mystnb"]["image"]["alt"]
        assert re.fullmatch(r"fig-[a-z0-9-]+", cell.figure["name"])
        assert len(cell.figure["caption"]) > 40, cell.figure["name"]
        assert len(alt) > 80, f"{cell.figure['name']}: say what is to be seen"
        assert alt.strip() != cell.figure["caption"].strip()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_cells_are_short(path):
    """A cell that can be seen or unfolded fits on a phone and holds one idea."""
    for cell in cells(path):
        if "remove-cell" in cell.tags or "remove-input" in cell.tags:
            continue
        lines = cell.code.split("\n")
        folded = "hide-input" in cell.tags  # seen only by those who ask for it
        longest = LONGEST_CELL + 3 * folded
        assert len(lines) <= longest, f"{len(lines)} lines:\n{cell.code}"
        assert max(map(len, lines)) <= LONGEST_LINE, cell.code


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_what_is_shown_runs(path, monkeypatch):
    """Whoever copies the visible cells in their order, and nothing else, has a program."""
    monkeypatch.chdir(path.parent)
    known: dict[str, Any] = {}
    for cell in cells(path):
        if cell.shown:
            exec(cell.code, known)  # noqa: S102  # that is what a reader will do with it
    plt.close("all")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_imports_stand_in_the_first_visible_cell(path):
    """What a page needs is said once, where it begins."""
    shown = [cell for cell in cells(path) if cell.shown]
    late = [
        ast.unparse(statement)
        for cell in shown[1:]
        for statement in ast.walk(ast.parse(cell.code))
        if isinstance(statement, ast.Import | ast.ImportFrom)
    ]
    assert late == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_line_holds_one_statement(path):
    """Two on a line are read as one, and a tuple of calls is several statements in disguise."""
    for cell in cells(path):
        if cell.shown:
            body = ast.parse(cell.code).body
            assert len({statement.lineno for statement in body}) == len(body), cell.code
            assert not _is_tuple_of_calls(body[-1]), cell.code


def _is_tuple_of_calls(statement: ast.stmt) -> bool:
    """Tell whether a statement shows several results at once."""
    shows = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Tuple)
    return shows and any(isinstance(node, ast.Call) for node in ast.walk(statement))


@pytest.mark.parametrize(
    "path", [path for path in CHAPTERS if name(path) in AFTER_SLOPE], ids=lambda path: path.stem
)
def test_alpha_is_the_learning_rate_once_the_slope_is_known(path):
    """The factor of 2 between them is met once; from then on it is the loss that is halved."""
    for cell in cells(path):
        if cell.shown or "hide-input" in cell.tags:
            halved = re.search(r"\balpha\s*/\s*2\b|\b2\s*\*\s*gd\.stable", cell.code)
            assert not halved, cell.code


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_numbers_in_prose_are_computed_on_the_page(path):
    """A number of three digits or more is glued, or stands in the page's own code."""
    code = "\n".join(cell.code for cell in cells(path))
    code += "\n".join(
        re.findall(r"^```\{doctest\}\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL)
    )
    described = "\n".join(
        f"{cell.figure['caption']}\n{cell.options['mystnb']['image']['alt']}"
        for cell in cells(path)
        if cell.figure
    )
    known = {float(number) for number in re.findall(r"\d+(?:\.\d+)?(?:e-?\d+)?", code)}
    typed = {n for n in numbers(prose(path) + described) if float(n) not in known}
    assert not typed, f"typed, and nowhere computed: {sorted(typed)}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_what_is_glued_was_computed_here(path):
    """Every glued number names its own page, a key of it, and how to print it."""
    text = path.read_text()
    keys = set(re.findall(r'glue\(\s*"(\w+)"', text))
    used = re.findall(r"\{glue:text\}`([^`]*)`", text)
    for reference in used:
        match = re.fullmatch(r"([\w-]+\.md)::(\w+):[^:]+", reference)
        assert match, f"{reference} must read page.md::key:format"
        assert match[1] == path.name
        assert match[2] in keys
    assert keys == {re.split("::|:", reference)[1] for reference in used}, "glued but never shown"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_has_its_parts(path):
    """Question, exercises with solutions that are checked, and a summary at the end."""
    text = path.read_text()
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[-2:] == ["Exercises", "Summary"]
    exercises = re.findall(r"^:label: (ex-[\w-]+)$", text, re.MULTILINE)
    solutions = re.findall(r"^`{3,}\{solution\} (ex-[\w-]+)$", text, re.MULTILINE)
    assert len(exercises) >= 3
    assert exercises == solutions
    blocks = re.findall(r"^````\{solution\}.*?^````$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == len(solutions)
    assert all("{doctest}" in block for block in blocks), "a solution that nothing checks"
    opening = text.split("\n# ", 1)[1].split("\n## ", 1)[0]
    assert "?" in opening, "a chapter begins with a question"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_assertions_carry_the_chapter(path):
    """Hidden cells assert what the sentences say."""
    hidden = [cell.code for cell in cells(path) if "remove-cell" in cell.tags]
    assert sum(code.count("assert ") for code in hidden) >= 5


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_terms_are_in_the_glossary(path):
    """A chapter marks the terms that it uses, and the glossary explains each of them."""
    glossary = (BOOK / "back" / "glossary.md").read_text()
    defined = {line for line in glossary.split("\n") if line and line[0].isalpha()}
    used = re.findall(r"\{term\}`(?:[^`<]*<)?([^`>]*)>?`", path.read_text())
    assert len(used) >= 3
    assert set(used) <= defined


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_one_sentence_per_line(path):
    """So that a change of one sentence is a change of one line."""
    for line in prose(path).split("\n"):
        if line.startswith("|"):
            continue
        assert not re.search(r"[a-z\d)][.?!]\)? [A-Z]", line), line


def test_the_glossary_names_what_is_in_the_code():
    """Every `gd.something` in it can be imported."""
    named = set(re.findall(r"gd\.(\w+)", (BOOK / "back" / "glossary.md").read_text()))
    assert len(named) > 30
    assert {name for name in named if not hasattr(gd, name)} == set()


def test_an_erratum_says_whose_slip_it_is_and_prints_what_its_proof_found():
    """Remarks, which are no errors, are named so, and stand at the end of their part."""
    text = (BOOK / "back" / "errata.md").read_text()
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert len(parts) == 7
    for part in parts:
        entries = re.split(r"^### ", part, flags=re.MULTILINE)[1:]
        remarks = [entry.startswith("A remark: ") for entry in entries]
        assert remarks == sorted(remarks), part.split("\n")[0]
        for entry, remark in zip(entries, remarks, strict=True):
            title, body = entry.split("\n\n", 1)
            tagged = re.match(r"(?:- )?\*(The|Other) [\w' ]+(’|'s|s')(:|\.)?\*", body)
            assert bool(tagged) != remark, f"whose slip? {title}"
            proof = re.findall(
                r"^```\{code-cell\} python\n(.*?)^```$", body, re.DOTALL | re.MULTILINE
            )
            assert "assert " in proof[-1], title
            last = proof[-1][proof[-1].rindex("print(") :]
            assert "it holds" in last, title
            assert len(last) > 40, f"say what was found: {title}"


def test_the_readme_tells_the_truth():
    """Its example runs, its pictures are there, and its commands exist."""
    root = BOOK.parent
    readme = (root / "README.md").read_text()
    for block in re.findall(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL):
        exec(block, {})  # noqa: S102  # that is what a reader will do with it
    for picture in re.findall(r'src(?:set)?="([^"]+)"', readme):
        assert (root / picture).is_file()
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^|\w )make ([a-z]+)(?:`|$|  )", readme, re.MULTILINE))
    assert {"html", "test", "live", "help", "clean"} <= named <= targets
