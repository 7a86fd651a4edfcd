"""Two buyers and the last box: one order and one clear refusal, with threads and with processes."""

import multiprocessing
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import func, select

from storefront import create_app, db
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.orders import checkout
from storefront.orders.models import Allocation, Order
from storefront.supply.models import Lot
from tests import factories as make
from tests.conftest import settings_for

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

BOXES = 6


def filled_lots(boxes: int) -> None:
    """Two lots that hold exactly so many boxes together, one box split over both."""
    with db.transaction():
        c = make.county()
        make.weigh(c, c.lin, c.first, 2_000)
        make.weigh(c, c.zhao, c.first, boxes * 2_500 - 2_000)


def buy(app: Flask) -> str:
    """Fill a cart and place it, as a request would; returns the order's code or the refusal's."""
    with app.app_context():
        try:
            with db.transaction():
                form = make.wanted((make.BOX, 1))
            with db.transaction():
                return checkout.place_order(form, actor=Actor.guest(), now=make.NOW).code
        except Refusal as refusal:
            return refusal.code


def buy_many(app: Flask, buyers: int, threads: int) -> Counter[str]:
    with ThreadPoolExecutor(threads) as pool:
        answers = [pool.submit(buy, app) for _ in range(buyers)]
        return Counter(
            "sold_out" if answer.result() == "sold_out" else "placed" for answer in answers
        )


def check_sold(boxes: int) -> None:
    """As many orders as boxes, and every gram accounted for once."""
    assert db.session.scalar(select(func.count(Order.id))) == boxes
    assert db.session.scalar(select(func.sum(Allocation.grams))) == boxes * 2_500
    assert set(db.session.scalars(select(Lot.available_g))) == {0}


def test_the_last_box_goes_to_one_of_two_buyers(app: Flask) -> None:
    """The other reads that it is sold out and how many are left: none."""
    filled_lots(1)
    assert buy_many(app, 2, 2) == {"placed": 1, "sold_out": 1}
    check_sold(1)


def test_threads_sell_exactly_what_there_is(app: Flask) -> None:
    """Twelve buyers at once, six boxes."""
    filled_lots(BOXES)
    assert buy_many(app, 2 * BOXES, 4) == {"placed": BOXES, "sold_out": BOXES}
    check_sold(BOXES)


def _process(url: str, var: str, answers: "Queue[Counter[str]]") -> None:
    answers.put(buy_many(create_app(settings_for(Path(var), url)), BOXES, 3))


def test_processes_sell_exactly_what_there_is(app: Flask, var: Path) -> None:
    """Two processes of three threads each, twelve buyers, six boxes."""
    filled_lots(BOXES)
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    spawn = multiprocessing.get_context("spawn")
    answers: Queue[Counter[str]] = spawn.Queue()
    children = [spawn.Process(target=_process, args=(url, str(var), answers)) for _ in range(2)]
    for child in children:
        child.start()
    total = answers.get(timeout=60) + answers.get(timeout=60)
    for child in children:
        child.join(60)
    assert total == {"placed": BOXES, "sold_out": BOXES}
    check_sold(BOXES)


def test_the_same_form_from_two_tabs_at_once_is_one_order(app: Flask) -> None:
    """A double click: both answers name the same order, one of them says again."""
    filled_lots(BOXES)
    with db.transaction():
        form = make.wanted((make.BOX, 1))

    def send() -> checkout.Placed:
        with app.app_context(), db.transaction():
            return checkout.place_order(form, actor=Actor.guest(), now=make.NOW)

    with ThreadPoolExecutor(4) as pool:
        placed = [job.result() for job in [pool.submit(send) for _ in range(4)]]
    assert len({one.order_id for one in placed}) == 1
    assert sorted(one.again for one in placed) == [False, True, True, True]
    assert db.session.scalar(select(func.count(Order.id))) == 1
