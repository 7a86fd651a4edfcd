"""The shelf today: each pack with what is left of it, and where its price goes.

What is left is asked for every page. All else follows from the catalogue, what is left and
the day, and is put together once for each: a page gets the same rows, which it has drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, NamedTuple

from storefront import clock
from storefront.catalogue import fees, listing, offers, photos, queries, steps
from storefront.catalogue.edition import kept
from storefront.catalogue.listing import Listed, Place, Wish
from storefront.catalogue.photos import Shown
from storefront.catalogue.queries import OfferRow, ProductCard, ProductPage
from storefront.catalogue.steps import Reduction
from storefront.catalogue.windows import ALL_YEAR, OFF, PRESALE, Season
from storefront.facts import hashed_once
from storefront.money import Fen
from storefront.orders.availability import AllLeft, fillable, leaves_on, left_now
from storefront.orders.dispatch_days import promised_day
from storefront.supply import prices, provenance
from storefront.supply.provenance import Grown
from storefront.unwritten import until_written

FEW: Final = 20  # boxes: from here on a page says how many are left


class Stock(NamedTuple):
    """What could be packed of an offer now; ``boxes`` is None where nothing grown bounds it.

    ``leaves_on`` is the day one box ordered now is promised for; None: it cannot be had.
    Boxes are counted no further than anybody may ask for or is told: a page changes with
    an order only where the order changes what it says.
    """

    boxes: int | None
    presale: bool
    season: Season
    leaves_on: date | None


@hashed_once
@dataclass(frozen=True)
class Pack:
    """An offer today; ``left`` is as ``Stock`` counts, ``leaves_on`` as it says.

    ``money`` is None where it was not asked for, or a grade has no purchase price yet:
    such an offer cannot be promised to a household, so it is shown without a share.
    """

    offer: OfferRow
    left: int | None
    presale: bool
    season: Season
    leaves_on: date | None
    money: offers.Arithmetic | None
    reductions: tuple[Reduction, ...] = ()

    @property
    def off(self) -> bool:
        """Whether its season is over: ``season.returns`` is when it can be ordered again."""
        return self.season.state == OFF

    @property
    def sold_out(self) -> bool:
        """Whether no box of it can be filled, though it is in season."""
        return self.leaves_on is None and not self.off

    @property
    def to_be_had(self) -> bool:
        """Whether it can be ordered now."""
        return self.leaves_on is not None

    @property
    def most(self) -> int:
        """How many a shopper may ask for."""
        return min(self.offer.max_per_order, self.left or self.offer.max_per_order)

    @property
    def few(self) -> bool:
        """Whether so few are left that a page says so."""
        return self.left is not None and self.left <= FEW

    @property
    def by_weight(self) -> bool:
        """Whether a price by the jin says something: all of it is harvest, nothing bought in."""
        return all(part.kind == "grown" for part in self.offer.parts)

    @property
    def share(self) -> Fen | None:
        """What households get of one box."""
        return self.money.shares if self.money else None


@hashed_once
@dataclass(frozen=True)
class Shelved:
    """A product on the shelf with its packs."""

    product: ProductCard
    packs: tuple[Pack, ...]
    photo: Shown | None = None

    @property
    def sold_out(self) -> bool:
        """Whether none of its packs can be filled."""
        return all(pack.sold_out for pack in self.packs)

    @property
    def off(self) -> bool:
        """Whether its season is over."""
        return self.first.off

    @property
    def to_be_had(self) -> bool:
        """Whether any of its packs can be ordered now."""
        return self.first.to_be_had

    @property
    def first(self) -> Pack:
        """The pack its card speaks of: the cheapest that can be had."""
        return min(self.packs, key=lambda pack: (not pack.to_be_had, pack.offer.price))


@hashed_once
@dataclass(frozen=True)
class Shelf:
    """A page of the shelf; ``after`` is where the next one begins, None on the last."""

    cards: tuple[Shelved, ...]
    after: Place | None


@hashed_once
@dataclass(frozen=True)
class Displayed:
    """A product's page: what is written, and its packs."""

    product: ProductPage
    packs: tuple[Pack, ...]
    photos: tuple[Shown, ...] = ()

    def chosen(self, sku: str | None) -> Pack | None:
        """Return the pack asked for; else the first that can be had; else the first."""
        named = [pack for pack in self.packs if pack.offer.sku == sku]
        ready = [pack for pack in self.packs if pack.to_be_had]
        return next(iter([*named, *ready, *self.packs]), None)


def shelf(wish: Wish, *, now: datetime) -> Shelf:
    """Return a page of products on sale. Six statements, one while the edition stands.

    None while nobody writes.
    """
    return _page(wish, now, costed=True)


def found(wish: Wish, *, now: datetime) -> Shelf:
    """Return a page of what was searched for, without where its money goes."""
    return _page(wish, now, costed=False)


def _page(wish: Wish, now: datetime, *, costed: bool) -> Shelf:
    left_now(now)  # says which edition stands, too
    return _page_now(wish, costed, now=now)


@until_written
def _page_now(wish: Wish, costed: bool, *, now: datetime) -> Shelf:  # noqa: FBT001  part of its key
    return stocked(listing.listed(wish), left_now(now), now=now, costed=costed)


def stocked(page: Listed, left: AllLeft, *, now: datetime, costed: bool) -> Shelf:
    """Return a page of products with what is left of each pack, and where its money goes."""
    alike: dict[object, tuple[Stock, ...]] = {}  # few cards of a page differ in this
    for card in page.cards:
        if card.needs not in alike:
            alike[card.needs] = stock_of(card, left, now)
    stock = tuple(each for card in page.cards for each in alike[card.needs])
    return _shelf(page, stock, clock.china_day(now) if costed else None)


@kept
def _shelf(page: Listed, stock: tuple[Stock, ...], priced: date | None) -> Shelf:
    rest = iter(stock)
    each = [(card, tuple(islice(rest, len(card.offers)))) for card in page.cards]
    return Shelf(tuple(_shelved(card, left, priced) for card, left in each), page.after)


@kept
def _shelved(card: ProductCard, stock: tuple[Stock, ...], priced: date | None) -> Shelved:
    return Shelved(card, _packs(card.offers, stock, priced), photos.cover_of(card.id))


def display(slug: str, *, now: datetime) -> Displayed:
    """Return a product's page. One statement while the edition stands.

    Raises:
        NotFound: no such product, or it is not on show.
    """
    left_now(now)
    return _display_now(slug, now=now)


@until_written
def _display_now(slug: str, *, now: datetime) -> Displayed:
    product = queries.product_page(slug)
    return _displayed(product, stock_of(product, left_now(now), now), clock.china_day(now))


@kept
def _displayed(product: ProductPage, stock: tuple[Stock, ...], today: date) -> Displayed:
    packs, pictures = _packs(product.offers, stock, today), photos.of_product(product.id)
    return Displayed(product, packs, pictures)


def grown_by(pack: Pack, *, now: datetime) -> Grown:
    """Return where what fills this pack comes from: on its own day, or now. One statement."""
    return provenance.grown_by(_grades(pack.offer), pack.leaves_on or promised_day(now))


def packs_of(rows: Sequence[OfferRow], *, now: datetime) -> dict[int, Pack]:
    """Return any offers, also such as are not on sale, each with what is left of it.

    As if every season were open: it is what could be sold.
    """
    left = left_now(now)
    stock = tuple(_stock(row, ALL_YEAR, left, now) for row in rows)
    return {pack.offer.id: pack for pack in _packs(rows, stock, clock.china_day(now))}


def _packs(
    rows: Sequence[OfferRow], stock: Sequence[Stock], priced: date | None
) -> tuple[Pack, ...]:
    """Return offers with what is left of them, and where their money goes on a day ``priced``."""
    reductions = steps.reductions() if priced else {}
    return tuple(
        Pack(
            row,
            *left,
            _money(row, priced) if priced else None,
            reductions.get(row.id, ()),
        )
        for row, left in zip(rows, stock, strict=True)
    )


def stock_of(card: ProductCard, left: AllLeft, now: datetime) -> tuple[Stock, ...]:
    """Return, for each offer, how many boxes ``left`` fills, and when one leaves."""
    season = card.season_on(clock.china_day(now))
    return tuple(_stock(row, season, left, now) for row in card.offers)


def _stock(row: OfferRow, season: Season, left: AllLeft, now: datetime) -> Stock:
    day = None if season.state == OFF else leaves_on(row.grown, left, season.opens, now=now)
    boxes = fillable(row.grown, left)
    if boxes is None:
        return Stock(None, season.state == PRESALE, season, day)
    presale = season.state == PRESALE or waits_for_the_scale(row, left)
    return Stock(min(boxes, max(row.max_per_order, FEW + 1)), presale, season, day)


def waits_for_the_scale(row: OfferRow, left: AllLeft) -> bool:
    """Whether a box would wait for pears that are declared but not weighed in yet."""
    return any(left[grade].in_store < grams for grade, grams in row.grown if grade in left)


@kept
def _money(row: OfferRow, day: date) -> offers.Arithmetic | None:
    paid = prices.purchase_prices_on(day)
    if not _grades(row) <= paid.keys():
        return None
    return offers.arithmetic(row.price, row.parts, paid, fees.schedule_on(day))


def _grades(row: OfferRow) -> frozenset[int]:
    return frozenset(grade for grade, _grams in row.grown)
