"""Two households become one, or one becomes two: the county officer's word (docs/adr/0012)."""

from datetime import datetime

from sqlalchemy import func, select

from storefront import audit, clock, db
from storefront.actors import OFFICER, Actor
from storefront.errors import Forbidden, Refusal
from storefront.supply import lots, mergers
from storefront.supply.households import Household
from storefront.supply.mergers import HouseholdMerger, HouseholdSplit
from storefront.supply.models import Lot
from storefront.supply.registry import HouseholdDraft, register_household


def merge_household(
    household_id: int, into_id: int, *, actor: Actor, now: datetime
) -> HouseholdMerger:
    """Note that a household is one with another from today on; said again: no change.

    Its people and its orchard are counted with the other one's. It declares and delivers
    nothing new: what it had declared and nobody has bought is taken back, what was
    planned of it may still be weighed in. Its lots, shares and what it is owed stay
    under its own code; the money goes to the payee of the household it went into.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``merge_with_itself``; ``household_merged`` when one of the two went into
            another one before.
    """
    _check_officer(actor)
    if household_id == into_id:
        raise Refusal("merge_with_itself", field="into")
    homes = {home.id: home for home in db.lock(Household, household_id, into_id)}
    household, into = homes[household_id], homes[into_id]
    before = mergers.merger_of(household_id)
    if before is not None and before.into_id == into_id:
        return before
    mergers.check_open(household)
    mergers.check_open(into, field="into")
    merger = HouseholdMerger(household_id=household_id, into_id=into_id, by=actor.user_id, at=now)
    merger.from_day, merger.lots = clock.china_day(now), _count_lots(household_id)
    db.session.add(merger)
    _join(household, into)
    _take_declared_back(household_id, actor=actor, now=now)
    audit.record(actor, "merge", "household", household.code, now=now, into=into.code)
    db.session.flush()
    return merger


def _check_officer(actor: Actor) -> None:
    if not actor.may(OFFICER):
        raise Forbidden


def _count_lots(household_id: int) -> int:
    query = select(func.count(Lot.id)).where(Lot.household_id == household_id)
    return db.session.scalar(query) or 0


def _join(household: Household, into: Household) -> None:
    """Count people and orchard together; an area that is unknown makes the sum unknown."""
    into.members += household.members
    areas = (household.orchard_tenth_mu, into.orchard_tenth_mu)
    known = [area for area in areas if area is not None]
    into.orchard_tenth_mu = sum(known) if len(known) == len(areas) else None


def _take_declared_back(household_id: int, *, actor: Actor, now: datetime) -> None:
    """Take back what is declared and free: the other household declares what is there now."""
    query = select(Lot.id).where(Lot.household_id == household_id, Lot.state == "declared")
    for lot in db.lock(Lot, *db.session.scalars(query)):
        lots.sold_out(lot.id, key=f"merge:{lot.code}", actor=actor, now=now)


def split_household(
    household_id: int, draft: HouseholdDraft, *, actor: Actor, now: datetime
) -> Household:
    """Register a household that came out of another one; said again it is the same one.

    It takes its people and its orchard along, and nothing else: lots, shares and what is
    owed stay with the old household.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``household_merged``; ``nobody_stays`` when not at least one of its people
            does; ``orchard_too_small``; as ``register_household``.
    """
    _check_officer(actor)
    old = db.lock_one(Household, household_id)
    before = _came_out_of(household_id, draft.code)
    if before is not None:
        return before
    mergers.check_open(old)
    if draft.members >= old.members:
        raise Refusal("nobody_stays", field="members", household=old.code)
    new = register_household(draft, actor=actor, now=now)
    _part(old, new)
    split = HouseholdSplit(household_id=new.id, from_id=old.id, by=actor.user_id, at=now)
    split.from_day = clock.china_day(now)
    db.session.add(split)
    audit.record(actor, "split", "household", old.code, now=now, new=new.code)
    db.session.flush()
    return new


def _came_out_of(household_id: int, code: str) -> Household | None:
    query = select(Household).join(HouseholdSplit, HouseholdSplit.household_id == Household.id)
    return db.session.scalar(
        query.where(Household.code == code, HouseholdSplit.from_id == household_id)
    )


def _part(old: Household, new: Household) -> None:
    """Take people and orchard off the old household; an unknown area stays unknown."""
    old.members -= new.members
    if old.orchard_tenth_mu is None or new.orchard_tenth_mu is None:
        return
    if new.orchard_tenth_mu > old.orchard_tenth_mu:
        raise Refusal("orchard_too_small", field="orchard_tenth_mu", household=old.code)
    old.orchard_tenth_mu -= new.orchard_tenth_mu
