"""What happens seldom, made likelier: the turn that few lives take, and the way to where it is.

Every arrow is still taken by its verb and only where its moment has come. What is drawn is which
of the turns that are open now is taken, so that a history that can go another way often does.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests import factories as make
from tests.machine.drawn import ITEMS, NUMBER, PERCENT, SKU, YES
from tests.machine.market import Items
from tests.machine.ordinary import Ordinary
from tests.machine.seen import Row
from tests.machine.store import AFTER_SALE

Turn = Callable[["Seldom", Row], None]
GROWN = st.sampled_from((make.BOX, make.PAIR, make.GIFT))
ENOUGH = 30_000  # grams of a grade: an order of a few boxes is not refused


class Seldom(Ordinary):
    def turns(self) -> list[tuple[Turn, Row]]:
        """Every seldom turn that is open now, with the row that would take it."""
        return [
            (turn, row)
            for (table, state), turns in TURNS.items()
            for row in self.seen.rows(table, state)[-2:]
            for turn in turns
        ]

    # twice, because a history goes without some of its rules (swarm testing)

    @precondition(lambda self: self.turns())
    @rule(data=st.data())
    def goes_otherwise(self, data: st.DataObject) -> None:
        """One thing goes another way than most do."""
        turn, row = data.draw(st.sampled_from(self.turns()))
        turn(self, row)

    @precondition(lambda self: self.turns())
    @rule(data=st.data(), times=st.integers(2, 3))
    def a_bad_day(self, data: st.DataObject, times: int) -> None:
        """Two or three things in a row go otherwise."""
        for _ in range(times):
            if self.turns():
                self.goes_otherwise(data)

    @rule(home=NUMBER, top=YES, percents=st.lists(PERCENT, min_size=2, max_size=4))
    def said_and_brought(self, home: int, top: bool, percents: list[int]) -> None:  # noqa: FBT001
        """Households say what they will bring, and bring less, as much, or more."""
        for number, percent in enumerate(percents):
            self.say(self.home(home + number), self.grade(top), 5_000)
            for lot in self.seen.rows("lot", "declared")[-1:]:
                self.bring(lot, percent)

    @rule(sku=SKU, faults=st.lists(st.sampled_from(("page", "card")), min_size=2, max_size=4))
    def cannot_pay(self, sku: str, faults: list[str]) -> None:
        """One order, and no way of paying works."""
        order = self._stocked([(sku, 1)], 0)
        for fault in faults if order is not None else ():
            self.start(order or 0, "pretend")
            for payment in self.of_order("payment", order or 0, "opening"):
                if fault == "page":
                    self.refuse_page(payment)
                else:
                    self.opened(payment)
            for payment in self.of_order("payment", order or 0, "open"):
                self.hear(payment, "payment_failed")

    @rule(items=ITEMS, started=st.integers(0, 2), late=YES)
    def thinks_better_of_it(self, items: Items, started: int, late: bool) -> None:  # noqa: FBT001
        """Ordered, perhaps on the way to paying, and called off; money may come all the same."""
        order = self._stocked(items, started)
        if order is None:
            return
        self.cancel(self.seen.row("orders", order))
        for payment in self.of_order("payment", order, "open"):
            if late:
                self.hear(payment, "payment_succeeded")

    @rule(skus=st.lists(SKU, min_size=2, max_size=4), mind=YES, late=YES)
    def nobody_stays(self, skus: list[str], mind: bool, late: bool) -> None:  # noqa: FBT001
        """Orders called off, or left until their hour is over; then money may come after all."""
        for number, sku in enumerate(skus):
            order = self._stocked([(sku, 1)], 1 + number // 2)
            if order is not None and mind:
                self.cancel(self.seen.row("orders", order))
            mind = not mind
        self.an_hour_passes(noticed=True)
        for payment in self.seen.rows("payment", "expired")[-2:] if late else ():
            self.hear(payment, "payment_succeeded")

    @rule(boxes=st.integers(1, 3), gift=YES, found=YES)
    def the_store_is_empty(self, boxes: int, gift: bool, found: bool) -> None:  # noqa: FBT001
        """What was promised rots; other pears come, or nothing does and the order is called off."""
        items = [(make.BOX, boxes), (make.GIFT, 1)] if gift else [(make.BOX, boxes)]
        order = self._stocked(items, 3)
        if order is None:
            return
        grades = (self.county.first, self.county.top) if gift else (self.county.first,)
        for lot in self.seen.rows("lot", "received"):
            if lot["grade_id"] in grades and lot["on_hand_g"]:
                self.lose(lot, 100, "rot", ours=True)
        if not found:
            self.call_off(self.seen.row("orders", order), 0)
            return
        for number, grade in enumerate(grades):
            self.weigh(self.home(number), self.weighed(grade == self.county.top, ENOUGH))
        for row in self.of_order("allocation", order, "short"):
            self.place_again(row)

    @rule(skus=st.lists(GROWN, min_size=1, max_size=3), line=st.integers(0, 1))
    def money_to_and_fro(self, skus: list[str], line: int) -> None:
        """Packed, and called off before it leaves; the money fails, goes, and comes back."""
        for sku in skus:
            order = self._stocked([(sku, 1)], 9, "packed")
            if order is not None:
                self.call_off(self.seen.row("orders", order), line)
                for refund in self.of_order("refund", order, "requested"):
                    self._to_and_fro(refund["id"])

    @rule(skus=st.lists(SKU, min_size=1, max_size=3), lost=YES, over=YES)
    def the_road_is_bad(self, skus: list[str], lost: bool, over: bool) -> None:  # noqa: FBT001
        """Parcels leave and do not arrive: lost, or brought back, in turns."""
        for sku in skus:
            order = self._stocked([(sku, 1)], 9, "dispatched")
            for parcel in self.of_order("parcel", order or 0, "dispatched"):
                self.vanish(parcel, lost=lost)
                if over:
                    self.settle(self.seen.row("parcel", parcel["id"]))
            lost = not lost

    @rule(
        boxes=st.integers(1, 3),
        oks=st.lists(YES, min_size=3, max_size=3),
        given_up=st.integers(0, 2),
    )
    def from_tree_to_bank(self, boxes: int, oks: list[bool], given_up: int) -> None:
        """One order all the way: paid, packed, sent, over, and a pay day that may go wrong."""
        if self._stocked([(make.BOX, boxes), (make.GIFT, 1)], 15) is None or not self.is_due():
            return
        for earlier in range(given_up):
            self.give_up(checked=earlier == 0)
        self._pay_day(oks, thanks=True)

    def _stocked(self, items: Items, steps: int, until: str = "closed") -> int | None:
        """Order what is there, because more is weighed in where little is left; so far on."""
        for number, grade in enumerate((self.county.first, self.county.top)):
            lots = self.seen.rows("lot", "received")
            if sum(lot["available_g"] for lot in lots if lot["grade_id"] == grade) < ENOUGH:
                row = self.weighed(grade == self.county.top, 2 * ENOUGH)
                self.weigh(self.home(number), row)
        return self._order(items, make.SHANXI, steps, "typed", until=until)

    # -- the turns

    def mind_changes(self, order: Row) -> None:
        self.cancel(order)

    def nobody_comes(self, payment: Row) -> None:
        """The page was never opened; an hour later the attempt is over."""
        self.now += timedelta(hours=1)
        self.expire(payment)

    def crates_come_out(self, row: Row) -> None:
        """The order of this row or parcel is called off."""
        self.call_off(self.seen.row("orders", row["order_id"]), 0)

    def lot_fails(self, row: Row) -> None:
        """The pears that were planned for an order rot."""
        lot = self.seen.row("lot", row["lot_id"])
        if lot["state"] == "received" and lot["on_hand_g"]:
            self.lose(lot, 100, "rot", ours=True)

    def window_closes(self, parcel: Row) -> None:
        self.now += AFTER_SALE
        self.settle(parcel)

    def bank_refuses(self, item: Row) -> None:
        if self._exported(item):
            self.answer(item, ok=False)

    def bank_pays(self, item: Row) -> None:
        if self._exported(item):
            self.answer(item, ok=True)
            self.thank(self.seen.row("pay_item", item["id"]), by_phone=False)

    def money_day(self, _row: Row) -> None:
        if self.is_due():
            self._pay_day([True, True, False], thanks=True)


TURNS: Final[Mapping[tuple[str, str], tuple[Turn, ...]]] = {
    ("lot", "declared"): (lambda self, row: self.bring(row, 80),),
    ("orders", "awaiting_payment"): (Seldom.mind_changes,),
    ("payment", "opening"): (Seldom.nobody_comes, Seldom.refuse_page),
    ("payment", "open"): (lambda self, row: self.hear(row, "payment_failed"),),
    ("allocation", "planned"): (Seldom.lot_fails,),
    ("allocation", "short"): (Seldom.crates_come_out,),
    ("allocation", "due"): (Seldom.money_day,),
    ("parcel", "packed"): (Seldom.crates_come_out, Seldom.send),
    ("parcel", "dispatched"): (
        lambda self, row: self.vanish(row, lost=True),
        lambda self, row: self.vanish(row, lost=False),
    ),
    ("parcel", "lost"): (Seldom.settle,),
    ("parcel", "returned"): (Seldom.settle,),
    ("parcel", "delivered"): (Seldom.window_closes,),
    ("refund", "requested"): (Seldom.ask_provider,),
    ("refund", "failed"): (Seldom.ask_provider,),
    ("refund", "sent"): (
        lambda self, row: self.hear_of_refund(row, ok=True),
        lambda self, row: self.hear_of_refund(row, ok=False),
    ),
    ("refund", "paid"): (lambda self, row: self.hear_of_refund(row, ok=False),),
    ("pay_run", "draft"): (Seldom.drop_run, Seldom.drop_run, Seldom.check_run),
    ("pay_run", "approved"): (Seldom.hand_over,),
    ("pay_item", "open"): (Seldom.bank_refuses, Seldom.bank_pays),
}
