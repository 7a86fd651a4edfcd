"""Signing in: what somebody knows is proved outside the transaction, and noted inside one."""

from dataclasses import dataclass
from datetime import datetime

from storefront import audit, db
from storefront.accounts import locks, pairs
from storefront.accounts.models import User
from storefront.accounts.passwords import vault
from storefront.accounts.people import MOBILE, SignedIn, find, identifier, load_user
from storefront.actors import Actor
from storefront.errors import Refusal

STRANGER = Actor.guest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A password that was looked at: whose it would be, and whether it is right."""

    key: str
    user_id: int | None
    hash_seen: str | None
    right: bool


def prove(typed: str, password: str, *, now: datetime) -> Proof:
    """Look at the password of who signs in as ``typed`` (a phone number or an e-mail address).

    Only reads, and hashes, which is slow on purpose: call it outside a transaction. An
    unknown person and a closed account take the same time as a wrong password. A phone is
    first that of who works here or is of a household, then any shopper's who chose this
    password (pairs.py).

    Raises:
        Refusal: ``sign_in_locked`` while wrong tries have closed the account.
    """
    wanted = identifier(typed)
    user = find(wanted)
    user_id = user.id if user is not None else None
    key = locks.key_of(user_id, wanted)
    locks.check(key, now=now)
    known = user.password_hash if user is not None and user.disabled_at is None else None
    if vault.verify(known, password):
        return Proof(key=key, user_id=user_id, hash_seen=known, right=True)
    shopper = pairs.find(pairs.mark(wanted, password)) if MOBILE.fullmatch(wanted) else None
    if shopper is None:
        return Proof(key=key, user_id=user_id, hash_seen=known, right=False)
    return Proof(key=key, user_id=shopper.id, hash_seen=shopper.password_hash, right=True)


def note(proof: Proof, *, now: datetime) -> SignedIn | Refusal:
    """Note how the proof went; return the person, or what they are to be told.

    Who has a second factor is not in yet: ``second_factor.check`` says so, and until
    then the wrong tries are not forgotten.

    A refusal is returned and not raised: the wrong try it counts is to be committed. A
    lock that came in the meantime holds for this proof too, also for the right password.
    """
    tries = locks.hold(proof.key)
    if locks.is_locked(tries, now=now):
        return locks.locked(tries.locked_until or now)
    person = _person(proof)
    if person is None:
        return _refused(proof, locks.count(tries, now=now), now)
    if person.has_factor:
        return person
    if proof.key == locks.key_of(proof.user_id, ""):  # a shopper's own door opens no other one
        locks.forget(tries)
    audit.record(person.actor, "sign_in", "user", str(person.actor.user_id), now=now)
    return person


def _person(proof: Proof) -> SignedIn | None:
    """Return who proved it, unless the password was changed since it was looked at."""
    if not proof.right or proof.user_id is None:
        return None
    user = db.lock_one(User, proof.user_id)
    if user.password_hash != proof.hash_seen:
        return None
    return load_user(user.id, user.session_version)


def _refused(proof: Proof, until: datetime | None, now: datetime) -> Refusal:
    """Write down the wrong try; of people nobody knows there is nothing to write down."""
    if proof.user_id is not None:
        code = str(proof.user_id)
        audit.record(STRANGER, "sign_in_failed", "user", code, now=now)
        if until is not None:
            audit.record(STRANGER, "locked", "user", code, now=now, until=until.isoformat())
    return locks.locked(until) if until is not None else Refusal("wrong_password", field="password")
