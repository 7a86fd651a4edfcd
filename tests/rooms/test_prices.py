"""Prices by date: who may say which, a floor that holds, and a history that stays."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from storefront import clock, db
from storefront.audit import AuditEvent
from storefront.errors import Forbidden, NotFound, Refusal
from storefront.supply import price_files, price_queries, prices, queries
from storefront.supply.models import Lot
from storefront.supply.price_models import FarmGatePrice, FloorPrice, PurchasePrice
from storefront.weight import FenPerKg
from tests import factories as make
from tests.filed import xlsx_of

NOW = make.NOW
TODAY = clock.china_day(NOW)


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


def say(c, kind, day, price, *, who=None, now=NOW):
    who = who or (c.cast.he if kind == "purchase" else c.cast.wu)
    with db.transaction():
        prices.set_price(kind, c.top, day, FenPerKg(price), actor=who.actor, now=now)


def rows(model, c):
    return db.session.scalar(select(func.count(model.id)).where(model.grade_id == c.top))


def paid(c, day):
    db.session.rollback()
    return prices.purchase_prices_on(day)[c.top]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("purchase", ("wu", "qiao", "sun", "lin")),
        ("floor", ("he", "qiao", "sun", "lin")),
        ("farm_gate", ("he", "qiao", "sun", "lin")),
    ],
)
def test_each_price_is_one_offices_word(c, kind, names):
    for name in names:
        with pytest.raises(Forbidden):
            say(c, kind, TODAY, 900, who=getattr(c.cast, name))
    say(c, kind, TODAY, 900)


@pytest.mark.parametrize(
    ("kind", "model"),
    [("purchase", PurchasePrice), ("floor", FloorPrice), ("farm_gate", FarmGatePrice)],
)
def test_a_correction_is_a_later_row_and_the_same_again_is_none(c, kind, model):
    before = rows(model, c)
    for price in (900, 900, 950, 950):
        say(c, kind, TODAY, price)
    assert rows(model, c) == before + 2
    said = [row for row in price_queries.history(c.top) if (row.kind, row.day) == (kind, TODAY)]
    assert [(row.price, row.holds) for row in said] == [(950, True), (900, False)]
    assert said[0].set_by == (c.cast.he if kind == "purchase" else c.cast.wu).actor.user_id
    with pytest.raises(DBAPIError), db.transaction():
        db.session.execute(model.__table__.update().values(price=1))


def test_the_first_word_of_a_day_can_be_said_again_after_another(c):
    for price in (900, 950, 900):
        say(c, "purchase", TODAY, price)
    assert paid(c, TODAY) == FenPerKg(900)


def test_what_is_said_last_of_a_day_holds_from_it_on(c):
    say(c, "purchase", TODAY + 3 * make.DAY, 1_000)
    say(c, "purchase", TODAY + 3 * make.DAY, 980)
    assert paid(c, TODAY) == paid(c, TODAY + 2 * make.DAY) == FenPerKg(940)
    assert paid(c, TODAY + 3 * make.DAY) == paid(c, TODAY + 90 * make.DAY) == FenPerKg(980)
    row = next(one for one in price_queries.price_table(TODAY) if one.grade_id == c.top)
    assert (row.price, row.next_price, row.next_from) == (940, 980, TODAY + 3 * make.DAY)


def test_below_the_floor_is_refused_with_the_arithmetic(c):
    say(c, "floor", TODAY, 800)
    with pytest.raises(Refusal) as refused:
        say(c, "purchase", TODAY, 780)
    facts = refused.value.facts
    assert (refused.value.code, facts["field"]) == ("below_floor", "price")
    assert (facts["floor"], facts["short"], facts["since"]) == (800, 20, TODAY)
    say(c, "purchase", TODAY, 800)
    assert paid(c, TODAY) == FenPerKg(800)


def test_a_floor_lifts_what_lies_below_it_from_its_day(c):
    say(c, "floor", TODAY + make.DAY, 1_000)
    assert paid(c, TODAY) == FenPerKg(940)
    assert paid(c, TODAY + make.DAY) == FenPerKg(1_000)
    row = next(r for r in price_queries.price_table(TODAY + make.DAY) if r.grade_id == c.top)
    assert (row.price, row.own, row.is_lifted) == (1_000, 940, True)
    of_stations = queries.grades_with_prices(TODAY + make.DAY)
    assert next(one.price for one in of_stations if one.id == c.top) == FenPerKg(1_000)
    say(c, "floor", TODAY + make.DAY, 900)
    assert paid(c, TODAY + make.DAY) == FenPerKg(940)


def test_a_weighed_lot_keeps_its_price_whatever_is_said_later(c):
    with db.transaction():
        make.weigh(c, c.lin, c.top, 10_000)
    say(c, "purchase", TODAY, 1_100)
    say(c, "floor", TODAY, 1_200)
    lot = db.session.scalars(select(Lot).where(Lot.grade_id == c.top)).one()
    assert lot.purchase_price == FenPerKg(940)
    with db.transaction():
        later = make.weigh(c, c.zhao, c.top, 10_000)
    assert later.purchase_price == FenPerKg(1_200)


@pytest.mark.parametrize(
    ("kind", "days", "price", "code"),
    [
        ("purchase", -1, 900, "price_in_past"),
        ("floor", -1, 900, "price_in_past"),
        ("farm_gate", 1, 900, "price_in_future"),
        ("purchase", 0, 0, "price_not_positive"),
        ("floor", 0, -5, "price_not_positive"),
        ("farm_gate", 0, 0, "price_not_positive"),
    ],
)
def test_a_price_that_cannot_be_is_refused(c, kind, days, price, code):
    with pytest.raises(Refusal, match=code):
        say(c, kind, TODAY + days * make.DAY, price)


def test_a_middlemans_price_of_the_past_can_be_noted_late(c):
    say(c, "farm_gate", TODAY - 20 * make.DAY, 500)
    say(c, "farm_gate", TODAY - 30 * make.DAY, 450)
    row = next(one for one in price_queries.price_table(TODAY) if one.grade_id == c.top)
    assert (row.farm_gate, row.farm_gate_on) == (500, TODAY - 20 * make.DAY)


def test_every_word_is_in_the_audit(c):
    for kind in ("purchase", "floor", "farm_gate"):
        say(c, kind, TODAY, 950)
    query = select(AuditEvent.verb).where(AuditEvent.object_code == "YL-T")
    verbs = list(db.session.scalars(query.order_by(AuditEvent.id)))[-3:]
    assert verbs == ["set_purchase_price", "set_floor_price", "set_farm_gate_price"]


def filed(c, rows, *, kind="purchase", who=None):
    who = who or (c.cast.he if kind == "purchase" else c.cast.wu)
    role = "operator" if kind == "purchase" else "officer"
    sheet = price_files.read(xlsx_of(rows), role, today=TODAY)
    with db.transaction():
        code = price_files.send(sheet, actor=who.actor, now=NOW)
    return price_files.of_code(code, role)


def taken(c, file, *, seen=None, who=None):
    who = who or c.cast.he
    seen = seen or price_files.differences(file).seen
    with db.transaction():
        price_files.take_in(file.id, seen, actor=who.actor, now=NOW)


HEAD = ["等级", "起始日期", "收购价(元/斤)"]
LATER = (TODAY + 5 * make.DAY).isoformat()


def test_a_file_of_prices_is_taken_in_whole_and_again_without_harm(c):
    content = [HEAD, ["YL-T", LATER, "4.80"], ["玉露香梨 一级", LATER, "3.6000000000000001"]]
    file = filed(c, content)
    assert (file.state, price_files.differences(file).seen) == ("ready", "2-0-0")
    taken(c, file)
    assert paid(c, TODAY + 5 * make.DAY) == FenPerKg(960)
    again = filed(c, content)
    assert again.id != file.id
    assert price_files.differences(again).seen == "0-0-2"
    before = rows(PurchasePrice, c)
    taken(c, again)
    assert rows(PurchasePrice, c) == before


def test_the_same_file_sent_twice_is_one_while_it_waits(c):
    content = [HEAD, ["YL-T", LATER, "4.80"]]
    assert filed(c, content).id == filed(c, content).id


def test_a_heading_may_ask_for_kilograms_and_a_county_file_for_two_kinds(c):
    heads = ["等级", "日期", "保底价（元/公斤）", "地头价"]
    file = filed(c, [heads, ["YL-T", TODAY.isoformat(), "8.01", "2.10"]], kind="floor")
    assert {(one.kind, one.price) for one in file.filed} == {("floor", 801), ("farm_gate", 420)}
    taken(c, file, who=c.cast.wu)
    assert prices.floors_on(TODAY)[c.top] == (FenPerKg(801), TODAY)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["NONE", LATER, "4.80"], "grade_unknown"),
        (["", LATER, "4.80"], "grade_missing"),
        (["YL-T", "gestern", "4.80"], "day_unreadable"),
        (["YL-T", "2026-09-01", "4.80"], "day_over"),
        (["YL-T", LATER, "4.805"], "price_unreadable"),
        (["YL-T", LATER, "-4"], "price_unreadable"),
        (["YL-T", LATER, "0"], "price_unreadable"),
        (["YL-T", LATER, "1E+30"], "price_unreadable"),
        (["YL-T", LATER, ""], "price_missing"),
        (["YL-T", LATER, "=1+1"], "formula"),
        (["YL-T", LATER, "3.00"], "below_floor"),
        (["玉露香梨一级", LATER, "3.50"], "price_twice"),
    ],
)
def test_one_fault_keeps_the_whole_file_out(c, row, code):
    say(c, "floor", TODAY, 700)
    file = filed(c, [HEAD, ["YL-1", LATER, "3.60"], row])
    assert (file.state, [fault["code"] for fault in file.faults]) == ("faulty", [code])
    assert file.faults[0]["row"] == 3
    with pytest.raises(Refusal, match="price_file_state"):
        taken(c, file, seen="2-0-0")


def test_another_offices_price_is_a_fault_at_its_heading(c):
    heads = ["等级", "日期", "收购价", "地头价"]
    file = filed(c, [heads, ["YL-T", LATER, "4.80", "2.10"]])
    assert [(f["code"], f["heading"]) for f in file.faults] == [("price_of_others", "地头价")]


def test_a_table_of_something_else_or_of_too_much_is_a_fault(c):
    codes = [f["code"] for f in filed(c, [["户编号", "姓名"], ["1", "x"]]).faults]
    assert codes == ["no_price_headings"]
    days = ((TODAY + n * make.DAY).isoformat() for n in range(301))
    many = filed(c, [HEAD, *(["YL-T", day, "4.80"] for day in days)])
    assert [f["code"] for f in many.faults] == ["prices_too_many"]


def test_what_changed_after_the_preview_is_looked_at_again(c):
    file = filed(c, [HEAD, ["YL-T", LATER, "4.80"]])
    seen = price_files.differences(file).seen
    say(c, "purchase", TODAY + 5 * make.DAY, 900)
    with pytest.raises(Refusal, match="prices_changed"):
        taken(c, file, seen=seen)
    say(c, "floor", TODAY, 970)
    with pytest.raises(Refusal, match="below_floor"):
        taken(c, file)
    assert rows(PurchasePrice, c) == 2


def test_only_its_office_sends_takes_in_and_finds_a_file(c):
    for who in (c.cast.wu, c.cast.qiao, c.cast.sun):
        with pytest.raises(Forbidden):
            filed(c, [HEAD, ["YL-T", LATER, "4.80"]], who=who)
    file = filed(c, [HEAD, ["YL-T", LATER, "4.80"]])
    with pytest.raises(Forbidden):
        taken(c, file, who=c.cast.wu)
    with pytest.raises(NotFound):
        price_files.of_code(file.code, "officer")
