"""Steps about what is in doubt: lots held, released and destroyed, losses put to two people."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import ids
from storefront.settlement import loss_cases, recall
from storefront.supply import lots
from storefront.weight import Grams
from tests.machine.drawn import NUMBER, PERCENT, YES
from tests.machine.seen import Row
from tests.machine.store import Store


class Doubts(Store):
    def not_held(self) -> list[Row]:
        held = {row["lot_id"] for row in self.seen.rows("lot_hold") if not row["released_at"]}
        return [row for row in self.seen.rows("lot", "received") if row["id"] not in held]

    @precondition(lambda self: self.has("lot", "received"))
    @rule(number=NUMBER, back=YES)
    def hold_or_release(self, number: int, back: bool) -> None:  # noqa: FBT001  as above
        """A doubt about a lot; another one is over."""
        free, he = self.not_held(), self.cast.he.actor
        held = [row for row in self.seen.rows("lot", "received") if row not in free]
        if free and not (held and back):
            lot_id = free[number % len(free)]["id"]
            self.take("hold", lambda now: lots.hold(lot_id, "residue", actor=he, now=now))
        else:
            lot_id = held[number % len(held)]["id"]
            self.take("release", lambda now: lots.release(lot_id, actor=he, now=now))

    @precondition(lambda self: self.has("lot", "received"))
    @rule(number=NUMBER, percent=PERCENT, by_agent=YES)
    def put_case(self, number: int, percent: int, by_agent: bool) -> None:  # noqa: FBT001
        """Somebody says that a household is to bear a loss: nothing moves yet."""
        lot = self.nth(number, "lot", "received")
        lot_id, grams = lot["id"], Grams(max(1, lot["on_hand_g"] * percent // 100))
        who, key = (self.cast.sun if by_agent else self.cast.he).actor, ids.new_key()
        self.take(
            "put_case",
            lambda now: loss_cases.put_case(
                lot_id, grams, "theft", evidence="a photograph", key=key, actor=who, now=now
            ),
            once=True,
        )

    def undecided(self) -> list[Row]:
        return [row for row in self.seen.rows("loss_case") if row["decision"] is None]

    @precondition(lambda self: self.undecided())
    @rule(number=NUMBER, decision=st.sampled_from(loss_cases.DECISIONS), own=YES)
    def decide_case(self, number: int, decision: str, own: bool) -> None:  # noqa: FBT001
        """A second person agrees, or not; who said it may only drop it."""
        rows = self.undecided()
        case = rows[number % len(rows)]
        people = (self.cast.he.actor, self.cast.wu.actor)
        case_id = case["id"]
        mine = [one for one in people if one.user_id == case["put_by"]]
        others = [one for one in people if one not in mine]
        who = (mine if mine and own else others)[0]
        done = self.take(
            "decide_case",
            lambda now: loss_cases.decide_case(case_id, decision, actor=who, now=now),
            once=True,
        )
        if done and decision != loss_cases.DROPPED:
            self.known.gone(case["lot_id"], case["grams"], owed=decision == "brand_fund")

    def held(self) -> list[Row]:
        free = self.not_held()
        return [row for row in self.seen.rows("lot", "received") if row not in free]

    @precondition(lambda self: self.held())
    @rule(number=NUMBER)
    def destroy(self, number: int) -> None:
        rows = self.held()
        self.recall(rows[number % len(rows)])

    @precondition(lambda self: self.not_held())
    @rule(number=NUMBER)
    def hold_and_destroy(self, number: int) -> None:
        """A recall from its first word to its last."""
        rows, he = self.not_held(), self.cast.he.actor
        lot = rows[number % len(rows)]
        self.take("hold", lambda now: lots.hold(lot["id"], "residue", actor=he, now=now))
        self.recall(self.seen.row("lot", lot["id"]))

    def recall(self, lot: Row) -> None:
        """Destroy what is there of a held lot; packed crates are exchanged first, if they can."""
        lot_id, key, he = lot["id"], ids.new_key(), self.cast.he.actor
        for row in self.seen.rows("allocation", "packed"):
            if row["lot_id"] == lot_id:
                self.put_another_in(row)
        there = self.seen.row("lot", lot_id)["on_hand_g"]
        done = self.take(
            "destroy",
            lambda now: recall.destroy(lot_id, note="residue", key=key, actor=he, now=now),
            once=True,
        )
        if done:
            self.known.gone(lot_id, there, owed=True)
