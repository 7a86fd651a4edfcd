"""The demonstration's database: built beside the old one, put in its place when it is whole."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import flask_migrate
from sqlalchemy import select
from sqlalchemy.engine import make_url

from storefront import db
from storefront.accounts.models import User, UserRole
from storefront.config import ROOT, Settings
from storefront.supply.households import Household

SOURCES = ("storefront/cli/demo", "migrations/versions")
KEPT = timedelta(days=7)  # an older season no longer looks like today's
BESIDE = ("-wal", "-shm", ".lock")


def path_of(settings: Settings) -> Path | None:
    """Return the database's file; None when it is not SQLite."""
    url = make_url(settings.database_url)
    return Path(url.database) if url.drivername == "sqlite" and url.database else None


def fingerprint() -> str:
    """Return a hash of what the season is told by: its sources, its data, the schema."""
    seen = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".csv", ".toml"}:
                seen.update(path.read_bytes())
    return seen.hexdigest()


def is_fresh(path: Path, now: datetime) -> bool:
    """Whether a season of this version, a week old at most, stands at ``path``."""
    note = _note(path)
    if not (path.is_file() and note.is_file()):
        return False
    made = json.loads(note.read_text("utf-8"))
    age = now - datetime.fromisoformat(made["at"])
    return bool(made["of"] == fingerprint() and age < KEPT)


def is_season(path: Path) -> bool:
    """Whether the file at ``path`` was made here, so that it may be replaced."""
    return not path.exists() or _note(path).is_file()


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.season")


@contextmanager
def replaced(path: Path, now: datetime) -> Iterator[Path]:
    """Give a path to build at; when that is done, it takes the place of ``path``.

    A build that was interrupted leaves ``path`` as it was, and is begun anew.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    _remove(unfinished)
    try:
        yield unfinished
    except BaseException:
        _remove(unfinished)
        raise
    _remove(path)
    unfinished.replace(path)
    _remove(unfinished)
    _note(path).write_text(json.dumps({"at": now.isoformat(), "of": fingerprint()}), "utf-8")


def _remove(path: Path) -> None:
    for suffix in ("", *BESIDE, ".season"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def at(settings: Settings, path: Path) -> Settings:
    """Return the settings of a shop whose database is the file at ``path``."""
    return replace(settings, database_url=f"sqlite:///{path}")


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Migrate this database, then write without waiting for the disk; all is on it at the end."""
    flask_migrate.upgrade()
    _pragma("synchronous=OFF")
    yield
    _pragma("wal_checkpoint(TRUNCATE)")
    db.sa.engine.dispose()


def _pragma(words: str) -> None:
    """Say something to SQLite outside any transaction, on the pool's one connection."""
    db.session.remove()
    connection = db.sa.engine.raw_connection()
    connection.cursor().execute(f"PRAGMA {words}")
    connection.close()


def is_empty() -> bool:
    """Whether nobody has used this database yet."""
    return not any(db.session.scalar(select(model.id).limit(1)) for model in (User, Household))


def somebody_of_each(roles: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the name and phone of the first person of each role."""
    query = (
        select(UserRole.role, User.name, User.phone)
        .join(User, User.id == UserRole.user_id)
        .order_by(User.id.desc())
    )
    found = {role: (name, phone or "") for role, name, phone in db.session.execute(query)}
    return {role: found[role] for role in roles if role in found}
