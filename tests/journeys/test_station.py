"""The scale and the slip on phones: counted taps, a line that is cut, no script."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from storefront import db
from storefront.supply.disputes import SlipDispute
from storefront.supply.models import Lot, Slip
from tests.journeys.test_orchard import no_posts, phone, small, waiting

__all__ = ["small"]  # a fixture
MOST_TAPS, MOST_NUMBERS = 6, 4


class Hand:
    """What an agent's thumb does on a page, counted."""

    def __init__(self, page):
        self.page, self.taps, self.numbers = page, 0, 0

    def tap(self, found):
        found.click()
        self.taps += 1

    def number(self, field, typed):
        self.tap(field)
        self.page.keyboard.type(typed)
        self.numbers += 1


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def script(request):
    return request.param


@pytest.fixture
def sun(browser, base_url, small, script):
    visitor = phone(browser, base_url, small[0].cast.sun, width=320, script=script)
    yield visitor
    visitor.page.context.close()


@pytest.fixture
def lin(browser, base_url, small, script):
    visitor = phone(browser, base_url, small[0].cast.lin, width=320, script=script)
    yield visitor
    visitor.page.context.close()


def test_two_grades_are_weighed_with_six_taps_and_four_numbers(sun, small):
    sun.opens("/producers/for/H-LIN/")
    hand = Hand(sun.page)
    hand.tap(sun.page.locator(".big-button").first)
    sun.page.wait_for_url("**/weigh-in")
    for row, gross, tare in ((0, "30.5", "2"), (1, "18", "1.5")):
        hand.number(sun.page.locator(f"[name=rows-{row}-gross]"), gross)
        hand.number(sun.page.locator(f"[name=rows-{row}-tare]"), tare)
    hand.tap(sun.button("Weighed: make the slip"))
    sun.page.wait_for_url("**/slips/*")
    assert hand.taps <= MOST_TAPS
    assert hand.numbers <= MOST_NUMBERS
    said = sun.reads()
    assert "57 斤" in said
    assert "33 斤" in said
    assert (count(Slip), count(Lot)) == (2, 3)
    assert sun.page.evaluate("document.documentElement.scrollWidth") <= 320


def dispute(lin, words):
    lin.page.locator("label.choice").filter(has_text=lin.said("The weight is wrong")).click()
    lin.page.locator("[name=words]").fill(words)
    lin.presses("Say so")


def open_slip(lin):
    lin.opens("/producers/slips")
    lin.page.locator("main .rows__row").first.click()
    lin.page.get_by_role("link", name=lin.said("No, this is not right")).click()
    lin.page.wait_for_url("**/dispute")


def test_a_household_disputes_a_slip_and_takes_it_back(lin):
    open_slip(lin)
    dispute(lin, "我称的是 42 斤")
    lin.page.wait_for_url(lambda url: url.rstrip("/").split("/")[-2] == "slips")
    assert "我称的是 42 斤" in lin.reads()
    assert count(SlipDispute) == 1
    lin.presses("Take back what I said")
    expect(lin.button("Yes, the weight is right")).to_be_visible()


@pytest.mark.parametrize("script", [True], indirect=True, ids=["script"])
def test_a_dispute_waits_on_the_phone_while_the_line_is_cut(lin):
    open_slip(lin)
    lin.page.route("**/dispute", no_posts)
    dispute(lin, "少了一筐")
    expect(waiting(lin)).to_have_count(1)
    assert count(SlipDispute) == 0
    lin.page.unroute("**/dispute")
    lin.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(waiting(lin)).to_have_count(0)
    assert count(SlipDispute) == 1
