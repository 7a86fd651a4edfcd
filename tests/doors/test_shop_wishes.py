"""A gift, an invoice, the consent: typed at the checkout, kept sealed, cut in time."""

import re

import pytest
from sqlalchemy import select, text

from storefront import db
from storefront.orders import queries, retention
from storefront.orders.models import Order, Parcel
from storefront.orders.requests import Gift, Invoice, InvoiceRequest
from storefront.orders.tax_number import check_sign
from tests import factories as make
from tests.doors.shopping import check_out, put_in, stocked
from tests.pages import faults
from tests.visits import come_in

NUMBER = "91000000000000000"
COMPANY = {
    "invoice": "company",
    "invoice_title": "样例水果有限公司",
    "tax_number": NUMBER + check_sign(NUMBER),
    "invoice_email": "books@example.org",
}
GIFT = {"gift": "y", "giver": "安娜", "giver_phone": "13800000010", "message": "中秋快乐！\n安娜"}
TO = {"recipient": "样小梨", "phone": "13800000012"}


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def only_order():
    db.session.rollback()
    return db.session.scalars(select(Order)).one()


def bought(client, **others):
    put_in(client)
    return check_out(client, **others)


def test_a_gift_has_a_giver_and_a_card(english, county):
    assert bought(english, **TO, **GIFT).status_code == 303
    order = only_order()
    assert (order.buyer_name, order.buyer_phone) == ("安娜", "13800000010")
    parcel = db.session.scalars(select(Parcel)).one()
    assert (parcel.recipient, parcel.phone) == ("样小梨", "13800000012")
    assert queries.order_page(order.token).asked.gift == "中秋快乐！\n安娜"


def test_the_slip_of_a_gift_has_its_message_and_no_price(english, county, app):
    bought(english, **TO, **GIFT, **COMPANY)
    office = app.test_client()
    come_in(office, county.cast.he)
    code = db.session.scalars(select(Parcel)).one().code
    slip = office.get(f"/brand/packing/{code}/slip").text
    assert "中秋快乐！" in slip
    assert "样小梨" in slip
    assert "¥" not in slip
    assert GIFT["giver_phone"] not in slip


def test_the_shopper_and_the_office_see_what_was_asked_for(english, county, app):
    bought(english, **TO, **GIFT, **COMPANY)
    order = only_order()
    office = app.test_client()
    come_in(office, county.cast.he)
    for page in (english.get(f"/orders/{order.token}"), office.get(f"/brand/orders/{order.code}")):
        assert faults(page.text) == []
        for said in ("中秋快乐！", *list(COMPANY.values())[1:]):
            assert said in page.text


def test_what_is_no_gift_has_neither(english, county):
    """What stands in fields that were folded away again is not meant."""
    answer = bought(english, giver="安娜", giver_phone="12", message="梨" * 500, tax_number="1")
    assert answer.status_code == 303
    assert queries.order_page(only_order().token).asked.gift is None
    assert db.session.scalars(select(Gift)).all() == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [("giver", ""), ("giver_phone", "123"), ("giver_phone", ""), ("message", "梨" * 121)],
)
def test_a_gift_that_cannot_be_read_is_said_at_its_field(english, county, field, typed):
    answer = bought(english, **TO, **{**GIFT, field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert re.search(r'<input[^>]*checked[^>]*id="gift"', answer.text)
    assert faults(answer.text) == []


def test_a_company_gets_an_invoice(english, county):
    assert bought(english, **COMPANY).status_code == 303
    asked = queries.order_page(only_order().token).asked
    title, number, email = list(COMPANY.values())[1:]
    assert asked.invoice == Invoice("company", title, number, email)


def test_a_person_need_say_no_more_than_that(english, county):
    assert bought(english, invoice="person", email="ana@example.com").status_code == 303
    asked = queries.order_page(only_order().token).asked
    assert asked.invoice == Invoice("person", "安娜", None, "ana@example.com")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("invoice_title", ""),
        ("tax_number", ""),
        ("tax_number", NUMBER + ("0" if check_sign(NUMBER) != "0" else "1")),
        ("tax_number", "12345"),
        ("invoice_email", "books"),
        ("invoice_email", ""),
    ],
)
def test_an_invoice_that_cannot_be_made_out_is_said_at_its_field(english, county, field, typed):
    answer = bought(english, **{**COMPANY, field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert faults(answer.text) == []


@pytest.mark.parametrize("typed", [COMPANY["tax_number"].lower(), "1400 0000 0000 000"])
def test_a_tax_number_is_read_kindly(english, county, typed):
    assert bought(english, **{**COMPANY, "tax_number": typed}).status_code == 303


def test_an_invoice_of_no_kind_is_refused(english, county):
    assert bought(english, **{**COMPANY, "invoice": "of gold"}).status_code == 422


def test_the_consent_is_kept_with_its_time(english, county):
    put_in(english)
    page = english.get("/checkout")
    assert "you agree to what is done with your data" in page.text
    assert 'href="/help/privacy"' in page.text
    check_out(english)
    assert only_order().consented_at == make.NOW


def test_what_was_asked_for_lies_encrypted(english, county):
    bought(english, **TO, **GIFT, **COMPANY)
    stored = [
        *db.session.execute(text("SELECT message FROM gift")).scalars(),
        *db.session.execute(text("SELECT title, tax_number, email FROM invoice_request")).one(),
    ]
    assert len(stored) == 4
    said = (*GIFT.values(), *COMPANY.values())
    assert not [word for word in said for cell in stored if len(word) > 2 and word in cell]


def test_the_card_goes_with_the_address_and_the_invoice_with_the_buyer(english, county):
    bought(english, **TO, **GIFT, **COMPANY)
    with db.transaction():
        db.get(Order, only_order().id).state = "expired"
    later = make.NOW + 2_000 * make.DAY
    with db.transaction():
        assert retention.cut_addresses(later - make.DAY, now=later, limit=9) == 1
    assert db.session.scalars(select(Gift)).one().message == ""
    assert db.session.scalars(select(InvoiceRequest)).one().title
    with db.transaction():
        assert retention.cut_buyers(later - make.DAY, now=later, limit=9) == 1
    db.session.expire_all()
    row = db.session.scalars(select(InvoiceRequest)).one()
    assert (row.title, row.tax_number, row.email) == ("", "", "")
