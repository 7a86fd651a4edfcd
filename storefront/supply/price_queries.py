"""What the pages of prices ask: how they stand by grade, and how they came to be so."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, literal, select, union_all

from storefront import db
from storefront.catalogue.models import Grade
from storefront.errors import NotFound
from storefront.supply.price_models import FarmGatePrice, PurchasePrice
from storefront.supply.prices import FLOOR, KINDS, PAID, begins, latest
from storefront.weight import FenPerKg


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A grade's prices on a day, and the purchase price that comes next.

    ``price`` is what is paid; it is the floor where the office's ``own`` lies below.
    """

    grade_id: int
    code: str
    name_zh: str
    name_en: str
    price: FenPerKg | None
    own: FenPerKg | None
    since: date | None
    floor: FenPerKg | None
    floor_since: date | None
    farm_gate: FenPerKg | None
    farm_gate_on: date | None
    next_price: FenPerKg | None = None
    next_from: date | None = None

    @property
    def is_lifted(self) -> bool:
        """Whether the county's floor is paid, because the office's own price is lower."""
        return self.price is not None and self.price != self.own


@dataclass(frozen=True, slots=True)
class NamedGrade:
    """A grade by its names."""

    id: int
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Said:
    """A price as somebody said it; ``holds`` unless it was said anew for the same day."""

    kind: str
    day: date
    price: FenPerKg
    set_at: datetime | None
    set_by: int | None
    id: int
    holds: bool


_GATE = latest(FarmGatePrice, bindparam("day"))
_STANDING = (
    select(
        Grade.id,
        Grade.code,
        Grade.name_zh,
        Grade.name_en,
        PAID.c.price,
        PAID.c.own,
        PAID.c.since,
        FLOOR.c.price,
        FLOOR.c.since,
        _GATE.c.price,
        _GATE.c.since,
    )
    .outerjoin(PAID, PAID.c.grade_id == Grade.id)
    .outerjoin(FLOOR, FLOOR.c.grade_id == Grade.id)
    .outerjoin(_GATE, _GATE.c.grade_id == Grade.id)
    .order_by(Grade.position, Grade.id)
)
# the last said first: what is read last of a grade is its next day's last word
_COMING = (
    select(PurchasePrice.grade_id, PurchasePrice.from_day, PurchasePrice.price)
    .where(PurchasePrice.from_day > bindparam("day"))
    .order_by(PurchasePrice.from_day.desc(), PurchasePrice.id)
)


def price_table(day: date) -> tuple[PriceRow, ...]:
    """Return every grade with its prices around ``day``. Two statements."""
    asked = {"day": day}
    coming = {
        grade: (price, from_day) for grade, from_day, price in db.session.execute(_COMING, asked)
    }
    return tuple(
        PriceRow(*row, *coming.get(row[0], (None, None)))
        for row in db.session.execute(_STANDING, asked)
    )


_KINDS = tuple(KINDS)
_NAMED = select(Grade.id, Grade.code, Grade.name_zh, Grade.name_en)
_ALL = union_all(
    *(
        select(
            literal(at).label("kind"),
            begins(model).label("day"),
            model.price.label("price"),
            model.set_at.label("set_at"),
            model.set_by.label("set_by"),
            model.id.label("id"),
        ).where(model.grade_id == bindparam("grade"))
        for at, (model, _role) in enumerate(KINDS.values())
    )
).subquery()
_HISTORY = select(_ALL).order_by(_ALL.c.day.desc(), _ALL.c.kind, _ALL.c.id.desc())


def grade_named(code: str) -> NamedGrade:
    """Return a grade. Raises NotFound."""
    row = db.session.execute(_NAMED.where(Grade.code == code)).first()
    if row is None:
        raise NotFound
    return NamedGrade(*row)


def grades_by_id() -> dict[int, NamedGrade]:
    """Return every grade by its key."""
    return {row.id: NamedGrade(*row) for row in db.session.execute(_NAMED)}


def history(grade_id: int) -> tuple[Said, ...]:
    """Return all that was ever said of a grade's prices, the newest day first. One statement."""
    found: list[Said] = []
    for at, day, price, set_at, set_by, key in db.session.execute(_HISTORY, {"grade": grade_id}):
        kind = _KINDS[at]
        holds = not (found and (found[-1].kind, found[-1].day) == (kind, day))
        found.append(Said(kind, day, price, set_at, set_by, key, holds))
    return tuple(found)
