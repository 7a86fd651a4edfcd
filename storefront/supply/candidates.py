"""The lots the allocation rule may choose from, held for the transaction."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from storefront import county, db
from storefront.supply.allocation import LotOnOffer, in_order
from storefront.supply.households import HouseholdStatus
from storefront.supply.mergers import MERGED
from storefront.supply.models import Lot, LotHold
from storefront.supply.seasons import season_of
from storefront.weight import Grams

HELD = exists().where(LotHold.lot_id == Lot.id, LotHold.released_at.is_(None))
# a promise of a household that went into another one: nothing new is planned on it
GIVEN_UP = and_(Lot.state == "declared", Lot.household_id.in_(MERGED))
# that last until what is ``promised`` for a day leaves
LAST = (
    Lot.storage_ends_on >= bindparam("promised"),
    Lot.available_g > 0,
    Lot.state.in_(("declared", "received")),
    ~HELD,
    ~GIVEN_UP,
)
# of some ``grades``
LASTING = (Lot.grade_id.in_(bindparam("grades", expanding=True)), *LAST)
# and are ready by then
FITTING = (*LASTING, Lot.ready_on <= bindparam("promised"))
IDS = select(Lot.id).where(*FITTING)
# the lasting ones, also such as are ready only later, and ``also`` some that are named
LOCKING = db.locking(
    select(Lot)
    .where(or_(and_(*LASTING), Lot.id.in_(bindparam("also", expanding=True))))
    .order_by(Lot.id)
)
OUT_OF_REACH: Select[*tuple[Any, ...]] = select(
    literal_column("'lot'"), Lot.id, literal_column("0")
).where(Lot.id.in_(bindparam("lots", expanding=True)), or_(HELD, GIVEN_UP))
ALLOCATED: Select[*tuple[Any, ...]] = (
    select(literal_column("'household'"), Lot.household_id, func.sum(Lot.allocated_g))
    .where(
        Lot.household_id.in_(bindparam("households", expanding=True)),
        Lot.season == bindparam("season"),
    )
    .group_by(Lot.household_id)
)
STANDING = union_all(OUT_OF_REACH, ALLOCATED)


def candidate_ids(grade_ids: Collection[int], promised: date) -> set[int]:
    """Return the ids of the lots of these grades that fit ``promised``, to be locked."""
    return set(db.session.scalars(IDS, {"grades": list(grade_ids), "promised": promised}))


def on_offer(lots: Collection[Lot], promised: date) -> list[LotOnOffer]:
    """Return locked lots as the rule sees them, in the order they are to be taken."""
    first = county.rules().registered_poor_first
    households = {lot.household_id for lot in lots}
    poor = _registered_poor(households, promised) if first else frozenset()
    held, allocated = _standing({lot.id for lot in lots}, households, season_of(promised))
    seen = [
        LotOnOffer(
            id=lot.id,
            household_id=lot.household_id,
            grade_id=lot.grade_id,
            received=lot.state == "received",
            ready_on=lot.ready_on,
            storage_ends_on=lot.storage_ends_on,
            available=lot.available_g,
            held=lot.id in held,
            registered_poor=lot.household_id in poor,
        )
        for lot in lots
    ]
    return in_order(seen, allocated, promised, registered_poor_first=first)


def _standing(
    lot_ids: Collection[int], households: Collection[int], season: int
) -> tuple[frozenset[int], dict[int, Grams]]:
    """Return which lots are out of reach, and what households were allocated. One statement."""
    given = {"lots": list(lot_ids), "households": list(households), "season": season}
    rows = db.session.execute(STANDING, given).all()
    held = frozenset(key for kind, key, _grams in rows if kind == "lot")
    return held, {key: Grams(int(grams)) for kind, key, grams in rows if kind == "household"}


def _registered_poor(households: Collection[int], day: date) -> frozenset[int]:
    latest = (
        select(HouseholdStatus.household_id, func.max(HouseholdStatus.from_day).label("day"))
        .where(HouseholdStatus.household_id.in_(households), HouseholdStatus.from_day <= day)
        .group_by(HouseholdStatus.household_id)
        .subquery()
    )
    query = select(HouseholdStatus.household_id).join(
        latest,
        (latest.c.household_id == HouseholdStatus.household_id)
        & (latest.c.day == HouseholdStatus.from_day),
    )
    return frozenset(db.session.scalars(query.where(HouseholdStatus.status == "registered_poor")))
