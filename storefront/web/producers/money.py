"""What a household is owed, row by row, and that pay arrived."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.settlement import answers, share_queries
from storefront.settlement import queries as settlement
from storefront.web import asked
from storefront.web.guards import current_actor
from storefront.web.htmx import send_to, toast
from storefront.web.producers.blueprint import screen
from storefront.web.producers.forms import ArrivedForm
from storefront.web.producers.home import owed
from storefront.web.producers.scope import Place

SHOWN = 20


@screen("income")
def income(place: Place) -> ResponseReturnValue:
    """Show what is owed, opened to its rows, and what was paid."""
    before = asked.key("before")
    found = settlement.share_rows(place.household.id, before_id=before, limit=SHOWN + 1)
    return render_template(
        "producers/income.html",
        owed=owed(place),
        shares=found[:SHOWN],
        more=found[SHOWN - 1].allocation_id if len(found) > SHOWN else None,
        before=before,
        pay=settlement.past_pay(place.household.id),
        arrived_form=ArrivedForm(),
        **place.facts,
    )


@screen("income/<int:row>")
def income_row(place: Place, row: str) -> ResponseReturnValue:
    """Show one row of the income: its crate, its parcel and its payment."""
    found = share_queries.opened_share(place.household.id, int(row))
    return render_template("producers/income_row.html", share=found, **place.facts)


@screen("income/arrived", "POST")
def arrived(place: Place) -> ResponseReturnValue:
    """Note that a payment arrived; said twice it is said once."""
    form = ArrivedForm()
    known = {item.item_id for item in settlement.past_pay(place.household.id)}
    if not form.validate() or form.item.data not in known:
        raise NotFound
    how = "agent" if place.acting else "phone"
    with transaction():
        answers.confirm_received(form.item.data, how, actor=current_actor(), now=clock.now())
    toast(_("Thank you: it is written down that the money arrived."))
    return send_to(place.url("income"))
