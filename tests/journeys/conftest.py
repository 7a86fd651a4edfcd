"""A real browser in front of a real server."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from storefront import create_app, db
from tests.browser import find_chromium
from tests.conftest import settings_for
from tests.databases import Database

PHONE = {"width": 390, "height": 844}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": find_chromium(), "args": list(QUIET)}


@pytest.fixture(scope="session")
def browser_context_args(base_url: str) -> dict[str, Any]:
    """A phone in China, unless a test asks for another."""
    return {"base_url": base_url, "viewport": PHONE, "locale": "zh-CN"}


@pytest.fixture(scope="session")
def server() -> Iterator[BaseWSGIServer]:
    """A server on a free port; what it serves is set by ``served``."""
    made = make_server("127.0.0.1", 0, lambda _environ, _start: [], threaded=True)
    thread = Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture(scope="session")
def base_url(server: BaseWSGIServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(scope="session")
def served(server: BaseWSGIServer, base_url: str, database: Database, var: Path) -> Flask:
    """The shop as the browser meets it; it knows its own address, for the way back from paying."""
    server.app = create_app(settings_for(var, database.url, PUBLIC_URL=base_url))
    return server.app


@pytest.fixture(autouse=True)
def _fresh(served: Flask, app: Flask) -> Iterator[None]:
    """Let no connection outlive its test's database."""
    yield
    with served.app_context():
        db.sa.engine.dispose()
