"""Fresh, migrated databases for tests: migrated once a run, then copied for each test."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Connection, Engine, make_url

POSTGRES = os.environ.get(
    "TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
Migrate = Callable[[str], None]


class Database(Protocol):
    """Where one test process keeps its data: always at the same address."""

    url: str

    def renew(self) -> None:
        """Make the database as fresh as after the migrations."""

    def close(self) -> None:
        """Leave nothing behind."""


class Sqlite:
    """A file, copied from a migrated one (3 ms)."""

    def __init__(self, folder: Path, migrate: Migrate) -> None:
        self._template = folder / "template.db"
        self._path = folder / "shop.db"
        self.url = f"sqlite:///{self._path}"
        migrate(f"sqlite:///{self._template}")

    def renew(self) -> None:
        for leftover in self._path.parent.glob(f"{self._path.name}-*"):
            leftover.unlink()
        shutil.copyfile(self._template, self._path)

    def close(self) -> None:
        """The folder is pytest's to forget."""


SHAPE = """
SELECT md5(string_agg(shape, ',' ORDER BY shape)) FROM (
    SELECT concat_ws(' ', relname, attname, atttypid, attnotnull) AS shape
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = CAST('public' AS regnamespace) AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
) AS shapes
"""
NO_GUESTS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
COUNT_FROM_ONE = """
SELECT setval(CAST(format('%I', sequencename) AS regclass), 1, false) FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


class Postgres:
    """A database of this process's own, emptied for each test with its triggers asleep.

    What the migrations themselves wrote stays. Creating the database anew each
    time would cost a checkpoint a test. Only a superuser may put triggers to sleep.
    """

    def __init__(self, migrate: Migrate) -> None:
        self._migrate = migrate
        self._server = server(POSTGRES)
        self._name = f"storefront_test_{os.getpid()}"
        self.url = self._server.url.set(database=self._name).render_as_string(hide_password=False)
        self._own = server(self.url)
        self._make()

    def _make(self) -> None:
        self.close()  # also of a run that broke off and had our number
        self._say(f'CREATE DATABASE "{self._name}"')
        # a test's data may be lost with the machine: nothing waits for the disk
        self._say(f'ALTER DATABASE "{self._name}" SET synchronous_commit = off')
        self._migrate(self.url)
        with self._own.connect() as connection:
            names = inspect(connection).get_table_names()
            empty = [name for name in names if not _has_rows(connection, name)]
            self._shape = connection.scalar(text(SHAPE))
        forget = (f'DELETE FROM "{name}"' for name in empty)  # noqa: S608  our own names
        turned = "UPDATE edition SET mark = gen_random_uuid()"  # its trigger sleeps too
        asleep = "SET session_replication_role = replica"
        self._renewal = text("; ".join((NO_GUESTS, asleep, *forget, turned, COUNT_FROM_ONE)))

    def renew(self) -> None:
        with self._own.connect() as connection:
            as_migrated = connection.scalar(text(SHAPE)) == self._shape
            if as_migrated:
                connection.execute(self._renewal)
        if not as_migrated:  # a test tried a migration and failed on its way
            self._make()

    def close(self) -> None:
        self._own.dispose()
        self._say(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    def _say(self, sentence: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(sentence))
        self._server.dispose()


def _has_rows(connection: Connection, table: str) -> bool:
    return bool(connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{table}")')))  # noqa: S608


def server(url: str) -> Engine:
    """Return an engine that creates and drops databases."""
    return create_engine(make_url(url), isolation_level="AUTOCOMMIT", pool_pre_ping=True)
