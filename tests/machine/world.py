"""One county and its time. Every step is one verb in one transaction, held to the laws after it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from hypothesis import currently_in_test_context, note
from hypothesis.stateful import RuleBasedStateMachine, invariant

from storefront import clock, db
from storefront.actors import Actor
from storefront.errors import Refusal, StorefrontError
from storefront.web import i18n, refusals
from tests import factories as make
from tests.databases import Database
from tests.machine import arrows, frozen, laws
from tests.machine.outside import Outside
from tests.machine.seen import Change, Row, Seen, look
from tests.machine.tally import Tally

T = TypeVar("T")
Verb = Callable[[datetime], T]  # a verb with everything it is told but the time
STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where histories are played: a database that is made fresh for each, and what counts them."""

    database: Database
    tally: Tally

    def clear(self) -> None:
        db.session.remove()
        db.sa.engine.dispose()
        self.database.renew()


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A step that was not refused: what the verb answered and what it changed."""

    answer: T
    changes: list[Change]

    def born(self, table: str) -> list[Row]:
        """The rows of ``table`` that the step wrote."""
        return [
            one.after
            for one in self.changes
            if one.table == table and one.before is None and one.after is not None
        ]


class World(RuleBasedStateMachine):
    """The county, what was seen of it last, and what people outside know of it."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        stage.clear()
        self.tally = stage.tally
        self.now = make.NOW
        with db.transaction():
            self.county = make.county(self.now)
        self.cast = self.county.cast
        self.homes = [self.county.lin, self.county.zhao, self.county.yang]
        people = (self.cast.lin, self.cast.zhao, self.cast.yang)
        self.members = {one.actor.household_id: one.actor for one in people}
        since = clock.china_day(self.now) - 30 * make.DAY
        self.known = Outside(
            grades={"YL-T": self.county.top, "YL-1": self.county.first},
            prices={self.county.top: [(since, 940)], self.county.first: [(since, 700)]},
        )
        self.seen = look()
        self.said: list[tuple[str, Verb[Any]]] = []  # what may be said again and changes nothing
        self.whole = True
        self.tally.histories += 1

    def teardown(self) -> None:
        if self.whole:
            assert laws.broken_at_the_end(self.seen) == []
        db.session.remove()

    # -- a step

    def take(self, name: str, verb: Verb[T], *, once: bool = False) -> Done[T] | None:
        """Do one verb; None when it was refused. ``once``: said again it must change nothing."""
        self.agree()  # with what the step before did
        self.whole = False
        self.now += STEP
        before = self.seen
        done, said = self._do(verb)
        self.seen = look()
        changes = before.changes(self.seen)
        self._note(name, said or ("done" if changes else "nothing to do"))
        self._hold(name, before, changes, said)
        if done is None:
            self.tally.refused[name] += 1
            return None
        (self.tally.taken if changes else self.tally.idle)[name] += 1
        if once and changes:
            self.said.append((name, verb))
        return Done(done[0], changes)

    def say_again(self, name: str, verb: Verb[Any]) -> None:
        """Law 3, and wherever the world repeats itself: the same again changes nothing."""
        self.whole = False
        self.now += STEP
        before = self.seen
        with suppress(StorefrontError), db.transaction():
            verb(self.now)
        self.seen = look()
        self._note(f"{name} again", "nothing changed")
        assert [str(change) for change in before.changes(self.seen)] == [], f"{name} again"
        self.tally.repeated[name] += 1
        self.whole = True

    def _note(self, name: str, said: str) -> None:
        """Tell a failing history verb by verb."""
        if currently_in_test_context():
            note(f"  {self.now:%d %b %H:%M} {name}: {said}")

    def _do(self, verb: Verb[T]) -> tuple[tuple[T] | None, str]:
        try:
            with db.transaction():
                return (verb(self.now),), ""
        except StorefrontError as answer:
            return None, self._told(answer)

    def _told(self, answer: StorefrontError) -> str:
        """Law 12: a refusal is a sentence, in both languages."""
        if not isinstance(answer, Refusal):
            self.tally.codes[type(answer).__name__] += 1
            return type(answer).__name__
        self.tally.codes[answer.code] += 1
        told = []
        for language in ("zh", "en"):
            with i18n.speaking(language):
                told.append(refusals.sentence(answer))
                assert told[-1] != str(refusals.UNKNOWN), answer.code
        assert told[0] != told[1], f"{answer.code} is said in one language only"
        assert not any("%(" in sentence for sentence in told), told
        return told[1]

    def _hold(self, name: str, before: Seen, changes: list[Change], refused: str) -> None:
        """Hold what the step left behind to the laws."""
        if refused:
            assert [str(change) for change in changes] == [], f"law 12: {name} was refused"
        else:
            self.tally.arrows.update(arrows.taken(changes))
            assert frozen.thawed(changes, before) == [], f"law 7: after {name}"
            assert laws.broken() == [], f"after {name}"

    @invariant()
    def agree(self) -> None:
        """Compare with what the people outside know, once they know of the step too."""
        assert self.known.disagreements(self.seen) == []
        self.whole = True

    # -- whom and what a step is about

    def nth(self, number: int, table: str, *states: str) -> Row:
        """The row that a drawn number means: any number means one."""
        rows = self.seen.rows(table, *states)
        return rows[number % len(rows)]

    def has(self, table: str, *states: str) -> bool:
        return bool(self.seen.rows(table, *states))

    def home(self, number: int) -> int:
        return self.homes[number % len(self.homes)]

    def grade(self, top: bool) -> int:  # noqa: FBT001  a drawn yes or no
        return self.county.top if top else self.county.first

    def agent_of(self, household: int) -> Actor:
        station = self.seen.row("household", household)["station_id"]
        agents = (self.cast.sun.actor, self.cast.gao.actor)
        return next(one for one in agents if one.station_id == station)

    def today(self) -> Any:
        return clock.china_day(self.now)
