"""Money back for what has left: a complaint granted, at somebody's cost."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import ids
from storefront.money import Fen
from storefront.payments import afterwards
from storefront.payments.afterwards import Asked
from storefront.payments.models import BEARERS, WHY_REFUNDED
from tests.machine.drawn import NUMBER, YES
from tests.machine.market import Market
from tests.machine.seen import Row


class Complaints(Market):
    def have_left(self) -> list[Row]:
        gone = {row["order_id"] for row in self.seen.rows("parcel") if row["dispatched_at"]}
        rows = self.seen.rows("orders", "confirmed", "completed")
        return [row for row in rows if row["id"] in gone]

    @precondition(lambda self: self.have_left())
    @rule(
        number=NUMBER,
        percent=st.integers(1, 120),
        why=st.sampled_from(WHY_REFUNDED),
        bearer=st.sampled_from(BEARERS),
        all_crates=YES,
    )
    def refund_afterwards(
        self,
        number: int,
        percent: int,
        why: str,
        bearer: str,
        all_crates: bool,  # noqa: FBT001  a drawn yes or no
    ) -> None:
        rows = self.have_left()
        order = rows[number % len(rows)]
        crates = self.sold(order["id"])[: None if all_crates else 1]
        worth = sum(row["share_fen"] for row in crates) if bearer == "share" else order["total_fen"]
        self.complain(order["id"], max(1, worth * percent // 100), why, bearer, crates)

    def sold(self, order: int) -> list[Row]:
        rows = self.seen.rows("allocation", "booked", "due", "paid", "confirmed")
        return [row for row in rows if row["order_id"] == order]

    def complain(self, order: int, fen: int, why: str, bearer: str, crates: list[Row]) -> None:
        he, wu = self.cast.he.actor, self.cast.wu.actor
        asked = Asked(
            amount=Fen(fen),
            reason=why,
            key=ids.new_key(),
            bearer=bearer,
            rows=[row["id"] for row in crates] if bearer == "share" else (),
            evidence="photographs" if bearer == "share" else "",
        )
        done = self.take(
            "refund_afterwards",
            lambda now: afterwards.request_after_dispatch(
                order, asked, second=wu, actor=he, now=now
            ),
            once=True,
        )
        if done:
            homes = {row["id"]: row["household_id"] for row in crates}
            shares = done.born("refund_share")
            borne = [(homes[row["allocation_id"]], row["fen"]) for row in shares]
            assert sum(part for _, part in borne) == (fen if bearer == "share" else 0)
            self.known.gave_back_afterwards(order, fen, borne)
