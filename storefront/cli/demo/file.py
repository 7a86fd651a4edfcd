"""The demonstration's database: built beside the old one, put in its place when it is whole."""

import gc
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import flask_migrate
from sqlalchemy import select

from storefront import db
from storefront.accounts.models import User, UserRole
from storefront.config import ROOT, Settings
from storefront.supply.households import Household
from storefront.web.season import beside

SOURCES = ("storefront/cli/demo", "migrations/versions")


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
    return beside.is_fresh(path, fingerprint(), now)


@contextmanager
def replaced(path: Path, now: datetime, *, whole: bool = True) -> Iterator[Path]:
    """Give a path to build at; when that is done, it takes the place of ``path``.

    A build that was interrupted leaves ``path`` as it was, and is begun anew. An opening
    (not ``whole``) notes what nobody had done yet in it. Nobody may be serving ``path``.
    """
    unfinished = beside.named(path, "unfinished")
    beside.remove(unfinished)
    try:
        yield unfinished
    except BaseException:
        beside.remove(unfinished)
        raise
    facts = beside.noted(unfinished)
    beside.remove(path)
    unfinished.replace(path)
    beside.remove(unfinished)
    beside.note(path, at=now.isoformat(), of=fingerprint(), whole=whole, **facts)


def at(settings: Settings, path: Path) -> Settings:
    """Return the settings of a shop whose database is the file at ``path``."""
    return replace(settings, database_url=f"sqlite:///{path}")


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Migrate this database, then write without waiting for the disk; all is on it at the end."""
    flask_migrate.upgrade()
    _pragma("synchronous=OFF")
    gc.freeze()  # what is there now stays to the end, and need not be looked through again
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
