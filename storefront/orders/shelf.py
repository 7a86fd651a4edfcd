"""The shelf today: each pack with what is left of it, and where its price goes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from storefront import clock
from storefront.catalogue import fees, listing, offers, queries, steps
from storefront.catalogue.edition import kept
from storefront.catalogue.listing import Listed, Place, Wish
from storefront.catalogue.queries import OfferRow, ProductCard, ProductPage
from storefront.catalogue.steps import Reduction
from storefront.money import Fen
from storefront.orders.availability import Left, fillable, left_of, promised_day
from storefront.supply import prices, provenance
from storefront.supply.provenance import Grown


@dataclass(frozen=True, slots=True)
class Pack:
    """An offer today; ``left`` is None where nothing grown bounds it.

    ``money`` is None where it was not asked for, or a grade has no purchase price yet:
    such an offer cannot be promised to a household, so it is shown without a share.
    """

    offer: OfferRow
    left: int | None
    presale: bool
    money: offers.Arithmetic | None

    @property
    def sold_out(self) -> bool:
        """Whether no box of it can be filled."""
        return self.left == 0

    @property
    def most(self) -> int:
        """How many a shopper may ask for."""
        return min(self.offer.max_per_order, self.left or self.offer.max_per_order)

    @property
    def by_weight(self) -> bool:
        """Whether a price by the jin says something: all of it is harvest, nothing bought in."""
        return all(part.kind == "grown" for part in self.offer.parts)

    @property
    def share(self) -> Fen | None:
        """What households get of one box."""
        return self.money.shares if self.money else None


@dataclass(frozen=True, slots=True)
class Shelved:
    """A product on the shelf with its packs."""

    product: ProductCard
    packs: tuple[Pack, ...]

    @property
    def sold_out(self) -> bool:
        """Whether none of its packs can be filled."""
        return all(pack.sold_out for pack in self.packs)

    @property
    def first(self) -> Pack:
        """The pack its card speaks of: the cheapest that can be had."""
        return min(self.packs, key=lambda pack: (pack.sold_out, pack.offer.price))


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of the shelf; ``after`` is where the next one begins, None on the last."""

    cards: tuple[Shelved, ...]
    after: Place | None


@dataclass(frozen=True, slots=True)
class Displayed:
    """A product's page: what is written, its packs, when they leave."""

    product: ProductPage
    packs: tuple[Pack, ...]
    leaves_on: date
    reductions: Mapping[int, tuple[Reduction, ...]]

    def chosen(self, sku: str | None) -> Pack | None:
        """Return the pack asked for; else the first that can be had; else the first."""
        named = [pack for pack in self.packs if pack.offer.sku == sku]
        ready = [pack for pack in self.packs if not pack.sold_out]
        return next(iter([*named, *ready, *self.packs]), None)


def shelf(wish: Wish, *, now: datetime) -> Shelf:
    """Return a page of products on sale. Six statements, two while the edition stands."""
    return _shelved(listing.listed(wish), partial(_packs, now=now))


def found(wish: Wish, *, now: datetime) -> Shelf:
    """Return a page of what was searched for, without where its money goes. Three statements."""
    return _shelved(listing.listed(wish), partial(_plain_packs, now=now))


def _shelved(page: Listed, pack: Callable[[Sequence[OfferRow]], Mapping[int, Pack]]) -> Shelf:
    packs = pack([offer for card in page.cards for offer in card.offers])
    cards = (Shelved(card, tuple(packs[offer.id] for offer in card.offers)) for card in page.cards)
    return Shelf(tuple(cards), page.after)


def display(slug: str, *, now: datetime) -> Displayed:
    """Return a product's page. Two statements while the edition stands.

    Raises:
        NotFound: no such product, or it is not on show.
    """
    product = queries.product_page(slug)
    packs = _packs(product.offers, now)
    reductions = steps.reductions_of(packs)
    return Displayed(product, tuple(packs.values()), promised_day(now), reductions)


def grown_by(pack: Pack, *, now: datetime) -> Grown:
    """Return where what fills this pack comes from now. One statement."""
    return provenance.grown_by(_grades(pack.offer), promised_day(now))


def _packs(rows: Sequence[OfferRow], now: datetime) -> dict[int, Pack]:
    if not rows:
        return {}
    today, plain = clock.china_day(now), _plain_packs(rows, now)
    return {row.id: replace(plain[row.id], money=_money(row, today)) for row in rows}


def _plain_packs(rows: Sequence[OfferRow], now: datetime) -> dict[int, Pack]:
    """Return each offer with what is left of it."""
    parts = [(part.offer_id, part.grade_id, part.grams) for row in rows for part in row.parts]
    grades = {grade for _, grade, _ in parts if grade}
    left = left_of(grades, promised_day(now)) if grades else {}
    boxes = fillable(parts, left)
    return {
        row.id: Pack(offer=row, left=boxes.get(row.id), presale=_is_presale(row, left), money=None)
        for row in rows
    }


def _is_presale(row: OfferRow, left: Mapping[int, Left]) -> bool:
    """Whether a box would wait for pears that are declared but not weighed in yet."""
    grown = ((part.grade_id, part.grams) for part in row.parts if part.grams is not None)
    return any(grade in left and left[grade].in_store < grams for grade, grams in grown if grade)


@kept
def _money(row: OfferRow, day: date) -> offers.Arithmetic | None:
    paid = prices.purchase_prices_on(day)
    if not _grades(row) <= paid.keys():
        return None
    return offers.arithmetic(row.price, row.parts, paid, fees.schedule_on(day))


def _grades(row: OfferRow) -> frozenset[int]:
    return frozenset(part.grade_id for part in row.parts if part.grade_id is not None)
