"""What every test stands on. The cast is in people.py, rows are made by factories.py."""

import socket
from collections.abc import Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import flask_migrate
import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from storefront import config, create_app, db
from storefront.web import asset_build, assets
from tests import mail, pages
from tests.databases import Database, Postgres, Sqlite

# a busy machine is no fault of the code: a property is never timed
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
CSRF = "a test's token"
CHEAP_PASSWORDS = {"PASSWORD_MEMORY_KIB": "32", "PASSWORD_PASSES": "1"}
NO_LIMITS = {"LIMIT_FACTOR": "100000"}  # every test comes from one address


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.addoption("--histories", default="", help="COUNTxSTEPS of the long random histories")
    parser.addoption("--tally", default="", help="a file to write what happened in them to")
    parser.addoption("--no-skips", action="store_true", help="a skipped test is a failure")


def pytest_configure() -> None:
    """Let no test leave this machine."""
    connect = socket.socket.connect

    def near(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            message = f"a test wanted to reach {address}"
            raise OSError(message)
        connect(self, address)

    socket.socket.connect = near  # type: ignore[assignment,method-assign]  # this process only


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the other database; it runs in that one's turn."""
    other = "postgres" if config.getoption("database") == "sqlite" else "sqlite"
    left_out = [item for item in items if item.get_closest_marker(other)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter is not None and reporter.stats.get("skipped")
    if skipped and session.config.getoption("no_skips"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class Client(FlaskClient):
    """A visitor: brings a form token along, and shares nothing with the test but the database."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request from an empty context, as a server would."""
        if kwargs.get("method") not in {None, "GET", "HEAD"}:
            self._bring_token(kwargs)
        answer = Context().run(super().open, *args, buffered=True, **kwargs)
        db.session.rollback()  # what the test has read is old now
        if answer.mimetype == "text/html" and answer.data:
            assert pages.faults(answer.text) == [], answer.request.path
        return answer

    def _bring_token(self, kwargs: Any) -> None:
        with self.session_transaction() as cookie:
            cookie["csrf_token"] = CSRF
        secret = self.application.config["SECRET_KEY"]
        token = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(CSRF)
        kwargs["headers"] = {"X-CSRFToken": token, **(kwargs.get("headers") or {})}

    def fragment(self, *args: Any, **kwargs: Any) -> Any:
        """Read an address as htmx does."""
        return self.get(*args, headers={"HX-Request": "true"}, **kwargs)


def settings_for(var: Path, url: str, **others: str) -> config.Settings:
    """Return the settings of a test: the county's file, nothing of this machine's environment."""
    here = {"DATABASE_URL": url, "VAR_DIR": str(var), "PUBLIC_URL": "http://localhost"}
    return config.load({**here, **CHEAP_PASSWORDS, **NO_LIMITS, **others})


@pytest.fixture(scope="session")
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("database")

    def migrate(url: str) -> None:
        app = create_app(settings_for(folder, url))
        with app.app_context():
            flask_migrate.upgrade()
            db.sa.engine.dispose()

    kind = request.config.getoption("database")
    made: Database = Postgres(migrate) if kind == "postgres" else Sqlite(folder, migrate)
    yield made
    made.close()


@pytest.fixture(scope="session")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make assets` would build, uncompressed."""
    folder = tmp_path_factory.mktemp("var")
    asset_build.build(assets.target(folder), compress=False)
    return folder


@pytest.fixture(scope="session")
def shop(database: Database, var: Path) -> Flask:
    """The one app of this process; tests ask for ``app``."""
    app = create_app(settings_for(var, database.url))
    app.testing = True
    app.test_client_class = Client
    return app


@pytest.fixture
def app(shop: Flask, database: Database) -> Iterator[Flask]:
    """The shop on a fresh database, its context open for the test."""
    database.renew()
    with shop.app_context():
        yield shop
        db.session.remove()
        db.sa.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Client:
    made = app.test_client()
    assert isinstance(made, Client)
    return made


@pytest.fixture
def english(client: Client) -> Client:
    """A visitor who reads English."""
    client.set_cookie("lang", "en")
    return client


@pytest.fixture
def mail_port(shop: Flask, var: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> int:
    """Where the shop is told that its mail server is."""
    port = mail.free_port()
    settings = settings_for(var, database.url, SMTP_URL=f"smtp://127.0.0.1:{port}")
    monkeypatch.setitem(shop.config, "SETTINGS", settings)
    return port
