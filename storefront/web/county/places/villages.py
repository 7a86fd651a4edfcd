"""Villages, today's and former ones, and what follows a village from a day on."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.accounts import agents
from storefront.actors import OFFICER
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.supply import place_queries, succession
from storefront.supply.succession import VillageDraft
from storefront.web import refusals
from storefront.web.county.blueprint import door
from storefront.web.county.places.forms import AssignForm, ReplaceForm
from storefront.web.guards import current_actor, officer
from storefront.web.htmx import see_other, toast


@door.get("/places", endpoint="places")
@officer
def places() -> str:
    """Show every village and every station."""
    found = place_queries.villages()
    return render_template(
        "county/places/places.html",
        villages=[one for one in found if one.into is None],
        former=[one for one in found if one.into is not None],
        stations=place_queries.stations(),
        agents=agents.everybody(),
        may_keep=current_actor().may(OFFICER),
    )


@door.get("/places/villages/<code>")
@officer
def village(code: str) -> ResponseReturnValue:
    """Show a village, what it followed and what follows it."""
    return _page(code)


def _page(code: str, status: int = 200, **forms: object) -> ResponseReturnValue:
    row = place_queries.village(code)
    open_ones = [one for one in place_queries.stations() if one.closed_on is None]
    chosen = next((one.id for one in open_ones if one.code == row.station), 0)
    assign = AssignForm(formdata=None, data={"station_id": chosen})
    assign.offer(open_ones)
    today = clock.china_day(clock.now())
    facts: dict[str, object] = {
        "row": row,
        "before": place_queries.followed_by(row.id),
        "replace": ReplaceForm(formdata=None, data={"from_day": today}),
        "assign": assign,
        "may_keep": current_actor().may(OFFICER),
    }
    return render_template("county/places/village.html", **{**facts, **forms}), status


@door.post("/places/villages/<code>/replace")
@officer
def replace_village(code: str) -> ResponseReturnValue:
    """Note that another village follows this one from a day on."""
    row, form = place_queries.village(code), ReplaceForm()
    if form.validate():
        names = (" ".join((one.data or "").split()) for one in (form.name_zh, form.name_en))
        draft, day = VillageDraft(form.code.data, *names), form.from_day.data
        try:
            with transaction():
                succession.replace_village(
                    row.id, draft, day, actor=current_actor(), now=clock.now()
                )
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("Noted. Figures of the past keep the village of their day."))
            return see_other("county.village", code=form.code.data)
    return _page(code, 422, replace=form)


@door.post("/places/villages/<code>/station")
@officer
def assign_village(code: str) -> ResponseReturnValue:
    """Let a station look after every household of the village."""
    row, form = place_queries.village(code), AssignForm()
    form.offer([one for one in place_queries.stations() if one.closed_on is None])
    if form.validate():
        try:
            return _assigned(row.id, code, form.station_id.data or None)
        except Refusal as refusal:
            refusals.on_form(form, refusal)
    return _page(code, 422, assign=form)


def _assigned(village_id: int, code: str, station_id: int | None) -> AnyResponse:
    with transaction():
        succession.assign_village(village_id, station_id, actor=current_actor(), now=clock.now())
    toast(_("Its households are looked after there now."))
    return see_other("county.village", code=code)
