"""Letters to the buyer of an order: in their language, with the way to its page."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap

from sqlalchemy import func, select

from storefront import db, outbox
from storefront.money import Fen
from storefront.orders.models import Line, Order, Parcel


def to_buyer(order: Order, key: str, kind: str, *, now: datetime, **facts: object) -> None:
    """Put a letter to the buyer in the outbox; ``key`` names its cause, one cause is one letter.

    Nothing happens where the buyer left no address.
    """
    outbox.write(
        key,
        kind,
        recipient=order.buyer_email,
        locale=order.locale,
        now=now,
        code=order.code,
        token=order.token,
        **facts,
    )


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line as a letter lists it."""

    name_zh: str
    name_en: str
    label_zh: str
    label_en: str
    quantity: int
    price: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a letter may tell of an order, as it is when the letter leaves; nothing of a person."""

    state: str
    goods: Fen
    freight: Fen
    discount: Fen
    total: Fen
    hold_until: datetime
    leaves_on: date | None
    lines: tuple[ToldLine, ...]


def told(token: str) -> Told | None:
    """Return what may be told of the order behind a token; None if there is none. Two statements.

    ``leaves_on`` is the latest day that is promised for a parcel that has not left.
    """
    waiting = Parcel.state.in_(("planned", "packed"))
    leaves_on = select(func.max(Parcel.promised_on)).where(Parcel.order_id == Order.id, waiting)
    query = select(
        Order.id,
        Order.state,
        Order.goods_fen,
        Order.freight_fen,
        Order.discount_fen,
        Order.total_fen,
        Order.hold_until,
        leaves_on.scalar_subquery(),
    ).where(Order.token == token)
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    order_id, state, goods, freight, discount, total, until, day = row
    return Told(
        state=state,
        goods=goods,
        freight=freight,
        discount=discount,
        total=total,
        hold_until=until,
        leaves_on=day,
        lines=_lines(order_id),
    )


def _lines(order_id: int) -> tuple[ToldLine, ...]:
    names = (Line.name_zh, Line.name_en, Line.label_zh, Line.label_en)
    query = select(*names, Line.quantity, Line.price_fen).where(Line.order_id == order_id)
    return tuple(starmap(ToldLine, db.session.execute(query.order_by(Line.position))))
