"""The present minute: what is asked and not answered yet, the last of all that is told."""

from datetime import datetime
from functools import partial

from sqlalchemy import select

from storefront import db
from storefront.cli.demo.diary import whole
from storefront.cli.demo.scene import Scene
from storefront.cli.demo.till import Till
from storefront.orders import parcels
from storefront.orders.models import Order, Parcel
from storefront.payments import cancelling, refunds

ASKED, SENT, REFUSED = "asked", "sent", "refused"


def write(scene: Scene, till: Till) -> None:
    """Write down a parcel lost and one come back, and three refunds under way: all of them now."""
    scene.diary.write(scene.diary.now, whole(partial(_gone_today, scene)))
    scene.diary.write(scene.diary.now, partial(_give_back_today, scene, till))


def _gone_today(scene: Scene, now: datetime) -> None:
    query = select(Parcel.id).where(Parcel.state == "dispatched").order_by(Parcel.id).limit(2)
    marks = (parcels.mark_lost, parcels.mark_returned)
    for mark, parcel_id in zip(marks, list(db.session.scalars(query)), strict=False):
        mark(parcel_id, actor=scene.operator, now=now)


def _give_back_today(scene: Scene, till: Till, now: datetime) -> None:
    """Cancel three orders: one refund waits, one is sent and unanswered, one comes to nothing."""
    waiting = (
        select(Order.id)
        .join(Parcel, Parcel.order_id == Order.id)
        .where(Order.state == "confirmed", Parcel.state == "planned")
        .order_by(Order.id.desc())
        .limit(3)
    )
    states = (ASKED, SENT, REFUSED)
    for state, order_id in zip(states, list(db.session.scalars(waiting)), strict=False):
        with db.transaction():
            done = cancelling.cancel_order(order_id, "shopper_asked", actor=scene.operator, now=now)
        if state == SENT and done.refund_id is not None:
            with db.transaction():
                refunds.mark_sent(done.refund_id, now=now)
        elif state == REFUSED and done.refund_id is not None:
            till.send_refund(done.refund_id, now, fault="card_closed")
