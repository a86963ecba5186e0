"""Find in a page's hidden cells those statements that its visible cells need.

Hidden cells check what the text says; but now and then they also compute what a figure then draws.
Going backwards over the page, we keep the set of names that are still to be explained: a statement
is needed if it says what one of them is.  Compilers call that liveness analysis.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable

STYLE = "use_style"
"""A call that explains no name, and without which no figure looks as it does in the book."""

_PLAIN = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)


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
            told = _set(statement)
            if hidden and not ((told | _changed(statement)) & names or _styles(statement)):
                continue
            # A loop may run not at all: only a plain statement makes what was before it unneeded.
            names -= told if isinstance(statement, _PLAIN) else set()
            names |= _read(_table(statement)) - _counted(statement)
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


def _table(statement: ast.stmt) -> symtable.SymbolTable:
    return symtable.symtable(ast.unparse(statement), "cell", "exec")


def _set(statement: ast.stmt) -> set[str]:
    """Return the names that a statement gives a meaning."""
    symbols = _table(statement).get_symbols()
    return {each.get_name() for each in symbols if each.is_assigned() or each.is_imported()}


def _counted(statement: ast.stmt) -> set[str]:
    """Return the names that a loop, or a `with`, gives a meaning before its body reads them."""
    targets: list[ast.expr | None] = []
    for node in ast.walk(statement):
        if isinstance(node, ast.For):
            targets.append(node.target)
        elif isinstance(node, ast.withitem):
            targets.append(node.optional_vars)
    names = (name for target in targets if target for name in ast.walk(target))
    return {name.id for name in names if isinstance(name, ast.Name)}


def _changed(statement: ast.stmt) -> set[str]:
    """Return the names whose value a statement may change, without giving them another."""
    found = set()
    for node in ast.walk(statement):
        match node:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):  # numbers[0] = 1
                found.add(name)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
                found.add(name)  # numbers.append(1)
    return found


def _read(table: symtable.SymbolTable) -> set[str]:
    """Return the names that a statement reads, or a function within it."""
    names = {
        each.get_name()
        for each in table.get_symbols()
        if each.is_referenced() and (table.get_type() == "module" or each.is_global())
    }
    return names.union(*map(_read, table.get_children()))
