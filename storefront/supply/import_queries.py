"""What the county's pages ask of files that were sent for the registry."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap
from typing import Any

from sqlalchemy import select

from storefront import db
from storefront.errors import NotFound
from storefront.supply.imports import RegistryFault, RegistryFile
from storefront.supply.taking_in import ANY_CHANGE, CHANGES, OF_FILE, OTHER_STATUS, H, R


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file, how far it is, and what came of it."""

    id: int
    code: str
    state: str
    as_of: date
    sent_at: datetime
    rows_read: int
    households: int
    staged: int
    faults: int
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FaultRow:
    """What is wrong at one place of a file."""

    sheet: str
    row: int
    column: str
    heading: str
    code: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A known household that a file changes: its code, and which words of it."""

    code: str
    fields: tuple[str, ...]


_F, _X = RegistryFile, RegistryFault
_FILE = select(
    _F.id,
    _F.code,
    _F.state,
    _F.as_of,
    _F.sent_at,
    _F.rows_read,
    _F.households,
    _F.staged,
    _F.faults,
    _F.told,
)


def files(*, limit: int = 20) -> tuple[FileRow, ...]:
    """Return the files that were sent, the newest first."""
    return tuple(starmap(FileRow, db.session.execute(_FILE.order_by(_F.id.desc()).limit(limit))))


def file_of(code: str) -> FileRow:
    """Return one file. Raises NotFound."""
    row = db.session.execute(_FILE.where(_F.code == code)).first()
    if row is None:
        raise NotFound
    return FileRow(*row)


def faults_of(file_id: int, *, limit: int = 100) -> tuple[FaultRow, ...]:
    """Return the first faults of a file, in the order of its rows."""
    query = select(_X.sheet, _X.row, _X.column, _X.heading, _X.code, _X.facts)
    query = query.where(_X.file_id == file_id).order_by(_X.id).limit(limit)
    return tuple(starmap(FaultRow, db.session.execute(query)))


_CHANGED = (
    select(H.code, *CHANGES.values(), OTHER_STATUS)
    .select_from(R)
    .join(H, H.code == R.code)
    .where(OF_FILE)
    .order_by(H.code)
)


def changed_by(file_id: int, *, limit: int = 50) -> tuple[ChangedRow, ...]:
    """Return the first known households that a file changes, and in what."""
    names = (*CHANGES, "status")
    query = _CHANGED.where(ANY_CHANGE).limit(limit)
    return tuple(
        ChangedRow(code, tuple(name for name, other in zip(names, others, strict=True) if other))
        for code, *others in db.session.execute(query, {"file": file_id})
    )
