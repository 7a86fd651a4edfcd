"""The household's three buttons: + to deliver, - taken back, sold out; and holds."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select

from storefront import audit, clock, db, ids
from storefront.actors import Actor
from storefront.catalogue.models import Grade
from storefront.errors import Refusal
from storefront.supply import mergers, stock
from storefront.supply.households import Household
from storefront.supply.models import Lot, LotHold, Movement
from storefront.supply.seasons import season_of
from storefront.weight import NOTHING, Grams

TAKEN = ("take_back", "sold_out")
MOST_AHEAD = timedelta(days=120)  # that a harvest is declared before it is picked
MOST = Grams(100_000_000)  # 100 t: no household delivers more in one go


def declare(
    household_id: int,
    grade_id: int,
    grams: Grams,
    *,
    harvested_on: date,
    key: str,
    actor: Actor,
    now: datetime,
) -> Lot:
    """Note that a household has ``grams`` of a grade to deliver; returns the lot.

    The same key again returns the first lot. A declared lot can be planned (a
    presale) but never packed.

    It may be picked on a day still to come: orders can be promised for that day then.

    Raises:
        Refusal: ``grams_out_of_range``; ``harvest_too_far``; ``harvest_too_old``;
            ``household_merged``.
    """
    household = db.lock_one(Household, household_id)
    before = stock.moved_before(key)
    if before is not None:
        return _same_household(db.get(Lot, before.lot_id), household_id)
    mergers.check_open(household)
    check_weight(grams)
    lot = new_lot(household, grade_id, harvested_on, actor=actor, now=now, ahead=MOST_AHEAD)
    lot.state = "declared"
    db.session.add(lot)
    db.session.flush()
    stock.move(lot, "declared", grams, stock.Cause("declare", key), actor=actor, now=now)
    audit.record(actor, "declare", "lot", lot.code, now=now, grams=int(grams))
    return lot


def check_weight(grams: Grams, field: str = "grams") -> None:
    """Refuse a weight that is not above zero or is beyond belief (``grams_out_of_range``)."""
    if not NOTHING < grams <= MOST:
        raise Refusal("grams_out_of_range", field=field, most=MOST)


def _same_household(lot: Lot, household_id: int) -> Lot:
    if lot.household_id != household_id:
        raise Refusal("key_reused")
    return lot


def new_lot(
    household: Household,
    grade_id: int,
    harvested_on: date,
    *,
    actor: Actor,
    now: datetime,
    ahead: timedelta = timedelta(0),
) -> Lot:
    """Return a lot still without state and stock, its dates worked out from the grade.

    It is picked ``ahead`` of today at most.
    """
    today, grade = clock.china_day(now), db.get(Grade, grade_id)
    storage_ends_on = harvested_on + timedelta(days=grade.storage_days)
    if harvested_on > today + ahead:
        code = "harvest_too_far" if ahead else "harvest_in_future"
        raise Refusal(code, field="harvested_on", last=today + ahead)
    if storage_ends_on < today:
        raise Refusal("harvest_too_old", field="harvested_on", ended=storage_ends_on)
    return Lot(
        code=ids.new_code(),
        household_id=household.id,
        grade_id=grade.id,
        station_id=household.station_id,
        season=season_of(harvested_on),
        harvested_on=harvested_on,
        ready_on=harvested_on,
        storage_ends_on=storage_ends_on,
        channel=actor.channel,
        recorded_by=actor.user_id,
        recorded_at=now,
        declared_g=NOTHING,
        on_hand_g=NOTHING,
        available_g=NOTHING,
        allocated_g=NOTHING,
    )


def picked_earlier(lot: Lot, harvested_on: date) -> None:
    """Note that a declared lot was picked before the day it was declared for."""
    kept_for = lot.storage_ends_on - lot.harvested_on
    lot.harvested_on = lot.ready_on = harvested_on
    lot.storage_ends_on = harvested_on + kept_for


def take_back(lot_id: int, grams: Grams, *, key: str, actor: Actor, now: datetime) -> Movement:
    """Take ``grams`` of what is available home again.

    Raises:
        Refusal: ``not_that_much`` (planned grams stay), ``grams_out_of_range``,
            ``key_reused`` when the key named something else.
    """
    lot = db.lock_one(Lot, lot_id)
    before = _taken_before(lot, key)
    if before is not None:
        return before
    check_weight(grams)
    return _take(lot, grams, stock.Cause("take_back", key), actor, now)


def sold_out(lot_id: int, *, key: str, actor: Actor, now: datetime) -> Movement | None:
    """Take back all that is available; planned grams are left alone.

    Returns None when nothing was left to take, which is what was wanted.
    """
    lot = db.lock_one(Lot, lot_id)
    before = _taken_before(lot, key)
    if before is not None or lot.available_g == NOTHING:
        return before
    return _take(lot, lot.available_g, stock.Cause("sold_out", key), actor, now)


def _taken_before(lot: Lot, key: str) -> Movement | None:
    before = stock.moved_before(key) or stock.moved_before(f"{key}:on-hand")
    if before is not None and (before.lot_id != lot.id or before.reason not in TAKEN):
        raise Refusal("key_reused")
    return before


def _take(lot: Lot, grams: Grams, cause: stock.Cause, actor: Actor, now: datetime) -> Movement:
    """Take from the declared part first: it is not in our store yet.

    Both parts are two movements; the key of the one from our store is made from the first.
    """
    if grams > lot.available_g:
        raise Refusal("not_that_much", field="grams", lot=lot.code, left=lot.available_g)
    declared = min(grams, lot.declared_g)
    pieces = (("declared", declared, ""), ("on_hand", grams - declared, ":on-hand"))
    moved = [
        stock.move(lot, kind, -piece, replace(cause, key=cause.key + suffix), actor=actor, now=now)
        for kind, piece, suffix in pieces
        if piece > NOTHING
    ]
    audit.record(actor, cause.reason, "lot", lot.code, now=now, grams=int(grams))
    if lot.state == "declared" and stock.is_empty(lot):
        stock.close(lot, now=now)
    return moved[0]


def hold(lot_id: int, reason: str, *, actor: Actor, now: datetime) -> LotHold:
    """Keep a lot from being planned or packed until it is released; held twice is held."""
    lot = db.lock_one(Lot, lot_id)
    standing = _standing_hold(lot_id)
    if standing is not None:
        return standing
    row = LotHold(lot_id=lot_id, reason=reason, held_at=now, held_by=actor.user_id)
    db.session.add(row)
    audit.record(actor, "hold", "lot", lot.code, now=now, reason=reason)
    db.session.flush()
    return row


def release(lot_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a held lot be planned and packed again."""
    lot = db.lock_one(Lot, lot_id)
    if end_hold(lot_id, "released", actor=actor, now=now):
        audit.record(actor, "release", "lot", lot.code, now=now)


def end_hold(lot_id: int, how: str, *, actor: Actor, now: datetime) -> bool:
    """Note that the hold on a locked lot is over, and how; whether there was one."""
    standing = _standing_hold(lot_id)
    if standing is None:
        return False
    standing.released_at, standing.released_by, standing.ended = now, actor.user_id, how
    db.session.flush()
    return True


STANDING = select(LotHold).where(LotHold.lot_id == bindparam("lot"), LotHold.released_at.is_(None))


def _standing_hold(lot_id: int) -> LotHold | None:
    return db.session.scalar(STANDING, {"lot": lot_id})


def is_held(lot_id: int) -> bool:
    """Whether a hold stands on the lot."""
    return _standing_hold(lot_id) is not None


HELD_AMONG = (
    select(Lot.code)
    .join(LotHold, LotHold.lot_id == Lot.id)
    .where(LotHold.released_at.is_(None), Lot.id.in_(bindparam("lots", expanding=True)))
    .order_by(Lot.id)
    .limit(1)
)


def held_among(lot_ids: Collection[int]) -> str | None:
    """Return the code of one of these lots that is held, if there is any."""
    return db.session.scalar(HELD_AMONG, {"lots": list(lot_ids)}) if lot_ids else None
