"""Every row of every table at one moment, and what a step changed of it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from storefront import db
from storefront.tables import metadata

Row = dict[str, Any]
Key = tuple[Any, ...]
Tables = dict[str, dict[Key, Row]]
KEYS = {
    table.name: tuple(column.name for column in table.primary_key)
    for table in metadata.sorted_tables
}
EVERYTHING = " UNION ALL ".join(
    f"SELECT '{name}' AS name, CAST(row_to_json(entire) AS text) AS row FROM \"{name}\" entire"  # noqa: S608
    for name in KEYS
)


@dataclass(frozen=True, slots=True)
class Change:
    """A row that was born (no ``before``), changed, or went (no ``after``)."""

    table: str
    before: Row | None
    after: Row | None

    def __str__(self) -> str:
        if self.before is None or self.after is None:
            return f"{self.table}: {self.before} -> {self.after}"
        both = ((name, self.before[name], self.after[name]) for name in self.after)
        told = ", ".join(f"{name} {old} -> {new}" for name, old, new in both if old != new)
        return f"{self.table} {self.after.get('id')}: {told}"


@dataclass(slots=True)
class Seen:
    """A photograph of the database, as it keeps its rows: whole numbers and text."""

    tables: Tables
    _by_state: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def rows(self, table: str, *states: str) -> list[Row]:
        """The rows of a table by key, in these states if any are named."""
        if not states:
            return list(self.tables[table].values())
        return [row for state in states for row in self._in_state(table, state)]

    def row(self, table: str, key: int) -> Row:
        return self.tables[table][key,]

    def _in_state(self, table: str, state: str) -> list[Row]:
        if (table, state) not in self._by_state:
            rows = [row for row in self.tables[table].values() if row["state"] == state]
            self._by_state[table, state] = rows
        return self._by_state[table, state]

    def changes(self, later: "Seen") -> list[Change]:
        """What is different in ``later``."""
        return list(_changes(self.tables, later.tables))


def _changes(before: Tables, after: Tables) -> Iterator[Change]:
    for table, rows in after.items():
        old = before[table]
        if rows == old:
            continue
        for key in dict.fromkeys((*old, *rows)):
            if old.get(key) != rows.get(key):
                yield Change(table, old.get(key), rows.get(key))


def look() -> Seen:
    """Read the whole database."""
    on_sqlite = db.sa.engine.dialect.name == "sqlite"
    found = _from_sqlite() if on_sqlite else _from_postgres()
    db.session.rollback()
    tables = {
        name: {tuple(row[column] for column in KEYS[name]): row for row in rows}
        for name, rows in found.items()
    }
    return Seen({name: dict(sorted(rows.items())) for name, rows in tables.items()})


def ask(statement: str) -> Any:
    """Ask the driver itself; PostgreSQL plans a long statement once a connection."""
    connection: Any = db.session.connection().connection.driver_connection
    if db.sa.engine.dialect.name == "sqlite":
        return connection.execute(statement)
    return connection.execute(statement, prepare=True)


def _from_sqlite() -> dict[str, list[Row]]:
    found = {}
    for name in KEYS:
        cursor = ask(f'SELECT * FROM "{name}"')  # noqa: S608  our own names
        columns = [column[0] for column in cursor.description]
        found[name] = [dict(zip(columns, row, strict=True)) for row in cursor]
    return found


def _from_postgres() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for name, row in ask(EVERYTHING):
        found[name].append(json.loads(row))
    return {name: found[name] for name in KEYS}
