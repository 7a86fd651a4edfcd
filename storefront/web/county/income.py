"""Income by household: the figures, the filter in words, and the way down."""

from flask import Response, request

from storefront import clock
from storefront.reports.choices import choices
from storefront.reports.income import income
from storefront.web.county import asked, forms
from storefront.web.county.blueprint import door
from storefront.web.guards import officer
from storefront.web.htmx import page


@door.get("/income", endpoint="income")
@officer
def income_by_household() -> Response:
    """Show income by household; the totals are those of the whole filter on every page."""
    wish = asked.read(request.args, clock.now())
    offered = choices()
    after = request.args.get("after")
    return page(
        "county/income.html",
        "county/_income.html",
        asked=wish,
        words=asked.said(wish, offered),
        form=forms.income_filter(wish, offered),
        income=income(wish.filter, after=after),
        after=after,
    )
