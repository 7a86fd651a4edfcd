"""Where the demonstration's season is kept: whole or not at all, and never over anybody's shop."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from storefront import clock, db
from storefront.cli.demo import demo, file
from storefront.config import ROOT
from storefront.web.season import beside
from tests import factories as make
from tests.telling import NOW


def season_at(path: Path, text: str = "a season") -> None:
    with file.replaced(path, NOW) as unfinished:
        unfinished.write_text(text, "utf-8")


def test_a_season_is_kept_for_a_week(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    assert not file.is_fresh(path, NOW)
    season_at(path)
    assert file.is_fresh(path, NOW + timedelta(days=6))
    assert not file.is_fresh(path, NOW + timedelta(days=8))


def test_a_season_of_other_sources_is_told_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "demo.db"
    season_at(path)
    monkeypatch.setattr(file, "fingerprint", lambda: "another version")
    assert not file.is_fresh(path, NOW)


def test_an_interrupted_season_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    season_at(path, "the old one")

    def interrupted() -> None:
        with file.replaced(path, NOW) as unfinished:
            unfinished.write_text("half of a new one", "utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text("utf-8") == "the old one"
    assert file.is_fresh(path, NOW)
    assert not list(tmp_path.glob("*unfinished*"))


def test_what_a_killed_build_left_behind_is_swept_away(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    (tmp_path / "demo.db.unfinished-wal").write_text("of a build that was killed", "utf-8")
    season_at(path)
    assert sorted(left.name for left in tmp_path.iterdir()) == ["demo.db", "demo.db.season"]


@pytest.mark.sqlite
def test_a_telling_that_is_killed_leaves_no_season(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    here = {"DATABASE_URL": f"sqlite:///{path}", "PRETEND_PAYMENTS": "yes"}
    teller = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "--per-cent", "5"],
        cwd=ROOT,
        env={**os.environ, **here},
        stdout=subprocess.DEVNULL,
    )
    unfinished = beside.named(path, "unfinished")
    end = time.monotonic() + 60
    while not (unfinished.exists() and unfinished.stat().st_size) and time.monotonic() < end:
        time.sleep(0.1)
    teller.kill()
    teller.wait()
    assert unfinished.exists()
    assert not path.exists()
    assert not file.is_fresh(path, clock.now())
    assert beside.is_season(path)  # there is nothing yet: the next one may begin


@pytest.mark.sqlite
def test_a_shop_that_is_no_season_is_never_replaced(app: Flask) -> None:
    said = app.test_cli_runner().invoke(demo, ["--fresh"])
    assert said.exit_code == 1
    assert "not a demonstration's database" in said.output


@pytest.mark.postgres
def test_a_database_in_use_is_left_alone(app: Flask) -> None:
    with db.transaction():
        make.county()
    said = app.test_cli_runner().invoke(demo)
    assert said.exit_code == 1
    assert "not empty" in said.output
