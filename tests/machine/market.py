"""Steps at the counter: orders placed and paid, late, twice or not at all; money given back."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import ids
from storefront.actors import Actor
from storefront.money import Fen
from storefront.orders import checkout, lifecycle
from storefront.orders.lives import WHY_CANCELLED
from storefront.payments import cancelling, inbox, refunds, sessions
from storefront.payments.gateway import Message
from tests import factories as make
from tests.machine.drawn import NUMBER, YES
from tests.machine.seen import Row
from tests.machine.world import World

Items = list[tuple[str, int]]
PROVIDERS = st.sampled_from(("pretend", "another"))
HEARD = st.sampled_from(("payment_succeeded",) * 4 + ("payment_failed", "payment_expired"))


class Market(World):
    def place(self, items: Items, province: str, channel: str = "shop") -> int | None:
        """By the shopper; or by the operator, for somebody who calls."""
        key = ids.new_key()
        filled = self.take(
            "fill_cart", lambda now: make.wanted(*items, now=now, province=province, key=key)
        )
        if not filled:
            return None
        form = replace(filled.answer, channel=channel)
        actor = self.cast.he.actor if channel == "counter" else Actor.guest()
        placed = self.take(
            "place_order",
            lambda now: checkout.place_order(form, actor=actor, now=now),
            once=True,
        )
        if not placed:
            return None
        self.known.ordered(placed.answer.order_id, items, province)
        return placed.answer.order_id

    @precondition(lambda self: self.has("orders", "awaiting_payment"))
    @rule(number=NUMBER, provider=PROVIDERS)
    def start_to_pay(self, number: int, provider: str) -> None:
        self.start(self.nth(number, "orders", "awaiting_payment")["id"], provider)

    def start(self, order: int, provider: str) -> None:
        self.take("start_to_pay", lambda now: sessions.start(order, provider=provider, now=now))

    @precondition(lambda self: self.has("payment", "opening"))
    @rule(number=NUMBER)
    def page_opened(self, number: int) -> None:
        self.opened(self.nth(number, "payment", "opening"))

    def opened(self, payment: Row) -> None:
        key, payment_id = payment["key"], payment["id"]
        self.take(
            "page_opened",
            lambda now: sessions.opened(payment_id, f"ref-{key}", "/pay", now=now),
            once=True,
        )

    @precondition(lambda self: self.has("payment", "opening"))
    @rule(number=NUMBER)
    def page_failed(self, number: int) -> None:
        self.refuse_page(self.nth(number, "payment", "opening"))

    def refuse_page(self, payment: Row) -> None:
        payment_id = payment["id"]
        self.take(
            "page_failed",
            lambda now: sessions.failed_to_open(payment_id, "refused", now=now),
            once=True,
        )

    @precondition(lambda self: self.has("payment", "open"))
    @rule(number=NUMBER, heard=HEARD)
    def provider_says(self, number: int, heard: str) -> None:
        self.hear(self.nth(number, "payment", "open"), heard)

    @precondition(lambda self: self.has("payment", "expired", "failed", "succeeded"))
    @rule(number=NUMBER)
    def provider_says_late(self, number: int) -> None:
        """Money comes for an attempt that was over, or once more under another event."""
        self.hear(
            self.nth(number, "payment", "expired", "failed", "succeeded"), "payment_succeeded"
        )

    @precondition(lambda self: self.has("payment"))
    @rule(number=NUMBER, fen=st.integers(-3, 3))
    def provider_says_nonsense(self, number: int, fen: int) -> None:
        """Another amount than was asked for, or a payment that nobody began."""
        row = dict(self.nth(number, "payment"))
        row["amount_fen"] += fen
        row["reference"] = row["reference"] if fen else "nobody's"
        message = self._message(row, "payment_succeeded")
        done = self.take("nonsense heard", lambda now: inbox.receive(message, now=now), once=True)
        assert done is not None
        assert done.answer not in {"kept", "late_kept", "second_refunded", "late_refunded"}

    def _message(self, payment: Row, heard: str) -> Message:
        return Message(
            provider=payment["provider"],
            event_id=f"evt-{ids.new_key()}",
            kind=heard,
            reference=payment["reference"] or "never opened",
            amount=Fen(payment["amount_fen"]),
            currency="cny",
            body={},
        )

    def hear(self, payment: Row, heard: str) -> None:
        message = self._message(payment, heard)
        done = self.take(heard, lambda now: inbox.receive(message, now=now), once=True)
        assert done is not None, "an event is never refused"
        order, fen = payment["order_id"], payment["amount_fen"]
        if done.answer in {"kept", "late_kept", "second_refunded", "late_refunded"}:
            self.known.took(order, fen)
        if done.answer.endswith("_refunded"):
            self.known.promised_back(order, fen, of_the_order=False)

    @precondition(lambda self: self.has("payment", "opening", "open"))
    @rule(number=NUMBER)
    def attempt_expires(self, number: int) -> None:
        """The chore: an attempt whose time is over and of which nobody spoke."""
        self.expire(self.nth(number, "payment", "opening", "open"))

    def expire(self, payment: Row) -> None:
        payment_id = payment["id"]
        self.take("attempt_expires", lambda _now: self._expire(payment_id))

    def _expire(self, payment_id: int) -> None:
        if payment_id in {one.payment_id for one in sessions.stale(now=self.now)}:
            sessions.expired(payment_id)

    @precondition(lambda self: self.has("orders", "awaiting_payment"))
    @rule(number=NUMBER)
    def cancel_unpaid(self, number: int) -> None:
        self.cancel(self.nth(number, "orders", "awaiting_payment"))

    def cancel(self, row: Row) -> None:
        order = row["id"]
        self.take(
            "cancel_unpaid",
            lambda now: lifecycle.cancel_unpaid(order, actor=Actor.guest(), now=now),
            once=True,
        )

    @precondition(lambda self: self.has("orders", "awaiting_payment"))
    @rule()
    def lapse_holds(self) -> None:
        self.lapse()

    def lapse(self) -> None:
        self.take("lapse_holds", lambda now: lifecycle.lapse_holds(now=now))

    @precondition(lambda self: self.has("orders", "confirmed"))
    @rule(number=NUMBER, line=st.integers(0, 3), why=st.sampled_from(WHY_CANCELLED))
    def cancel_paid(self, number: int, line: int, why: str) -> None:
        """Cancelled before it leaves: whole (0), or one line of it."""
        self.call_off(self.nth(number, "orders", "confirmed"), line, why)

    def call_off(self, order: Row, line: int, why: str = "pears_gone") -> None:
        if line:
            self._cancel_line(order, line, why)
        else:
            self._cancel_order(order, why)

    def _cancel_order(self, row: Row, why: str) -> None:
        order, he = row["id"], self.cast.he.actor
        theirs = self.known.receipts[order]
        done = self.take(
            "cancel_order",
            lambda now: cancelling.cancel_order(order, why, actor=he, now=now),
            once=True,
        )
        if done and row["state"] == "confirmed":
            left = theirs.total - theirs.asked
            assert int(done.answer.amount) == left, f"cancelled: {done.answer.amount} of {left}"
            self.known.promised_back(order, left, of_the_order=True)

    def _cancel_line(self, row: Row, position: int, why: str) -> None:
        order, he = row["id"], self.cast.he.actor
        lines = [one for one in self.seen.rows("line") if one["order_id"] == order]
        line = next((one for one in lines if one["position"] == position), None)
        expected = line and self._back_for(order, line["sku"])
        done = self.take(
            "cancel_line",
            lambda now: cancelling.cancel_line(order, position, why, actor=he, now=now),
            once=True,
        )
        if done and done.changes and line:
            fen = int(done.answer.amount)
            assert expected in {None, fen}, f"for the line {expected}, not {fen}"
            self.known.promised_back(order, fen, of_the_order=True)
            self.known.receipts[order].called_off(line["sku"])

    def _back_for(self, order: int, sku: str) -> int | None:
        """What they expect back for a line; None once a parcel has left and it is our word."""
        parcels = [one for one in self.seen.rows("parcel") if one["order_id"] == order]
        if any(one["dispatched_at"] for one in parcels):
            return None
        return self.known.receipts[order].back_for(sku)

    def nothing_left(self) -> list[Row]:
        """Payments of orders of which no parcel has left."""
        gone = {row["order_id"] for row in self.seen.rows("parcel") if row["dispatched_at"]}
        rows = self.seen.rows("payment", "succeeded")
        return [row for row in rows if row["order_id"] not in gone]

    @precondition(lambda self: self.nothing_left())
    @rule(number=NUMBER, fen=st.integers(1, 4_000))
    def give_back(self, number: int, fen: int) -> None:
        """Some money of what has not left is given back."""
        rows = self.nothing_left()
        self.return_money(rows[number % len(rows)], fen)

    def return_money(self, payment: Row, fen: int) -> None:
        order, payment_id, he = payment["order_id"], payment["id"], self.cast.he.actor
        done = self.take(
            "give_back",
            lambda now: refunds.request(order, payment_id, Fen(fen), "asked", actor=he, now=now),
        )
        if done:
            self.known.promised_back(order, fen, of_the_order=True)

    @precondition(lambda self: self.has("refund", "requested", "sent", "failed"))
    @rule(number=NUMBER)
    def send_refund(self, number: int) -> None:
        self.ask_provider(self.nth(number, "refund", "requested", "failed", "sent"))

    def ask_provider(self, row: Row) -> None:
        refund = row["id"]
        self.take("send_refund", lambda now: refunds.mark_sent(refund, now=now))

    @precondition(lambda self: self.has("refund", "sent", "paid"))
    @rule(number=NUMBER, ok=YES, twice=YES)
    def provider_answers(self, number: int, ok: bool, twice: bool) -> None:  # noqa: FBT001
        """A refund arrived or not; one that had arrived may come back later."""
        self.hear_of_refund(self.nth(number, "refund", "sent", "paid"), ok=ok, twice=twice)

    def hear_of_refund(self, refund: Row, *, ok: bool, twice: bool = False) -> None:
        refund_id, was, fen = refund["id"], refund["state"], refund["amount_fen"]
        reference = f"re-{refund['key']}" if ok else None
        fault = None if ok else "closed"

        def answer(now: object) -> None:
            refunds.record_result(refund_id, ok=ok, reference=reference, fault=fault, now=self.now)

        if self.take("provider_answers", answer):
            self.known.till -= fen if ok and was == "sent" else 0
            self.known.till += fen if not ok and was == "paid" else 0
        if twice:
            self.say_again("provider_answers", answer)

    @rule(hours=st.sampled_from((0, 0, 0, 1, 12, 30, 60, 200)), minutes=st.integers(1, 45))
    def wait(self, hours: int, minutes: int) -> None:
        self.now += timedelta(hours=hours, minutes=minutes)
