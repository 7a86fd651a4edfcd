"""How a product stands in the shop today, as the brand office asks: derived in this one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storefront.catalogue.desk import DeskOffer, DeskProduct
from storefront.money import ZERO
from storefront.orders import shelf
from storefront.orders.availability import fillable, left_now
from storefront.orders.shelf import Pack

STATES = ("hidden", "resting", "sold_out", "presale", "on_sale")


@dataclass(frozen=True, slots=True)
class StandingPack:
    """A pack with what could be filled of it; ``loses`` where its price is below cost today."""

    pack: Pack
    on_sale: bool
    boxes: int | None  # that could be filled; None where nothing grown bounds it

    @property
    def loses(self) -> bool:
        """Whether it is sold for less than what is in it costs today."""
        return self.on_sale and self.pack.money is not None and self.pack.money.left < ZERO


@dataclass(frozen=True, slots=True)
class Standing:
    """A product, its packs, and one word for how it stands."""

    product: DeskProduct
    packs: tuple[StandingPack, ...]

    @property
    def state(self) -> str:
        """Hidden; resting (shown, with nothing on sale); sold out; presale; on sale."""
        if not self.product.shown:
            return "hidden"
        sold = [each.pack for each in self.packs if each.on_sale]
        if not sold:
            return "resting"
        ready = [pack for pack in sold if not pack.sold_out]
        if not ready:
            return "sold_out"
        return "presale" if all(pack.presale for pack in ready) else "on_sale"

    @property
    def loses(self) -> bool:
        """Whether any pack is sold below cost."""
        return any(each.loses for each in self.packs)


def standings(products: Iterable[DeskProduct], *, now: datetime) -> tuple[Standing, ...]:
    """Return how products stand. Four statements, one while the edition stands."""
    found = tuple(products)
    rows = [offer.row for product in found for offer in product.offers]
    packs, left = shelf.packs_of(rows, now=now), left_now(now)

    def standing(offer: DeskOffer) -> StandingPack:
        boxes = fillable(offer.row.grown, left)
        return StandingPack(packs[offer.row.id], offer.on_sale, boxes)

    return tuple(Standing(each, tuple(map(standing, each.offers))) for each in found)
