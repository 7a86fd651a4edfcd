"""Steps in the orchard, at the scale and in the store: what comes, goes home, rots, is held."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from storefront import ids
from storefront.actors import Actor
from storefront.orders import parcels, shortfall
from storefront.settlement import losses
from storefront.supply import confirming, lots, slip_codes, weighing
from storefront.supply.models import LOSSES
from storefront.supply.weighing import Delivery, Weighed
from storefront.weight import Grams
from tests.machine.drawn import NUMBER, PERCENT, YES
from tests.machine.seen import Row
from tests.machine.world import Verb, World


class Harvest(World):
    @rule(home=NUMBER, top=YES, grams=st.integers(1, 20_000))
    def declare(self, home: int, top: bool, grams: int) -> None:  # noqa: FBT001  a drawn yes or no
        self.say(self.home(home), self.grade(top), grams)

    def say(self, household: int, grade: int, grams: int) -> None:
        key, actor, day = ids.new_key(), self.agent_of(household), self.today()
        done = self.take(
            "declare",
            lambda now: lots.declare(
                household, grade, Grams(grams), harvested_on=day, key=key, actor=actor, now=now
            ),
            once=True,
        )
        if done:
            self.known.brought(done.born("lot")[0]["id"], household, grade, grams, None)

    @rule(home=NUMBER, top=YES, net=st.integers(1_000, 60_000), off=st.integers(0, 300))
    def weigh_in(self, home: int, top: bool, net: int, off: int) -> None:  # noqa: FBT001
        self.weigh(self.home(home), self.weighed(top, net, off))

    def weighed(self, top: bool, net: int, off: int = 0) -> Weighed:  # noqa: FBT001  as above
        reason = "leaves" if off else ""
        gross = Grams(net + 2_000 + off)
        return Weighed(self.grade(top), gross, Grams(2_000), Grams(off), reason)

    @precondition(lambda self: self.has("lot", "declared"))
    @rule(number=NUMBER, percent=PERCENT)
    def receive(self, number: int, percent: int) -> None:
        """Weigh in what was declared: less than was said, as much, or more."""
        self.bring(self.nth(number, "lot", "declared"), percent)

    def bring(self, lot: Row, percent: int) -> None:
        net = Grams(max(1, lot["declared_g"] * percent // 100))
        row = Weighed(lot["grade_id"], net, Grams(0), Grams(0), declared_lot_id=lot["id"])
        self.weigh(lot["household_id"], row, lot)

    @initialize(nets=st.lists(st.integers(3_000, 60_000), min_size=2, max_size=5))
    def first_harvest(self, nets: list[int]) -> None:
        for number, net in enumerate(nets):
            self.weigh(self.home(number), self.weighed(number % 3 == 2, net))

    def weigh(self, household: int, row: Weighed, declared: Row | None = None) -> None:
        key, actor, day = ids.new_key(), self.agent_of(household), self.today()
        delivery = Delivery(household, day, (row,))
        done = self.take(
            "receive" if declared else "weigh_in",
            lambda now: shortfall.weigh_in(delivery, key=key, actor=actor, now=now),
            once=True,
        )
        if not done:
            return
        price = self.known.price_on(row.grade_id, day)
        self.known.days[done.answer.id] = day
        if declared:
            self.known.gone(declared["id"], declared["declared_g"])
        lot = declared["id"] if declared else done.born("lot")[0]["id"]
        self.known.brought(lot, household, row.grade_id, int(row.net), price)

    def unconfirmed(self) -> list[Row]:
        rows = self.seen.rows("lot", "received")
        own = [row for row in rows if row["household_id"] in self.members]
        return [row for row in own if row["confirmed_at"] is None]

    @precondition(lambda self: self.unconfirmed())
    @rule(number=NUMBER)
    def confirm_slip(self, number: int) -> None:
        lots_ = self.unconfirmed()
        lot = lots_[number % len(lots_)]
        slip, actor = lot["slip_id"], self.members[lot["household_id"]]
        self.take(
            "confirm_slip",
            lambda now: weighing.confirm_slip(slip, actor=actor, now=now),
            once=True,
        )

    @precondition(lambda self: self.unconfirmed())
    @rule(number=NUMBER, way=st.sampled_from(("code", "photo", "visit", "next visit")))
    def agree_at_the_station(self, number: int, way: str) -> None:
        """Without a phone of its own: a code, the signed slip, its PIN, or the next time."""
        lots_ = self.unconfirmed()
        lot = lots_[number % len(lots_)]
        slip, sun = lot["slip_id"], self.agent_of(lot["household_id"])
        member = self.members[lot["household_id"]].user_id or 0
        ways: dict[str, Verb[object]] = {
            "photo": lambda now: confirming.by_paper(slip, f"{slip:024d}", actor=sun, now=now),
            "visit": lambda now: confirming.by_visit(slip, member, actor=sun, now=now),
            "next visit": lambda now: confirming.at_next_visit(slip, actor=sun, now=now),
        }
        if way in ways:
            self.take(f"agree by {way}", ways[way], once=True)
        else:
            self.agree_by_code(slip, sun)

    def agree_by_code(self, slip: int, sun: Actor) -> None:
        sent = self.take(
            "send_code", lambda now: slip_codes.send(slip, "sms.example", actor=sun, now=now)
        )
        if sent:
            digits = slip_codes.digits_of(sent.answer.seed)
            told = self.take(
                "agree by code",
                lambda now: slip_codes.confirm(slip, digits, actor=sun, now=now),
                once=True,
            )
            assert told is None or told.answer is None, "the code that was sent is the right one"

    @precondition(lambda self: self.has("lot", "declared", "received"))
    @rule(number=NUMBER, percent=PERCENT)
    def take_back(self, number: int, percent: int) -> None:
        lot = self.nth(number, "lot", "declared", "received")
        grams = max(1, lot["available_g"] * percent // 100)
        lot_id, key, actor = lot["id"], ids.new_key(), self.agent_of(lot["household_id"])
        done = self.take(
            "take_back",
            lambda now: lots.take_back(lot_id, Grams(grams), key=key, actor=actor, now=now),
            once=True,
        )
        if done:
            self.known.gone(lot_id, grams)

    def still_free(self) -> list[Row]:
        return [row for row in self.seen.rows("lot", "declared", "received") if row["available_g"]]

    @precondition(lambda self: self.still_free())
    @rule(number=NUMBER)
    def sell_out(self, number: int) -> None:
        rows = self.still_free()
        self.take_the_rest(rows[number % len(rows)])

    @rule(home=NUMBER, top=YES, grams=st.integers(1, 20_000))
    def change_ones_mind(self, home: int, top: bool, grams: int) -> None:  # noqa: FBT001
        """Declared, and all of it taken back."""
        self.say(self.home(home), self.grade(top), grams)
        self.take_the_rest(self.seen.rows("lot")[-1])

    def take_the_rest(self, lot: Row) -> None:
        lot_id, key, actor = lot["id"], ids.new_key(), self.agent_of(lot["household_id"])
        done = self.take(
            "sold_out",
            lambda now: lots.sold_out(lot_id, key=key, actor=actor, now=now),
            once=True,
        )
        if done:
            self.known.gone(lot_id, lot["available_g"])

    @precondition(lambda self: self.has("lot", "received"))
    @rule(number=NUMBER, percent=PERCENT, reason=st.sampled_from(LOSSES), ours=YES)
    def write_off(self, number: int, percent: int, reason: str, ours: bool) -> None:  # noqa: FBT001
        """A loss: also of more than is free, and of more than is there."""
        self.lose(self.nth(number, "lot", "received"), percent, reason, ours=ours)

    def planned_on(self) -> list[Row]:
        """Lots of which somebody is promised grams."""
        rows = self.seen.rows("lot", "received")
        return [row for row in rows if row["available_g"] < row["on_hand_g"]]

    @precondition(lambda self: self.planned_on())
    @rule(number=NUMBER, percent=st.integers(60, 100), ours=YES)
    def lose_what_was_promised(self, number: int, percent: int, ours: bool) -> None:  # noqa: FBT001
        rows = self.planned_on()
        self.lose(rows[number % len(rows)], percent, "rot", ours=ours)

    def lose(self, lot: Row, percent: int, reason: str, *, ours: bool) -> None:
        lot_id, grams = lot["id"], Grams(max(1, lot["on_hand_g"] * percent // 100))
        key, he, sun = ids.new_key(), self.cast.he.actor, self.cast.sun.actor
        asked, loss = (
            (lot_id, grams, reason, "brand_fund"),
            losses.Loss(lot_id=lot_id, grams=grams, reason=reason, note="seen by two", key=key),
        )

        def write_off(now: datetime) -> object:
            if ours:
                return losses.write_off(*asked, note="", key=key, actor=he, now=now)
            return losses.write_off_agreed(loss, second=sun, actor=he, now=now)

        done = self.take("write_off", write_off, once=True)
        if done:
            self.known.gone(lot_id, int(grams), owed=ours)

    @precondition(lambda self: self.has("allocation", "short"))
    @rule(number=NUMBER)
    def place_short(self, number: int) -> None:
        self.place_again(self.nth(number, "allocation", "short"))

    def place_again(self, row: Row) -> None:
        row_id = row["id"]
        self.take("place_short", lambda now: shortfall.place_short(row_id, now=now))

    @precondition(
        lambda self: any(
            not row["on_hand_g"] and not row["available_g"]
            for row in self.seen.rows("lot", "received")
        )
    )
    @rule()
    def close_empty_lots(self) -> None:
        self.take("close_empty_lots", lambda now: parcels.close_empty_lots(now=now))
