"""The shelves: each category has a page, sorted and paged, and asks the same of any number."""

import pytest
from sqlalchemy import insert, select

from storefront import db
from storefront.catalogue import drafting
from storefront.catalogue.models import Offer, Part, Product
from storefront.money import Fen
from storefront.supply import prices
from storefront.weight import Grams
from tests import factories as make
from tests.doors.shopping import stocked
from tests.pages import faults
from tests.visits import statements


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def fill(county, count):
    """Put ``count`` more products on the shelf of the jars, each at a price of its own."""
    with db.transaction():
        shelf = db.get(Product, county.products[make.PASTE])
        for number in range(count):
            copied = {
                column.key: getattr(shelf, column.key)
                for column in Product.__mapper__.columns
                if column.key not in {"id", "slug", "position", "name_en"}
            }
            product = Product(
                slug=f"jar-{number}", position=number + 2, name_en=f"Jar {number}", **copied
            )
            drafting.add_product(product, actor=make.OFFICE, now=make.NOW)
            draft = drafting.OfferDraft(
                product_id=product.id,
                sku=f"JAR-{number}",
                label_zh="一罐",
                label_en="A jar",
                pieces="1",
                net=Grams(230),
                gross=Grams(400),
                price=Fen(5_000 + number),
                max_per_order=20,
                parts=[drafting.BoughtPart("罐", "Jar", Fen(1_000))],
            )
            offer = drafting.add_offer(draft, actor=make.OFFICE, now=make.NOW)
            prices.publish_offer(offer.id, actor=make.OFFICE, now=make.NOW)


def test_the_shelf_leads_to_each_of_its_categories(english, county):
    page = english.get("/products").text
    assert 'href="/products?category=pears"' in page
    assert 'href="/products?category=paste"' in page


def test_a_category_shows_its_own_products_under_its_name(english, county):
    page = english.get("/products?category=paste")
    assert "<h1>Pantry</h1>" in page.text
    assert 'href="/products/paste"' in page.text
    assert 'href="/products/gift"' not in page.text
    assert faults(page.text) == []


@pytest.mark.parametrize("slug", ["no-such", "%25", "PEARS", "pears' OR 1=1", "🍐"])
def test_a_category_that_is_none_is_not_there(client, county, slug):
    assert client.get("/products", query_string={"category": slug}).status_code == 404


def test_an_empty_category_says_so_and_leads_on(english, county):
    with db.transaction():
        drafting.add_category("nuts", "坚果", "Nuts", 3)
    page = english.get("/products?category=nuts")
    assert page.status_code == 200
    assert "Nothing of it is on sale now" in page.text
    assert faults(page.text) == []


def test_the_cheapest_comes_first_if_asked(english, county):
    page = english.get("/products?sort=cheap").text
    assert page.index("/products/pear-pair") < page.index("/products/pear-box")
    page = english.get("/products?sort=dear").text
    assert page.index("/products/gift") < page.index("/products/pear-box")


@pytest.mark.parametrize("sort", ["", "shelf", "price; DROP TABLE product", "🍐"])
def test_a_sort_that_is_none_is_the_shelf_s(client, county, sort):
    assert client.get("/products", query_string={"sort": sort}).status_code == 200


def test_a_long_shelf_is_turned_page_by_page(english, county):
    fill(county, 30)
    seen, address = [], "/products?category=paste"
    while address:
        page = english.get(address).text
        seen += [
            slug
            for slug in ["paste", *(f"jar-{n}" for n in range(30))]
            if f'"/products/{slug}"' in page
        ]
        _before, _rel, rest = page.partition('rel="next" href="')
        address = rest.partition('"')[0].replace("&amp;", "&")
    assert seen == ["paste", *(f"jar-{number}" for number in range(30))]


@pytest.mark.parametrize(
    "address", ["/products", "/products?category=paste&sort=cheap", "/search?q=jar", "/"]
)
def test_a_thousand_products_ask_no_more_than_eight(client, county, address):
    fill(county, 10)  # a write: nothing is kept of what was read before
    with statements() as few:
        client.get(address)
    fill_many(county)
    with statements() as many:
        page = client.get(address)
    with statements() as calm:
        again = client.get(address)
    # right after a change the catalogue, prices, fees and limits are read anew, once a process
    assert len(few) == len(many) <= 8
    assert (len(calm) <= 1, again.text) == (True, page.text)
    assert page.text.count("product-card__name") <= 24


def fill_many(county):
    """As ``fill`` does, in bulk: 990 more."""
    with db.transaction():
        copy_many(db.get(Product, county.products[make.PASTE]), slug="many")
        copy_many(db.get(Offer, county.offers[make.PASTE]), product_id="{n}", sku="many")
        part = select(Part).where(Part.offer_id == county.offers[make.PASTE])
        copy_many(db.session.scalars(part).one(), offer_id="{n}")


def copy_many(row, **others):
    """Copy a row 990 times under keys of its own."""
    kind = type(row)
    plain = {name: getattr(row, name) for name in kind.__mapper__.columns.keys()}  # noqa: SIM118
    rows = []
    for number in range(5_000, 5_990):
        own = {
            name: number if text == "{n}" else f"{text}-{number}" for name, text in others.items()
        }
        rows.append({**plain, "id": number, **own})
    db.session.execute(insert(kind), rows)
