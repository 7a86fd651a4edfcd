"""The lots the allocation rule may choose from, held for the transaction."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, bindparam, exists, func, or_, select

from storefront import county, db
from storefront.supply.allocation import LotOnOffer, in_order
from storefront.supply.households import HouseholdStatus
from storefront.supply.mergers import MERGED
from storefront.supply.models import Lot, LotHold
from storefront.supply.seasons import season_of
from storefront.weight import NOTHING, Grams

HELD = exists().where(LotHold.lot_id == Lot.id, LotHold.released_at.is_(None))
# a promise of a household that went into another one: nothing new is planned on it
GIVEN_UP = and_(Lot.state == "declared", Lot.household_id.in_(MERGED))
# for what is ``promised`` for a day
FIT = (
    Lot.ready_on <= bindparam("promised"),
    Lot.storage_ends_on >= bindparam("promised"),
    Lot.available_g > 0,
    Lot.state.in_(("declared", "received")),
    ~HELD,
    ~GIVEN_UP,
)
# the same of some ``grades``
FITTING = (Lot.grade_id.in_(bindparam("grades", expanding=True)), *FIT)
IDS = select(Lot.id).where(*FITTING)
# the fitting ones, and ``also`` some that are named
LOCKING = db.locking(
    select(Lot)
    .where(or_(and_(*FITTING), Lot.id.in_(bindparam("also", expanding=True))))
    .order_by(Lot.id)
)
OUT_OF_REACH = select(Lot.id).where(
    Lot.id.in_(bindparam("lots", expanding=True)), or_(HELD, GIVEN_UP)
)
ALLOCATED = (
    select(Lot.household_id, func.sum(Lot.allocated_g))
    .where(
        Lot.household_id.in_(bindparam("households", expanding=True)),
        Lot.season == bindparam("season"),
    )
    .group_by(Lot.household_id)
)


def candidate_ids(grade_ids: Collection[int], promised: date) -> set[int]:
    """Return the ids of the lots of these grades that fit ``promised``, to be locked."""
    return set(db.session.scalars(IDS, {"grades": list(grade_ids), "promised": promised}))


def on_offer(lots: Collection[Lot], promised: date) -> list[LotOnOffer]:
    """Return locked lots as the rule sees them, in the order they are to be taken."""
    first = county.rules().registered_poor_first
    households = {lot.household_id for lot in lots}
    poor = _registered_poor(households, promised) if first else frozenset()
    held = _out_of_reach({lot.id for lot in lots})
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
    allocated = allocated_in_season(households, season_of(promised))
    return in_order(seen, allocated, promised, registered_poor_first=first)


def _out_of_reach(lot_ids: Collection[int]) -> frozenset[int]:
    return frozenset(db.session.scalars(OUT_OF_REACH, {"lots": list(lot_ids)}))


def allocated_in_season(households: Collection[int], season: int) -> dict[int, Grams]:
    """Return the grams allocated so far this season, by household."""
    rows = db.session.execute(ALLOCATED, {"households": list(households), "season": season})
    return {key: Grams(int(grams or NOTHING)) for key, grams in rows}


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
