"""A village follows another, a station opens or closes: the county officer's word (ADR 36).

Figures of the past keep the village of their day (law 7); only where households belong, and
what stands for an old code, changes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select, update

from storefront import audit, clock, db
from storefront.actors import OFFICER, Actor
from storefront.errors import Forbidden, Refusal
from storefront.supply.households import Household
from storefront.supply.places import Station, Village

KIND = {"1": "community", "2": "village"}  # by the tens of a code's last three digits
OF_CODE = select(Village).where(Village.code == bindparam("code"))
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VillageDraft:
    """The village that follows: by its code; its names where it is not known yet."""

    code: str
    name_zh: str = ""
    name_en: str = ""


def replace_village(
    village_id: int, draft: VillageDraft, from_day: date, *, actor: Actor, now: datetime
) -> Village:
    """Note that a village is another one from a day on; its households and stations go along.

    The other one may be there already (a merger) or is new (a new code or name). Said again
    it is the same one.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``village_replaced`` where another one follows it already, or follows the
            one that should follow; ``village_after_itself``; ``village_unnamed`` for a new
            one without names; ``replaced_too_early`` for a day on which it was none yet, or
            that is to come.
    """
    _check_officer(actor)
    old = db.lock_one(Village, village_id)
    if old.code == draft.code:
        raise Refusal("village_after_itself", field="code")
    if old.successor_id is not None:
        heir = db.get(Village, old.successor_id)
        if heir.code == draft.code:
            return heir
        raise Refusal("village_replaced", field="code", village=old.code, into=heir.code)
    if not old.valid_from < from_day <= clock.china_day(now):
        raise Refusal("replaced_too_early", field="from_day", since=old.valid_from)
    heir = _heir(old, draft, from_day)
    old.valid_to, old.successor_id = from_day - DAY, heir.id
    moved = _count(Household.village_id == old.id)
    for model in (Household, Station):
        here = update(model).where(model.village_id == old.id).values(village_id=heir.id)
        db.session.execute(here, execution_options={"synchronize_session": False})
    db.session.flush()
    db.session.expire_all()
    facts = {"into": draft.code, "from_day": from_day.isoformat(), "households": moved}
    audit.record(actor, "replace_village", "village", old.code, now=now, **facts)
    return heir


def _heir(old: Village, draft: VillageDraft, from_day: date) -> Village:
    known = db.session.scalar(OF_CODE, {"code": draft.code})
    if known is not None:
        if known.successor_id is not None:
            into = db.get(Village, known.successor_id)
            raise Refusal("village_replaced", field="code", village=known.code, into=into.code)
        return known
    if not draft.name_zh or not draft.name_en:
        raise Refusal("village_unnamed", field="name_zh")
    heir = Village(code=draft.code, name_zh=draft.name_zh, name_en=draft.name_en)
    heir.kind, heir.township_id, heir.valid_from = old.kind, old.township_id, from_day
    db.session.add(heir)
    db.session.flush()
    return heir


def _count(condition: object) -> int:
    query = select(func.count(Household.id)).where(condition)  # type: ignore[arg-type]
    return db.session.scalar(query) or 0


def _check_officer(actor: Actor) -> None:
    if not actor.may(OFFICER):
        raise Forbidden


def open_station(
    code: str, name_zh: str, name_en: str, village_id: int, *, actor: Actor, now: datetime
) -> Station:
    """Open a station in a village; said again it is the same one.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``station_taken``; ``village_replaced``.
    """
    _check_officer(actor)
    known = db.session.scalar(select(Station).where(Station.code == code))
    if known is not None:
        if (known.name_zh, known.village_id, known.closed_on) == (name_zh, village_id, None):
            return known
        raise Refusal("station_taken", field="code", station=code)
    _standing_village(village_id)
    station = Station(code=code, name_zh=name_zh, name_en=name_en, village_id=village_id)
    db.session.add(station)
    audit.record(actor, "open_station", "station", code, now=now)
    db.session.flush()
    return station


def _standing_village(village_id: int) -> Village:
    village = db.get(Village, village_id)
    if village.successor_id is not None:
        into = db.get(Village, village.successor_id)
        raise Refusal("village_replaced", field="village_id", village=village.code, into=into.code)
    return village


def assign_village(village_id: int, station_id: int | None, *, actor: Actor, now: datetime) -> int:
    """Let a station look after every household of a village; returns how many that changes.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``village_replaced``; ``station_closed``.
    """
    _check_officer(actor)
    village = _standing_village(village_id)
    station = db.lock_one(Station, station_id) if station_id is not None else None
    if station is not None and station.closed_on is not None:
        raise Refusal("station_closed", field="station_id", station=station.code)
    others = (
        Household.village_id == village_id,
        Household.station_id.is_distinct_from(station_id),
    )
    found = update(Household).where(*others).values(station_id=station_id)
    changed = db.session.execute(found, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]
    db.session.expire_all()
    if changed:
        facts = {"station": station.code if station else None, "households": changed}
        audit.record(actor, "assign_village", "village", village.code, now=now, **facts)
        db.session.flush()
    return int(changed)


def close_station(station_id: int, *, actor: Actor, now: datetime) -> None:
    """Close a station from today on; said again: no change. Its lots and slips stay its own.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``station_in_use`` while households are looked after there.
    """
    _check_officer(actor)
    station = db.lock_one(Station, station_id)
    if station.closed_on is not None:
        return
    homes = _count(Household.station_id == station_id)
    if homes:
        raise Refusal("station_in_use", station=station.code, households=homes)
    station.closed_on = clock.china_day(now)
    audit.record(actor, "close_station", "station", station.code, now=now)
    db.session.flush()
