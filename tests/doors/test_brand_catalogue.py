"""The catalogue's pages: written down, changed, put on sale, refused with the arithmetic."""

from html import unescape

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.catalogue import changing
from storefront.catalogue.models import Offer, Product
from storefront.money import Fen
from tests import factories as make
from tests.doors.shopping import hidden
from tests.harvest import harvest
from tests.visits import come_in, statements

PRODUCT = "/brand/catalogue/products/pear-box"
OFFER = f"{PRODUCT}/offers/{make.BOX}"
MOST = 8
WORDS = {
    **{
        f"{text}_{tongue}": f"{text} {tongue}"
        for text in ("name", "tagline", "story", "origin", "storage")
        for tongue in ("zh", "en")
    },
    "category_id": "1",
    "position": "3",
    "shelf_life_days": "20",
    "custody": "segregated",
    "picture": "pear",
}


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def he(english, h):
    come_in(english, h.county.cast.he)
    return english


def typed(he, **others):
    """A pack's form as the page gives it, changed in some fields."""
    pack = changing.pack_of(offer()).draft
    fields = {
        "seen": hidden(he.get(OFFER).text, "seen"),
        "label_zh": pack.label_zh,
        "label_en": pack.label_en,
        "pieces": pack.pieces,
        "net": "5",
        "gross": "6",
        "price": "39.90",
        "max_per_order": "20",
        "position": "1",
        "grown-0-grade": "2",
        "grown-0-grams": "5",
        "then": "save",
    }
    return {**fields, **others}


def offer(sku=make.BOX):
    return db.session.scalars(select(Offer).where(Offer.sku == sku)).one()


def test_the_list_says_how_each_product_stands(he):
    page = he.get("/brand/catalogue").text
    assert page.count("desk-card__name") == 4
    assert "On sale" in page
    found = he.fragment("/brand/catalogue?q=paste")
    assert found.text.count("desk-card__name") == 1
    assert "No product is called like that." in he.get("/brand/catalogue?q=%25").text


def test_the_pages_ask_little_however_much_there_is(he):
    for address in ("/brand/catalogue", PRODUCT, OFFER):
        with statements() as seen:
            he.get(address)
        assert len(seen) <= MOST, address


def test_a_product_is_written_down_hidden_then_shown(he):
    answer = he.post("/brand/catalogue/new", data={**WORDS, "name_en": "New Pears, boxed"})
    assert answer.location.endswith("/brand/catalogue/products/new-pears-boxed")
    assert "hidden" in he.get(answer.location).text
    assert he.get("/products/new-pears-boxed").status_code == 404
    assert he.post(f"{answer.location}/show").status_code == 303
    assert he.get("/products/new-pears-boxed").status_code == 200
    assert he.post(f"{answer.location}/hide").status_code == 303
    assert he.get("/products/new-pears-boxed").status_code == 404


def test_the_same_form_twice_is_one_product(he):
    for _again in range(2):
        assert he.post("/brand/catalogue/new", data=WORDS).status_code == 303
    made = db.session.scalars(select(Product).where(Product.slug == "name-en")).all()
    assert len(made) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name_zh": "  "}, "This must not stay empty."),
        ({"story_en": ""}, "This must not stay empty."),
        ({"shelf_life_days": "0"}, "Choose at least 1"),
        ({"custody": "any"}, "field__error"),
        ({"picture": "../../secret"}, "field__error"),
        ({"category_id": "99"}, "field__error"),
        ({"slug": "Nein!"}, "An address is made of small letters"),
        ({"slug": "pear-box"}, "There is a product at the address pear-box already."),
        ({"name_en": "梨"}, "An address is made of small letters"),
    ],
)
def test_words_that_cannot_be_keep_what_was_typed(he, change, sentence):
    answer = he.post("/brand/catalogue/new", data={**WORDS, "origin_en": "Here", **change})
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert 'value="Here"' in answer.text
    assert db.session.scalars(select(Product).where(Product.origin_en == "Here")).all() == []


def test_what_is_said_is_changed_only_from_what_was_looked_at(he):
    page = he.get(f"{PRODUCT}/words")
    seen = hidden(page.text, "seen")
    first = {**WORDS, "seen": seen, "name_en": "First"}
    assert he.post(f"{PRODUCT}/words", data=first).status_code == 303
    second = he.post(f"{PRODUCT}/words", data={**first, "name_en": "Second"})
    assert second.status_code == 422
    assert "Somebody else changed this" in second.text
    assert "First" in he.get("/products/pear-box").text


def test_a_price_is_changed_and_the_shop_shows_it(he):
    answer = he.post(OFFER, data=typed(he, price="45.50"))
    assert answer.location.endswith(PRODUCT)
    assert "¥45.50" in he.get("/products/pear-box").text
    assert offer().published_at is not None


def test_a_price_below_cost_is_refused_with_the_arithmetic_and_nothing_is_lost(he):
    answer = he.post(OFFER, data=typed(he, price="10.00", label_en="Twelve"))
    assert answer.status_code == 422
    assert "¥10.00 does not pay for what is in" in answer.text
    assert "shares ¥17.50" in answer.text
    assert 'value="Twelve"' in answer.text
    assert offer().price_fen == Fen(3_990)


def test_the_arithmetic_is_shown_while_a_price_is_typed_and_nothing_is_written(he):
    form = typed(he, then="reckon", price="10")
    for answer in (he.post(OFFER, data=form), _live(he, form)):
        assert answer.status_code == 200
        assert "Below cost: it cannot be put on sale" in answer.text
        assert "The lowest price that does not lose" in answer.text
    enough = _live(he, {**form, "price": "39.90"}).text
    assert "Of ¥39.90, ¥17.50 is paid to households." in enough
    assert "Below cost" not in enough
    assert offer().price_fen == Fen(3_990)


def _live(he, form):
    return he.post(OFFER, data=form, headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"grown-0-grade": "0", "grown-0-grams": ""}, "Say what is in the pack"),
        ({"price": ""}, "The lowest price that does not lose"),
        ({"price": "many"}, "The lowest price that does not lose"),
        ({"grown-0-grams": "a lot"}, "Say what is in the pack"),
    ],
)
def test_half_a_form_is_worked_out_as_far_as_it_goes(he, change, sentence):
    answer = _live(he, typed(he, then="reckon", **change))
    assert (answer.status_code, sentence in answer.text) == (200, True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"price": ""}, "Say the price."),
        ({"price": "0"}, "This must be more than nothing."),
        ({"price": "4.705"}, "Write an amount in yuan"),
        ({"net": "6", "gross": "5"}, "With its packing it cannot weigh less"),
        ({"net": "4"}, "The harvest in the pack weighs"),
        ({"grown-0-grams": ""}, "Say how much."),
        ({"grown-0-grade": "0"}, "Choose which."),
        ({"grown-0-grade": "77"}, "field__error"),
        ({"grown-0-grade": "0", "grown-0-grams": ""}, "has no parts"),
        ({"bought-0-cost": "5"}, "This must not stay empty."),
        ({"steps-0-quantity": "3"}, "This must not stay empty."),
        ({"steps-0-quantity": "x", "steps-0-off": "1"}, "Write how many as a number"),
        ({"steps-0-quantity": "30", "steps-0-off": "1"}, "A step of 30 packs cannot be"),
        ({"max_per_order": "0"}, "Choose at least 1"),
    ],
)
def test_a_pack_that_cannot_be_is_refused_at_its_field(he, change, sentence):
    answer = he.post(OFFER, data=typed(he, label_en="Twelve", **change))
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert 'value="Twelve"' in answer.text
    assert offer().label_en != "Twelve"


def test_a_new_pack_is_put_on_sale_and_the_same_form_twice_is_one(he):
    form = {**typed(he, price="50", then="sell", position="2"), "sku": "new-1"}
    for _again in range(2):
        assert he.post(f"{PRODUCT}/new-offer", data=form).status_code == 303
    assert "¥50.00" in he.get("/products/pear-box").text
    other = he.post(f"{PRODUCT}/new-offer", data={**form, "price": "60"})
    assert (other.status_code, "There is a pack with the number" in other.text) == (422, True)


def test_a_pack_is_taken_off_sale_and_put_there_again(he):
    assert he.post(f"{OFFER}/withdraw").status_code == 303
    assert "Nothing of it can be bought" in he.get(PRODUCT).text
    he.post(OFFER, data=typed(he, price="10"))
    refused = he.post(f"{OFFER}/sell")
    assert (refused.status_code, "It was not put on sale" in refused.text) == (409, True)
    he.post(OFFER, data=typed(he, price="45"))
    assert he.post(f"{OFFER}/sell").status_code == 303
    assert "¥45.00" in he.get("/products/pear-box").text


def test_what_is_not_there_is_not_found(he):
    for address in (
        "/brand/catalogue/products/none",
        "/brand/catalogue/products/none/words",
        "/brand/catalogue/products/none/new-offer",
        f"{PRODUCT}/offers/NONE",
        f"/brand/catalogue/products/paste/offers/{make.BOX}",
    ):
        assert he.get(address).status_code == 404, address


def test_a_season_is_set_and_taken_away(he):
    days = {"presale_from": "8-1", "opens_on": "8-25", "ends_on": "3-31"}
    assert he.post(f"{PRODUCT}/season", data=days).status_code == 303
    assert 'value="8-25"' in he.get(f"{PRODUCT}/season").text
    for change in ({"ends_on": ""}, {"opens_on": "2-30"}, {"opens_on": "August"}):
        answer = he.post(f"{PRODUCT}/season", data={**days, **change})
        assert (answer.status_code, "form-errors" in answer.text) == (422, True), change
    assert he.post(f"{PRODUCT}/season", data=dict.fromkeys(days, "")).status_code == 303
    row = db.session.scalars(select(Product).where(Product.slug == "pear-box")).one()
    assert (row.presale_from, row.opens_on, row.ends_on) == (None, None, None)
