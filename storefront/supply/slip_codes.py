"""A one-time code that a household reads on its own plain phone and tells the agent.

Nobody keeps the code: it is worked out from the row and the keys that no database holds, by
the letter as it leaves and by the try. A day later, after five wrong tries, or once a newer
one was sent, it is good for nothing.
"""

import hmac
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import audit, db, ids, outbox
from storefront.accounts import members
from storefront.actors import Actor
from storefront.crypto import keyring
from storefront.errors import Refusal
from storefront.supply import confirming, disputes
from storefront.supply.households import Household
from storefront.supply.models import Slip

DIGITS: Final = 6
LASTS: Final = timedelta(days=1)
AT_ONCE: Final = timedelta(minutes=1)  # a second tap sends no second message
TRIES: Final = 5
MOST: Final = 3  # of one slip in a day


class SlipCode(db.Base):
    """A code that was sent about a slip: who asked for it, and how often it was tried."""

    __tablename__ = "slip_code"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        Index("ix_slip_code_slip", "slip_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    seed: Mapped[str] = mapped_column(unique=True)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


NEWEST = select(SlipCode).where(SlipCode.slip_id == bindparam("slip")).order_by(SlipCode.id.desc())


def digits_of(seed: str) -> str:
    """Return the code that a seed stands for; without the keys nobody can."""
    return f"{int(keyring.digest(f'slip code {seed}'), 16) % 10**DIGITS:0{DIGITS}d}"


def phone_end(household_id: int) -> str | None:
    """Return the last four digits of the household's phone, if the registry knows one."""
    phone = db.get(Household, household_id).phone
    return phone[-4:] if phone else None


def send(slip_id: int, gateway: str, *, actor: Actor, now: datetime) -> SlipCode:
    """Send a code to the household's own phone, as a text message by the mail ``gateway``.

    Raises:
        Forbidden: the actor is not the agent of the slip's station.
        Refusal: ``no_text_messages`` where the county has no gateway; ``no_phone``;
            ``agents_phone``; ``codes_enough``; ``slip_disputed``.
    """
    slip = confirming.locked_slip(slip_id, actor)
    last = newest(slip_id, now=now)
    if last is not None and now < last.sent_at + AT_ONCE:
        return last
    if disputes.is_disputed(slip.id):
        raise Refusal("slip_disputed", slip=slip.code)
    phone = _phone(slip, gateway, actor)
    today = select(func.count()).where(SlipCode.slip_id == slip_id, SlipCode.sent_at > now - LASTS)
    if (db.session.scalar(today) or 0) >= MOST:
        raise Refusal("codes_enough", most=MOST)
    code = SlipCode(slip_id=slip_id, seed=ids.new_key(), sent_by=actor.user_id, sent_at=now)
    code.expires_at = now + LASTS
    db.session.add(code)
    db.session.flush()
    to = {"recipient": f"{phone}@{gateway}", "locale": "zh"}
    told = {"slip": slip.code, "seed": code.seed}
    outbox.write(f"slip_code:{code.id}", "slip_code", **to, now=now, **told)
    audit.record(actor, "send_code", "slip", slip.code, now=now)
    return code


def newest(slip_id: int, *, now: datetime) -> SlipCode | None:
    """Return the code that was sent last about a slip, if it can still be tried."""
    found = db.session.scalars(NEWEST, {"slip": slip_id}).first()
    return found if found is not None and _is_good(found, now) else None


def _is_good(code: SlipCode, now: datetime) -> bool:
    return code.used_at is None and code.expires_at > now and code.tries < TRIES


def _phone(slip: Slip, gateway: str, actor: Actor) -> str:
    """Return where the code goes: to the household, never to the agent who asks for it."""
    if not gateway:
        raise Refusal("no_text_messages")
    phone = db.get(Household, slip.household_id).phone
    if not phone:
        raise Refusal("no_phone")
    if actor.user_id is not None and members.phone_of(actor.user_id) == phone:
        raise Refusal("agents_phone")
    return phone


def confirm(slip_id: int, typed: str, *, actor: Actor, now: datetime) -> Refusal | None:
    """The agent types the code that the household read out: then it agrees.

    What is wrong with it is returned and not raised: the try it counts is to be committed.

    Raises:
        Forbidden: the actor is not the agent of the slip's station.
        Refusal: ``slip_disputed``.
    """
    slip = confirming.locked_slip(slip_id, actor)
    if not confirming.is_open(slip_id):
        return None  # the same form again: they agreed
    sent = newest(slip_id, now=now)
    if sent is None:
        return Refusal("code_over", field="code")
    if not hmac.compare_digest(digits_of(sent.seed).encode(), typed.strip().encode()):
        sent.tries += 1
        db.session.flush()
        return Refusal("slip_code_wrong", field="code", left=TRIES - sent.tries)
    sent.used_at = now
    confirming.agree(slip, "code", actor=actor, now=now)
    return None
