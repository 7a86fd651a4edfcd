"""Somebody walks every page from their door, and everything that there is to see of a season."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any, Final

import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from storefront import db
from storefront.accounts import addresses
from storefront.orders import kept
from storefront.orders.models import Order
from storefront.supply import disputes, importing
from storefront.supply.models import Lot
from tests import factories as make
from tests import markup
from tests import season as made
from tests.doors.shopping import put_in
from tests.filed import certified, listed
from tests.season import TODAY, Season
from tests.visits import come_in

LINK = re.compile(r"""<a\b[^>]*\bhref="(/[^"#]*)""")
STYLE = re.compile(r"<[a-z][^>]*\sstyle\s*=|<style\b")
STARTS: Final = {
    "ana": ("/",),
    "lin": ("/producers/",),
    "sun": ("/producers/",),
    "he": ("/brand/",),
    "wu": ("/county/",),
    "qiao": ("/county/",),
    "bai": ("/account/",),
}
ENOUGH: Final = 2  # pages of one kind


@contextmanager
def season() -> Iterator[Season]:
    """Walk the season through, with an order in each state, and stay in its day."""
    with time_machine.travel(TODAY, tick=False):
        walked = made.season()
        with db.transaction():
            make.order((make.BOX, 1))
            paid = make.order((make.BOX, 1), (make.PASTE, 1)).id
            make.pay(paid)
            bai = walked.county.cast.bai.actor
            kept.keep(paid, "placed", actor=bai, now=TODAY)
            _dispute(walked)
            importing.send(b"x", TODAY.date(), actor=walked.county.cast.wu.actor, now=TODAY)
            addresses.add(make.address(), actor=bai, now=TODAY)
        listed("x", "x", actor=walked.county.cast.he.actor)
        certified(walked.county)
        yield walked


def _dispute(walked: Season) -> None:
    """Lin's household disputes a slip."""
    of_lin = select(Lot).where(Lot.household_id == walked.county.lin).order_by(Lot.id)
    lot, lin = db.session.scalars(of_lin).first(), walked.county.cast.lin.actor
    assert lot is not None
    line = (lot.slip_id or 0, lot.id)
    disputes.dispute(*line, "weight", words="", key="said", actor=lin, now=TODAY)


def orders() -> list[str]:
    """Return the addresses that only a shopper's letters hold."""
    return [
        f"/orders/{token}" for token in db.session.scalars(select(Order.token).order_by(Order.id))
    ]


class Walk:
    """Somebody follows every link from where they start, a few pages of each kind.

    ``pages`` holds the HTML of each address that was opened.
    """

    def __init__(self, client: Any, addresses: Iterable[str], enough: int) -> None:
        self.client = client
        self.rules = client.application.url_map.bind("localhost")
        self.seen: set[str] = set()
        self.faults: list[str] = []
        self.pages: dict[str, str] = {}
        self.kinds: Counter[str] = Counter()
        self.to_see = list(addresses)
        self._shops = "/" in self.to_see
        self._enough = enough

    def go(self) -> "Walk":
        """Open everything that can be come to."""
        while self.to_see:
            address = self.to_see.pop(0)
            if address not in self.seen and self._is_wanted(address):
                self.seen.add(address)
                self._open(address)
        return self

    def _is_wanted(self, address: str) -> bool:
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
        return self.kinds[kind] <= self._enough

    def _is_another_s(self, kind: str) -> bool:
        """Who works here may look into the shop by a link: shoppers walk through it."""
        return kind.startswith("shop.") and not self._shops

    def _open(self, address: str) -> None:
        page = self.client.get(address)
        if page.status_code == 303:
            self.to_see.append(page.location)
        elif page.status_code != 200:
            self.faults.append(f"{address}: {page.status_code}")
        elif STYLE.search(page.text):
            self.faults.append(f"{address}: a style within the page")
        else:
            self.faults += [f"{address}: {fault}" for fault in markup.faults(page.text)]
            self.pages[address] = page.text
        self.to_see += [unescape(link) for link in LINK.findall(page.text)]


def walk(app: Flask, season: Season, who: str, language: str, *, enough: int = ENOUGH) -> Walk:
    """Let one of the cast walk from their own door; Ana has something in her basket."""
    visitor = app.test_client()
    visitor.set_cookie("lang", language)
    if who == "ana":
        put_in(visitor)
    else:
        come_in(visitor, getattr(season.county.cast, who))
    starts = [*STARTS[who], *(orders() if who == "ana" else ())]
    return Walk(visitor, starts, enough).go()
