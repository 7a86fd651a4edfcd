"""Where the county looks: whether somebody lends a household's name."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from storefront import audit, clock, county
from storefront.db import transaction
from storefront.reports import guards, seasons
from storefront.reports.agents import Agent, agents
from storefront.web import filters, sheets
from storefront.web.county import asked
from storefront.web.county.blueprint import door
from storefront.web.guards import current_actor, officer
from storefront.web.i18n import translated
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that stands out in a season, list by list."""

    above: tuple[guards.Delivered, ...]
    jumps: tuple[guards.Delivered, ...]
    shared: tuple[guards.Shared, ...]
    agents: tuple[Agent, ...]
    unchecked: guards.Unchecked


@door.get("/guards")
@officer
def look_into() -> str:
    """Show what stands out in a season: ``?season=2026``, the present one unless asked."""
    this, season = _seasons()
    return render_template(
        "county/guards.html",
        season=season,
        this_season=this,
        most=county.rules().guards,
        limit=guards.LIMIT,
        found=_found(season),
        form=FlaskForm(),
    )


@door.post("/guards")
@officer
def guards_file() -> Response:
    """Give the lists out as one file; it names people, so each time is noted."""
    _this, season = _seasons()
    rows = list(_lines(_found(season)))
    with transaction():
        facts = {"rows": len(rows)}
        audit.record(current_actor(), "download", "guards", str(season), now=clock.now(), **facts)
    header = (
        *(_("What stands out"), _("Household"), _("Who"), _("Township"), _("Village")),
        *(_("Grade"), _("Figure"), _("Against")),
    )
    return sheets.as_csv(f"guards-{season}.csv", header, rows)


def _seasons() -> tuple[int, int]:
    """Return the present season and the one that was asked for."""
    this = seasons.this_season(clock.now())
    return this, min(asked.key(request.args.get("season")) or this, this)


def _found(season: int) -> Found:
    today = clock.china_day(clock.now())
    return Found(
        above=guards.above_yield(season, today=today),
        jumps=guards.jumps(season, today=today),
        shared=guards.shared(today=today),
        agents=agents(season),
        unchecked=guards.unchecked(season, today=today),
    )


def _lines(found: Found) -> Iterator[tuple[object, ...]]:
    for row in found.above:
        yield (_("Near or above the orchard's yield"), *_delivered(row), _kg(row.bears))
    for row in found.jumps:
        yield (_("Sudden jump"), *_delivered(row), _kg(row.before))
    for each in found.shared:
        what = _("One account for several") if each.kind == "account" else _("One phone for many")
        place = (translated(each, "township"), translated(each, "village"))
        yield (what, each.household_code, each.head, *place, "", each.households, each.group)
    for agent in found.agents:
        if agent.stands_out:
            blank = ("", agent.name, translated(agent, "station"), "", "")
            yield (_("Agent: unconfirmed"), *blank, _kg(agent.unconfirmed), _kg(agent.received))
            yield (_("Agent: assumed"), *blank, _kg(agent.assumed), _kg(agent.packed))


def _delivered(row: guards.Delivered) -> tuple[object, ...]:
    place = (translated(row, "township"), translated(row, "village"))
    return (row.household_code, row.head, *place, translated(row, "grade"), _kg(row.brought))


def _kg(weight: Grams | None) -> str:
    return "" if weight is None else filters.kg(weight)
