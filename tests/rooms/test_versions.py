"""Whoever ran an earlier version keeps every row: each migration is tried on a filled database."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import MetaData, inspect, select, text

from storefront import db
from storefront.append_only import trigger_names
from storefront.config import ROOT
from storefront.reports.check import check
from storefront.tables import metadata
from tests import factories as make
from tests import filling
from tests.rooms import test_schema
from tests.telling import NOW

SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))
VERSIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]
# what the law of the books says is never changed, so a migration may not either
FACTS = ("entry", "posting", "movement")


def filled_at(version: str) -> None:
    """Make this database one that stands at ``version`` and has been used."""
    known = max(kept for kept in filling.revisions() if kept <= version)
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade(revision=known)
    with db.sa.engine.connect() as connection, connection.begin():
        filling.load(connection, filling.read(known))
    if known != version:
        flask_migrate.upgrade(revision=version)


def keys() -> dict[str, list[tuple[Any, ...]]]:
    """Return the primary keys of every row, by table."""
    found = MetaData()
    with db.sa.engine.connect() as connection:
        found.reflect(connection)
        return {
            table.name: [tuple(row) for row in connection.execute(_keys(table))]
            for table in found.sorted_tables
            if table.name != filling.OWN
        }


def _keys(table: Any) -> Any:
    return select(*table.primary_key).order_by(*table.primary_key)


def facts() -> Mapping[str, list[dict[str, Any]]]:
    with db.sa.engine.connect() as connection:
        rows = filling.rows_of(connection)
    return {name: rows[name] for name in FACTS}


def changed(before: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """Name the facts that no longer say what they said; a new column may say more."""
    return [
        f"{name} {old['id']}"
        for name, now in facts().items()
        for old, new in zip(before[name], now, strict=True)
        if not old.items() <= new.items()
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_filled_database_of_every_version_comes_to_the_newest(app: Flask, version: str) -> None:
    filled_at(version)
    rows, said = keys(), facts()
    flask_migrate.upgrade()
    now = keys()
    assert {name: now[name] for name in rows} == rows
    assert changed(said) == []
    assert [finding for finding in check() if not finding.ok] == []
    guards = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if db.sa.engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    assert trigger_names(metadata) <= set(db.session.scalars(text(guards)))
    test_schema.test_every_check_of_the_models_stands(app)


def test_the_shop_sells_on_after_the_oldest_version_was_brought_up(app: Flask) -> None:
    filled_at(VERSIONS[0])
    flask_migrate.upgrade()
    with db.transaction():
        order = make.order(("LG-230", 1), now=NOW)
        make.pay(order.id, now=NOW)
    assert [finding for finding in check() if not finding.ok] == []


HALF_WAY = '''"""A migration that stops in the middle until the file `go` is there."""

import time
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "9002"
down_revision = "{head}"
branch_labels = None
depends_on = None
HERE = Path(__file__).parent


def upgrade() -> None:
    op.create_table("remark", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO category (slug, name_zh, name_en, position) VALUES ('x', 'x', 'x', 1)")
    (HERE / "half-way").touch()
    while not (HERE / "go").exists():
        time.sleep(0.05)
    with op.batch_alter_table("category") as batch:
        batch.add_column(sa.Column("remark", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("category") as batch:
        batch.drop_column("remark")
    op.drop_table("remark")
'''


def test_a_migration_killed_half_way_has_not_happened_and_runs_again(
    app: Flask, tmp_path: Path
) -> None:
    with db.transaction():
        make.county()
    before = shape()
    folder, versions = tmp_path / "migrations", tmp_path / "migrations" / "versions"
    shutil.copytree(ROOT / "migrations", folder)
    (versions / "9002_half_way.py").write_text(HALF_WAY.format(head=VERSIONS[-1]), "utf-8")
    db.session.remove()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade", "-d", str(folder)]
    here = {**os.environ, "DATABASE_URL": app.config["SETTINGS"].database_url}
    migrating = subprocess.Popen(command, cwd=ROOT, env=here, stderr=subprocess.PIPE)
    try:
        while not (versions / "half-way").exists():
            assert migrating.poll() is None, (migrating.stderr or sys.stderr).read()
            time.sleep(0.05)
    finally:
        migrating.kill()
        migrating.communicate()
    assert shape() == before
    (versions / "go").touch()
    flask_migrate.upgrade(directory=str(folder))
    assert shape()["category"][-1] == "remark"
    db.session.remove()
    flask_migrate.downgrade(directory=str(folder), revision=VERSIONS[-1])


def shape() -> dict[str, list[str]]:
    """Return the columns of every table, the version, and how many categories there are."""
    db.session.remove()
    with db.sa.engine.connect() as connection:
        found = inspect(connection)
        columns = {
            name: [str(column["name"]) for column in found.get_columns(name)]
            for name in found.get_table_names()
        }
        version = connection.scalar(text(f"SELECT version_num FROM {filling.OWN}"))  # noqa: S608
        shelves = connection.scalar(text("SELECT count(*) FROM category"))
    return {**columns, "version": [str(version)], "categories": [str(shelves)]}
