"""The agent writes a loss off: ours at once, the household's only when a second person agrees."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import NotFound, Refusal
from storefront.orders import short_queries
from storefront.settlement import loss_cases, loss_queries, losses
from storefront.settlement.losses import HOUSEHOLD
from storefront.supply import queries
from storefront.supply.queries import LotRow
from storefront.web import refusals
from storefront.web.guards import current_actor
from storefront.web.htmx import send_to, toast
from storefront.web.producers.blueprint import agent_screen
from storefront.web.producers.forms import LossForm
from storefront.web.producers.scope import Place


@agent_screen("lots/<code>/write-off", "GET", "POST")
def write_off(place: Place, code: str) -> ResponseReturnValue:
    """Take a loss out of a received lot, or say that its household is to bear it."""
    lot, form = queries.household_lot(place.household.id, code), LossForm()
    if lot.state != "received":
        raise NotFound
    if not form.validate_on_submit():
        return _page(place, lot, form)
    try:
        short = _write_off(lot, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _page(place, lot, form)
    _say(form, short)
    return send_to(place.url("lot", code=code))


def _write_off(lot: LotRow, form: LossForm) -> list[str]:
    """Return the codes of the orders that have no crate any more because of it."""
    asked = (lot.id, form.grams.data, form.reason.data)
    note, key, bearer = (form.note.data or "").strip(), form.key.data, form.bearer.data
    actor, now = current_actor(), clock.now()
    with transaction():
        if bearer == HOUSEHOLD:
            loss_cases.put_case(*asked, evidence=note, key=key, actor=actor, now=now)
            return []
        moved = losses.write_off(*asked, bearer, note=note, key=key, actor=actor, now=now)
    return [order.code for order in short_queries.short_at(moved.at)]


def _say(form: LossForm, short: list[str]) -> None:
    if form.bearer.data == HOUSEHOLD:
        toast(_("It is written down and waits for a second person: nothing has moved."), "warn")
    elif short:
        codes = ", ".join(short)
        toast(
            _("Written off. The brand office looks for other crates for: %(c)s.", c=codes), "warn"
        )
    else:
        toast(_("The loss is written down."))


def _page(place: Place, lot: LotRow, form: LossForm) -> ResponseReturnValue:
    facts = {"lot": lot, "form": form, "cases": loss_queries.waiting_cases(lot.id)}
    page = render_template("producers/write_off.html", **facts, **place.facts)
    return page, 422 if form.is_submitted() else 200
