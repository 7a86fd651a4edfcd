"""Every arrow of every life, and which of them a step took, read from the rows."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from storefront.lives import Life
from storefront.orders.lives import ALLOCATION, ORDER, PARCEL
from storefront.payments.models import PAYMENT, REFUND
from storefront.settlement.models import PAY_ITEM, PAY_RUN
from storefront.supply.models import LOT
from tests.machine.seen import Change

# table -> the life that its rows live
LIVES: Final[Mapping[str, Life]] = {
    "lot": LOT,
    "orders": ORDER,
    "parcel": PARCEL,
    "allocation": ALLOCATION,
    "payment": PAYMENT,
    "refund": REFUND,
    "pay_run": PAY_RUN,
    "pay_item": PAY_ITEM,
}
# how a life may begin
BIRTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "lot": ("declared", "received"),
    "orders": ("awaiting_payment",),
    "parcel": ("planned", "packed"),  # a packed one is split
    # a swap puts a packed row in the place of the planned one; a split cuts a short one
    "allocation": ("planned", "packed", "short"),
    "payment": ("opening",),
    "refund": ("requested",),
    "pay_run": ("draft",),
    "pay_item": ("open",),
}


class Arrow(NamedTuple):
    life: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.life}: {self.old} → {self.new}"


# Arrows that no verb takes yet, and why. One that gets its verb leaves this list.
NO_VERB: Final[Mapping[Arrow, str]] = {}


def every_arrow() -> list[Arrow]:
    """All arrows of all lives, in the order of their tables."""
    return [
        Arrow(table, old, new)
        for table, life in LIVES.items()
        for old, followers in life.steps.items()
        for new in followers
    ]


EVERY: Final = frozenset(every_arrow())


def taken(changes: Iterable[Change]) -> list[Arrow]:
    """The arrows that ``changes`` took; one that is in no life is a fault, and so is a birth."""
    found = []
    for change in changes:
        if change.table not in LIVES:
            continue
        assert change.after is not None, f"{change}: a life never vanishes"
        new = change.after["state"]
        if change.before is None:
            assert new in BIRTHS[change.table], f"{change.table} was born {new}"
        elif change.before["state"] != new:
            found.append(Arrow(change.table, change.before["state"], new))
    unknown = [str(arrow) for arrow in found if arrow not in EVERY]
    assert unknown == [], f"no life has the step {unknown}"
    return found
