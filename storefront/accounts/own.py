"""What somebody changes about their own account: the password or PIN, the open sessions."""

from datetime import datetime

from storefront import audit, db
from storefront.accounts import locks, pairs
from storefront.accounts.models import User
from storefront.accounts.passwords import vault
from storefront.accounts.people import SignedIn, load_user
from storefront.accounts.sign_ins import Proof
from storefront.accounts.strength import secret_fault
from storefront.actors import Actor
from storefront.errors import NotFound, Refusal


def prove(actor: Actor, password: str, *, now: datetime) -> Proof:
    """Look at the password somebody who is signed in gives once more; outside a transaction.

    Raises:
        Refusal: ``sign_in_locked`` while wrong tries have closed the account.
    """
    user = _user(actor)
    key = locks.key_of(user.id, "")
    locks.check(key, now=now)
    right = vault.verify(user.password_hash, password)
    return Proof(key=key, user_id=user.id, hash_seen=user.password_hash, right=right)


def check_new(actor: Actor, secret: str) -> None:
    """Refuse a new password or PIN that is too easy to guess.

    Raises:
        Refusal: ``password_short``, ``password_common``, ``password_is_phone``,
            ``pin_not_six_digits``, ``pin_trivial`` or ``pin_is_phone``.
    """
    fault = secret_fault(secret, _user(actor).phone, works_here=actor.works_here)
    if fault is not None:
        raise Refusal(fault, field="new")


def new_pair(actor: Actor, secret: str) -> str | None:
    """Return what a shopper will be found by; None for who is found by phone or e-mail alone.

    Slow on purpose: call it outside a transaction.
    """
    user = _user(actor)
    return pairs.mark(user.phone or "", secret) if user.pair_digest is not None else None


def change(
    actor: Actor, proof: Proof, new_hash: str, pair: str | None = None, *, now: datetime
) -> SignedIn | Refusal:
    """Put a new password or PIN in force, and end every session that is open.

    Returns the person, for a new session of their own; or what they are to be told, which
    is returned and not raised: the wrong try it counts is to be committed.
    """
    user_id = proof.user_id or 0
    tries = locks.hold(proof.key)
    if locks.is_locked(tries, now=now):
        return locks.locked(tries.locked_until or now)
    user = db.lock_one(User, user_id)
    if not proof.right or user.password_hash != proof.hash_seen:
        until = locks.count(tries, now=now)
        audit.record(actor, "sign_in_failed", "user", str(user_id), now=now)
        return locks.locked(until) if until else Refusal("current_wrong", field="current")
    if pair is not None and pair != user.pair_digest and pairs.find(pair) is not None:
        until = locks.count(tries, now=now)  # or one could look for others' passwords here
        return locks.locked(until) if until else Refusal("password_common", field="new")
    locks.forget(tries)
    user.password_hash, user.pin_given_at, user.pair_digest = new_hash, None, pair
    return _renewed(user, "password_changed", actor, now)


def end_sessions(actor: Actor, *, now: datetime) -> SignedIn:
    """End every open session; return the person, for a new one of their own."""
    user = db.lock_one(User, _user(actor).id)
    return _renewed(user, "sessions_ended", actor, now)


def _renewed(user: User, verb: str, actor: Actor, now: datetime) -> SignedIn:
    user.session_version += 1
    audit.record(actor, verb, "user", str(user.id), now=now)
    db.session.flush()
    person = load_user(user.id, user.session_version)
    if person is None:
        raise NotFound
    return person


def _user(actor: Actor) -> User:
    return db.get(User, actor.user_id or 0)
