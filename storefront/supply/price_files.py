"""A file of prices: read at once, looked at, then taken in whole or put away (docs/adr/0030).

It is small, so it is read in the request that sends it, outside of any transaction.
"""

import hashlib
from dataclasses import asdict, astuple, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, bindparam, literal, select, union_all
from sqlalchemy.orm import Mapped, mapped_column

from storefront import audit, db, ids
from storefront.actors import OFFICER, OPERATOR, Actor
from storefront.catalogue.models import Grade
from storefront.errors import Forbidden, NotFound, Refusal
from storefront.supply import sheets
from storefront.supply.filing import cells
from storefront.supply.filing.faults import Fault
from storefront.supply.filing.price_file import FiledPrice
from storefront.supply.filing.price_file import PriceFile as Reading
from storefront.supply.price_models import FloorPrice
from storefront.supply.prices import KINDS, begins, set_price
from storefront.weight import FenPerKg

STATES = ("ready", "faulty", "taken", "abandoned")
ROLES = (OPERATOR, OFFICER)


class PriceFile(db.Base):
    """A file of prices of one office: what it says, what is wrong in it, what came of it."""

    __tablename__ = "price_file"
    __table_args__ = (
        db.one_of("role", ROLES),
        db.one_of("state", STATES),
        Index("ix_price_file_role", "role", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    sha256: Mapped[str]
    state: Mapped[str]
    prices: Mapped[list[Any]] = mapped_column(JSON)
    faults: Mapped[list[Any]] = mapped_column(JSON)
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]

    @property
    def filed(self) -> list[FiledPrice]:
        """The prices as they were read."""
        return [
            FiledPrice(kind, grade, date.fromisoformat(day), FenPerKg(price), row)
            for kind, grade, day, price, row in self.prices
        ]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read of a file, before anything of it is kept."""

    sha256: str
    role: str
    prices: tuple[FiledPrice, ...]
    faults: tuple[Fault, ...]


def kinds_of(role: str) -> tuple[str, ...]:
    """Return which prices are an office's word."""
    return tuple(kind for kind, (_model, whose) in KINDS.items() if whose == role)


def read(content: bytes, role: str, *, today: date) -> Sheet:
    """Read a file of an office's prices; opens no transaction.

    Raises:
        Refusal: as ``sheets.read``.
    """
    rule = Reading(_grades(), kinds_of(role))
    for sheet in sheets.read(content):
        rule.take(sheet)
    rule.end()
    prices = tuple(rule.prices.values())
    if not rule.faults.count:
        _check(prices, rule, today)
    digest = hashlib.sha256(content).hexdigest()
    return Sheet(digest, role, prices, tuple(rule.faults.kept))


def _grades() -> dict[str, int]:
    rows = db.session.execute(select(Grade.id, Grade.code, Grade.name_zh, Grade.name_en))
    return {cells.plain(name).lower(): grade for grade, *names in rows for name in reversed(names)}


def _check(prices: tuple[FiledPrice, ...], rule: Reading, today: date) -> None:
    """Note what the tables do not allow; what they say already is no fault."""
    known, floors = standing(), _floors()
    for price in prices:
        if known.get(price[:3]) == price.price:
            continue
        future = price.kind == "farm_gate"
        if price.day > today if future else price.day < today:
            code = "day_in_future" if future else "day_over"
            rule.faults.note(code, "", price.row, typed=price.day.isoformat())
        told = [one for one in floors.get(price.grade_id, ()) if one[0] <= price.day]
        if price.kind == "purchase" and told and price.price < told[-1][1]:
            since, least = told[-1][0].isoformat(), int(told[-1][1])
            facts = {"price": int(price.price), "floor": least}
            rule.faults.note("below_floor", "", price.row, None, **facts, since=since)


def _floors() -> dict[int, list[tuple[date, FenPerKg]]]:
    query = select(FloorPrice.grade_id, FloorPrice.from_day, FloorPrice.price)
    floors: dict[int, list[tuple[date, FenPerKg]]] = {}
    for grade, day, price in db.session.execute(query.order_by(FloorPrice.from_day, FloorPrice.id)):
        floors.setdefault(grade, []).append((day, price))
    return floors


_SAID = union_all(
    *(
        select(literal(kind).label("kind"), model.grade_id, begins(model), model.price, model.id)
        for kind, (model, _role) in KINDS.items()
    )
)


def standing() -> dict[tuple[str, int, date], FenPerKg]:
    """Return every price that holds, by kind, grade and day. One statement."""
    rows = sorted(db.session.execute(_SAID), key=lambda row: row[4])
    return {(kind, grade, day): price for kind, grade, day, price, _ in rows}


OF_CODE = select(PriceFile).where(PriceFile.code == bindparam("code"))
WAITING = select(PriceFile.code).where(
    PriceFile.sha256 == bindparam("sha256"),
    PriceFile.role == bindparam("role"),
    PriceFile.state == "ready",
)


def send(sheet: Sheet, *, actor: Actor, now: datetime) -> str:
    """Keep what was read of a file; the same one again is the one that waits. Returns its code.

    Raises:
        Forbidden: the actor is not of that office.
    """
    if not actor.may(sheet.role):
        raise Forbidden
    waits = db.session.scalar(WAITING, {"sha256": sheet.sha256, "role": sheet.role})
    if waits is not None:
        return waits
    file = PriceFile(code=ids.new_code(), role=sheet.role, sha256=sheet.sha256, told={})
    file.state = "faulty" if sheet.faults else "ready"
    file.prices = [
        [*price[:2], price.day.isoformat(), int(price.price), price.row] for price in sheet.prices
    ]
    file.faults = [asdict(fault) for fault in sheet.faults]
    file.sent_by, file.sent_at = actor.user_id, now
    db.session.add(file)
    audit.record(actor, "send_price_file", "price_file", file.code, now=now)
    db.session.flush()
    return file.code


def of_code(code: str, role: str) -> PriceFile:
    """Return a file of an office. Raises NotFound, also where it is another office's."""
    file = db.session.scalar(OF_CODE, {"code": code})
    if file is None or file.role != role:
        raise NotFound
    return file


def files(role: str, *, limit: int = 20) -> list[PriceFile]:
    """Return an office's files, the newest first."""
    query = select(PriceFile).where(PriceFile.role == role).order_by(PriceFile.id.desc())
    return list(db.session.scalars(query.limit(limit)))


@dataclass(frozen=True, slots=True)
class Differences:
    """What taking a file in would do: prices new, said anew, and as they stand."""

    new: int
    changed: int
    unchanged: int

    @property
    def seen(self) -> str:
        """The figures in one word, for a form to say what was agreed to."""
        return "-".join(map(str, astuple(self)))


def differences(file: PriceFile) -> Differences:
    """Return what taking the file in would do now. One statement."""
    known = standing()
    found = [(known.get(price[:3]), price.price) for price in file.filed]
    new = sum(old is None for old, _ in found)
    same = sum(old == price for old, price in found)
    return Differences(new, len(found) - new - same, same)


def take_in(file_id: int, seen: str, *, actor: Actor, now: datetime) -> None:
    """Say every price of a file, or none.

    Raises:
        Forbidden: the actor is not of that office.
        Refusal: ``price_file_state``; ``prices_changed`` where the tables are no longer what
            was shown (``seen``); as ``set_price``.
    """
    file = _decided(file_id, actor, now)
    found = differences(file)
    if found.seen != seen:
        raise Refusal("prices_changed", file=file.code)
    known = standing()
    for price in file.filed:
        if known.get(price[:3]) != price.price:
            set_price(*price[:4], actor=actor, now=now)
    file.state, file.told = "taken", asdict(found)
    audit.record(actor, "import_prices", "price_file", file.code, now=now, **asdict(found))
    db.session.flush()


def abandon(file_id: int, *, actor: Actor, now: datetime) -> None:
    """Put a file away. Raises as ``take_in``."""
    file = _decided(file_id, actor, now)
    file.state = "abandoned"
    audit.record(actor, "abandon_price_file", "price_file", file.code, now=now)
    db.session.flush()


def _decided(file_id: int, actor: Actor, now: datetime) -> PriceFile:
    file = db.lock_one(PriceFile, file_id)
    if not actor.may(file.role):
        raise Forbidden
    if file.state != "ready":
        raise Refusal("price_file_state", file=file.code)
    file.decided_by, file.decided_at = actor.user_id, now
    return file
