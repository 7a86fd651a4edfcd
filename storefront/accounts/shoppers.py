"""Shoppers' accounts: opened by phone and password, or by a letter to an e-mail address; closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from storefront import audit, db, ids, outbox
from storefront.accounts import locks, pairs
from storefront.accounts.models import Address, Invitation, SignInTry, User, UserRole
from storefront.accounts.passwords import vault
from storefront.accounts.people import SignedIn, find, identifier, load_user, mark_digests
from storefront.accounts.sign_ins import STRANGER, Proof
from storefront.accounts.strength import secret_fault
from storefront.actors import SHOPPER, Actor
from storefront.errors import NotFound, Refusal

NAME: Final = "顾客"  # an account asks for no name; this is what an audit calls its owner
NOTHING: Final = ""
INVITED_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody wants an account: everything slow about it is done."""

    phone: str
    key: str
    pair: str
    password_hash: str


def wish(typed: str, password: str, *, now: datetime) -> Wish:
    """Work out what an account needs; only reads, and hashes: call it outside a transaction.

    Raises:
        Refusal: ``sign_in_locked`` while too much was tried with this phone, or the password
            is too easy to guess (field ``password``).
    """
    phone = identifier(typed)
    known = find(phone)
    key = locks.key_of(known.id if known is not None else None, phone)
    locks.check(key, now=now)
    fault = secret_fault(password, phone, works_here=False)
    if fault is not None:
        raise Refusal(fault, field="password")
    pair = pairs.mark(phone, password)
    return Wish(phone=phone, key=key, pair=pair, password_hash=vault.hash(password))


def sign_up(wished: Wish, *, locale: str, now: datetime) -> SignedIn | Refusal:
    """Open an account, or let in who has it already: whoever brings phone and password has.

    Whether the phone has other accounts changes nothing. Each new one counts as a wrong try
    for the phone: signing up is no way to guess more often.
    """
    tries = locks.hold(wished.key)
    if locks.is_locked(tries, now=now):
        return locks.locked(tries.locked_until or now)
    user = pairs.find(wished.pair)
    if user is None:
        locks.count(tries, now=now)
        user = User(name=NAME, phone=wished.phone, password_hash=wished.password_hash)
        user.pair_digest = wished.pair
        _open(user, locale=locale, now=now)
    return _came_in(user, now=now)


def _open(user: User, *, locale: str, now: datetime) -> None:
    user.locale, user.created_at = locale, now
    db.session.add(user)
    db.session.flush()
    db.session.add(UserRole(user_id=user.id, role=SHOPPER, granted_at=now))
    audit.record(STRANGER, "add_user", "user", str(user.id), now=now, roles=[SHOPPER])
    db.session.flush()


def _came_in(user: User, *, now: datetime) -> SignedIn:
    person = load_user(user.id, user.session_version)
    if person is None:
        raise NotFound
    audit.record(person.actor, "sign_in", "user", str(user.id), now=now)
    return person


# by a letter


def invite(typed: str, *, locale: str, now: datetime) -> None:
    """Write to an e-mail address how to choose a password, for a new account or a forgotten one.

    Who works here, or is of a household, has others to ask: they get no such letter.
    """
    email = identifier(typed)
    known = find(email)
    if known is not None and not _is_shopper(known.id):
        return
    invitation = Invitation(code=ids.new_token(), email=email, asked_at=now)
    db.session.add(invitation)
    facts = {"invitation": invitation.code}
    key = f"account:{invitation.code}"
    outbox.write(key, "account", recipient=email, locale=locale, now=now, **facts)


def invited(code: str, *, now: datetime) -> str:
    """Return the e-mail address of an invitation that is still good.

    Raises:
        Refusal: ``invitation_over``.
    """
    query = select(Invitation).where(Invitation.code == code, Invitation.used_at.is_(None))
    found = db.session.scalar(query.where(Invitation.asked_at > now - INVITED_FOR))
    if found is None:
        raise Refusal("invitation_over")
    return found.email


def check_chosen(password: str) -> None:
    """Refuse a password that is too easy to guess, for the field ``new``."""
    fault = secret_fault(password, None, works_here=False)
    if fault is not None:
        raise Refusal(fault, field="new")


def accept(code: str, password_hash: str, *, locale: str, now: datetime) -> SignedIn:
    """Put a password in force for the address an invitation went to; open its account if need be.

    Raises:
        Refusal: ``invitation_over``.
    """
    query = db.locking(select(Invitation).where(Invitation.code == code))
    held = db.lock_found(query, {})
    email = invited(code, now=now)
    held[0].used_at = now
    known = find(email)
    if known is None:
        user = User(name=NAME, email=email, password_hash=password_hash)
        mark_digests(user)
        _open(user, locale=locale, now=now)
        return _came_in(user, now=now)
    if not _is_shopper(known.id):
        raise Refusal("invitation_over")
    user = db.lock_one(User, known.id)
    user.password_hash = password_hash
    user.session_version += 1
    locks.forget(locks.hold(locks.key_of(user.id, email)))
    audit.record(STRANGER, "password_changed", "user", str(user.id), now=now)
    db.session.flush()
    return _came_in(user, now=now)


def _is_shopper(user_id: int) -> bool:
    roles = select(UserRole.role).where(UserRole.user_id == user_id)
    return set(db.session.scalars(roles)) == {SHOPPER}


# leaving


def reached_by(user_id: int) -> tuple[str | None, str | None]:
    """Return phone and e-mail of an account, for its owner and for what is theirs by it."""
    found = db.session.execute(select(User.phone, User.email).where(User.id == user_id)).one()
    return found.phone, found.email


def close(actor: Actor, proof: Proof, *, now: datetime) -> Refusal | None:
    """Take the person out of their account: phone, e-mail, password and addresses (PIPL, 47).

    What remains is a number that acts refer to. Closed again: no change. A wrong password is
    counted, so its refusal is returned, to be raised after the commit.
    """
    user_id = proof.user_id or 0
    tries = locks.hold(proof.key)
    if locks.is_locked(tries, now=now):
        return locks.locked(tries.locked_until or now)
    user = db.lock_one(User, user_id)
    if user.disabled_at is not None:
        return None
    if not proof.right or user.password_hash != proof.hash_seen:
        until = locks.count(tries, now=now)
        audit.record(actor, "sign_in_failed", "user", str(user_id), now=now)
        return locks.locked(until) if until else Refusal("current_wrong", field="current")
    _empty(user, now)
    audit.record(actor, "close_account", "user", str(user_id), now=now)
    return None


def _empty(user: User, now: datetime) -> None:
    user.phone = user.email = NOTHING
    user.phone_digest = user.email_digest = user.pair_digest = None
    user.password_hash, user.disabled_at = NOTHING, now
    user.session_version += 1
    db.session.execute(delete(Address).where(Address.user_id == user.id))
    db.session.execute(delete(SignInTry).where(SignInTry.key == locks.key_of(user.id, "")))
    db.session.flush()
