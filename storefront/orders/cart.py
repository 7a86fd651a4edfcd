"""The cart: packs of offers under a token in the shopper's cookie."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Integer, Select, and_, bindparam, delete, func, select, update

from storefront import clock, db
from storefront.catalogue import edition, steps
from storefront.catalogue.models import Offer, Product
from storefront.catalogue.queries import SEASON_DAYS
from storefront.catalogue.windows import ALL_YEAR, OFF, Season, season_on, window
from storefront.errors import NotFound, Refusal
from storefront.money import Fen
from storefront.orders import cart_lines
from storefront.orders.availability import stock_of
from storefront.orders.models import Cart, CartLine
from storefront.weight import Grams

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class CartRow:
    """A line of the cart; ``changed`` when the price is no longer the one last seen.

    ``unit_price`` is that of one pack alone, ``each`` what each costs when it is so many.
    """

    sku: str
    slug: str
    product_id: int
    offer_id: int
    name_zh: str
    name_en: str
    label_zh: str
    label_en: str
    picture: str
    quantity: int
    unit_price: Fen
    each: Fen
    seen_price: Fen
    max_per_order: int
    custody: str
    net_each: Grams
    gross_each: Grams
    presale_from: int | None
    opens_on: int | None
    ends_on: int | None
    on_sale: bool
    available_boxes: int | None = None
    season: Season = ALL_YEAR

    @property
    def price(self) -> Fen:
        """What the line costs today at the price of one pack."""
        return self.unit_price * self.quantity

    @property
    def discount(self) -> Fen:
        """What it costs less because it is so many."""
        return (self.unit_price - self.each) * self.quantity

    @property
    def to_pay(self) -> Fen:
        """What the shopper pays for it."""
        return self.each * self.quantity

    @property
    def gross(self) -> Grams:
        """What the line weighs with its packing."""
        return self.gross_each * self.quantity

    @property
    def changed(self) -> bool:
        """Whether the price moved since the shopper last saw it."""
        return self.each != self.seen_price

    @property
    def enough(self) -> bool:
        """Whether there is still enough of it."""
        return self.on_sale and (
            self.available_boxes is None or self.quantity <= self.available_boxes
        )

    @property
    def off(self) -> bool:
        """Whether its season is over: ``season.returns`` is when it can be ordered again."""
        return self.season.state == OFF

    def season_on(self, day: date) -> Season:
        """Return how its season stands on ``day``."""
        return season_on(window(self.presale_from, self.opens_on, self.ends_on), day)


@dataclass(frozen=True, slots=True)
class CartView:
    """What is in the cart at today's prices.

    ``leaves_on`` is the day all of it is promised for; None: not as it stands, or not asked.
    """

    lines: tuple[CartRow, ...] = ()
    leaves_on: date | None = None

    @property
    def goods(self) -> Fen:
        """The sum of the lines at the price of one pack."""
        return Fen.total(line.price for line in self.lines)

    @property
    def discount(self) -> Fen:
        """What it all costs less because of the quantities."""
        return Fen.total(line.discount for line in self.lines)

    @property
    def to_pay(self) -> Fen:
        """What the shopper pays for the goods."""
        return self.goods - self.discount

    @property
    def gross(self) -> Grams:
        """What it all weighs with its packing."""
        return Grams.total(line.gross for line in self.lines)

    @property
    def contents(self) -> str:
        """What is in it, in short: two carts with the same contents are the same order."""
        return " ".join(f"{line.sku}*{line.quantity}" for line in self.lines)

    @property
    def count(self) -> int:
        """How many packs there are."""
        return sum(line.quantity for line in self.lines)

    @property
    def changed(self) -> bool:
        """Whether any price moved since it was last seen."""
        return any(line.changed for line in self.lines)


def add(
    token: str | None, sku: str, quantity: int, *, now: datetime, of_product: str | None = None
) -> str:
    """Put ``quantity`` more packs of an offer into the cart; returns the cart's token.

    Raises:
        NotFound: no such offer, it is not on sale, or it is no pack ``of_product``.
        Refusal: ``quantity_out_of_range``, ``cart_full``, ``off_season``.
    """
    cart = cart_lines.mine(token, now=now)
    held = cart.lines.get(sku, 0)
    offer = _on_sale(sku, held + quantity, of_product, now)
    _check_quantity(held + quantity, offer, least=1)
    if quantity < 1:
        raise Refusal("quantity_out_of_range", field="quantity", least=1, most=offer.max_per_order)
    if not held and len(cart.lines) >= MOST_LINES:
        raise Refusal("cart_full", most=MOST_LINES)
    cart_lines.write(cart, sku, offer.id, held + quantity, offer.each)
    return cart.token


def put(token: str | None, sku: str, quantity: int, *, now: datetime) -> str:
    """Let the cart hold exactly ``quantity`` packs of an offer; returns the cart's token.

    Raises:
        NotFound: no such offer, or it is not on sale and not in the cart.
        Refusal: ``quantity_out_of_range``, ``cart_full``.
    """
    cart = cart_lines.mine(token, now=now)
    if sku in cart.lines:
        set_quantity(cart.token, sku, quantity, now=now)
        return cart.token
    return add(cart.token, sku, quantity, now=now)


def set_quantity(token: str, sku: str, quantity: int, *, now: datetime) -> None:
    """Set how many packs of an offer are wanted; none takes the line out.

    The price of so many counts as seen, unless the old one had changed meanwhile:
    that is still to be said.

    Raises:
        NotFound: no such cart or offer.
        Refusal: ``quantity_out_of_range``.
    """
    cart = _locked(token)
    offer = db.session.scalar(select(Offer).where(Offer.sku == sku))
    if offer is None:
        raise NotFound
    _check_quantity(quantity, offer, least=0)
    mine = (CartLine.cart_id == cart.id, CartLine.offer_id == offer.id)
    if quantity == 0:
        db.session.execute(delete(CartLine).where(*mine))
    else:
        line = db.session.scalars(select(CartLine).where(*mine)).one_or_none()
        if line is None:
            return
        if line.seen_price_fen == _each(offer.id, line.quantity):
            line.seen_price_fen = _each(offer.id, quantity)
        line.quantity = quantity
    cart.touched_at = now


def accept_prices(token: str, *, now: datetime) -> None:
    """Note that the shopper has seen today's prices."""
    cart = _locked(token)
    each = select(steps.each_of(CartLine.quantity)).where(Offer.id == CartLine.offer_id)
    today = each.correlate(CartLine).scalar_subquery()
    db.session.execute(
        update(CartLine).where(CartLine.cart_id == cart.id).values(seen_price_fen=today),
        execution_options={"synchronize_session": False},
    )
    cart.touched_at = now


def view(token: str | None, *, now: datetime) -> CartView:
    """Return the cart at today's prices, with what is left of each offer."""
    return stocked(priced(token), now=now)


def stocked(cart: CartView, *, now: datetime) -> CartView:
    """Return the cart with what is left of each line, and the day all of it leaves.

    Two statements, one while the edition stands.
    """
    if not cart.lines:
        return cart
    today = clock.china_day(now)
    stock = stock_of([line.offer_id for line in cart.lines], now=now)
    lines = tuple(
        replace(line, available_boxes=stock.boxes(line.offer_id), season=line.season_on(today))
        for line in cart.lines
    )
    opens = max((line.season.opens for line in lines if line.season.opens), default=None)
    packs = {line.offer_id: line.quantity for line in lines}
    off = any(line.off for line in lines)
    return CartView(lines, None if off else stock.leaves_on(packs, opens, now=now))


def priced(token: str | None) -> CartView:
    """Return the cart at today's prices; how much is left is not asked. One statement."""
    rows: list[Any] = list(db.session.execute(ROWS, {"token": token})) if token else []
    if rows:
        edition.stands(rows[0][-1])
    return CartView(tuple(CartRow(*row[:-1]) for row in rows))


def count(token: str | None) -> int:
    """Return how many packs are in the cart."""
    if not token:
        return 0
    query = (
        select(func.coalesce(func.sum(CartLine.quantity), 0))
        .join(Cart, Cart.id == CartLine.cart_id)
        .where(Cart.token == token)
    )
    return int(db.session.scalar(query) or 0)


_OLD = Cart.touched_at < bindparam("before")
# a bound value is not known here: the rows that went are asked for, to be forgotten here too
FETCHED = {"synchronize_session": "fetch"}
FORGET_LINES = delete(CartLine).where(CartLine.cart_id.in_(select(Cart.id).where(_OLD)))
FORGET_CARTS = delete(Cart).where(_OLD).returning(Cart.id)


def forget_old(before: datetime) -> int:
    """Delete carts nobody touched since ``before``; returns how many."""
    db.session.execute(FORGET_LINES, {"before": before}, execution_options=FETCHED)
    gone = db.session.scalars(FORGET_CARTS, {"before": before}, execution_options=FETCHED)
    return len(gone.all())


# a pack of a product that is hidden is not for sale either
SELLING = (
    Offer.published_at.is_not(None),
    Offer.withdrawn_at.is_(None),
    Product.published_at.is_not(None),
)
ROWS = (
    select(
        Offer.sku,
        Product.slug,
        Product.id.label("product_id"),
        Offer.id.label("offer_id"),
        Product.name_zh,
        Product.name_en,
        Offer.label_zh,
        Offer.label_en,
        Product.picture,
        CartLine.quantity,
        Offer.price_fen.label("unit_price"),
        steps.each_of(CartLine.quantity).label("each"),
        CartLine.seen_price_fen.label("seen_price"),
        Offer.max_per_order,
        Product.custody,
        Offer.net_g.label("net_each"),
        Offer.gross_g.label("gross_each"),
        *SEASON_DAYS,
        and_(*SELLING).label("on_sale"),
        edition.MARK,
    )
    .join(Cart, Cart.id == CartLine.cart_id)
    .join(Offer, Offer.id == CartLine.offer_id)
    .join(Product, Product.id == Offer.product_id)
    .where(Cart.token == bindparam("token"))
    .order_by(CartLine.id)
)


def _each(offer_id: int, quantity: int) -> Fen:
    """Return what each of so many packs costs today."""
    return db.session.scalars(EACH, {"offer_id": offer_id, "packs": quantity}).one()


PACKS = steps.each_of(bindparam("packs", type_=Integer))
EACH = select(PACKS).where(Offer.id == bindparam("offer_id"))


ON_SALE: Select[*tuple[Any, ...]] = (
    select(
        Offer.id,
        Offer.max_per_order,
        Product.slug,
        PACKS.label("each"),
        Product.name_zh,
        Product.name_en,
        *SEASON_DAYS,
    )
    .join(Product, Product.id == Offer.product_id)
    .where(Offer.sku == bindparam("sku"), *SELLING)
)


class Wanted(NamedTuple):
    """An offer on sale, as far as the cart has to know it."""

    id: int
    max_per_order: int
    slug: str
    each: Fen  # when it is as many packs as were asked for


def _on_sale(sku: str, packs: int, of_product: str | None, now: datetime) -> Wanted:
    row = db.session.execute(ON_SALE, {"sku": sku, "packs": packs}).first()
    if row is None or of_product not in {None, row.slug}:
        raise NotFound
    check_season(row, season_on(window(*row[6:]), clock.china_day(now)))
    return Wanted(*row[:4])


class Named(Protocol):
    """Something on sale with a name in both languages."""

    @property
    def name_zh(self) -> str:
        """What it is called in Chinese."""

    @property
    def name_en(self) -> str:
        """What it is called in English."""


def check_season(of: Named, season: Season) -> None:
    """Refuse what cannot be ordered now, saying when it can (``off_season``)."""
    if season.state == OFF:
        names = {"name_zh": of.name_zh, "name_en": of.name_en}
        raise Refusal("off_season", **names, returns=season.returns)


def _locked(token: str) -> Cart:
    """Lock the cart before its lines, as placing an order does. Raises NotFound."""
    cart_id = db.session.scalar(select(Cart.id).where(Cart.token == token))
    if cart_id is None:
        raise NotFound
    return db.lock_one(Cart, cart_id)


def _check_quantity(quantity: int, offer: Offer | Wanted, *, least: int) -> None:
    if not least <= quantity <= offer.max_per_order:
        raise Refusal(
            "quantity_out_of_range", field="quantity", least=least, most=offer.max_per_order
        )
