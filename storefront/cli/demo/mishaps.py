"""What goes otherwise with an order that was paid: cancelled, lost, sent back, bruised."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from storefront import db, ids
from storefront.cli.demo.diary import whole
from storefront.cli.demo.packers import Packing, deliver
from storefront.cli.demo.scene import Scene
from storefront.cli.demo.shoppers import Basket, Story
from storefront.errors import NotFound
from storefront.money import Fen
from storefront.orders import parcels
from storefront.orders.models import Allocation, Parcel
from storefront.payments import afterwards, cancelling
from storefront.payments.afterwards import BRAND_FUND, CARRIER_DEBT, SHARE, Asked

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOX: Basket = (("YLX-1-5J", 1),)
TWO: Basket = (("YLX-1-5J", 2),)
MIXED: Basket = (("YLX-1-5J", 1), ("LG-230", 1))
LOST, RETURNED = "lost", "returned"
EVIDENCE = "开箱照片三张：果心褐变，批次号清楚，农户看过"
A_LITTLE = Fen(800)


@dataclass(slots=True)
class Cancelled(Packing):
    """Cancelled by the operator before anything leaves: whole, or the line at ``position``."""

    position: int | None = None
    reason: str = "shopper_asked"

    def write(self, scene: Scene, order_id: int, now: datetime) -> None:
        """Write down that it is cancelled after some hours; the rest of it is packed as ever."""
        scene.diary.write(now + 2 * HOUR, partial(self._cancel, scene, order_id))
        if self.position is not None:
            Packing.write(self, scene, order_id, now)

    def _cancel(self, scene: Scene, order_id: int, now: datetime) -> None:
        actor = scene.operator
        with suppress(NotFound), db.transaction():  # there was less to be had than they wanted
            if self.position is None:
                cancelling.cancel_order(order_id, self.reason, actor=actor, now=now)
            else:
                cancelling.cancel_line(order_id, self.position, self.reason, actor=actor, now=now)


def gone(how: str, bearer: str, scene: Scene, parcel_id: int, now: datetime) -> None:
    """Lose the parcel, or let it come back; its shopper gets what it was charged."""
    mark = parcels.mark_lost if how == LOST else parcels.mark_returned

    def end(at: datetime) -> None:
        mark(parcel_id, actor=scene.operator, now=at)
        charge = db.get(Parcel, parcel_id).charge_fen or Fen(0)
        _give_back(
            scene, parcel_id, Asked(amount=charge, reason=how, key=ids.new_key(), bearer=bearer), at
        )

    scene.diary.write(now + 5 * DAY, whole(end))


def bruised(bearer: str, scene: Scene, parcel_id: int, now: datetime) -> None:
    """Let it arrive bruised: something of it goes back, at the cost of ``bearer``."""
    scene.diary.write(now + 2 * DAY, whole(partial(deliver, scene, parcel_id)))

    def give_back(at: datetime) -> None:
        rows = _rows(parcel_id) if bearer == SHARE else ()
        asked = Asked(
            amount=A_LITTLE,
            reason="damaged",
            key=ids.new_key(),
            bearer=bearer if rows or bearer != SHARE else BRAND_FUND,
            rows=rows,
            evidence=EVIDENCE if rows else "",
        )
        _give_back(scene, parcel_id, asked, at)

    scene.diary.write(now + 3 * DAY, whole(give_back))


def _rows(parcel_id: int) -> list[int]:
    query = select(Allocation.id).where(
        Allocation.parcel_id == parcel_id, Allocation.state != "freed"
    )
    return list(db.session.scalars(query.order_by(Allocation.id)))


def _give_back(scene: Scene, parcel_id: int, asked: Asked, now: datetime) -> None:
    afterwards.request_after_dispatch(
        db.get(Parcel, parcel_id).order_id,
        asked,
        second=scene.checker,
        actor=scene.operator,
        now=now,
    )


MISHAPS = (
    Story("pays", TWO, packing=Cancelled()),
    Story("pays", BOX, packing=Cancelled(reason="cannot_send")),
    Story("pays", MIXED, packing=Cancelled(position=2)),
    Story("pays", MIXED, packing=Cancelled(position=1, reason="pears_gone")),
    Story("pays", TWO, packing=Packing(apart=True)),
    Story("pays", BOX, packing=Packing(fate=partial(gone, LOST, CARRIER_DEBT))),
    Story("pays", BOX, packing=Packing(fate=partial(gone, RETURNED, BRAND_FUND))),
    Story("pays", BOX, packing=Packing(fate=partial(bruised, BRAND_FUND))),
    Story("pays", BOX, packing=Packing(fate=partial(bruised, CARRIER_DEBT))),
    Story("pays", BOX, packing=Packing(fate=partial(bruised, SHARE))),
)
FIRST, EVERY = 15, 12  # days ago, and days between two of a kind


def moments(scene: Scene, times: int) -> Iterator[tuple[datetime, Story]]:
    """Yield each mishap so often, and when it is bought: in the last weeks."""
    for turn in range(times):
        for place, story in enumerate(MISHAPS):
            ago = FIRST + place + turn * EVERY
            yield scene.diary.ago(ago, 14, 5 * place), story
