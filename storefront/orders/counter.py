"""What an operator looks up while a caller waits: packs by name or number, with what is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from operator import itemgetter

from storefront.catalogue import listing, search
from storefront.catalogue.folding import words_of
from storefront.catalogue.queries import OfferRow, ProductCard
from storefront.money import Fen
from storefront.orders.availability import fillable, left_now

MOST = 6  # packs shown: who wants fewer types more


@dataclass(frozen=True, slots=True)
class PackFound:
    """A pack on sale; ``left`` is None where nothing grown bounds it."""

    offer_id: int
    sku: str
    name_zh: str
    name_en: str
    label_zh: str
    label_en: str
    price: Fen
    most: int
    left: int | None


def packs_called(typed: str, *, now: datetime) -> tuple[PackFound, ...]:
    """Return packs whose number holds what was typed, or whose product is called so.

    One statement while the edition stands.
    """
    words = words_of(typed)
    if not words:
        return ()
    left = left_now(now)
    found = nsmallest(MOST, _called(words, typed.strip().casefold()), key=itemgetter(0))
    return tuple(_row(card, offer, fillable(offer.grown, left)) for _, card, offer in found)


def _called(
    words: Sequence[str], number: str
) -> Iterator[tuple[tuple[object, ...], ProductCard, OfferRow]]:
    """Yield each pack that is called so, after what it is sorted by: by number first."""
    for each in listing.on_sale():
        rank = search.rank(each.names, each.text, words)
        well = search.ELSEWHERE if rank is None else rank
        for place, offer in enumerate(each.card.offers):
            numbered = number in offer.sku.casefold()
            if numbered or rank is not None:
                yield (
                    (not numbered, well, each.position, each.card.id, place),
                    each.card,
                    offer,
                )


def _row(card: ProductCard, offer: OfferRow, left: int | None) -> PackFound:
    return PackFound(
        offer_id=offer.id,
        sku=offer.sku,
        name_zh=card.name_zh,
        name_en=card.name_en,
        label_zh=offer.label_zh,
        label_en=offer.label_en,
        price=offer.price,
        most=offer.max_per_order,
        left=left,
    )
