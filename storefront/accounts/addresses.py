"""Where a shopper has parcels sent: kept by their owner, for the next time."""

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Final

from sqlalchemy import delete, func, select

from storefront import audit, db, ids
from storefront.accounts.models import Address, User
from storefront.actors import Actor
from storefront.errors import NotFound, Refusal

MOST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressDraft:
    """An address as it is typed."""

    recipient: str
    phone: str
    province: str
    city: str
    district: str
    address: str


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An address of somebody's own."""

    code: str
    recipient: str
    phone: str
    province: str
    city: str
    district: str
    address: str


_ROWS = select(
    Address.code,
    Address.recipient,
    Address.phone,
    Address.province,
    Address.city,
    Address.district,
    Address.address,
)


def of_shopper(user_id: int) -> tuple[AddressRow, ...]:
    """Return somebody's addresses, the one chosen last first: that is the one to propose."""
    chosen = Address.chosen_at
    query = _ROWS.where(Address.user_id == user_id)
    ordered = query.order_by(chosen.is_(None), chosen.desc(), Address.id)
    return tuple(starmap(AddressRow, db.session.execute(ordered)))


def one(user_id: int, code: str) -> AddressRow:
    """Return one address of somebody's own.

    Raises:
        NotFound: they have none of this code, whoever else may.
    """
    query = _ROWS.where(Address.user_id == user_id, Address.code == code)
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return AddressRow(*row)


def add(draft: AddressDraft, *, actor: Actor, now: datetime) -> str:
    """Keep one more address; return its code. One that is kept already is chosen instead.

    Raises:
        Refusal: ``too_many_addresses``.
    """
    user_id = db.lock_one(User, actor.user_id or 0).id
    for kept in of_shopper(user_id):
        if _draft_of(kept) == draft:
            choose(kept.code, actor=actor, now=now)
            return kept.code
    count = db.session.scalar(select(func.count()).where(Address.user_id == user_id)) or 0
    if count >= MOST:
        raise Refusal("too_many_addresses", most=MOST)
    address = Address(user_id=user_id, code=ids.new_code())
    _fill(address, draft)
    address.chosen_at = None if count else now
    db.session.add(address)
    audit.record(actor, "add_address", "address", address.code, now=now)
    db.session.flush()
    return address.code


def _draft_of(row: AddressRow) -> AddressDraft:
    return AddressDraft(
        recipient=row.recipient,
        phone=row.phone,
        province=row.province,
        city=row.city,
        district=row.district,
        address=row.address,
    )


def _fill(address: Address, draft: AddressDraft) -> None:
    for name in AddressDraft.__slots__:
        setattr(address, name, getattr(draft, name))


def change(code: str, draft: AddressDraft, *, actor: Actor, now: datetime) -> None:
    """Put an address right.

    Raises:
        NotFound: it is not theirs.
    """
    _fill(_own(code, actor), draft)
    audit.record(actor, "change_address", "address", code, now=now)


def choose(code: str, *, actor: Actor, now: datetime) -> None:
    """Let an address be the one that is proposed.

    Raises:
        NotFound: it is not theirs.
    """
    _own(code, actor).chosen_at = now
    audit.record(actor, "choose_address", "address", code, now=now)


def remove(code: str, *, actor: Actor, now: datetime) -> None:
    """Forget an address; one that is gone already: no change.

    Raises:
        NotFound: it is somebody else's.
    """
    owner = db.session.scalar(select(Address.user_id).where(Address.code == code))
    if owner is None:
        return
    db.session.execute(delete(Address).where(Address.id == _own(code, actor).id))
    audit.record(actor, "remove_address", "address", code, now=now)


def _own(code: str, actor: Actor) -> Address:
    query = select(Address.id).where(Address.code == code, Address.user_id == actor.user_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return db.lock_one(Address, found)
