"""Each page is tried once by axe, as the people who use it meet it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from storefront import clock, db
from storefront.orders.models import Order
from storefront.settlement import payruns
from storefront.supply.models import Lot, Slip
from tests import factories as make
from tests.journeys.visiting import sign_in

SOLD = ("awaiting", "confirmed", "sent", "closed")


@pytest.fixture
def season(app):
    """A county with an order in each state that looks different, and a drafted pay run."""
    now = clock.now()
    with db.transaction():
        county = make.county(now)
        for home in (county.lin, county.zhao):
            for grade in (county.top, county.first):
                make.weigh(county, home, grade, 20_000, now=now)
    codes = {}
    for name in SOLD:
        codes[name] = sell(county, name, now)
    with db.transaction():
        run = payruns.draft(
            clock.china_day(now) + 5 * make.DAY, actor=county.cast.wu.actor, now=now
        )
        codes["run"] = run.code
    parcel = parcel_of(codes["sent"][1])
    codes["parcel"], codes["trace"] = parcel.code, parcel.trace_code
    codes["lot"] = own(Lot, county.lin)
    codes["slip"] = own(Slip, county.lin)
    db.session.remove()
    return county, codes


def parcel_of(code):
    """Return the parcel of the order with this code."""
    return make.parcel_of(db.session.scalars(select(Order.id).where(Order.code == code)).one())


def own(model, household_id):
    """Return the code of the household's first lot or slip."""
    query = select(model.code).where(model.household_id == household_id).order_by(model.id)
    return db.session.scalars(query).first()


def sell(county, name, now):
    with db.transaction():
        order = make.order((make.GIFT, 1), (make.PAIR, 1), now=now)
        key, found = order.id, (order.token, order.code)
    steps = {"confirmed": 1, "sent": 2, "closed": 3}.get(name, 0)
    for step in (pay_it, send_it, make.close)[:steps]:
        with db.transaction():
            step(county, key, now=now)
    return found


def pay_it(_county, key, *, now):
    make.pay(key, now=now)


def send_it(county, key, *, now):
    make.dispatch(county, key, now=now)


def violations(page, addresses):
    """Return what axe finds wrong, by address."""
    found = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer.status == 200, address
        wrong = Axe().run(page).response["violations"]
        if wrong:
            found[address] = [(each["id"], each["nodes"][0]["html"]) for each in wrong]
    return found


def test_the_shop_is_open_to_everybody(page, season):
    _county, codes = season
    orders = [f"/orders/{codes[name][0]}" for name in SOLD]
    orders += [f"/orders/{codes['closed'][0]}/receipt", f"/t/{codes['trace']}"]
    orders += ["/find-order", "/impact"]
    shelf = ["/", "/products", "/products/gift?province=140000", "/cart"]
    shelf += ["/products?category=pears&sort=cheap", "/search?q=pear", "/search?q=durian"]
    assert violations(page, [*shelf, *orders]) == {}
    page.goto("/products/pear-box")
    page.locator(".buy-bar button").click()
    page.wait_for_url("**/cart")
    assert violations(page, ["/cart", "/checkout?province=140000"]) == {}
    page.locator(".buy-bar button").click()  # nothing filled in: the page with its faults
    page.locator(".form-errors").wait_for()
    assert Axe().run(page).response["violations"] == []


def test_the_producers_pages_are_open_to_everybody(page, season):
    county, codes = season
    sign_in(page, county.cast.lin)
    own = ["", "lots", f"lots/{codes['lot']}", "lots/declare", "income", f"slips/{codes['slip']}"]
    assert violations(page, [f"/producers/{path}" for path in own]) == {}


def test_the_agent_s_pages_are_open_to_everybody(page, season):
    county, _codes = season
    sign_in(page, county.cast.sun)
    acting = ["", "income", "weigh-in"]
    addresses = [f"/producers/for/H-LIN/{path}" for path in acting]
    assert violations(page, ["/producers/", *addresses]) == {}


def test_the_brand_office_is_open_to_everybody(page, season):
    county, codes = season
    parcel = parcel_of(codes["confirmed"][1])
    paths = [
        "counter?q=pear",
        "",
        "packing",
        "packing?by=parcel",
        f"packing/{parcel.code}",
        f"packing/{codes['parcel']}/slip",
        "orders",
        f"orders/{codes['sent'][1]}",
        "lots",
        f"lots/{codes['lot']}",
        "prices",
    ]
    db.session.remove()
    sign_in(page, county.cast.he)
    assert violations(page, [f"/brand/{path}" for path in paths]) == {}


def test_the_county_s_pages_are_open_to_everybody(page, season):
    county, codes = season
    paths = [
        "",
        "income",
        "households",
        "households/H-LIN",
        f"orders/{codes['closed'][1]}",
        "entries/1",
        "pay-runs",
        f"pay-runs/{codes['run']}",
    ]
    sign_in(page, county.cast.wu)
    assert violations(page, [f"/county/{path}" for path in paths]) == {}


def test_the_sign_in_and_payment_pages_are_open_to_everybody(page, season):
    _county, codes = season
    assert violations(page, ["/sign-in"]) == {}
    page.goto(f"/orders/{codes['awaiting'][0]}")
    page.locator("#pay").click()
    page.wait_for_url("**/pretend-pay/**")
    assert Axe().run(page).response["violations"] == []
