"""Every page of the demonstration, as everybody, reads in one language only: the chosen one.

Names and what people typed are data and stay as they are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape
from html.parser import HTMLParser

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.cli.demo import data, file, incidents, mishaps, payday, regulars
from storefront.orders.models import Allocation, Order
from storefront.payments.pretend import PretendSession
from storefront.supply.models import Lot, Movement
from tests.telling import NOW, come_in, tell

ENOUGH = 3  # pages of one kind
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]+")
WORD = re.compile(r"(?<![\w@./:-])[A-Za-z][a-z]+(?![\w@./:-])|(?<![\w-])[a-z]{2,}(?![\w@./:-])")
ASKED = re.compile("“[^”]*”")  # what a visitor looked for
# Cookie is what Chinese calls it, so are kinds of file; org ends an address for letters
ENGLISH_IN_CHINESE = {"English", "kg", "Ana", "Ben", "Sample", "Cookie", "org", "xlsx", "csv"}
CHINESE_IN_ENGLISH = ("中文", "简体中文", "示例路", "号")
SPOKEN = {"aria-label", "title", "alt", "placeholder", "data-label"}


class Text(HTMLParser):
    """What a page says, aloud or in sight, but for what names its own language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self._mute = 0
        self._quoted: list[str] = []  # open elements, from the one on that names its language
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._mute += tag in {"script", "style"}
        if (tag != "html" and "lang" in dict(attrs)) or tag in self._quoted:
            self._quoted.append(tag)
        for name, value in attrs:
            if name in SPOKEN and value:
                self.said.append(value)
            if tag == "a" and name == "href" and value and value.startswith("/"):
                self.links.append(unescape(value).partition("#")[0])

    def handle_endtag(self, tag):
        self._mute -= tag in {"script", "style"}
        if self._quoted and self._quoted[-1] == tag:
            self._quoted.pop()

    def handle_data(self, words):
        if not self._mute and not self._quoted and words.strip():
            self.said.append(words.strip())


def typed() -> list[str]:
    """Return the names and notes that are data, the longest first."""
    people = data.tree("people.toml")
    found = set(CHINESE_IN_ENGLISH) | {
        payday.REASON,
        incidents.RECALL,
        incidents.DOUBT,
        incidents.SAID,
        "磕碰",
        incidents.SAID,
        incidents.SON,
        regulars.MESSAGE,
        regulars.COMPANY.title,
        regulars.PERSON.title,
    }
    found |= {mishaps.EVIDENCE} | {
        cause[2] for cause in (incidents.ROT, incidents.SHRINK, incidents.THEIRS, incidents.OVER)
    }
    found |= {asked.title for asked in (regulars.COMPANY, regulars.PERSON)}
    for home in data.rows("households.csv"):
        found |= {home["head"], home["payee"], home["display_name"]}
    found |= {one["name"] for one in (*people["staff"], *data.table("shoppers.csv"))}
    found |= {one["agent"] for one in people["station"]}
    found |= {one[part] for one in data.table("shoppers.csv") for part in ("city", "district")}
    return sorted(found - {""}, key=len, reverse=True)


def strays(said: Iterable[str], language: str, known: list[str]) -> Iterator[str]:
    """Yield what is said in the other language."""
    for sentence in said:
        rest = ASKED.sub("", sentence)
        if language == "en":
            for name in known:
                rest = rest.replace(name, "")
            wrong = CHINESE.search(rest) is not None
        else:
            wrong = bool(set(WORD.findall(rest)) - ENGLISH_IN_CHINESE)
        if wrong:
            yield sentence


def walk(client, addresses: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Follow the links, a few pages of each kind; yield addresses and what stands there."""
    rules = client.application.url_map.bind("localhost")
    kinds: Counter[str] = Counter()
    seen: set[str] = set()
    while addresses:
        address = addresses.pop(0)
        if address in seen or "lang=" in address or address.startswith("/static/"):
            continue
        seen.add(address)
        kind, _ = rules.match(address.partition("?")[0])
        kinds[kind] += 1
        if kinds[kind] > ENOUGH:
            continue
        page = client.get(address)
        if page.status_code == 303:
            addresses.append(page.location)
        elif page.mimetype == "text/html":
            text = Text(page.text)
            addresses += text.links
            yield address, text.said


def starts(role: str | None) -> list[str]:
    """Return what no link of the role's first page may lead to: one order of each kind."""
    if role is None:
        newest = select(Order.token, Order.state).order_by(Order.id)
        orders = {state: f"/orders/{token}" for token, state in db.session.execute(newest)}
        paid = db.session.scalars(select(PretendSession.reference).limit(2))
        return ["/", "/products", *orders.values(), *(f"/pretend-pay/{one}" for one in paid)]
    lots = select(Lot.code).join(Movement, Movement.lot_id == Lot.id)
    short = select(Order.code).join(Allocation, Allocation.order_id == Order.id)
    return {
        "operator": [
            "/brand/",
            *(
                f"/brand/lots/{one}"
                for one in db.session.scalars(lots.where(Movement.reason == "rot").limit(1))
            ),
            *(
                f"/brand/orders/{one}"
                for one in db.session.scalars(short.where(Allocation.state == "short").limit(1))
            ),
        ],
        "officer": ["/county/"],
        "checker": ["/county/"],
    }.get(role, ["/producers/"])


@pytest.fixture
def people(app):
    with time_machine.travel(NOW, tick=False):
        tell()
        yield file.somebody_of_each(["household_member", "agent", "operator", "officer", "checker"])


def test_every_page_speaks_the_language_that_was_chosen(app, people):
    known = typed()
    found = []
    for role in (None, *people):
        for language in ("en", "zh"):
            client = app.test_client()
            client.set_cookie("lang", language)
            if role is not None:
                come_in(client, people[role][1])
            for address, said in walk(client, starts(role)):
                wrong = set(strays(said, language, known))
                found += [f"{language} {address}: {one}" for one in sorted(wrong)]
    assert found == []
