"""A file of households: sent, read by the worker piece by piece, then taken in at once or not.

Until it is taken in nothing of it touches the registry (docs/adr/0030). No transaction
here is long: reading and encrypting happen outside, rows are staged in pieces, and taking
in is a handful of statements over all rows.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, column, delete, insert, select, table

from storefront import audit, clock, columns, db, ids
from storefront.actors import OFFICER, Actor
from storefront.crypto import keyring
from storefront.errors import Forbidden, Refusal
from storefront.supply import filed_places, sheets
from storefront.supply.filing.faults import Fault, Faults
from storefront.supply.filing.household_file import HouseholdFile
from storefront.supply.filing.household_rows import FiledHousehold
from storefront.supply.households import SECRETS
from storefront.supply.imports import RegistryFault, RegistryFile, RegistryRow

PIECE = 500  # rows a transaction: some hundredths of a second
TOLD_EVERY = 2_000  # rows of a file between two words of how far it is


def send(content: bytes, as_of: date, *, actor: Actor, now: datetime) -> str:
    """Keep a file, encrypted, for the worker to read; the same one again is the one that waits.

    ``content`` was looked at (``sheets.look``) before the transaction. Returns its code.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``day_in_future``.
    """
    _check_officer(actor)
    if as_of > clock.china_day(now):
        raise Refusal("file_day_in_future", field="as_of")
    digest = hashlib.sha256(content).hexdigest()
    query = select(RegistryFile.code).where(
        RegistryFile.sha256 == digest,
        RegistryFile.as_of == as_of,
        RegistryFile.state.in_(("waiting", "ready")),
    )
    known = db.session.scalar(query)
    if known is not None:
        return known
    file = RegistryFile(code=ids.new_code(), sha256=digest, as_of=as_of, state="waiting")
    file.content, file.told = keyring.encrypt_bytes(content), {}
    file.sent_by, file.sent_at = actor.user_id, now
    db.session.add(file)
    audit.record(actor, "send_registry_file", "registry_file", file.code, now=now)
    db.session.flush()
    return file.code


def _check_officer(actor: Actor) -> None:
    if not actor.may(OFFICER):
        raise Forbidden


NEXT = select(RegistryFile.id).where(RegistryFile.state == "waiting").order_by(RegistryFile.id)


def waiting() -> int | None:
    """Return the file to read next."""
    return db.session.scalar(NEXT.limit(1))


def read(file_id: int, *, now: datetime) -> None:
    """Read a waiting file and stage its households, or note what is wrong in it.

    Interrupted, it begins anew: what was staged before is removed first. Opens its own
    transactions, each of them short.
    """
    with db.transaction():
        file = db.lock_one(RegistryFile, file_id)
        content, as_of = file.content or b"", file.as_of
        db.session.execute(delete(RegistryRow).where(RegistryRow.file_id == file_id))
        db.session.execute(delete(RegistryFault).where(RegistryFault.file_id == file_id))
    places = filed_places.places(clock.china_day(now))
    rule = HouseholdFile(places, as_of=as_of, today=clock.china_day(now))
    try:
        homes = _homes(file_id, rule, keyring.decrypt_bytes(content))
    except Refusal as refusal:
        facts = {name: fact for name, fact in refusal.facts.items() if name != "field"}
        _settle(file_id, "refused", now, told={"refusal": refusal.code, **facts})
        return
    merged = filed_places.merged([home.code for home in homes])
    for home in homes:
        if home.code in merged:
            rule.faults.note("household_merged", "", home.row, into=merged[home.code])
    if rule.faults.count:
        _settle(file_id, "faulty", now, faults=rule.faults)
        return
    for at in range(0, len(homes), PIECE):
        _stage(file_id, homes[at : at + PIECE])
    _settle(file_id, "ready", now)


def _homes(file_id: int, rule: HouseholdFile, content: bytes) -> list[FiledHousehold]:
    for sheet in sheets.read(content):
        for rows in rule.take(sheet):
            if rows % TOLD_EVERY == 0:
                _tell(file_id, rows_read=rows)
    homes = list(rule.households())
    _tell(file_id, rows_read=rule.rows, households=len(homes))
    return homes


def _tell(file_id: int, **figures: int) -> None:
    with db.transaction():
        file = db.lock_one(RegistryFile, file_id)
        for name, figure in figures.items():
            setattr(file, name, figure)


def _stage(file_id: int, piece: Sequence[FiledHousehold]) -> None:
    rows = [_staged(file_id, home) for home in piece]
    with db.transaction():
        file = db.lock_one(RegistryFile, file_id)
        db.session.connection().execute(STAGE, rows)
        file.staged = file.staged + len(rows)


# the secrets are encrypted already: the column's type would do it inside the transaction
STAGE = insert(
    table(
        "registry_row",
        *(
            column(one.name, String() if isinstance(one.type, columns.Encrypted) else one.type)
            for one in db.table(RegistryRow).columns
            if one.name != "id"
        ),
    )
)


def _staged(file_id: int, home: FiledHousehold) -> dict[str, Any]:
    row = {name: getattr(home, name) for name in FiledHousehold.__slots__}
    for name in SECRETS:
        secret = row[name]
        row[f"{name}_digest"] = keyring.digest(secret) if secret else None
        row[name] = keyring.encrypt(secret) if secret else None
    return {"file_id": file_id, **row}


def _settle(
    file_id: int,
    state: str,
    now: datetime,
    *,
    faults: Faults | None = None,
    told: dict[str, Any] | None = None,
) -> None:
    """Write down how reading ended; the file itself is forgotten."""
    with db.transaction():
        file = db.lock_one(RegistryFile, file_id)
        file.state, file.read_at, file.content, file.told = state, now, None, told or {}
        if faults is not None:
            file.faults = faults.count
            kept = sorted(faults.kept, key=lambda fault: (fault.sheet, fault.row))
            db.session.add_all(_noted(file_id, fault) for fault in kept)
        db.session.flush()


def _noted(file_id: int, fault: Fault) -> RegistryFault:
    facts = {name: getattr(fault, name) for name in Fault.__slots__}
    return RegistryFault(file_id=file_id, **facts)


def forget(before: datetime, *, limit: int) -> int:
    """Delete rows of files that were decided on, or that nobody decided on for so long."""
    old = select(RegistryFile.id).where(
        RegistryFile.state.in_(("taken", "abandoned", "faulty", "refused"))
        | (RegistryFile.read_at < before)
    )
    some = select(RegistryRow.id).where(RegistryRow.file_id.in_(old)).limit(limit)
    keys = list(db.session.scalars(some))
    db.session.execute(delete(RegistryRow).where(RegistryRow.id.in_(keys)))
    return len(keys)
