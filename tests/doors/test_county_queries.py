"""A county page asks the database the same number of questions however much was sold."""

import pytest
import time_machine

from tests import season as made
from tests.season import MONTHS, TODAY
from tests.visits import come_in, statements

MOST = 8


@pytest.fixture
def season(app):
    return made.season()


def pages(season):
    return (
        "/county/?season=2026",
        f"/county/income?{MONTHS}",
        "/county/households?q=H",
        f"/county/households/H-LIN?{MONTHS}",
        f"/county/households/H-LIN?{MONTHS}&status=lifted",
        f"/county/orders/{season.closed[0]}",
        "/county/entries/1",
        "/county/pay-runs",
        f"/county/pay-runs/{season.run}",
        f"/county/pay-runs/{season.run}/H-LIN",
    )


def counts(client, addresses):
    found = {}
    for address in addresses:
        with statements() as asked:
            assert client.get(address).status_code == 200, address
        found[address] = len(asked)
    return found


@time_machine.travel(TODAY, tick=False)
def test_more_orders_are_not_more_statements(client, season):
    come_in(client, season.county.cast.wu)
    before = counts(client, pages(season))
    for _ in range(4):
        made.sell_again(season.county)
    assert counts(client, pages(season)) == before
    assert {address: count for address, count in before.items() if count > MOST} == {}
