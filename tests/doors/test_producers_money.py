"""What a household is owed: to the fen, row by row, and that it arrived."""

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.money import Fen
from storefront.orders.lives import SOLD
from storefront.orders.models import Allocation, Order, Parcel
from storefront.settlement.models import Confirmation
from storefront.supply.models import Lot, Movement
from storefront.web.filters import money
from tests import factories as make
from tests import season as made
from tests.visits import come_in


@pytest.fixture
def season(app):
    with time_machine.travel(made.TODAY, tick=False):
        yield made.season()


@pytest.fixture
def lin(english, season):
    come_in(english, season.county.cast.lin)
    return english


def arrive(client, item, base="/producers/"):
    return client.post(f"{base}income/arrived", data={"item": item})


def rows_of(season):
    mine = Allocation.household_id == season.county.lin
    return db.session.scalars(select(Allocation).where(mine, Allocation.state.in_(SOLD))).all()


def lost(season):
    mine = Movement.lot_id.in_(select(Lot.id).where(Lot.household_id == season.county.lin))
    return Fen.total(
        fen for fen in db.session.scalars(select(Movement.owed_fen).where(mine)) if fen is not None
    )


def test_owed_is_the_sum_of_what_stands_below(lin, season):
    rows = rows_of(season)
    owed = Fen.total(row.share_fen for row in rows) + lost(season)
    page = lin.get("/producers/").text
    assert "You are owed" in page
    assert money(owed) in page
    income = lin.get("/producers/income").text
    assert money(owed) in income
    for row in rows:
        for said in (row.crate, money(row.share_fen), db.get(Order, row.order_id).code):
            assert said in income


def test_every_row_opens_to_its_crate_its_parcel_and_its_payment(lin, season):
    made.settle(season.county, made.run_id(season))
    page = lin.get("/producers/income").text
    for row in rows_of(season):
        assert f'href="/producers/income/{row.id}"' in page
        opened = lin.get(f"/producers/income/{row.id}").text
        parcel, lot = db.get(Parcel, row.parcel_id), row.crate.partition("-")[0]
        for said in (row.crate, money(row.share_fen), parcel.code, f"/producers/lots/{lot}"):
            assert said in opened
        known = ("paid on" in opened, "Not in a pay run yet." in opened)
        assert known == (row.state == "paid", row.state != "paid")


def test_a_row_says_nothing_of_the_buyer(lin, season):
    row = rows_of(season)[0]
    opened = lin.get(f"/producers/income/{row.id}").text
    for said in ("13800000010", "示例路", make.address().recipient):
        assert said not in opened


def test_the_household_says_that_it_arrived(lin, season):
    items = made.settle(season.county, made.run_id(season))
    assert "did it arrive?" in lin.get("/producers/").text
    page = lin.get("/producers/income").text
    mine = [item for item in items if f'name="item" value="{item}"' in page]
    assert len(mine) == 1
    assert arrive(lin, mine[0]).status_code == 303
    assert arrive(lin, mine[0]).status_code == 303
    row = db.session.scalars(select(Confirmation)).one()
    assert (row.item_id, row.how) == (mine[0], "phone")
    assert "did it arrive?" not in lin.get("/producers/").text
    assert "arrival confirmed on" in lin.get("/producers/income").text


def test_an_agent_confirms_for_the_household(english, season):
    items = made.settle(season.county, made.run_id(season))
    come_in(english, season.county.cast.sun)
    page = english.get("/producers/for/H-LIN/income").text
    mine = next(item for item in items if f'name="item" value="{item}"' in page)
    assert arrive(english, mine, "/producers/for/H-LIN/").status_code == 303
    assert db.session.scalars(select(Confirmation.how)).one() == "agent"


def test_nobody_confirms_what_is_not_theirs(english, season):
    items = made.settle(season.county, made.run_id(season))
    come_in(english, season.county.cast.yang)
    assert {arrive(english, item).status_code for item in (*items, 999, "x")} == {404}
    assert db.session.scalars(select(Confirmation)).all() == []
