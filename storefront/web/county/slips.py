"""Whose word the slips rest on: how households agreed, station by station."""

from datetime import timedelta
from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from storefront import clock
from storefront.reports import seasons
from storefront.reports.slip_words import station_words
from storefront.supply import confirming
from storefront.web import asked, private_papers
from storefront.web.county.blueprint import door
from storefront.web.guards import officer

LATE: Final = timedelta(days=7)  # after that a slip that nobody agreed with is late


@door.get("/slips")
@officer
def slips() -> ResponseReturnValue:
    """Show how households agreed with their slips in a season."""
    now = clock.now()
    this = seasons.this_season(now)
    season = min(asked.key("season") or this, this)
    rows = station_words(season, late_before=now - LATE)
    facts = {"season": season, "this_season": this, "late_days": LATE.days}
    return render_template("county/slips.html", rows=rows, **facts)


@door.get("/papers/<int:paper>")
@officer
def paper(paper: str) -> ResponseReturnValue:
    """Show the photograph of a signed slip."""
    return private_papers.send(confirming.paper(int(paper)))
