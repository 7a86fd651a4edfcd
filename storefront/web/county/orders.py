"""An order from the books' side, and the entries it caused."""

from flask import render_template

from storefront.catalogue.provinces import BY_CODE
from storefront.reports.entries import entry_page
from storefront.reports.order_books import order_books
from storefront.reports.order_contents import order_contents
from storefront.web.county.blueprint import door
from storefront.web.guards import officer


@door.get("/orders/<code>")
@officer
def order(code: str) -> str:
    """Show an order: what it was for, whose pears, and law 1 with both its sides."""
    books = order_books(code)
    contents = order_contents(code)
    return render_template(
        "county/order.html",
        books=books,
        lines=contents.lines,
        provinces=[BY_CODE[province] for province in contents.provinces],
    )


@door.get("/entries/<int:entry_id>")
@officer
def entry(entry_id: int) -> str:
    """Show one entry of the books and its lines."""
    return render_template("county/entry.html", entry=entry_page(entry_id))
