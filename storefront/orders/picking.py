"""A page of the shelf as a shopper wants it: what was chosen, and what else may be (ADR 26)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from storefront import clock
from storefront.catalogue import choosing
from storefront.catalogue.choosing import Facet, Pick, Traits
from storefront.catalogue.edition import kept
from storefront.catalogue.listing import Place, Placed, Wish, on_sale, page_of
from storefront.catalogue.queries import OfferRow, ProductCard
from storefront.catalogue.windows import OFF, PRESALE
from storefront.orders import shelf
from storefront.orders.availability import AllLeft, Left, fillable, left_now
from storefront.unwritten import until_written
from storefront.weight import Grams

OFTEN: Final = 2  # so many choices at once are asked for often enough to be kept
SHELVES: Final = 200  # whole shelves kept at once: one may be a hundred kilobytes

Rounded = tuple[tuple[int, Left], ...]


@dataclass(frozen=True, slots=True)
class Picked:
    """A page of what fits; ``count`` products do in all."""

    shelf: shelf.Shelf
    facets: tuple[Facet, ...]
    count: int


@dataclass(frozen=True, slots=True)
class _Found:
    placed: tuple[Placed, ...]
    facets: tuple[Facet, ...]


@until_written
def picked(wish: Wish, pick: Pick, *, now: datetime) -> Picked:
    """Return a page of the products that fit, each with its packs that do.

    ``pick`` is one that is ``choosing.known``. No statement while the edition stands, but for
    what is left.
    """
    left = left_now(now)
    find = _often if len(pick.chosen) <= OFTEN else _found
    found = find(wish.category, wish.sort, pick, _rounded(left), clock.china_day(now))
    page = shelf.stocked(page_of(found.placed, wish), left, now=now, costed=True)
    return Picked(page, found.facets, len(found.placed))


def _found(category: str | None, sort: str, pick: Pick, left: Rounded, today: date) -> _Found:
    here = [each for each in on_sale() if category in {None, each.card.category_slug}]
    traits = _all_traits(left, today)
    counts = choosing.counted(
        [[traits[offer.id] for offer in each.card.offers] for each in here], pick
    )
    narrowed = ((each, _narrowed(each.card, traits, pick)) for each in here)
    placed = [
        (_place(card, sort, (each.shelf, each.position)), card)
        for each, card in narrowed
        if card.offers
    ]
    return _Found(tuple(sorted(placed, key=lambda one: one[0])), choosing.facets(counts, pick))


_often = kept(_found, SHELVES)


def _place(card: ProductCard, sort: str, on_shelf: tuple[int, int]) -> Place:
    if sort == "shelf":
        return (*on_shelf, card.id)
    cheapest = min(int(offer.price) for offer in card.offers)
    return (cheapest if sort == "cheap" else -cheapest, card.id)


def _narrowed(card: ProductCard, traits: Mapping[int, Traits], pick: Pick) -> ProductCard:
    """Return the card with the packs that fit; itself where all do."""
    fitting = tuple(offer for offer in card.offers if choosing.fits(traits[offer.id], pick))
    return card if len(fitting) == len(card.offers) else replace(card, offers=fitting)


def _worked_out(left: Rounded, today: date) -> Mapping[int, Traits]:
    """Return what each offer may be chosen by, whether it is ready among it."""
    there, known = dict(left), choosing.traits()
    alike: dict[tuple[int, frozenset[str]], Traits] = {}
    found: dict[int, Traits] = {}
    for each in on_sale():
        state = each.card.season_on(today).state
        for offer in each.card.offers:
            traits, ready = known[offer.id], _ready(offer, state, there)
            key = (id(traits), ready)  # those alike are one object
            if key not in alike:
                alike[key] = {**traits, "ready": ready}
            found[offer.id] = alike[key]
    return found


_all_traits = kept(_worked_out, SHELVES)


def _ready(offer: OfferRow, state: str, left: AllLeft) -> frozenset[str]:
    if state == OFF or fillable(offer.grown, left) == 0:
        return frozenset()
    presale = state == PRESALE or shelf.waits_for_the_scale(offer, left)
    return frozenset({"presale" if presale else "now"})


def _rounded(left: AllLeft) -> Rounded:
    """Return what is left, down to the next weight that fills a box of anything.

    That decides what can be had now and what is presale, and most orders leave it as it is.
    """
    return tuple(
        (grade, Left(_down(steps, left[grade].grams), _down(steps, left[grade].in_store)))
        for grade, steps in _steps()
        if grade in left
    )


def _down(steps: tuple[int, ...], grams: Grams) -> Grams:
    place = bisect_right(steps, int(grams))
    return Grams(steps[place - 1] if place else 0)


@kept
def _steps() -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return, by grade, the weights that one box of some offer takes of it."""
    needs: defaultdict[int, set[int]] = defaultdict(set)
    for each in on_sale():
        for offer in each.card.offers:
            for grade, grams in offer.grown:
                needs[grade].add(int(grams))
    return tuple((grade, tuple(sorted(weights))) for grade, weights in needs.items())
