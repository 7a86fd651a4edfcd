"""People who can sign in: adding one, finding one, and who they are on the next request."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from storefront import actors, audit, db
from storefront.accounts.models import SecondFactor, User, UserRole
from storefront.actors import Actor
from storefront.crypto import keyring
from storefront.errors import Refusal

MOBILE = re.compile(r"1[3-9]\d{9}")  # numbers of the Chinese mainland
BETWEEN_DIGITS = str.maketrans("", "", " -().")


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDraft:
    """A person to be: reached by phone or e-mail, with roles and what bounds them.

    ``password_hash`` comes from ``passwords.vault.hash``, made before the transaction.
    """

    name: str
    password_hash: str
    roles: tuple[str, ...]
    phone: str | None = None
    email: str | None = None
    locale: str = "zh"
    household_id: int | None = None
    station_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A person who proved who they are; ``must_choose``: by a PIN that somebody gave them."""

    actor: Actor
    name: str
    locale: str
    session_version: int
    has_factor: bool
    must_choose: bool

    @property
    def must_enrol(self) -> bool:
        """Whether they can do nothing before they have a second factor."""
        return self.actor.works_here and not self.has_factor


def add_user(draft: UserDraft, *, actor: Actor, now: datetime) -> int:
    """Add a person and return their id.

    Raises:
        ValueError: a role without what bounds it (a household, a station), or no known role.
        Refusal: ``identifier_taken``, somebody signs in with that phone or e-mail already.
    """
    _check_roles(draft)
    phone = identifier(draft.phone) if draft.phone else None
    email = identifier(draft.email) if draft.email else None
    for field, wanted in (("phone", phone), ("email", email)):
        if wanted and find(wanted) is not None:
            raise Refusal("identifier_taken", field=field)
    user = User(name=draft.name, phone=phone, email=email, password_hash=draft.password_hash)
    mark_digests(user)
    user.locale, user.created_at = draft.locale, now
    user.household_id, user.station_id = draft.household_id, draft.station_id
    db.session.add(user)
    db.session.flush()
    for role in draft.roles:
        db.session.add(UserRole(user_id=user.id, role=role, granted_at=now))
    audit.record(actor, "add_user", "user", str(user.id), now=now, roles=sorted(draft.roles))
    db.session.flush()
    return user.id


def _check_roles(draft: UserDraft) -> None:
    bounds = {actors.HOUSEHOLD_MEMBER: draft.household_id, actors.AGENT: draft.station_id}
    for role in draft.roles:
        if role not in actors.ROLES or bounds.get(role, 0) is None:
            message = f"{draft.name} cannot be {role}: unknown role, or its bound is missing"
            raise ValueError(message)


def identifier(typed: str) -> str:
    """Return what was typed as a phone number or an e-mail address is kept.

    Full-width digits, blanks, hyphens and +86 do not matter; nor does case.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    digits = text.translate(BETWEEN_DIGITS).removeprefix("+86")
    return digits if MOBILE.fullmatch(digits) else text.casefold()


def find(wanted: str) -> User | None:
    """Return who signs in with this phone number or e-mail address, as it is kept."""
    marks = keyring.digests(wanted)
    query = select(User).where(or_(User.phone_digest.in_(marks), User.email_digest.in_(marks)))
    return db.session.scalar(query)


def renew_digests(after_id: int, *, limit: int) -> int | None:
    """Mark people anew with the newest key, those after ``after_id``; return the last one's id.

    None when there was nobody left (``flask keys rotate``).
    """
    query = select(User.id).where(User.id > after_id).order_by(User.id).limit(limit)
    people = db.lock(User, *db.session.scalars(query))
    for user in people:
        mark_digests(user)
    return people[-1].id if people else None


def mark_digests(user: User) -> None:
    """Write down what a person is found by; a shopper's phone finds nobody (pairs.py)."""
    by_phone = user.phone and user.pair_digest is None
    user.phone_digest = keyring.digest(user.phone) if by_phone and user.phone else None
    user.email_digest = keyring.digest(user.email) if user.email else None


# what every request of a signed-in person reads: nothing of it is encrypted
OF_A_SESSION = (
    User.id,
    User.name,
    User.locale,
    User.session_version,
    User.household_id,
    User.station_id,
    User.pin_given_at,
)


def load_user(user_id: int, session_version: int) -> SignedIn | None:
    """Return the person of an open session; None once it was ended or the account closed."""
    query = (
        select(*OF_A_SESSION, UserRole.role, SecondFactor.enrolled_at)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(User.id == user_id, User.session_version == session_version)
        .where(User.disabled_at.is_(None))
    )
    rows = db.session.execute(query).all()
    if not rows:
        return None
    user = rows[0]
    roles = frozenset(row.role for row in rows if row.role)
    actor = Actor(
        "user",
        user_id=user.id,
        roles=roles,
        household_id=user.household_id,
        station_id=user.station_id,
    )
    return SignedIn(
        actor=actor,
        name=user.name,
        locale=user.locale,
        session_version=user.session_version,
        has_factor=user.enrolled_at is not None,
        must_choose=user.pin_given_at is not None,
    )
