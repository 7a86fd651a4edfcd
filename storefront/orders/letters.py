"""Letters to the buyer of an order: in their language, with the way to its page."""

from datetime import datetime

from storefront import outbox
from storefront.orders.models import Order


def to_buyer(order: Order, key: str, kind: str, *, now: datetime, **facts: object) -> None:
    """Put a letter to the buyer in the outbox; ``key`` names its cause, one cause is one letter.

    Nothing happens where the buyer left no address.
    """
    outbox.write(
        key,
        kind,
        recipient=order.buyer_email,
        locale=order.locale,
        now=now,
        code=order.code,
        token=order.token,
        **facts,
    )
