"""Steps at the packing table: crates weighed or found short, and the carrier's list."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import ids
from storefront.orders import carrier_file, crate_weights, split
from storefront.settlement import list_queries, sending_off, short_crates
from storefront.weight import Grams
from tests.filed import csv_of
from tests.machine.drawn import NUMBER, YES
from tests.machine.seen import Row
from tests.machine.store import Store

OFF = st.integers(-25, 25)  # percent of what a crate is counted for; a fifth is too far


class Table(Store):
    @precondition(lambda self: self.in_parcels())
    @rule(number=NUMBER, percent=OFF)
    def weigh_crate(self, number: int, percent: int) -> None:
        rows = self.in_parcels()
        self.put_on_scale(rows[number % len(rows)], percent)

    def put_on_scale(self, row: Row, percent: int) -> None:
        """A packed crate weighs so many percent more or less than it is counted for."""
        row_id, he = row["id"], self.cast.he.actor
        grams = Grams(row["grams"] * (100 + percent) // 100)
        self.take(
            "weigh_crate",
            lambda now: crate_weights.note_weight(row_id, grams, actor=he, now=now),
            once=True,
        )

    def at_hand(self) -> list[Row]:
        """Planned rows of confirmed orders whose lot is here."""
        rows = self.to_pack()
        return [row for row in rows if self.seen.row("lot", row["lot_id"])["state"] == "received"]

    @precondition(lambda self: self.at_hand())
    @rule(number=NUMBER, percent=st.integers(0, 101), again=YES)
    def holds_less(self, number: int, percent: int, again: bool) -> None:  # noqa: FBT001  drawn
        rows = self.at_hand()
        row = rows[number % len(rows)]
        row_id, key, he = row["id"], ids.new_key(), self.cast.he.actor
        there = Grams(row["grams"] * percent // 100)
        done = self.take(
            "short_crate",
            lambda now: short_crates.short_crate(
                row_id, there, "shrink", key=key, actor=he, now=now
            ),
            once=True,
        )
        if done and done.changes:
            self.known.gone(row["lot_id"], row["grams"] - int(there), owed=True)
        if done and again:
            self.send_short_later(row["parcel_id"])

    def send_short_later(self, parcel_id: int) -> None:
        """What fell short goes in a parcel of its own, on a later day."""
        rows = self.seen.rows("allocation", "short")
        crates = [row["id"] for row in rows if row["parcel_id"] == parcel_id]
        day, key, he = self.today() + timedelta(days=3), ids.new_key(), self.cast.he.actor
        self.take(
            "put_off",
            lambda now: split.split_crates(
                parcel_id, crates, promised_on=day, key=key, actor=he, now=now
            ),
            once=True,
        )

    @precondition(lambda self: self.has("parcel", "planned", "packed"))
    @rule(wrong=YES, cut=st.integers(0, 3))
    def evening(self, wrong: bool, cut: int) -> None:  # noqa: FBT001  a drawn yes or no
        """The carrier's list: all that is packed, perhaps what is not, perhaps cut short."""
        parcels = self.seen.rows("parcel", "packed", *(["planned"] if wrong else []))
        rows = [[parcel["code"], f"SF{parcel['id']:09}"] for parcel in parcels]
        content = csv_of([["包裹号", "运单号"], *rows, *(rows[:1] if wrong else [])])
        if not rows:
            return
        listed, he = carrier_file.read(content, "SF"), self.cast.he.actor
        kept = self.take(
            "keep_list", lambda now: sending_off.keep(content, listed, actor=he, now=now)
        )
        if kept is not None:
            self.send_list(kept.answer)
            for _ in range(len(rows) - cut + 1):
                self.send_next()

    def send_list(self, code: str) -> None:
        found, he = list_queries.list_of(code), self.cast.he.actor
        seen = list_queries.seen_as(list_queries.judged(found.id))
        self.take(
            "send_list_off",
            lambda now: sending_off.confirm(found.id, seen, odd_too=True, actor=he, now=now),
            once=True,
        )

    @precondition(lambda self: self.has("carrier_list", "going"))
    @rule()
    def send_next(self) -> None:
        """The next parcel of a list that was confirmed."""
        free = self.free_of_lots()
        done = self.take("send_next", lambda now: sending_off.send_next(now=now))
        for change in done.changes if done else ():
            after = change.after or {}
            if change.table == "carrier_list_row" and after.get("ended") == "sent":
                self.has_left(after["parcel_id"], free)

    @precondition(lambda self: self.has("carrier_list", "ready"))
    @rule(number=NUMBER)
    def put_list_away(self, number: int) -> None:
        row, he = self.nth(number, "carrier_list", "ready"), self.cast.he.actor
        list_id = row["id"]
        self.take(
            "put_list_away",
            lambda now: sending_off.put_away(list_id, actor=he, now=now),
            once=True,
        )
