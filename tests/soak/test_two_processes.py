"""Two web processes over one database: whatever one of them kept, it never shows what is over."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from random import Random
from threading import Event

import pytest

from storefront import clock, db
from storefront.catalogue import drafting, offers, wording
from storefront.cli import lean
from storefront.cli.serve import SERVER
from storefront.config import ROOT
from storefront.money import Fen
from storefront.supply import prices
from tests import factories as make
from tests.doors.shopping import DOOR
from tests.soak.browser import Browser, Form
from tests.soak.diary import Diary
from tests.soak.shop import environment, free_port, until

PAGES = ("/", "/products", "/search?q=pear", "/products/pear-box")
NOW = clock.now()


@contextmanager
def web_process(url, var) -> Iterator[int]:
    """Serve a database with a web process of its own; yields its port."""
    port = free_port()
    command = [sys.executable, "-m", *SERVER, "--port", str(port), "wsgi:app"]
    with (var / "pair.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**lean.environ(var), **environment(url, var, port)},
            stdout=log,
            stderr=log,
        )
    try:
        assert until(lambda: read(port, "/healthz", 0.5)), (var / "pair.log").read_text()[-2000:]
        yield port
    finally:
        process.terminate()
        process.wait(30)


def read(port, address, patience=20.0):
    """Return a page in English as a process shows it to a stranger; nothing if it does not."""
    connection = HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.request("GET", address, headers={"Cookie": "lang=en"})
        return connection.getresponse().read().decode()
    except OSError:
        return ""
    finally:
        connection.close()


@pytest.fixture
def county(app):
    with db.transaction():
        county = make.county(NOW)
        make.weigh(county, county.lin, county.first, 5_000, now=NOW)
    return county


@pytest.fixture
def pair(app, county, var):
    url = app.config["SETTINGS"].database_url
    with ExitStack() as opened:
        ports = [opened.enter_context(web_process(url, var)) for _ in range(2)]
        for _time in range(2):  # what can be kept is kept from here on
            for address in PAGES:
                assert [status(port, address) for port in ports] == [200, 200]
        yield ports


def status(port, address):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", address)
    answer = connection.getresponse().status
    connection.close()
    return answer


def filled_in(browser: Browser, address: str) -> Form:
    """Return the form that a page sends to its own address."""
    form = browser.get("page", address).form(address.partition("?")[0])
    assert form is not None
    return form


def seen(pair, address):
    """Return what both processes show, which is the same but for the form's token."""
    return [read(port, address) for port in pair]


def test_a_new_price_a_hidden_product_and_a_status_show_at_once_in_both(pair, county):
    with db.transaction():
        drafting.change_price(county.offers[make.BOX], Fen(4_490), actor=make.OFFICE, now=NOW)
        paid = prices.purchase_prices_on(clock.china_day(NOW))
        offers.publish(county.offers[make.BOX], paid, actor=make.OFFICE, now=NOW)
    for address in PAGES:
        assert ["¥44.90" in page for page in seen(pair, address)] == [True, True], address
    with db.transaction():
        drafting.withdraw(county.offers[make.BOX], actor=make.OFFICE, now=NOW)
    assert ["Not on sale now" in page for page in seen(pair, PAGES[-1])] == [True, True]
    with db.transaction():
        wording.hide(county.products[make.BOX], actor=make.OFFICE, now=NOW)
    assert [status(port, PAGES[-1]) for port in pair] == [410, 410]


def test_the_last_box_sold_by_one_process_is_gone_in_both(pair, county):
    here = Browser(pair[0], Diary(), Random(1), Event(), think=0.0)
    form = filled_in(here, "/products/pear-box")
    answer = here.send("basket", form, sku=make.BOX, quantity=2)
    here.get("basket", answer.location)
    form = filled_in(here, f"/checkout?province={make.SHANXI}")
    assert here.send("checkout", form, **DOOR).location
    assert ["Sold out for now" in page for page in seen(pair, PAGES[-1])] == [True, True]
    with db.transaction():
        make.weigh(county, county.yang, county.first, 5_000, now=NOW)
    assert ["Sold out for now" in page for page in seen(pair, PAGES[-1])] == [False, False]


def test_what_a_visitor_has_of_their_own_is_never_another_s(pair, county):
    one, other = (Browser(pair[0], Diary(), Random(1), Event(), think=0.0) for _ in range(2))
    form = filled_in(one, "/products/pear-box")
    stranger = filled_in(other, "/products/pear-box")
    assert form.fields["csrf_token"] != stranger.fields["csrf_token"]
    answer = one.send("basket", form, sku=make.BOX, quantity=2)
    assert one.follow("basket", answer).status == 200
    count = 'id="cart-count">2<'
    assert count in one.get("list", "/products").text
    assert count not in other.get("list", "/products").text
