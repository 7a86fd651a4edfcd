"""Whoever ran an earlier version keeps every row: each migration is tried on a filled database."""

from collections.abc import Mapping
from typing import Any

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import MetaData, select, text

from storefront import db
from storefront.append_only import trigger_names
from storefront.config import ROOT
from storefront.reports.check import check
from storefront.tables import metadata
from tests import factories as make
from tests import filling
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


def test_the_shop_sells_on_after_the_oldest_version_was_brought_up(app: Flask) -> None:
    filled_at(VERSIONS[0])
    flask_migrate.upgrade()
    with db.transaction():
        order = make.order(("LG-230", 1), now=NOW)
        make.pay(order.id, now=NOW)
    assert [finding for finding in check() if not finding.ok] == []
