"""The county's floor, and what middlemen pay at the farm gate."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.actors import OFFICER
from storefront.supply import price_queries
from storefront.supply import prices as supply
from storefront.web import price_pages, refusals
from storefront.web.county.blueprint import door
from storefront.web.county.forms import PriceForm
from storefront.web.guards import current_actor, officer
from storefront.web.htmx import see_other, toast


@door.route("/prices", methods=["GET", "POST"], endpoint="prices")
@officer
def prices() -> ResponseReturnValue:
    """Show the price table; set a floor from a day on, or note a farm-gate price."""
    today = clock.china_day(clock.now())
    table, form = price_queries.price_table(today), PriceForm(from_day=today)
    form.offer(table)
    if form.validate_on_submit():
        with refusals.said_on(form):
            _set(form)
        if not form.errors:
            toast(_("Written down. Lots already weighed keep their price."))
            return see_other("county.prices")
    status = 422 if form.is_submitted() else 200
    facts = {"rows": table, "form": form, "may_keep": current_actor().may(OFFICER)}
    return render_template("county/prices.html", **facts), status


def _set(form: PriceForm) -> None:
    supply.set_price(
        form.kind.data,
        form.grade.data,
        form.from_day.data,
        form.price.data,
        actor=current_actor(),
        now=clock.now(),
    )


@door.get("/prices/<code>")
@officer
def price_history(code: str) -> str:
    """Show how a grade's prices went, and who said so."""
    return price_pages.history("county", code)
