"""What we pay for a kilogram, grade by grade and day by day."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.supply import price_queries
from storefront.supply import prices as supply
from storefront.web import price_pages, refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import PriceForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast


@door.route("/prices", methods=["GET", "POST"], endpoint="prices")
@operator
def prices() -> ResponseReturnValue:
    """Show the price table, and set a price from a day on."""
    today = clock.china_day(clock.now())
    table, form = price_queries.price_table(today), PriceForm(from_day=today)
    form.offer(table)
    if form.validate_on_submit():
        with refusals.said_on(form):
            _set(form)
        if not form.errors:
            toast(_("The price is set. Lots already weighed keep theirs."))
            return see_other("brand.prices")
    status = 422 if form.is_submitted() else 200
    return render_template("brand/prices.html", rows=table, form=form), status


def _set(form: PriceForm) -> None:
    supply.set_purchase_price(
        form.grade.data,
        form.from_day.data,
        form.price.data,
        actor=current_actor(),
        now=clock.now(),
    )


@door.get("/prices/<code>")
@operator
def price_history(code: str) -> str:
    """Show how a grade's prices went, and who said so."""
    return price_pages.history("brand", code)
