"""Steps in the packing room and on the road."""

from datetime import timedelta

from hypothesis.stateful import precondition, rule

from storefront.actors import Actor
from storefront.orders import packing, parcels
from storefront.settlement import sales
from tests.machine.drawn import HOW, NUMBER
from tests.machine.seen import Row
from tests.machine.world import World

AFTER_SALE = timedelta(days=2)


class Store(World):
    def to_pack(self) -> list[Row]:
        """Planned rows of confirmed orders."""
        rows = self.seen.rows("allocation", "planned")
        return [row for row in rows if self._confirmed(row)]

    def _confirmed(self, row: Row) -> bool:
        return bool(self.seen.row("orders", row["order_id"])["state"] == "confirmed")

    @precondition(lambda self: self.to_pack())
    @rule(number=NUMBER, how=HOW)
    def pack(self, number: int, how: str) -> None:
        """The crate that was planned goes in."""
        rows = self.to_pack()
        row = rows[number % len(rows)]
        self.put_in(row, self.seen.row("lot", row["lot_id"]), how)

    @precondition(lambda self: self.to_pack() and self.has("lot", "received"))
    @rule(number=NUMBER, other=NUMBER, how=HOW)
    def swap(self, number: int, other: int, how: str) -> None:
        """Another lot's crate goes in: a swap, if it may."""
        rows = self.to_pack()
        self.put_in(rows[number % len(rows)], self.nth(other, "lot", "received"), how)

    def put_in(self, row: Row, lot: Row, how: str) -> None:
        row_id, crate = row["id"], f"{lot['code']}-{row['id'] % 999 + 1:02d}"
        he = self.cast.he.actor
        swapped = row["lot_id"] != lot["id"]
        self.take(
            "swap" if swapped else "pack",
            lambda now: packing.confirm_crate(row_id, crate, how, actor=he, now=now),
            once=True,
        )

    @precondition(lambda self: self.has("parcel", "planned"))
    @rule(number=NUMBER)
    def finish(self, number: int) -> None:
        """A parcel of bought-in goods alone is packed when somebody says so."""
        self.call_packed(self.nth(number, "parcel", "planned"))

    def call_packed(self, row: Row) -> None:
        parcel, he = row["id"], self.cast.he.actor
        self.take("finish", lambda now: packing.finish(parcel, actor=he, now=now))

    @precondition(lambda self: self.has("parcel", "packed"))
    @rule(number=NUMBER)
    def dispatch(self, number: int) -> None:
        self.send(self.nth(number, "parcel", "packed"))

    def send(self, parcel: Row) -> None:
        parcel_id, he, number = parcel["id"], self.cast.he.actor, f"SF{parcel['id']}"
        done = self.take(
            "dispatch",
            lambda now: sales.dispatch(parcel_id, "SF", number, actor=he, now=now),
            once=True,
        )
        if done:
            rows = self.seen.rows("allocation", "booked")
            self.known.left([row for row in rows if row["parcel_id"] == parcel_id])

    @precondition(lambda self: self.has("parcel", "dispatched"))
    @rule(number=NUMBER)
    def deliver(self, number: int) -> None:
        self.arrive(self.nth(number, "parcel", "dispatched"))

    def arrive(self, row: Row) -> None:
        parcel, he = row["id"], self.cast.he.actor
        self.take(
            "deliver",
            lambda now: parcels.mark_delivered(parcel, actor=he, now=now),
            once=True,
        )

    @precondition(lambda self: self.has("parcel", "dispatched"))
    @rule()
    def deliver_by_elapsed(self) -> None:
        self.take("deliver_by_elapsed", lambda now: parcels.deliver_by_elapsed(now=now, days=7))

    @precondition(lambda self: self.has("parcel", "delivered"))
    @rule(number=NUMBER)
    def close(self, number: int) -> None:
        self.settle(self.nth(number, "parcel", "delivered"))

    def settle(self, row: Row) -> None:
        parcel = row["id"]
        self.take(
            "close",
            lambda now: sales.close(parcel, after_sale=AFTER_SALE, actor=Actor.shop(), now=now),
            once=True,
        )

    @precondition(lambda self: self.has("parcel", "delivered"))
    @rule()
    def close_due(self) -> None:
        self.now += AFTER_SALE
        self.take("close_due", lambda now: sales.close_due(after_sale=AFTER_SALE, now=now))
