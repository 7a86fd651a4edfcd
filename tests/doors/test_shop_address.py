"""Whose door: pasted in one line, or chosen name by name, with script and without."""

import re

import pytest
from sqlalchemy import select

from storefront import db
from storefront.orders.models import Order, Parcel
from tests import factories as make
from tests.doors.shopping import DOOR, filled, found, hidden, put_in, stocked
from tests.pages import faults
from tests.visits import statements

LINE = "样小梨，13800000012，山西省临汾市隰县龙泉镇样街1号"
BLANK = dict.fromkeys(DOOR, "")


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


@pytest.fixture
def opened(english, county):
    put_in(english)
    return english.get("/checkout")


def value(html, name):
    return found(r'value="([^"]*)"', found(rf'<input[^>]*id="{name}"[^>]*>', html)[0])[1]


def chosen(html, name):
    option = re.search(r"<option(?=[^>]* selected)([^>]*)>([^<]*)", _select(html, name))
    if option is None:
        return ""
    code = re.search(r'value="([^"]*)"', option[1])
    return code[1] if code else option[2]


def options(html, name):
    return re.findall(r"<option(?: selected)?>([^<]*)", _select(html, name))


def _select(html, name):
    return found(rf'<select[^>]*id="{name}".*?</select>', html)[0]


def said(html):
    typed = (value(html, name) for name in ("recipient", "phone", "address"))
    return (*typed, *(chosen(html, name) for name in ("province", "city", "district")))


WHOLE = ("样小梨", "13800000012", "龙泉镇样街1号", "140000", "临汾市", "隰县")


def test_a_pasted_line_fills_the_fields_without_script(english, opened):
    answer = english.post("/checkout/address", data=filled(opened, **BLANK, pasted=LINE))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert said(answer.text) == WHOLE
    assert hidden(answer.text, "seen_total") == "4790"
    assert "All filled in" in answer.text
    assert faults(answer.text) == []
    assert hidden(answer.text, "key") == hidden(opened.text, "key")
    placed = english.post("/checkout", data=filled(answer, **_sent(answer.text)))
    assert placed.status_code == 303
    parcel = db.session.scalars(select(Parcel)).one()
    assert (parcel.recipient, parcel.city, parcel.district) == ("样小梨", "临汾市", "隰县")


def _sent(html):
    names = ("recipient", "phone", "address", "province", "city", "district")
    return dict(zip(names, said(html), strict=True))


def test_with_script_only_the_door_and_the_totals_are_swapped(english, opened):
    data = filled(opened, **BLANK, pasted=LINE)
    answer = english.post("/checkout/address", data=data, headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert said(answer.text) == WHOLE
    assert 'hx-swap-oob="true"' in answer.text
    assert "¥47.90" in answer.text


def test_what_the_line_does_not_say_stays_as_it_was_typed(english, opened):
    typed = {**BLANK, "recipient": "安娜", "address": "示例路 1 号"}
    answer = english.post("/checkout/address", data=filled(opened, **typed, pasted="山西太原"))
    assert value(answer.text, "recipient") == "安娜"
    assert value(answer.text, "address") == "示例路 1 号"
    assert chosen(answer.text, "city") == "太原市"
    assert "Still to do: Mobile phone, District or county." in answer.text


@pytest.mark.parametrize("pasted", ["", "😀", "<b>%s'\"</b>", "梨" * 2_000, "1" * 500])
def test_nonsense_is_no_fault(english, opened, pasted):
    answer = english.post("/checkout/address", data=filled(opened, **BLANK, pasted=pasted))
    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert db.session.scalars(select(Order)).all() == []


def test_nothing_pasted_stands_in_an_address_or_a_cookie(english, opened):
    answer = english.post("/checkout/address", data=filled(opened, **BLANK, pasted=LINE))
    assert "样小梨" not in answer.request.url
    assert not answer.headers.getlist("Set-Cookie") or all(
        "13800000012" not in cookie for cookie in answer.headers.getlist("Set-Cookie")
    )


def test_each_choice_brings_the_names_of_the_next(english, opened):
    assert options(opened.text, "city") == []
    first = english.fragment("/checkout?province=140000")
    assert "临汾市" in options(first.text, "city")
    assert options(first.text, "district") == []
    assert "¥47.90" in first.text
    second = english.fragment("/checkout?province=140000&city=临汾市")
    assert chosen(second.text, "city") == "临汾市"
    assert "隰县" in options(second.text, "district")
    third = english.fragment("/checkout?province=110000")
    assert chosen(third.text, "city") == "北京市"  # there is but one
    assert "¥50.90" in third.text


def test_without_script_a_button_brings_them(english, opened):
    typed = {**BLANK, "recipient": "安娜", "province": "140000"}
    answer = english.post("/checkout/address", data=filled(opened, **typed, pasted=""))
    assert "临汾市" in options(answer.text, "city")
    assert value(answer.text, "recipient") == "安娜"
    typed["city"] = "临汾市"
    again = english.post("/checkout/address", data=filled(answer, **typed, pasted=""))
    assert "隰县" in options(again.text, "district")


def test_a_page_brings_no_more_names_than_it_needs(english, opened):
    whole = english.get("/checkout?province=510000&city=成都市")
    assert len(re.findall("<option", whole.text)) < 90


@pytest.mark.parametrize(
    ("city", "district", "field"),
    [("隰县", "隰县", "city"), ("太原市", "隰县", "district"), ("太原市", "x", "district")],
)
def test_a_county_of_another_city_is_refused(english, opened, city, district, field):
    answer = english.post("/checkout", data=filled(opened, city=city, district=district))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert faults(answer.text) == []


def test_a_name_without_its_last_sign_is_taken(english, county):
    put_in(english)
    opened = english.get("/checkout?province=140000")
    data = filled(opened, city="太原", district="小店")
    assert english.post("/checkout", data=data).status_code == 303
    parcel = db.session.scalars(select(Parcel)).one()
    assert (parcel.city, parcel.district) == ("太原市", "小店区")


def test_filling_in_asks_little(english, opened):
    with statements() as asked:
        english.post("/checkout/address", data=filled(opened, **BLANK, pasted=LINE))
    assert len(asked) <= 4


def test_without_a_basket_there_is_nothing_to_fill_in(client, county):
    answer = client.post("/checkout/address", data={"pasted": LINE})
    assert (answer.status_code, answer.location) == (303, "/cart")


def test_a_municipality_stands_once_in_the_address(client, county):
    put_in(client)
    page = client.get("/checkout?province=110000")
    there = {"province": "110000", "city": "北京市", "district": "东城区"}
    client.post("/checkout", data=filled(page, **there))
    token = db.session.scalars(select(Order)).one().token
    text = client.get(f"/orders/{token}").text
    assert "北京市 东城区 示例路 1 号" in text
    assert "北京市 北京市" not in text
