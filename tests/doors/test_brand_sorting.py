"""Shelves, grades and dispatch days at the brand's door: added, changed, refused, two at once."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from storefront import clock, county, db
from storefront.audit import AuditEvent
from storefront.catalogue import dispatch_limits
from storefront.catalogue.models import Category, DispatchLimit, Grade
from storefront.weight import Grams
from tests import factories as make
from tests.harvest import harvest
from tests.visits import come_in, statements

SHELVES, GRADES = "/brand/catalogue/shelves", "/brand/catalogue/grades"
DAYS = "/brand/catalogue/dispatch-days"
NUTS = {"name_zh": "坚果", "name_en": "Nuts", "position": "3", "slug": ""}
THIRD = {"code": "YL-3", "commodity": "yulu", "name_zh": "三级", "name_en": "Third"}
THIRD |= {"storage_days": "60", "ceiling": "900", "position": "5"}
SOON = (clock.china_day(make.NOW) + timedelta(days=5)).isoformat()


@pytest.fixture
def h(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return harvest()


@pytest.fixture
def he(english, h):
    come_in(english, h.county.cast.he)
    return english


def one(model, **named):
    db.session.rollback()
    return db.session.scalars(select(model).filter_by(**named)).one_or_none()


def acts(kind):
    query = select(AuditEvent.verb).where(AuditEvent.object_kind == kind).order_by(AuditEvent.id)
    return list(db.session.scalars(query))


def seen(client, address):
    (mark,) = re.findall(r'name="seen"[^>]*value="([^"]*)"', client.get(address).text)
    return mark


def test_a_shelf_is_added_once_however_often_the_form_is_sent(he):
    for _again in range(2):
        assert he.post(f"{SHELVES}/new", data=NUTS).status_code == 303
    assert one(Category, slug="nuts").name_zh == "坚果"
    assert acts("shelf") == ["add"]


def test_a_shelf_that_is_renamed_is_found_by_its_new_name(he, app):
    told = {"name_zh": "秋梨", "name_en": "Autumn fruit", "position": "1"}
    mark = seen(he, f"{SHELVES}/pears")
    for _again in range(2):
        answer = he.post(f"{SHELVES}/pears", data={**told, "seen": mark})
        assert answer.status_code == 303
    assert acts("shelf") == ["change_shelf"]
    shop = app.test_client()
    assert "Autumn fruit" in shop.get("/products?lang=en").text
    assert "/products/pear-box" in shop.get("/search?q=autumn+fruit").text
    assert "Fresh pears" not in shop.get("/products?lang=en").text


def test_two_who_change_one_shelf_are_told(he):
    mark = seen(he, f"{SHELVES}/pears")
    he.post(f"{SHELVES}/pears", data={**NUTS, "seen": mark})
    answer = he.post(f"{SHELVES}/pears", data={**NUTS, "name_en": "Other", "seen": mark})
    assert answer.status_code == 422
    assert "Somebody else changed this" in answer.text
    assert 'value="Other"' in answer.text
    assert one(Category, slug="pears").name_en == "Nuts"


def test_only_an_empty_shelf_goes_and_gone_twice_is_gone(he):
    he.post(f"{SHELVES}/new", data=NUTS)
    assert he.post(f"{SHELVES}/pears/remove").status_code == 409
    for _again in range(2):
        assert he.post(f"{SHELVES}/nuts/remove").status_code == 303
    assert one(Category, slug="nuts") is None
    assert one(Category, slug="pears") is not None


@pytest.mark.parametrize(
    ("address", "sent", "sentence"),
    [
        (f"{SHELVES}/new", {**NUTS, "slug": "pears"}, "There is a shelf at the address pears"),
        (f"{SHELVES}/new", {**NUTS, "slug": "Nüsse"}, "An address is made of small letters"),
        (f"{SHELVES}/new", {**NUTS, "name_zh": " "}, "This must not stay empty."),
        (f"{SHELVES}/new", {**NUTS, "position": "x"}, "Write how many as a number"),
        (f"{GRADES}/new", {**THIRD, "code": "YL-1"}, "There is a grade with the code YL-1"),
        (f"{GRADES}/new", {**THIRD, "code": "一级"}, "Only capital letters"),
        (f"{GRADES}/new", {**THIRD, "commodity": "Two words"}, "Write one word"),
        (f"{GRADES}/new", {**THIRD, "storage_days": "0"}, "Choose at least 1"),
        (f"{GRADES}/new", {**THIRD, "ceiling": "much"}, "Write a number, such as 60"),
        (DAYS, {"from_day": "2026-01-01", "most": "9"}, "It cannot begin in the past"),
        (DAYS, {"from_day": SOON, "most": "some"}, "Write how many as a number, such as 150."),
        (DAYS, {"from_day": SOON, "most": "0"}, "At least one parcel leaves on a day"),
        (DAYS, {"from_day": "", "most": "9"}, "Say from which day."),
    ],
)
def test_what_cannot_be_says_so_and_keeps_what_was_typed(he, address, sent, sentence):
    counts = [len(db.session.scalars(select(kind)).all()) for kind in (Category, Grade)]
    answer = he.post(address, data=sent)
    page = unescape(answer.text)
    assert (answer.status_code, sentence in page) == (422, True)
    assert all(f'value="{typed}"' in page for typed in sent.values() if len(typed) > 2)
    db.session.rollback()
    assert [len(db.session.scalars(select(kind)).all()) for kind in (Category, Grade)] == counts
    assert one(DispatchLimit) is None


def test_a_grade_is_added_once_and_changed_for_lots_to_come(he):
    for _again in range(2):
        assert he.post(f"{GRADES}/new", data=THIRD).status_code == 303
    added = one(Grade, code="YL-3")
    assert (added.storage_days, added.yield_ceiling_g_per_mu) == (60, Grams(900_000))
    mark = seen(he, f"{GRADES}/YL-3")
    changed = {**THIRD, "storage_days": "75", "ceiling": "", "seen": mark}
    for _again in range(2):
        assert he.post(f"{GRADES}/YL-3", data=changed).status_code == 303
    assert one(Grade, code="YL-3").yield_ceiling_g_per_mu is None
    stale = he.post(f"{GRADES}/YL-3", data={**THIRD, "storage_days": "80", "seen": mark})
    assert (stale.status_code, "Somebody else changed this" in stale.text) == (422, True)
    assert acts("grade")[-2:] == ["add", "change_grade"]
    assert he.get(f"{GRADES}/NO-1").status_code == 404


def test_a_limit_is_set_from_a_day_on_and_can_be_taken_back(he):
    for _again in range(2):
        assert he.post(DAYS, data={"from_day": SOON, "most": "40"}).status_code == 303
    assert [limit.most for limit in dispatch_limits.limits()] == [40]
    page = he.get(DAYS).text
    assert "To come" in page
    limit = one(DispatchLimit).id
    assert he.post(f"{DAYS}/{limit}/take-back").status_code == 303
    assert he.post(f"{DAYS}/{limit}/take-back").status_code == 404
    assert acts("dispatch_limit") == ["set_dispatch_limit", "take_back_dispatch_limit"]


def test_a_limit_that_holds_stands(he):
    he.post(DAYS, data={"from_day": clock.china_day(make.NOW).isoformat(), "most": "1"})
    assert he.post(f"{DAYS}/{one(DispatchLimit).id}/take-back").status_code == 409


def test_the_catalogue_asks_no_more_for_more_products(he, h):
    """Everything the list shows is read at once, however much stands on the shelves."""
    address = "/brand/catalogue"
    he.get(address)
    with statements() as few:
        assert he.get(address).status_code == 200
    with db.transaction():
        shelf = db.session.scalars(select(Category.id).where(Category.slug == "paste")).one()
        for number in range(12):
            make._product(f"jar-{number}", shelf, "segregated", make.NOW)  # noqa: SLF001
    he.get(address)
    with statements() as many:
        assert "jar-11" in he.get(address).text
    assert len(many) <= len(few) <= 6


def test_the_shop_has_the_setting_s_limit_until_the_office_sets_one(he):
    most = county.rules().dispatch_most
    assert most is not None
    assert f">{most}</td>" in he.get(DAYS).text
    he.post(DAYS, data={"from_day": clock.china_day(make.NOW).isoformat(), "most": ""})
    assert "any number" in he.get(DAYS).text
