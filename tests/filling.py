"""Filled databases of earlier versions, kept in `tests/filled/<revision>.json`.

A version that was ever used is kept as its own verbs filled it, so that every migration
is tried on such rows. `python -m tests.filling` writes the file of the newest version.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import flask_migrate
from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, MetaData, Table, select, text

from storefront import create_app, db
from tests.conftest import settings_for
from tests.telling import tell

FOLDER = Path(__file__).parent / "filled"
FEWEST = 5  # per cent of the demonstration: every kind of row, and a file that git can hold
OWN = "alembic_version"  # a migration tool's own table
Rows = Mapping[str, list[dict[str, Any]]]


def revisions() -> list[str]:
    """Return the versions that are kept here, the oldest first."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(revision: str) -> Rows:
    """Return the rows of a version, by table."""
    tables = json.loads((FOLDER / f"{revision}.json").read_text("utf-8"))
    return {
        name: [dict(zip(columns, row, strict=True)) for row in rows]
        for name, (columns, *rows) in tables.items()
    }


def load(connection: Connection, rows: Rows) -> None:
    """Put ``rows`` into an empty schema of their version, with its triggers and keys asleep."""
    metadata = MetaData()
    metadata.reflect(connection)
    with _asleep(connection):
        for name in rows:
            connection.execute(metadata.tables[name].delete())  # what the migration itself wrote
        for name, known in rows.items():
            table = metadata.tables[name]
            connection.execute(table.insert(), [_typed(table, row) for row in known])


@contextmanager
def _asleep(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "sqlite":
        guards = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name, _sql in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield
        for _name, sql in guards:
            connection.exec_driver_sql(sql)
        return
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    yield
    _count_on(connection)


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL's sequences go on after the highest key."""
    owned = text(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'id' AND column_default LIKE 'nextval%'"
    )
    for table in connection.scalars(owned).all():
        last = f"(SELECT coalesce(max(id), 1) FROM {table})"  # noqa: S608  our own names
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})"
        )


def _typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as its columns want it: days, instants, yes or no."""
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: object, value: Any) -> Any:
    if value is None or not isinstance(kind, Date | DateTime | Boolean | JSON):
        return value
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if kind.timezone else moment
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return bool(value) if isinstance(kind, Boolean) else value


def rows_of(connection: Connection) -> Rows:
    """Return every row of the database, by table, as JSON can hold it."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        table.name: [
            {name: _plain(value) for name, value in row.items()}
            for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
        ]
        for table in metadata.sorted_tables
        if table.name != OWN
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def write() -> Path:
    """Fill a fresh database of the newest version through the verbs, and keep what it holds."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/filled.db"
        with create_app(settings_for(Path(folder), url)).app_context():
            flask_migrate.upgrade()
            tell(FEWEST)
            with db.sa.engine.connect() as connection:
                revision = connection.scalar(text(f"SELECT version_num FROM {OWN}"))  # noqa: S608
                rows = rows_of(connection)
            db.session.remove()
            db.sa.engine.dispose()
    path = FOLDER / f"{revision}.json"
    lines = (f'"{table}": {_listed(found)}' for table, found in rows.items() if found)
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    return path


def _listed(rows: list[dict[str, Any]]) -> str:
    """Write a table's columns, then its rows, one a line."""
    lines = (list(rows[0]), *(list(row.values()) for row in rows))
    written = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
    return "[\n" + ",\n".join(written) + "]"


if __name__ == "__main__":
    sys.stdout.write(f"{write().relative_to(FOLDER.parent.parent)}\n")
