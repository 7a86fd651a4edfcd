"""Today, the orders, the lots and the prices of the brand office."""

import pytest
import time_machine
from sqlalchemy import select

from storefront import chores, db, ids
from storefront.orders import queries
from storefront.settlement import loss_cases
from storefront.settlement.loss_cases import LossCase
from storefront.supply.models import Movement
from storefront.supply.price_models import PurchasePrice
from storefront.weight import Grams
from tests import factories as make
from tests.harvest import harvest, lot_of, sell
from tests.visits import come_in, statements

MOST = 8
HUGE = 10**30


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def he(english, h):
    come_in(english, h.county.cast.he)
    return english


def loss(**others):
    typed = {"grams": "2", "reason": "rot", "bearer": "brand_fund", "note": ""}
    return {**typed, "key": ids.new_key(), **others}


def test_today_says_what_waits_and_whether_the_worker_works(he, h):
    page = he.get("/brand/").text
    assert "Parcels to pack" in page
    assert "The worker has never run" in page
    with db.transaction():
        chores.note_run("lapse-holds", took_ms=3, fault=None, now=make.NOW)
        chores.note_run("unheard-of", took_ms=3, fault=None, now=make.NOW)
    page = he.get("/brand/").text
    assert "Give back what was not paid in time" in page
    assert "20 Sep 12:00" in page


def test_a_lot_that_will_not_keep_is_on_today(english, h):
    with time_machine.travel(make.NOW + 190 * make.DAY, tick=False):
        come_in(english, h.county.cast.he)
        assert h.lot in english.get("/brand/").text


def test_a_loss_of_planned_grams_names_the_orders_that_fall_short(he, h):
    with db.transaction():
        make.order((make.BOX, 16))
    answer = he.post(f"/brand/lots/{h.lot}/write-off", data=loss(grams="100"))
    assert answer.status_code == 303
    assert "Rot" in he.get(answer.location).text
    he.post(f"/brand/lots/{h.zhao_lot}/write-off", data=loss(grams=str(_jin(h.zhao_lot))))
    today = he.get("/brand/").text
    assert h.order in today
    assert "Look for a lot again" in he.get(f"/brand/packing/{h.parcel}").text


def _jin(code):
    return int(lot_of(code).on_hand_g) // 500


def test_a_short_row_finds_a_lot_that_came_in(he, h):
    for code in (h.lot, h.zhao_lot):
        he.post(f"/brand/lots/{code}/write-off", data=loss(grams=str(_jin(code))))
    rows = make.allocations(_order_id(h), "short")
    address = f"/brand/packing/{h.parcel}/crates/{rows[0].id}/find"
    assert he.post(address).status_code == 409
    with db.transaction():
        make.weigh(h.county, h.county.yang, h.county.first, 20_000)
    assert "A lot was found" in he.get(he.post(address).location).text
    assert len(make.allocations(_order_id(h), "short")) == len(rows) - 1


def _order_id(h):
    return queries.order_of(h.order).id


def test_a_loss_sent_twice_is_one(he, h):
    typed = loss()
    for _ in range(2):
        assert he.post(f"/brand/lots/{h.lot}/write-off", data=typed).status_code == 303
    rotten = db.session.scalars(select(Movement).where(Movement.reason == "rot")).one()
    assert (int(rotten.grams), int(rotten.owed_fen or 0)) == (-1_000, 700)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"grams": ""}, "Say how much."),
        ({"grams": "0"}, "The weight must be more than nothing"),
        ({"grams": "9999"}, ""),
        ({"reason": "mice"}, ""),
        ({"bearer": "household"}, ""),
    ],
)
def test_a_loss_that_cannot_be_keeps_what_was_typed(he, h, change, sentence):
    answer = he.post(f"/brand/lots/{h.lot}/write-off", data=loss(**change))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "field__error" in answer.text
    assert "This is not possible now" not in answer.text
    assert db.session.scalars(select(Movement).where(Movement.reason == "rot")).all() == []


def test_a_held_lot_says_why_and_is_released(he, h):
    address = f"/brand/lots/{h.lot}"
    assert he.post(f"{address}/hold", data={"why": ""}).status_code == 422
    he.post(f"{address}/hold", data={"why": "residue test"})
    assert "residue test" in he.get(address).text
    assert h.lot in he.get("/brand/lots?state=held").text
    assert "is released" in he.get(he.post(f"{address}/release").location).text
    assert h.lot not in he.get("/brand/lots?state=held").text


def test_what_a_household_is_to_bear_waits_for_a_second_person(he, h):
    typed = loss(bearer="household", note="a hole in the fence, photographed")
    answer = he.post(f"/brand/lots/{h.lot}/write-off", data=typed)
    assert "waits for a second person" in he.get(answer.location).text
    assert db.session.scalars(select(Movement).where(Movement.bearer == "household")).all() == []
    assert "Losses that wait for a second person: 1" in he.get("/brand/").text
    page = he.get("/brand/losses").text
    assert "a hole in the fence, photographed" in page
    assert "You wrote this down: somebody else decides." in page
    assert "Nobody else works in this office" in page
    case = db.session.scalars(select(LossCase.id)).one()
    assert he.post(f"/brand/losses/{case}", data={"decision": "household"}).status_code == 409
    assert he.post(f"/brand/losses/{case}", data={"decision": "mine"}).status_code == 422
    assert he.post(f"/brand/losses/{case}", data={"decision": "dropped"}).status_code == 303
    assert "Nothing waits" in he.get("/brand/losses").text


def test_the_office_decides_what_an_agent_says(he, h):
    with db.transaction():
        said = {"evidence": "seen", "key": "k", "actor": h.county.cast.sun.actor, "now": make.NOW}
        case = loss_cases.put_case(lot_of(h.lot).id, Grams(500), "theft", **said).id
    answer = he.post(f"/brand/losses/{case}", data={"decision": "household"})
    assert "on record under both names" in he.get(answer.location).text
    moved = db.session.scalars(select(Movement).where(Movement.bearer == "household")).one()
    assert int(moved.grams) == -500


def test_a_recall_lists_every_order_and_parcel_and_saves_them(he, h):
    he.post(f"/brand/lots/{h.lot}/hold", data={"why": "residue"})
    page = he.get(f"/brand/lots/{h.lot}/recall").text
    assert h.parcel in page
    assert h.order in page
    assert "Destroy" in page
    saved = he.post(f"/brand/lots/{h.lot}/recall")
    assert saved.mimetype == "text/csv"
    assert h.parcel in saved.text
    assert saved.text.startswith("\ufeff")
    assert "\t1380000" in saved.text  # a phone stays text


def test_a_held_lot_is_destroyed_by_who_says_so_twice(he, h):
    address = f"/brand/lots/{h.lot}"
    typed = {"note": "residue", "sure": "y", "key": ids.new_key()}
    assert he.post(f"{address}/destroy", data=typed).status_code == 422
    he.post(f"{address}/hold", data={"why": "residue"})
    assert he.post(f"{address}/destroy", data={**typed, "sure": ""}).status_code == 422
    for _ in range(2):
        assert he.post(f"{address}/destroy", data=typed).status_code == 303
    assert lot_of(h.lot).state == "closed"
    recalled = db.session.scalars(select(Movement).where(Movement.reason == "recall")).one()
    assert recalled.bearer == "brand_fund"
    assert "No order has anything of this lot." in he.get(f"{address}/recall").text


def test_lots_are_found_by_household_grade_and_state(he, h):
    assert h.zhao_lot not in he.get("/brand/lots?q=LIN").text
    assert h.lot not in he.get(f"/brand/lots?grade={h.county.top}").text
    assert h.declared in he.get("/brand/lots?state=declared").text
    for odd in ("state=odd&grade=x&after=y", f"grade={HUGE}&after=2026-09-20_{HUGE}", "q=%25"):
        assert he.get(f"/brand/lots?{odd}").status_code == 200


def test_lists_are_paged_by_key(he, h, monkeypatch):
    monkeypatch.setattr("storefront.web.brand.lots.SHOWN", 1)
    monkeypatch.setattr("storefront.web.brand.orders.SHOWN", 1)
    other = sell(h.county, (make.BOX, 1)).code
    for address, codes in (
        ("/brand/lots", [h.lot, h.zhao_lot, h.declared]),
        ("/brand/orders", [other, h.order]),
    ):
        assert sorted(_walk(he, address)) == sorted(codes)


def _walk(client, address):
    """Follow the next links; yield the code that each page leads with."""
    while address:
        page = client.get(address.replace("&amp;", "&")).text
        yield page.partition('<th scope="row"><a href="')[2].partition('">')[2].partition("<")[0]
        before = page.partition('" rel="next"') if '" rel="next"' in page else None
        link = page.partition('rel="next" href="')[2].partition('"')[0]
        address = link or (before[0].rpartition('href="')[2] if before else "")


def test_an_order_is_opened_by_its_code_however_it_is_typed(he, h):
    typed = f" {h.order[:4].lower()}-{h.order[4:].lower()} "
    assert he.get("/brand/orders", query_string={"code": typed}).location.endswith(h.order)
    missing = he.get("/brand/orders?code=NONE")
    assert "No order has the code" in he.get(missing.location).text
    assert h.order not in he.get("/brand/orders?state=expired").text
    for odd in ("state=odd&before=x", f"before={HUGE}", "before=-1"):
        assert he.get(f"/brand/orders?{odd}").status_code == 200


def test_lists_answer_fragments(he, h):
    orders = he.fragment("/brand/orders?state=confirmed").text
    assert h.order in orders
    assert "<html" not in orders
    assert h.lot in he.fragment("/brand/lots").text
    assert h.lot in he.fragment(f"/brand/orders/{h.order}").text


def test_a_price_holds_from_its_day(he, h):
    typed = {"grade": h.county.top, "price": "5.20", "from_day": "2026-09-25"}
    assert he.post("/brand/prices", data=typed).status_code == 303
    page = he.get("/brand/prices").text
    assert "¥5.20/jin" in page
    assert "25 Sep" in page
    row = db.session.scalars(select(PurchasePrice).where(PurchasePrice.price == 1040)).one()
    assert row.grade_id == h.county.top


@pytest.mark.parametrize(
    "change",
    [
        {"price": ""},
        {"price": "0"},
        {"price": "5.255"},
        {"price": "-1"},
        {"from_day": "2026-09-19"},
    ],
)
def test_a_price_that_cannot_be_is_refused_at_its_field(he, h, change):
    typed = {"grade": h.county.top, "price": "5.20", "from_day": "2026-09-25", **change}
    answer = he.post("/brand/prices", data=typed)
    assert answer.status_code == 422
    assert "field__error" in answer.text


def counts(client, addresses):
    found = {}
    for address in addresses:
        with statements() as asked:
            assert client.get(address).status_code == 200, address
        found[address] = len(asked)
    return found


def test_more_orders_are_not_more_statements(he, h):
    pages = [
        "/brand/",
        "/brand/packing",
        "/brand/packing?by=parcel",
        f"/brand/packing/{h.parcel}",
        "/brand/orders",
        f"/brand/orders/{h.order}",
        "/brand/lots",
        f"/brand/lots/{h.lot}",
        "/brand/prices",
    ]
    before = counts(he, pages)
    for _ in range(3):
        sell(h.county, (make.BOX, 1))
        with db.transaction():
            make.weigh(h.county, h.county.yang, h.county.first, 5_000)
    assert counts(he, pages) == before
    assert {address: count for address, count in before.items() if count > MOST} == {}
