"""A shopper's account from the first day to the last: on the phone in Chinese without script,
on the desktop in English with axe looking at every page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from storefront import clock, db
from storefront.accounts.models import Address, User
from storefront.orders.models import Order
from tests import factories as make
from tests.journeys.visiting import Visitor

PHONE, FIRST, SECOND = "13800000012", "walnuts in the loft", "millet under the eaves"
LINE = "样小梨，13800000012，山西省临汾市隰县龙泉镇样街1号"
OTHER = {"Name": "样姥姥", "Mobile phone": "13800000013", "Street, building, door": "示例巷 2 号"}
PLACES = {"Province": make.SHANXI, "City": "太原市", "District or county": "小店区"}
KINDS = {
    "zh": {"locale": "zh-CN", "viewport": {"width": 360, "height": 740}},
    "en": {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}},
}


@pytest.fixture
def stocked(app):
    now = clock.now()
    with db.transaction():
        county = make.county(now)
        make.weigh(county, county.lin, county.first, 20_000, now=now)
    db.session.remove()
    return county


class Shopper(Visitor):
    """Whoever looks at each page that they come to: with script, axe does it for them."""

    def looks(self):
        if self._language == "en":
            self.page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
            assert Axe().run(self.page).response["violations"] == [], self.path

    @property
    def has_script(self):
        return self._language == "en"

    def signs_in(self, password):
        self.opens("/sign-in")
        self.page.locator("#identifier").fill(PHONE)
        self.page.locator("#password").fill(password)
        self.page.locator("main button[type=submit]").click()


@pytest.fixture(params=KINDS, ids=["phone without script", "desktop with script"])
def come(request, browser, base_url, stocked):
    """Open another browser of the same person."""
    opened = []

    def another():
        context = browser.new_context(
            base_url=base_url, java_script_enabled=request.param == "en", **KINDS[request.param]
        )
        context.set_default_timeout(20_000)
        opened.append(context)
        return Shopper(context.new_page(), request.param)

    yield another
    for context in opened:
        context.close()


def signs_up(bai):
    bai.opens("/account/")
    bai.page.locator('main a[href^="/account/sign-up"]').first.click()
    bai.looks()
    bai.field("Mobile phone").fill(PHONE)
    bai.page.locator("#password").fill(FIRST)
    bai.presses("Open my account")
    expect(bai.page.get_by_role("heading", level=1)).to_have_text(bai.said("My orders"))
    bai.looks()


def keeps_two_addresses(bai):
    """One pasted as a line, one typed name by name; each as the page allows it."""
    for typed in ("pasted", "chosen"):
        bai.opens("/account/addresses/new")
        bai.looks()
        if typed == "pasted":
            pastes(bai)
        else:
            for label, words in OTHER.items():
                bai.field(label).fill(words)
            for label, name in PLACES.items():
                bai.field(label).select_option(name)
                if not bai.has_script and label != "District or county":
                    bai.presses("Show the names to choose from")
        bai.page.get_by_role("button", name=bai.said("Save"), exact=True).last.click()
        bai.page.wait_for_url("**/account/addresses")
    bai.looks()
    expect(bai.page.locator(".address-list > li")).to_have_count(2)


def pastes(bai):
    bai.field("Paste a whole address").fill(LINE)
    if not bai.has_script:
        bai.presses("Fill in the fields")
    expect(bai.field("Name")).to_have_value("样小梨")


def orders_to_the_second(bai):
    """The chosen address is filled in and marked, not by its colour alone; returns the code."""
    bai.opens("/products/pear-box")
    bai.presses("Put in the basket")
    bai.opens("/checkout")
    bai.looks()
    choices = bai.page.locator("#_own_addresses .choice")
    expect(choices).to_have_count(3)
    chosen = bai.page.locator("#_own_addresses .choice[aria-current]")
    expect(chosen).to_contain_text("样小梨")
    bai.page.get_by_role("link", name="样姥姥").click()
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("示例巷 2 号")
    dots = choices.locator(".choice__dot")
    widths = dots.evaluate_all("all => all.map(one => getComputedStyle(one).borderTopWidth)")
    assert len(set(widths)) == 2, widths  # the chosen one's is full
    expect(bai.field("Street, building, door")).to_have_value("示例巷 2 号")
    bai.looks()
    bai.presses("Go and pay")
    bai.page.locator("button[value=pay]").click()
    bai.page.wait_for_url("**/orders/**")
    bai.looks()


def finds_it_in_the_account(bai):
    bai.opens("/account/")
    code = db.session.scalars(select(Order.code)).one()
    db.session.remove()
    expect(bai.page.locator(".order-list__link")).to_contain_text(code)
    bai.looks()


def changes_the_password(bai, elsewhere):
    """What is open elsewhere is closed by it; the old one opens nothing, the new one does."""
    elsewhere.signs_in(FIRST)
    elsewhere.opens("/account/")
    expect(elsewhere.page.locator(".order-list__link")).to_have_count(1)
    bai.opens("/account/security")
    bai.looks()
    bai.page.locator("#current_password").fill(FIRST)
    for field in ("#new_password", "#new_password_again"):
        bai.page.locator(field).fill(SECOND)
    bai.presses("Change it")
    bai.opens("/account/")
    expect(bai.page.locator(".order-list__link")).to_have_count(1)
    elsewhere.opens("/account/")
    elsewhere.page.wait_for_url("**/sign-in?**")
    elsewhere.signs_in(FIRST)
    assert elsewhere.path.startswith("/sign-in")
    elsewhere.signs_in(SECOND)
    elsewhere.page.wait_for_url(lambda url: "/sign-in" not in url)


def deletes_it_all(bai, elsewhere):
    bai.opens("/account/delete")
    bai.looks()
    bai.page.locator("#current_password").fill(SECOND)
    bai.presses("Delete my account")
    bai.page.wait_for_url(lambda url: "/account" not in url)
    bai.looks()
    for one in (bai, elsewhere):
        one.opens("/account/")
        one.page.wait_for_url("**/sign-in?**")
    bai.signs_in(SECOND)
    assert bai.path.startswith("/sign-in")


def test_an_account_from_its_first_day_to_its_last(come):
    bai, elsewhere = come(), come()
    signs_up(bai)
    keeps_two_addresses(bai)
    orders_to_the_second(bai)
    finds_it_in_the_account(bai)
    changes_the_password(bai, elsewhere)
    deletes_it_all(bai, elsewhere)
    assert PHONE not in {user.phone for user in db.session.scalars(select(User))}
    assert db.session.scalars(select(Address)).all() == []
    assert db.session.scalars(select(Order)).one().state == "confirmed"
