"""A shopper's addresses: kept, changed, proposed, removed; nobody else's business."""

import pytest
from sqlalchemy import func, select, text

from storefront import db
from storefront.accounts import addresses
from storefront.accounts.models import Address
from tests import factories as make
from tests.doors.shopping import put_in
from tests.visits import come_in

TYPED = {
    "recipient": "白买家",
    "phone": "138 0000 0020",
    "province": make.SHANXI,
    "city": "太原市",
    "district": "小店区",
    "address": "示例路 1 号",
}


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


@pytest.fixture
def bai(english, cast):
    come_in(english, cast.bai)
    return english


def add(client, **others):
    return client.post("/account/addresses/new", data={**TYPED, **others})


def codes():
    db.session.rollback()
    db.session.expire_all()
    return [row.code for row in db.session.scalars(select(Address).order_by(Address.id))]


def test_an_address_is_kept_and_unreadable_in_the_database(bai):
    assert add(bai).location == "/account/addresses"
    page = bai.get("/account/addresses").text
    assert "13800000020" in page
    assert "Proposed at checkout" in page
    stored = db.session.execute(text("SELECT * FROM address")).one()
    assert not {"白买家", "13800000020", "示例路 1 号", "小店区"} & set(stored)


def test_the_same_address_twice_is_one(bai):
    add(bai)
    add(bai)
    assert len(codes()) == 1


def test_the_first_is_proposed_until_another_is_chosen(bai, cast):
    add(bai)
    add(bai, recipient="白母亲")
    first, second = codes()
    me = cast.bai.actor.user_id
    assert [row.code for row in addresses.of_shopper(me)] == [first, second]
    assert bai.post(f"/account/addresses/{second}/choose").status_code == 303
    db.session.expire_all()
    assert [row.code for row in addresses.of_shopper(me)] == [second, first]


def test_an_address_is_put_right(bai):
    add(bai)
    (code,) = codes()
    assert "白买家" in bai.get(f"/account/addresses/{code}").text
    form = {**TYPED, "address": "示例路 2 号"}
    assert bai.post(f"/account/addresses/{code}", data=form).status_code == 303
    assert "示例路 2 号" in bai.get("/account/addresses").text


def test_what_is_missing_is_said_and_what_was_typed_is_kept(bai):
    answer = add(bai, phone="12", city="")
    assert answer.status_code == 422
    assert "示例路 1 号" in answer.text
    assert answer.text.count("field__error") >= 2
    assert codes() == []


def test_removed_is_removed_also_when_pressed_twice(bai):
    add(bai)
    (code,) = codes()
    for _ in range(2):
        assert bai.post(f"/account/addresses/{code}/remove").status_code == 303
    assert codes() == []


def test_there_is_an_end_to_what_is_kept(bai):
    for number in range(addresses.MOST):
        assert add(bai, address=f"示例路 {number} 号").status_code == 303
    answer = add(bai, address="示例路 999 号")
    assert answer.status_code == 422
    assert "20 addresses" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Address)) == addresses.MOST


def test_an_address_is_its_owner_s_alone(bai, cast):
    add(bai)
    (code,) = codes()
    stranger = bai.application.test_client()
    come_in(stranger, cast.chu)
    assert stranger.get(f"/account/addresses/{code}").status_code == 404
    for step in ("", "/choose", "/remove"):
        answer = stranger.post(f"/account/addresses/{code}{step}", data=TYPED)
        assert answer.status_code == 404
    assert codes() == [code]
    assert "白买家" not in stranger.get("/account/addresses").text
    nobody = bai.application.test_client()
    assert nobody.get(f"/account/addresses/{code}").location.startswith("/sign-in")


def test_checkout_proposes_the_first_and_offers_the_others_in_one_choice(bai, cast):
    add(bai)
    add(bai, recipient="白母亲", address="测试街 9 号")
    put_in(bai, make.PASTE)
    page = bai.get("/checkout").text
    assert 'value="示例路 1 号"' in page
    assert "白母亲" in page
    second = codes()[1]
    assert 'value="测试街 9 号"' in bai.get(f"/checkout?to={second}").text
    assert 'value="示例路 1 号"' not in bai.get("/checkout?to=new").text
    stranger = bai.application.test_client()
    come_in(stranger, cast.chu)
    put_in(stranger, make.PASTE)
    assert "测试街" not in stranger.get(f"/checkout?to={second}").text
    guest = bai.application.test_client()
    put_in(guest, make.PASTE)
    assert "测试街" not in guest.get(f"/checkout?to={second}").text


LINE = "样小梨，13800000012，山西省临汾市隰县龙泉镇样街1号"


def test_a_pasted_line_fills_an_address_and_keeps_it_once_looked_at(bai):
    blank = dict.fromkeys(TYPED, "")
    page = bai.post("/account/addresses/fill", data={**blank, "pasted": LINE})
    assert (page.status_code, codes()) == (200, [])
    assert "All filled in" in page.text
    assert 'value="样小梨"' in page.text
    assert "<option selected>隰县" in page.text
    assert 'action="/account/addresses/new"' in page.text
    fragment = bai.fragment("/account/addresses/new?province=140000&city=临汾市")
    assert "<html" not in fragment.text
    assert "<option>隰县" in fragment.text


def test_a_county_that_is_not_in_its_city_is_refused_at_its_field(bai):
    answer = add(bai, district="朝阳区")
    assert (answer.status_code, codes()) == (422, [])
    assert 'id="district-error"' in answer.text
    assert 'value="示例路 1 号"' in answer.text


def test_a_pasted_line_changes_the_address_that_was_opened_and_no_other(bai, app, cast):
    add(bai)
    (code,) = codes()
    page = bai.post(f"/account/addresses/fill?code={code}", data={**TYPED, "pasted": LINE})
    assert f'action="/account/addresses/{code}"' in page.text
    stranger = app.test_client()
    come_in(stranger, cast.he)
    assert stranger.post(f"/account/addresses/fill?code={code}", data={}).status_code in {403, 404}
