"""The packing table: crates confirmed one by one, parcels on their way, delivered."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import bindparam, select

from storefront import clock, db, ids
from storefront.actors import Actor
from storefront.cli.demo.diary import whole
from storefront.cli.demo.scene import Scene
from storefront.errors import Refusal
from storefront.orders import packing, parcels, shortfall
from storefront.orders.models import Allocation, Line, Order, Parcel
from storefront.orders.split import split_boxes
from storefront.settlement import sales
from storefront.supply.models import Lot
from storefront.weight import Grams

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CARRIERS = (("SF", "SF", 13), ("ZTO", "78", 12), ("JD", "JDV", 12), ("EMS", "11", 11))
MORNING, MOST_TRIES = 9, 8
HOW = {"scanned": 60, "typed": 38, "assumed": 2}  # in a hundred crates
# of a hundred parcels: the days since dispatch say that they arrived; the shoppers say so
SAID_BY_NOBODY, SAID_BY_SHOPPERS = 15, 30


PARCELS, PLACED = db.table(Parcel).c, db.table(Allocation).c
PLANNED = (
    select(PARCELS.id)
    .where(PARCELS.order_id == bindparam("order"), PARCELS.state == "planned")
    .order_by(PARCELS.id)
)
STATE = select(PARCELS.state).where(PARCELS.id == bindparam("parcel"))
Fate = Callable[[Scene, int, datetime], None]


@dataclass(slots=True)
class Packing:
    """How a parcel goes, in hours after payment; None leaves it to the season's pace.

    ``crates`` stops after so many; ``swap`` takes another lot's crate for the first;
    ``stays`` names the state in which the parcel waits from then on; one box travels
    ``apart``; ``fate`` is what happens on the way instead of arriving.
    """

    pack_after: float | None = None
    send_after: float | None = None
    arrive_after: float | None = None
    crates: int | None = None
    swap: bool = False
    stays: str = ""
    apart: bool = False
    fate: Fate | None = None
    tries: int = 0

    def anew(self) -> "Packing":
        """Return the same way to go for another parcel."""
        return replace(self, tries=0)

    def write_if_confirmed(self, scene: Scene, order_id: int, now: datetime) -> None:
        """Go on only where late money was kept."""
        if db.get(Order, order_id).state == "confirmed":
            self.write(scene, order_id, now)

    def write(self, scene: Scene, order_id: int, now: datetime) -> None:
        """Write down when the paid order is packed."""
        if self.stays == "planned":
            return
        at = now + self.pack_after * HOUR if self.pack_after else _next_morning(scene, now)
        scene.diary.write(at, partial(self._begin, scene, order_id))

    def _begin(self, scene: Scene, order_id: int, now: datetime) -> None:
        """Take the order's parcel to the table; part of what is to travel apart comes tomorrow."""
        for parcel_id in list(db.session.scalars(PLANNED, {"order": order_id})):
            rest = split_off_one_box(parcel_id, scene.packer, now) if self.apart else None
            if rest is not None:
                scene.diary.write(now + DAY, partial(self.anew().pack, scene, rest))
            self.pack(scene, parcel_id, now)

    def pack(self, scene: Scene, parcel_id: int, now: datetime) -> None:
        """Confirm the crates; what cannot be packed yet is tried again tomorrow."""
        try:
            with db.transaction():
                done = self._confirm_crates(scene, parcel_id, now)
        except Refusal:
            done = False
        self.tries += 1
        if done and self.stays != "packed":
            hours = self.send_after or scene.chance.uniform(4, 9)
            scene.diary.write(now + hours * HOUR, partial(self._dispatch, scene, parcel_id))
        elif not done and self.crates is None and self.tries < MOST_TRIES:
            scene.diary.write(now + DAY, partial(self.pack, scene, parcel_id))

    def _confirm_crates(self, scene: Scene, parcel_id: int, now: datetime) -> bool:
        """Confirm crates row by row; True when the parcel is packed."""
        rows = _rows(parcel_id)
        short = [row.id for row in rows if row.state == "short"]
        for row_id in short:
            shortfall.place_short(row_id, now=now)
        planned = [row for row in (_rows(parcel_id) if short else rows) if row.state == "planned"]
        for place, row in enumerate(planned[: self.crates]):
            lot_id = (_other_lot(row) if self.swap and place == 0 else None) or row.lot_id or 0
            how = scene.chance.choices(list(HOW), list(HOW.values()))[0]
            label = _label(scene, lot_id)
            packing.confirm_crate(row.id, label, how, actor=scene.packer, now=now)
        if not planned and _state(parcel_id) == "planned":
            packing.finish(parcel_id, actor=scene.packer, now=now)
        return _state(parcel_id) == "packed"

    def _dispatch(self, scene: Scene, parcel_id: int, now: datetime) -> None:
        carrier, start, digits = scene.chance.choice(CARRIERS)
        number = start + "".join(str(scene.chance.randint(0, 9)) for _ in range(digits))
        with db.transaction():
            sales.dispatch(parcel_id, carrier, number, actor=scene.operator, now=now)
        if self.fate is not None:
            self.fate(scene, parcel_id, now)
            return
        said = self.arrive_after or scene.chance.randint(1, 100) > SAID_BY_NOBODY
        if said and self.stays != "dispatched":
            hours = self.arrive_after or scene.chance.uniform(36, 96)
            arrive = partial(deliver, scene, parcel_id)
            scene.diary.write(now + hours * HOUR, whole(arrive))


def deliver(scene: Scene, parcel_id: int, now: datetime) -> None:
    """Note that it arrived, as the operator reads at the carrier's or the shopper says."""
    by_shopper = scene.chance.randint(1, 100) <= SAID_BY_SHOPPERS
    if _state(parcel_id) == "dispatched":
        actor = Actor.guest() if by_shopper else scene.operator
        parcels.mark_delivered(parcel_id, actor=actor, now=now)


def split_off_one_box(parcel_id: int, actor: Actor, now: datetime) -> int | None:
    """Let a box of the parcel's first line travel apart; None when there is only one."""
    first = select(Line.id).join(Parcel, Parcel.order_id == Line.order_id)
    line = db.session.scalars(first.where(Parcel.id == parcel_id).order_by(Line.position)).first()
    with suppress(Refusal), db.transaction():
        split = split_boxes(parcel_id, {line or 0: 1}, key=ids.new_key(), actor=actor, now=now)
        return split.id
    return None


def _next_morning(scene: Scene, now: datetime) -> datetime:
    """Return a moment of the next morning at the packing table."""
    minutes = scene.chance.randint(0, 240)
    morning = now.astimezone(clock.CHINA).replace(hour=MORNING, minute=0) + DAY
    return morning + timedelta(minutes=minutes)


class Row(NamedTuple):
    """What is planned or packed of a parcel, as its packer sees it."""

    id: int
    state: str
    lot_id: int | None
    grams: Grams
    custody: str


ROWS = (
    select(PLACED.id, PLACED.state, PLACED.lot_id, PLACED.grams, PLACED.custody)
    .where(PLACED.parcel_id == bindparam("parcel"), PLACED.state != "freed")
    .order_by(PLACED.id)
)


def _rows(parcel_id: int) -> list[Row]:
    return [Row(*row) for row in db.session.execute(ROWS, {"parcel": parcel_id})]


def _state(parcel_id: int) -> str:
    state: str = db.session.scalars(STATE, {"parcel": parcel_id}).one()
    return state


def _label(scene: Scene, lot_id: int) -> str:
    """Return the label of the lot's next crate."""
    scene.crates[lot_id] += 1
    return f"{db.get(Lot, lot_id).code}-{scene.crates[lot_id]:02d}"


def _other_lot(row: Row) -> int | None:
    """Return another lot on hand that could fill the row, if there is one."""
    if row.custody == "identity_preserved":
        return None
    planned = db.get(Lot, row.lot_id or 0)
    query = select(Lot.id).where(
        Lot.grade_id == planned.grade_id,
        Lot.id != planned.id,
        Lot.state == "received",
        Lot.available_g >= row.grams,
    )
    return db.session.scalar(query.order_by(Lot.id).limit(1))
