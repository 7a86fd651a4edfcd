"""The order page: what happens, whose pears, where the money went; pay, cancel, arrived."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, county, db
from storefront.actors import SHOPPER
from storefront.catalogue.provinces import BY_CODE
from storefront.orders import kept, lifecycle, parcels, queries
from storefront.payments.queries import payments_of
from storefront.reports.order_books import left_of, why_negative
from storefront.reports.planned import where_it_will_go
from storefront.reports.splits import where_it_went
from storefront.web.guards import current_actor, public
from storefront.web.htmx import page, see_other, toast
from storefront.web.security import no_store
from storefront.web.shop.checkout import go_to_pay
from storefront.web.shop.said import takers_of_split
from storefront.web.shop.scope import door
from storefront.web.shop.story import grown_by, story_of

OVER = ("expired", "cancelled")


@door.get("/orders/<token>")
@public
@no_store
def order(token: str) -> Response:
    """Show an order to whoever has its link."""
    found = queries.order_page(token)
    left_us = any(parcel.dispatched_at for parcel in found.parcels)
    went = where_it_went(found.id) if left_us and found.state not in OVER else None
    will_go = None if went or found.state in OVER else where_it_will_go(found.id)
    split = went or will_go
    left = left_of(found.id) if went else None
    return page(
        "shop/order.html",
        "shop/_order.html",
        order=found,
        story=story_of(found),
        hands=grown_by(found.growers),
        split=split,
        takers=takers_of_split(split) if split else [],
        planned=went is None,
        left=left,
        why_negative=why_negative(left, went) if left and went else (),
        payments=payments_of(found.id),
        action=_action(found),
        after_sale=county.rules().after_sale,
        provinces=BY_CODE,
        in_account=_in_account(found.id),
    )


def _in_account(order_id: int) -> bool | None:
    """Return whether the visitor's account has the order; None for who has no account."""
    actor = current_actor()
    return kept.is_kept(order_id, actor.user_id) if actor.may(SHOPPER) else None


@door.post("/orders/<token>/pay")
@public
@no_store
def pay(token: str) -> AnyResponse:
    """Go to the payment page again."""
    return go_to_pay(queries.order_id(token), token)


@door.post("/orders/<token>/cancel")
@public
@no_store
def cancel(token: str) -> AnyResponse:
    """Cancel an order that is not paid yet."""
    order_id = queries.order_id(token)
    with db.transaction():
        lifecycle.cancel_unpaid(order_id, actor=current_actor(), now=clock.now())
    toast(_("The order is cancelled; nothing was charged."))
    return see_other("shop.order", token=token)


@door.post("/orders/<token>/parcels/<code>/delivered")
@public
@no_store
def delivered(token: str, code: str) -> AnyResponse:
    """Note that a parcel arrived, as the shopper says."""
    parcel_id = queries.parcel_id(token, code)
    with db.transaction():
        parcels.mark_delivered(parcel_id, actor=current_actor(), now=clock.now())
    toast(_("Delivered: the after-sale window runs from now."))
    return see_other("shop.order", token=token)


def _action(found: queries.OrderPage) -> str | None:
    """Return what the page says first: pay, late, cancelled, lost, returned, complain, or none."""
    if found.state == "awaiting_payment":
        return "pay" if clock.now() < found.hold_until else "late"
    by_progress = {"expired": "late", "delivered": "complain"}
    said = {state: state for state in ("cancelled", "lost", "returned")}
    return {**by_progress, **said}.get(found.progress)
