"""Today: what waits, what is short, what will not keep, and whether the worker works."""

from flask import render_template

from storefront import chores, clock, county, outbox
from storefront.orders import packing_queries, waiting_queries
from storefront.settlement import loss_queries
from storefront.supply import dispute_queries, shelf_queries
from storefront.web.brand.blueprint import door
from storefront.web.guards import operator
from storefront.web.words import WORDS


@door.get("/", endpoint="today")
@operator
def today() -> str:
    """Show what waits today."""
    day = clock.china_day(clock.now())
    words, soon = WORDS["chore"], county.rules().storage_warning
    return render_template(
        "brand/today.html",
        day=day,
        waiting=waiting_queries.waiting(),
        short=packing_queries.short_rows(),
        ending=shelf_queries.ending_soon(day + soon),
        soon=soon.days,
        disputes=dispute_queries.waiting_count(),
        cases=len(loss_queries.waiting_cases()),
        returned=outbox.given_up_count(),
        chores=[(words.get(name, name), ran) for name, ran in sorted(chores.last_runs().items())],
    )
