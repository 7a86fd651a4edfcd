"""Two households become one: looked at first, then said."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.supply import household_queries, merging
from storefront.supply.household_queries import HouseholdEntry
from storefront.web import refusals
from storefront.web.county.blueprint import door
from storefront.web.county.entry import numbers, scope
from storefront.web.county.entry.forms import MergeForm
from storefront.web.guards import current_actor, officer
from storefront.web.htmx import request, see_other, toast
from storefront.web.step_up import step_up


@door.get("/households/<code>/merge")
@officer
def merge_preview(code: str) -> ResponseReturnValue:
    """Show what it means that a household goes into another one."""
    file, form = scope.of_code(code), MergeForm(request.args, meta={"csrf": False})
    into = _other(form)
    if into is None:
        return numbers.shown(code, 422, merge=form)
    declared = household_queries.declared_free(file.id)
    return render_template("county/entry/merge.html", file=file, into=into, declared=declared)


def _other(form: MergeForm) -> HouseholdEntry | None:
    """Return the other household; why there is none is said at the field."""
    if not form.validate():
        return None
    found = household_queries.entry(form.into.data, clock.china_day(clock.now()))
    if found is None:
        form.into.errors = [_("There is no household %(code)s.", code=form.into.data)]
    return found


@door.post("/households/<code>/merge")
@officer
@step_up
def merge_households(code: str) -> ResponseReturnValue:
    """Note that a household is one with another from today on."""
    file, form = scope.of_code(code), MergeForm()
    into = _other(form)
    if into is None:
        return numbers.shown(code, 422, merge=form)
    try:
        with transaction():
            merging.merge_household(file.id, into.id, actor=current_actor(), now=clock.now())
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return numbers.shown(code, 422, merge=form)
    toast(_("The two are one from today on."))
    return see_other("county.household_entry", code=into.code)
