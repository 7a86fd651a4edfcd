"""What people made last: whether anybody has done something since we looked."""

from sqlalchemy import func, select

from storefront import db
from storefront.audit import AuditEvent
from storefront.orders.models import Cart, Order

# what is audited of somebody who only looks round
LOOKED_ROUND = ("sign_in", "sign_out", "sign_in_failed", "locked")
NEWEST = {
    "order": select(func.max(Order.id)),
    "cart": select(func.max(Cart.id)),
    "act": select(func.max(AuditEvent.id)).where(
        AuditEvent.actor_kind != "shop", AuditEvent.verb.not_in(LOOKED_ROUND)
    ),
}


def made_by_people() -> dict[str, int]:
    """Return the newest of what only people make: orders, carts, and acts that were audited."""
    return {kind: db.session.scalar(query) or 0 for kind, query in NEWEST.items()}
