"""What a first visit costs, on a phone and at a desk: requests before scrolling, bytes sent."""

import gzip
from pathlib import PurePosixPath

import pytest

from storefront import clock, db
from tests import factories as make

KIB = 1_000
FIRST_VISITS = ("/", "/products", "/products/gift")
PHOTOS = {".avif", ".webp", ".jpg", ".jpeg", ".png"}
WINDOWS = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}


@pytest.fixture
def stocked_shop(app):
    """Four products in store, and an order sent: the first page has all its parts."""
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
    db.session.remove()


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


def test_our_own_script_is_small(page, stocked_shop):
    got = visit(page, "/products")
    own = [size for url, size in got.items() if "/static/js/" in url and "htmx" not in url]
    assert sum(own) <= 5 * KIB
    assert len(own) == 1


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
