"""What a stranger reads before they pay is true: it says what the settings and the books say."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from storefront import config, county, db
from storefront.catalogue import freight_zones
from storefront.config import SettingsError
from storefront.orders.models import Allocation
from storefront.reports.custody import followed
from storefront.reports.seasons import this_season
from storefront.web import county_texts, filters
from tests import factories as make
from tests.doors.shopping import stocked
from tests.harvest import DAY, sell
from tests.visits import statements

PAGES = (
    "/about",
    "/help/how-we-trace",
    "/help/freshness",
    "/help/delivery",
    "/help/privacy",
    "/help/contact",
)
WHOLE = 'title_zh = "题"\ntitle_en = "T"\ntext_zh = "一\\n\\n二"\ntext_en = "One"\n'


@pytest.fixture
def shelf(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


@pytest.fixture
def other_rules():
    before = county.rules()
    yield lambda **rules: county.adopt(replace(before, **rules))
    county.adopt(before)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_stands_at_the_foot_of_every_other(english, shelf, address):
    for place in ("/", *PAGES):
        assert f'href="{address}"' in english.get(place).text


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_little_of_the_database(english, shelf, address):
    with statements() as asked:
        assert english.get(address).status_code == 200
    assert len(asked) <= 8


def test_the_promise_is_as_long_as_the_window(english, shelf, other_rules):
    other_rules(after_sale=timedelta(hours=31), delivery_days=11)
    page = english.get("/help/freshness").text
    assert "within 31 hours of delivery" in page
    assert "11 days after it left" in page


def test_what_is_forgotten_is_forgotten_when_the_page_says(english, shelf, other_rules):
    other_rules(address_kept=timedelta(days=17), buyer_kept=timedelta(days=1234))
    page = english.get("/help/privacy").text
    assert "17 days after the order has ended; then province and city remain" in page
    assert "1234 days after the order has ended" in page


def test_the_poor_come_first_on_the_page_only_where_they_do(english, shelf, other_rules):
    said = "Lots of registered poor households come first"
    assert said not in english.get("/help/how-we-trace").text
    other_rules(registered_poor_first=True)
    assert said in english.get("/help/how-we-trace").text


def test_freight_on_the_page_is_the_table_in_force(english, shelf):
    page, zones = english.get("/help/delivery").text, freight_zones.zones(DAY)
    assert any(zone.terms.refused for zone in zones)
    for zone in zones:
        assert all(place.name_en in page for place in zone.provinces)
        if not zone.terms.refused:
            assert filters.money(zone.terms.first_fen) in page
    listed, refused = page.split("Where we do not send")
    for zone in zones:
        for place in zone.provinces:
            assert place.name_en in (refused if zone.terms.refused else listed)


def test_the_levels_are_those_of_the_crates_that_left(english, shelf):
    assert followed(this_season(make.NOW)) == ()
    order = sell(shelf, (make.BOX, 1), steps="dispatch")
    rows = followed(this_season(make.NOW))
    sent = db.session.query(Allocation).filter_by(order_id=order.id).all()
    assert sum(int(row.grams) for row in rows) == sum(int(row.grams) for row in sent)
    assert {row.level for row in rows} == {row.custody for row in sent}
    assert "100%" in english.get("/help/how-we-trace").text


def test_the_licence_stands_at_the_foot(english, shelf):
    numbers = config.load({})
    page = unescape(english.get("/").text)
    assert numbers.business_licence in page
    assert numbers.food_licence in page
    assert numbers.operator_en in page
    assert numbers.licence_en in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_county_speaks_for_itself(client, shelf, language):
    client.set_cookie("lang", language)
    texts = county_texts.read(config.ROOT / "county_texts.toml")
    for subject, address in (("about", "/about"), ("delivery", "/help/delivery")):
        page = unescape(client.get(address).text)
        for passage in texts[subject]:
            assert getattr(passage, f"title_{language}") in page
            for paragraph in county_texts.paragraphs(getattr(passage, f"text_{language}")):
                assert paragraph in page


def test_a_county_that_says_nothing_still_has_the_pages(tmp_path):
    assert county_texts.read(tmp_path / "nothing.toml") == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[about]]\n" + WHOLE.replace('text_en = "One"', ""), "about lacks text_en"),
        ("[[about]]\n" + WHOLE.replace('"题"', '" "'), "about lacks title_zh"),
        ("[[abuot]]\n" + WHOLE, "no page shows [[abuot]]"),
        ("[[contact]]\n" + WHOLE + 'colour = "red"\n', "has colour"),
    ],
)
def test_half_a_text_keeps_the_shop_from_starting(tmp_path, text, fault):
    path = tmp_path / "texts.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as refused:
        county_texts.read(path)
    assert fault in str(refused.value)


def test_privacy_says_how_an_account_is_deleted(english):
    page = english.get("/help/privacy").text
    assert 'href="/account/delete"' in page
