"""A file that was read is taken into the registry: all of it at once, or nothing.

What differs is asked in SQL, by the preview and by the verb alike, so that what an officer
agreed to is what is done; where it changed meanwhile the verb refuses.
"""

from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from storefront import audit, db
from storefront.actors import OFFICER, Actor
from storefront.errors import Forbidden, Refusal
from storefront.supply.households import SECRETS, Household, HouseholdStatus
from storefront.supply.imports import RegistryFile, RegistryRow
from storefront.supply.mergers import MERGED
from storefront.supply.places import Village

H, R, S = Household, RegistryRow, HouseholdStatus
OF_FILE = R.file_id == bindparam("file")
# a household's own words, and those that a file may leave out
ALWAYS = ("head", "village_id")
IF_SAID = ("payee", "payee_relation", "members", "orchard_tenth_mu")

_STATUS = (
    select(S.status)
    .where(S.household_id == H.id, S.from_day <= R.from_day)
    .order_by(S.from_day.desc())
    .limit(1)
    .correlate(H, R)
    .scalar_subquery()
)


def _differs(name: str) -> ColumnElement[bool]:
    old, new = getattr(H, name), getattr(R, name)
    said = and_(new.is_not(None), or_(old.is_(None), old != new))
    return old != new if name in ALWAYS else said


# what of a known household a file changes
OTHER_WORDS = {name: _differs(name) for name in (*ALWAYS, *IF_SAID)}
OTHER_SECRETS = {name: _differs(f"{name}_digest") for name in SECRETS}
OTHER_STATUS = func.coalesce(_STATUS, "") != R.status
CHANGES = {**OTHER_WORDS, **OTHER_SECRETS}
CHANGED = or_(*CHANGES.values())
ANY_CHANGE = or_(CHANGED, OTHER_STATUS)


@dataclass(frozen=True, slots=True)
class Differences:
    """What taking a file in would do: households new, changed and as they were."""

    new: int
    changed: int
    unchanged: int
    accounts: int  # changed households that would be paid elsewhere, or to another person
    statuses: int  # changed households of another kind

    @property
    def seen(self) -> str:
        """The figures in one word, for a form to say what was agreed to."""
        return "-".join(map(str, astuple(self)))


PAID_ELSEWHERE = or_(OTHER_SECRETS["bank_account"], OTHER_WORDS["payee"])


def _count(condition: ColumnElement[bool]) -> Any:  # noqa: ANN401  SQLAlchemy's own
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


DIFFERENCES = (
    select(
        _count(H.id.is_(None)),
        _count(and_(H.id.is_not(None), ANY_CHANGE)),
        func.count(R.id),
        _count(and_(H.id.is_not(None), PAID_ELSEWHERE)),
        _count(and_(H.id.is_not(None), OTHER_STATUS)),
    )
    .select_from(R)
    .outerjoin(H, H.code == R.code)
    .where(OF_FILE)
)


def differences(file_id: int) -> Differences:
    """Return what taking the file in would do now. One statement."""
    found = db.session.execute(DIFFERENCES, {"file": file_id}).one()
    new, changed, rows, accounts, statuses = (int(figure) for figure in found)
    return Differences(new, changed, rows - new - changed, accounts, statuses)


GONE = select(R.id).where(
    OF_FILE,
    or_(
        R.code.in_(select(H.code).where(H.id.in_(MERGED))),
        R.village_id.in_(select(Village.id).where(Village.successor_id.is_not(None))),
    ),
)


def take_in(file_id: int, seen: str, *, actor: Actor, now: datetime) -> Differences:
    """Take a file's households into the registry; said again it changes nothing.

    Past figures keep the village and status of their day (law 7).

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``registry_file_state``; ``registry_changed`` where the registry is no longer
            what was shown (``seen``).
    """
    if not actor.may(OFFICER):
        raise Forbidden
    file = db.lock_one(RegistryFile, file_id)
    if file.state != "ready":
        raise Refusal("registry_file_state", file=file.code)
    found = differences(file_id)
    if found.seen != seen or db.session.scalar(GONE.limit(1), {"file": file_id}):
        raise Refusal("registry_changed", file=file.code)
    _write(file, now)
    file.state, file.decided_by, file.decided_at = "taken", actor.user_id, now
    figures = {"new": found.new, "changed": found.changed, "unchanged": found.unchanged}
    file.told = {**figures, "accounts": found.accounts, "statuses": found.statuses}
    audit.record(actor, "import", "registry_file", file.code, now=now, **file.told)
    db.session.flush()
    return found


def _write(file: RegistryFile, now: datetime) -> None:
    """Changed households first: new ones are theirs, too, once they are there."""
    said = {"file": file.id}
    db.session.execute(_update(), said, execution_options={"synchronize_session": False})
    db.session.execute(_insert(now), said)
    db.session.execute(_replace_statuses(), said, execution_options={"synchronize_session": False})
    db.session.execute(_add_statuses(), said)
    db.session.expire_all()


def _update() -> Any:  # noqa: ANN401
    values: dict[str, Any] = {name: getattr(R, name) for name in ALWAYS}
    for name in (*IF_SAID, *SECRETS, *(f"{secret}_digest" for secret in SECRETS)):
        values[name] = func.coalesce(_stored(R, name), _stored(H, name))
    return update(db.table(H)).values(values).where(H.code == R.code, OF_FILE, CHANGED)


def _stored(model: type[Household | RegistryRow], name: str) -> Any:  # noqa: ANN401
    """Return a column as it is stored: a secret stays encrypted."""
    column = db.table(model).columns[name]
    return func.coalesce(column, None, type_=String) if name in SECRETS else column


def _insert(now: datetime) -> Any:  # noqa: ANN401
    same = ("code", *ALWAYS, "station_id", "orchard_tenth_mu")
    hidden = (*SECRETS, *(f"{secret}_digest" for secret in SECRETS))
    wanted: dict[str, Any] = {
        **{name: getattr(R, name) for name in same},
        **{name: _stored(R, name) for name in hidden},
        "payee": func.coalesce(R.payee, R.head),
        "payee_relation": func.coalesce(R.payee_relation, "self"),
        "members": func.coalesce(R.members, 1),
        "registered_at": literal(now, db.table(H).columns["registered_at"].type),
    }
    unknown = (
        select(*wanted.values())
        .where(OF_FILE, ~exists().where(H.code == R.code))
        .order_by(R.row, R.id)
    )
    return insert(db.table(H)).from_select(list(wanted), unknown)


ON_THE_DAY = and_(
    S.household_id == H.id,
    S.from_day == R.from_day,
    H.code == R.code,
    OF_FILE,
    S.status != R.status,
)


def _replace_statuses() -> Any:  # noqa: ANN401
    return update(db.table(S)).values(status=R.status).where(ON_THE_DAY)


def _add_statuses() -> Any:  # noqa: ANN401
    other = (
        select(H.id, R.status, R.from_day)
        .where(H.code == R.code, OF_FILE, OTHER_STATUS)
        .order_by(H.id)
    )
    return insert(db.table(S)).from_select(["household_id", "status", "from_day"], other)


def abandon(file_id: int, *, actor: Actor, now: datetime) -> None:
    """Put a file away without taking it in; said again: no change.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``registry_file_state``.
    """
    if not actor.may(OFFICER):
        raise Forbidden
    file = db.lock_one(RegistryFile, file_id)
    if file.state == "abandoned":
        return
    if file.state != "ready":
        raise Refusal("registry_file_state", file=file.code)
    file.state, file.decided_by, file.decided_at = "abandoned", actor.user_id, now
    audit.record(actor, "abandon_registry_file", "registry_file", file.code, now=now)
    db.session.flush()
