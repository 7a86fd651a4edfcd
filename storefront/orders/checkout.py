"""Placing an order: prices and stock checked once more, pears set aside, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, insert, select

from storefront import clock, county, db, ids
from storefront.actors import Actor
from storefront.catalogue import fees, freight, queries
from storefront.catalogue.queries import PartRow
from storefront.catalogue.windows import Season
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.orders import cart as carts
from storefront.orders import filling, letters, lifecycle, requests, timeline
from storefront.orders.cart import CartRow, CartView
from storefront.orders.filling import FilledLine
from storefront.orders.models import Cart, CartLine, Line, LinePart, Order, Parcel, ParcelBoxes
from storefront.orders.requests import Invoice
from storefront.supply.allocation import Slice
from storefront.supply.prices import purchase_prices_on
from storefront.weight import FenPerKg, Grams


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """What the checkout form says.

    ``seen_total`` is the total the shopper agreed to, ``seen_day`` the day by which the
    page promised that it leaves, ``seen_lines`` the ``contents`` of the cart it showed;
    ``gift`` is the message on the card of a gift, perhaps an empty one.
    """

    cart_token: str
    key: str
    locale: str
    buyer_name: str
    buyer_phone: str
    buyer_email: str | None
    recipient: str
    phone: str
    province: str
    city: str
    district: str
    address: str
    seen_total: Fen
    channel: str = "shop"
    seen_day: date | None = None
    seen_lines: str | None = None
    gift: str | None = None
    invoice: Invoice | None = None
    consents: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """The order placed; ``again`` when the same form had placed it before."""

    order_id: int
    code: str
    token: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """What the cart costs; freight and total are unknown without a province.

    ``missing_for_free`` is how much more of goods would make the freight free.
    """

    goods: Fen
    discount: Fen
    freight: Fen | None
    total: Fen | None
    missing_for_free: Fen | None = None


def preview(cart: CartView, province: str | None, *, now: datetime) -> Totals:
    """Return what the cart would cost sent to ``province``, all of it in one parcel.

    Raises:
        Refusal: ``province_refused``, ``no_freight_table``.
    """
    if not province or not cart.lines:
        return Totals(cart.goods, cart.discount, None, None)
    quoted = freight.quote_on(clock.china_day(now), province, cart.gross, cart.to_pay)
    total = cart.to_pay + quoted.charge
    missing = quoted.free_over - cart.to_pay if quoted.free_over and quoted.charge else None
    return Totals(cart.goods, cart.discount, quoted.charge, total, missing)


def place_order(checkout: Checkout, *, actor: Actor, now: datetime) -> Placed:
    """Place the cart's order: priced, filled from lots, held until paid.

    The same form (``key``) again returns the first order. The cart is emptied.

    Raises:
        Refusal: ``cart_empty``, ``cart_changed``, ``off_sale``, ``off_season``, ``sold_out``,
            ``price_changed``, ``province_refused``, ``total_changed``, ``day_changed``.
            Nothing is written then.
    """
    held = db.lock_found(HELD_CART, {"token": checkout.cart_token})
    before = db.session.scalar(OF_KEY, {"key": checkout.key})
    if before is not None:
        return Placed(before.id, before.code, before.token, again=True)
    cart = carts.priced(checkout.cart_token)
    if not held or not cart.lines:
        raise Refusal("cart_empty")
    if checkout.seen_lines not in {None, cart.contents}:
        raise Refusal("cart_changed")
    seasons = _check_lines(cart, clock.china_day(now))
    order, cost = _promise(checkout, cart, now)
    lines = _write_lines(order, cart, now)
    opens = max((season.opens for season in seasons if season.opens), default=None)
    day, slices = _plan(lines, opens, now)
    if checkout.seen_day is not None and day > checkout.seen_day:
        raise Refusal("day_changed", old=checkout.seen_day, new=day)
    parcel = _write_parcel(order, checkout, cost, day)
    _put_boxes_in(parcel, lines)
    requests.keep(order.id, checkout.gift, checkout.invoice)
    filling.write_allocations(order, parcel, lines, slices, now=now)
    db.session.execute(EMPTY, {"cart": held[0].id}, execution_options=carts.FETCHED)
    timeline.note(order.id, "placed", actor=actor, now=now, total_fen=int(order.total_fen))
    _write_letter(order, now)
    return Placed(order.id, order.code, order.token)


OF_KEY = select(Order).where(Order.key == bindparam("key"))
EMPTY = delete(CartLine).where(CartLine.cart_id == bindparam("cart"))
HELD_CART = db.locking(select(Cart).where(Cart.token == bindparam("token")))


def _check_lines(cart: CartView, today: date) -> list[Season]:
    """Refuse what is not as it was seen; return how each line's season stands."""
    for line in cart.lines:
        name = {"name_zh": line.name_zh, "name_en": line.name_en}
        if not line.on_sale:
            raise Refusal("off_sale", **name)
        if line.changed:
            raise Refusal("price_changed", **name, old=line.seen_price, new=line.each)
        if line.quantity > line.max_per_order:
            raise Refusal("quantity_out_of_range", least=1, most=line.max_per_order)
        carts.check_season(line, line.season_on(today))
    return [line.season_on(today) for line in cart.lines]


def _promise(checkout: Checkout, cart: CartView, now: datetime) -> tuple[Order, Fen]:
    """Write the order at today's freight and fees; returns it and what the carrier costs."""
    today = clock.china_day(now)
    quoted = freight.quote_on(today, checkout.province, cart.gross, cart.to_pay)
    total = cart.to_pay + quoted.charge
    if total != checkout.seen_total:
        raise Refusal("total_changed", old=checkout.seen_total, new=total)
    order = Order(
        code=ids.new_code(),
        token=ids.new_token(),
        key=checkout.key,
        channel=checkout.channel,
        state="awaiting_payment",
        locale=checkout.locale,
        buyer_name=checkout.buyer_name,
        buyer_phone=checkout.buyer_phone,
        buyer_email=checkout.buyer_email,
        goods_fen=cart.goods,
        freight_fen=quoted.charge,
        discount_fen=cart.discount,
        total_fen=total,
        fee_schedule_id=fees.schedule_on(today).id,
        freight_table_id=quoted.table_id,
        placed_at=now,
        consented_at=now if checkout.consents else None,
        hold_until=now + county.rules().hold,
    )
    db.hold(order)
    return order, quoted.cost


def _write_parcel(order: Order, checkout: Checkout, cost: Fen, day: date) -> Parcel:
    parcel = Parcel(
        order_id=order.id,
        position=1,
        code=ids.new_code(),
        state="planned",
        recipient=checkout.recipient,
        phone=checkout.phone,
        province=checkout.province,
        city=checkout.city,
        district=checkout.district,
        address=checkout.address,
        freight_cost_fen=cost,
        promised_on=day,
    )
    db.put(parcel)
    return parcel


def _write_lines(order: Order, cart: CartView, now: datetime) -> list[FilledLine]:
    """Copy the offers as they stand, each line's price split over its parts (law 4)."""
    prices = purchase_prices_on(clock.china_day(now))
    parts = queries.packed(frozenset(row.offer_id for row in cart.lines))
    lines = [_line(order, row, position) for position, row in enumerate(cart.lines, start=1)]
    db.put(*lines)
    filled = [FilledLine(line, _line_parts(line, parts[line.offer_id], prices)) for line in lines]
    db.put(*(part for each in filled for part in each.parts))
    return filled


def _put_boxes_in(parcel: Parcel, lines: Sequence[FilledLine]) -> None:
    """All boxes of all lines go into the order's one parcel."""
    inside = [{"line_id": line.id, "boxes": line.quantity} for line, _parts in lines]
    db.session.execute(PUT_IN, [{"parcel_id": parcel.id, **boxes} for boxes in inside])


PUT_IN = insert(db.table(ParcelBoxes))


def _line(order: Order, row: CartRow, position: int) -> Line:
    return Line(
        order_id=order.id,
        position=position,
        product_id=row.product_id,
        offer_id=row.offer_id,
        sku=row.sku,
        name_zh=row.name_zh,
        name_en=row.name_en,
        label_zh=row.label_zh,
        label_en=row.label_en,
        picture=row.picture,
        custody=row.custody,
        net_g=row.net_each,
        gross_g=row.gross_each,
        quantity=row.quantity,
        unit_price_fen=row.unit_price,
        price_fen=row.price,
        discount_fen=row.discount,
    )


def _line_parts(
    line: Line, parts: Sequence[PartRow], prices: Mapping[int, FenPerKg]
) -> list[LinePart]:
    weights = [int(_cost(part, line.quantity, prices)) for part in parts]
    retail = line.price_fen.split(weights)
    return [
        LinePart(
            line_id=line.id,
            position=part.position,
            kind=part.kind,
            name_zh=part.name_zh,
            name_en=part.name_en,
            grade_id=part.grade_id,
            grams=part.grams,
            cost_fen=part.cost_fen,
            retail_fen=fen,
        )
        for part, fen in zip(parts, retail, strict=True)
    ]


def _cost(part: PartRow, quantity: int, prices: Mapping[int, FenPerKg]) -> Fen:
    if part.cost_fen is not None:
        return part.cost_fen * quantity
    price = prices.get(part.grade_id or 0, FenPerKg(0))
    return price.of((part.grams or Grams(0)) * quantity)


def _plan(lines: list[FilledLine], opens: date | None, now: datetime) -> tuple[date, list[Slice]]:
    """Return the day all of it leaves, and from which lots: holds that lapsed give theirs back."""
    grades = filling.grades_of(lines)
    lapsed = lifecycle.lock_lapsed(now=now, grade_ids=grades)
    wanted = lifecycle.lots_of(lapsed)
    lots = filling.lock_lots(grades, clock.china_day(now), also=wanted)
    lifecycle.lapse(lapsed, now=now)
    day, slices = filling.first_plan(lines, lots, opens, now=now)
    _check_filled(lines, slices)
    return day, slices


def _check_filled(lines: Sequence[FilledLine], slices: Sequence[Slice]) -> None:
    """Refuse the first line that cannot be filled, saying how many boxes could."""
    short = {piece.part for piece in slices if piece.lot_id is None}
    for line, parts in lines:
        left = [_boxes(part, line.quantity, slices) for part in parts if part.id in short]
        if left:
            raise Refusal(
                "sold_out",
                name_zh=line.name_zh,
                name_en=line.name_en,
                wanted=line.quantity,
                left=min(left),
            )


def _boxes(part: LinePart, quantity: int, slices: Sequence[Slice]) -> int:
    """Return how many of the part's boxes the plan filled."""
    grams = int(part.grams or 1)
    missing = sum(
        int(piece.grams) for piece in slices if piece.part == part.id and not piece.lot_id
    )
    return quantity - -(-missing // grams)


def _write_letter(order: Order, now: datetime) -> None:
    letters.to_buyer(
        order,
        f"placed:{order.id}",
        "placed",
        now=now,
        total_fen=int(order.total_fen),
    )
