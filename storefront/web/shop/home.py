"""The first page: what is sold, what it costs, and what makes it different."""

from flask import Response

from storefront import clock
from storefront.catalogue.listing import Wish
from storefront.orders import shelf
from storefront.orders.shelf import Shelved
from storefront.reports.impact import impact
from storefront.reports.seasons import this_season
from storefront.web.alike import page_alike
from storefront.web.county_texts import passages
from storefront.web.guards import public
from storefront.web.shop.almanac import moment
from storefront.web.shop.scope import door

SHOWN = 8  # cards


@door.get("/")
@public
def home() -> Response:
    """Show the shelf, the one idea told on a real box, and this season's figures."""
    now = clock.now()
    page = shelf.shelf(Wish(), now=now)
    cards = sorted(page.cards, key=lambda card: not card.to_be_had)
    grown = [card for card in cards if card.first.share and card.to_be_had]
    spoken = grown[0] if grown else None
    same_shelf = [card for card in grown if _category(card) == _category(grown[0])]
    grown_now = shelf.grown_by(spoken.first, now=now) if spoken else None
    return page_alike(
        "shop/home.html",
        "shop/home.html",
        shelf=tuple(cards[:SHOWN]),
        spoken=spoken,
        cheapest=min((card.first.offer.price for card in same_shelf), default=None),
        season=impact(this_season(now)),
        moment=moment(clock.china_day(now), spoken.first if spoken else None, grown_now),
        passages=passages("home"),
    )


def _category(card: Shelved) -> str:
    return card.product.category_slug
