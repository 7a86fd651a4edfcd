"""The registry, and one household's rows."""

from flask import Response, render_template, request
from flask_babel import gettext as _

from storefront import clock
from storefront.reports import seasons
from storefront.reports.choices import choices
from storefront.reports.household_rows import household_rows
from storefront.reports.registry import Wanted, registry
from storefront.supply.households import STATUSES
from storefront.web import words
from storefront.web.county import asked, forms
from storefront.web.county.blueprint import door
from storefront.web.guards import officer
from storefront.web.htmx import page


@door.get("/households")
@officer
def households() -> Response:
    """Show the registry: searched by code, head or village."""
    now = clock.now()
    first, last = seasons.months_of(seasons.this_season(now))
    typed = forms.HouseholdSearch(request.args)
    wanted = _wanted(typed, first, last)
    after = request.args.get("after")
    return page(
        "county/households.html",
        "county/_households.html",
        form=typed,
        words=_said(typed),
        period={"from": first, "to": last},
        registry=registry(wanted, today=clock.china_day(now), after=after),
        after=after,
        params={name: wish for name, wish in typed.data.items() if wish},
    )


def _wanted(typed: forms.HouseholdSearch, first: str, last: str) -> Wanted:
    status = typed.status.data
    return Wanted(
        first,
        last,
        text=typed.q.data or "",
        status=status if status in STATUSES else None,
        without_income=typed.income.data == "none",
    )


def _said(typed: forms.HouseholdSearch) -> str:
    """Return the search in words."""
    status = typed.status.data
    parts = (
        words.word(status, "status") if status in STATUSES else _("All households"),
        _("nothing booked this season") if typed.income.data == "none" else "",
        _("with “%(text)s”", text=typed.q.data) if typed.q.data else "",
    )
    return " · ".join(str(part) for part in parts if part)


@door.get("/households/<code>")
@officer
def household(code: str) -> str:
    """Show the rows behind a household's income in a period."""
    now = clock.now()
    wish = asked.read(request.args, now)
    return render_template(
        "county/household.html",
        asked=wish,
        words=asked.said(wish, choices()) if wish.is_narrow else asked.period_said(wish),
        file=household_rows(code, wish.filter, today=clock.china_day(now)),
    )
