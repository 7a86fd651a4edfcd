"""What machines that read the web are told: where pages are, in which language, and whose."""

import re
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from storefront import db
from storefront.catalogue.models import Product
from storefront.orders.models import Order
from tests import factories as make
from tests.doors.shopping import check_out, put_in, stocked

HOST = "http://localhost"
PLACE = {"map": "http://www.sitemaps.org/schemas/sitemap/0.9"}
OTHERS = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def canonical(page):
    found = re.findall(r'<link rel="canonical" href="([^"]*)"', page.text)
    return found[0].replace("&amp;", "&") if found else None


def places(client):
    listed = ET.fromstring(client.get("/sitemap.xml").text)  # noqa: S314  our own answer
    return {
        place.findtext("map:loc", "", PLACE): {
            link.get("hreflang"): link.get("href") for link in place.iter(OTHERS)
        }
        for place in listed.findall("map:url", PLACE)
    }


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("/", "/"),
        ("/?lang=zh", "/"),
        ("/?lang=en", "/?lang=en"),
        ("/products?sort=dear", "/products"),
        ("/products?category=pears&sort=cheap&lang=en", "/products?category=pears&lang=en"),
        (f"/products/pear-box?offer={make.BOX}&province=140000", "/products/pear-box"),
    ],
)
def test_a_page_names_one_address_however_it_was_reached(client, county, address, own):
    assert canonical(client.get(address)) == HOST + own


def test_who_reads_english_without_asking_is_told_the_english_address(client, county):
    page = client.get("/products/gift", headers={"Accept-Language": "en-GB"})
    assert canonical(page) == f"{HOST}/products/gift?lang=en"


def test_both_languages_name_each_other(client, county):
    for address in ("/products/gift", "/products/gift?lang=en"):
        page = client.get(address).text
        assert f'hreflang="zh-Hans" href="{HOST}/products/gift"' in page
        assert f'hreflang="en" href="{HOST}/products/gift?lang=en"' in page
        assert f'hreflang="x-default" href="{HOST}/products/gift"' in page


def test_the_map_lists_every_page_once_in_both_languages(client, county):
    listed = places(client)
    for path in ("/", "/products", "/products?category=pears", "/products/pear-box"):
        assert listed[HOST + path]["en"] in listed
        assert listed[HOST + path]["zh-Hans"] == HOST + path
    for address in listed:
        client.delete_cookie("lang")  # a machine keeps none
        page = client.get(address.removeprefix(HOST))
        assert page.status_code == 200
        assert canonical(page) == address


def test_what_is_taken_off_the_shelf_leaves_the_map(client, county):
    assert f"{HOST}/products/gift" in places(client)
    with db.transaction():
        db.lock_one(Product, county.products[make.GIFT]).published_at = None
    assert f"{HOST}/products/gift" not in places(client)


@pytest.mark.parametrize(
    "address", ["/cart", "/checkout", "/search?q=pear", "/sign-in", "/nowhere"]
)
def test_somebody_s_own_page_names_no_address(client, county, address):
    put_in(client)
    page = client.get(address)
    assert canonical(page) is None
    assert "og:url" not in page.text


def test_an_order_s_link_is_told_to_no_machine(client, county):
    put_in(client)
    check_out(client)
    token = db.session.scalars(select(Order.token)).one()
    page = client.get(f"/orders/{token}")
    assert page.status_code == 200
    assert canonical(page) is None
    assert 'name="robots" content="noindex"' in page.text


def test_robots_are_kept_out_of_what_is_not_theirs(client, county):
    rules = client.get("/robots.txt").text.splitlines()
    for door in ("/brand", "/county", "/producers", "/orders", "/cart", "/account"):
        assert f"Disallow: {door}" in rules
    assert f"Sitemap: {HOST}/sitemap.xml" in rules


def test_a_machine_has_no_basket_and_so_meets_no_checkout(client, county):
    assert client.get("/checkout").location == "/cart"
    assert 'name="robots" content="noindex"' in client.get("/cart").text


def test_machines_are_given_no_cookie(client, county):
    for address in ("/robots.txt", "/sitemap.xml"):
        assert "Set-Cookie" not in client.get(address).headers
