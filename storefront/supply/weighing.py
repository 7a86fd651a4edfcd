"""The scale: a delivery weighed in, priced from the table of the day, on a slip."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from storefront import audit, clock, db, ids
from storefront.accounts import pins
from storefront.actors import AGENT, OFFICER, OPERATOR, Actor
from storefront.catalogue.models import Grade
from storefront.errors import Forbidden, Refusal
from storefront.supply import confirming, mergers, stock
from storefront.supply.households import Household
from storefront.supply.lots import check_weight, new_lot, picked_earlier
from storefront.supply.models import LOT, Lot, Movement, Slip
from storefront.supply.prices import purchase_prices_on
from storefront.supply.seasons import season_of
from storefront.weight import NOTHING, Grams

TENTHS = 10  # of a mu
RECEIVED = ("weigh_in", "correct")  # what counts as brought


@dataclass(frozen=True, slots=True)
class Weighed:
    """One grade on the scale: gross, tare and deduction in grams.

    ``declared_lot_id`` names the declaration this weighing replaces;
    ``allowed_because`` is an officer's reason to go above the yield ceiling.
    """

    grade_id: int
    gross: Grams
    tare: Grams
    deduction: Grams
    deduction_reason: str = ""
    declared_lot_id: int | None = None
    allowed_because: str = ""

    @property
    def net(self) -> Grams:
        """What is paid for."""
        return self.gross - self.tare - self.deduction


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one household brings: one row per grade."""

    household_id: int
    harvested_on: date
    rows: tuple[Weighed, ...]


def weigh_in(delivery: Delivery, *, key: str, actor: Actor, now: datetime) -> Slip:
    """Receive a delivery: lots on hand at today's purchase price, and the slip.

    The same key again returns the first slip. A household that went into another one
    delivers only what it had declared before.

    Raises:
        Forbidden: neither an agent of the household's station nor the brand's scale.
        Refusal: ``net_not_positive``, ``deduction_without_reason``,
            ``no_purchase_price``, ``above_yield``, ``lot_step``, ``empty_delivery``,
            ``household_merged``.
    """
    household = db.lock_one(Household, delivery.household_id)
    _check_scale(household, actor)
    before = db.session.scalar(select(Slip).where(Slip.key == key))
    if before is not None:
        return before
    if not delivery.rows:
        raise Refusal("empty_delivery")
    if any(row.declared_lot_id is None for row in delivery.rows):
        mergers.check_open(household)
    slip = Slip(code=ids.new_code(), key=key, household_id=household.id, weighed_at=now)
    slip.station_id, slip.weighed_by = household.station_id, actor.user_id
    db.session.add(slip)
    db.session.flush()
    for place, row in enumerate(delivery.rows):
        try:
            _receive(slip, household, delivery.harvested_on, row, f"{key}:{place}", actor, now)
        except Refusal as refusal:
            refusal.facts["row"] = place  # whose fault it is, among the rows
            raise
    audit.record(actor, "weigh_in", "slip", slip.code, now=now, rows=len(delivery.rows))
    return slip


def _check_scale(household: Household, actor: Actor) -> None:
    own_station = actor.may(AGENT) and actor.station_id == household.station_id
    if not (own_station or actor.may(OPERATOR)):
        raise Forbidden


def _receive(
    slip: Slip,
    household: Household,
    harvested_on: date,
    row: Weighed,
    key: str,
    actor: Actor,
    now: datetime,
) -> None:
    _check_row(household, harvested_on, row, actor)
    prices = purchase_prices_on(clock.china_day(now))
    if row.grade_id not in prices:
        raise Refusal("no_purchase_price", grade=db.get(Grade, row.grade_id).name_zh)
    lot = _lot_for(household, harvested_on, row, actor, now)
    lot.slip_id, lot.station_id = slip.id, slip.station_id
    lot.gross_g, lot.tare_g, lot.deduction_g = row.gross, row.tare, row.deduction
    lot.net_g, lot.deduction_reason = row.net, row.deduction_reason or None
    lot.purchase_price, lot.received_at = prices[row.grade_id], now
    lot.state = "received"
    db.session.add(lot)
    db.session.flush()
    cause = stock.Cause("weigh_in", key, note=row.allowed_because)
    stock.move(lot, "on_hand", row.net, cause, actor=actor, now=now)
    if lot.declared_g > NOTHING:
        gone = stock.Cause("receive", f"{key}:declared")
        stock.move(lot, "declared", -lot.declared_g, gone, actor=actor, now=now)


def _lot_for(
    household: Household, harvested_on: date, row: Weighed, actor: Actor, now: datetime
) -> Lot:
    """Return the declared lot the weighing replaces, or a new one."""
    if row.declared_lot_id is None:
        return new_lot(household, row.grade_id, harvested_on, actor=actor, now=now)
    lot = db.lock_one(Lot, row.declared_lot_id)
    if lot.household_id != household.id or lot.grade_id != row.grade_id:
        raise Refusal("not_this_declaration", lot=lot.code)
    LOT.check(lot.state, "received", lot=lot.code)
    today = clock.china_day(now)
    if lot.harvested_on > today:
        picked_earlier(lot, min(harvested_on, today))
    return lot


def _check_row(household: Household, harvested_on: date, row: Weighed, actor: Actor) -> None:
    check_weight(row.gross, "gross")
    if row.tare < NOTHING or row.deduction < NOTHING or row.net <= NOTHING:
        raise Refusal("net_not_positive", field="gross", net=row.net)
    if row.deduction > NOTHING and not row.deduction_reason:
        raise Refusal("deduction_without_reason", field="deduction_reason")
    _check_yield(household, harvested_on, row, actor)


def _check_yield(household: Household, harvested_on: date, row: Weighed, actor: Actor) -> None:
    """Refuse more than the orchard can bear (area x ceiling); an officer may allow it."""
    grade = db.get(Grade, row.grade_id)
    ceiling = grade.yield_ceiling_g_per_mu
    bears = orchard_bears(household.orchard_tenth_mu, ceiling)
    if bears is None:
        return
    brought = received_this_season(household.id, grade.id, season_of(harvested_on))
    allowed = actor.may(OFFICER) and row.allowed_because
    if brought + row.net > bears and not allowed:
        raise Refusal(
            "above_yield",
            field="gross",
            tenth_mu=household.orchard_tenth_mu,
            ceiling=ceiling,
            bears=bears,
            brought=brought,
            net=row.net,
        )


def orchard_bears(tenth_mu: int | None, ceiling: Grams | None) -> Grams | None:
    """Return area x ceiling (grams a mu) in whole grams; None where either is not known."""
    if tenth_mu is None or ceiling is None:
        return None
    return Grams(int(ceiling) * tenth_mu // TENTHS)


def received_this_season(household_id: int, grade_id: int, season: int) -> Grams:
    """Return the net grams of a grade received in a season from a household and those in it.

    As corrected where a slip was disputed.
    """
    homes = (household_id, *mergers.merged_into(household_id))
    query = (
        select(func.coalesce(func.sum(Movement.grams), 0))
        .join(Lot, Lot.id == Movement.lot_id)
        .where(Lot.household_id.in_(homes), Lot.grade_id == grade_id, Lot.season == season)
        .where(Movement.reason.in_(RECEIVED))
    )
    return Grams(int(db.session.scalar(query) or 0))


def confirm_slip(slip_id: int, *, actor: Actor, now: datetime) -> None:
    """The household agrees with what was weighed; agreeing twice changes nothing.

    Within seven days of a PIN that an agent gave, it counts as through the agent.

    Raises:
        Forbidden: the actor is not a member of that household.
        Refusal: ``slip_disputed`` while it waits for an answer to what it disputes.
    """
    slip = db.lock_one(Slip, slip_id)
    if actor.household_id != slip.household_id:
        raise Forbidden
    confirming.agree(slip, pins.confirmed_how(actor, now=now), actor=actor, now=now)
