"""The house's own source, as house tests read it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "storefront"
TEMPLATES = ROOT / "templates"


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the package by its path in it: ``web/htmx.py``."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def templates() -> dict[str, str]:
    """Every template by its name, without its comments."""
    return {
        path.relative_to(TEMPLATES).as_posix(): re.sub(
            r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL
        )
        for path in sorted(TEMPLATES.rglob("*.html"))
    }


def imported(tree: ast.Module) -> set[str]:
    """Every module that ``tree`` imports, with the names taken out of it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def packages(tree: ast.Module) -> set[str]:
    """The top-level packages that ``tree`` imports."""
    return {name.partition(".")[0] for name in imported(tree)}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with its dotted name as written: ``db.session.add``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for the expression of that form; a call within it is written ``()``."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.func)}()" if isinstance(node, ast.Call) else "?"


def places(found: Iterator[tuple[str, ast.AST]]) -> list[str]:
    """Write what was found as ``file:line``, for the message of a failing test."""
    return [f"{path}:{getattr(node, 'lineno', 1)}" for path, node in found]
