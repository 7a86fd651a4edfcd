"""A household's PIN: given by an agent, changed at first use.

Whoever gave it knows it. For seven days what its owner confirms could have been the
agent's doing, and is written down as through the agent.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from storefront import audit, db
from storefront.accounts import locks
from storefront.accounts.models import PinReset, User
from storefront.actors import Actor
from storefront.errors import NotFound

THROUGH_THE_AGENT: Final = timedelta(days=7)


def give(user_id: int, pin_hash: str, *, actor: Actor, now: datetime) -> None:
    """Give a member of a household a PIN: it replaces what they signed in with before.

    Open sessions end and a lock is lifted. Whose PIN an actor may give is for the door
    to know, and so is that the PIN is not trivial (``strength.pin_fault``).

    Raises:
        NotFound: there is no such member.
    """
    tries = locks.hold(locks.key_of(user_id, ""))
    user = db.lock_one(User, user_id)
    if user.household_id is None:
        raise NotFound
    user.password_hash, user.pin_given_at = pin_hash, now
    user.session_version += 1
    db.session.add(PinReset(user_id=user_id, by_user_id=actor.user_id, at=now))
    locks.forget(tries)
    audit.record(actor, "pin_reset", "user", str(user_id), now=now)


def through_agent(given_at: datetime | None, now: datetime) -> bool:
    """Whether what is confirmed ``now`` counts as through the agent: seven days, both ends in."""
    return given_at is not None and given_at <= now <= given_at + THROUGH_THE_AGENT


def confirmed_how(actor: Actor, *, now: datetime) -> str:
    """Return how a member's own confirmation is written down: ``phone``, or ``agent``."""
    newest = select(PinReset.at).where(PinReset.user_id == actor.user_id)
    given_at = db.session.scalar(newest.order_by(PinReset.id.desc()).limit(1))
    return "agent" if through_agent(given_at, now) else "phone"
