"""Find in a page's hidden cells those statements that its visible cells need.

Hidden cells check what the text says; but now and then they also compute what a figure then draws.
Going backwards over the page, we keep the set of names that are still to be explained: a statement
is needed if it says what one of them is.  Compilers call that liveness analysis.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

STYLE = "use_style"
"""A call that explains no name, and without which no figure looks as it does in the book."""

_Defines = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef


def needed(cells: Iterable[tuple[str, bool]]) -> list[str]:
    """Return of each cell the code that is needed; of a visible one that is all of it.

    Parameters
    ----------
    cells : iterable of (source, is hidden)
        A page's cells of code, in their order.
    """
    names: set[str] = set()
    kept = []
    for source, hidden in reversed(list(cells)):
        statements = ast.parse(source).body
        lines = []
        for statement in reversed(statements):
            if hidden and not (_touched(statement) & names or _styles(statement)):
                continue
            names = (names - set(_bound(statement))) | _read(statement)
            lines.append(_text(source, statement))
        kept.append("\n".join(reversed(lines)) if hidden else source)
    return kept[::-1]


def _text(source: str, statement: ast.stmt) -> str:
    """Return the lines of a statement, with the decorators of a function."""
    decorators = getattr(statement, "decorator_list", [])
    first = min(node.lineno for node in [statement, *decorators])
    return "\n".join(source.split("\n")[first - 1 : statement.end_lineno])


def _styles(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and STYLE in ast.unparse(statement)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that have another meaning after a statement, whatever they meant before."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            yield from (each.asname or each.name.partition(".")[0] for each in statement.names)
        case ast.FunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Assign() | ast.AnnAssign():
            yield from _stored(statement)


def _stored(node: ast.AST) -> Iterator[str]:
    for name in ast.walk(node):
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
            yield name.id


def _touched(statement: ast.stmt) -> set[str]:
    """Return the names that mean, or whose value may be, another one after a statement."""
    found = {*_bound(statement), *_stored(statement)}
    for node in ast.walk(statement):
        match node:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):  # numbers[0] = 1
                found.add(name)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
                found.add(name)  # numbers.append(1)
    return found


def _read(statement: ast.stmt) -> set[str]:
    """Return the names that a statement reads, or a function that it defines."""
    loaded = {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    changed = _touched(statement) - set(_bound(statement))
    return (loaded | changed) - set(dir(builtins))
