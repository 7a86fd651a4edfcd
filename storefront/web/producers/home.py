"""The first screen: a household's own, or the list an agent chooses from."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock, county
from storefront.actors import AGENT
from storefront.settlement import queries as settlement
from storefront.settlement.queries import Owed
from storefront.supply import finding, household_queries, queries, slip_queries, station_queue
from storefront.web import asked, own_phone
from storefront.web.guards import current_actor, signed_in
from storefront.web.htmx import see_other, send_to, toast
from storefront.web.producers import papers, scope
from storefront.web.producers.blueprint import agent_screen, door, own_screen
from storefront.web.producers.forms import ArrivedForm, ConfirmForm
from storefront.web.producers.scope import Place
from storefront.weight import Grams

HOUSEHOLDS = 30
NEWEST_LOTS = 5
QUEUED = 20  # of each kind on the station's first page


@door.get("/", endpoint="home")
@signed_in
def entrance() -> ResponseReturnValue:
    """Show an agent the station's households, a member their own."""
    if current_actor().may(AGENT):
        return station(scope.station_of_agent())
    return home(scope.own_household())


def station(station_id: int) -> ResponseReturnValue:
    """Show the households of a station, by code or head, so many at a time."""
    typed, after = asked.words("q", longest=200), asked.words("after")
    q = papers.scanned(typed)[:40]
    rows = finding.households_of_station(station_id, q, after=after, limit=HOUSEHOLDS + 1)
    meant = [row.code for row in rows if q and q.casefold() == row.code.casefold()]
    if meant or (q != typed and len(rows) == 1):
        return see_other("producers.home_for", household=(meant or [rows[0].code])[0])
    facts = {"rows": rows[:HOUSEHOLDS], "more": len(rows) > HOUSEHOLDS, "q": q, "after": after}
    names, now = household_queries.station_name(station_id), clock.now()
    day, first = clock.china_day(now), not (q or after)
    queue = station_queue.queue(station_id, day, limit=QUEUED) if first else None
    return render_template("producers/station.html", station=names, queue=queue, now=now, **facts)


@agent_screen("")
def home(place: Place) -> ResponseReturnValue:
    """Show what is owed, the three buttons and the newest lots."""
    lots = queries.lots_at_hand(place.household.id, newest=NEWEST_LOTS)
    return render_template(
        "producers/home.html",
        owed=owed(place),
        lots=lots[:NEWEST_LOTS],
        available=Grams.total(lot.available for lot in lots),
        unconfirmed=slip_queries.unconfirmed(place.household.id),
        arrived_form=ArrivedForm(),
        confirm=ConfirmForm(),
        **place.facts,
    )


def owed(place: Place) -> Owed:
    """Return what the household is owed, by the county's own terms."""
    rules = county.rules()
    delivery = timedelta(days=rules.delivery_days)
    return settlement.owed_to(place.household.id, delivery=delivery, after_sale=rules.after_sale)


@own_screen("own-phone", "POST")
def own_phone_here(place: Place) -> ResponseReturnValue:
    """Keep a household's own phone signed in, and its pages on it."""
    if ConfirmForm().validate():
        own_phone.keep_signed_in(now=clock.now())
        toast(_("This phone stays signed in, and its pages open without a line."))
    return send_to(place.url("home"))
