"""The household registry: places, households and their status, each change on record."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select

from storefront import audit, db
from storefront.actors import OFFICER, Actor
from storefront.errors import Forbidden, Refusal
from storefront.supply import mergers
from storefront.supply.households import RELATIONS, STATUSES, Household, HouseholdStatus
from storefront.supply.places import Station, Township, Village


@dataclass(frozen=True, slots=True)
class HouseholdDraft:
    """A household as the registry writes it down; secrets are encrypted on the way in."""

    code: str
    head: str
    payee: str
    payee_relation: str
    village_id: int
    station_id: int | None
    members: int
    status: str
    status_from: date
    orchard_tenth_mu: int | None = None
    display_name: str | None = None
    consented_at: datetime | None = None
    phone: str | None = None
    bank_account: str | None = None
    id_number: str | None = None


def add_township(township: Township) -> Township:
    """Add a township."""
    db.session.add(township)
    db.session.flush()
    return township


def add_village(village: Village) -> Village:
    """Add a village."""
    db.session.add(village)
    db.session.flush()
    return village


def add_station(station: Station) -> Station:
    """Add a station."""
    db.session.add(station)
    db.session.flush()
    return station


OF_CODE = select(Household.id).where(Household.code == bindparam("code"))


def register_household(draft: HouseholdDraft, *, actor: Actor, now: datetime) -> Household:
    """Add a household with its first status.

    Raises:
        Refusal: ``household_code_taken``, ``members_not_positive``.
    """
    if db.session.scalar(OF_CODE, {"code": draft.code}):
        raise Refusal("household_code_taken", field="code", household=draft.code)
    if draft.members < 1:
        raise Refusal("members_not_positive", field="members")
    household = Household(
        code=draft.code,
        head=draft.head,
        payee=draft.payee,
        payee_relation=draft.payee_relation,
        village_id=draft.village_id,
        station_id=draft.station_id,
        members=draft.members,
        orchard_tenth_mu=draft.orchard_tenth_mu,
        display_name=draft.display_name,
        consented_at=draft.consented_at,
        phone=draft.phone,
        bank_account=draft.bank_account,
        id_number=draft.id_number,
        registered_at=now,
    )
    db.session.add(household)
    db.session.flush()
    audit.record(actor, "register", "household", household.code, now=now)
    set_status(household.id, draft.status, draft.status_from, actor=actor, now=now)
    return household


OF_DAY = select(HouseholdStatus).where(
    HouseholdStatus.household_id == bindparam("household_id"),
    HouseholdStatus.from_day == bindparam("from_day"),
)


def set_status(
    household_id: int, status: str, from_day: date, *, actor: Actor, now: datetime
) -> None:
    """Set a household's status from a day on; rows made before keep the old one (law 7).

    Raises:
        Refusal: ``unknown_status``.
    """
    household = db.lock_one(Household, household_id)
    if status not in STATUSES:
        raise Refusal("unknown_status", field="status")
    named = {"household_id": household_id, "from_day": from_day}
    row = db.session.scalar(OF_DAY, named) or HouseholdStatus(**named)
    row.status = status
    db.session.add(row)
    facts = {"status": status, "from_day": from_day.isoformat()}
    audit.record(actor, "set_status", "household", household.code, now=now, **facts)
    db.session.flush()


def rename_head(household_id: int, head: str, *, actor: Actor, now: datetime) -> None:
    """Note another head of the same household; said again: no change."""
    household = db.lock_one(Household, household_id)
    if household.head == head:
        return
    household.head = head
    audit.record(actor, "rename_head", "household", household.code, now=now)


def move_household(household_id: int, village_id: int, *, actor: Actor, now: datetime) -> None:
    """Note that a household now belongs to another village; past rows keep the old one.

    Said again it changes nothing.

    Raises:
        Refusal: ``household_merged``; ``village_replaced``.
    """
    household = db.lock_one(Household, household_id)
    mergers.check_open(household)
    village = db.get(Village, village_id)
    if village.successor_id is not None:
        into = db.get(Village, village.successor_id)
        raise Refusal("village_replaced", field="village_id", village=village.code, into=into.code)
    if household.village_id == village.id:
        return
    household.village_id = village.id
    audit.record(actor, "move", "household", household.code, now=now, village=village.code)


def change_payee(
    household_id: int,
    payee: str,
    relation: str,
    account: str | None = None,
    id_number: str | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Note who is paid for a household, and into which account; what is None stays as known.

    Payments drafted before keep the payee of their draft. Said again: no change.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``household_merged``; ``unknown_relation``; ``payee_is_not_the_head`` where
            somebody of another name is said to be the head.
    """
    if not actor.may(OFFICER):
        raise Forbidden
    household = db.lock_one(Household, household_id)
    mergers.check_open(household)
    if relation not in RELATIONS:
        raise Refusal("unknown_relation", field="relation")
    if relation == "self" and payee != household.head:
        raise Refusal("payee_is_not_the_head", field="relation", head=household.head)
    said = {"payee": payee, "payee_relation": relation}
    said |= {"bank_account": account} if account else {}
    said |= {"id_number": id_number} if id_number else {}
    changed = sorted(name for name in said if getattr(household, name) != said[name])
    for name in changed:
        setattr(household, name, said[name])
    if changed:
        audit.record(actor, "change_payee", "household", household.code, now=now, fields=changed)
        db.session.flush()
