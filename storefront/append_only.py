"""Triggers that refuse to change facts: run at the end of every migration.

Alembic's batch mode drops a table's triggers on SQLite without a word, so they
are made anew each time, for both databases, from one list: the tables whose
``info`` says ``append_only``.
"""

from sqlalchemy import Connection, MetaData, text

SQLITE_TRIGGER = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
POSTGRES_TRIGGER = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
VERBS = ("update", "delete")


def append_only_tables(metadata: MetaData) -> list[str]:
    """Return the names of the tables whose rows are facts."""
    return [table.name for table in metadata.sorted_tables if table.info.get("append_only")]


def trigger_names(metadata: MetaData) -> set[str]:
    """Return the names of every trigger that must stand."""
    tables = append_only_tables(metadata)
    return {f"{table}_refuses_{verb}" for table in tables for verb in VERBS}


def create_triggers(connection: Connection, metadata: MetaData) -> None:
    """Make the triggers anew on whichever tables exist already."""
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.execute(text(POSTGRES_FUNCTION))
    there = set(connection.dialect.get_table_names(connection))
    for table in append_only_tables(metadata):
        if table in there:
            _guard(connection, table, SQLITE_TRIGGER if sqlite else POSTGRES_TRIGGER)


def _guard(connection: Connection, table: str, trigger: str) -> None:
    on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
    for verb in VERBS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_refuses_{verb}{on}")
        connection.exec_driver_sql(trigger.format(table=table, verb=verb, VERB=verb.upper()))
