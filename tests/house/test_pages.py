"""Every page that people can walk to from their door: whole, valid, in both languages.

The test client looks at each page it is given (title, one h1, labels, form tokens,
no id twice); here is somebody who opens them all.
"""

import re
from collections import Counter
from html import unescape

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from storefront import db
from storefront.accounts import addresses
from storefront.orders import kept
from storefront.orders.models import Order
from storefront.supply import importing
from tests import factories as make
from tests import markup
from tests import season as made
from tests.doors.shopping import put_in
from tests.filed import listed
from tests.season import TODAY
from tests.visits import come_in

LINK = re.compile(r"""<a\b[^>]*\bhref="(/[^"#]*)""")
STYLE = re.compile(r"<[a-z][^>]*\sstyle\s*=|<style\b")
STARTS = {
    "ana": ("/",),
    "lin": ("/producers/",),
    "sun": ("/producers/",),
    "he": ("/brand/",),
    "wu": ("/county/",),
    "qiao": ("/county/",),
    "bai": ("/account/",),
}
ENOUGH = 2  # pages of one kind
# for machines, or only on the way from a form that was sent
NOT_WALKED_TO = {
    "account.choose_form",
    "account.letter_is_coming",
    "brand.counter_names",
    "health.alive",
    "health.ready",
    "pretend.page",
    "producers.done",
    "producers.done_for",
    "producers.paper",
    "season.show",
    "shop.photo",
    "shop.robots",
    "shop.sitemap",
    "sign_in.code_form",
    "sign_in.factor",
    "sign_in.form",
}


@pytest.fixture
def season(app):
    with time_machine.travel(TODAY, tick=False):
        walked = made.season()
        with db.transaction():
            make.order((make.BOX, 1))
            paid = make.order((make.BOX, 1), (make.PASTE, 1)).id
            make.pay(paid)
            bai = walked.county.cast.bai.actor
            kept.keep(paid, "placed", actor=bai, now=TODAY)
            importing.send(b"x", TODAY.date(), actor=walked.county.cast.wu.actor, now=TODAY)
            addresses.add(make.address(), actor=bai, now=TODAY)
        listed("x", "x", actor=walked.county.cast.he.actor)
        yield walked


def orders():
    """Return the addresses that only a shopper's letters hold."""
    return [
        f"/orders/{token}" for token in db.session.scalars(select(Order.token).order_by(Order.id))
    ]


class Walk:
    """Somebody follows every link from where they start, a few pages of each kind."""

    def __init__(self, client, addresses):
        self.client = client
        self.rules = client.application.url_map.bind("localhost")
        self.seen, self.faults = set(), []
        self.kinds: Counter[str] = Counter()
        self.to_see = list(addresses)
        self.shops = "/" in self.to_see

    def go(self):
        while self.to_see:
            address = self.to_see.pop(0)
            if address not in self.seen and self._is_wanted(address):
                self.seen.add(address)
                self._open(address)
        return self

    def _is_wanted(self, address):
        if address.startswith("/static/") or "lang=" in address:
            return False
        try:
            kind, _ = self.rules.match(address.partition("?")[0])
        except HTTPException as fault:
            self.faults.append(f"{address}: {fault.code}")
            return False
        if self._is_another_s(kind):
            return False
        self.kinds[kind] += 1
        return self.kinds[kind] <= ENOUGH

    def _is_another_s(self, kind):
        """Who works here may look into the shop by a link: shoppers walk through it."""
        return kind.startswith("shop.") and not self.shops

    def _open(self, address):
        page = self.client.get(address)
        if page.status_code == 303:
            self.to_see.append(page.location)
        elif page.status_code != 200:
            self.faults.append(f"{address}: {page.status_code}")
        elif STYLE.search(page.text):
            self.faults.append(f"{address}: a style within the page")
        else:
            self.faults += [f"{address}: {fault}" for fault in markup.faults(page.text)]
        self.to_see += [unescape(link) for link in LINK.findall(page.text)]


def walks(app, season, language):
    for who, starts in STARTS.items():
        visitor = app.test_client()
        visitor.set_cookie("lang", language)
        if who == "ana":
            put_in(visitor)
        else:
            come_in(visitor, getattr(season.county.cast, who))
        yield Walk(visitor, [*starts, *(orders() if who == "ana" else ())]).go()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_whole_and_valid_and_no_link_is_dead(app, season, language):
    seen: Counter[str] = Counter()
    for walk in walks(app, season, language):
        assert walk.faults == []
        seen += walk.kinds
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - set(seen) - NOT_WALKED_TO == set()
