"""A disk that is full or read-only: the try-again page, nothing written, and then on again."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url

from storefront import db
from storefront.config import ROOT
from storefront.web import asset_build, assets
from tests import factories as make
from tests.conftest import Client
from tests.databases import POSTGRES, server
from tests.doors.shopping import put_in, stocked

OWN_DISKS = (
    shutil.which("unshare")
    and not subprocess.run(
        ["unshare", "--map-root-user", "--mount", "true"], check=False, capture_output=True
    ).returncode
)


@pytest.mark.sqlite
@pytest.mark.skipif(not OWN_DISKS, reason="no disk of one's own may be mounted here")
@pytest.mark.parametrize(("how", "pages"), [("full", 200), ("readonly", 503)])
def test_a_bad_disk_loses_nothing_and_the_shop_goes_on(
    app: Flask, tmp_path: Path, how: str, pages: int
) -> None:
    """A full disk still shows its pages; one that was mounted read-only has no log to read by."""
    stocked()
    db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.session.remove()
    asset_build.build(assets.target(tmp_path), compress=False)
    folder, database = tmp_path / "disk", make_url(app.config["SETTINGS"].database_url).database
    folder.mkdir()
    command = ("unshare", "--map-root-user", "--mount", sys.executable, "-m", "tests.bad_disk")
    said = subprocess.run(
        [*command, how, str(folder), str(database)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout) == {
        "before": {"read": 200, "write": 303},
        "at_worst": {"read": pages, "write": 503},
        "after": {"read": 200, "write": 303},
    }


@pytest.fixture
def read_only(app: Flask) -> Iterator[None]:
    """PostgreSQL as it is when its disk is gone: it takes no write."""
    stocked()
    name = make_url(app.config["SETTINGS"].database_url).database
    _say(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    yield
    _say(f'ALTER DATABASE "{name}" SET default_transaction_read_only = off')


def _say(sentence: str) -> None:
    """Say something to the server from outside, and let the shop connect anew."""
    db.session.remove()
    db.sa.engine.dispose()
    outside = server(POSTGRES)
    with outside.connect() as connection:
        connection.execute(text(sentence))
    outside.dispose()


@pytest.mark.postgres
def test_a_database_that_takes_no_write_shows_its_pages(read_only: None, client: Client) -> None:
    assert client.get("/products").status_code == 200
    answer = put_in(client, make.PASTE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
