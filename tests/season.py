"""A few weeks of a season for the county's screens: sold, paid for, lost, and left behind."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storefront import db, ids
from storefront.settlement import answers, losses, payruns, run_queries
from storefront.settlement.models import PayItem
from storefront.supply import registry
from storefront.weight import Grams
from tests import factories as make

PAY_DAY = make.NOW + 20 * make.DAY
TODAY = make.NOW + 30 * make.DAY
MONTHS = "from=2026-09&to=2026-10"


@dataclass(frozen=True, slots=True)
class Season:
    """The county, and the codes of what happened in it.

    Lin and Zhao sold, Lin also lost some pears in our keeping; Yang sold nothing.
    ``closed`` orders are due, ``sent`` is only dispatched; ``run`` is a draft.
    """

    county: make.County
    closed: tuple[str, ...]
    sent: str
    run: str


def season() -> Season:
    """Walk the season through the rooms' verbs."""
    with db.transaction():
        c = make.county()
        for home in (c.lin, c.zhao):
            lot = make.weigh(c, home, c.first, 60_000)
            make.weigh(c, home, c.top, 30_000)
            if home == c.lin:
                _rot(c, lot.id)
    closed = tuple(_sell(c, items) for items in ([(make.BOX, 2)], [(make.GIFT, 1)]))
    sent = _sell(c, [(make.PAIR, 1)], closing=False)
    with db.transaction():
        run = payruns.draft(PAY_DAY.date(), actor=c.cast.wu.actor, now=PAY_DAY).code
    return Season(c, closed, sent, run)


def _rot(c: make.County, lot_id: int) -> None:
    losses.write_off(
        lot_id,
        Grams(1_500),
        "rot",
        "brand_fund",
        note="",
        key=ids.new_key(),
        actor=c.cast.he.actor,
        now=make.NOW,
    )


def _sell(c: make.County, items: list[tuple[str, int]], *, closing: bool = True) -> str:
    """Sell and dispatch an order; closed too unless told."""
    with db.transaction():
        order = make.order(*items)
        code, key = order.code, order.id
    with db.transaction():
        make.pay(key)
    with db.transaction():
        make.dispatch(c, key)
    if closing:
        with db.transaction():
            make.close(c, key)
    return code


def sell_again(c: make.County) -> None:
    """Sell what one order more needs, through to its closing."""
    _sell(c, [(make.BOX, 1)])


def settle(c: make.County, run_id: int, *, now: datetime = PAY_DAY) -> list[int]:
    """Approve and export a run, and have the bank pay all of it; returns its items."""
    with db.transaction():
        payruns.approve(run_id, actor=c.cast.qiao.actor, now=now)
    with db.transaction():
        payruns.export(run_id, actor=c.cast.wu.actor, now=now)
    own = select(PayItem.id).where(PayItem.run_id == run_id)
    items = list(db.session.scalars(own.order_by(PayItem.id)))
    for item in items:
        with db.transaction():
            answers.record_result(item, ok=True, reason="", actor=c.cast.wu.actor, now=now)
    return items


def run_id(season: Season) -> int:
    """Return the id of the season's pay run."""
    return run_queries.pay_run_id(season.run)


def change_status(c: make.County, household_id: int, status: str) -> None:
    """Give a household another status from today on."""
    with db.transaction():
        actor = c.cast.wu.actor
        registry.set_status(household_id, status, TODAY.date(), actor=actor, now=TODAY)


def confirm(c: make.County, item_id: int) -> None:
    """The household of an item, Lin's, says that its pay arrived."""
    with db.transaction():
        answers.confirm_received(item_id, "phone", actor=c.cast.lin.actor, now=TODAY)
