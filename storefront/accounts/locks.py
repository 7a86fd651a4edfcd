"""Locks: wrong tries in a row close an account for minutes that double."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from storefront import audit, db
from storefront.accounts.models import SignInTry, User
from storefront.actors import Actor
from storefront.crypto import keyring
from storefront.errors import NotFound, Refusal

FREE_TRIES: Final = 5  # the fifth wrong try in a row is the first that locks
LONGEST: Final = timedelta(hours=1)
FORGOTTEN_AFTER: Final = timedelta(days=1)


def locked_for(failed: int) -> timedelta:
    """Return for how long ``failed`` wrong tries in a row lock: 1, 2, 4 … minutes, an hour at most.

    At that pace a PIN of six digits is guessed in 57 years on average.
    """
    if failed < FREE_TRIES:
        return timedelta(0)
    doublings = min(failed - FREE_TRIES, 6)  # more would be over an hour
    return min(timedelta(minutes=2**doublings), LONGEST)


def locked_after(failed: int, now: datetime) -> datetime | None:
    """Return until when the last of ``failed`` wrong tries, made now, locks: a whole minute."""
    closed = locked_for(failed)
    if not closed:
        return None
    until = now + closed
    minute = until.replace(second=0, microsecond=0)
    return minute if minute == until else minute + timedelta(minutes=1)


def key_of(user_id: int | None, wanted: str) -> str:
    """Return what wrong tries are counted by: the account, or a drawer that nobody's share."""
    if user_id is not None:
        return f"user:{user_id}"
    return f"nobody:{keyring.digest(wanted)[:4]}"


def locked_until(key: str, *, now: datetime) -> datetime | None:
    """Return until when ``key`` is locked; None when it is not."""
    until = db.session.scalar(select(SignInTry.locked_until).where(SignInTry.key == key))
    return until if until is not None and until > now else None


def check(key: str, *, now: datetime) -> None:
    """Refuse while ``key`` is locked, whatever was typed.

    Raises:
        Refusal: ``sign_in_locked`` with ``until``.
    """
    until = locked_until(key, now=now)
    if until is not None:
        raise locked(until)


def locked(until: datetime) -> Refusal:
    """Return the refusal that says until when."""
    return Refusal("sign_in_locked", until=until)


def hold(key: str) -> SignInTry:
    """Lock the row that counts wrong tries for ``key``, made if it is the first.

    Every proof of who somebody is takes this lock first, so that a hundred guesses
    sent at once are still looked at one after the other.
    """
    first = db.insert(SignInTry).values(key=key, failed=0)
    db.session.execute(first.on_conflict_do_nothing(index_elements=["key"]))
    row_id = db.session.scalar(select(SignInTry.id).where(SignInTry.key == key))
    return db.lock_one(SignInTry, row_id or 0)


def is_locked(tries: SignInTry, *, now: datetime) -> bool:
    """Whether the row says that nobody is let in now."""
    return tries.locked_until is not None and tries.locked_until > now


def count(tries: SignInTry, *, now: datetime) -> datetime | None:
    """Count one more wrong try; return until when that locks, if it does.

    After a day without any the count begins anew.
    """
    long_ago = tries.failed_at is not None and tries.failed_at + FORGOTTEN_AFTER <= now
    tries.failed = 1 if long_ago else tries.failed + 1
    tries.failed_at = now
    tries.locked_until = locked_after(tries.failed, now)
    return tries.locked_until


def forget(tries: SignInTry) -> None:
    """Begin to count anew: whoever it was has proved who they are, or somebody let them in."""
    tries.failed, tries.failed_at, tries.locked_until = 0, None, None


def lift(user_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a locked account be tried again at once; where nothing is locked it changes nothing.

    Whose lock an actor may lift is for the door to know.

    Raises:
        NotFound: there is no such user.
        Refusal: ``own_lock``, nobody lifts their own.
    """
    if db.session.get(User, user_id) is None:
        raise NotFound
    if actor.user_id == user_id:
        raise Refusal("own_lock")
    tries = hold(key_of(user_id, ""))
    if is_locked(tries, now=now):
        audit.record(actor, "unlocked", "user", str(user_id), now=now)
    forget(tries)
