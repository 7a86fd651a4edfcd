"""The soak: two web processes and the worker, everybody at once, and a killer among them."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from threading import Event, Thread

from sqlalchemy import text

from storefront import clock, create_app, db
from storefront.config import Settings
from tests.people import PASSWORD, Person
from tests.soak import town as towns
from tests.soak import verdict
from tests.soak.agents import Agent, Storekeeper
from tests.soak.browser import Browser
from tests.soak.buyers import Buyer
from tests.soak.diary import Diary
from tests.soak.machine import Computed, share_of_others
from tests.soak.packers import Packer
from tests.soak.readers import HOME, OFFICE, Reader
from tests.soak.shop import Shop, kill, until
from tests.soak.town import Town

ONE_SECOND = 1.0
NOBODY_ELSE = 0.25  # others may use so much of the machine before seconds mean nothing
AFTER_A_KILL = 10.0  # seconds in which a request may have been cut off by it
LONGER = 8  # times as long as planned until too little is too little
VICTIMS = ("web", "worker", "web", "server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long (seconds), how many people, how hasty, how often a process is killed (seconds).

    ``least`` says how often each act must have succeeded: the soak goes on until then.
    """

    seconds: float
    buyers: int
    packers: int
    agents: int
    think: float
    kill_every: float
    deliveries: int
    unpaid: int
    least: Mapping[str, int]
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it: the diary, the log's own times (seconds), who else was here, the faults."""

    diary: Diary
    lasted: float
    served: list[float]
    others: float
    faults: list[str] = field(default_factory=list)

    @property
    def is_judged(self) -> bool:
        """Whether waits mean anything: nobody else kept the machine busy."""
        return self.others <= NOBODY_ELSE


def soak(plan: Plan, settings: Settings, var: Path, environment: Mapping[str, str]) -> Outcome:
    """Open the shop on a fresh, migrated database, let everybody at it, and judge."""
    diary, before = Diary(), Computed.now()
    town = towns.build(settings, clock.now(), deliveries=plan.deliveries, unpaid=plan.unpaid)
    _note_what_was_there(settings, diary)
    with Shop(settings.database_url, var, **environment) as shop:
        lasted = _let_them_in(plan, shop, diary, town)
        _settle(settings)
        status = shop.stop()
    outcome = Outcome(
        diary=diary,
        lasted=lasted,
        served=[line["ms"] / 1000 for line in shop.requests()],
        others=share_of_others(before, Computed.now()),
    )
    if status != 0:
        outcome.faults.append(f"the shop ended with {status}")
    outcome.faults.extend([*diary.wrong, *_of_the_log(shop), *_too_little(plan, diary)])
    outcome.faults.extend([*_waits(outcome), *verdict.faults(settings, diary)])
    return outcome


def _note_what_was_there(settings: Settings, diary: Diary) -> None:
    """Note the keys of what stood in the database before anybody came."""
    with create_app(settings).app_context():
        for query in ("SELECT key FROM orders", "SELECT key FROM slip"):
            for key in db.session.scalars(text(query)):
                diary.try_key("before", key)
        db.session.remove()
        db.sa.engine.dispose()


def _let_them_in(plan: Plan, shop: Shop, diary: Diary, town: Town) -> float:
    """Let everybody act and be killed until enough has happened; return how long it took."""
    over, began = Event(), time.monotonic()
    people = _people(plan, shop, diary, town, over)
    killer = Thread(target=_kill_now_and_then, args=(plan, shop, diary, over))
    with ThreadPoolExecutor(len(people)) as pool:
        lives = [pool.submit(person) for person in people]
        killer.start()
        until(lambda: not shop.is_open, plan.seconds)
        until(lambda: not shop.is_open or not _too_little(plan, diary), LONGER * plan.seconds)
        over.set()
        killer.join()
        for life in lives:
            life.result()
    return time.monotonic() - began


def _people(
    plan: Plan, shop: Shop, diary: Diary, town: Town, over: Event
) -> list[Callable[[], None]]:
    """Return everybody's life; who works here has signed in."""
    chance, cast = Random(plan.seed), town.county.cast

    def browser(person: Person | None = None, think: float = plan.think) -> Browser:
        made = Browser(shop.port, diary, Random(chance.random()), over, think)
        if person is not None:
            sign_in(made, person)
        return made

    lives = [Buyer(browser(), town).live for _ in range(plan.buyers)]
    lives += [Packer(browser(cast.he, plan.think / 2), town).live for _ in range(plan.packers)]
    for number in range(plan.agents):
        who = (cast.sun, cast.gao)[number % 2]
        lives.append(Agent(browser(who), town, town.homes[who.identifier]).live)
    lives.append(Storekeeper(browser(cast.he)).live)
    lives.append(Reader(browser(cast.wu, 2 * plan.think), OFFICE).live)
    lives.append(Reader(browser(cast.lin, 2 * plan.think), HOME).live)
    return lives


def sign_in(browser: Browser, person: Person) -> None:
    """Come in as ``person``."""
    form = browser.get("sign in", "/sign-in").form("/sign-in")
    assert form is not None, "no sign-in form"
    answer = browser.send("sign in", form, identifier=person.identifier, password=PASSWORD)
    assert answer.location, f"{person.name} cannot sign in"
    if person.phone is not None:
        form = browser.get("sign in", "/sign-in/code").form("/sign-in/code")
        assert form is not None, "no form for the code"
        answer = browser.send("sign in", form, one_time_code=person.phone.code())
        assert answer.location, f"the code of {person.name} is not taken"


def _kill_now_and_then(plan: Plan, shop: Shop, diary: Diary, over: Event) -> None:
    """Kill a process every few seconds, the way a power cut does, each kind in its turn.

    Only once the last one's successor is at work: on a slow machine nobody would be left.
    """
    chance, whose = Random(plan.seed), cycle(VICTIMS)
    while not over.wait(plan.kill_every * chance.uniform(0.6, 1.4)):
        if not (shop.is_whole and all(shop.answers() for _ in range(6))):
            continue
        who = next(whose)
        victims = {"web": shop.web(), "server": shop.servers(), "worker": shop.workers()}[who]
        if victims and kill(chance.choice(victims)):
            diary.note_kill(who)


def _settle(settings: Settings) -> None:
    """Wait until the worker has sent what waits to be sent."""
    waiting = "SELECT count(*) FROM refund WHERE state IN ('requested', 'sent')"
    with create_app(settings).app_context():

        def nothing_waits() -> bool:
            db.session.rollback()
            return not db.session.scalar(text(waiting))

        until(nothing_waits, 60)
        db.session.remove()
        db.sa.engine.dispose()


def _of_the_log(shop: Shop) -> list[str]:
    """Return the faults the shop itself wrote down."""
    return [
        f"the log: {line.get('message')} {str(line.get('exception'))[-300:]}"
        for line in shop.lines()
        if line.get("level") in {"error", "critical"}
    ]


def _too_little(plan: Plan, diary: Diary) -> list[str]:
    """Name what happened too seldom: a soak in which nothing happens proves nothing."""
    return [
        f"too little happened: {act} {diary.acts[act]} times, not {least}"
        for act, least in plan.least.items()
        if diary.acts[act] < least
    ]


def _waits(outcome: Outcome) -> list[str]:
    """Return the waits above a second, and cuts that no kill explains."""
    faults = []
    if lonely := outcome.diary.lonely_cuts(AFTER_A_KILL):
        faults.append(f"{lonely} requests were cut off though nothing was killed")
    long = [one for one in outcome.diary.answered if one.wait > ONE_SECOND]
    if long and outcome.is_judged:
        worst = max(long, key=lambda one: one.wait)
        faults.append(f"{len(long)} waits above a second, {worst.kind} {worst.wait:.2f} s")
    return faults
