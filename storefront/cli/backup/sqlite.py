"""SQLite: one file, copied at one moment by the database itself while others write."""

import os
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from storefront.cli.backup import manifest
from storefront.errors import Busy

SUFFIX: Final = ".db"
BESIDE: Final = ("-wal", "-shm")


class Damaged(Exception):  # noqa: N818  an answer, not a fault
    """The copy is not a sound database."""


FAULTS: Final = (Busy, Damaged, DBAPIError, OSError, sqlite3.Error)


def copy(engine: Engine, to: Path) -> dict[str, int]:
    """Copy the database to ``to`` and return how many rows each table of the copy has.

    VACUUM INTO reads in one transaction, so the copy is of one moment, and in WAL
    mode nobody who writes has to wait.

    Raises:
        FAULTS: no room, no database, or a copy that is not sound.
    """
    connection = engine.raw_connection()  # outside any transaction, as VACUUM wants it
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(to),))
    finally:
        connection.close()
    _to_disk(to)
    return _looked_through(to)


def _looked_through(path: Path) -> dict[str, int]:
    copied = create_engine(f"sqlite:///{path}")
    try:
        with copied.connect() as connection:
            sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if sound != "ok" or loose is not None:
                message = f"the copy is not sound ({sound}, {loose})"
                raise Damaged(message)
            return manifest.count(connection)
    finally:
        copied.dispose()
        _remove(path, BESIDE)


def put_back(engine: Engine, file: Path, now: datetime) -> Path | None:
    """Put ``file`` in the database's place; return where the one that was there is kept.

    It is copied beside first and then renamed: a crash leaves the old database or
    the new one, never half of one.
    """
    place = Path(str(engine.url.database))
    _looked_through(file)
    unfinished = place.with_name(f"{place.name}.restoring")
    shutil.copyfile(file, unfinished)
    _to_disk(unfinished)
    kept = _set_aside(engine, place, now) if place.exists() else None
    _remove(place, BESIDE)
    unfinished.replace(place)
    _to_disk(place)
    return kept


def _set_aside(engine: Engine, place: Path, now: datetime) -> Path:
    """Keep the old database under a name of its own, its log folded in."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    kept = place.with_name(f"{place.name}.before-{now:%Y%m%d-%H%M%S}")
    os.link(place, kept)
    return kept


def _remove(path: Path, suffixes: tuple[str, ...]) -> None:
    for suffix in suffixes:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Wait until the file, and its name in the folder, are on the disk."""
    for place in (path, path.parent):
        opened = os.open(place, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
