"""A household's phone in the orchard: a bad line, a line that dies, a full phone, no script."""

import gzip
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from storefront import clock, db
from storefront.supply.models import Lot, Movement
from tests import factories as make
from tests.journeys.visiting import Visitor, sign_in

DECLARE = "/producers/lots/declare"
FULL = """() => {
    for (let n = 1 << 20; n; )
        try { localStorage.setItem("full" + Math.random(), "x".repeat(n)); } catch (e) { n >>= 1; }
}"""
FIRST_PAGE = 60_000
KEPT = """async () => {
    const PAGES = ["/producers/", "/producers/lots/declare"];
    const found = await Promise.all(PAGES.map((each) => caches.match(each)));
    return navigator.serviceWorker.controller ? found.filter(Boolean).length : 0;
}"""


@pytest.fixture
def small(app):
    """A harvest of one lot, received."""
    now = clock.now()
    with db.transaction():
        made = make.county(now)
        lot = make.weigh(made, made.lin, made.first, 20_000, now=now)
        code = lot.code
    db.session.remove()
    return made, code


@pytest.fixture(params=[320, 390])
def width(request):
    return request.param


def phone(browser, base_url, who, *, width=390, script=True):
    context = browser.new_context(
        base_url=base_url,
        locale="zh-CN",
        viewport={"width": width, "height": 640},
        java_script_enabled=script,
    )
    context.set_default_timeout(8_000)
    page = context.new_page()
    sign_in(page, who)
    return Visitor(page, "zh")


@pytest.fixture
def lin(browser, base_url, small, width):
    visitor = phone(browser, base_url, small[0].cast.lin, width=width)
    yield visitor
    visitor.page.context.close()


def says(lin, jin):
    lin.field("How many jin").fill(str(jin))
    lin.page.locator("main button[type=submit]").click()


def declared(grams=None):
    """Return what was declared, newest last."""
    db.session.rollback()
    rows = db.session.scalars(select(Lot.declared_g).where(Lot.state == "declared"))
    return [int(each) for each in rows]


def waiting(lin):
    return lin.page.locator("#waiting .waiting__row")


def no_posts(route):
    """The line takes questions and no forms."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.fallback()


def leaves(lin):
    lin.presses("Sign out")
    lin.page.wait_for_url(lambda url: "/producers/" not in url)


def own(lin):
    """Say that the phone is the household's own, and wait until its pages are kept."""
    lin.presses("Yes, this is my own phone")
    lin.page.wait_for_url("**/producers/")
    for _each in range(50):
        if lin.page.evaluate(KEPT) == 2:
            return
        lin.page.wait_for_timeout(100)
    pytest.fail("the pages were not kept")


def test_a_line_that_is_cut_mid_form_loses_nothing(lin):
    lin.opens(DECLARE)
    lin.page.context.set_offline(True)
    says(lin, 60)
    expect(waiting(lin)).to_have_count(1)
    expect(waiting(lin)).to_contain_text("60 斤")
    expect(waiting(lin)).to_contain_text(
        lin.said("Kept on this phone. It is sent by itself as soon as there is a line.")
    )
    says(lin, 25)
    expect(waiting(lin)).to_have_count(2)
    assert declared() == []
    lin.page.context.set_offline(False)
    expect(waiting(lin)).to_have_count(0)
    assert sorted(declared()) == [12_500, 30_000]


def test_with_a_line_the_form_goes_straight_to_what_it_did(lin):
    lin.opens(DECLARE)
    says(lin, 60)
    lin.page.wait_for_url("**/done/**")
    assert declared() == [30_000]


@pytest.mark.parametrize("times", [1, 4])
def test_a_line_that_dies_before_the_answer_makes_no_second_lot(lin, times):
    """The server has it, the phone does not know: it sends again, five times in all."""
    lin.opens(DECLARE)
    died: list[object] = []

    def die(route):
        if route.request.method == "POST" and len(died) < times:
            died.append(route.fetch())
            route.abort()
        else:
            route.fallback()

    lin.page.route("**/lots/declare", die)
    says(lin, 60)
    for _each in range(times):
        expect(waiting(lin)).to_have_count(1)
        lin.page.evaluate("window.dispatchEvent(new Event('online'))")
        lin.page.wait_for_timeout(300)
    expect(waiting(lin)).to_have_count(0)
    assert (len(died), declared()) == (times, [30_000])


def test_what_waits_is_still_there_when_the_page_is_opened_again(lin):
    lin.opens(DECLARE)
    lin.page.route("**/lots/declare", no_posts)
    says(lin, 60)
    expect(waiting(lin)).to_have_count(1)
    lin.opens("/producers/")
    expect(waiting(lin)).to_have_count(1)
    lin.page.unroute("**/lots/declare")
    lin.page.reload()
    expect(waiting(lin)).to_have_count(0)
    assert declared() == [30_000]


def test_the_pages_of_an_own_phone_open_without_a_line_and_go_with_the_session(lin):
    own(lin)
    lin.page.context.set_offline(True)
    lin.opens("/producers/")
    expect(lin.page.locator(".no-line")).to_be_visible()
    expect(lin.page.locator(".owed")).to_be_visible()
    lin.opens(DECLARE)
    says(lin, 60)
    expect(waiting(lin)).to_have_count(1)
    lin.opens(DECLARE)  # the same kept page again: another delivery, not a resend
    says(lin, 60)
    expect(waiting(lin)).to_have_count(2)
    lin.page.context.set_offline(False)
    expect(waiting(lin)).to_have_count(0)
    assert declared() == [30_000, 30_000]
    leaves(lin)
    assert lin.page.evaluate("() => caches.has('orchard-shell')") is False


def test_another_person_on_the_phone_sees_and_sends_nothing_of_the_first(lin, small):
    own(lin)
    lin.opens(DECLARE)
    lin.page.route("**/lots/declare", no_posts)
    says(lin, 60)
    expect(waiting(lin)).to_have_count(1)
    leaves(lin)
    lin.page.unroute("**/lots/declare")
    sign_in(lin.page, small[0].cast.zhao)
    lin.opens("/producers/")
    expect(waiting(lin)).to_have_count(0)
    assert declared() == []
    leaves(lin)
    sign_in(lin.page, small[0].cast.lin)
    lin.opens("/producers/")
    expect(waiting(lin)).to_have_count(0)
    assert declared() == [30_000]


def test_what_is_refused_later_is_shown_with_its_sentence_and_can_be_changed(lin, small):
    lin.opens(f"/producers/lots/{small[1]}/take-back")
    lin.page.context.set_offline(True)
    says(lin, 60)  # there are 40 jin
    lin.page.context.set_offline(False)
    expect(waiting(lin)).to_have_attribute("data-state", "refused")
    expect(waiting(lin)).to_contain_text("40 斤")
    waiting(lin).get_by_role("link").click()
    expect(lin.field("How many jin")).to_have_value("60")
    says(lin, 30)
    lin.page.wait_for_url("**/done/**")
    assert waiting(lin).count() == 0
    db.session.rollback()
    assert db.session.scalars(select(Lot.available_g)).one() == 5_000


def test_what_is_refused_at_once_says_why_and_keeps_what_was_typed(lin, small):
    lin.opens(f"/producers/lots/{small[1]}/take-back")
    says(lin, 60)
    expect(lin.page.locator(".form-errors")).to_contain_text("40 斤")
    expect(lin.field("How many jin")).to_have_value("60")
    assert waiting(lin).count() == 0


def test_a_full_phone_says_so_and_the_form_goes_the_plain_way(lin):
    lin.opens(DECLARE)
    lin.page.evaluate(FULL)
    lin.page.context.set_offline(True)
    says(lin, 60)
    expect(lin.page.locator(".form-errors")).to_contain_text("手机存满了")
    lin.page.context.set_offline(False)
    lin.page.locator("main button[type=submit]").click()
    lin.page.wait_for_url("**/done/**")
    assert declared() == [30_000]


@pytest.mark.parametrize("script", [True, False])
def test_an_old_form_after_a_sale_takes_its_delta_and_nothing_sold_comes_back(
    browser, base_url, small, script
):
    c, code = small
    lin = phone(browser, base_url, c.cast.lin, width=320, script=script)
    lin.opens(f"/producers/lots/{code}/take-back")
    with db.transaction():
        make.order((make.BOX, 2), now=clock.now())
    says(lin, 10)
    lin.page.wait_for_url("**/done/**")
    db.session.rollback()
    lot = db.session.scalars(select(Lot)).one()
    assert (lot.on_hand_g, lot.available_g) == (15_000, 10_000)
    lin.page.context.close()


def test_without_script_the_three_buttons_do_their_work(browser, base_url, small):
    lin = phone(browser, base_url, small[0].cast.lin, width=320, script=False)
    lin.page.get_by_role("link", name=lin.said("Deliver")).first.click()
    says(lin, 60)
    lin.page.wait_for_url("**/done/**")
    lin.opens(f"/producers/lots/{small[1]}/sold-out")
    lin.page.locator("main button[type=submit]").click()
    lin.page.wait_for_url("**/done/**")
    db.session.rollback()
    reasons = set(db.session.scalars(select(Movement.reason)))
    assert reasons == {"weigh_in", "declare", "sold_out"}
    lin.page.context.close()


def test_the_first_page_is_light(lin):
    page = lin.page.context.new_page()
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  not a builtin
    page.goto("/producers/", wait_until="networkidle")
    weights = {each.url: len(gzip.compress(each.body(), 6)) for each in answers}
    asked = [url for url in weights if "symbol" not in url]  # the browser's own, for its tab
    assert len(asked) <= 3, asked
    assert sum(weights.values()) <= FIRST_PAGE, weights
