"""A household's numbers in full: shown to whoever said why, for minutes (docs/adr/0035)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import audit, db
from storefront.actors import OFFICER, Actor
from storefront.errors import Forbidden, Refusal
from storefront.supply import identity
from storefront.supply.households import SECRETS, Household

SHOWN_FOR: Final = timedelta(minutes=5)


class SecretReveal(db.Base):
    """That somebody wanted to see a household's number, which one and why."""

    __tablename__ = "secret_reveal"
    __table_args__ = (
        db.one_of("which", SECRETS),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_secret_reveal_household", "household_id"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    which: Mapped[str]
    reason: Mapped[str]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


def reveal(household_id: int, which: str, reason: str, *, actor: Actor, now: datetime) -> int:
    """Write down who wants to see which number and why; returns the key that shows it.

    Said again while it is shown it is the same one.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``reveal_without_reason``; ``nothing_to_reveal``.
    """
    if not actor.may(OFFICER) or actor.user_id is None:
        raise Forbidden
    home = db.lock_one(Household, household_id)
    if not reason.strip():
        raise Refusal("reveal_without_reason", field="reason")
    if which not in SECRETS or getattr(home, which) is None:
        raise Refusal("nothing_to_reveal", field="which")
    known = db.session.scalar(
        select(SecretReveal.id).where(
            SecretReveal.household_id == household_id,
            SecretReveal.which == which,
            SecretReveal.reason == reason.strip(),
            SecretReveal.by == actor.user_id,
            SecretReveal.at > now - SHOWN_FOR,
        )
    )
    if known is not None:
        return known
    row = SecretReveal(household_id=household_id, which=which, reason=reason.strip())
    row.by, row.at = actor.user_id, now
    db.session.add(row)
    audit.record(actor, "reveal", "household", home.code, now=now, which=which)
    db.session.flush()
    return row.id


@dataclass(frozen=True, slots=True)
class Revealed:
    """A number in full, until when it is shown; none once that is over, and none for others."""

    household: str
    head: str
    which: str
    reason: str
    until: datetime
    number: str | None


def revealed(reveal_id: int, *, actor: Actor, now: datetime) -> Revealed:
    """Return what was asked for; the number itself only to whoever said why. Raises NotFound."""
    row = db.get(SecretReveal, reveal_id)
    theirs = row.by == actor.user_id and actor.may(OFFICER)
    home = db.get(Household, row.household_id)
    until = row.at + SHOWN_FOR
    number = getattr(home, row.which) if theirs and now < until else None
    return Revealed(home.code, home.head, row.which, row.reason, until, number)


def masked_numbers(household_id: int) -> dict[str, str]:
    """Return the household's numbers, masked, by what they are; what is not known is left out."""
    home = db.get(Household, household_id)
    known = {which: getattr(home, which) for which in SECRETS}
    return {which: identity.masked(number) for which, number in known.items() if number}


@dataclass(frozen=True, slots=True)
class RevealRow:
    """That a number was shown: of whom, which, to whom, when and why."""

    id: int
    household: str
    which: str
    reason: str
    by: int
    at: datetime


R = SecretReveal
_ROWS = select(R.id, Household.code, R.which, R.reason, R.by, R.at).join(
    Household, Household.id == R.household_id
)


def found(
    text: str = "", people: tuple[int, ...] = (), *, before: int | None = None, limit: int = 50
) -> tuple[RevealRow, ...]:
    """Return what was shown, the newest first, of a household, for a reason or to ``people``."""
    query = _ROWS
    if text:
        looked_for = Household.code.istartswith(text, autoescape=True)
        because = R.reason.contains(text, autoescape=True)
        query = query.where(or_(looked_for, because, R.by.in_(people)))
    if before is not None:
        query = query.where(R.id < before)
    rows = db.session.execute(query.order_by(R.id.desc()).limit(limit))
    return tuple(starmap(RevealRow, rows))
