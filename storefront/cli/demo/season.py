"""A first season, told by the verbs the doors use, from its first harvest day up to now."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from storefront import county as rules
from storefront import db, ids, outbox
from storefront.actors import OPERATOR
from storefront.cli.demo import (
    county,
    harvest,
    incidents,
    moments,
    payday,
    regulars,
    seasonal,
    shelf,
    unanswered,
)
from storefront.cli.demo.county import County
from storefront.cli.demo.diary import Diary, at
from storefront.cli.demo.scene import WHOLE, Scene
from storefront.cli.demo.shoppers import ORDERS, Shoppers
from storefront.cli.demo.till import Till
from storefront.orders import cart, parcels, retention
from storefront.settlement import sales

HOUSEHOLDS, FEWEST = 240, 14
BATCH = 50
CARTS_KEPT = timedelta(days=2)


def build(
    till: Till,
    password_hash: str,
    passed: Callable[[float], None],
    *,
    now: datetime,
    seed: int = 1,
    per_cent: int = WHOLE,
    everybody: bool = False,
) -> County:
    """Build the season into an empty, migrated database; the same arguments give the same rows.

    ``passed`` hears of the part gone by, 1 in all; ``per_cent`` makes a smaller season in which
    everything still happens, with ``everybody`` in it or with few. Returns who is there.
    """
    with ids.seeded(seed):
        scene = _open(Diary(now), random.Random(seed), password_hash, per_cent, everybody=everybody)  # noqa: S311  reproducible on purpose
        shoppers = Shoppers(scene, till)
        harvest.write(scene)
        shelf.let_prices_move(scene.diary, scene.shelf, scene.operator, scene.officer)
        with db.transaction():
            accounts = regulars.sign_up(password_hash, now=scene.diary.moment(0, 6))
        told = incidents.write(scene, shoppers) + moments.write(scene, shoppers)
        told += seasonal.write(scene, shoppers) + regulars.write(scene, shoppers, accounts)
        shoppers.write(scene.size(ORDERS) - told)
        payday.write(scene)
        _write_chores(scene.diary, shoppers)
        unanswered.write(scene, till)
        scene.diary.play(passed)
        return scene.county


def _open(
    diary: Diary, chance: random.Random, password_hash: str, per_cent: int, *, everybody: bool
) -> Scene:
    """Write down who and what there is on the first morning."""
    now = diary.moment(0, 6)
    wanted = HOUSEHOLDS if everybody else max(FEWEST, HOUSEHOLDS * per_cent // WHOLE)
    with db.transaction():
        people = county.settle(wanted, password_hash, now=now)
        stocked = shelf.stock_up(diary, people.one(OPERATOR), now=now)
    return Scene(diary, chance, people, stocked, per_cent)


def _write_chores(diary: Diary, shoppers: Shoppers) -> None:
    """Let the worker's chores be done every morning, and once more at the end."""
    for week in diary.year.days[::7]:
        diary.write(at(week, 5), _forget_people)
    for day in diary.year.days:
        diary.write(at(day, 6, 20), lambda now: _do_chores(shoppers, now))
    diary.write(diary.now, lambda now: _do_chores(shoppers, now))


def _do_chores(shoppers: Shoppers, now: datetime) -> None:
    in_force = rules.rules()
    shoppers.till.send_refunds(now)
    shoppers.till.close_stale(now)
    _until_done(
        lambda: parcels.deliver_by_elapsed(now=now, days=in_force.delivery_days, limit=BATCH)
    )
    _until_done(lambda: parcels.close_empty_lots(now=now, limit=BATCH))
    _until_done(lambda: sales.close_due(now=now, after_sale=in_force.after_sale, limit=BATCH))
    with db.transaction():
        cart.forget_old(now - CARTS_KEPT)
        for letter in outbox.unsent(now=now):
            outbox.mark_sent(letter.id, now=now)


def _forget_people(now: datetime) -> None:
    in_force = rules.rules()
    most = ORDERS  # in one week
    with db.transaction():
        retention.cut_addresses(now - in_force.address_kept, now=now, limit=most)
        retention.cut_buyers(now - in_force.buyer_kept, now=now, limit=most)
        outbox.forget_recipients(now - in_force.address_kept, limit=most)


def _until_done(verb: Callable[[], int]) -> None:
    count = BATCH
    while count == BATCH:
        with db.transaction():
            count = verb()
