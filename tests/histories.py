"""A season of the county told step by step through the rooms' verbs, with every kind of row in it.

Things are named by number (the nth order, the nth lot). Random histories are in ``machine/``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from storefront import clock, db, ids
from storefront.errors import StorefrontError
from storefront.money import Fen
from storefront.orders import lifecycle, packing, parcels, split
from storefront.orders.lives import SOLD
from storefront.orders.models import Allocation, Line, Order, Parcel, ParcelBoxes
from storefront.payments import afterwards, cancelling, inbox, refunds, sessions
from storefront.payments.afterwards import Asked
from storefront.payments.models import Refund
from storefront.settlement import answers, loss_cases, losses, payruns, recall, sales
from storefront.settlement import disputes as answers_of_disputes
from storefront.settlement.models import PayItem, PayRun
from storefront.supply import confirming, disputes, lots, merging, registry, slip_codes
from storefront.supply.households import Household
from storefront.supply.models import Lot, Slip
from storefront.weight import Grams
from tests import factories as make

Step = tuple[Any, ...]
Model = type[db.Base]

PAID = select(Order.id).where(Order.state == "confirmed")
SENT = select(PayRun.id).where(PayRun.state == "exported")
# One history in which nothing is refused and every kind of row appears.
A_SEASON: list[Step] = [
    ("weigh", 0, False, 20_000),
    ("weigh", 1, True, 9_001),
    ("weigh", 2, False, 3_333),
    ("agree", 0, "code"),
    ("agree", 1, "photo"),
    ("dispute", 0, None),
    ("dispute", 2, 3_500),
    ("buy", [(make.GIFT, 2), (make.PAIR, 1)], make.TIBET),
    ("order", [(make.BOX, 2), (make.PASTE, 1)], make.BEIJING),
    ("order", [(make.BOX, 1)], make.BEIJING),
    ("order", [(make.PAIR, 1)], make.SHANXI),
    ("pay", 0),
    ("split", 0, 1),
    ("split_crates", 0, 0),
    ("pay_twice", 0),
    ("pay_late", 0),
    ("answer_refund", 0, True),
    ("swap", 0, 2),
    ("write_off", 0, 1_234, "rot", "brand_fund"),
    ("write_off", 0, 7, "theft", "household"),
    ("recall", 1, 2_000),
    ("edit_registry", 0, "monitored"),
    ("pack", 0, "scanned"),
    ("dispatch", 0),
    ("pack", 0, "assumed"),
    ("dispatch", 0),
    ("pack", 0, "typed"),
    ("dispatch", 0),
    ("order", [(make.BOX, 1), (make.PAIR, 1)], make.TIBET),
    ("pay", 0),
    ("cancel_line", -1, 0, "pears_gone"),
    ("pack", 0, "scanned"),
    ("cancel_paid", -1, "shopper_asked"),
    ("lose", 0),
    ("split_household", 1),
    ("merge", 2, 0),
    ("close",),
    ("draft",),
    ("export", 0),
    ("answer_pay", 0, True),
    ("answer_pay", 0, False),
    ("confirm", 0),
    ("refund_after", 0, 500, "brand_fund"),
    ("refund_after", 0, 600, "share"),
    ("refund_after", 1, 100, "carrier_debt"),
    ("buy", [(make.BOX, 1)], make.SHANXI),
    ("refund_after", -1, 90, "share"),
    ("close",),
    ("draft",),
    ("export", 0),
]


@dataclass
class History:
    """A county, its time, and the steps it knows."""

    county: make.County
    now: datetime = make.NOW

    def walk(self, steps: list[Step]) -> None:
        """Take every step, each in a transaction of its own."""
        for name, *facts in steps:
            with db.transaction():
                getattr(self, f"_{name}")(*facts)

    def _nth(self, model: Model, number: int, *conditions: Any) -> Any:
        keys = list(db.session.scalars(select(model.id).where(*conditions).order_by(model.id)))  # type: ignore[attr-defined]  # every table here has an id
        if not keys:
            raise StorefrontError
        return db.get(model, keys[number % len(keys)])

    def _home(self, number: int) -> int:
        return (self.county.lin, self.county.zhao, self.county.yang)[number % 3]

    def _grade(self, top: bool) -> int:  # noqa: FBT001  a drawn yes or no
        return self.county.top if top else self.county.first

    def _weigh(self, home: int, top: bool, grams: int) -> None:  # noqa: FBT001  as above
        make.weigh(self.county, self._home(home), self._grade(top), grams, now=self.now)

    def _agree(self, number: int, how: str) -> None:
        """A household without a phone of its own agrees, at its station."""
        slip = self._nth(Slip, number)
        agents = (self.county.cast.sun.actor, self.county.cast.gao.actor)
        agent = next(one for one in agents if one.station_id == slip.station_id)
        if how == "photo":
            confirming.by_paper(slip.id, "0" * 24, actor=agent, now=self.now)
            return
        sent = slip_codes.send(slip.id, "sms.example", actor=agent, now=self.now)
        digits = slip_codes.digits_of(sent.seed)
        slip_codes.confirm(slip.id, digits, actor=agent, now=self.now)

    def _dispute(self, number: int, net: int | None) -> None:
        """A household disputes a lot: the slip is right, or the net was another."""
        lot, cast = self._nth(Lot, number, Lot.slip_id.is_not(None)), self.county.cast
        people = (cast.lin.actor, cast.zhao.actor, cast.yang.actor)
        member = next(one for one in people if one.household_id == lot.household_id)
        key, line = ids.new_key(), (lot.slip_id or 0, lot.id)
        now = self.now
        said = disputes.dispute(*line, "weight", words="", key=key, actor=member, now=now)
        self.now += timedelta(minutes=1)
        right = None if net is None else answers_of_disputes.Right(lot.grade_id, Grams(net))
        decision = disputes.REFUSED if right is None else disputes.UPHELD
        wu, note = cast.wu.actor, "weighed again"
        answers_of_disputes.answer(
            said.id, decision, note=note, right=right, actor=wu, now=self.now
        )

    def _order(self, items: list[tuple[str, int]], province: str) -> None:
        make.order(*items, now=self.now, province=province)

    def _buy(self, items: list[tuple[str, int]], province: str) -> None:
        """Order, pay, pack and dispatch in one go: the ordinary case."""
        order = make.order(*items, now=self.now, province=province)
        self._success(*make.attempt(order.id, now=self.now))
        make.dispatch(self.county, order.id, now=self.now)

    def _success(self, attempt: sessions.Attempt, reference: str) -> None:
        inbox.receive(make.success(attempt, reference), now=self.now)

    def _pay(self, number: int) -> None:
        order = self._nth(Order, number, Order.state == "awaiting_payment")
        self._success(*make.attempt(order.id, now=self.now))

    def _pay_twice(self, number: int) -> None:
        """Two providers take the money for the same order."""
        order = self._nth(Order, number, Order.state == "awaiting_payment")
        first = make.attempt(order.id, now=self.now)
        second = sessions.start(order.id, provider="another", now=self.now)
        sessions.opened(second.payment_id, second.key, "/another", now=self.now)
        self._success(*first)
        self._success(second, second.key)

    def _pay_late(self, number: int) -> None:
        """The hold lapses while the shopper pays."""
        order = self._nth(Order, number, Order.state == "awaiting_payment")
        attempt = make.attempt(order.id, now=self.now)
        self.now += timedelta(minutes=40)
        lifecycle.lapse_holds(now=self.now)
        self._success(*attempt)

    def _cancel_paid(self, number: int, reason: str) -> None:
        order, he = self._nth(Order, number, Order.state == "confirmed"), self.county.cast.he.actor
        cancelling.cancel_order(order.id, reason, actor=he, now=self.now)

    def _cancel_line(self, number: int, other: int, reason: str) -> None:
        order, he = self._nth(Order, number, Order.state == "confirmed"), self.county.cast.he.actor
        line = self._nth(Line, other, Line.order_id == order.id)
        cancelling.cancel_line(order.id, line.position, reason, actor=he, now=self.now)

    def _refund_after(self, number: int, fen: int, bearer: str) -> None:
        """Money of a parcel that left goes back; at households' cost over all rows of the order."""
        sent = select(Parcel.order_id).where(Parcel.dispatched_at.is_not(None))
        order = self._nth(Order, number, Order.id.in_(sent))
        rows = [row.id for row in make.allocations(order.id, *SOLD)]
        asked = Asked(
            amount=Fen(fen),
            reason="damaged",
            key=ids.new_key(),
            bearer=bearer,
            rows=rows,
            evidence="photograph",
        )
        he, wu = self.county.cast.he.actor, self.county.cast.wu.actor
        afterwards.request_after_dispatch(order.id, asked, second=wu, actor=he, now=self.now)

    def _answer_refund(self, number: int, ok: bool) -> None:  # noqa: FBT001  as above
        refund = self._nth(Refund, number)
        refunds.mark_sent(refund.id, now=self.now)
        reference = f"re-{refund.key}" if ok else None
        fault = None if ok else "closed"
        refunds.record_result(refund.id, ok=ok, reference=reference, fault=fault, now=self.now)

    def _pack(self, number: int, how: str) -> None:
        parcel = self._nth(Parcel, number, Parcel.state == "planned", Parcel.order_id.in_(PAID))
        make.pack_parcel(self.county, parcel, how=how, now=self.now)

    def _swap(self, number: int, other: int) -> None:
        parcel = self._nth(Parcel, number, Parcel.state == "planned", Parcel.order_id.in_(PAID))
        lot = self._nth(Lot, other, Lot.state == "received")
        for row in make.allocations(parcel.order_id, "planned")[:1]:
            crate, he = f"{lot.code}-{row.id % 999 + 1:02d}", self.county.cast.he.actor
            packing.confirm_crate(row.id, crate, "typed", actor=he, now=self.now)

    def _split(self, number: int, boxes: int) -> None:
        """Some boxes of the first line of a parcel go in one of their own."""
        parcel = self._nth(Parcel, number, Parcel.state.in_(split.SPLITTABLE))
        query = select(ParcelBoxes.line_id).where(ParcelBoxes.parcel_id == parcel.id)
        for line in db.session.scalars(query.order_by(ParcelBoxes.id).limit(1)):
            he, key = self.county.cast.he.actor, ids.new_key()
            split.split_boxes(parcel.id, {line: boxes}, key=key, actor=he, now=self.now)

    def _split_crates(self, number: int, row: int) -> None:
        parcel = self._nth(Parcel, number, Parcel.state.in_(split.SPLITTABLE))
        crate = self._nth(Allocation, row, Allocation.parcel_id == parcel.id)
        he, key = self.county.cast.he.actor, ids.new_key()
        split.split_crates(parcel.id, {crate.id}, key=key, actor=he, now=self.now)

    def _dispatch(self, number: int) -> None:
        parcel = self._nth(Parcel, number, Parcel.state == "packed")
        sales.dispatch(parcel.id, "SF", "SF1", actor=self.county.cast.he.actor, now=self.now)

    def _lose(self, number: int) -> None:
        parcel = self._nth(Parcel, number, Parcel.state == "dispatched")
        parcels.mark_lost(parcel.id, actor=self.county.cast.he.actor, now=self.now)

    def _close(self) -> None:
        self.now += timedelta(days=9)
        parcels.deliver_by_elapsed(now=self.now, days=7)
        self.now += timedelta(days=2)
        sales.close_due(after_sale=timedelta(days=2), now=self.now)

    def _write_off(self, number: int, grams: int, reason: str, bearer: str) -> None:
        lot = self._nth(Lot, number, Lot.state == "received")
        he, key, now = self.county.cast.he.actor, ids.new_key(), self.now
        if bearer == "brand_fund":
            asked = (lot.id, Grams(grams), reason, bearer)
            losses.write_off(*asked, note="", key=key, actor=he, now=now)
            return
        sun, facts = self.county.cast.sun.actor, {"evidence": "seen by two", "key": key}
        case = loss_cases.put_case(lot.id, Grams(grams), reason, **facts, actor=sun, now=now)
        loss_cases.decide_case(case.id, bearer, actor=he, now=now)

    def _recall(self, home: int, grams: int) -> None:
        """A lot is weighed in, held, and destroyed."""
        lot = make.weigh(self.county, self._home(home), self.county.first, grams, now=self.now)
        he = self.county.cast.he.actor
        lots.hold(lot.id, "residue", actor=he, now=self.now)
        recall.destroy(lot.id, note="residue", key=ids.new_key(), actor=he, now=self.now)

    def _draft(self) -> None:
        day = clock.china_day(self.now)
        payruns.draft(day, actor=self.county.cast.wu.actor, now=self.now)

    def _export(self, number: int) -> None:
        run = self._nth(PayRun, number, PayRun.state.in_(("draft", "approved")))
        if run.state == "draft":
            payruns.approve(run.id, actor=self.county.cast.qiao.actor, now=self.now)
        payruns.export(run.id, actor=self.county.cast.wu.actor, now=self.now)

    def _answer_pay(self, number: int, ok: bool) -> None:  # noqa: FBT001  as above
        item = self._nth(PayItem, number, PayItem.state == "open", PayItem.run_id.in_(SENT))
        wu = self.county.cast.wu.actor
        answers.record_result(item.id, ok=ok, reason="", actor=wu, now=self.now)

    def _confirm(self, number: int) -> None:
        item = self._nth(PayItem, number, PayItem.state == "paid")
        cast = self.county.cast
        agent = cast.gao if item.household_id == self.county.yang else cast.sun
        answers.confirm_received(item.id, "agent", actor=agent.actor, now=self.now)

    def _merge(self, number: int, other: int) -> None:
        wu, pair = self.county.cast.wu.actor, (self._home(number), self._home(other))
        merging.merge_household(*pair, actor=wu, now=self.now)

    def _split_household(self, number: int) -> None:
        """One of the people of a household lives alone from now on."""
        old, wu = db.get(Household, self._home(number)), self.county.cast.wu.actor
        draft = registry.HouseholdDraft(
            code=f"{old.code}-{old.members}",
            head="新户",
            payee="新户",
            payee_relation="self",
            village_id=old.village_id,
            station_id=old.station_id,
            members=1,
            status="general",
            status_from=clock.china_day(self.now),
        )
        merging.split_household(old.id, draft, actor=wu, now=self.now)

    def _edit_registry(self, number: int, status: str) -> None:
        home, wu = self._home(number), self.county.cast.wu.actor
        day = clock.china_day(self.now)
        registry.set_status(home, status, day, actor=wu, now=self.now)
        village = self.county.villages[number % 2]
        if db.get(Household, home).village_id != village:
            registry.move_household(home, village, actor=wu, now=self.now)
