"""The first page: what is sold, what it costs, and what makes it different."""

from flask import render_template

from storefront import clock
from storefront.orders import shelf
from storefront.reports.impact import impact
from storefront.reports.seasons import this_season
from storefront.web.guards import public
from storefront.web.shop.said import takers_of
from storefront.web.shop.scope import door


@door.get("/")
@public
def home() -> str:
    """Show the shelf, the one idea told on a real box, and this season's figures."""
    cards = shelf.shelf(now=clock.now())
    grown = [card for card in cards if card.first.share and not card.sold_out]
    spoken = grown[0] if grown else None
    return render_template(
        "shop/home.html",
        shelf=cards,
        spoken=spoken,
        takers=takers_of(spoken.first.money) if spoken and spoken.first.money else [],
        cheapest=min((card.first.offer.price for card in grown), default=None),
        season=impact(this_season(clock.now())),
    )
