"""Which numbers were shown in full, to whom and why."""

from flask import Response, request

from storefront.accounts import members
from storefront.supply import reveals
from storefront.web.county import asked
from storefront.web.county.blueprint import door
from storefront.web.guards import county_office
from storefront.web.htmx import page

SHOWN = 50


@door.get("/reveals")
@county_office
def reveal_search() -> Response:
    """Show what was shown, the newest first: of a household, for a reason, to a person."""
    text = request.args.get("q", "").strip()[:60]
    before = asked.key(request.args.get("before"))
    people = members.named(text) if text else ()
    rows = reveals.found(text, people, before=before, limit=SHOWN + 1)
    shown, more = rows[:SHOWN], rows[SHOWN - 1].id if len(rows) > SHOWN else None
    return page(
        "county/entry/reveals.html",
        "county/entry/_reveals.html",
        rows=shown,
        names=members.names({row.by for row in shown}),
        q=text,
        more=more,
        before=before,
    )
