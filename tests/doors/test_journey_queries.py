"""What the whole way to buy asks the database, from the first page to the paid order's."""

from collections.abc import Callable
from typing import Any

import pytest

from storefront import db
from storefront.catalogue import drafting
from storefront.payments.pretend import PretendSession
from tests import factories as make
from tests.doors.shopping import DOOR, filled, put_in, stocked
from tests.visits import statements

A_PAGE, A_JOURNEY = 8, 50
PROVIDER = PretendSession.__tablename__  # another machine's table, were it a real provider


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def bought(client) -> dict[str, list[str]]:
    """Buy a box; returns the statements of each step that are the shop's own."""
    told: dict[str, list[str]] = {}

    def step(name: str, visit: Callable[[], Any], status: int = 200) -> Any:
        with statements() as asked:
            answer = visit()
        assert answer.status_code == status, name
        told[name] = [statement for statement in asked if PROVIDER not in statement]
        return answer

    step("home", lambda: client.get("/"))
    step("product", lambda: client.get("/products/pear-box"))
    step("put in", lambda: put_in(client), 303)
    step("basket", lambda: client.get("/cart"))
    form = step("checkout", lambda: client.get(f"/checkout?province={DOOR['province']}"))
    placed = step("place", lambda: client.post("/checkout", data=filled(form)), 303)
    step("payment page", lambda: client.get(placed.location))
    paid = step("pay", lambda: client.post(placed.location, data={"do": "pay"}), 303)
    step("order", lambda: client.get(paid.location))
    return told


def test_buying_asks_little(app, client, county):
    bought(client)  # the catalogue is kept from here on
    told = bought(app.test_client())
    asked = {name: len(statements_) for name, statements_ in told.items()}
    for page in ("home", "product", "basket", "checkout", "payment page", "order"):
        assert asked[page] <= A_PAGE, page
    assert sum(asked.values()) <= A_JOURNEY, asked


def test_buying_asks_the_same_of_a_thousand_products(app, client, county):
    bought(client)
    few = {name: len(asked) for name, asked in bought(app.test_client()).items()}
    with db.transaction():
        shelf = drafting.add_category("long", "长货架", "A long shelf", 9).id
        for number in range(1_000):
            make._product(f"fruit-{number}", shelf, "segregated", make.NOW)  # noqa: SLF001
    bought(app.test_client())
    many = {name: len(asked) for name, asked in bought(app.test_client()).items()}
    assert many == few
