"""The ordinary course of things, verb by verb: what brings histories to their late states."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront.orders.models import ORDER_CHANNELS
from tests import factories as make
from tests.machine.doubts import Doubts
from tests.machine.drawn import HOW, ITEMS, NUMBER, PROVINCE, SKU, YES
from tests.machine.harvest import Harvest
from tests.machine.market import Items, Market
from tests.machine.office import Office
from tests.machine.seen import Row
from tests.machine.slips import Slips
from tests.machine.store import AFTER_SALE
from tests.machine.table import Table

ANSWER = st.sampled_from(("paid", "failed", "comes back"))
CHANNEL = st.sampled_from(ORDER_CHANNELS)
OPEN = ("confirmed", "awaiting_payment")


class Ordinary(Harvest, Market, Doubts, Table, Slips, Office):
    # several rules each, because a history goes without some of its rules (swarm testing)

    @rule(items=ITEMS, province=PROVINCE, steps=st.integers(0, 6), channel=CHANNEL)
    def order(self, items: Items, province: str, steps: int, channel: str) -> None:
        """An order is placed, perhaps by telephone, and taken so many steps on its way."""
        order = self.place(items, province, channel)
        if order is not None:
            self._walk(order, steps, "typed")

    @rule(sku=SKU, steps=st.integers(0, 9), how=HOW)
    def order_one_box(self, sku: str, steps: int, how: str) -> None:
        self._order([(sku, 1)], make.SHANXI, steps, how)

    @rule(boxes=st.integers(2, 8), province=PROVINCE)
    def order_much_and_pay(self, boxes: int, province: str) -> None:
        self._order([(make.BOX, boxes), (make.GIFT, 1)], province, 3, "typed")

    @rule(items=ITEMS, second=st.sampled_from(("pretend", "another")))
    def pay_twice(self, items: Items, second: str) -> None:
        """Two pages are open for one order, and both are paid; with one provider it is one page."""
        order = self.place(items, make.BEIJING)
        if order is not None:
            for provider in ("pretend", second):
                self.start(order, provider)
                for payment in self.of_order("payment", order, "opening"):
                    self.opened(payment)
            for payment in self.of_order("payment", order, "open"):
                self.hear(payment, "payment_succeeded")

    @rule(items=ITEMS, noticed=YES, sold=YES)
    def pay_late(self, items: Items, noticed: bool, sold: bool) -> None:  # noqa: FBT001  drawn
        """The hold lapses while the shopper pays; meanwhile somebody else may buy the same."""
        order = self.place(items, make.SHANXI)
        if order is not None:
            self._walk(order, 2, "typed")
            self.an_hour_passes(noticed=noticed)
            if sold:
                self.place(items, make.SHANXI)
            for payment in self.of_order("payment", order, "open", "expired"):
                self.hear(payment, "payment_succeeded")

    @rule(sku=SKU, back=YES)
    def try_and_try_again(self, sku: str, back: bool) -> None:  # noqa: FBT001  a drawn yes or no
        """The page fails, the card is refused, the money comes an hour late, and all goes back."""
        order = self.place([(sku, 1)], make.SHANXI)
        if order is None:
            return
        self.start(order, "pretend")
        for payment in self.of_order("payment", order, "opening"):
            self.refuse_page(payment)
        for heard in ("payment_failed", ""):
            self._walk(order, 2, "typed")
            for payment in self.of_order("payment", order, "open"):
                if heard:
                    self.hear(payment, heard)
        self.an_hour_passes(noticed=True)
        for payment in self.of_order("payment", order, "expired"):
            self.hear(payment, "payment_succeeded")
        if back:
            self._walk(order, 4, "typed", until="packed")
            self.call_off(self.seen.row("orders", order), 0)
        for refund in self.of_order("refund", order, "requested"):
            self._to_and_fro(refund["id"])

    def _to_and_fro(self, refund: int) -> None:
        """A refund fails, is sent anew, arrives, and comes back later."""
        for ok in (False, True, False):
            if self.seen.row("refund", refund)["state"] != "paid":
                self.ask_provider(self.seen.row("refund", refund))
            self.hear_of_refund(self.seen.row("refund", refund), ok=ok)

    @rule(opened=YES, answered=YES)
    def nobody_pays(self, opened: bool, answered: bool) -> None:  # noqa: FBT001  drawn
        """The page never opens, or the card is refused, or nobody comes."""
        order = self.place([(make.PASTE, 1)], make.SHANXI)
        if order is None:
            return
        self._walk(order, 2 if opened else 1, "typed")
        for payment in self.of_order("payment", order, "opening", "open"):
            if answered and opened:
                self.hear(payment, "payment_failed")
            elif answered:
                self.refuse_page(payment)
        self.an_hour_passes(noticed=True)

    @rule(items=ITEMS, packed=YES, line=st.sampled_from((0, 0, 1, 2)))
    def call_off_in_time(self, items: Items, packed: bool, line: int) -> None:  # noqa: FBT001
        """Paid, perhaps packed, and cancelled before it leaves: whole, or a line of it."""
        steps, until = (15, "packed") if packed else (3, "closed")
        order = self._order(items, make.SHANXI, steps, "typed", until=until)
        if order is not None:
            self.call_off(self.seen.row("orders", order), line)

    @rule(sku=SKU, lost=YES)
    def go_astray(self, sku: str, lost: bool) -> None:  # noqa: FBT001  a drawn yes or no
        """The parcel leaves and never arrives; it is closed without a window."""
        order = self._order([(sku, 1)], make.BEIJING, 9, "typed", until="dispatched")
        for parcel in self.of_order("parcel", order or 0, "dispatched"):
            self.vanish(parcel, lost=lost)
            self.settle(self.seen.row("parcel", parcel["id"]))

    @rule(boxes=st.integers(1, 4), found=YES)
    def bad_night(self, boxes: int, found: bool) -> None:  # noqa: FBT001  a drawn yes or no
        """All pears of a grade rot while they are promised; others are found, or they are not."""
        order = self._order([(make.BOX, boxes)], make.SHANXI, 3, "typed")
        for lot in self.seen.rows("lot", "received"):
            if lot["grade_id"] == self.county.first and lot["on_hand_g"]:
                self.lose(lot, 100, "rot", ours=True)
        if found:
            self.weigh(self.county.lin, self.weighed(top=False, net=40_000))
            for row in self.seen.rows("allocation", "short"):
                self.place_again(row)
        elif order is not None:
            self.call_off(self.seen.row("orders", order), 0)

    def an_hour_passes(self, *, noticed: bool) -> None:
        """Holds lapse; the worker may have noticed that attempts to pay are over."""
        self.now += timedelta(hours=1)
        self.lapse()
        if noticed:
            for payment in self.seen.rows("payment", "opening", "open"):
                self.expire(payment)

    @precondition(lambda self: self.has("refund", "requested", "failed", "sent"))
    @rule(answers=st.lists(ANSWER, min_size=3, max_size=3))
    def money_goes_back(self, answers: list[str]) -> None:
        """The worker sends what waits; the provider answers, and sometimes takes it back later."""
        waiting = self.seen.rows("refund", "requested", "failed", "sent")
        for refund, answer in zip(waiting, answers, strict=False):
            self.ask_provider(refund)
            self.hear_of_refund(self.seen.row("refund", refund["id"]), ok=answer != "failed")
            if answer == "comes back":
                self.hear_of_refund(self.seen.row("refund", refund["id"]), ok=False)

    def _order(
        self, items: Items, province: str, steps: int, how: str, *, until: str = "closed"
    ) -> int | None:
        order = self.place(items, province)
        if order is not None:
            self._walk(order, steps, how, until)
        return order

    @precondition(lambda self: self.has("orders", *OPEN))
    @rule(number=NUMBER, steps=st.integers(1, 8), how=HOW)
    def carry_on(self, number: int, steps: int, how: str) -> None:
        self._walk(self.nth(number, "orders", *OPEN)["id"], steps, how)

    @precondition(lambda self: self.has("orders", *OPEN))
    @rule(how=HOW)
    def carry_all_on(self, how: str) -> None:
        """Every open order goes one step on."""
        for order in self.seen.rows("orders", *OPEN):
            self._walk(order["id"], 1, how)

    @precondition(lambda self: self.has("orders", "confirmed"))
    @rule(number=NUMBER, how=HOW)
    def bring_to_an_end(self, number: int, how: str) -> None:
        self._walk(self.nth(number, "orders", "confirmed")["id"], 9, how)

    def _walk(self, order: int, steps: int, how: str, until: str = "closed") -> None:
        for _ in range(steps):
            over = self.seen.row("orders", order)["state"] not in OPEN
            if over or self.of_order("parcel", order, until):
                return
            self._step(order, how)

    def _step(self, order: int, how: str) -> None:
        if self.seen.row("orders", order)["state"] == "awaiting_payment":
            self._pay_on(order)
            return
        for parcel in self.of_order("parcel", order):
            if parcel["state"] not in {"closed", "cancelled"}:
                self._send_on(parcel, how)
                return

    def of_order(self, table: str, order: int, *states: str) -> list[Row]:
        return [row for row in self.seen.rows(table, *states) if row["order_id"] == order]

    def _pay_on(self, order: int) -> None:
        opening, waiting = (self.of_order("payment", order, state) for state in ("opening", "open"))
        if waiting:
            self.hear(waiting[0], "payment_succeeded")
        elif opening:
            self.opened(opening[0])
        else:
            self.start(order, "pretend")

    def _send_on(self, parcel: Row, how: str) -> None:
        if parcel["state"] == "planned":
            self._pack_on(parcel, how)
        elif parcel["state"] == "packed":
            self.send(parcel)
        elif parcel["state"] == "dispatched":
            self.arrive(parcel)
        else:
            self.now += AFTER_SALE
            self.settle(parcel)

    def _pack_on(self, parcel: Row, how: str) -> None:
        rows = [
            row
            for row in self.seen.rows("allocation", "short", "planned")
            if row["parcel_id"] == parcel["id"]
        ]
        if not rows:
            self.call_packed(parcel)
        elif rows[0]["state"] == "short":
            self.place_again(rows[0])
        else:
            lot = self.seen.row("lot", rows[0]["lot_id"])
            if lot["state"] == "declared":
                self.bring(lot, 100)
            else:
                self.put_in(rows[0], lot, how)

    @precondition(lambda self: self.is_due())
    @rule()
    def pay_day(self) -> None:
        """Drafted, approved, exported, paid household by household, confirmed."""
        self._pay_day([True, True, True], thanks=True)

    @precondition(lambda self: self.is_due())
    @rule(oks=st.lists(YES, min_size=3, max_size=3), thanks=YES)
    def pay_day_with_faults(self, oks: list[bool], thanks: bool) -> None:  # noqa: FBT001
        """The bank pays some and not others."""
        self._pay_day(oks, thanks=thanks)

    @precondition(lambda self: self.is_due())
    @rule(approved=YES)
    def give_up_a_run(self, approved: bool) -> None:  # noqa: FBT001  a drawn yes or no
        """A run is drafted and given up, and the next one too, perhaps once it is approved."""
        for checked in (approved, True):
            self.give_up(checked=checked)

    def give_up(self, *, checked: bool) -> None:
        self.make_run()
        for row in self.seen.rows("pay_run", "draft")[-1:]:
            if checked:
                self.check_run(row)
            self.drop_run(row)

    def _pay_day(self, oks: list[bool], *, thanks: bool) -> None:
        self.make_run()
        for row in self.seen.rows("pay_run", "draft")[-1:]:
            self.check_run(row)
        for row in self.seen.rows("pay_run", "approved")[-1:]:
            self.hand_over(row)
        for item, ok in zip(self.at_bank(), oks, strict=False):
            self.answer(item, ok=ok)
            if ok and thanks:
                self.thank(item, by_phone=False)
