"""The scripts' way to the page: what `light` leaves out of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_extensions"))

from tests.test_parity import find_node  # noqa: E402 - as above

import light  # noqa: E402 - Sphinx's extensions are no package

SOURCES = [
    path
    for folder in ("_static", "_static/moving", "_extensions")
    for path in sorted((ROOT / "book" / folder).glob("*.js"))
]

# TypeScript's parser says what a script is made of, without white space and comments.
PROGRAM = """
const ts = require(process.argv[1]);
const said = (node, all = []) => {
  all.push(node.kind, node.text ?? node.escapedText ?? "");
  ts.forEachChild(node, (child) => { said(child, all); });
  return all;
};
const parts = (code) => {
  const file = ts.createSourceFile("a.js", code, ts.ScriptTarget.Latest);
  if (file.parseDiagnostics.length) throw new Error(file.parseDiagnostics[0].messageText);
  return JSON.stringify(file.statements.map((one) => said(one)));
};
const pairs = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(pairs.map(([one, other]) => parts(one) === parts(other))));
"""


def same(pairs: list[tuple[str, str]]) -> list[bool]:
    """Return of which pairs of scripts both mean the same."""
    parser = ROOT / "node_modules" / "typescript"
    if not parser.exists():
        pytest.skip("no TypeScript found; it comes with the book's environment")
    done = subprocess.run(  # noqa: S603 - our own script, by the environment's own node
        [find_node(), "-e", PROGRAM, str(parser)],
        input=json.dumps(pairs), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answers: list[bool] = json.loads(done.stdout)
    return answers


def test_what_is_sent_means_what_was_written() -> None:
    """All scripts, without their comments and their white space."""
    codes = [path.read_text(encoding="utf-8") for path in SOURCES]
    brief = [light.brief(code) for code in codes]
    assert same(list(zip(codes, brief, strict=True))) == [True] * len(SOURCES)
    assert len(codes) > 8
    assert sum(map(len, brief)) < 0.65 * sum(map(len, codes))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("/** What. */\nconst a = 1; // one\n\n  let b = [1, 2];\n", "const a=1;let b=[1,2];"),
        ("say(\"a = b, c\", `${a} = {}`, 'x ? y');", "say(\"a = b, c\",`${a} = {}`,'x ? y');"),
        ("t.replace(/ = |[/] ?/, b);", "t.replace(/ = |[/] ?/,b);"),
        ("if (a < b) return { a };\nelse return a - -b;", "if(a<b)return{a};else return a - -b;"),
        ("{\n  a += b - 1;\n  b = a++ + c / (-d);\n}", "{a+=b-1;b=a++ + c/(-d)}"),
        ("const f = (x) =>\n  x ? 0.5 : [1];\nf()\ng()", "const f=(x)=>x?0.5:[1];f()\ng()"),
    ],
)
def test_white_space_that_says_nothing_is_left_out(code: str, expected: str) -> None:
    """Texts, patterns and the ends of lines that end statements stay."""
    assert light.brief(code) == expected
    assert same([(code, expected), (code, "f();")]) == [True, False]
