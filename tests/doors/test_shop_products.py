"""The shelf and a product's page."""

import json
import re

import pytest
from flask import render_template_string
from sqlalchemy import update

from storefront import db
from storefront.catalogue import drafting
from storefront.catalogue.models import Offer, Product
from storefront.money import Fen
from storefront.supply import lots
from storefront.supply.models import Lot
from storefront.supply.provenance import Grown, VillageRow
from storefront.weight import Grams
from tests import factories as make
from tests.doors.shopping import SLUGS, put_in, stocked
from tests.pages import faults
from tests.visits import come_in, statements

MOST = 8


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


@pytest.mark.parametrize("address", ["/", "/products", "/products/pear-box", "/products/gift"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shelf_page_is_whole(client, county, address, language):
    answer = client.get(f"{address}?lang={language}")
    assert answer.status_code == 200
    assert faults(answer.text) == []


@pytest.mark.parametrize("address", ["/", "/products", "/products/gift?province=140000"])
def test_a_shelf_page_asks_little(client, county, address):
    client.get(address)  # the catalogue is kept from here on
    with statements() as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= MOST


def test_an_empty_shelf_says_when_to_come_back(english, app):
    for address in ("/", "/products"):
        answer = english.get(address)
        assert "Picking begins" in answer.text
        assert faults(answer.text) == []


def test_a_product_nobody_knows_is_not_there(client, county):
    assert client.get("/products/no-such-pear").status_code == 404


def test_whoever_is_signed_in_may_shop_too(client, county):
    come_in(client, county.cast.lin)
    assert client.get("/products/pear-box").status_code == 200


def test_the_page_answers_what_a_shopper_asks(english, county):
    page = english.get("/products/pear-box?province=140000").text
    assert "5 jin (2.5 kg)" in page
    assert "¥39.90" in page
    assert "¥7.98/jin" in page
    assert "22 Sep" in page  # leaves within two days
    assert "¥8.00" in page  # 3 kg to Shanxi
    assert "3 households" in page
    assert "Xili" in page
    assert "Chuankou" in page
    assert "within 48 hours" in page


def test_the_money_bar_adds_up_to_the_price(english, county):
    page = english.get("/products/gift").text
    shares, station, packing, jar, fee, fund = (2_110, 50, 150, 1_800, 59, 5_631)
    assert shares + station + packing + jar + fee + fund == 9_800
    for words in ("¥21.10", "¥0.50", "¥1.50", "¥18.00", "¥0.59", "¥56.31", "¥98.00"):
        assert words in page, words


def test_nobody_is_named_on_a_shelf_page(client, county):
    for slug in SLUGS.values():
        page = client.get(f"/products/{slug}").text
        for secret in ("林果甲", "赵试丙", "H-LIN", "H-ZHAO", "建档", "13800000099"):
            assert secret not in page


def test_a_province_we_do_not_serve_is_told_before_paying(english, county):
    page = english.get(f"/products/pear-box?province={make.TAIWAN}")
    assert page.status_code == 200
    assert "We do not send fresh fruit to Taiwan" in page.text


def test_an_invented_province_is_no_province(english, county):
    page = english.get("/products/pear-box?province=999999")
    assert page.status_code == 200
    assert "Choose a province" in page.text


def test_the_province_is_remembered(english, county):
    english.get("/products/pear-box?province=140000")
    assert 'value="140000" selected' in english.get("/products/gift").text


def test_a_chosen_pack_is_shown_alone_to_htmx(client, county):
    answer = client.fragment(f"/products/pear-box?offer={make.BOX}")
    assert "<html" not in answer.text
    assert faults(answer.text) == []


def test_an_unknown_pack_shows_the_first(client, county):
    assert make.BOX in client.get("/products/pear-box?offer=NO-SUCH").text


def test_declared_pears_are_a_presale(english, app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    with db.transaction():
        county = make.county()
        lots.declare(
            county.lin,
            county.first,
            Grams(20_000),
            harvested_on=make.NOW.date(),
            key="1",
            actor=county.cast.lin.actor,
            now=make.NOW,
        )
    assert "Presale" in english.get("/products").text
    assert "as soon as it is picked and weighed in" in english.get("/products/pear-box").text


def in_season(county, **days):
    with db.transaction():
        box = Product.id == county.products[make.BOX]
        db.session.execute(update(Product).where(box).values(**days))


def test_out_of_season_the_list_and_the_page_say_when_it_returns(english, county):
    in_season(county, presale_from=1001, opens_on=1010, ends_on=430)
    shelf = english.get("/products").text
    assert "Back on 1 Oct" in shelf
    page = english.get("/products/pear-box")
    assert faults(page.text) == []
    for said in ("From 1 Oct on you can order ahead", "the first parcels leave on 10 Oct"):
        assert said in page.text
    assert "Put in the basket" not in page.text
    refused = english.post("/products/pear-box", data={"sku": make.BOX, "quantity": 1})
    assert refused.status_code == 422
    assert "can be ordered again from 1 Oct on" in refused.text


def test_before_its_season_it_is_promised_for_the_day_it_opens(english, county):
    in_season(county, presale_from=901, opens_on=1010, ends_on=430)
    assert "Presale, leaves on 10 Oct" in english.get("/products").text
    assert "Presale: promised for 10 Oct" in english.get("/products/pear-box").text


def test_the_day_it_leaves_stands_on_the_list_the_page_and_in_the_basket(english, county):
    assert "Leaves by 22 Sep" in english.get("/products").text
    assert "By 22 Sep, from the cold store" in english.get("/products/pear-box").text
    put_in(english)
    assert "It leaves by 22 Sep." in english.get("/cart").text


def test_what_ends_in_the_basket_is_said_there(english, county):
    put_in(english)
    in_season(county, presale_from=1001, opens_on=1010, ends_on=430)
    assert "Out of season; it can be ordered again from 1 Oct on." in english.get("/cart").text


def test_what_is_sold_out_says_so_and_cannot_be_bought(english, county):
    with db.transaction():
        for lot in db.session.query(Lot).filter(Lot.grade_id == county.first):
            lots.hold(lot.id, "recall", actor=county.cast.he.actor, now=make.NOW)
    assert "Sold out" in english.get("/products").text
    page = english.get("/products/pear-box")
    assert "Sold out for now" in page.text
    assert "Put in the basket" not in page.text
    assert faults(page.text) == []


def test_a_product_with_nothing_on_sale_keeps_its_page(english, county):
    with db.transaction():
        drafting.withdraw(county.offers[make.BOX], actor=county.cast.he.actor, now=make.NOW)
    page = english.get("/products/pear-box")
    assert page.status_code == 200
    assert "Not on sale now" in page.text
    assert faults(page.text) == []
    assert put_in(english).status_code == 404


def test_the_mark_does_not_stand_where_pears_are_only_counted(english, county):
    with db.transaction():
        db.lock_one(Product, county.products[make.BOX]).custody = "mass_balance"
    assert "Traced to the household" not in english.get("/products/pear-box").text
    assert "Traced to the household" in english.get("/products/gift").text


def test_a_price_below_its_parts_is_still_told_to_the_fen(english, county):
    with db.transaction():
        drafting.change_price(
            county.offers[make.BOX], Fen(1_000), actor=county.cast.he.actor, now=make.NOW
        )
    assert "Not on sale now" in english.get("/products/pear-box").text


def test_the_seven_questions_stand_in_their_order(english, county):
    page = english.get("/products/gift?province=140000").text
    asked = (
        "What is in it",
        "How much it costs",
        "When it leaves",
        "How it arrives",
        "If it is bruised",
        "Who grew it",
        "Where your money goes</h2>",
    )
    places = [page.index(question) for question in asked]
    assert places == sorted(places)


def structured(page):
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert block
    return json.loads(block[1])["@graph"]


def test_machines_are_told_what_the_page_says(english, county):
    said, way = structured(english.get("/products/pear-box"))
    assert said["@type"] == "Product"
    (offer,) = said["offers"]
    assert offer["sku"] == make.BOX
    assert (offer["price"], offer["priceCurrency"]) == ("39.90", "CNY")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["eligibleQuantity"]["value"] == "2.5"
    assert [step["item"] for step in way["itemListElement"]] == [
        "http://localhost/?lang=en",
        "http://localhost/products?category=pears&lang=en",
        "http://localhost/products/pear-box?lang=en",
    ]


def test_machines_are_told_when_it_is_sold_out(english, county):
    with db.transaction():
        for lot in db.session.query(Lot).filter(Lot.grade_id == county.first):
            lots.hold(lot.id, "recall", actor=county.cast.he.actor, now=make.NOW)
    said, _way = structured(english.get("/products/pear-box"))
    assert said["offers"][0]["availability"] == "https://schema.org/SoldOut"


def test_no_name_can_end_the_block_it_stands_in(english, county):
    with db.transaction():
        product = db.lock_one(Product, county.products[make.BOX])
        product.name_en = product.tagline_en = "</script><script>alert(1)</script><!--&amp;"
    page = english.get("/products/pear-box")
    said, _way = structured(page)
    assert said["name"] == "</script><script>alert(1)</script><!--&amp;"
    assert "<script>alert" not in page.text


def take_off(county, sku):
    with db.transaction():
        db.lock_one(Product, county.products[sku]).published_at = None


def test_an_old_link_to_what_was_taken_off_says_so_and_leads_on(english, county):
    take_off(county, make.BOX)
    page = english.get("/products/pear-box")
    assert page.status_code == 410
    assert "Not on the shelf now" in page.text
    assert "August" in page.text
    assert 'href="/products/pear-pair"' in page.text
    assert 'content="noindex"' in page.text
    assert "Put in the basket" not in page.text
    assert english.fragment("/products/pear-box").status_code == 404


def test_a_draft_that_was_never_on_sale_is_nobody_s_business(english, county):
    take_off(county, make.BOX)
    with db.transaction():
        db.lock_one(Offer, county.offers[make.BOX]).published_at = None
    assert english.get("/products/pear-box").status_code == 404


def test_the_mark_does_not_stand_on_what_nobody_here_grew(english, county):
    assert "Traced to the household" not in english.get("/products/paste").text
    assert "Traced to the household" in english.get("/products/gift").text


def grown_in(number):
    rows = (
        VillageRow(f"村{n}", f"Village {n}", 1, make.NOW.date(), make.NOW.date())
        for n in range(number)
    )
    said = "{% from 'shop/product_parts.html' import grown_by %}{{ grown_by(grown, 'segregated') }}"
    return render_template_string(said, grown=Grown(tuple(rows)))


def test_a_handful_of_villages_is_named_and_the_rest_stands_behind_how_many(app):
    with app.test_request_context("/?lang=en"):
        many, few = grown_in(44), grown_in(8)
    shown, _, behind = many.partition("<details")
    assert shown.count("Village") == 6
    assert "38" in behind.partition("</summary>")[0]
    assert behind.partition("</summary>")[2].count("Village") == 38
    assert "<details" not in few
