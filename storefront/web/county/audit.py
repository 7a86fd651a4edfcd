"""Who did what: every act that was written down, to be searched."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, request

from storefront import audit, clock
from storefront.accounts import members
from storefront.audit import Row, Search
from storefront.money import Fen
from storefront.web import asked, filters
from storefront.web.county.blueprint import door
from storefront.web.county.forms import AuditFilter
from storefront.web.guards import county_office
from storefront.web.htmx import page

SHOWN = 50
CODE = re.compile(r"(?=.*[0-9])[0-9A-Z-]{3,24}")
NOBODY = (-1,)  # a person was asked for whom there is not


@door.get("/audit")
@county_office
def audit_search() -> Response:
    """Show what was done, the newest first: by whom, to what, of which kind, on which day."""
    form = AuditFilter(request.args)
    day = form.day.data if form.validate() else None
    rows = _found(day)
    shown, more = rows[:SHOWN], rows[SHOWN - 1].id if len(rows) > SHOWN else None
    facts = {
        "form": form,
        "rows": shown,
        "names": members.names(set(_people(shown))),
        "more": more,
        "before": asked.key("before"),
        "asked": _asked(),
        "told": told,
    }
    return page("county/audit.html", "county/_audit.html", **facts)


def _found(day: date | None) -> tuple[Row, ...]:
    who = asked.words("who")
    search = Search(
        verb=asked.words("verb") or None,
        actors=(members.named(who) or NOBODY) if who else None,
        object_code=asked.words("object") or None,
        since=_begin(day),
        until=_begin(day + timedelta(days=1)) if day else None,
        before_id=asked.key("before"),
    )
    return audit.found(search, limit=SHOWN + 1)


def _begin(day: date | None) -> datetime | None:
    """Return when the day begins in China."""
    return datetime.combine(day, time(), clock.CHINA) if day else None


def _people(rows: Iterable[Row]) -> Iterable[int]:
    """Yield everybody who is named in the rows, as who did it or to whom."""
    for row in rows:
        if row.actor_user_id is not None:
            yield row.actor_user_id
        if row.object_kind == "user" and row.object_code.isdigit():
            yield int(row.object_code)


def _asked() -> dict[str, Any]:
    """Return what was asked for, for the links to the next page and the first."""
    names = ("verb", "who", "object", "day")
    return {name: request.args[name] for name in names if request.args.get(name)}


def told(facts: Mapping[str, object]) -> str:
    """Return what of an act's facts can be read: amounts, and codes of other things."""
    read = (_told(name, fact) for name, fact in facts.items())
    return " · ".join(filter(None, read))


def _told(name: str, fact: object) -> str:
    if name.endswith("_fen") and isinstance(fact, int):
        return filters.money(Fen(fact))
    if isinstance(fact, str) and CODE.fullmatch(fact):
        return fact
    return ""
