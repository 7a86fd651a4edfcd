"""What producers' pages ask of the store: a household's lots and movements, grades, prices."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Executable, exists, func, or_, select

from storefront import db
from storefront.catalogue.models import Grade
from storefront.errors import NotFound
from storefront.supply.models import Lot, LotHold, Movement, Slip
from storefront.supply.prices import PAID
from storefront.weight import FenPerKg, Grams

IS_HELD = exists().where(LotHold.lot_id == Lot.id, LotHold.released_at.is_(None)).correlate(Lot)
_LOT = (
    select(
        Lot.id,
        Lot.code,
        Lot.household_id,
        Lot.grade_id,
        Grade.name_zh,
        Grade.name_en,
        Lot.state,
        IS_HELD,
        Lot.harvested_on,
        Lot.storage_ends_on,
        Lot.declared_g,
        Lot.on_hand_g,
        Lot.available_g,
        Lot.purchase_price,
        Slip.code,
        Lot.channel,
        Lot.confirmed_at,
    )
    .join(Grade, Grade.id == Lot.grade_id)
    .outerjoin(Slip, Slip.id == Lot.slip_id)
)
_MOVED = select(
    Movement.id,
    Movement.stock,
    Movement.grams,
    Movement.reason,
    Movement.channel,
    Movement.note,
    Movement.at,
    Movement.bearer,
)


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot of a household; ``available`` is what may still be taken back."""

    id: int
    code: str
    household_id: int
    grade_id: int
    grade_zh: str
    grade_en: str
    state: str
    held: bool
    harvested_on: date
    storage_ends_on: date
    declared: Grams
    on_hand: Grams
    available: Grams
    price: FenPerKg | None
    slip: str | None
    channel: str
    confirmed_at: datetime | None

    @property
    def there(self) -> Grams:
        """Grams still to bring and grams in the store."""
        return self.declared + self.on_hand

    @property
    def planned(self) -> Grams:
        """Grams set aside for orders."""
        return self.there - self.available


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A change of a lot's stock."""

    id: int
    stock: str
    grams: Grams
    reason: str
    channel: str
    note: str
    at: datetime
    bearer: str | None


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A grade and what a kilogram of it fetches on the day asked for, if a price is set."""

    id: int
    code: str
    commodity: str
    name_zh: str
    name_en: str
    price: FenPerKg | None


def _one(query: Executable) -> tuple[Any, ...]:
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return tuple(row)


def _all(query: Executable) -> list[Any]:
    return list(db.session.execute(query))


def household_lots(
    household_id: int, *, before_id: int | None = None, limit: int = 30
) -> tuple[LotRow, ...]:
    """Return a household's lots, the newest first."""
    query = _LOT.where(Lot.household_id == household_id).order_by(Lot.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(Lot.id < before_id)
    return _lots(query)


def lots_at_hand(household_id: int, *, newest: int) -> tuple[LotRow, ...]:
    """Return the ``newest`` lots and every other of which something is free, the newest first."""
    own = Lot.household_id == household_id
    latest = select(Lot.id).where(own).order_by(Lot.id.desc()).limit(newest).subquery()
    shown = or_(Lot.available_g > 0, Lot.id.in_(select(latest.c.id)))
    return _lots(_LOT.where(own, shown).order_by(Lot.id.desc()))


def lots_to_take(household_id: int) -> tuple[LotRow, ...]:
    """Return the household's lots of which something can be taken back, the newest first."""
    query = _LOT.where(Lot.household_id == household_id, Lot.available_g > 0)
    return _lots(query.order_by(Lot.id.desc()))


def declared_lots(household_id: int) -> tuple[LotRow, ...]:
    """Return what the household said it will bring and has not brought yet, oldest first."""
    query = _LOT.where(Lot.household_id == household_id, Lot.state == "declared")
    return _lots(query.order_by(Lot.id))


def grades_brought(household_id: int) -> list[int]:
    """Return the grades a household brought or declared before, the latest first."""
    latest = func.max(Lot.id)
    query = select(Lot.grade_id).where(Lot.household_id == household_id).group_by(Lot.grade_id)
    return list(db.session.scalars(query.order_by(latest.desc())))


def _lots(query: Executable) -> tuple[LotRow, ...]:
    return tuple(LotRow(*row) for row in _all(query))


def household_lot(household_id: int, code: str) -> LotRow:
    """Return one lot of a household. Raises NotFound where it is another's."""
    query = _LOT.where(Lot.household_id == household_id, Lot.code == code)
    return LotRow(*_one(query))


def movements(lot_id: int) -> tuple[MovementRow, ...]:
    """Return everything that happened to a lot's stock, the newest first."""
    query = _MOVED.where(Movement.lot_id == lot_id).order_by(Movement.id.desc())
    return tuple(MovementRow(*row) for row in _all(query))


def done(lot_id: int, key: str) -> MovementRow:
    """Return what the intention ``key`` did to a lot; taken from both stocks it is one sum.

    Raises NotFound.
    """
    query = _MOVED.where(Movement.lot_id == lot_id, Movement.key.in_((key, f"{key}:on-hand")))
    moved = [MovementRow(*row) for row in _all(query.order_by(Movement.id))]
    if not moved:
        raise NotFound
    return replace(moved[0], grams=Grams.total(row.grams for row in moved))


def grades_with_prices(day: date) -> tuple[GradeRow, ...]:
    """Return every grade in its order with what is paid for it on ``day``."""
    return tuple(GradeRow(*row) for row in db.session.execute(_PAID_GRADES, {"day": day}))


_PAID_GRADES = (
    select(Grade.id, Grade.code, Grade.commodity, Grade.name_zh, Grade.name_en, PAID.c.price)
    .outerjoin(PAID, PAID.c.grade_id == Grade.id)
    .order_by(Grade.position, Grade.id)
)
