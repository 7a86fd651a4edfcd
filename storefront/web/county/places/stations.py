"""Stations: opened, closed, and who looks after them."""

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
from storefront.web import refusals
from storefront.web.county.blueprint import door
from storefront.web.county.places.forms import AgentForm, StationForm
from storefront.web.guards import current_actor, officer
from storefront.web.htmx import see_other, toast
from storefront.web.step_up import step_up


@door.route("/places/stations/new", methods=["GET", "POST"], endpoint="new_station")
@officer
def new_station() -> ResponseReturnValue:
    """Open a station in a village."""
    form = StationForm()
    form.offer(place_queries.villages_on(clock.china_day(clock.now())))
    if form.validate_on_submit():
        try:
            return _opened(form)
        except Refusal as refusal:
            refusals.on_form(form, refusal)
    page = render_template("county/places/new_station.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _opened(form: StationForm) -> AnyResponse:
    names = (" ".join(one.data.split()) for one in (form.name_zh, form.name_en))
    said = (form.code.data, *names, form.village_id.data)
    with transaction():
        succession.open_station(*said, actor=current_actor(), now=clock.now())
    toast(_("The station is open. Say who looks after it."))
    return see_other("county.station", code=form.code.data)


@door.get("/places/stations/<code>")
@officer
def station(code: str) -> ResponseReturnValue:
    """Show a station and who looks after it."""
    return _page(code)


def _page(code: str, status: int = 200, form: AgentForm | None = None) -> ResponseReturnValue:
    row, known = place_queries.station(code), agents.everybody()
    if form is None:
        form = AgentForm(formdata=None)
        form.offer(known)
    here = [one for one in known if one.station_id == row.id]
    may = current_actor().may(OFFICER)
    facts = {"row": row, "agents": here, "form": form, "may_keep": may}
    return render_template("county/places/station.html", **facts), status


@door.post("/places/stations/<code>/agents")
@officer
@step_up
def post_agent(code: str) -> ResponseReturnValue:
    """Let an agent look after this station, and no other."""
    row, form = place_queries.station(code), AgentForm()
    form.offer(agents.everybody())
    if not form.validate():
        return _page(code, 422, form)
    with transaction():
        agents.post_agent(
            form.user_id.data, row.id, row.code, actor=current_actor(), now=clock.now()
        )
    toast(_("They see this station's households from now on, and no other's."))
    return see_other("county.station", code=code)


@door.post("/places/stations/<code>/close")
@officer
def close_station(code: str) -> AnyResponse:
    """Close a station that looks after nobody any more."""
    row = place_queries.station(code)
    with transaction():
        succession.close_station(row.id, actor=current_actor(), now=clock.now())
    toast(_("The station is closed. Its lots and slips stay its own."))
    return see_other("county.station", code=code)
