"""How migrations run: one transaction, foreign keys checked, triggers made anew."""

from logging.config import fileConfig

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from storefront import tables
from storefront.append_only import create_triggers
from storefront.catalogue import edition
from storefront.db import Base

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name, disable_existing_loggers=False)

assert tables.metadata is Base.metadata  # every room's tables are loaded


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our column types as the plain types they are stored as."""
    plain = {
        "FenType": "sa.BigInteger()",
        "GramsType": "sa.BigInteger()",
        "FenPerKgType": "sa.BigInteger()",
        "UtcDateTime": "sa.DateTime(timezone=True)",
        "Encrypted": "sa.String()",
    }
    if kind == "type":
        return plain.get(type(item).__name__, False)
    return False


def watch_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Turn SQLite's foreign keys on or off: the pragma says nothing inside a transaction."""
    connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def run(connection: Connection) -> None:
    """Bring the schema up (or down) and leave it guarded."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # batch mode drops and recreates tables: with keys on, children would go with them
        watch_foreign_keys(connection, on=False)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=False,
        transactional_ddl=True,  # SQLite can, once BEGIN is said aloud (storefront/db.py)
    )
    with context.begin_transaction():
        context.run_migrations()
        if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            message = "the migration broke a foreign key"
            raise RuntimeError(message)
        create_triggers(connection, Base.metadata)
        edition.create_triggers(connection)


engine = current_app.extensions["migrate"].db.engine
with engine.connect() as opened:
    run(opened)
    if opened.dialect.name == "sqlite":
        opened.rollback()
        watch_foreign_keys(opened, on=True)
