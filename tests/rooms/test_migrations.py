"""A migration loses no row and leaves the facts guarded, on both databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storefront import db
from storefront.append_only import trigger_names
from storefront.config import ROOT
from storefront.tables import metadata
from tests import factories as make

NEXT = '''"""Villages and movements are made anew, as batch mode does on SQLite."""

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"
branch_labels = None
depends_on = None
RECREATE = {{"sqlite": "always", "postgresql": "never"}}


def upgrade() -> None:
    for table in ("village", "household", "movement"):
        with op.batch_alter_table(table, recreate=RECREATE[op.get_bind().dialect.name]) as batch:
            batch.add_column(sa.Column("remark", sa.String(), nullable=True))


def downgrade() -> None:
    for table in ("village", "household", "movement"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("remark")
'''


@pytest.fixture
def later(app: Flask, tmp_path: Path) -> Iterator[str]:
    """The project's migrations and one more, which recreates tables that others point to."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    head = max(path.name.split("_")[0] for path in (folder / "versions").glob("[0-9]*.py"))
    (folder / "versions" / "9001_remarks.py").write_text(NEXT.format(head=head), "utf-8")
    yield str(folder)
    db.session.remove()
    flask_migrate.downgrade(directory=str(folder), revision=head)


def counts() -> dict[str, int]:
    tables = ("village", "household", "household_status", "lot", "movement", "users")
    found = {
        table: db.session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608  ours
        for table in tables
    }
    db.session.rollback()
    return {table: int(count or 0) for table, count in found.items()}


def filled() -> None:
    with db.transaction():
        c = make.county()
        make.weigh(c, c.lin, c.first, 10_000)


def test_recreating_a_table_loses_no_row_and_no_trigger(app: Flask, later: str) -> None:
    """Batch mode drops tables: with keys on children would go, and triggers always do."""
    filled()
    before = counts()
    db.session.remove()
    flask_migrate.upgrade(directory=later)
    assert counts() == before
    assert before["lot"] == 1
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    postgres = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    asked = sqlite if db.sa.engine.dialect.name == "sqlite" else postgres
    assert trigger_names(metadata) <= set(db.session.scalars(text(asked)))
    with pytest.raises(DBAPIError, match="append-only"), db.transaction():
        db.session.execute(text("UPDATE movement SET grams = 1"))


@pytest.mark.sqlite
def test_foreign_keys_are_watched_again_after_a_migration(app: Flask, later: str) -> None:
    """They are off only while tables are recreated."""
    filled()
    db.session.remove()
    flask_migrate.upgrade(directory=later)
    assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
    assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []


def test_boxes_of_orders_that_were_placed_before_are_in_their_parcel(app: Flask) -> None:
    """0003 counts every line's boxes in the one parcel an order had until then."""
    with db.transaction():
        c = make.county()
        make.weigh(c, c.lin, c.first, 20_000)
        make.order((make.BOX, 2), (make.PASTE, 1))
        make.order((make.PAIR, 3))
    rows = text("SELECT parcel_id, line_id, boxes FROM parcel_boxes ORDER BY line_id")
    before = [tuple(row) for row in db.session.execute(rows)]
    assert [boxes for _, _, boxes in before] == [2, 1, 3]
    db.session.remove()
    flask_migrate.downgrade(revision="0002")
    flask_migrate.upgrade()
    assert [tuple(row) for row in db.session.execute(rows)] == before


def test_every_migration_can_be_taken_back(app: Flask) -> None:
    """Down to nothing and up again, with the chart of accounts in place."""
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    assert db.session.scalar(text("SELECT count(*) FROM account")) == 16
