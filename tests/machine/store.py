"""Steps in the packing room and on the road."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import ids
from storefront.actors import Actor
from storefront.orders import packing, parcels, split
from storefront.settlement import sales
from tests.machine.drawn import HOW, NUMBER, YES
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

    def in_parcels(self) -> list[Row]:
        return self.seen.rows("allocation", "packed")

    @precondition(lambda self: self.in_parcels() and self.has("lot", "received"))
    @rule(number=NUMBER, other=NUMBER, how=HOW)
    def exchange(self, number: int, other: int, how: str) -> None:
        """A packed crate comes out, any other goes in, if it may."""
        rows = self.in_parcels()
        row, lot = rows[number % len(rows)], self.nth(other, "lot", "received")
        self.exchange_for(row, lot, how)

    def put_another_in(self, row: Row) -> None:
        """A packed crate comes out; one of the fullest lot of its grade goes in."""
        grade = self.seen.row("lot", row["lot_id"])["grade_id"]
        lots_ = [lot for lot in self.seen.rows("lot", "received") if lot["grade_id"] == grade]
        lot = max(lots_, key=lambda one: (one["id"] != row["lot_id"], one["available_g"]))
        self.exchange_for(row, lot, "typed")

    def exchange_for(self, row: Row, lot: Row, how: str) -> None:
        row_id, crate, he = row["id"], f"{lot['code']}-{row['id'] % 499 + 500}", self.cast.he.actor
        self.take(
            "exchange",
            lambda now: packing.exchange_crate(row_id, crate, how, actor=he, now=now),
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

    def splittable(self) -> list[Row]:
        return [
            row for row in self.seen.rows("parcel", "planned", "packed") if self._confirmed(row)
        ]

    @precondition(lambda self: self.splittable())
    @rule(number=NUMBER, line=NUMBER, boxes=st.integers(1, 3))
    def split_boxes(self, number: int, line: int, boxes: int) -> None:
        parcels_ = self.splittable()
        self.take_out(parcels_[number % len(parcels_)], line, boxes)

    def take_out(self, parcel: Row, line: int, boxes: int) -> None:
        """Some boxes of a line go into a parcel of their own."""
        rows = self.seen.rows("parcel_boxes")
        inside = [row["line_id"] for row in rows if row["parcel_id"] == parcel["id"]]
        if inside:
            parcel_id, he, key = parcel["id"], self.cast.he.actor, ids.new_key()
            wanted = {inside[line % len(inside)]: boxes}
            self.take(
                "split_boxes",
                lambda now: split.split_boxes(parcel_id, wanted, key=key, actor=he, now=now),
                once=True,
            )

    @precondition(lambda self: self.splittable())
    @rule(number=NUMBER, crates=st.integers(1, 7))
    def split_crates(self, number: int, crates: int) -> None:
        """Whole crates go: those whose bit is set."""
        parcels_ = self.splittable()
        parcel_id = parcels_[number % len(parcels_)]["id"]
        rows = self.seen.rows("allocation", "planned", "short", "packed")
        inside = [row["id"] for row in rows if row["parcel_id"] == parcel_id]
        wanted = [row for place, row in enumerate(inside) if crates >> place & 1]
        he, key = self.cast.he.actor, ids.new_key()
        self.take(
            "split_crates",
            lambda now: split.split_crates(parcel_id, wanted, key=key, actor=he, now=now),
            once=True,
        )

    @precondition(lambda self: self.has("parcel", "packed"))
    @rule(number=NUMBER)
    def dispatch(self, number: int) -> None:
        self.send(self.nth(number, "parcel", "packed"))

    def send(self, parcel: Row) -> None:
        parcel_id, he, number = parcel["id"], self.cast.he.actor, f"SF{parcel['id']}"
        free = self.free_of_lots()
        done = self.take(
            "dispatch",
            lambda now: sales.dispatch(parcel_id, "SF", number, actor=he, now=now),
            once=True,
        )
        if done and done.changes:
            self.has_left(parcel_id, free)

    def free_of_lots(self) -> dict[int, int]:
        """What of each lot nobody was promised."""
        return {lot["id"]: lot["available_g"] for lot in self.seen.rows("lot")}

    def has_left(self, parcel_id: int, free: dict[int, int]) -> None:
        rows = self.seen.rows("allocation", "booked")
        self.known.left([row for row in rows if row["parcel_id"] == parcel_id], free)

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

    @precondition(lambda self: self.has("parcel", "dispatched"))
    @rule(number=NUMBER, lost=YES)
    def never_arrives(self, number: int, lost: bool) -> None:  # noqa: FBT001  a drawn yes or no
        self.vanish(self.nth(number, "parcel", "dispatched"), lost=lost)

    def vanish(self, row: Row, *, lost: bool) -> None:
        """The carrier loses a parcel, or brings it back."""
        parcel, he = row["id"], self.cast.he.actor
        mark = parcels.mark_lost if lost else parcels.mark_returned
        name = "lose" if lost else "return"
        self.take(name, lambda now: mark(parcel, actor=he, now=now), once=True)

    @precondition(lambda self: self.has("parcel", "delivered", "lost", "returned"))
    @rule(number=NUMBER)
    def close(self, number: int) -> None:
        self.settle(self.nth(number, "parcel", "lost", "returned", "delivered"))

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
