"""The chain, end to end in a browser: one box, from a household's crate to the household's pay.

Five people and a shopper, each with a browser of their own, walk through all four
doors. At the end the same fen is read on the order page, on the household's page
and on the county's. Once in English with script, once in Chinese without.
"""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from storefront import clock, county, db
from storefront.cli.worker import Worker
from tests import factories as make
from tests.journeys.visiting import Visitor, sign_in

LINS, ZHAOS, BOTH = "¥10.50", "¥7.00", "¥17.50"  # 1.5 kg and 1 kg at 7.00 a kilogram
TOTAL = "¥47.90"
CODE = re.compile(r"[0-9A-Z]{8}")
FEN = re.compile(r"¥[\d,]+\.\d\d")
DOOR = {
    "Name": "安娜",
    "Mobile phone": "138 0000 0010",
    "Street, building, door": "示例路 1 号",
}
# each is chosen among the names that the one before it asked for
PLACES = {"Province": make.SHANXI, "City": "太原市", "District or county": "小店区"}


@pytest.fixture
def small_county(app):
    """A county with a box's worth of pears from two households, and no after-sale window."""
    kept, now = county.rules(), clock.now()
    county.adopt(replace(kept, after_sale=timedelta(0)))
    with db.transaction():
        made = make.county(now)
        make.weigh(made, made.lin, made.first, 1_500, now=now)
        make.weigh(made, made.zhao, made.first, 1_000, now=now)
    db.session.remove()
    yield made
    county.adopt(kept)


@pytest.fixture(params=["en", "zh"], ids=["English with script", "Chinese without script"])
def language(request):
    return request.param


@pytest.fixture
def come(language, browser, base_url, small_county):
    """Open a browser for a person of the cast, or for a shopper nobody knows."""
    opened = []

    def open_door(person=None):
        context = browser.new_context(
            base_url=base_url,
            locale={"en": "en-GB", "zh": "zh-CN"}[language],
            viewport={"width": 390, "height": 844},
            java_script_enabled=language == "en",
        )
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        if person is not None:
            sign_in(page, person)
        return Visitor(page, language)

    yield open_door
    for context in opened:
        context.close()


def buys_a_box(ana, *, script):
    """Choose, put in, check out, pay on the pretend page; returns the order's address."""
    ana.opens("/")
    ana.page.get_by_role("link", name="pear-box name").first.click()
    ana.presses("Put in the basket")
    ana.page.get_by_role("link", name=ana.said("To the checkout")).click()
    for label, words in DOOR.items():
        ana.field(label).fill(words)
    for label, name in PLACES.items():
        ana.field(label).select_option(name)
        if not script and label != "District or county":
            ana.presses("Show the names to choose from")
    expect(ana.page.locator("#totals")).to_contain_text(TOTAL)
    ana.presses("Go and pay")
    ana.presses("Pay %(amount)s", amount=TOTAL)
    title = ana.said("Paid. Your order is being packed")
    expect(ana.page.get_by_role("heading", level=1)).to_have_text(title)
    return ana.path


def packs_and_sends(he):
    """Take the crates whose lots the page names, dispatch, and note that it arrived."""
    he.opens("/brand/packing?by=parcel")
    he.page.locator('main a[href^="/brand/packing/"]:not([href*="?"])').first.click()
    table = he.page.locator(".table-form")
    for left in (2, 1):
        rows = he.page.locator(".crates__row[data-state=planned]")
        expect(rows).to_have_count(left)
        lot = table.locator(".crates__lot").inner_text()
        he.field("Scan or type a crate's label", table).fill(f"{lot.lower()} 01")
        he.presses("This crate is in", table)
        expect(rows).to_have_count(left - 1)
    he.field("Carrier").select_option("SF")
    he.field("Tracking number").fill("SF1234567890123")
    he.presses("Dispatch")
    he.presses("It arrived: delivered")
    expect(he.button("It arrived: delivered")).to_have_count(0)


def drafts(wu):
    wu.opens("/county/pay-runs")
    wu.presses("Draft a pay run")
    wu.page.wait_for_url("**/county/pay-runs/*")
    return wu.path


def approves(qiao, run):
    qiao.opens(run)
    qiao.presses("Approve this run")
    expect(qiao.button("Approve this run")).to_have_count(0)


def exports_and_reads_the_bank(wu, run):
    wu.opens(run)
    wu.presses("Make the file for the bank")
    expect(wu.button("Download the file")).to_have_count(1)
    for left in (2, 1):
        rows = wu.page.get_by_role("row").filter(has=wu.button("Failed"))
        expect(rows).to_have_count(left)
        wu.presses("Paid", rows.first)
        expect(rows).to_have_count(left - 1)


def confirms(member, amount):
    member.opens("/producers/")
    assert amount in member.reads()
    member.opens("/producers/income")
    member.presses("Yes, it arrived")
    expect(member.button("Yes, it arrived")).to_have_count(0)


def fen(words):
    return FEN.findall(words)


def reads_the_order(ana, order):
    """Read whose pears, what each household got, that it arrived; returns the order's code."""
    ana.opens(order)
    for name, share in (("林家果园", LINS), ("赵家果园", ZHAOS)):
        hand = ana.page.locator(".hands__row").filter(has_text=name).inner_text()
        assert fen(hand) == [share]
        assert ana.said("arrived, they say") in hand
    assert fen(ana.reads("#order-money .money-bar__say")) == [TOTAL, BOTH]
    assert ana.said("Traced to the household") in ana.reads()
    return CODE.findall(ana.page.title())[0]


def reads_the_household(lin):
    lin.opens("/producers/income")
    assert fen(lin.reads(".rows__row")) == [LINS]
    assert lin.reads(".owed__sum") == "¥0.00"


def reads_the_county(wu, order_code):
    """The figures of both households, opened down to the order and its books."""
    wu.opens("/county/income")
    for code, share in (("H-LIN", LINS), ("H-ZHAO", ZHAOS)):
        _retail, *figures = fen(wu.row(code).inner_text())
        assert figures == [
            share,
            "¥0.00",
            share,
            share,
            share,
        ]  # booked, reversed, due, paid, there
    wu.row("H-LIN").get_by_role("link", name=LINS).first.click()
    wu.page.locator("main").get_by_role("link", name=order_code).first.click()
    assert wu.said("Both records agree to the fen.") in wu.reads()
    assert fen(wu.row("林果甲").inner_text())[-1] == LINS


def test_one_box_from_a_crate_to_the_household_s_pay(come, language, small_county, served):
    cast = small_county.cast
    ana, lin, wu = come(), come(cast.lin), come(cast.wu)
    order = buys_a_box(ana, script=language == "en")
    packs_and_sends(come(cast.he))
    Worker(served).turn(everything=True)  # closes what was delivered: the shares fall due

    lin.opens("/producers/")
    assert LINS in lin.reads(".owed")
    run = drafts(wu)
    approves(come(cast.qiao), run)
    exports_and_reads_the_bank(wu, run)
    confirms(lin, LINS)
    confirms(come(cast.zhao), ZHAOS)

    code = reads_the_order(ana, order)
    reads_the_household(lin)
    reads_the_county(wu, code)
