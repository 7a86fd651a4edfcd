"""Pay runs: drafted, approved, exported, answered by the bank, confirmed by households."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from storefront import clock, db
from storefront.actors import Actor
from storefront.cli.demo.county import Home
from storefront.cli.demo.diary import whole
from storefront.cli.demo.scene import Scene
from storefront.errors import Refusal
from storefront.settlement import answers, payruns
from storefront.settlement.models import PayItem

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REASON = "银行系统维护，未入账"  # what the bank says of the one that fails
SILENT = 4  # every so manieth household has not said yet that it arrived


@dataclass(frozen=True, slots=True)
class Run:
    """A pay run ``days_ago``: how far it goes; ``fails`` is the place of the item that does."""

    days_ago: int
    goes: str = "settled"
    fails: int | None = None


RUNS = (
    *(Run(ago, fails=ago % 7) for ago in range(344, 60, -30)),  # one a month
    Run(44, fails=2),
    Run(29),
    Run(13, goes="abandoned"),
    Run(12),
    Run(4, goes="exported"),
    Run(2, goes="approved"),
    Run(0, goes="draft"),
)


def write(scene: Scene) -> None:
    """Write the season's pay runs into the diary."""
    for run in RUNS:
        morning = scene.diary.ago(run.days_ago, 10, 30)
        when = min(morning, scene.diary.now - HOUR)
        scene.diary.write(when, partial(_draft, scene, run))


def _draft(scene: Scene, run: Run, now: datetime) -> None:
    """Draft what fell due by yesterday; where nothing did, look again tomorrow."""
    cutoff = clock.china_day(now) - DAY
    try:
        with db.transaction():
            run_id = payruns.draft(cutoff, actor=scene.officer, now=now).id
    except Refusal:
        scene.diary.write(now + DAY, partial(_draft, scene, run))
        return
    if run.goes == "abandoned":
        abandon = partial(_abandon, scene, run_id)
        scene.diary.write(now + 3 * HOUR, whole(abandon))
    if run.goes in {"draft", "abandoned"}:
        return
    approve = partial(_approve, scene, run_id)
    export = partial(_export, scene, run_id)
    scene.diary.write(now + 4 * HOUR, whole(approve))
    if run.goes == "approved":
        return
    scene.diary.write(now + 6 * HOUR, whole(export))
    scene.diary.write(now + 2 * DAY + 4 * HOUR, partial(_answer, scene, run, run_id))


def _abandon(scene: Scene, run_id: int, now: datetime) -> None:
    payruns.abandon(run_id, actor=scene.officer, now=now)


def _approve(scene: Scene, run_id: int, now: datetime) -> None:
    payruns.approve(run_id, actor=scene.checker, now=now)


def _export(scene: Scene, run_id: int, now: datetime) -> None:
    payruns.export(run_id, actor=scene.officer, now=now)


def _answer(scene: Scene, run: Run, run_id: int, now: datetime) -> None:
    """The bank answers each item; of a run still under way it has answered the first half."""
    query = select(PayItem.id, PayItem.household_id).where(PayItem.run_id == run_id)
    items = list(db.session.execute(query.order_by(PayItem.id)))
    answered = items if run.goes == "settled" else items[: len(items) // 2]
    homes = {home.id: home for home in scene.county.homes}
    fails = min(run.fails, len(items) - 1) if run.fails is not None else None
    for place, (item_id, household_id) in enumerate(answered):
        ok = place != fails
        with db.transaction():
            reason = "" if ok else REASON
            answers.record_result(item_id, ok=ok, reason=reason, actor=scene.officer, now=now)
        if ok and run.goes == "settled" and place % SILENT != 1:
            through_agent = (place + run.days_ago) % 2 == 1
            _confirm_later(scene, homes[household_id], item_id, now, through_agent=through_agent)


def _confirm_later(
    scene: Scene, home: Home, item_id: int, now: datetime, *, through_agent: bool
) -> None:
    """A member says by phone that it arrived, or tells the agent, who notes it."""
    by_phone = None if through_agent and home.has_station else home.member
    actor, how = (by_phone, "phone") if by_phone else (home.scale, "agent")
    if how == "phone" or home.has_station:
        confirm = partial(_confirm, item_id, how, actor)
        scene.diary.write(now + scene.chance.randint(3, 80) * HOUR, whole(confirm))


def _confirm(item_id: int, how: str, actor: Actor, now: datetime) -> None:
    answers.confirm_received(item_id, how, actor=actor, now=now)
