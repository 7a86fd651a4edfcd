"""The members of a household who can sign in, as their agent sees them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, String, cast, literal, select

from storefront import db
from storefront.accounts.models import SecondFactor, SignInTry, User, UserRole
from storefront.actors import STAFF

SHOWN = 4  # last digits of a phone number, by which a person is told from another


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a household: of the phone number only its end is told."""

    id: int
    name: str
    phone_end: str
    locked_until: datetime | None
    pin_given_at: datetime | None


def _locked(now: datetime) -> ScalarSelect[datetime | None]:
    """Until when the user of the row is locked, if they are now."""
    key = literal("user:") + cast(User.id, String)
    tries = select(SignInTry.locked_until).where(SignInTry.key == key)
    return tries.where(SignInTry.locked_until > now).scalar_subquery()


def of_household(household_id: int, *, now: datetime) -> tuple[Member, ...]:
    """Return the members of a household who can sign in, in the order they were added."""
    query = select(User.id, User.name, User.phone, _locked(now), User.pin_given_at)
    query = query.where(User.household_id == household_id, User.disabled_at.is_(None))
    rows = db.session.execute(query.order_by(User.id))
    return tuple(
        Member(key, name, (phone or "")[-SHOWN:], until, given)
        for key, name, phone, until, given in rows
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here."""

    id: int
    name: str
    roles: tuple[str, ...]
    enrolled_at: datetime | None
    locked_until: datetime | None


def of_staff(*, now: datetime) -> tuple[Colleague, ...]:
    """Return everybody who works here, by name."""
    query = (
        select(User.id, User.name, UserRole.role, SecondFactor.enrolled_at, _locked(now))
        .join(UserRole, UserRole.user_id == User.id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(UserRole.role.in_(STAFF), User.disabled_at.is_(None))
        .order_by(User.name, User.id, UserRole.role)
    )
    found: dict[int, Colleague] = {}
    for key, name, role, enrolled_at, until in db.session.execute(query):
        roles = (*found[key].roles, role) if key in found else (role,)
        found[key] = Colleague(key, name, roles, enrolled_at, until)
    return tuple(found.values())


def names(user_ids: set[int]) -> dict[int, str]:
    """Return the names of these users."""
    query = select(User.id, User.name).where(User.id.in_(user_ids))
    return {row.id: row.name for row in db.session.execute(query)} if user_ids else {}


def named(text: str, *, limit: int = 20) -> tuple[int, ...]:
    """Return the users whose name has ``text`` in it."""
    query = select(User.id).where(User.name.contains(text, autoescape=True)).order_by(User.id)
    return tuple(db.session.scalars(query.limit(limit)))


def is_of(user_id: int, household_id: int) -> bool:
    """Whether somebody who can sign in is of that household."""
    query = select(User.id).where(User.id == user_id, User.household_id == household_id)
    return db.session.scalar(query.where(User.disabled_at.is_(None))) is not None


def phone_of(user_id: int) -> str | None:
    """Return the phone number of a user, to compare a new secret with; it is shown to nobody."""
    return db.session.scalar(select(User.phone).where(User.id == user_id))


def phones_of(household_ids: Collection[int]) -> Iterator[tuple[int, str]]:
    """Yield household and phone number of whoever signs in for one: to compare, never to show."""
    query = select(User.household_id, User.phone).where(
        User.household_id.in_(household_ids), User.disabled_at.is_(None)
    )
    for household_id, phone in db.session.execute(query):
        if household_id is not None:
            yield household_id, phone or ""
