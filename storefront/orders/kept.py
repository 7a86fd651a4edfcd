"""The orders of a shopper's account, and what becomes of them when it is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased

from storefront import db
from storefront.accounts import shoppers
from storefront.accounts.sign_ins import Proof
from storefront.actors import SHOPPER, Actor
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.orders import queries, retention
from storefront.orders.models import Forgetting, KeptOrder, Line, Order

PAGE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """An order in its shopper's list; ``name`` is of its first line, ``others`` counts the rest."""

    id: int
    code: str
    token: str
    state: str
    placed_at: datetime
    total: Fen
    name_zh: str
    name_en: str
    picture: str
    others: int
    parcels: tuple[str, ...]

    @property
    def progress(self) -> str:
        """What people read of it in one word."""
        return queries.progress(self.state, self.parcels)


def keep(order_id: int, how: str, *, actor: Actor, now: datetime) -> None:
    """Put an order into the account of who acts, if they have one: ``placed`` by it, or ``link``.

    Who brings its link may read the order anyway. An order may be in several accounts; kept
    again: no change.
    """
    if actor.user_id is None or not actor.may(SHOPPER):
        return
    row = db.insert(KeptOrder).values(user_id=actor.user_id, order_id=order_id, how=how, at=now)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["user_id", "order_id"]))


def is_kept(order_id: int, user_id: int | None) -> bool:
    """Whether an order is in somebody's account."""
    own = (KeptOrder.user_id == user_id, KeptOrder.order_id == order_id)
    return db.session.scalar(select(KeptOrder.id).where(*own)) is not None


def of_shopper(
    user_id: int, *, before: int | None = None, limit: int = PAGE
) -> tuple[KeptRow, ...]:
    """Return somebody's orders, youngest first; ``before`` is the last id seen. Two statements."""
    first = (Line.order_id == Order.id) & (Line.position == 1)
    every = aliased(Line)
    lines = select(func.count(every.id)).where(every.order_id == Order.id).scalar_subquery()
    columns = (Order.id, Order.code, Order.token, Order.state, Order.placed_at, Order.total_fen)
    query = (
        select(*columns, Line.name_zh, Line.name_en, Line.picture, lines.label("lines"))
        .join(KeptOrder, KeptOrder.order_id == Order.id)
        .join(Line, first)
        .where(KeptOrder.user_id == user_id)
        .order_by(Order.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Order.id < before)
    rows = db.session.execute(query).all()
    fates = queries.parcel_fates([row.id for row in rows])
    return tuple(
        KeptRow(
            id=row.id,
            code=row.code,
            token=row.token,
            state=row.state,
            placed_at=row.placed_at,
            total=row.total_fen,
            name_zh=row.name_zh,
            name_en=row.name_en,
            picture=row.picture,
            others=row.lines - 1,
            parcels=tuple(fates.get(row.id, ())),
        )
        for row in rows
    )


def close_account(actor: Actor, proof: Proof, *, now: datetime) -> Refusal | None:
    """Close an account and take its person out of everything; what cannot wait no longer stays.

    Orders that are over lose their buyer and address at once, those on the way as soon as they
    are over. Money, goods and days stay: they are trade records (E-commerce Law, 31). Orders
    that others placed and this account only kept are left as they are. A refusal is returned.
    """
    user_id = proof.user_id or 0
    theirs = _placed_by(user_id)
    refusal = shoppers.close(actor, proof, now=now)
    if refusal is not None:
        return refusal
    for order_id in theirs:
        asked = db.insert(Forgetting).values(order_id=order_id, asked_at=now)
        db.session.execute(asked.on_conflict_do_nothing(index_elements=["order_id"]))
    db.session.execute(delete(KeptOrder).where(KeptOrder.user_id == user_id))
    while retention.forget_asked(now=now, limit=PAGE, among=theirs):
        pass
    return None


def _placed_by(user_id: int) -> Sequence[int]:
    """Return the orders of an account that are its owner's own: placed by it, or with its phone."""
    phone, email = shoppers.reached_by(user_id)
    query = (
        select(Order.id, KeptOrder.how, Order.buyer_phone, Order.buyer_email)
        .join(KeptOrder, KeptOrder.order_id == Order.id)
        .where(KeptOrder.user_id == user_id)
        .order_by(Order.id)
    )
    return [
        row.id
        for row in db.session.execute(query)
        if row.how == "placed"
        or (phone and row.buyer_phone == phone)
        or (email and (row.buyer_email or "").casefold() == email)
    ]
