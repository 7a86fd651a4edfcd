"""Which way imports may point (pyproject.toml holds the contracts)."""

import ast
import subprocess
import sys
from collections.abc import Collection

import pytest

from tests.house.sources import ROOT, calls, imported, packages, places, trees

WEB = {"flask", "flask_babel", "flask_login", "flask_wtf", "htmx_flask", "werkzeug", "wtforms"}
ABOVE = ("web/", "cli/", "__init__.py")
PURE = {
    "allocation.py",
    "promise.py",
    "windows.py",
    "lives.py",
    "money.py",
    "weight.py",
    "exact.py",
}
DRAWERS = {"utils", "helpers", "common", "manager", "misc"}


def importers(package: str) -> set[str]:
    return {path for path, tree in trees().items() if package in packages(tree)}


def outside(paths: Collection[str], *allowed: str) -> list[str]:
    return sorted(path for path in paths if not path.startswith(allowed))


def test_imports_point_only_downwards():
    command = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
    linter = [sys.executable, "-c", command]
    ran = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("package", sorted(WEB))
def test_the_web_is_known_only_to_doors_and_commands(package):
    assert outside(importers(package), *ABOVE) == []


def test_flask_sqlalchemy_is_known_only_to_the_database():
    assert outside(importers("flask_sqlalchemy"), "db.py") == []


def test_stripe_is_known_only_to_the_gateway():
    assert outside(importers("stripe"), "payments/gateway.py") == []


def test_the_environment_is_read_only_by_the_settings():
    readers = {
        path
        for path, tree in trees().items()
        if {"os.environ", "os.getenv"} & imported(tree)
        or any(
            isinstance(node, ast.Attribute)
            and node.attr in {"environ", "getenv"}
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
            for node in ast.walk(tree)
        )
    }
    assert outside(readers, "config.py") == []


def test_pure_modules_know_no_database_and_no_clock():
    pure = {
        path: tree
        for path, tree in trees().items()
        if path.rpartition("/")[2] in PURE and not path.startswith("web/")
    }
    assert len(pure) >= len(PURE)
    forbidden = {"sqlalchemy", "storefront.db", "storefront.clock", "datetime.datetime.now"}
    for path, tree in pure.items():
        assert not forbidden & (imported(tree) | packages(tree)), path


def test_transactions_begin_and_end_only_in_the_database_module():
    ends = (".commit", ".rollback", ".begin", ".begin_nested")
    found = (
        (path, node)
        for path, tree in trees().items()
        for name, node in calls(tree)
        if name.endswith(ends) and path != "db.py"
    )
    assert places(found) == []


def test_the_time_is_read_only_by_the_clock():
    readers = {"now", "utcnow", "today"}
    found = (
        (path, node)
        for path, tree in trees().items()
        for name, node in calls(tree)
        if path != "clock.py"
        and name.rpartition(".")[2] in readers
        and name.split(".")[-2:-1] in (["datetime"], ["date"])
    )
    assert places(found) == []


def test_money_and_weight_know_no_float():
    found = (
        (path, node)
        for path in ("exact.py", "money.py", "weight.py")
        for node in ast.walk(trees()[path])
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
    )
    assert places(found) == []


def test_queries_and_reports_only_read():
    writes = {"add", "add_all", "delete", "flush", "merge"}
    found = (
        (path, node)
        for path, tree in trees().items()
        if path.endswith("queries.py") or path.startswith("reports/")
        for name, node in calls(tree)
        if (name.rpartition(".")[2] in writes and "session" in name)
        or name in {"insert", "update", "delete"}
    )
    assert places(found) == []


def test_views_leave_the_session_alone():
    found = (
        (path, node)
        for path, tree in trees().items()
        if path.startswith("web/") and path != "web/health.py"
        for name, node in calls(tree)
        if name.startswith("db.session.") and not name.startswith("db.session.info")
    )
    assert places(found) == []


def test_templates_cannot_query():
    found = (
        (path, node)
        for path, tree in trees().items()
        for name, node in calls(tree)
        if name.rpartition(".")[2] == "relationship"
        and not any(
            word.arg == "lazy" and ast.unparse(word.value) == "'raise'" for word in node.keywords
        )
    )
    assert places(found) == []


def test_nothing_is_hidden_in_signals_or_drawers():
    assert outside(importers("blinker")) == []
    listeners = {
        path for path, tree in trees().items() for name, _ in calls(tree) if "listens_for" in name
    }
    assert outside(listeners, "db.py") == []
    assert [path for path in trees() if set(path.removesuffix(".py").split("/")) & DRAWERS] == []


def test_rooms_that_write_never_see_the_user():
    user = "storefront.accounts.models.User"
    seers = {path for path, tree in trees().items() if user in imported(tree)}
    readers = {path for path in seers if path.endswith("queries.py")}
    assert outside(seers - readers, "accounts/", "cli/", "reports/", "tables.py") == []


def test_foreign_keys_point_upwards_as_text_only():
    found = (
        (path, node)
        for path, tree in trees().items()
        for name, node in calls(tree)
        if name.rpartition(".")[2] == "ForeignKey" and not isinstance(node.args[0], ast.Constant)
    )
    assert places(found) == []
