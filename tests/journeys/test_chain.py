"""The chain, end to end in a browser: one box, from a household's crate to the household's pay.

Four people and a shopper, each with a browser of their own, walk through all four
doors. At the end the same fen is read on the order page, on the household's page
and on the county's.
"""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from storefront import clock, county, db
from storefront.cli.worker import Worker
from tests import factories as make
from tests.journeys.visiting import sign_in

LINS, ZHAOS = "¥10.50", "¥7.00"  # 1.5 kg and 1 kg at 7.00 a kilogram
TOTAL = "¥47.90"
FEN = re.compile(r"¥[\d,]+\.\d\d")


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


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def script(request):
    return request.param


@pytest.fixture
def come(script, browser, base_url, small_county):
    """Open a browser for a person of the cast, or for a shopper nobody knows."""
    opened = []

    def open_door(person=None):
        context = browser.new_context(
            base_url=base_url,
            locale="en-GB",
            viewport={"width": 390, "height": 844},
            java_script_enabled=script,
        )
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        if person is not None:
            sign_in(page, person)
        return page

    yield open_door
    for context in opened:
        context.close()


def press(place, name):
    place.get_by_role("button", name=name, exact=True).click()


def buys_a_box(page, *, script):
    """Choose, put in, check out, pay on the pretend page; returns the order's address."""
    page.goto("/")
    page.get_by_role("link", name="pear-box name").first.click()
    press(page, "Put in the basket")
    page.get_by_role("link", name="To the checkout").click()
    page.get_by_label("Name").fill("Ana")
    page.get_by_label("Mobile phone").fill("138 0000 0010")
    page.get_by_label("Province").select_option(make.SHANXI)
    page.get_by_label("City").fill("Taiyuan")
    page.get_by_label("District or county").fill("Xiaodian")
    page.get_by_label("Street, building, door").fill("1 Example Road")
    totals = page.locator("#totals")
    if script:
        expect(totals).to_contain_text(TOTAL)
    else:
        press(page, "Go and pay")  # the total with freight is shown before it is agreed to
        expect(totals).to_contain_text(TOTAL)
    press(page, "Go and pay")
    page.get_by_role("button", name=f"Pay {TOTAL}").click()
    page.get_by_role("heading", name="Paid. Your pears are being packed").wait_for()
    return re.sub(r"^https?://[^/]+", "", page.url)


def packs_and_sends(page):
    """Take the crates whose labels the page names, dispatch, and note that it arrived."""
    page.goto("/brand/packing?by=parcel")
    page.locator('main a[href^="/brand/packing/"]:not([href*="?"])').first.click()
    for left in (2, 1):
        rows = page.locator(".crates__row[data-state=planned]")
        expect(rows).to_have_count(left)
        lot = rows.first.locator(".crates__lot").inner_text()
        rows.first.get_by_label("Label of the crate").fill(f"{lot.lower()} 01")
        rows.first.get_by_role("button", name="This crate is in").click()
        expect(rows).to_have_count(left - 1)
    page.get_by_label("Carrier").select_option("SF")
    page.get_by_label("Tracking number").fill("SF1234567890123")
    press(page, "Dispatch")
    press(page, "It arrived: delivered")
    page.get_by_role("button", name="It arrived: delivered").wait_for(state="detached")


def drafts(page):
    page.goto("/county/pay-runs")
    press(page, "Draft a pay run")
    page.get_by_role("heading", name="Pay run", exact=False).first.wait_for()
    return re.sub(r"^https?://[^/]+", "", page.url)


def approves(page, run):
    page.goto(run)
    press(page, "Approve this run")
    page.get_by_role("button", name="Approve this run").wait_for(state="detached")


def exports_and_reads_the_bank(page, run):
    page.goto(run)
    press(page, "Make the file for the bank")
    page.get_by_role("button", name="Download the file").wait_for()
    for left in (2, 1):
        rows = page.get_by_role("row").filter(has=page.get_by_role("button", name="Failed"))
        expect(rows).to_have_count(left)
        press(rows.first, "Paid")
        expect(rows).to_have_count(left - 1)


def confirms(page, amount):
    page.goto("/producers/")
    assert amount in page.get_by_role("main").inner_text()
    page.goto("/producers/income")
    press(page, "Yes, it arrived")
    page.get_by_role("button", name="Yes, it arrived").wait_for(state="detached")


def row_of(page, words):
    """Return the fen that stand in the one row with these words."""
    rows = page.get_by_role("row").filter(has_text=words)
    assert rows.count() == 1, words
    return FEN.findall(rows.inner_text())


def test_one_box_from_a_crate_to_the_household_s_pay(come, script, small_county, served):
    cast = small_county.cast
    shopper, lin = come(), come(cast.lin)
    order = buys_a_box(shopper, script=script)
    packs_and_sends(come(cast.he))
    Worker(served).turn(everything=True)

    lin.goto("/producers/")
    assert LINS in lin.locator(".owed").inner_text()

    officer = come(cast.wu)
    run = drafts(officer)
    approves(come(cast.qiao), run)
    exports_and_reads_the_bank(officer, run)
    confirms(lin, LINS)
    confirms(come(cast.zhao), ZHAOS)

    # the shopper reads it: whose pears, what they got, that it arrived
    shopper.goto(order)
    hands = {
        name: shopper.locator(".hands__row").filter(has_text=name).inner_text()
        for name in ("林家果园", "赵家果园")
    }
    assert FEN.findall(hands["林家果园"]) == [LINS]
    assert FEN.findall(hands["赵家果园"]) == [ZHAOS]
    assert all("arrived, they say" in said for said in hands.values())
    assert f"Of your {TOTAL}, ¥17.50" in shopper.locator("#order-money").inner_text()
    assert "Traced to the household" in shopper.get_by_role("main").inner_text()

    # the household reads it
    lin.goto("/producers/income")
    assert FEN.findall(lin.locator(".rows__row").first.inner_text()) == [LINS]
    assert lin.locator(".owed__sum").inner_text() == "¥0.00"

    # the county reads it, and opens it down to the order
    officer.goto("/county/income")
    retail, booked, back, due, paid, confirmed = row_of(officer, "H-LIN")
    assert (booked, back, due, paid, confirmed) == (LINS, "¥0.00", LINS, LINS, LINS)
    assert row_of(officer, "H-ZHAO")[1:] == [ZHAOS, "¥0.00", ZHAOS, ZHAOS, ZHAOS]
    assert FEN.fullmatch(retail)
    officer.get_by_role("row").filter(has_text="H-LIN").get_by_role("link", name=LINS).first.click()
    officer.get_by_role("main").get_by_role("link", name=order_code(shopper)).first.click()
    assert "Both records agree to the fen." in officer.get_by_role("main").inner_text()
    assert row_of(officer, "林果甲")[-1] == LINS


def order_code(page):
    return page.locator(".eyebrow").first.inner_text().split("·")[0].split()[-1]
