"""The certificates that cover what is in a parcel, as anyone may read them: never a head's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select

from storefront import clock, db
from storefront.orders.models import Allocation
from storefront.supply.certificates import BUYER, PRODUCER, STANDS, Certificate
from storefront.supply.households import Household
from storefront.supply.models import Lot


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate on a public page; a household is named only by its consent."""

    code: str
    style: str
    name_zh: str
    name_en: str
    origin_zh: str
    origin_en: str
    basis: str
    issued_at: datetime
    promiser: str | None


CRATES = (
    select(Allocation.lot_id, Lot.grade_id, func.max(Allocation.packed_at))
    .join(Lot, Lot.id == Allocation.lot_id)
    .where(Allocation.parcel_id == bindparam("parcel"), Allocation.packed_at.is_not(None))
    .where(Allocation.state != "freed")
    .group_by(Allocation.lot_id, Lot.grade_id)
)
_NAMED = case(
    (Certificate.style == BUYER, Certificate.promiser),
    (Household.consented_at.is_not(None), Household.display_name),
)
PAPERS = (
    select(
        Certificate.code,
        Certificate.style,
        Certificate.name_zh,
        Certificate.name_en,
        Certificate.origin_zh,
        Certificate.origin_en,
        Certificate.basis,
        Certificate.issued_at,
        _NAMED,
        Certificate.grade_id,
        Certificate.packed_on,
    )
    .outerjoin(Lot, Lot.id == Certificate.lot_id)
    .outerjoin(Household, Household.id == Lot.household_id)
    .where(
        STANDS,
        or_(
            Certificate.lot_id.in_(bindparam("lots", expanding=True)),
            Certificate.packed_on.in_(bindparam("days", expanding=True)),
        ),
    )
    .order_by(Certificate.style, Certificate.id)
)


def certified(parcel_id: int) -> tuple[Certified, ...]:
    """Return the certificates that stand for a parcel's crates, the brand's first. Two statements.

    The brand's covers a crate of its grade that was packed that day before it was issued.
    """
    crates = db.session.execute(CRATES, {"parcel": parcel_id}).all()
    packed: dict[tuple[int, date], datetime] = {}
    for _lot, grade, at in crates:
        if at is not None:
            batch = (grade, clock.china_day(at))
            packed[batch] = max(at, packed.get(batch, at))
    asked = {"lots": [lot for lot, _, _ in crates], "days": [day for _, day in packed]}
    rows = db.session.execute(PAPERS, asked).all() if crates else []
    return tuple(Certified(*row[:9]) for row in rows if _covers(row, packed))


def _covers(row: Any, packed: Mapping[tuple[int, date], datetime]) -> bool:  # noqa: ANN401
    """Whether a certificate that was found covers the parcel: the brand's what was in by then."""
    if row.style == PRODUCER:
        return True
    last = packed.get((row.grade_id, row.packed_on))
    return last is not None and last <= row.issued_at
