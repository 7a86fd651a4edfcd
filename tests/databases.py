"""Fresh, migrated databases for tests: migrated once a run, then copied for each test."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, Engine, make_url

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


class Postgres:
    """A database of this process's own, created from a migrated one."""

    def __init__(self, migrate: Migrate) -> None:
        self._server = server(POSTGRES)
        self._name = f"storefront_test_{os.getpid()}"
        self._template = f"{self._name}_template"
        self.close()  # a run that broke off may have had our number
        self._say(f'CREATE DATABASE "{self._template}"')
        self.url = self._address(self._name)
        migrate(self._address(self._template))

    def _address(self, name: str) -> str:
        address: URL = self._server.url.set(database=name)
        return address.render_as_string(hide_password=False)

    def _say(self, sentence: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(sentence))

    def renew(self) -> None:
        self._say(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')
        self._say(f'CREATE DATABASE "{self._name}" TEMPLATE "{self._template}"')

    def close(self) -> None:
        for name in (self._name, self._template):
            self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._server.dispose()


def server(url: str) -> Engine:
    """Return an engine that creates and drops databases."""
    return create_engine(make_url(url), isolation_level="AUTOCOMMIT")
