"""What a first visit costs, on a phone and at a desk: requests before scrolling, bytes sent."""

import gzip
from pathlib import PurePosixPath

import pytest
from sqlalchemy import select

from storefront import clock, db
from storefront.catalogue.models import Offer, Part, Product
from storefront.config import ROOT
from tests import factories as make
from tests.gallery.shop import like

KIB = 1_000
FIRST_VISITS = ("/", "/products", "/products/gift")
PHOTOS = {".avif", ".webp", ".jpg", ".jpeg", ".png"}
PICTURES = ("apple", "honey", "jinli", "millet", "pear", "pear-small", "suli", "walnut")
WINDOWS = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}


@pytest.fixture
def stocked_shop(app):
    """A full shelf, each product with a picture of its own, and an order sent."""
    now = clock.now()
    with db.transaction():
        county = make.county(now)
        for home in (county.lin, county.zhao):
            for grade in (county.top, county.first):
                make.weigh(county, home, grade, 20_000, now=now)
        order = make.order((make.BOX, 1), now=now)
        make.pay(order.id, now=now)
    with db.transaction():
        make.dispatch(county, order.id, now=now)
        for picture in PICTURES:
            shelve(picture)
    db.session.remove()


def shelve(picture):
    """Put another product beside the pears, drawn by ``picture``."""
    product = db.session.scalars(select(Product).where(Product.slug == "pear-box")).one()
    offer = db.session.scalars(select(Offer).where(Offer.sku == make.BOX)).one()
    part = db.session.scalars(select(Part).where(Part.offer_id == offer.id)).one()
    beside = like(product, slug=picture, picture=picture)
    like(part, offer_id=like(offer, product_id=beside.id, sku=picture.upper()).id)


def visit(page, address):
    """Return address → compressed bytes of all that a first visit asks for before scrolling."""
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  not a builtin
    page.goto(address, wait_until="networkidle")
    return {each.url: len(gzip.compress(each.body(), 6)) for each in answers}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", FIRST_VISITS)
def test_a_first_visit_is_light(page, stocked_shop, address, language, window):
    page.set_viewport_size(WINDOWS[window])
    got = visit(page, f"{address}?lang={language}")
    drawn = {url: size for url, size in got.items() if PurePosixPath(url).suffix not in PHOTOS}
    (html,) = (size for url, size in got.items() if "/static/" not in url)
    assert len(got) <= 10, sorted(got)
    assert sum(drawn.values()) <= 100 * KIB, drawn
    assert html <= 12 * KIB


def test_our_own_script_is_small_and_comes_with_htmx_at_once(page, stocked_shop):
    scripts = [url for url in visit(page, "/products") if "/static/js/" in url]
    assert ["/shop." in url for url in scripts] == [True]
    own = (ROOT / "static" / "js" / "app.js").read_bytes()
    assert len(gzip.compress(own, 6)) <= 5 * KIB


def test_pictures_further_down_come_when_they_are_nearly_seen(page, stocked_shop):
    page.goto("/")
    far = page.locator(".why__part .picture").last
    assert not far.is_visible()
    page.locator(".why__part").last.scroll_into_view_if_needed()
    far.wait_for(state="visible")


def test_without_scripts_no_picture_waits_for_one(browser, base_url, stocked_shop):
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator(".why__part .picture").last.wait_for(state="visible")
    context.close()
