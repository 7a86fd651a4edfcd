"""Papers that a camera reads: a household's card, and where the picture on a slip leads."""

import re
from typing import Final

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from storefront.actors import AGENT
from storefront.supply import slip_queries
from storefront.web import qr, site
from storefront.web.guards import current_actor, signed_in
from storefront.web.htmx import see_other
from storefront.web.producers import scope
from storefront.web.producers.blueprint import door, screen
from storefront.web.producers.scope import Place

SCANNED: Final = re.compile(r".*/producers/for/([^/?#]+)/?\s*", re.DOTALL)


@screen("card")
def card(place: Place) -> ResponseReturnValue:
    """Show the household's card, to print: the picture opens its pages at the station."""
    picture = qr.picture(_public(url_for("producers.home_for", household=place.household.code)))
    return render_template("producers/card.html", picture=picture, **place.facts)


@door.get("/paper/<code>")
@signed_in
def paper(code: str) -> ResponseReturnValue:
    """Open the slip that a picture names: the household's own, or one of the agent's station."""
    found = slip_queries.slip_of_code(code)
    if current_actor().may(AGENT):
        place = scope.household_acted_for(found.household)
        return see_other("producers.slip_for", household=place.household.code, code=found.code)
    slip_queries.slip_page(scope.own_household().household.id, code)
    return see_other("producers.slip", code=found.code)


def slip_picture(code: str) -> str:
    """Return the picture on a printed slip."""
    return qr.picture(_public(url_for("producers.paper", code=code)))


def scanned(typed: str) -> str:
    """Return the household code that a scanner typed as an address, or what was typed."""
    found = SCANNED.fullmatch(typed)
    return found[1] if found else typed


def _public(path: str) -> str:
    return site.settings().public_url.rstrip("/") + path
