"""What an operator looks up while a caller waits: packs by name or number, with what is left."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from storefront import db
from storefront.catalogue import search
from storefront.catalogue.folding import words_of
from storefront.catalogue.models import Offer, Product
from storefront.catalogue.queries import ON_SALE
from storefront.money import Fen
from storefront.orders.availability import boxes_left, promised_day

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

    Three statements.
    """
    words = words_of(typed)
    if not words:
        return ()
    numbered = Offer.sku.icontains(typed.strip(), autoescape=True)
    query = (
        select(*COLUMNS)
        .join(Offer, ON_SALE)
        .where(Product.published_at.is_not(None))
        .where(or_(numbered, search.matches(len(words))))
        .order_by(numbered.desc(), search.RANK, Product.position, Product.id, Offer.position)
        .limit(MOST)
    )
    rows = db.session.execute(query, search.values_of(words)).all()
    left = boxes_left([row.id for row in rows], promised_day(now))
    return tuple(PackFound(*row, left=left.get(row.id)) for row in rows)


COLUMNS = (
    Offer.id,
    Offer.sku,
    Product.name_zh,
    Product.name_en,
    Offer.label_zh,
    Offer.label_en,
    Offer.price_fen,
    Offer.max_per_order,
)
