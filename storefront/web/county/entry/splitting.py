"""A household comes out of another one: with people and orchard of its own, and its own code."""

from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.supply import household_queries, merging, place_queries
from storefront.supply.household_queries import HouseholdEntry
from storefront.supply.registry import HouseholdDraft
from storefront.web import refusals
from storefront.web.county.blueprint import door
from storefront.web.county.entry import scope
from storefront.web.county.entry.forms import SplitForm
from storefront.web.guards import current_actor, officer
from storefront.web.htmx import see_other, toast
from storefront.web.step_up import step_up


@door.get("/households/<code>/split")
@officer
def split_form(code: str) -> ResponseReturnValue:
    """Show what of a household goes along."""
    file = scope.of_code(code)
    known = {"village_id": file.village_id, "status": file.status}
    return _page(file, _form(SplitForm(formdata=None, data=known)))


def _form(form: SplitForm) -> SplitForm:
    form.offer(place_queries.villages_on(clock.china_day(clock.now())))
    return form


def _page(file: HouseholdEntry, form: SplitForm, status: int = 200) -> ResponseReturnValue:
    return render_template("county/entry/split.html", file=file, form=form), status


@door.post("/households/<code>/split")
@officer
@step_up
def split_household(code: str) -> ResponseReturnValue:
    """Register the household that comes out of this one, from today on."""
    file, form = scope.of_code(code), _form(SplitForm())
    if not form.validate():
        return _page(file, form, 422)
    now = clock.now()
    try:
        with transaction():
            draft = _draft(file, form, now)
            merging.split_household(file.id, draft, actor=current_actor(), now=now)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _page(file, form, 422)
    toast(_("Household %(code)s stands by itself from today on.", code=form.code.data))
    return see_other("county.household_entry", code=form.code.data)


def _draft(file: HouseholdEntry, form: SplitForm, now: datetime) -> HouseholdDraft:
    head = " ".join(form.head.data.split())
    village = form.village_id.data
    stays = village == file.village_id
    return HouseholdDraft(
        code=form.code.data,
        head=head,
        payee=head,
        payee_relation="self",
        village_id=village,
        station_id=file.station_id if stays else household_queries.station_in(village),
        members=form.members.count,
        status=form.status.data,
        status_from=clock.china_day(now),
        orchard_tenth_mu=form.orchard_tenth_mu.kept,
        phone=form.phone.kept,
        bank_account=form.account.kept,
    )
