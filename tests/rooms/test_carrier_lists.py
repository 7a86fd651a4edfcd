"""A carrier's list of numbers sends off what is packed: once, wholly, and again without harm."""

import pytest
from sqlalchemy import select

from storefront import db, ids
from storefront.errors import Forbidden, Refusal
from storefront.ledger.models import Entry
from storefront.orders import carrier_file
from storefront.orders.models import Order, Parcel
from storefront.payments import cancelling
from storefront.reports.check import check
from storefront.settlement import list_queries, sales, sending_off
from storefront.settlement.carrier_lists import CarrierList
from storefront.supply import lots
from storefront.supply.models import Lot
from tests import factories as make
from tests.filed import csv_of, xlsx_of
from tests.racing import at_once

HEAD = ["包裹号", "快递公司", "运单号"]


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 50_000)
    return county


def packed(c, number=1):
    codes = []
    for _ in range(number):
        with db.transaction():
            order = make.order((make.BOX, 1))
            make.pay(order.id)
            codes.append(make.pack(c, order.id).code)
    return codes


def listed(c, rows, *, head=HEAD, usual="", as_file=csv_of):
    content = as_file([head, *rows] if head else rows)
    read = carrier_file.read(content, usual)
    with db.transaction():
        code = sending_off.keep(content, read, actor=c.cast.he.actor, now=make.NOW)
    return list_queries.list_of(code)


def said(kept):
    return [
        (one.row, one.verdict, *(fault["code"] for fault in one.faults))
        for one in list_queries.judged(kept.id)
    ]


def confirm(c, kept, *, seen=None, odd_too=False):
    promised = seen or list_queries.seen_as(list_queries.judged(kept.id))
    he = c.cast.he.actor
    return lambda: sending_off.confirm(kept.id, promised, odd_too=odd_too, actor=he, now=make.NOW)


def within(act):
    with db.transaction():
        return act()


def go(most=100):
    """Send off as the worker does: one parcel a transaction."""
    for _ in range(most):
        if not within(lambda: sending_off.send_next(now=make.NOW)):
            return


def state(code):
    db.session.rollback()
    row = db.session.execute(
        select(Parcel.state, Parcel.carrier, Parcel.number).where(Parcel.code == code)
    ).one()
    return tuple(row)


def entries():
    return len(list(db.session.scalars(select(Entry.id).where(Entry.kind == "dispatch"))))


def broken():
    return [one for one in check() if not one.ok]


def test_a_confirmed_list_sends_off_every_parcel_on_it(c):
    one, other = packed(c, 2)
    kept = listed(c, [[one, "顺丰", "SF1234567890"], [other, "中通快递", "73123456789012"]])
    assert said(kept) == [(2, "good"), (3, "good")]
    assert state(one) == ("packed", None, None)
    within(confirm(c, kept))
    go()
    assert state(one) == ("dispatched", "SF", "SF1234567890")
    assert state(other) == ("dispatched", "ZTO", "73123456789012")
    assert list_queries.list_of(kept.code).state == "done"
    assert broken() == []


def test_an_order_s_code_will_do_where_it_is_in_one_parcel(c):
    [code] = packed(c)
    order = db.session.scalars(select(Parcel.order_id).where(Parcel.code == code)).one()
    named = db.get(Order, order).code
    kept = listed(c, [[named, "SF1234567890"]], head=["订单号", "快递单号"], usual="SF")
    assert said(kept) == [(2, "good")]


def test_a_paste_of_two_columns_needs_no_headings(c):
    [code] = packed(c)
    assert said(listed(c, [[code, "SF1234567890"]], head=None, usual="SF")) == [(1, "good")]


def test_a_code_that_lost_its_zeros_to_a_spreadsheet_is_found():
    code = next(code for code in map(with_check, range(1000)) if code.isdigit())
    rows = csv_of([["parcel", "number"], [code.lstrip("0"), "SF1234567890"]])
    assert carrier_file.read(rows, "SF")[0].code == code


def with_check(number):
    body = f"{number:07}"
    return body + ids.check_character(body)


def test_each_fault_is_named_by_its_row_and_column(c):
    one, other, third, fourth = packed(c, 4)
    with db.transaction():
        unpacked = make.order((make.BOX, 1))
        make.pay(unpacked.id)
    waiting = make.parcel_of(unpacked.id).code
    kept = listed(
        c,
        [
            [one, "顺丰", "SF1234567890"],
            [one, "顺丰", "SF1234567891"],
            ["BCDFGHJK", "顺丰", "SF1234567892"],
            [other, "飞鸽", "SF1234567893"],
            [other],
            [third, "圆通", "1.2E+11"],
            [third, "圆通", "=A1"],
            [waiting, "顺丰", "SF1234567894"],
            ["", "顺丰", "SF1234567895"],
            [fourth, "顺丰", "12 号"],
            [fourth, "顺丰", "123456"],
        ],
    )
    assert said(kept) == [
        (2, "fault", "parcel_twice"),
        (3, "fault", "parcel_twice"),
        (4, "fault", "parcel_unreadable"),
        (5, "fault", "carrier_unknown"),
        (6, "fault", "carrier_missing", "number_missing"),
        (7, "fault", "digits_lost"),
        (8, "fault", "formula"),
        (9, "fault", "parcel_not_packed"),
        (10, "fault", "parcel_missing"),
        (11, "fault", "number_unreadable"),
        (12, "odd"),
    ]
    where = list_queries.judged(kept.id)[3].faults[0]
    assert (where["column"], where["heading"]) == ("B", "快递公司")


def test_a_code_of_ours_that_names_nothing_is_said_to_be_unknown(c):
    kept = listed(c, [[ids.new_code(), "顺丰", "SF1234567890"]])
    assert said(kept) == [(2, "fault", "parcel_unknown")]


def test_of_two_rows_that_say_the_same_one_counts(c):
    [code] = packed(c)
    row = [code, "顺丰", "SF1234567890"]
    assert said(listed(c, [row, row])) == [(2, "good"), (3, "fault", "parcel_twice")]


def test_a_number_is_not_used_twice(c):
    one, other, third = packed(c, 3)
    he = c.cast.he.actor
    third_id = db.session.scalars(select(Parcel.id).where(Parcel.code == third)).one()
    within(lambda: sales.dispatch(third_id, "SF", "SF1234567890", actor=he, now=make.NOW))
    kept = listed(c, [[one, "顺丰", "SF1234567890"], [other, "顺丰", "SF1234567891"]])
    assert said(kept) == [(2, "fault", "number_used"), (3, "good")]
    kept = listed(c, [[one, "顺丰", "SF1234567892"], [other, "顺丰", "SF1234567892"]])
    assert said(kept) == [(2, "fault", "number_twice"), (3, "fault", "number_twice")]


def test_merged_cells_and_what_is_no_list_are_refused(c):
    [code] = packed(c)
    rows = [[code, "顺丰", "SF1234567890"]]
    kept = listed(c, rows, as_file=lambda rows: xlsx_of(rows, merged="A2:A3"))
    assert ("merged",) in [one[2:] for one in said(kept)]
    for content, why in (
        (b"", "file_empty"),
        (csv_of([["a", "b"], ["c", "d"]]), "list_without_headings"),
        (csv_of([HEAD]), "list_empty"),
        (csv_of([HEAD, ["", "", ""], *[["x", "y", "z"]] * 2001]), "list_too_long"),
    ):
        with pytest.raises(Refusal) as refused:
            carrier_file.read(content, "")
        assert refused.value.code == why


def test_the_list_in_gbk_is_read_too(c):
    [code] = packed(c)
    as_gbk = lambda rows: csv_of(rows, "gb18030", "\t")  # noqa: E731
    assert said(listed(c, [[code, "圆通速递", "YT123456789"]], as_file=as_gbk)) == [(2, "good")]


def test_odd_numbers_leave_only_if_somebody_says_they_are_right(c):
    one, other = packed(c, 2)
    kept = listed(c, [[one, "顺丰", "SF1234567890"], [other, "顺丰", "123456"]])
    assert said(kept) == [(2, "good"), (3, "odd")]
    within(confirm(c, kept))
    go()
    assert state(other)[0] == "packed"
    again = listed(c, [[one, "顺丰", "SF1234567890"], [other, "顺丰", "123456"]])
    assert said(again) == [(2, "gone"), (3, "odd")]
    within(confirm(c, again, odd_too=True))
    go()
    assert state(other) == ("dispatched", "SF", "123456")


def test_what_changed_since_it_was_shown_leaves_nothing(c):
    one, other = packed(c, 2)
    kept = listed(c, [[one, "顺丰", "SF1234567890"], [other, "顺丰", "SF1234567891"]])
    press = confirm(c, kept)
    order = db.session.scalar(select(Parcel.order_id).where(Parcel.code == other))
    cancel(c, order)
    with pytest.raises(Refusal) as refused:
        within(press)
    assert refused.value.code == "carrier_list_changed"
    go()
    assert state(one)[0] == "packed"


def cancel(c, order):
    with db.transaction():
        cancelling.cancel_order(order, "our_mistake", actor=c.cast.he.actor, now=make.NOW)


def test_what_is_held_after_it_was_confirmed_stays_and_says_why(c):
    one, other = packed(c, 2)
    kept = listed(c, [[one, "顺丰", "SF1234567890"], [other, "顺丰", "SF1234567891"]])
    within(confirm(c, kept))
    go(1)
    lot = db.session.scalars(select(Lot.id)).one()
    within(lambda: lots.hold(lot, "soft", actor=c.cast.he.actor, now=make.NOW))
    go()
    assert (state(one)[0], state(other)[0]) == ("dispatched", "packed")
    [stayed] = list_queries.refused(kept.id)
    assert stayed.told["refusal"] == "parcel_held"
    assert list_queries.list_of(kept.code).state == "done"


def test_a_list_that_was_cut_short_goes_on_where_it_was(c):
    codes = packed(c, 3)
    rows = [[code, "顺丰", f"SF123456789{n}"] for n, code in enumerate(codes)]
    kept = listed(c, rows)
    within(confirm(c, kept))
    go(1)
    assert list_queries.list_of(kept.code).sent == 1
    within(confirm(c, kept, seen="old"))  # pressed again meanwhile: it is going already
    go()
    assert [state(code)[0] for code in codes] == ["dispatched"] * 3
    assert entries() == 3


def test_the_same_file_twice_does_no_harm(c):
    [code] = packed(c)
    rows = [[code, "顺丰", "SF1234567890"]]
    kept = listed(c, rows)
    assert listed(c, rows).code == kept.code
    within(confirm(c, kept))
    go()
    again = listed(c, rows)
    assert said(again) == [(2, "gone")]
    with pytest.raises(Refusal) as refused:
        within(confirm(c, again))
    assert refused.value.code == "nothing_to_send_off"
    assert entries() == 1


def test_two_who_confirm_at_once_send_each_parcel_off_once(app, c):
    codes = packed(c, 3)
    kept = listed(c, [[code, "顺丰", f"SF123456789{n}"] for n, code in enumerate(codes)])
    assert at_once(app, *[confirm(c, kept)] * 2) == ["done", "done"]

    def work():
        sending_off.send_next(now=make.NOW)

    for _ in range(4):
        at_once(app, work, work)
    assert entries() == 3
    assert list_queries.list_of(kept.code).state == "done"
    assert broken() == []


def test_a_list_is_put_away_only_while_nothing_has_left(c):
    [code] = packed(c)
    he = c.cast.he.actor
    kept = listed(c, [[code, "顺丰", "SF1234567890"]])
    for _ in range(2):
        within(lambda: sending_off.put_away(kept.id, actor=he, now=make.NOW))
    with pytest.raises(Refusal):
        within(confirm(c, kept))
    assert db.get(CarrierList, kept.id).state == "put_away"


def test_only_an_operator_sends_a_list(c):
    with pytest.raises(Forbidden), db.transaction():
        sending_off.keep(b"", [], actor=c.cast.wu.actor, now=make.NOW)
