"""The ordinary course of things, verb by verb: what brings histories to their late states."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests import factories as make
from tests.machine.drawn import HOW, ITEMS, NUMBER, PROVINCE, SKU, YES
from tests.machine.harvest import Harvest
from tests.machine.market import Items, Market
from tests.machine.office import Office
from tests.machine.seen import Row
from tests.machine.store import AFTER_SALE, Store

OPEN = ("confirmed", "awaiting_payment")


class Ordinary(Harvest, Market, Store, Office):
    # several rules each, because a history goes without some of its rules (swarm testing)

    @rule(items=ITEMS, province=PROVINCE, steps=st.integers(0, 6), how=HOW)
    def order(self, items: Items, province: str, steps: int, how: str) -> None:
        """An order is placed and taken so many steps on its way."""
        self._order(items, province, steps, how)

    @rule(sku=SKU, steps=st.integers(0, 9), how=HOW)
    def order_one_box(self, sku: str, steps: int, how: str) -> None:
        self._order([(sku, 1)], make.SHANXI, steps, how)

    @rule(boxes=st.integers(2, 8), province=PROVINCE)
    def order_much_and_pay(self, boxes: int, province: str) -> None:
        self._order([(make.BOX, boxes), (make.GIFT, 1)], province, 3, "typed")

    def _order(self, items: Items, province: str, steps: int, how: str) -> None:
        order = self.place(items, province)
        if order is not None:
            self._walk(order, steps, how)

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

    def _walk(self, order: int, steps: int, how: str) -> None:
        for _ in range(steps):
            if self.seen.row("orders", order)["state"] not in OPEN:
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
            self.put_in(rows[0], self.seen.row("lot", rows[0]["lot_id"]), how)

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
