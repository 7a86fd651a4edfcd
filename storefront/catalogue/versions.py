"""New versions of fees, freight and dispatch limits: what has begun is never changed (law 7).

Orders name the version they were placed under, so a version that has begun stands as it is.
One that is still to come may be replaced, or taken back.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, select

from storefront import audit, clock, db
from storefront.actors import Actor
from storefront.catalogue import drafting, freight_tables
from storefront.catalogue.dated import Version
from storefront.catalogue.freight_tables import Zone
from storefront.catalogue.models import (
    DispatchLimit,
    FeeSchedule,
    FreightRule,
    FreightTable,
    FreightZone,
)
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.weight import FenPerKg

MOST_FEE_BP: Final = 2_000  # a fifth of the price
MOST_PARCELS: Final = 100_000  # on one day: beyond it somebody slipped


def set_fees(  # the fees, and who says so
    from_day: date,
    station: FenPerKg,
    packing: Fen,
    payment_fee_bp: int,
    *,
    actor: Actor,
    now: datetime,
) -> FeeSchedule:
    """Let other fees hold from a day on; the same again changes nothing.

    Raises:
        Refusal: ``version_in_past``, ``fees_out_of_range``.
    """
    _check_day(from_day, now)
    if min(int(station), int(packing), payment_fee_bp) < 0 or payment_fee_bp > MOST_FEE_BP:
        raise Refusal("fees_out_of_range")
    db.lock_tables(FeeSchedule)
    before = _latest(FeeSchedule, from_day)
    wanted = (station, packing, payment_fee_bp)
    if before is not None and _fees(before) == wanted:
        return before
    _make_room(FeeSchedule, from_day, now)
    name = _name(from_day, db.session.scalars(select(FeeSchedule.version)).all())
    made = drafting.add_fee_schedule(name, from_day, station, packing, payment_fee_bp)
    figures = {
        "station_fen_per_kg": int(station),
        "packing_fen": int(packing),
        "payment_fee_bp": payment_fee_bp,
    }
    audit.record(actor, "set_fees", "fee_schedule", made.version, now=now, **figures)
    return made


def set_freight(
    from_day: date, zones: Sequence[Zone], *, actor: Actor, now: datetime
) -> FreightTable:
    """Let another freight table hold from a day on; the same again changes nothing.

    Raises:
        Refusal: ``version_in_past``; as ``freight_tables.add_freight_table``.
    """
    _check_day(from_day, now)
    freight_tables.check(zones)
    db.lock_tables(FreightTable)
    before = _latest(FreightTable, from_day)
    if before is not None and zones_of(before.id) == tuple(zones):
        return before
    _make_room(FreightTable, from_day, now)
    name = _name(from_day, db.session.scalars(select(FreightTable.version)).all())
    made = freight_tables.add_freight_table(name, from_day, zones)
    audit.record(actor, "set_freight", "freight_table", made.version, now=now, zones=len(zones))
    return made


def set_dispatch_limit(
    from_day: date, most: int | None, *, actor: Actor, now: datetime
) -> DispatchLimit:
    """Let at ``most`` so many parcels leave on a day, from a day on; None: any number.

    The same again changes nothing. Days that were promised stay promised.

    Raises:
        Refusal: ``version_in_past``, ``dispatch_limit_out_of_range``.
    """
    _check_day(from_day, now)
    if most is not None and not 0 < most <= MOST_PARCELS:
        raise Refusal("dispatch_limit_out_of_range", field="most", most=MOST_PARCELS)
    db.lock_tables(DispatchLimit)
    before = _latest(DispatchLimit, from_day)
    if before is not None and before.most == most:
        return before
    _make_room(DispatchLimit, from_day, now)
    made = DispatchLimit(from_day=from_day, most=most)
    db.session.add(made)
    db.session.flush()
    day = from_day.isoformat()
    audit.record(actor, "set_dispatch_limit", "dispatch_limit", day, now=now, most=most)
    return made


def take_back_fees(schedule_id: int, *, actor: Actor, now: datetime) -> None:
    """Take fees back that are still to come.

    Raises:
        Refusal: ``version_begun``.
    """
    schedule = db.lock_one(FeeSchedule, schedule_id)
    _check_to_come(schedule, now)
    audit.record(actor, "take_back_fees", "fee_schedule", schedule.version, now=now)
    _delete(schedule)


def take_back_freight(table_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a freight table back that is still to come.

    Raises:
        Refusal: ``version_begun``.
    """
    table = db.lock_one(FreightTable, table_id)
    _check_to_come(table, now)
    audit.record(actor, "take_back_freight", "freight_table", table.version, now=now)
    _delete(table)


def take_back_dispatch_limit(limit_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a limit back that is still to come.

    Raises:
        Refusal: ``version_begun``.
    """
    limit = db.lock_one(DispatchLimit, limit_id)
    _check_to_come(limit, now)
    day = limit.from_day.isoformat()
    audit.record(actor, "take_back_dispatch_limit", "dispatch_limit", day, now=now)
    _delete(limit)


def fee_versions() -> tuple[FeeSchedule, ...]:
    """Return every version of the fees, the last to hold first. One statement."""
    return _versions(FeeSchedule)


def freight_versions() -> tuple[FreightTable, ...]:
    """Return every version of the freight table, the last to hold first. One statement."""
    return _versions(FreightTable)


def dispatch_limits() -> tuple[DispatchLimit, ...]:
    """Return every version of the daily limit, the last to hold first. One statement."""
    return _versions(DispatchLimit)


def zones_of(table_id: int) -> tuple[Zone, ...]:
    """Return the zones of a table with their provinces, by position. Two statements."""
    rules = select(FreightRule.zone_id, FreightRule.province).order_by(FreightRule.province)
    provinces: dict[int, list[str]] = {}
    for zone_id, province in db.session.execute(rules.where(FreightRule.table_id == table_id)):
        provinces.setdefault(zone_id, []).append(province)
    zones = select(FreightZone).where(FreightZone.table_id == table_id)
    return tuple(
        Zone(
            zone.name_zh,
            zone.name_en,
            tuple(provinces.get(zone.id, ())),
            zone.first_g,
            zone.first_fen,
            zone.further_g,
            zone.further_fen,
            zone.free_over_fen,
            zone.refused,
        )
        for zone in db.session.scalars(zones.order_by(FreightZone.position))
    )


def _versions(kind: type[Version]) -> tuple[Version, ...]:
    query = select(kind).order_by(kind.from_day.desc(), kind.id.desc())
    return tuple(db.session.scalars(query))


def _latest(kind: type[Version], day: date) -> Version | None:
    query = select(kind).where(kind.from_day <= day)
    found: Version | None = db.session.scalar(
        query.order_by(kind.from_day.desc(), kind.id.desc()).limit(1)
    )
    return found


def _fees(schedule: FeeSchedule) -> tuple[FenPerKg, Fen, int]:
    return schedule.station_fen_per_kg, schedule.packing_fen_per_box, schedule.payment_fee_bp


def _make_room(kind: type[Version], from_day: date, now: datetime) -> None:
    """Delete what was to hold from the same day, unless that day has come."""
    if from_day > clock.china_day(now):
        for version in db.session.scalars(select(kind).where(kind.from_day == from_day)).all():
            _delete(version)


def _delete(version: FeeSchedule | FreightTable | DispatchLimit) -> None:
    if isinstance(version, FreightTable):
        db.session.execute(delete(FreightRule).where(FreightRule.table_id == version.id))
        db.session.execute(delete(FreightZone).where(FreightZone.table_id == version.id))
    db.session.delete(version)
    db.session.flush()


def _name(from_day: date, taken: Collection[str]) -> str:
    first = from_day.isoformat()
    later = (f"{first}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (first, *later) if name not in taken)


def _check_day(from_day: date, now: datetime) -> None:
    if from_day < clock.china_day(now):
        raise Refusal("version_in_past", field="from_day")


def _check_to_come(version: FeeSchedule | FreightTable | DispatchLimit, now: datetime) -> None:
    if version.from_day <= clock.china_day(now):
        raise Refusal("version_begun", since=version.from_day)
