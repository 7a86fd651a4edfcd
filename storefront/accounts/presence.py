"""Somebody proves with their PIN that they stand here, on a phone where another is signed in."""

from datetime import datetime

from storefront.accounts import locks
from storefront.accounts.own import prove
from storefront.accounts.sign_ins import Proof
from storefront.actors import Actor
from storefront.errors import Refusal


def look(user_id: int, password: str, *, now: datetime) -> Proof:
    """Look at what a person typed; outside a transaction, hashing is slow on purpose.

    Raises:
        Refusal: ``sign_in_locked`` while wrong tries have closed the account.
    """
    return prove(Actor("user", user_id), password, now=now)


def note(proof: Proof, *, now: datetime) -> Refusal | None:
    """Note how the proof went; what is wrong is returned: the try it counts is to be committed."""
    tries = locks.hold(proof.key)
    if locks.is_locked(tries, now=now):
        return locks.locked(tries.locked_until or now)
    if proof.right:
        locks.forget(tries)
        return None
    until = locks.count(tries, now=now)
    return locks.locked(until) if until is not None else Refusal("pin_wrong", field="pin")
