"""The order's timeline: what people read, one line a fact, no personal data."""

from datetime import datetime

from sqlalchemy import insert

from storefront import db
from storefront.actors import Actor
from storefront.orders.models import OrderEvent

NOTE = insert(db.table(OrderEvent))


def note(
    order_id: int,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    parcel_id: int | None = None,
    **facts: object,
) -> None:
    """Write a line of the order's timeline; money among ``facts`` is plain fen."""
    event = {"order_id": order_id, "parcel_id": parcel_id, "kind": kind, "at": now}
    db.session.execute(NOTE, {**event, "actor_kind": actor.kind, "facts": facts})
