"""Narrowing the shelf: plain links whose counts are true, what was chosen in words, a way back."""

import re
from html import unescape
from itertools import product as every

import pytest
from sqlalchemy import update

from storefront import db
from storefront.catalogue import choosing
from storefront.catalogue.choosing import Pick
from storefront.catalogue.models import Grade, Offer
from storefront.money import Fen
from storefront.supply import lots
from storefront.supply.models import Lot
from storefront.weight import Grams
from tests import factories as make
from tests.doors.shopping import stocked
from tests.pages import faults
from tests.visits import statements

OPTION = re.compile(
    r'<a class="pick" id="pick-[^"]*" href="([^"]*)"[^>]*><span>[^<]*</span>'
    r' <span class="pick__count">(\d+)</span>'
)
CARD = re.compile(r'class="product-card__name"><a href="/products/([a-z-]+)')
NEXT = re.compile(r'rel="next" href="([^"]*)"')
COUNT = re.compile(r'role="status"[^>]*>(\d+)')


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def shown(client, address):
    """Return the products of a shelf, page after page."""
    found = []
    while address:
        page = client.get(unescape(address)).text
        found += CARD.findall(page)
        address = next(iter(NEXT.findall(page)), None)
    return found


def choices(page):
    """Return the choices that were not made yet: a link to each, and the count beside it."""
    open_ones = re.sub(r'<a class="pick"[^>]*aria-current.*?</a>', "", page.text)
    return [(unescape(address), int(count)) for address, count in OPTION.findall(open_ones)]


def declared(county, grade, grams):
    """Declare a harvest that is not weighed in yet: a presale."""
    with db.transaction():
        lots.declare(
            county.lin,
            grade,
            Grams(grams),
            harvested_on=make.NOW.date(),
            key="declared",
            actor=county.cast.lin.actor,
            now=make.NOW,
        )


def test_the_count_beside_a_choice_is_what_its_link_shows(english, county):
    """Two steps deep: whatever was chosen, each count is that of its own page."""
    first = choices(english.get("/products"))
    assert len(first) > 5
    for address, count in first:
        assert len(shown(english, address)) == count, address
        for further, next_count in choices(english.get(address)):
            assert len(shown(english, further)) == next_count, further


def test_each_page_says_how_many_there_are(english, county):
    for address in ("/products", "/products?category=pears", "/products?price=-30"):
        page = english.get(address)
        assert int(COUNT.findall(page.text)[0]) == len(shown(english, address))


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("weight=1-3", {"pear-box", "pear-pair", "gift"}),
        ("weight=-1", {"paste"}),
        ("price=30-50", {"pear-box"}),
        ("price=30-50&weight=-1", set()),
        ("category=pears&price=30-50&sort=dear", {"pear-box"}),
    ],
)
def test_a_shelf_is_narrowed_by_all_that_was_chosen(english, county, query, slugs):
    prices = {make.BOX: 3_990, make.PAIR: 2_990, make.GIFT: 9_800, make.PASTE: 5_990}
    weights = {make.BOX: 2_500, make.PAIR: 1_500, make.GIFT: 3_000, make.PASTE: 230}
    with db.transaction():
        for sku, price in prices.items():
            offer = db.lock_one(Offer, county.offers[sku])
            offer.price_fen, offer.net_g = Fen(price), Grams(weights[sku])
            offer.gross_g = Grams(weights[sku] + 500)
    page = english.get(f"/products?{query}")
    assert set(CARD.findall(page.text)) == slugs
    assert faults(page.text) == []


def test_a_variety_and_a_grade_are_read_from_the_grade_s_name(english, county):
    rename(county.top, "玉露香梨 特级", "Yulu pear, top grade")
    rename(county.first, "金梨 一级", "Jinli pear, first grade")
    page = english.get("/products?variety=yulu-pear")
    assert "Take back:</span> Yulu pear" in page.text
    assert "pear-box" not in CARD.findall(page.text)
    assert CARD.findall(english.get("/products?variety=jinli-pear&grade=first-grade").text)
    nothing = english.get("/products?variety=jinli-pear&grade=top-grade&weight=1-3")
    assert "pear-box" not in CARD.findall(nothing.text)


def rename(grade_id, zh, en):
    with db.transaction():
        db.session.execute(update(Grade).where(Grade.id == grade_id).values(name_zh=zh, name_en=en))


def test_what_was_chosen_is_said_and_can_be_taken_back(english, county):
    page = english.get("/products?category=pears&price=30-50&sort=cheap")
    back = unescape(re.findall(r'chip--picked" href="([^"]*)"', page.text)[0])
    assert back == "/products?category=pears&sort=cheap"
    assert "¥30–50" in page.text


def test_nothing_that_fits_says_so_and_leads_on(english, county):
    page = english.get("/products?price=-30&weight=6-")
    assert "Nothing on the shelf is all of that" in page.text
    assert "Take back all" in page.text
    assert faults(page.text) == []


@pytest.mark.parametrize(
    "query",
    [
        "variety=durian",
        "price=30",
        "price=%00x",
        "weight=-",
        "ready=now%27--",
        "grade=" + "x" * 3000,
    ],
)
def test_a_choice_that_is_none_was_not_made(english, county, query):
    page = english.get(f"/products?{query}")
    assert page.status_code in {200, 400}
    if page.status_code == 200:
        assert "Take back" not in page.text


def test_a_card_of_a_narrowed_shelf_leads_to_the_pack_that_fits(english, county):
    page = english.get("/products?weight=1-3").text
    assert f'href="/products/pear-box?offer={make.BOX}"' in page
    assert "offer=" not in english.get("/products").text


def test_ready_and_presale_are_as_the_store_has_it(english, county):
    with db.transaction():
        for lot in db.session.query(Lot).filter(Lot.grade_id == county.first):
            lots.hold(lot.id, "recall", actor=county.cast.he.actor, now=make.NOW)
    assert "pear-box" not in shown(english, "/products?ready=now")
    declared(county, county.first, 30_000)
    assert "pear-box" in shown(english, "/products?ready=presale")
    assert "pear-box" not in shown(english, "/products?ready=now")
    assert {"gift", "paste"} & set(shown(english, "/products?ready=now"))


def test_each_order_is_heeded_at_once_where_it_decides(english, county):
    """What is left may be kept rounded, but the last box takes the product off ready."""
    assert "pear-box" in shown(english, "/products?ready=now")
    with db.transaction():
        for lot in db.session.query(Lot).filter(Lot.grade_id == county.first):
            left = int(lot.available_g) - 100
            lots.take_back(
                lot.id, Grams(left), key=f"b{lot.id}", actor=county.cast.lin.actor, now=make.NOW
            ) if lot.household_id == county.lin else lots.hold(
                lot.id, "recall", actor=county.cast.he.actor, now=make.NOW
            )
    assert "pear-box" not in shown(english, "/products?ready=now")


def test_as_you_choose_only_the_shelf_is_sent(client, county):
    answer = client.fragment("/products?weight=1-3")
    assert "<html" not in answer.text
    assert answer.text.lstrip().startswith('<div class="stack" id="shelf"')
    assert faults(answer.text) == []


def test_filters_are_no_pages_for_machines(english, county):
    page = english.get("/products?category=pears&price=30-50&sort=cheap").text
    assert (
        '<link rel="canonical" href="http://localhost/products?category=pears&amp;lang=en">' in page
    )
    for link in re.findall(r'<a class="pick" [^>]*>', page):
        assert 'rel="nofollow"' in link or "pick--all" in link


def test_a_narrowed_shelf_asks_no_more_of_the_database(client, county):
    client.get("/products")
    queries = [
        "",
        *(
            f"?price={price}&weight={weight}"
            for price, weight in every(("-30", "30-50"), ("-1", "1-3"))
        ),
    ]
    for query in queries:
        with statements() as asked:
            client.get(f"/products{query}")
        assert len(asked) <= 1, query


def test_known_leaves_what_nothing_answers_to(app, county):
    pick = Pick(variety="durian", weight="1-3", price="7", ready="now")
    assert choosing.known(pick) == Pick(weight="1-3", ready="now")
