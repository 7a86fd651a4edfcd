"""What lies beside the demonstration's database, and how a whole season takes its place.

``demo.db`` is what is served. ``demo.db.season`` says which telling made it. While the whole
season is told into ``demo.db.unfinished``, ``demo.db.telling`` says how far it has come; then it
is ``demo.db.whole``, until it is put in the place of what is served (docs/adr/0020).
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import time
from typing import Any

from sqlalchemy.engine import make_url

from storefront import db
from storefront.config import Settings
from storefront.reports.newest import made_by_people

SILENT = 20  # seconds after which whoever told the season is taken to be gone
KEPT = timedelta(days=7)  # an older season no longer looks like today's
BESIDE = ("-wal", "-shm", ".lock", ".queue")


@dataclass(frozen=True, slots=True)
class Telling:
    """How far the whole season is told; ``whole``: it is, and waits to be opened."""

    per_cent: int
    day: str = ""
    whole: bool = False


def path_of(settings: Settings) -> Path | None:
    """Return the database's file; None when it is not SQLite."""
    url = make_url(settings.database_url)
    return Path(url.database) if url.drivername == "sqlite" and url.database else None


def named(path: Path, end: str) -> Path:
    """Return the file beside ``path`` whose name ends so."""
    return path.with_name(f"{path.name}.{end}")


def remove(path: Path) -> None:
    """Remove a database with all that SQLite and we keep beside it."""
    for suffix in ("", *BESIDE, ".season"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def telling(path: Path) -> Telling | None:
    """Return how far the season that is told beside ``path`` has come; None: nobody tells one."""
    note = named(path, "telling")
    with suppress(OSError, ValueError, TypeError):
        if time() - note.stat().st_mtime < SILENT:
            return Telling(**json.loads(note.read_text("utf-8")))
    return None


def say(path: Path, how_far: Telling) -> None:
    """Write down how far the season has come, so that no reader finds half a note."""
    draft = named(path, "telling.draft")
    draft.write_text(json.dumps(asdict(how_far)), "utf-8")
    draft.replace(named(path, "telling"))


def fall_silent(path: Path) -> None:
    """Say nothing more: the season is in its place, or nobody tells it any longer."""
    named(path, "telling").unlink(missing_ok=True)


def note(path: Path, **facts: object) -> None:
    """Write down which telling made the database at ``path``, and when."""
    named(path, "season").write_text(json.dumps(facts), "utf-8")


def noted(path: Path) -> Mapping[str, Any]:
    """Return what was noted of the database at ``path``; nothing when it was not made here."""
    with suppress(OSError, ValueError):
        facts: Mapping[str, Any] = json.loads(named(path, "season").read_text("utf-8"))
        return facts
    return {}


def is_fresh(path: Path, fingerprint: str, now: datetime) -> bool:
    """Whether a season of this version, a week old at most, stands at ``path``."""
    facts = noted(path)
    if not path.is_file() or facts.get("of") != fingerprint:
        return False
    return bool(now - datetime.fromisoformat(facts["at"]) < KEPT)


def is_season(path: Path) -> bool:
    """Whether the file at ``path`` was made here, so that it may be replaced."""
    return not path.exists() or bool(noted(path))


def is_touched(path: Path) -> bool:
    """Whether somebody has done something in the shop that is served since it opened."""
    return noted(path).get("marks") != made_by_people()


def put_in_place(path: Path) -> bool:
    """Put the whole season where ``path`` is served; False when there is none (any more).

    SQLite copies it in one transaction: whoever reads meanwhile sees the old season to the end
    of what they read, then the new one; and a process that is killed leaves the old one whole.
    """
    whole = named(path, "whole")
    with db.fair_turn(db.sa.engine):
        if not whole.is_file():
            return False
        facts = noted(whole)
        with closing(sqlite3.connect(whole)) as source, closing(_served(path)) as target:
            source.backup(target)
        note(path, **facts)
        remove(whole)
        fall_silent(path)
    return True


def _served(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=5)
