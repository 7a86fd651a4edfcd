"""Delivery slips: what the scale said, to hold, show and agree with."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.orders import short_queries
from storefront.supply import confirming, dispute_queries, slip_queries, weighing
from storefront.web import asked
from storefront.web.guards import current_actor
from storefront.web.htmx import send_to, toast
from storefront.web.producers import papers
from storefront.web.producers.blueprint import own_screen, screen
from storefront.web.producers.forms import ConfirmForm
from storefront.web.producers.scope import Place

SHOWN = 20


@screen("slips")
def slips(place: Place) -> ResponseReturnValue:
    """Show the household's delivery slips, the newest first."""
    before = asked.key("before")
    rows = slip_queries.slips_of(place.household.id, before_id=before, limit=SHOWN + 1)
    more = rows[SHOWN - 1].id if len(rows) > SHOWN else None
    facts = {"slips": rows[:SHOWN], "more": more, "before": before}
    return render_template("producers/slips.html", **facts, **place.facts)


@screen("slips/<code>")
def slip(place: Place, code: str) -> ResponseReturnValue:
    """Show one slip, ready to print."""
    found = slip_queries.slip_page(place.household.id, code)
    said = dispute_queries.of_slip(found.id)
    picture = papers.slip_picture(found.code)
    facts = {"slip": found, "form": ConfirmForm(), "disputes": said, "picture": picture}
    facts["papers"] = confirming.papers_of(found.id) if place.acting else ()
    facts["short"] = short_queries.short_at(found.weighed_at) if place.acting else ()
    return render_template("producers/slip.html", **facts, **place.facts)


@own_screen("slips/<code>/confirm", "POST")
def confirm_slip(place: Place, code: str) -> ResponseReturnValue:
    """Agree with what an agent weighed; only a member of the household can."""
    found = slip_queries.slip_page(place.household.id, code)
    with transaction():
        weighing.confirm_slip(found.id, actor=current_actor(), now=clock.now())
    toast(_("Thank you: it is written down that the weight is right."))
    return send_to(place.url("slip", code=code))
