"""The agent's scale: a delivery weighed in, a slip printed."""

from flask import render_template
from flask.typing import ResponseReturnValue

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import shortfall
from storefront.supply import queries
from storefront.supply.queries import GradeRow
from storefront.supply.weighing import Delivery
from storefront.web.guards import current_actor
from storefront.web.htmx import send_to
from storefront.web.producers.blueprint import agent_screen
from storefront.web.producers.forms import MOST_ROWS, WeighInForm
from storefront.web.producers.scope import Place

USUAL = 5  # rows that have their grade


@agent_screen("weigh-in", "GET", "POST")
def weigh_in(place: Place) -> ResponseReturnValue:
    """Weigh a delivery in, at the price of today's table."""
    today = clock.china_day(clock.now())
    declared = queries.declared_lots(place.household.id)
    form, grades = WeighInForm(), queries.grades_with_prices(today)
    if not form.is_submitted():
        form.begin_with(declared, _usual(place, grades), today)
    elif form.more.data and len(form.rows) < MOST_ROWS:
        form.rows.append_entry()
    form.offer(grades, declared)
    if form.is_submitted() and not (form.more.data or form.count.data) and form.validate():
        try:
            code = _weigh_in(place, form)
        except Refusal as refusal:
            form.show(refusal)
        else:
            return send_to(place.url("slip", code=code))
    return _page(place, form)


def _usual(place: Place, grades: tuple[GradeRow, ...]) -> list[int]:
    """Return the grades to begin with: what the household brought before, then the others."""
    priced = [grade.id for grade in grades if grade.price is not None]
    brought = [key for key in queries.grades_brought(place.household.id) if key in priced]
    return [*brought, *(key for key in priced if key not in brought)][:USUAL]


def _weigh_in(place: Place, form: WeighInForm) -> str:
    delivery = Delivery(place.household.id, form.harvested_on.data, form.weighed())
    with transaction():
        slip = shortfall.weigh_in(
            delivery, key=form.key.data, actor=current_actor(), now=clock.now()
        )
        return slip.code


def _page(place: Place, form: WeighInForm) -> ResponseReturnValue:
    """Show the form: with its faults, or with the row or the net weights that were asked for."""
    faulty = form.is_submitted() and not (form.more.data or form.count.data)
    page = render_template("producers/weigh_in.html", form=form, **place.facts)
    return page, 422 if faulty else 200
