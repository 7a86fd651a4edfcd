"""What pages ask of an order. Rows are frozen; public ones hold nothing a stranger may not see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from storefront import db
from storefront.catalogue.models import CUSTODY_LEVELS
from storefront.errors import NotFound
from storefront.money import Fen
from storefront.orders import requests
from storefront.orders.carriers import tracking
from storefront.orders.lives import GONE_FOR_GOOD, fate
from storefront.orders.models import (
    Line,
    Order,
    OrderEvent,
    Parcel,
)
from storefront.orders.page_statements import GROWERS, LINES, ORDER
from storefront.orders.requests import Asked
from storefront.orders.whereabouts import CANCELLED
from storefront.weight import Grams

PAGE = 50


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as it was offered; ``returned`` is what went back if it was cancelled by itself."""

    position: int
    sku: str
    name_zh: str
    name_en: str
    label_zh: str
    label_en: str
    picture: str
    custody: str
    quantity: int
    unit_price: Fen
    price: Fen
    discount: Fen
    returned: Fen | None
    cancelled_at: datetime | None
    has_left: bool


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel on its way to one address."""

    id: int
    code: str
    trace_code: str
    state: str
    recipient: str
    phone: str
    province: str
    city: str
    district: str
    address: str
    promised_on: date
    carrier: str | None
    number: str | None
    dispatched_at: datetime | None
    delivered_at: datetime | None
    lost_at: datetime | None
    returned_at: datetime | None
    closed_at: datetime | None

    @property
    def fate(self) -> str:
        """What became of it: its state, but lost or returned also once it is closed."""
        return fate(self.state, self.lost_at, self.returned_at)

    @property
    def tracking(self) -> str | None:
        """Where its carrier's word on it can be read, if anywhere."""
        return tracking(self.carrier, self.number)


@dataclass(frozen=True, slots=True)
class Grower:
    """Who grew a row: a village, and a name only with the household's consent. No status."""

    allocation_id: int
    parcel_id: int
    state: str
    display_name: str | None
    village_zh: str | None
    village_en: str | None
    grade_zh: str
    grade_en: str
    harvested_on: date | None
    grams: Grams
    retail: Fen
    share: Fen
    custody: str
    how_confirmed: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """A line of the timeline."""

    kind: str
    at: datetime
    actor_kind: str
    facts: dict[str, Any]
    parcel_id: int | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order with everything its page shows."""

    id: int
    code: str
    token: str
    channel: str
    state: str
    locale: str
    buyer_name: str
    buyer_phone: str
    goods: Fen
    freight: Fen
    discount: Fen
    total: Fen
    placed_at: datetime
    hold_until: datetime
    confirmed_at: datetime | None
    completed_at: datetime | None
    consented_at: datetime | None
    asked: Asked
    lines: tuple[LineRow, ...]
    parcels: tuple[ParcelRow, ...]
    growers: tuple[Grower, ...]
    events: tuple[EventRow, ...]

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it waits for money, or is paid and no parcel has left."""
        gone = any(parcel.dispatched_at for parcel in self.parcels)
        return self.state == "awaiting_payment" or (self.state == "confirmed" and not gone)

    @property
    def is_traced(self) -> bool:
        """Whether every crate of it was scanned or typed: only then may it carry the mark."""
        known = {"scanned", "typed"}
        return bool(self.growers) and all(row.how_confirmed in known for row in self.growers)

    @property
    def custody(self) -> str | None:
        """The order's custody level: that of its weakest row (None: nothing grown)."""
        levels = [row.custody for row in self.growers]
        return max(levels, key=CUSTODY_LEVELS.index) if levels else None

    @property
    def progress(self) -> str:
        """What people read of the order and its parcels together, in one word."""
        return progress(self.state, [parcel.fate for parcel in self.parcels])


def progress(state: str, parcels: Sequence[str]) -> str:
    """Return what people read: an order's own state until it is confirmed, then its parcels'.

    ``parcels`` are their fates. One that was lost or came back is what people read of an
    order all of which has left; of a completed order, when it was all there was.
    """
    live = [parcel for parcel in parcels if parcel != "cancelled"]
    waiting = [parcel for parcel in live if parcel in ("planned", "packed")]
    arriving = [parcel for parcel in live if parcel not in (*waiting, *GONE_FOR_GOOD)]
    ended = next((how for how in GONE_FOR_GOOD if how in live), None)
    if state == "completed" and ended and not arriving:
        return ended
    if state != "confirmed":
        return state
    if waiting and arriving:
        return "partly_dispatched"
    if waiting or not live:
        return "packed" if set(waiting) == {"packed"} else "confirmed"
    return ended or ("delivered" if set(live) <= {"delivered", "closed"} else "dispatched")


def order_page(token: str) -> OrderPage:
    """Return the order behind an unguessable token. Five statements.

    Raises:
        NotFound: no order has it.
    """
    return _page(_BY_TOKEN, token)


def order_id(token: str) -> int:
    """Return the id of the order behind a token.

    Raises:
        NotFound: no order has it.
    """
    found = db.session.scalar(select(Order.id).where(Order.token == token))
    if found is None:
        raise NotFound
    return found


def parcel_id(token: str, code: str) -> int:
    """Return the id of a parcel of the order behind a token.

    Raises:
        NotFound: no such order, or the parcel is not one of its.
    """
    query = select(Parcel.id).join(Order, Order.id == Parcel.order_id)
    found = db.session.scalar(query.where(Order.token == token, Parcel.code == code))
    if found is None:
        raise NotFound
    return found


def order_id_of(code: str) -> int:
    """Return the id of the order of a code, for staff.

    Raises:
        NotFound: no order has it.
    """
    found = db.session.scalar(select(Order.id).where(Order.code == code))
    if found is None:
        raise NotFound
    return found


def order_of(code: str) -> OrderPage:
    """Return the order of a code, for staff. Five statements.

    Raises:
        NotFound: no order has it.
    """
    return _page(_BY_CODE, code)


_BY_TOKEN = requests.asked_with(select(Order).where(Order.token == bindparam("named")))
_BY_CODE = requests.asked_with(select(Order).where(Order.code == bindparam("named")))


def _page(query: Select[*tuple[Any, ...]], named: str) -> OrderPage:
    found = db.session.execute(query, {"named": named}).first()
    if found is None:
        raise NotFound
    order, *asked = found
    return OrderPage(
        id=order.id,
        code=order.code,
        token=order.token,
        channel=order.channel,
        state=order.state,
        locale=order.locale,
        buyer_name=order.buyer_name,
        buyer_phone=order.buyer_phone,
        goods=order.goods_fen,
        freight=order.freight_fen,
        discount=order.discount_fen,
        total=order.total_fen,
        placed_at=order.placed_at,
        hold_until=order.hold_until,
        confirmed_at=order.confirmed_at,
        completed_at=order.completed_at,
        consented_at=order.consented_at,
        asked=requests.asked(*asked),
        lines=tuple(LineRow(**row) for row in _rows(LINES, order.id)),
        parcels=tuple(ParcelRow(**row) for row in _rows(_PARCELS, order.id)),
        growers=tuple(Grower(**row) for row in _rows(GROWERS, order.id)),
        events=tuple(EventRow(**row) for row in _rows(_EVENTS, order.id)),
    )


_PARCELS = (
    select(*(getattr(Parcel, name) for name in ParcelRow.__slots__))
    .where(Parcel.order_id == ORDER)
    .order_by(Parcel.position)
)
_EVENTS = (
    select(*(getattr(OrderEvent, name) for name in EventRow.__slots__))
    .where(OrderEvent.order_id == ORDER)
    .order_by(OrderEvent.id)
)


def _rows(query: Select[*tuple[Any, ...]], order_id: int) -> Iterator[dict[str, Any]]:
    for row in db.session.execute(query, {"order_id": order_id}):
        yield row._asdict()


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list; ``parcels`` are its parcels' fates."""

    id: int
    code: str
    state: str
    placed_at: datetime
    buyer_name: str
    total: Fen
    boxes: int
    parcels: tuple[str, ...]

    @property
    def progress(self) -> str:
        """What people read of it in one word."""
        return progress(self.state, self.parcels)


def orders_listed(
    *, state: str | None = None, before: int | None = None, limit: int = PAGE
) -> list[OrderRow]:
    """Return orders, youngest first, ``limit`` at most; ``before`` is the last id seen."""
    boxes = (
        select(func.sum(Line.quantity))
        .where(Line.order_id == Order.id, Line.id.not_in(CANCELLED))
        .scalar_subquery()
        .label("boxes")
    )
    columns = (Order.id, Order.code, Order.state, Order.placed_at, Order.buyer_name)
    query = select(*columns, Order.total_fen, boxes).order_by(Order.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Order.state == state)
    if before is not None:
        query = query.where(Order.id < before)
    rows = db.session.execute(query).all()
    fates = parcel_fates([row.id for row in rows])
    return [
        OrderRow(
            id=row.id,
            code=row.code,
            state=row.state,
            placed_at=row.placed_at,
            buyer_name=row.buyer_name,
            total=row.total_fen,
            boxes=int(row.boxes or 0),
            parcels=tuple(fates.get(row.id, ())),
        )
        for row in rows
    ]


def parcel_fates(order_ids: list[int]) -> dict[int, list[str]]:
    """Return what became of the parcels of these orders, by order. One statement."""
    query = (
        select(Parcel.order_id, Parcel.state, Parcel.lost_at, Parcel.returned_at)
        .where(Parcel.order_id.in_(order_ids))
        .order_by(Parcel.order_id, Parcel.position)
    )
    fates: dict[int, list[str]] = {}
    for order_id, state, lost_at, returned_at in db.session.execute(query):
        fates.setdefault(order_id, []).append(fate(state, lost_at, returned_at))
    return fates
