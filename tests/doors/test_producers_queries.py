"""A producers' page asks the database the same number of questions however much was sold."""

import pytest
import time_machine

from storefront import db
from tests import factories as make
from tests.harvest import declare, harvest, sell
from tests.visits import come_in, statements

MOST = 8
FIRST_PAGE = 6
BOTH = pytest.mark.parametrize(
    ("who", "base"), [("lin", "/producers/"), ("sun", "/producers/for/H-LIN/")]
)
OWN = ("", "lots", "lots/declare", "lots/take-back", "income", "slips")


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


def counts(client, addresses):
    found = {}
    for address in addresses:
        with statements() as asked:
            assert client.get(address).status_code == 200, address
        found[address] = len(asked)
    return found


def more(h):
    for _ in range(3):
        sell(h.county, (make.BOX, 1), steps="dispatch")
        with db.transaction():
            make.weigh(h.county, h.county.lin, h.county.first, 5_000)
            declare(h.county, h.county.lin, h.county.first, 5_000)


@BOTH
def test_more_crates_are_not_more_statements(client, h, who, base):
    come_in(client, getattr(h.county.cast, who))
    pages = [f"{base}{path}" for path in (*OWN, f"lots/{h.lot}", f"slips/{h.slip}")]
    if who == "sun":
        pages += ["/producers/", f"{base}weigh-in"]
    before = counts(client, pages)
    more(h)
    assert counts(client, pages) == before
    assert {address: count for address, count in before.items() if count > MOST} == {}


@BOTH
def test_the_first_page_asks_six_questions(client, h, who, base):
    more(h)
    come_in(client, getattr(h.county.cast, who))
    assert counts(client, [base])[base] <= FIRST_PAGE
