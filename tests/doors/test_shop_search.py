"""Searching as a shopper does: on Enter and as you type, in any writing, with a way on."""

import re

import pytest

from storefront import db
from storefront.catalogue import search
from storefront.catalogue.models import Product
from tests import factories as make
from tests.doors.shopping import stocked
from tests.pages import faults
from tests.visits import statements


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    county = stocked()
    named(county, make.BOX, "玉露香梨", "Yulu pears")
    named(county, make.PASTE, "秋梨膏", "Pear paste")
    with db.transaction():
        search.spell_names(now=make.NOW)
    return county


def named(county, sku, zh, en):
    with db.transaction():
        product = db.get(Product, county.products[sku])
        product.name_zh, product.name_en = zh, en
        product.spelt_at = None


@pytest.mark.parametrize("typed", ["玉露香", "yulu", "ylx", "Yulu pears", "ＹＵＬＵ", "梨 玉露"])
def test_pears_are_found_in_any_writing(english, county, typed):
    page = english.get("/search", query_string={"q": typed})
    assert 'href="/products/pear-box"' in page.text
    assert 'href="/products/paste"' not in page.text
    assert faults(page.text) == []


def test_what_was_typed_stays_in_the_field(english, county):
    page = english.get("/search", query_string={"q": '  "pear" <paste>  '})
    assert 'value="&#34;pear&#34; &lt;paste&gt;"' in page.text
    assert 'href="/products/paste"' in page.text


def test_as_you_type_only_what_was_found_is_sent(client, county):
    page = client.fragment("/search?q=ligao")
    assert "<html" not in page.text
    assert page.text.lstrip().startswith("<section")
    assert 'id="found"' in page.text
    assert 'href="/products/paste"' in page.text


def test_nothing_found_says_so_and_leads_on(english, county):
    page = english.get("/search?q=durian")
    assert page.status_code == 200
    assert "Nothing is called “durian”" in page.text
    assert 'href="/products?category=pears"' in page.text
    assert faults(page.text) == []


@pytest.mark.parametrize(
    "typed",
    ["", " ", "%", "_", "\\", "🍐", "%_'\"<>`", "🍐" * 150, "\u202e", "'; DROP TABLE product"],
)
def test_what_is_no_word_finds_nothing_and_breaks_nothing(english, county, typed):
    page = english.get("/search", query_string={"q": typed})
    assert page.status_code == 200
    assert 'id="found-here"' not in page.text
    assert faults(page.text) == []


def test_the_longest_thing_to_type_is_answered(english, county):
    page = english.get("/search", query_string={"q": "梨" * 3_000})
    assert page.status_code == 200
    assert "梨" * 101 not in page.text


def test_where_nothing_is_found_there_is_something_to_look_at(english, county):
    page = english.get("/search?q=durian")
    assert page.text.count("product-card__name") == 4
    assert "On the shelf" in page.text


def test_the_field_in_the_header_asks_the_same_page(english, county):
    header = english.get("/").text.partition("</header>")[0]
    assert 'action="/search"' in header
    assert 'hx-get="/search"' in header
    found = english.fragment("/search?q=ligao").text
    assert re.search(r'id="found-here">.*product-card__name', found, re.DOTALL)


def test_a_nul_is_not_looked_for(english, county):
    assert english.get("/search?q=%00").status_code == 400


@pytest.mark.parametrize(
    "after", ["x", "1", "1.2.3.4.5", "9" * 40 + ".1.1", "-1.-1.-1", "1..1", "%00"]
)
def test_a_place_that_is_none_is_the_beginning_or_nothing(english, county, after):
    page = english.get(f"/search?q=yulu&after={after}")
    assert page.status_code in {200, 400}


def test_a_search_is_three_statements_at_most(client, county):
    client.get("/search?q=yulu")
    for typed in ("yulu", "梨", "durian", ""):
        with statements() as asked:
            client.get("/search", query_string={"q": typed})
        assert len(asked) <= 3, typed


def test_sold_out_is_said_where_it_was_found(app, english, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    with db.transaction():
        county = make.county()
    named(county, make.BOX, "玉露香梨", "Yulu pears")
    with db.transaction():
        search.spell_names(now=make.NOW)
    assert "Sold out" in english.get("/search?q=ylx").text
