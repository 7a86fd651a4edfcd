"""A backup is worth what its restore is: both are rehearsed, while the shop sells."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from storefront import chores, clock, create_app, db
from storefront.catalogue import imaging, photos
from storefront.cli.backup import photographs
from storefront.config import ROOT
from storefront.errors import Busy
from storefront.orders.models import Order
from storefront.reports.check import check
from storefront.supply import confirming
from tests import factories as make
from tests import photographs as pictures
from tests.conftest import CHEAP_PASSWORDS, settings_for
from tests.databases import POSTGRES, server

Flasks = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def elsewhere(app: Flask, tmp_path: Path) -> Iterator[str]:
    """The address of a database that is not there yet (SQLite) or empty (PostgreSQL)."""
    if db.sa.engine.dialect.name == "sqlite":
        yield f"sqlite:///{tmp_path}/restored.db"
        return
    name, engine = f"restored_{os.getpid()}", server(POSTGRES)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield engine.url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def flask(app: Flask, tmp_path: Path) -> Flasks:
    """Run a command as a person would: another process, the settings in its environment."""

    def run(*words: str, **others: str) -> subprocess.CompletedProcess[str]:
        url = app.config["SETTINGS"].database_url
        here = {**os.environ, **CHEAP_PASSWORDS, "DATABASE_URL": url, "VAR_DIR": str(tmp_path)}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        return subprocess.run(
            command, cwd=ROOT, env={**here, **others}, capture_output=True, text=True, check=False
        )

    return run


def backed_up(flask: Flasks, folder: Path) -> Path:
    said = flask("backup", "--to", str(folder))
    assert said.returncode == 0, said.stderr
    return next(path for path in sorted(folder.iterdir()) if path.suffix in {".db", ".dump"})


def sell(app: Flask, stopping: Event) -> list[str]:
    """Sell box after box until told to stop; return the codes of orders that were acknowledged."""
    sold = []
    with app.app_context():
        while not stopping.is_set():
            try:
                with db.transaction():
                    order = make.order((make.PASTE, 1))
                with db.transaction():
                    make.pay(order.id)
                sold.append(order.code)
            except Busy:
                continue
        db.session.remove()
    return sold


def orders_in(url: str, var: Path) -> set[str]:
    """Look into a restored database as the shop would, its laws included."""
    with create_app(settings_for(var, url)).app_context():
        codes = set(db.session.scalars(select(Order.code)))
        assert [finding for finding in check() if not finding.ok] == []
        db.session.remove()
        db.sa.engine.dispose()
    return codes


def test_a_backup_made_while_the_shop_sells_is_restored_whole(
    app: Flask, flask: Flasks, elsewhere: str, tmp_path: Path
) -> None:
    with db.transaction():
        make.county()
    stopping, folder = Event(), tmp_path / "backups"
    with ThreadPoolExecutor(3) as pool:
        early = pool.submit(sell, app, stopping)
        while not db.session.scalar(select(Order.id).where(Order.state == "confirmed").limit(1)):
            db.session.rollback()
        before = set(db.session.scalars(select(Order.code).where(Order.state == "confirmed")))
        db.session.rollback()
        late = pool.submit(sell, app, stopping)
        file = backed_up(flask, folder)
        stopping.set()
        acknowledged = set(early.result()) | set(late.result())
    said = flask("restore", str(file), DATABASE_URL=elsewhere)
    assert said.returncode == 0, said.stderr
    assert "Every law holds" in said.stdout
    restored = orders_in(elsewhere, tmp_path)
    assert before <= restored  # nothing acknowledged before it began is missing
    assert acknowledged - restored  # and the shop sold on meanwhile and afterwards


def test_a_backup_says_what_is_in_it_and_gives_no_key_away(
    app: Flask, flask: Flasks, tmp_path: Path
) -> None:
    with db.transaction():
        make.county()
    file = backed_up(flask, tmp_path / "backups")
    written = file.with_name(f"{file.name}.json").read_text("utf-8")
    made = json.loads(written)
    assert (made["rows"]["household"], made["size"]) == (3, file.stat().st_size)
    assert all(key not in written for key in app.config["SETTINGS"].field_keys)
    assert not list(file.parent.glob("*.unfinished"))


def test_a_backup_that_was_cut_short_is_refused(
    app: Flask, flask: Flasks, elsewhere: str, tmp_path: Path
) -> None:
    file = backed_up(flask, tmp_path / "backups")
    file.write_bytes(file.read_bytes()[:-100])
    said = flask("restore", str(file), DATABASE_URL=elsewhere)
    assert said.returncode == 1
    assert "cut short" in said.stderr


def test_a_backup_is_refused_without_the_keys_that_open_it(
    app: Flask, flask: Flasks, elsewhere: str, tmp_path: Path
) -> None:
    file = backed_up(flask, tmp_path / "backups")
    other = Fernet.generate_key().decode()
    said = flask("restore", str(file), DATABASE_URL=elsewhere, FIELD_KEYS=other)
    assert said.returncode == 1
    assert "FIELD_KEYS lacks 1" in said.stderr


def test_nothing_is_restored_while_a_worker_works(
    app: Flask, flask: Flasks, tmp_path: Path
) -> None:
    file = backed_up(flask, tmp_path / "backups")
    with db.transaction():
        chores.take_lease("a worker", now=clock.now(), lasting=timedelta(minutes=2))
    said = flask("restore", str(file))
    assert said.returncode == 1
    assert "a worker is at work" in said.stderr


@pytest.mark.sqlite
def test_the_database_that_was_there_is_kept(app: Flask, flask: Flasks, tmp_path: Path) -> None:
    file = backed_up(flask, tmp_path / "backups")
    with db.transaction():
        make.county()
    url = make_url(app.config["SETTINGS"].database_url)
    said = flask("restore", str(file))
    assert said.returncode == 0, said.stderr
    place = Path(str(url.database))
    kept = next(place.parent.glob(f"{place.name}.before-*"))
    assert len(orders_in(f"sqlite:///{kept}", tmp_path)) == 0
    with create_app(settings_for(tmp_path, f"sqlite:///{kept}")).app_context():
        assert db.session.scalar(text("SELECT count(*) FROM household")) == 3
        db.session.remove()
        db.sa.engine.dispose()
    kept.unlink()


@pytest.mark.postgres
def test_postgres_is_restored_into_an_empty_database_only(
    app: Flask, flask: Flasks, tmp_path: Path
) -> None:
    file = backed_up(flask, tmp_path / "backups")
    said = flask("restore", str(file))
    assert said.returncode == 1
    assert "is not empty" in said.stderr


def test_a_backup_for_which_there_is_no_room_leaves_nothing(
    app: Flask, flask: Flasks, tmp_path: Path
) -> None:
    """A limit on the size of files is as real as a full disk."""
    folder = tmp_path / "backups"
    script = f"ulimit -f 8; exec {sys.executable} -m flask --app wsgi backup --to {folder}"
    url = app.config["SETTINGS"].database_url
    here = {**os.environ, **CHEAP_PASSWORDS, "DATABASE_URL": url, "VAR_DIR": str(tmp_path)}
    said = subprocess.run(
        ["/bin/sh", "-c", script], cwd=ROOT, env=here, capture_output=True, text=True, check=False
    )
    assert said.returncode != 0
    assert "No backup was made" in said.stderr
    assert list(folder.iterdir()) == []


def _signed(county: make.County, folder: Path) -> str:
    """The photograph of a signed slip."""
    slip = make.weigh(county, county.lin, county.first, 1_000).slip_id or 0
    digest = imaging.keep_private(folder, b"a signed slip")
    confirming.by_paper(slip, digest, actor=county.cast.sun.actor, now=make.NOW)
    return digest


def test_photographs_come_back_with_the_backup_and_are_made_ready_again(
    app: Flask, flask: Flasks, elsewhere: str, tmp_path: Path
) -> None:
    with db.transaction():
        county = make.county()
    here, there, folder = tmp_path / "here", tmp_path / "there", tmp_path / "backups"
    content = pictures.jpeg(600, 500)
    taken = imaging.look(content)
    imaging.keep(here, taken, content)
    imaging.prepare(here, taken.digest, taken.format)
    with db.transaction():
        told: dict[str, Any] = {"actor": county.cast.he.actor, "now": make.NOW}
        photo = photos.add(county.products[make.BOX], taken, **pictures.ALT, **told)
        photos.settle(photo.id, good=True, now=make.NOW)
        signed = _signed(county, here)
    for _night in range(2):
        said = flask("backup", "--to", str(folder), UPLOADS_DIR=str(here))
        assert "1 photographs are in" in said.stdout, said.stderr
    file = next(path for path in sorted(folder.iterdir()) if path.suffix in {".db", ".dump"})
    assert [path.name for path in (folder / "photographs").iterdir()] == [f"{taken.digest}.jpeg"]
    back = flask("restore", str(file), DATABASE_URL=elsewhere, UPLOADS_DIR=str(there))
    assert "the worker prepares 1 of them anew" in back.stdout, back.stderr
    assert imaging.original_of(there, taken.digest, taken.format).read_bytes() == content
    assert imaging.private_file(there, signed).read_bytes() == b"a signed slip"
    with create_app(settings_for(tmp_path, elsewhere)).app_context():
        assert [waits[1] for waits in photos.waiting(limit=9)] == [taken.digest]
        db.session.remove()
        db.sa.engine.dispose()


def test_a_photograph_that_is_lost_or_damaged_is_named_and_the_rest_is_backed_up(
    tmp_path: Path,
) -> None:
    content = pictures.jpeg(600, 500)
    taken = imaging.look(content)
    imaging.keep(tmp_path, taken, content)
    damaged = imaging.original_of(tmp_path, "a" * 24, "png")
    damaged.write_bytes(b"something else")
    names = [f"{taken.digest}.jpeg", damaged.name, f"{'b' * 24}.webp"]
    kept, lost = photographs.copy(names, tmp_path, tmp_path / "backups")
    assert (kept, lost) == (names[:1], names[1:])
    assert [path.name for path in (tmp_path / "backups" / "photographs").iterdir()] == kept
