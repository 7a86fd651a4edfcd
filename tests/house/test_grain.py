"""The size of things: small enough to read at once."""

import ast
from statistics import median

from tests.house.sources import ROOT, TEMPLATES, places, trees

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_TEMPLATE = 120


def functions():
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node, (node.end_lineno or node.lineno) - node.lineno + 1


def written_lines(path):
    return sum(1 for line in path.read_text("utf-8").splitlines() if line.strip())


def test_no_file_is_a_drawer():
    python = [*ROOT.glob("storefront/**/*.py"), *ROOT.glob("tests/**/*.py")]
    assert [str(path) for path in python if written_lines(path) > LONGEST_FILE] == []


def test_functions_are_short():
    sizes = [size for _, _, size in functions()]
    assert median(sizes) <= 9
    long = ((path, node) for path, node, size in functions() if size > LONGEST_FUNCTION)
    assert places(long) == []


def test_templates_are_short():
    every = TEMPLATES.rglob("*.html")
    assert [str(path) for path in every if written_lines(path) > LONGEST_TEMPLATE] == []
