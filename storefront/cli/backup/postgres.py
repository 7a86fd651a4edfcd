"""PostgreSQL: its own pg_dump and pg_restore, which must be installed where the command runs."""

import subprocess
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DBAPIError

from storefront import config
from storefront.cli.backup import manifest

SUFFIX: Final = ".dump"


class NotDone(Exception):  # noqa: N818  an answer, not a fault
    """The program is missing or said no; the message is its last line."""


FAULTS: Final = (NotDone, DBAPIError, OSError)


def copy(engine: Engine, to: Path) -> dict[str, int]:
    """Dump the database to ``to`` and return how many rows each table of it has.

    Both read one exported snapshot, so the count is of the very rows in the dump.

    Raises:
        FAULTS: pg_dump is missing, older than the server, or has no room.
    """
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        rows = manifest.count(connection)
        options = ("--format=custom", "--no-owner", "--no-privileges")
        _run("pg_dump", engine.url, *options, f"--snapshot={snapshot}", f"--file={to}")
    return rows


def put_back(engine: Engine, file: Path, now: datetime) -> Path | None:  # noqa: ARG001  the same for SQLite
    """Fill an empty database from ``file``, all of it or nothing.

    Raises:
        FAULTS: the database is not empty, pg_restore is missing or said no.
    """
    if inspect(engine).get_table_names():
        message = "the database in DATABASE_URL is not empty; create another one and name it there."
        raise NotDone(message)
    engine.dispose()
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    _run("pg_restore", engine.url, *options, str(file), name_database=True)
    return None


def _run(program: str, url: URL, *options: str, name_database: bool = False) -> None:
    """Run a program of PostgreSQL's; where to, and the password, stand in its environment only."""
    where = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    known = {name: str(value) for name, value in where.items() if value is not None}
    target = (f"--dbname={url.database}",) if name_database else ()
    try:
        ended = subprocess.run(  # noqa: S603  a program of PostgreSQL's, with our own words
            [program, *target, *options],
            env=config.environment_with(known),
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as fault:
        message = f"{program} is not installed here (Debian: postgresql-client)."
        raise NotDone(message) from fault
    if ended.returncode:
        message = (ended.stderr.strip().splitlines() or [f"{program} failed"])[-1]
        raise NotDone(message)
