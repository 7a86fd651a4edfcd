"""A parcel as anyone may read it: what is in it, whose harvest, how sure we are. Never for whom.

Neither a price nor a share stands here: whoever gets a gift may look.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import starmap

from sqlalchemy import bindparam, case, func, select

from storefront import db
from storefront.catalogue.models import CUSTODY_LEVELS, Grade, Product
from storefront.errors import NotFound
from storefront.orders.certified import Certified, certified
from storefront.orders.lives import LIVE, fate
from storefront.orders.models import Allocation, Line, LinePart, Order, Parcel, ParcelBoxes
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.supply.places import Township, Village
from storefront.weight import Grams

READ = frozenset({"scanned", "typed"})  # how a crate is confirmed by who looked at its label


@dataclass(frozen=True, slots=True)
class Content:
    """So many boxes of what was ordered, and how to keep it."""

    name_zh: str
    name_en: str
    label_zh: str
    label_en: str
    picture: str
    storage_zh: str
    storage_en: str
    boxes: int


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one household picked on one day of a grade; a name only by consent, never a status."""

    display_name: str | None
    village_zh: str
    village_en: str
    township_zh: str
    township_en: str
    grade_zh: str
    grade_en: str
    harvested_on: date
    received_at: datetime | None
    custody: str
    how_confirmed: str
    crates: int
    grams: Grams


@dataclass(frozen=True, slots=True)
class Trace:
    """A parcel's public page. While it is not packed, nobody's harvest is in it yet."""

    code: str
    state: str
    packed_at: datetime | None
    dispatched_at: datetime | None
    is_packed: bool = False
    contents: tuple[Content, ...] = ()
    harvests: tuple[Harvest, ...] = ()
    certificates: tuple[Certified, ...] = ()

    @property
    def custody(self) -> str | None:
        """The custody level of its weakest crate (None: nothing in it was grown here)."""
        levels = [row.custody for row in self.harvests]
        return max(levels, key=CUSTODY_LEVELS.index) if levels else None

    @property
    def is_read(self) -> bool:
        """Whether somebody read the label of every crate: only then may it carry the mark."""
        return bool(self.harvests) and all(row.how_confirmed in READ for row in self.harvests)

    def crates(self, how: str) -> int:
        """Return how many of its crates were confirmed like that."""
        return sum(row.crates for row in self.harvests if row.how_confirmed == how)

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of its harvest."""
        days = [row.harvested_on for row in self.harvests]
        return (min(days), max(days)) if days else None


def trace(code: str) -> Trace:
    """Return the parcel of a trace code. Five statements once it is packed, one before.

    Raises:
        NotFound: no parcel has it.
    """
    row = db.session.execute(PARCEL, {"code": code}).first()
    if row is None:
        raise NotFound
    key, state, order_state, packed_at, dispatched_at, lost_at, returned_at = row
    over = order_state in ("expired", "cancelled")
    found = "cancelled" if over else fate(state, lost_at, returned_at)
    outside = Trace(code, found, packed_at, dispatched_at)
    if packed_at is None or found in ("planned", "cancelled"):
        return outside
    return replace(
        outside,
        is_packed=True,
        contents=contents_of(key),
        harvests=_harvests(key),
        certificates=certified(key),
    )


def contents_of(parcel_id: int) -> tuple[Content, ...]:
    """Return what is in a parcel, in the order of its lines. One statement."""
    return tuple(starmap(Content, db.session.execute(CONTENTS, {"parcel": parcel_id})))


def _harvests(parcel_id: int) -> tuple[Harvest, ...]:
    return tuple(starmap(Harvest, db.session.execute(HARVESTS, {"parcel": parcel_id})))


PARCEL = (
    select(
        Parcel.id,
        Parcel.state,
        Order.state,
        Parcel.packed_at,
        Parcel.dispatched_at,
        Parcel.lost_at,
        Parcel.returned_at,
    )
    .join(Order, Order.id == Parcel.order_id)
    .where(Parcel.trace_code == bindparam("code"))
)
CONTENTS = (
    select(
        Line.name_zh,
        Line.name_en,
        Line.label_zh,
        Line.label_en,
        Line.picture,
        Product.storage_zh,
        Product.storage_en,
        ParcelBoxes.boxes,
    )
    .join(Line, Line.id == ParcelBoxes.line_id)
    .join(Product, Product.id == Line.product_id)
    .where(ParcelBoxes.parcel_id == bindparam("parcel"))
    .order_by(Line.position)
)
_SHOWN = case((Household.consented_at.is_not(None), Household.display_name))
_APART = (
    _SHOWN,
    Village.name_zh,
    Village.name_en,
    Township.name_zh,
    Township.name_en,
    Grade.name_zh,
    Grade.name_en,
    Lot.harvested_on,
    Lot.received_at,
    Allocation.custody,
    Allocation.how_confirmed,
)
HARVESTS = (
    select(*_APART, func.count(), func.sum(Allocation.grams))
    .join(LinePart, LinePart.id == Allocation.line_part_id)
    .join(Grade, Grade.id == LinePart.grade_id)
    .join(Lot, Lot.id == Allocation.lot_id)
    .join(Household, Household.id == Allocation.household_id)
    .join(Village, Village.id == Allocation.village_id)
    .join(Township, Township.id == Village.township_id)
    .where(Allocation.parcel_id == bindparam("parcel"), Allocation.state.in_(LIVE))
    .group_by(Allocation.household_id, *_APART)
    .order_by(func.min(Allocation.position), func.min(Allocation.id))
)
