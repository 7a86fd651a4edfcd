"""What crates weighed beside the grams they are counted and paid for (docs/adr/0034)."""

from collections.abc import Sequence
from datetime import datetime

from storefront import db
from storefront.actors import Actor
from storefront.orders.models import Allocation
from storefront.settlement import losses
from storefront.settlement.losses import BRAND_FUND
from storefront.settlement.summary import Flow
from storefront.supply import stock
from storefront.supply.models import Lot
from storefront.weight import NOTHING, Grams


def settle(rows: Sequence[Allocation], *, actor: Actor, now: datetime) -> list[Flow]:
    """Write the weight differences of crates that leave, each a movement of its own.

    Ours, either way: what went along above the grams is a loss, and its household is owed for
    it; what was not in the crate is still in the lot. Of a lot no more goes than is free in it.
    Returns what the kept figures are to be told.
    """
    differing = {row: row.weighed_g - row.grams for row in rows if row.weighed_g is not None}
    lots = {lot.id: lot for lot in db.lock(Lot, *(row.lot_id or 0 for row in differing))}
    flows: list[Flow] = []
    for row, grams in differing.items():
        lot = lots[row.lot_id or 0]
        if grams < NOTHING:
            _stays(lot, row, -grams, actor, now)
        elif over := min(grams, lot.available_g, lot.on_hand_g):
            flows += _went_along(lot, row, over, actor, now)
    return flows


def _stays(lot: Lot, row: Allocation, grams: Grams, actor: Actor, now: datetime) -> None:
    cause = stock.Cause(
        "underweight", f"underweight:{row.id}", allocation_id=row.id, bearer=BRAND_FUND
    )
    stock.move(lot, "on_hand", grams, cause, actor=actor, now=now)


def _went_along(lot: Lot, row: Allocation, grams: Grams, actor: Actor, now: datetime) -> list[Flow]:
    cause = stock.Cause(
        "overweight",
        f"overweight:{row.id}",
        allocation_id=row.id,
        bearer=BRAND_FUND,
        owed=losses.owed_for(lot, grams, now),
    )
    movement = stock.move(lot, "on_hand", -grams, cause, actor=actor, now=now)
    return losses.book(movement, now)[1] if movement.owed_fen else []
