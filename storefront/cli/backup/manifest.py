"""What a backup says of itself, in a file beside it: what is in it, and what opens it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path

from sqlalchemy import Connection, inspect, text


class NotABackup(Exception):  # noqa: N818  an answer, not a fault
    """The file is no whole backup, or this installation cannot open it; the message says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup: its file and the file's hash, how many rows each table has, which keys open it.

    ``keys`` are fingerprints; a key itself never stands beside what it opens. ``photographs``
    names the files that belong to it (photographs.py).
    """

    file: str
    made_at: str
    database: str
    revision: str
    size: int
    sha256: str
    keys: list[str]
    rows: dict[str, int]
    photographs: list[str] = field(default_factory=list)

    @property
    def rows_in_all(self) -> int:
        """How many rows there are in all tables."""
        return sum(self.rows.values())


def of(  # the facts of one file
    path: Path,
    name: str,
    rows: dict[str, int],
    *,
    keys: Sequence[str],
    revision: str,
    now: datetime,
) -> Manifest:
    """Return the manifest of the copy at ``path``, which will be called ``name``."""
    return Manifest(
        file=name,
        made_at=now.isoformat(),
        database="sqlite" if name.endswith(".db") else "postgresql",
        revision=revision,
        size=path.stat().st_size,
        sha256=_hash(path),
        keys=[fingerprint(key) for key in keys],
        rows=rows,
    )


def fingerprint(key: str) -> str:
    """Return what tells a key from another one and does not give it away."""
    return sha256(key.encode()).hexdigest()[:12]


def write(made: Manifest, folder: Path) -> None:
    """Write the manifest beside its file."""
    _beside(folder / made.file).write_text(json.dumps(asdict(made), indent=1), "utf-8")


def read(file: Path) -> Manifest:
    """Return the manifest of ``file``.

    Raises:
        NotABackup: there is none, or it cannot be read.
    """
    try:
        return Manifest(**json.loads(_beside(file).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as fault:
        message = f"{_beside(file).name} is not beside it, or cannot be read."
        raise NotABackup(message) from fault


def check(made: Manifest, file: Path, *, keys: Sequence[str]) -> None:
    """Make sure that ``file`` is what was written down, and that ``keys`` open it.

    Raises:
        NotABackup: it was changed or cut short, or another key is needed.
    """
    if _hash(file) != made.sha256:
        message = f"{file.name} was changed or cut short after it was made."
        raise NotABackup(message)
    missing = set(made.keys) - {fingerprint(key) for key in keys}
    if missing:
        message = (
            f"FIELD_KEYS lacks {len(missing)} of the {len(made.keys)} keys it was written with;"
            " without them nobody's phone, address or account can be read."
        )
        raise NotABackup(message)


def count(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    names = sorted(inspect(connection).get_table_names())
    counted = (connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names)  # noqa: S608  our own names
    return {name: int(rows or 0) for name, rows in zip(names, counted, strict=True)}


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.json")


def _hash(path: Path) -> str:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
