"""How the book is built: cells run as Jupyter would run them, and nothing is left stale."""

import contextlib
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import nbformat
import pytest
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_extensions"))

import execute  # noqa: E402  # the path to it has only now been told
import formulas  # noqa: E402  # as above
import fresh  # noqa: E402  # as above

# --- Cells ---------------------------------------------------------------------------------------

KERNEL = """
c = get_config()
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": None, "metadata": {"Date": None}}
c.HistoryManager.enabled = False
"""

EVERYTHING = [
    "import sys\nimport matplotlib.pyplot as plt\nfrom IPython.display import Image, display",
    "from myst_nb import glue\nfrom gdbook import plots\nplots.use_style()",
    "print('one')\ndisplay({'a': 1})\nprint('two')\nprint('three', file=sys.stderr)\n[4, 5]",
    "glue('share', 0.25, display=False)\nglue('shown', 'words')",
    "figure, axes = plt.subplots(figsize=(2, 1))\naxes.plot([1, 2]);",
    "figure",
    "class Dot(str):\n    def _repr_png_(self):\n        return b'\\x89PNG'\nDot('.')",
    "handle = display('first', display_id='it')",
    "handle.update('second')",
    "",
    "_ + _ if isinstance(_, int) else 6",
    "import os\nos.getcwd().rsplit('/', 1)[-1], __name__, bool({'', os.getcwd()} & {*sys.path})",
    "def wrong():\n    return 1 / 0\nwrong()",
]


def cell(source, *tags):
    """Write down a cell for the program that runs them."""
    return {"source": source, "tags": list(tags)}


def run(folder, chapters, *, method="fork", patience=60.0):
    """Start the program, and return what it tells of each chapter in the end."""
    named = [
        {"name": name, "folder": str(folder), "cells": cells, "environment": {}}
        for name, cells in chapters.items()
    ]
    task = {"chapters": named, "workers": 2, "patience": patience, "method": method}
    answer = subprocess.run(  # noqa: S603  # it is this very Python
        [sys.executable, str(execute.CELLS)],
        input=json.dumps(task),
        env={**os.environ, **isolated(folder)},
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
    )
    events = map(json.loads, answer.stdout.splitlines())
    return {event["name"]: event for event in events if event["state"] != "started"}


def isolated(folder):
    """Return the settings under which both our program and a kernel must say the same."""
    return {
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(folder / "jupyter"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


@pytest.fixture(scope="module")
def of_jupyter(tmp_path_factory):
    """Run everything in a real kernel."""
    folder = tmp_path_factory.mktemp("kernel")
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text(KERNEL)
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, EVERYTHING)))
    script = f"""if True:
        import sys, nbclient, nbformat
        notebook = nbformat.read(sys.stdin, 4)
        where = {{"metadata": {{"path": {str(folder)!r}}}}}
        nbclient.NotebookClient(notebook, allow_errors=True, resources=where).execute()
        nbformat.write(notebook, sys.stdout)"""
    answer = subprocess.run(  # noqa: S603  # it is this very Python
        [sys.executable, "-c", script],
        input=nbformat.writes(notebook),
        env={**os.environ, **isolated(folder)},
        capture_output=True,
        check=True,
        text=True,
    )
    return folder, nbformat.reads(answer.stdout, 4).cells


def merged(outputs):
    """Join what a stream says in several goes, and leave out the colours of a traceback."""
    joined: list[dict[str, Any]] = []
    for output in json.loads(json.dumps(outputs)):
        if "traceback" in output:
            output["traceback"] = [re.sub(r"\x1b\[[\d;]*m", "", t) for t in output["traceback"]]
        if joined and "text" in output and joined[-1].get("name") == output.get("name"):
            joined[-1]["text"] += output["text"]
        else:
            joined.append(output)
    return joined


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_cells_show_what_they_show_in_jupyter(of_jupyter, method):
    """Streams, results, displays, figures, what is glued, and errors, output by output."""
    folder, cells = of_jupyter
    ours = run(folder, {"all": [cell(source) for source in EVERYTHING]}, method=method)["all"]
    assert len(cells) == len(ours["cells"]) == len(EVERYTHING)
    for theirs, mine in zip(cells, ours["cells"], strict=True):
        assert merged(theirs.outputs) == merged(mine["outputs"]), theirs.source
        assert not theirs.source or theirs.execution_count == mine["execution_count"]


def test_a_chapter_that_dies_or_hangs_or_fails_is_named(tmp_path):
    """And the others are run to their end."""
    told = run(
        tmp_path,
        {
            "dies": [cell("1"), cell("import os; os._exit(3)")],
            "hangs": [cell("while True: pass")],
            "fails": [cell("1 / 0", "raises-exception"), cell("nothing"), cell("print('after')")],
            "works": [cell("2 + 2"), cell("nothing", "skip-execution")],
        },
        patience=3.0,
    )
    assert told["dies"]["why"] == "ends its process, with exit code 3"
    assert told["dies"]["cell"] == 1
    assert told["hangs"]["why"] == "takes longer than 3 s"
    assert [c["outputs"][0]["ename"] for c in told["fails"]["cells"]] == [
        "ZeroDivisionError",
        "NameError",
    ]
    [four, skipped] = told["works"]["cells"]
    assert four["outputs"][0]["data"] == {"text/plain": "4"}
    assert skipped["outputs"] == []


# --- What a chapter depends on -------------------------------------------------------------------


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Make a book that is nowhere built, of two parts."""
    monkeypatch.setattr(execute, "ROOT", tmp_path)
    monkeypatch.setattr(execute, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(execute, "CELLS", tmp_path / "cells.py")
    for name in ["src/gdbook/rules.py", "book/one/figures.py", "book/two/figures.py", "cells.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('"""Words."""\nx = 1\n')
    (tmp_path / "requirements.lock").write_text("")
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench/speed.json").write_text("1")
    (tmp_path / "src/gdbook/look.mplstyle").write_text("axes.grid: True\n")
    return tmp_path


def keys(book):
    """Return under which name each of three chapters is kept."""
    for function in (execute.meaning, execute.of_all, execute.of_mnist):
        function.cache_clear()
    quoted = "open('../../bench/speed.json')"
    codes = {"one/a": quoted, "two/a": "1", "two/digits": "gd.load_digits()"}
    return {
        name: execute.Chapter(
            book / f"book/{name}.md",
            nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]),
        ).kept
        for name, code in codes.items()
    }


@pytest.mark.parametrize(
    ("file", "text", "again"),
    [
        ("src/gdbook/rules.py", '"""Others."""\nx = 1  # so\n', ""),
        ("src/gdbook/rules.py", '"""Words."""\nx = 2\n', "one/a two/a two/digits"),
        ("src/gdbook/look.mplstyle", "axes.grid: False\n", "one/a two/a two/digits"),
        ("requirements.lock", "numpy", "one/a two/a two/digits"),
        ("book/one/figures.py", '"""Words."""\nx = 2\n', "one/a"),
        ("book/one/figures.py", 'x = 1\n"""Words at the end."""\n', ""),
        ("book/two/b.md", "A new page.", ""),
        ("bench/speed.json", "2", "one/a"),
    ],
)
def test_what_is_run_again_after_a_change(book, file, text, again):
    """The package's code runs all; a part's drawings run that part; words run nothing."""
    before = keys(book)
    (book / file).write_text(text)
    after = keys(book)
    assert {name for name in before if before[name] != after[name]} == set(again.split())


def test_another_mnist_runs_only_who_looks_for_it(book, monkeypatch):
    """A folder, a folder that is not there, and a file more in it."""
    monkeypatch.delenv("GDBOOK_MNIST", raising=False)
    seen = [keys(book)]
    monkeypatch.setenv("GDBOOK_MNIST", str(book / "mnist"))
    seen.append(keys(book))
    (book / "mnist").mkdir()
    (book / "mnist" / "t10k").write_text("pictures")
    seen.append(keys(book))
    assert len({found["two/digits"] for found in seen}) == 3
    assert len({found["two/a"] for found in seen}) == 1


def test_the_last_versions_are_kept_and_those_in_use(tmp_path):
    """What nobody has asked for during an hour may go, but not the newest."""
    names = [tmp_path / f"{number}.json" for number in range(12)]
    for age, path in enumerate(reversed(names)):
        execute.keep(path, {"seconds": age})
        os.utime(path, (time.time() - 1800 * age,) * 2)
    execute.keep(tmp_path / "new.json", {"seconds": 0})
    left = {path.stem for path in execute.versions(tmp_path)}
    assert left == {"new", *(str(number) for number in range(5, 12))}
    for path in names:
        execute.keep(path, {"seconds": 1})
    assert len(execute.versions(tmp_path)) == 13


def test_a_complaint_says_what_and_where(book):
    """A warning in a cell is shown, with its chapter and its cell; so is a chapter that died."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("warn()")])
    chapter = execute.Chapter(book / "book" / "one" / "a.md", notebook)
    stream = {"output_type": "stream", "name": "stderr", "text": "UserWarning: too far"}
    warned = execute.complaint_about(chapter, {"cells": [{"outputs": [stream]}]})
    assert warned == "book/one/a.md: cell 1 warns\n\nwarn()\n\nUserWarning: too far"
    died = execute.complaint_about(chapter, {"cell": 0, "why": "takes longer than 3 s"})
    assert died == "book/one/a.md: cell 1 takes longer than 3 s\n\nwarn()"


# --- A whole build -------------------------------------------------------------------------------

HEAD = "---\nfile_format: mystnb\nsearch: η\nkernelspec:\n  name: python3\n---\n\n"
PAGE = HEAD + "# {title}\n\n```{{code-cell}}\n{code}\n```\n\nA formula, $x^2$, and a word.\n"
PAGES = {
    "one/a": PAGE.format(title="First", code="print(6 * 7)"),
    "one/b": PAGE.format(title="Second", code="from figures import size\nsize"),
    "two/c": PAGE.format(title="Third", code="'mnist' in __import__('os').environ"),
    "two/d": "# No cells\n\nA word.\n",
}


WRITTEN = ["LICENSE", "conf.py", "package-lock.json", "pyproject.toml", "requirements.lock", "src"]


class Site:
    """A small book with all that makes the large one a site."""

    def __init__(self, root):
        self.root, self.html, self.said = root, root / "_build" / "html", ""
        for name in WRITTEN:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, root / name)
        for name in ["_extensions", "_static", "_templates"]:
            shutil.copytree(ROOT / "book" / name, root / "book" / name)
        for package in ["katex", "@resvg", "terser", "@jridgewell"]:
            module = Path("node_modules") / package
            shutil.copytree(ROOT / module, root / module)
        (root / "book" / "back").mkdir()
        (root / "book" / "back" / "references.bib").write_text("")
        for name, text in PAGES.items():
            self.write(f"book/{name}.md", text)
        self.write("book/one/figures.py", "size = 3\n")
        self.contents(*PAGES)

    def write(self, name, text):
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def contents(self, *pages):
        """Write the table of contents."""
        tree = "\n".join(pages)
        self.write("book/index.md", f"# A book\n\n```{{toctree}}\n{tree}\n```\n")

    def start(self, *options, doctrees="doctrees", out="html", **environment):
        """Begin to build it."""
        switches = ["-n", "-W", "--keep-going", "-q", "-c", "."]
        build = Path("_build")
        folders = ["-d", build / doctrees, "-b", "html", "book", build / out]
        return subprocess.Popen(  # noqa: S603  # it is this very Python
            [sys.executable, "-m", "sphinx", *switches, *options, *folders],
            cwd=self.root,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def build(self, *options, fails=False, **environment):
        """Build it, and return what is said."""
        program = self.start(*options, **environment)
        said, _ = program.communicate(timeout=300)
        assert bool(program.returncode) == fails, said
        return said

    def pages(self):
        """Return all files of the site."""
        files = (path for path in self.html.rglob("*") if path.is_file())
        return {path.relative_to(self.html).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build a small book."""
    site = Site(tmp_path_factory.mktemp("book"))
    others = site.start("-t", "live", doctrees="live-doctrees", out="live")
    site.said = site.build()
    said, _ = others.communicate(timeout=300)
    assert others.returncode == 0, said
    return site


def ran(said):
    """Return which chapters ran."""
    return set(re.findall(r"^(\S+) ran in", said, re.MULTILINE))


def replace(path, old, new):
    """Change a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_two_builds_at_once_and_another_mnist(site):
    """Both have worked; then nothing is run again, not even with a folder that is not there."""
    assert ran(site.said) <= {"one/a", "one/b", "two/c"}
    assert re.search(r"\d chapters ran in .* s", site.said)
    before = site.pages()
    assert ran(site.build(GDBOOK_MNIST="no/such/folder")) == set()
    assert site.pages() == before


def test_what_changes_is_written(site):
    """Template, style and KaTeX, each seen on a page that has not changed itself."""
    before = site.pages()
    book, katex = site.root / "book", site.root / "node_modules" / "katex" / "dist"
    replace(book / "_templates" / "page.html", '_("Contents")', '_("What is here")')
    (book / "_static" / "gdbook.css").write_text("p { color: red }\n")
    replace(katex / "katex.js", '"katex-html"', '"katex-new"')
    replace(katex / "katex.min.css", ".katex{", ".katex{color:red;")
    assert ran(site.build()) == set()
    after = site.pages()["one/a.html"].decode()
    for made, old in [("What is here", "Contents"), ("katex-new", "katex-html")]:
        assert made in after, made
        assert old in before["one/a.html"].decode()
    was, now = (
        re.findall(r"site\.\w+\.css", text) for text in (before["one/a.html"].decode(), after)
    )
    assert len(was) == len(now) == 1
    assert was != now
    sheet = site.pages()[f"_static/{now[0]}"].decode()
    assert "p{color:red}" in sheet
    assert ".katex{color:red;" in sheet


def test_nobody_elses_source_is_shown():
    """Of modules that are used without being documented, Python's own among them."""
    found: dict[str, Any] = {"a": ("code", {}, {"f": "api"}, "api"), "unreadable": False}
    env: Any = SimpleNamespace(_viewcode_modules=found | {"typing": ("code", {}, {}, "api")})
    fresh.forget_unused(cast("Sphinx", None), env)
    assert env._viewcode_modules == found


def test_a_build_on_top_of_another_gives_the_same_bytes(site):
    """Pages come, go, and change, so does what reads them; all is as if built anew."""
    replace(site.root / "book" / "_extensions" / "execute.py", '"ipython3"', '"python3"')
    (site.root / "book" / "two" / "d.md").unlink()
    replace(site.root / "book" / "one" / "a.md", "# First", "# The very first")
    site.write("book/one/figures.py", "size = 4\n")
    site.write("book/two/new.md", "# New\n\nA word.\n")
    site.contents("two/new", "one/a", "one/b", "two/c")
    assert ran(site.build()) == {"one/a", "one/b"}
    changed = site.pages()
    assert "two/d.html" not in changed
    assert "two/new.html" in changed
    assert b"The very first" in changed["two/c.html"]
    assert b"highlight-python3" in changed["two/c.html"]
    for folder in ["html", "doctrees"]:
        shutil.rmtree(site.root / "_build" / folder)
    site.build()
    anew = site.pages()
    assert anew.keys() == changed.keys()
    assert [name for name in anew if anew[name] != changed[name]] == []


def test_mistakes_are_told_with_their_chapter(site):
    """A warning and an end without notice, told together."""
    warns = "import warnings\nwarnings.warn('too far', stacklevel=1)"
    site.write("book/one/a.md", PAGE.format(title="First", code=warns))
    site.write("book/two/c.md", PAGE.format(title="Third", code="import os\nos._exit(9)"))
    said = site.build(fails=True)
    assert re.search(r"book/one/a.md: cell 1 warns.*UserWarning: too far", said, re.DOTALL)
    assert "book/two/c.md: cell 1 ends its process, with exit code 9" in said
    for name in ("one/a", "two/c"):
        site.write(f"book/{name}.md", PAGES[name])


DRAWN = """# First

```{code-cell}
---
mystnb:
  figure:
    caption: A line.
    name: fig-line
  image:
    alt: A line that rises.
---
import matplotlib.pyplot as plt
from gdbook import plots
plots.use_style()
figure, axes = plt.subplots()
axes.plot([1, 2]);
```
"""


def test_a_site_with_an_address_can_be_found_and_shared(site):
    """Canonical links, a map of the site, and a card with a chapter's figure."""
    home = "https://example.org/book/"
    site.write("book/one/a.md", HEAD + DRAWN)
    site.write("book/two/new.md", "# New\n\nA word.\n")
    site.contents("two/new", *(name for name in PAGES if (site.root / f"book/{name}.md").exists()))
    site.build(GDBOOK_BASE_URL=home, GDBOOK_SOURCE_URL="https://github.com/somebody/gdbook")
    pages = site.pages()
    assert pages["_static/cards/one-a.png"].startswith(b"\x89PNG")
    page = pages["one/a.html"].decode()
    assert f'<link rel="canonical" href="{home}one/a.html">' in page
    assert f'<meta property="og:image" content="{home}_static/cards/one-a.png">' in page
    assert f'<meta property="og:url" content="{home}one/a.html">' in page
    assert 'href="https://github.com/somebody/gdbook/issues"' in page
    assert f"<loc>{home}one/a.html</loc>" in pages["sitemap.xml"].decode()
    assert f"Sitemap: {home}sitemap.xml" in pages["robots.txt"].decode()
    assert f"]({home}one/a.html): " in pages["llms.txt"].decode()


def test_half_a_katex_is_said_to_be_one(tmp_path, monkeypatch):
    """Whether its program or its style is not what it should be."""
    katex = tmp_path / "node_modules" / "katex"
    shutil.copytree(ROOT / "node_modules" / "katex", katex)
    monkeypatch.setattr(formulas, "ROOT", tmp_path)
    monkeypatch.setattr(formulas, "KATEX", katex / "dist")
    for function in (formulas.server, formulas.render):
        monkeypatch.setattr(formulas, function.__name__, functools.cache(function.__wrapped__))
    program = katex / "dist" / "katex.js"
    program.write_text(program.read_text()[:9999])
    with pytest.raises(ConfigError, match="KaTeX is missing, or half of it"):
        formulas.render("x", display=False)
    with contextlib.suppress(BrokenPipeError), formulas.server():
        pass
    (katex / "dist" / "katex.min.css").unlink()
    with pytest.raises(ConfigError, match=r"KaTeX is missing, or half of it.*katex\.min\.css"):
        formulas.copy_style(Sphinx.__new__(Sphinx), Config())
