"""The first page: what is sold, what it costs, and what makes it different."""

from collections.abc import Iterable

from flask import render_template

from storefront import clock
from storefront.orders import shelf
from storefront.orders.shelf import Shelved
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
    spoken = _example(cards)
    takers = takers_of(spoken.first.money) if spoken and spoken.first.money else []
    season = impact(this_season(clock.now()))
    return render_template(
        "shop/home.html", shelf=cards, spoken=spoken, takers=takers, season=season
    )


def _example(cards: Iterable[Shelved]) -> Shelved | None:
    """Return the first product that can be had and pays a household."""
    fit = (card for card in cards if card.first.share and not card.sold_out)
    return next(fit, None)
