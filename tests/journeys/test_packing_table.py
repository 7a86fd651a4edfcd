"""The packing table in a browser: a scanner that is a keyboard, a hand that types, no script."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from storefront import clock, db
from storefront.orders.models import Allocation
from storefront.supply.models import Lot
from tests import factories as make
from tests.journeys.visiting import Visitor, sign_in

FIELD = "[data-label-field][autofocus]"


@pytest.fixture
def table(app):
    """A parcel of two crates, of one lot; a second lot of the grade stands beside it."""
    now = clock.now()
    with db.transaction():
        county = make.county(now)
        make.weigh(county, county.lin, county.first, 20_000, now=now)
    with db.transaction():
        order = make.order((make.BOX, 1), (make.PAIR, 1), now=now)
        make.pay(order.id, now=now)
    with db.transaction():
        make.weigh(county, county.zhao, county.first, 20_000, now=now)
    lot = db.session.scalars(select(Lot.code).order_by(Lot.id)).first()
    code = make.parcel_of(order.id).code
    db.session.remove()
    return county, code, lot


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def he(request, browser, base_url, table):
    context = browser.new_context(
        base_url=base_url, locale="en-GB", java_script_enabled=request.param
    )
    context.add_cookies([{"name": "lang", "value": "en", "url": base_url}])
    visitor = Visitor(context.new_page(), "en")
    sign_in(visitor.page, table[0].cast.he)
    visitor.opens(f"/brand/packing/{table[1]}")
    yield visitor, request.param
    context.close()


AT_ONCE = """(field, label) => {
  field.value = "";
  for (const key of label) {
    field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    field.value += key;
  }
}"""


def scan(visitor, label, *, script):
    """A wedge scanner: the keys come at once, and Enter after them."""
    visitor.page.locator(FIELD).click()
    visitor.page.locator(FIELD).press("ControlOrMeta+a")
    if script:  # all of them in one breath: a busy machine would type like a tired hand
        visitor.page.locator(FIELD).evaluate(AT_ONCE, label)
    else:
        visitor.page.keyboard.type(label)
    visitor.page.keyboard.press("Enter")


def how():
    db.session.rollback()
    rows = select(Allocation.crate, Allocation.how_confirmed).where(Allocation.state == "packed")
    return dict(iter(db.session.execute(rows.order_by(Allocation.id))))


def test_crates_are_scanned_one_after_the_other_and_none_twice(he, table):
    visitor, script = he
    _county, _code, lot = table
    scan(visitor, f"{lot}-01", script=script)
    expect(visitor.page.locator("main")).to_contain_text("1 of 2 confirmed")
    scan(visitor, f"{lot}-01", script=script)
    expect(visitor.page.locator(".table-form")).to_contain_text("in this parcel already")
    expect(visitor.page.locator("main")).to_contain_text("1 of 2 confirmed")
    scan(visitor, f"{lot}-02", script=script)
    expect(visitor.page.locator("main")).to_contain_text("2 of 2 confirmed")
    expect(visitor.page.locator("main")).to_contain_text("Hand to the carrier")
    assert set(how()) == {f"{lot}-01", f"{lot}-02"}
    assert set(how().values()) == {"scanned" if script else "typed"}


def test_a_crate_that_holds_less_is_filled_and_weighed_on_the_spot(he, table):
    visitor, _script = he
    _county, code, lot = table
    row = visitor.page.locator(".crates__row").filter(has_text="5 jin").first
    row.locator("summary", has_text="The crate holds less").click()
    row.get_by_label("Jin that are there").fill("3")
    row.get_by_role("button", name="Only so much is there").click()
    expect(visitor.page.locator("main")).to_contain_text("0 of 3 confirmed")
    scan(visitor, f"{lot}-07", script=False)
    expect(visitor.page.locator("main")).to_contain_text("1 of 3 confirmed")
    packed = visitor.page.locator('.crates__row[data-state="packed"]').first
    packed.locator("summary", has_text="Weigh it").click()
    packed.get_by_label("Jin on the scale").fill("3.1")
    packed.get_by_role("button", name="So much it weighs").click()
    expect(visitor.page.locator("main")).to_contain_text("more than counted")
    visitor.page.get_by_role("link", name="Split the parcel").click()
    expect(visitor.page.locator("h1")).to_contain_text(f"Split parcel {code}")
    visitor.page.get_by_role("button", name="Send these later").click()
    expect(visitor.page.locator("main")).to_contain_text("Hand to the carrier")
