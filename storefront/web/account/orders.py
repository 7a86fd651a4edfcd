"""My orders: those the account placed, and those it was brought."""

from flask import Response, make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.orders import kept, queries
from storefront.web import asked
from storefront.web.account.blueprint import door
from storefront.web.account.forms import KeepForm
from storefront.web.guards import current_actor, shopper
from storefront.web.htmx import see_other, toast


@door.get("/")
@shopper
def orders() -> Response:
    """Show the orders of the account, youngest first."""
    before = asked.key("before")
    rows = kept.of_shopper(_me(), before=before, limit=kept.PAGE + 1)
    facts = {
        "rows": rows[: kept.PAGE],
        "before": rows[kept.PAGE - 1].id if len(rows) > kept.PAGE else None,
        "is_first": before is None,
    }
    return make_response(render_template("account/orders.html", **facts))


@door.post("/orders")
@shopper
def keep_order() -> AnyResponse:
    """Keep an order in the account; who has its link may read it anyway."""
    form = KeepForm()
    if not form.validate():
        raise NotFound
    order_id = queries.order_id(form.token.data)
    with transaction():
        kept.keep(order_id, "link", actor=current_actor(), now=clock.now())
    toast(_("The order is in your account now."))
    return see_other("shop.order", token=form.token.data)


def _me() -> int:
    return current_actor().user_id or 0
