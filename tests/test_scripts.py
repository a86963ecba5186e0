"""The scripts' way to the page: what `light` leaves out of them, by terser."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_extensions"))

from tests.test_parity import find_node  # noqa: E402 - as above

import light  # noqa: E402 - Sphinx's extensions are no package

SOURCES = [
    path
    for folder in ("_static", "_static/moving", "_extensions")
    for path in sorted((ROOT / "book" / folder).glob("*.js"))
]

# TypeScript's parser says what a script declares for others.
PROGRAM = """
const ts = require(process.argv[1]);
const declared = (code) => {
  const file = ts.createSourceFile("a.js", code, ts.ScriptTarget.Latest);
  if (file.parseDiagnostics.length) throw new Error(file.parseDiagnostics[0].messageText);
  const names = file.statements.flatMap((one) => one.declarationList?.declarations ?? [one]);
  return names.map((one) => one.name?.text).filter(Boolean).sort();
};
const codes = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(codes.map(declared)));
"""


def declared(codes: list[str]) -> list[list[str]]:
    """Return the names that each script declares outside of all functions."""
    parser = ROOT / "node_modules" / "typescript"
    done = subprocess.run(  # noqa: S603 - our own script, by the environment's own node
        [find_node(), "-e", PROGRAM, str(parser)],
        input=json.dumps(codes), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answers: list[list[str]] = json.loads(done.stdout)
    return answers


@pytest.fixture(autouse=True)
def _npm_has_installed() -> None:
    """Nothing is shortened without it."""
    if not (ROOT / "node_modules" / "installed").exists():
        pytest.skip("npm has not installed what package-lock.json names")


def test_what_is_sent_declares_what_was_written() -> None:
    """Scripts find one another under the same names, in half the bytes."""
    codes = {path.name: path.read_text(encoding="utf-8") for path in SOURCES}
    brief = light.brief([*codes.items()])
    assert len(codes) > 8
    assert declared(brief) == declared([*codes.values()])
    assert sum(map(len, brief)) < 0.55 * sum(map(len, codes.values()))


def test_what_nobody_runs_is_left_out() -> None:
    """Comments, white space and the names within; texts, patterns and licences stay."""
    code = """/*! MIT licence */
    // A comment.
    function ask(question) { return question.replace(/ = |[/] ?/, "a // b"); }"""
    (sent,) = light.brief([("ask.js", code)])
    assert sent.replace("\n", "") == (
        '/*! MIT licence */function ask(a){return a.replace(/ = |[/] ?/,"a // b")}'
    )


def test_a_script_that_cannot_be_read_is_named() -> None:
    """With the line in which it goes wrong."""
    scripts = [("whole.js", "f();"), ("broken.js", "f();\nlet = ;")]
    with pytest.raises(ExtensionError, match=r"terser .*: broken\.js, line 2: "):
        light.brief(scripts)
