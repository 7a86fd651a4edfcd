"""An order as the county sees it: whose pears, the entries, and law 1 with both its sides."""

import re

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.ledger import books
from storefront.ledger.models import Entry
from storefront.reports.order_books import order_books
from storefront.supply import registry
from storefront.web import filters
from tests import factories as make
from tests import season as made
from tests.season import TODAY
from tests.visits import come_in

BUYER = ("安娜", "13800000010", "ana@example.com", "太原市", "小店区", "示例路")


@pytest.fixture
def season(app):
    with time_machine.travel(TODAY, tick=False):
        yield made.season()


@pytest.fixture
def officer(english, season):
    come_in(english, season.county.cast.wu)
    return english


def test_both_sides_of_law_1_stand_side_by_side(officer, season):
    for code in (*season.closed, season.sent):
        page, read = officer.get(f"/county/orders/{code}"), order_books(code)
        assert "Both records agree to the fen" in page.text
        assert page.text.count(filters.money(read.split_left)) >= 2
        assert read.split_left == read.split_right


def test_a_disagreement_would_be_said(officer, season):
    entry_id = db.session.scalar(select(Entry.id).where(Entry.kind == "dispatch"))
    assert entry_id is not None
    entry = officer.get(f"/county/entries/{entry_id}").text
    [order] = set(re.findall(r"/county/orders/(\w+)", entry))
    with db.transaction():
        books.reverse(entry_id, now=TODAY)
    page = officer.get(f"/county/orders/{order}")
    assert "The records disagree" in page.text
    assert f"reverses {entry_id}" in page.text


def test_the_buyer_is_a_province_and_nothing_else(officer, season):
    page = officer.get(f"/county/orders/{season.closed[0]}")
    assert "Shanxi" in page.text
    assert [word for word in BUYER if word in page.text] == []


def test_the_row_keeps_village_and_status_of_its_day(officer, season):
    made.change_status(season.county, season.county.lin, "general")
    with db.transaction():
        lin, actor = season.county.lin, season.county.cast.wu.actor
        registry.move_household(lin, season.county.villages[1], actor=actor, now=TODAY)
    page = officer.get(f"/county/orders/{season.closed[0]}").text
    whose = page.partition('id="allocations"')[2].partition("</table>")[0]
    assert "Xili" in whose
    assert "Chuankou" not in whose
    assert "Lifted" in whose


def test_an_entry_opens_from_its_order_and_leads_back(officer, season):
    page = officer.get(f"/county/orders/{season.closed[0]}")
    opened = re.findall(r'href="(/county/entries/\d+)"', page.text)
    assert len(set(opened)) >= 3
    for address in opened:
        entry = officer.get(address)
        assert f"/county/orders/{season.closed[0]}" in entry.text
        foot = entry.text.partition("<tfoot>")[2]
        debit, credit = re.findall(r"¥[\d,]+\.\d\d", foot.partition("</tfoot>")[0])
        assert debit == credit


def test_a_correction_and_what_it_corrects_name_each_other(officer, season):
    entry_id = db.session.scalar(select(Entry.id).where(Entry.kind == "due"))
    assert entry_id is not None
    with db.transaction():
        later = books.reverse(entry_id, now=TODAY).id
    assert f"/county/entries/{later}" in officer.get(f"/county/entries/{entry_id}").text
    assert f"/county/entries/{entry_id}" in officer.get(f"/county/entries/{later}").text


def test_an_order_without_dispatch_says_what_is_not_there_yet(officer, season):
    with db.transaction():
        code = make.order((make.BOX, 1)).code
    page = officer.get(f"/county/orders/{code}")
    assert "Nothing is booked for this order" in page.text
    assert "not packed" in page.text
