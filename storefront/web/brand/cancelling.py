"""A paid order, or a line of it, is cancelled: what goes back is shown before it is done."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import packing_queries, queries
from storefront.orders.packing_queries import CrateRow
from storefront.payments import cancelling
from storefront.payments.cancelling import Cancelled
from storefront.payments.gateway import GatewayUnreachable
from storefront.web import gateway_steps, refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import CancelForm
from storefront.web.filters import money
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast


@door.get("/orders/<code>/cancellation")
@operator
def order_cancellation(code: str) -> ResponseReturnValue:
    """Show what goes back if the order is cancelled, and ask why."""
    return _look(code, None)


@door.get("/orders/<code>/lines/<int:position>/cancellation")
@operator
def line_cancellation(code: str, position: int) -> ResponseReturnValue:
    """Show what goes back if this line is cancelled, and ask why."""
    return _look(code, position)


@door.post("/orders/<code>/cancellation")
@operator
def cancel_order(code: str) -> ResponseReturnValue:
    """Cancel the order; the money goes back at once, or as soon as the provider answers."""
    return _do(code, None)


@door.post("/orders/<code>/lines/<int:position>/cancellation")
@operator
def cancel_line(code: str, position: int) -> ResponseReturnValue:
    """Cancel the line; the money goes back at once, or as soon as the provider answers."""
    return _do(code, position)


def _look(code: str, position: int | None) -> ResponseReturnValue:
    """Show the question; what cannot be cancelled any more is said on the order's page."""
    try:
        return _show(code, position, CancelForm(formdata=None))
    except Refusal as refusal:
        toast(refusals.sentence(refusal), "warn")
        return see_other("brand.order", code=code)


def _do(code: str, position: int | None) -> ResponseReturnValue:
    form, order_id = CancelForm(), queries.order_id_of(code)
    if not form.validate():
        return _show(code, position, form, 422)
    try:
        done = _cancel(order_id, position, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _show(code, position, form, 422)
    toast(
        _("Order %(code)s is cancelled.", code=code)
        if position is None
        else _("The line is cancelled.")
    )
    _send(done)
    return see_other("brand.order", code=code)


def _cancel(order_id: int, position: int | None, form: CancelForm) -> Cancelled:
    why, seen, who, now = form.reason.data, form.amount, current_actor(), clock.now()
    with transaction():
        if position is None:
            return cancelling.cancel_order(order_id, why, seen=seen, actor=who, now=now)
        return cancelling.cancel_line(order_id, position, why, seen=seen, actor=who, now=now)


def _send(done: Cancelled) -> None:
    """Send the refund now; without an answer the worker sends it again with the same key."""
    if done.refund_id is None:
        return
    try:
        gateway_steps.send_refund(done.refund_id)
    except GatewayUnreachable:
        toast(
            _(
                "%(amount)s goes back as soon as the payment provider answers.",
                amount=money(done.amount),
            ),
            "warn",
        )
    else:
        toast(_("%(amount)s is on its way back.", amount=money(done.amount)))


def _show(code: str, position: int | None, form: CancelForm, status: int = 200) -> tuple[str, int]:
    asked = cancelling.question(code, position)
    crates = packing_queries.crates_of_order(asked.order_id)
    packed = [row for row in crates if _is_out(row, position)]
    whole = position is None
    text = render_template(
        "brand/cancellation.html", asked=asked, whole=whole, packed=packed, form=form
    )
    return text, status


def _is_out(row: CrateRow, position: int | None) -> bool:
    """Whether the crate is to be taken out of its parcel again."""
    return row.state == "packed" and position in (None, row.line_position)
