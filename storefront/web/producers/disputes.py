"""A household does not agree with what was typed on a slip: it says so, on its own phone."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import NotFound, Refusal
from storefront.supply import dispute_queries, disputes, queries, slip_queries
from storefront.supply.slip_queries import SlipPage
from storefront.web import refusals
from storefront.web.guards import current_actor
from storefront.web.htmx import send_to, toast
from storefront.web.producers.blueprint import own_screen
from storefront.web.producers.forms import ConfirmForm
from storefront.web.producers.scope import Place
from storefront.web.producers.slip_forms import DisputeForm
from storefront.web.producers.waiting import kept


@own_screen("slips/<code>/dispute", "GET", "POST")
def dispute_slip(place: Place, code: str) -> ResponseReturnValue:
    """Say which line of a slip is not right, and why."""
    found = slip_queries.slip_page(place.household.id, code)
    form = DisputeForm()
    form.offer(found.lines)
    if not form.validate_on_submit():
        return _page(place, found, form)
    try:
        _dispute(place, found, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _page(place, found, form)
    return kept(place.url("slip", code=code), form.key.data)


def _dispute(place: Place, found: SlipPage, form: DisputeForm) -> None:
    lot = queries.household_lot(place.household.id, form.line.data)
    said = {"words": form.words.data or "", "key": form.key.data}
    with transaction():
        disputes.dispute(
            found.id, lot.id, form.reason.data, **said, actor=current_actor(), now=clock.now()
        )


def _page(place: Place, found: SlipPage, form: DisputeForm) -> ResponseReturnValue:
    page = render_template("producers/dispute.html", slip=found, form=form, **place.facts)
    return page, 422 if form.is_submitted() else 200


@own_screen("slips/<code>/dispute/<int:dispute>/withdraw", "POST")
def withdraw_dispute(place: Place, code: str, dispute: str) -> ResponseReturnValue:
    """Take back what was said of a slip and is not answered yet."""
    found = slip_queries.slip_page(place.household.id, code)
    known = {row.id for row in dispute_queries.of_slip(found.id)}
    if int(dispute) not in known or not ConfirmForm().validate():
        raise NotFound
    with transaction():
        disputes.withdraw(int(dispute), actor=current_actor(), now=clock.now())
    toast(_("Taken back: the slip counts as it was weighed."))
    return send_to(place.url("slip", code=code))
