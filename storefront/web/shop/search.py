"""Search: results as you type with htmx, on Enter without."""

from flask import Response, request

from storefront import clock
from storefront.catalogue import listing
from storefront.catalogue.folding import words_of
from storefront.catalogue.listing import Wish
from storefront.orders import shelf
from storefront.web import asked
from storefront.web.alike import page_alike
from storefront.web.guards import public
from storefront.web.shop.scope import door

INSTEAD = 4  # cards, where nothing was found
LONGEST = 100  # of what was typed is shown again


@door.get("/search")
@public
def search() -> Response:
    """Show what bears the words typed, best first; where there is nothing, the shelves."""
    typed = request.args.get("q", "").strip()[:LONGEST]
    words = words_of(typed)
    wish = Wish(words=words, after=asked.place("after"))
    now = clock.now()
    found = shelf.found(wish, now=now) if words else None
    cards = found.cards if found else ()
    return page_alike(
        "shop/search.html",
        "shop/_found.html",
        typed=typed,
        words=words,
        cards=cards,
        next_after=asked.written(found.after) if found else None,
        further=wish.after is not None,
        instead=() if cards else shelf.found(Wish(limit=INSTEAD), now=now).cards,
        categories=() if cards else listing.shelves(),
    )
