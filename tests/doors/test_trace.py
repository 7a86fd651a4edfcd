"""The trace page of a parcel, open to whoever has its code; and the slip that shows it."""

import pytest

from storefront import db, ids
from storefront.orders import lifecycle, packing, parcels
from storefront.orders.models import Order
from storefront.supply.households import Household
from tests import factories as make
from tests.doors.shopping import stocked
from tests.visits import come_in, statements

OF_THE_BUYER = ("安娜", "13800000010", "0010", "太原市", "小店区", "示例路", "ana@example.com")
OF_HOUSEHOLDS = ("林果甲", "赵试丙", "杨样丁", "H-LIN", "H-ZHAO", "H-YANG", "13800000099")
STATUSES = ("poor", "lifted", "monitored", "贫困", "脱贫", "防返贫", "帮扶")
MARK = "Traced to the household"


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def sold(county, *items, how="typed", paid=True, packed=True):
    """Sell an order and pack it; returns its id and its parcel."""
    with db.transaction():
        key = make.order(*(items or ((make.BOX, 1),))).id
    if paid:
        with db.transaction():
            make.pay(key)
    if paid and packed:
        with db.transaction():
            make.pack(county, key, how=how)
    return key, make.parcel_of(key)


def test_it_says_whose_harvest_it_is_and_how_that_is_known(english, county):
    _key, parcel = sold(county, (make.BOX, 1))
    with statements() as asked:
        page = english.get(f"/t/{parcel.trace_code}")
    assert page.status_code == 200
    assert len(asked) <= 5
    for words in ("林家果园", "Xili, Wucheng", "picked on 20 Sep", "crate typed", "1 crate"):
        assert words in page.text, words
    assert "pear-box storage" in page.text
    assert "Kept apart from any other harvest" in page.text
    assert "noindex" in page.text


def test_nothing_of_the_buyer_and_no_money_stands_there(client, english, county):
    key, parcel = sold(county, (make.GIFT, 1), (make.PAIR, 1))
    order = db.get(Order, key)
    hidden = (*OF_THE_BUYER, *OF_HOUSEHOLDS, *STATUSES, order.code, order.token, parcel.code)
    for visitor in (client, english):
        page = visitor.get(f"/t/{parcel.trace_code}").text
        assert "¥" not in page
        assert [word for word in hidden if word in page] == []


def test_a_household_that_takes_its_consent_back_is_named_no_more(english, county):
    _key, parcel = sold(county)
    assert "林家果园" in english.get(f"/t/{parcel.trace_code}").text
    with db.transaction():
        db.get(Household, county.lin).consented_at = None
    page = english.get(f"/t/{parcel.trace_code}").text
    assert "林家果园" not in page
    assert "A household of Xili" in page


def test_the_mark_stands_only_where_every_label_was_read(english, county):
    pages = {
        how: english.get(f"/t/{sold(county, how=how)[1].trace_code}").text
        for how in ("typed", "scanned", "assumed")
    }
    assert MARK in pages["typed"]
    assert MARK in pages["scanned"]
    assert MARK not in pages["assumed"]
    assert "Balanced by weight" in pages["assumed"]
    assert "Where a label was not read we go by weight only" in pages["assumed"]


def test_a_box_that_nobody_packed_names_nobody(english, county):
    pages = {}
    for name, facts in (("unpaid", {"paid": False}), ("paid", {"packed": False})):
        pages[name] = english.get(f"/t/{sold(county, **facts)[1].trace_code}").text
    for page in pages.values():
        assert "This box is not packed yet" in page
        assert "林家果园" not in page
        assert MARK not in page


def test_a_cancelled_box_says_so(english, county):
    key, parcel = sold(county, paid=False)
    with db.transaction():
        lifecycle.cancel_unpaid(key, actor=county.cast.ana, now=make.NOW)
    page = english.get(f"/t/{parcel.trace_code}").text
    assert "This box was never packed" in page
    assert "林家果园" not in page


def test_half_a_packed_parcel_is_not_packed(english, county):
    with db.transaction():
        key = make.order((make.PAIR, 2)).id
    with db.transaction():
        make.pay(key)
    row = make.allocations(key, "planned")[0]
    with db.transaction():
        facts = {"actor": county.cast.he.actor, "now": make.NOW}
        packing.confirm_crate(row.id, make.crate_of(row), "typed", **facts)
    assert "not packed yet" in english.get(f"/t/{make.parcel_of(key).trace_code}").text


def test_a_box_of_bought_in_goods_has_no_mark_and_no_harvest(english, county):
    _key, parcel = sold(county, (make.PASTE, 1))
    page = english.get(f"/t/{parcel.trace_code}").text
    assert "In the box" in page
    assert MARK not in page
    assert "How sure we are" not in page


def test_a_code_is_read_however_it_is_typed_and_a_wrong_one_asks_nothing(english, county):
    _key, parcel = sold(county)
    code = parcel.trace_code
    typed = f"{code[:4]}-{code[4:8]}-{code[8:]}".lower()
    assert english.get(f"/t/{typed}").location == f"/t/{code}"
    other = next(digit for digit in "23456789" if digit != code[0])
    with statements() as asked:
        assert english.get(f"/t/{other}{code[1:]}").status_code == 404  # its check does not fit
        assert english.get(f"/t/{'9' * 400}").status_code == 404
    assert asked == []
    assert english.get(f"/t/{ids.new_trace_code()}").status_code == 404
    assert english.get(f"/t/{parcel.code}").status_code == 404  # packers and growers read that one


def test_every_part_of_a_split_parcel_has_a_code_of_its_own(county):
    codes = {sold(county)[1].trace_code for _ in range(5)}
    assert len(codes) == 5
    assert all(len(code) == 12 and ids.is_code(code) for code in codes)


def test_the_order_leads_to_the_trace_of_what_is_packed(english, county):
    key, parcel = sold(county, packed=False)
    address = f"/orders/{db.get(Order, key).token}"
    assert f"/t/{parcel.trace_code}" not in english.get(address).text
    with db.transaction():
        make.pack(county, key)
    assert f"/t/{parcel.trace_code}" in english.get(address).text


def test_the_slip_names_the_recipient_and_the_contents_and_no_price(english, county):
    _key, parcel = sold(county, (make.GIFT, 2))
    come_in(english, county.cast.he)
    address = f"/brand/packing/{parcel.code}/slip"
    assert address in english.get(f"/brand/packing/{parcel.code}").text
    with statements() as asked:
        page = english.get(address).text
    assert len(asked) <= 4  # two of them are who is signed in
    slip = page.partition('id="packing-slip"')[2].partition("</article>")[0]
    for words in ("安娜", "138****0010", "太原市", "示例路 1 号", "gift name", "× 2", "<svg"):
        assert words in slip, words
    assert parcel.trace_code[:4] + "-" in slip
    assert "这箱" in slip  # the order's language, whoever prints it
    assert not [word for word in ("¥", "98.00", "13800000010", "ana@", *STATUSES) if word in slip]


def test_a_slip_of_nothing_is_not_found(english, county):
    come_in(english, county.cast.he)
    assert english.get("/brand/packing/9999999X/slip").status_code == 404


def test_a_parcel_that_came_back_still_says_whose_it_was(english, county):
    key, parcel = sold(county)
    with db.transaction():
        make.dispatch(county, key)
    with db.transaction():
        parcels.mark_returned(parcel.id, actor=county.cast.he.actor, now=make.NOW)
    assert "林家果园" in english.get(f"/t/{parcel.trace_code}").text
