"""Steps in the county office: pay runs, the bank's answers, confirmations."""

from hypothesis.stateful import precondition, rule

from storefront.settlement import answers, payruns
from tests.machine.drawn import NUMBER, YES
from tests.machine.seen import Row
from tests.machine.world import World


class Office(World):
    def is_due(self) -> bool:
        """Whether a run would find something: a due share or a loss that is ours, in no run."""
        rows = [row for row in self.seen.rows("pay_item_row") if row["live"]]
        crates = {row["allocation_id"] for row in rows}
        losses = {row["movement_id"] for row in rows}
        return any(row["id"] not in crates for row in self.seen.rows("allocation", "due")) or any(
            row["owed_fen"] and row["id"] not in losses for row in self.seen.rows("movement")
        )

    @precondition(lambda self: self.is_due())
    @rule()
    def draft(self) -> None:
        self.make_run()

    def make_run(self) -> None:
        day, wu = self.today(), self.cast.wu.actor
        self.take("draft", lambda now: payruns.draft(day, actor=wu, now=now))

    @precondition(lambda self: self.has("pay_run", "draft"))
    @rule(number=NUMBER)
    def approve(self, number: int) -> None:
        self.check_run(self.nth(number, "pay_run", "draft"))

    def check_run(self, row: Row) -> None:
        run, qiao = row["id"], self.cast.qiao.actor
        self.take("approve", lambda now: payruns.approve(run, actor=qiao, now=now), once=True)

    @precondition(lambda self: self.has("pay_run", "draft", "approved"))
    @rule(number=NUMBER)
    def abandon(self, number: int) -> None:
        self.drop_run(self.nth(number, "pay_run", "approved", "draft"))

    def drop_run(self, row: Row) -> None:
        run, wu = row["id"], self.cast.wu.actor
        self.take("abandon", lambda now: payruns.abandon(run, actor=wu, now=now), once=True)

    @precondition(lambda self: self.has("pay_run", "approved"))
    @rule(number=NUMBER)
    def export(self, number: int) -> None:
        self.hand_over(self.nth(number, "pay_run", "approved"))

    def hand_over(self, row: Row) -> None:
        run, wu = row["id"], self.cast.wu.actor
        done = self.take("export", lambda now: payruns.export(run, actor=wu, now=now), once=True)
        assert not (done and self.disputed_in(run)), "what is disputed does not leave for the bank"

    def disputed_in(self, run: int) -> set[int]:
        """Lots in a run whose household disputes their slip and has no answer."""
        answered = {row["dispute_id"] for row in self.seen.rows("dispute_answer")}
        waits = {r["lot_id"] for r in self.seen.rows("slip_dispute") if r["id"] not in answered}
        items = {row["id"] for row in self.seen.rows("pay_item") if row["run_id"] == run}
        rows = [row for row in self.seen.rows("pay_item_row") if row["item_id"] in items]
        return waits & {self._lot_of(row) for row in rows if not row["recovers"]}

    def _lot_of(self, row: Row) -> int:
        of_crate = row["allocation_id"] is not None
        table, key = ("allocation", "allocation_id") if of_crate else ("movement", "movement_id")
        return int(self.seen.row(table, row[key])["lot_id"])

    def at_bank(self) -> list[Row]:
        items = self.seen.rows("pay_item", "open")
        return [row for row in items if self._exported(row)]

    def _exported(self, item: Row) -> bool:
        return bool(self.seen.row("pay_run", item["run_id"])["state"] == "exported")

    @precondition(lambda self: self.at_bank())
    @rule(number=NUMBER, ok=YES)
    def bank_answers(self, number: int, ok: bool) -> None:  # noqa: FBT001  a drawn yes or no
        items = self.at_bank()
        self.answer(items[number % len(items)], ok=ok)

    def answer(self, item: Row, *, ok: bool) -> None:
        item_id, wu, said = item["id"], self.cast.wu.actor, "" if ok else "account closed"
        done = self.take(
            "bank_answers",
            lambda now: answers.record_result(item_id, ok=ok, reason=said, actor=wu, now=now),
            once=True,
        )
        if done and ok and done.changes:
            self.known.statement += item["amount_fen"]
            self.known.notebooks[item["household_id"]] -= item["amount_fen"]

    @precondition(lambda self: self.has("pay_item", "paid"))
    @rule(number=NUMBER, by_phone=YES)
    def confirm(self, number: int, by_phone: bool) -> None:  # noqa: FBT001  a drawn yes or no
        self.thank(self.nth(number, "pay_item", "paid"), by_phone=by_phone)

    def thank(self, item: Row, *, by_phone: bool) -> None:
        item_id, household = item["id"], item["household_id"]
        by_phone = by_phone and household in self.members
        how = "phone" if by_phone else "agent"
        actor = self.members[household] if by_phone else self.agent_of(household)
        self.take(
            "confirm",
            lambda now: answers.confirm_received(item_id, how, actor=actor, now=now),
            once=True,
        )
