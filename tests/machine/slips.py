"""Steps about slips that a household does not agree with: disputed, taken back, answered."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import ids
from storefront.settlement import disputes as answers
from storefront.settlement.disputes import Right
from storefront.supply import disputes
from storefront.weight import Grams
from tests.machine.drawn import NUMBER, PERCENT, YES
from tests.machine.seen import Row
from tests.machine.store import Store

WRONG = st.sampled_from(("weight", "grade", "not_ours", "nothing"))


class Slips(Store):
    def day_weighed(self, lot: Row) -> date:
        """The day on the slip: what came was priced by that day's table."""
        return self.known.days[lot["slip_id"]]

    def weighed_lots(self) -> list[Row]:
        rows = self.seen.rows("lot", "received", "closed")
        return [row for row in rows if row["slip_id"] and row["household_id"] in self.members]

    def waits_for_answer(self) -> list[Row]:
        answered = {row["dispute_id"] for row in self.seen.rows("dispute_answer")}
        return [row for row in self.seen.rows("slip_dispute") if row["id"] not in answered]

    @precondition(lambda self: self.weighed_lots())
    @rule(number=NUMBER, reason=st.sampled_from(disputes.WHY))
    def dispute(self, number: int, reason: str) -> None:
        rows = self.weighed_lots()
        lot = rows[number % len(rows)]
        actor, key = self.members[lot["household_id"]], ids.new_key()
        self.take(
            "dispute",
            lambda now: disputes.dispute(
                lot["slip_id"], lot["id"], reason, words="", key=key, actor=actor, now=now
            ),
            once=True,
        )

    @precondition(lambda self: self.weighed_lots())
    @rule(number=NUMBER, wrong=WRONG, percent=PERCENT, back=YES)
    def dispute_to_the_end(self, number: int, wrong: str, percent: int, back: bool) -> None:  # noqa: FBT001
        """Said, and answered or taken back at once."""
        self.dispute(number, disputes.WHY[number % len(disputes.WHY)])
        for said in self.waits_for_answer()[-1:]:
            if back and wrong == "nothing":
                self.take_it_back(said)
            else:
                self.give_answer(said, wrong, percent, county=back)

    @precondition(lambda self: self.waits_for_answer())
    @rule(number=NUMBER)
    def withdraw(self, number: int) -> None:
        rows = self.waits_for_answer()
        self.take_it_back(rows[number % len(rows)])

    def take_it_back(self, said: Row) -> None:
        actor = self.members[self.seen.row("slip", said["slip_id"])["household_id"]]
        self.take(
            "withdraw_dispute",
            lambda now: disputes.withdraw(said["id"], actor=actor, now=now),
            once=True,
        )

    @precondition(lambda self: self.waits_for_answer())
    @rule(number=NUMBER, wrong=WRONG, percent=PERCENT, county=YES)
    def answer_dispute(self, number: int, wrong: str, percent: int, county: bool) -> None:  # noqa: FBT001
        """The slip is right, or its weight, its grade, or all of it is wrong."""
        rows = self.waits_for_answer()
        self.give_answer(rows[number % len(rows)], wrong, percent, county=county)

    def give_answer(self, said: Row, wrong: str, percent: int, *, county: bool) -> None:
        lot = self.seen.row("lot", said["lot_id"])
        right = self._right(lot, wrong, percent)
        decision = disputes.UPHELD if right else disputes.REFUSED
        who = (self.cast.wu if county else self.cast.he).actor
        done = self.take(
            "answer_dispute",
            lambda now: answers.answer(
                said["id"], decision, note="seen by two", right=right, actor=who, now=now
            ),
            once=True,
        )
        if done and right:
            self._put_right(lot, right)

    def _right(self, lot: Row, wrong: str, percent: int) -> Right | None:
        other = self.county.top if lot["grade_id"] == self.county.first else self.county.first
        net = Grams(max(1, lot["net_g"] * percent // 100))
        known: dict[str, Any] = {
            "weight": Right(lot["grade_id"], net),
            "grade": Right(other, net),
            "not_ours": Right(lot["grade_id"], Grams(0)),
        }
        return known.get(wrong)

    def _put_right(self, old: Row, right: Right) -> None:
        """What was there of the lot is there anew: by as much as it was weighed wrongly."""
        moved = self.moved_of(old["id"], "weigh_in", "correct")
        answer = self.seen.rows("dispute_answer")[-1]
        if answer["movement_id"] is not None:
            change = self.seen.row("movement", answer["movement_id"])["grams"]
            self.known.gone(old["id"], -change)
        if answer["lot_id"] is not None:
            new = self.seen.row("lot", answer["lot_id"])
            price = self.known.price_on(right.grade_id, self.day_weighed(old))
            net = new["net_g"]
            self.known.brought(new["id"], old["household_id"], right.grade_id, net, price)
            moved += net
        assert moved == right.net, "what counts after the answer is what it said"

    def moved_of(self, lot: int, *reasons: str) -> int:
        rows = self.seen.rows("movement")
        return sum(r["grams"] for r in rows if r["lot_id"] == lot and r["reason"] in reasons)
