"""Orders as the brand office reads them."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import ids
from storefront.errors import NotFound
from storefront.money import Fen
from storefront.orders import packing_queries, queries
from storefront.orders.lives import ORDER
from storefront.orders.queries import EventRow
from storefront.payments import queries as payments
from storefront.web import asked, filters
from storefront.web.brand.blueprint import door
from storefront.web.guards import operator
from storefront.web.htmx import page, see_other, toast
from storefront.web.i18n import language
from storefront.web.words import WORDS

SHOWN = 50
STOPS = frozenset(
    {"short", "expired", "cancelled", "line_cancelled", "payment_failed", "refund_failed"}
)


@door.get("/orders")
@operator
def orders() -> ResponseReturnValue:
    """Show the orders, youngest first, of one state if asked; or go to the one of a code."""
    code = asked.words("code")
    if code:
        return _find(ids.read_code(code))
    wish, before = request.args.get("state"), asked.key("before")
    state = wish if wish in ORDER.states else None
    rows = queries.orders_listed(state=state, before=before, limit=SHOWN + 1)
    return page(
        "brand/orders.html",
        "brand/_orders.html",
        rows=rows[:SHOWN],
        more=rows[SHOWN - 1].id if len(rows) > SHOWN else None,
        state=state,
        states=ORDER.states,
        before=before,
    )


def _find(code: str) -> ResponseReturnValue:
    try:
        queries.order_of(code)
    except NotFound:
        toast(_("No order has the code %(code)s.", code=code), "warn")
        return see_other("brand.orders")
    return see_other("brand.order", code=code)


@door.get("/orders/<code>")
@operator
def order(code: str) -> ResponseReturnValue:
    """Show one order: what was promised, whose crates fill it, what was paid, what happened."""
    found = queries.order_of(code)
    return page(
        "brand/order.html",
        "brand/_order.html",
        order=found,
        crates=packing_queries.crates_of_order(found.id),
        payments=payments.payments_of(found.id),
        story=[_step(event) for event in found.events],
        said=WORDS["refund_reason"],
    )


def _step(event: EventRow) -> dict[str, object]:
    """Write one event as the timeline shows it."""
    words, facts = WORDS["order_event"], event.facts
    amount = facts.get("amount_fen", facts.get("total_fen"))
    note = f"{facts.get('carrier', '')} {facts.get('number', '')}".strip()
    note = note or str(facts.get(f"name_{language()}", ""))
    return {
        "title": words.get(event.kind, event.kind),
        "when": filters.moment(event.at),
        "note": note if amount is None else filters.money(Fen(amount)),
        "state": "stop" if event.kind in STOPS else "done",
    }
