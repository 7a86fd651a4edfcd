"""What no honest browser sends: answered with a 4xx and a sentence, and nothing happens."""

import re
from io import BytesIO

import pytest
from sqlalchemy import func, select

from storefront import db
from storefront.orders.models import CartLine, Order
from tests import factories as make
from tests.doors.shopping import SLUGS, put_in, stocked

SENTENCE = re.compile(r"<h1[^>]*>[^<]+</h1>|class=\"toast|class=\"field__error", re.DOTALL)
FORM = "application/x-www-form-urlencoded"
BOX = f"/products/{SLUGS[make.BOX]}"
PLACES = (BOX, "/checkout", "/sign-in", "/cart/prices")
BROKEN_BODIES = {
    "bytes that are no text": (b"sku=%FF%FE&quantity=\xff\xfe", FORM),
    "half a character": (b"sku=%E6%A2&quantity=1", FORM),
    "another alphabet": ("sku=梨&quantity=壹".encode("gb18030"), f"{FORM}; charset=gb18030"),
    "an unknown alphabet": (b"sku=1&quantity=1", f"{FORM}; charset=x-none"),
    "parts that never end": (
        b"--x\r\nContent-Disposition: form-data",
        "multipart/form-data; boundary=x",
    ),
    "parts without a border": (b"--x\r\n\r\n--x--", "multipart/form-data"),
    "another kind": (b'{"sku": 1}', "application/json"),
    "nothing at all": (b"", FORM),
    "surrogates": (b"sku=%ED%A0%80&quantity=%ED%BF%BF", FORM),
    "a name with a NUL": (b"sku%00=1&quantity=1", FORM),
}
FILE_NAMES = (
    "../../../../etc/passwd",
    "..\\..\\boot.ini",
    "a\0.png",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "x" * 5_000,
    "CON",
    "'; DROP TABLE orders; --.jpg",
    "<script>alert(1)</script>.svg",
    "",
)
BROKEN_ADDRESSES = (
    "/products/%FF%FE",
    "/products?q=%FF&category=%ED%A0%80",
    "/products/..%2f..%2fetc%2fpasswd",
    "/static/..%2f..%2fwsgi.py",
    "/static/%2e%2e/%2e%2e/county.toml",
    "/orders/" + "0" * 9_000,
    "/products?" + "&".join(f"a{n}=1" for n in range(3_000)),
    "/search?q=" + "%F0%9F%8D%90" * 900,
    "//evil.example/products",
    "/%0d%0aSet-Cookie:%20a=b",
)


@pytest.fixture
def shop_open(app):
    return stocked()


def rows():
    models = (CartLine, Order)
    return [db.session.scalar(select(func.count()).select_from(model)) for model in models]


def refused(answer):
    """Whether the answer is a 4xx that says something to a person."""
    return 400 <= answer.status_code < 500 and bool(SENTENCE.search(answer.text))


@pytest.mark.parametrize("fragment", [False, True])
@pytest.mark.parametrize("address", PLACES)
def test_too_much_at_once_is_refused_with_a_sentence(client, shop_open, address, fragment):
    headers = {"HX-Request": "true"} if fragment else {}
    answer = client.post(address, data={"sku": "x" * 3_000_000}, headers=headers)
    assert (answer.status_code, refused(answer)) == (413, True)
    assert rows() == [0, 0]


def test_a_thousand_fields_are_too_many(client, shop_open):
    parts = {f"field-{number}": "1" for number in range(1_100)}
    answer = client.post(BOX, data=parts, content_type="multipart/form-data")
    assert refused(answer)
    assert rows() == [0, 0]


@pytest.mark.parametrize("body", BROKEN_BODIES)
@pytest.mark.parametrize("address", PLACES[:3])
def test_a_body_that_cannot_be_read_is_refused_with_a_sentence(client, shop_open, address, body):
    if address == "/checkout":  # an empty basket is sent back before anything is read
        put_in(client)
    before = rows()
    content, kind = BROKEN_BODIES[body]
    answer = client.post(address, data=content, content_type=kind)
    assert refused(answer), answer.status_code
    assert rows() == before


@pytest.mark.parametrize("name", FILE_NAMES, ids=lambda name: name[:12] or "none")
def test_a_file_where_none_is_asked_for_is_not_kept(client, shop_open, var, name):
    """Only the office sends files: whatever it is called, it is no answer to a question."""
    before = sorted(var.rglob("*"))
    form = {"sku": (BytesIO(b"#!/bin/sh"), name, "image/png"), "quantity": "1"}
    answer = client.post(BOX, data=form, content_type="multipart/form-data")
    assert refused(answer), answer.status_code
    assert (rows(), sorted(var.rglob("*"))) == ([0, 0], before)


@pytest.mark.parametrize("address", BROKEN_ADDRESSES, ids=lambda address: address[:24])
def test_an_address_that_names_nothing_breaks_nothing(client, shop_open, address):
    answer = client.get(address)
    assert answer.status_code == 200 or refused(answer), answer.status_code
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]
    assert "wsgi" not in answer.text.partition("<body")[2] or answer.status_code == 404


@pytest.mark.parametrize("cookie", ["session", "cart", "lang", "remember_token"])
@pytest.mark.parametrize("value", ["x", "%00", "'--", "." * 3_000, "eyJ1IjoxfQ.ZZ.ZZ"])
def test_a_forged_cookie_is_nobody_s(client, shop_open, cookie, value):
    client.set_cookie(cookie, value)
    assert client.get("/cart").status_code == 200
    assert client.get("/producers/").status_code == 303
    assert put_in(client).status_code == 303


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Accept-Language", "x" * 5_000),
        ("Accept-Language", "zh;q=nan, en;q=-1, *;q=1e999"),
        ("HX-Request", "perhaps"),
        ("HX-Current-URL", "javascript:alert(1)"),
        ("HX-Target", "../../x"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-For", "'; DROP TABLE orders; --"),
        ("X-Original-URL", "/county/"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("Range", "bytes=0-1,5-2,99999999999999999999-"),
        ("If-Modified-Since", "yesterday"),
        ("Cookie", '=; ;;; a="b'),
    ],
)
def test_an_odd_header_changes_nothing(client, shop_open, header, value):
    answer = client.get("/products", headers={header: value})
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    assert "javascript:" not in answer.text


def test_no_method_is_taken_that_no_page_offers(client, shop_open):
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
        answer = client.open(BOX, method=method)
        assert answer.status_code == 405, method
        assert SENTENCE.search(answer.text), method
    assert rows() == [0, 0]
