"""The shelf: everything or one category, narrowed and sorted by plain links, a page at a time."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlencode

from flask import Response, request, url_for

from storefront import clock
from storefront.catalogue import choosing, listing
from storefront.catalogue.choosing import FACETS, Pick
from storefront.catalogue.listing import CategoryRow, Wish
from storefront.errors import NotFound
from storefront.orders import picking
from storefront.orders.availability import left_now
from storefront.orders.shelf import Shelved
from storefront.web import asked
from storefront.web.alike import page_alike
from storefront.web.guards import public
from storefront.web.shop.scope import door

AS_ON_THE_SHELF = listing.SORTS[0]


@door.get("/products")
@public
def products() -> Response:
    """Show what there is, shelf by shelf; or what was chosen of it, sorted as asked."""
    now = clock.now()
    left_now(now)  # says which edition of the catalogue stands, too
    category = _category(listing.categories())
    wished = request.args.get("sort")
    wish = Wish(
        category=category.slug if category else None,
        sort=wished if wished in listing.SORTS else AS_ON_THE_SHELF,
        after=asked.place("after"),
    )
    pick = choosing.known(Pick(*(request.args.get(name, "") for name in FACETS)))
    seen = picking.picked(wish, pick, now=now)
    by_shelf = wish.sort == AS_ON_THE_SHELF and category is None and not pick.chosen
    return page_alike(
        "shop/products.html",
        "shop/_shelf.html",
        seen=seen,
        parts=_by_category(seen.shelf.cards) if by_shelf else (seen.shelf.cards,),
        by_shelf=by_shelf,
        wish=replace(wish, after=None),
        after=asked.written(wish.after),
        pick=pick,
        chosen=category,
        next_after=asked.written(seen.shelf.after),
    )


def _category(categories: Sequence[CategoryRow]) -> CategoryRow | None:
    slug = request.args.get("category")
    chosen = next((each for each in categories if each.slug == slug), None)
    if slug and chosen is None:
        raise NotFound
    return chosen


def _by_category(cards: Sequence[Shelved]) -> tuple[tuple[Shelved, ...], ...]:
    shelves = groupby(cards, lambda card: card.product.category_slug)
    return tuple(tuple(group) for _, group in shelves)


def shelf_url(wish: Wish, pick: Pick, after: str | None = None, **others: str | None) -> str:
    """Return the address of a shelf as it was chosen, with ``others`` instead; in one order."""
    said = {
        "category": wish.category,
        **dict(pick.chosen),
        "sort": wish.sort if wish.sort != AS_ON_THE_SHELF else None,
        "after": after,
        **others,
    }
    names = ("category", *FACETS, "sort", "after")
    pairs = [(name, said[name]) for name in names if said.get(name)]
    return url_for("shop.products") + (f"?{urlencode(pairs)}" if pairs else "")


door.add_app_template_global(shelf_url)
