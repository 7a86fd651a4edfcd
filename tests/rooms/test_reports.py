"""The county's figures: they open down to rows, add up, and cost the same however many rows."""

import pytest

from storefront import clock, db
from storefront.errors import NotFound
from storefront.money import Fen
from storefront.orders import packing
from storefront.payments import refunds
from storefront.payments.models import Payment
from storefront.reports.choices import choices
from storefront.reports.household_rows import household_rows
from storefront.reports.impact import impact
from storefront.reports.income import Filter, Income, IncomeRow, by_month, income
from storefront.reports.left_behind import left_behind
from storefront.reports.order_books import order_books
from storefront.reports.seasons import months_of, this_season
from storefront.reports.splits import Split, where_it_went
from storefront.settlement import losses
from storefront.supply import prices, registry
from storefront.weight import FenPerKg, Grams
from tests import factories as make
from tests.visits import statements

NOW = make.NOW
LATER = NOW + 20 * make.DAY  # October
TODAY = clock.china_day(NOW)
YEAR = Filter("2026-01", "2026-12")


def sell(c, *items, now=NOW, province=make.SHANXI):
    with db.transaction():
        order = make.order(*items, now=now, province=province)
        make.pay(order.id, now=now)
        make.dispatch(c, order.id, now=now)
    return order


@pytest.fixture
def c(app):
    """Lin sold in September and, with another status, in October; Zhao in September."""
    with db.transaction():
        county = make.county()
        lot = make.weigh(county, county.lin, county.first, 30_000)
        make.weigh(county, county.zhao, county.top, 30_000)
        he = county.cast.he.actor
        losses.write_off(
            lot.id, Grams(1_000), "rot", "brand_fund", note="", key="k", actor=he, now=NOW
        )
    sell(county, (make.GIFT, 2))
    sell(county, (make.BOX, 1))
    with db.transaction():
        wu = county.cast.wu.actor
        registry.set_status(county.lin, "monitored", TODAY + make.DAY, actor=wu, now=NOW)
    sell(county, (make.BOX, 2), now=LATER)
    return county


def figures(found: Income):
    return [(row.household_code, row.status, int(row.grams), int(row.income)) for row in found.rows]


def test_a_change_of_status_begins_a_row_and_changes_no_past_one(c):
    found = income(YEAR)
    assert figures(found) == [
        ("H-LIN", "lifted", 4_500, 3_850),
        ("H-LIN", "monitored", 5_000, 3_500),
        ("H-ZHAO", "registered_poor", 3_000, 2_820),
    ]
    assert (found.totals.households, int(found.totals.income)) == (2, 10_170)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"status": "monitored"}, 3_500),
        ({"to_month": "2026-09"}, 6_670),
        ({"from_month": "2026-10"}, 3_500),
        ({"product": make.GIFT}, 4_220),
        ({"village": 0}, 10_170),
        ({"village": 1}, 0),
        ({"township": 1}, 10_170),
        ({"township": 99}, 0),
        ({"from_month": "2027-01", "to_month": "2027-12"}, 0),
    ],
)
def test_a_filter_keeps_rows_and_totals_alike(c, wanted, expected):
    asked = Filter(
        wanted.get("from_month", "2026-01"),
        wanted.get("to_month", "2026-12"),
        status=wanted.get("status"),
        village_id=c.villages[wanted["village"]] if "village" in wanted else None,
        township_id=wanted.get("township"),
        product_id=c.products[wanted["product"]] if "product" in wanted else None,
    )
    found = income(asked)
    assert Fen.total(row.income for row in found.rows) == found.totals.income == Fen(expected)
    assert Fen.total(row.income for row in by_month(asked)) == Fen(expected)


def test_pages_follow_each_other_without_gap_or_repeat(c):
    whole, after = income(YEAR), None
    found: list[IncomeRow] = []
    for _ in range(3):
        page = income(YEAR, after=after, limit=1)
        assert page.totals == whole.totals
        found += page.rows
        after = page.next
    assert after is None
    assert tuple(found) == whole.rows


def test_a_made_up_place_in_the_report_is_harmless(c):
    assert income(YEAR, after="~~~").rows == income(YEAR).rows
    assert income(YEAR, after="Z").rows == ()


def test_every_row_of_the_report_opens_down_to_rows_that_sum_to_it(c):
    for code in ("H-LIN", "H-ZHAO", "H-YANG"):
        file = household_rows(code, YEAR, today=TODAY)
        rows = [row for row in income(YEAR).rows if row.household_code == code]
        assert file.totals.income == Fen.total(row.income for row in rows)
        assert file.totals.grams == Grams.total(row.grams for row in rows)
        assert file.totals.retail == Fen.total(row.retail for row in rows)


def test_the_rows_of_a_household_name_order_lot_crate_and_entry(c):
    september = Filter("2026-09", "2026-09")
    file = household_rows("H-LIN", september, today=TODAY)
    assert (file.head, file.village_en, file.status) == ("林果甲", "Xili", "lifted")
    (loss,) = (row for row in file.rows if row.reason)
    assert (loss.reason, loss.order_code, int(loss.sums.income)) == ("rot", None, 700)
    assert (int(loss.grams), int(loss.sums.grams)) == (1_000, 0)
    gift, box = (row for row in file.rows if row.order_code)
    assert [int(row.sums.booked) for row in (gift, box)] == [1_400, 1_750]
    assert all(row.crate and row.crate.startswith(row.lot_code) for row in (gift, box))
    assert gift.order_code != box.order_code
    assert gift.entry_id is not None


def test_a_household_that_does_not_exist_has_no_rows(c):
    with pytest.raises(NotFound):
        household_rows("H-NOBODY", YEAR, today=TODAY)


def test_months_come_oldest_first(c):
    assert [(row.month, int(row.income)) for row in by_month(YEAR)] == [
        ("2026-09", 6_670),
        ("2026-10", 3_500),
    ]


def test_only_what_has_figures_can_be_chosen(c):
    offered = choices()
    assert offered.months == ("2026-10", "2026-09")
    assert [village.name_en for village in offered.villages] == ["Xili"]
    assert [township.name_en for township in offered.townships] == ["Wucheng"]
    assert len(offered.products) == 2


def test_a_season_has_sums_and_no_names(c):
    found = impact(2026)
    assert (found.households, found.not_general, found.villages, found.orders) == (2, 2, 1, 3)
    assert (int(found.grams), int(found.booked), int(found.confirmed)) == (12_500, 10_170, 0)
    assert impact(2025).households == 0


def test_who_was_left_behind_is_named_with_what_they_have(c):
    with db.transaction():
        make.weigh(c, c.yang, c.first, 4_000)
    (row,) = left_behind(2026, today=TODAY)
    assert (row.household_code, row.status, row.lots) == ("H-YANG", "general", 1)
    assert row.on_hand == Grams(4_000)
    assert left_behind(2026, today=TODAY, statuses=("registered_poor",)) == ()
    assert len(left_behind(2025, today=TODAY)) == 3


def test_a_season_crosses_the_year():
    assert months_of(2026) == ("2026-08", "2027-07")
    assert this_season(NOW) == 2026


def test_both_sides_of_an_order_agree_and_are_shown(c):
    order = sell(c, (make.GIFT, 1), (make.PASTE, 1), province=make.BEIJING)
    found = order_books(order.code)
    assert found.agrees
    assert found.split_left == found.split_right == found.left.charged == order.total_fen
    assert found.balance_left == found.balance_right == Fen(0)
    assert [entry.kind for entry in found.entries] == ["payment", "dispatch"]
    assert [row.household_code for row in found.allocations] == ["H-ZHAO", "H-LIN"]
    assert found.right == where_it_went(order.id)
    assert found.why_negative == ()


def test_before_dispatch_the_money_is_the_shoppers(c):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
    found = order_books(order.code)
    assert found.agrees
    assert (found.split_left, found.balance_left) == (Fen(0), order.total_fen)
    assert where_it_went(order.id) is None
    assert found.right == Split()


def test_a_refund_before_dispatch_is_on_both_sides(c):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
        payment = db.session.query(Payment).filter_by(order_id=order.id).one()
        refunds.request(order.id, payment.id, Fen(90), "x", actor=c.cast.he.actor, now=NOW)
    assert order_books(order.code).balance_left == order.total_fen - Fen(90)
    with db.transaction():
        make.dispatch(c, order.id)
    found = order_books(order.code)
    assert found.agrees
    assert found.split_right == order.total_fen - Fen(90)


def test_a_crate_dearer_than_the_offer_was_priced_for_costs_the_brand_fund(c):
    he = c.cast.he.actor
    with db.transaction():
        prices.set_purchase_price(c.first, TODAY, FenPerKg(4_000), actor=he, now=NOW)
        dear = make.weigh(c, c.yang, c.first, 3_000)
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
        (row,) = make.allocations(order.id)
        packing.confirm_crate(row.id, f"{dear.code}-01", "typed", actor=he, now=NOW)
        make.dispatch(c, order.id)
    found = order_books(order.code)
    assert found.right.shares == Fen(10_000)
    assert found.right.brand_fund < Fen(0)
    assert (found.agrees, found.why_negative) == (True, ("dear_lot",))


def test_an_order_that_does_not_exist_has_no_books(c):
    with pytest.raises(NotFound):
        order_books("NOTHING")


def counted(of, *args, **facts):
    with statements() as sent:
        of(*args, **facts)
    return len(sent)


def test_reports_send_as_many_statements_however_many_orders_there_are(c):
    order = sell(c, (make.BOX, 1))

    def sent():
        return (
            counted(income, YEAR),
            counted(by_month, YEAR),
            counted(household_rows, "H-LIN", YEAR, today=TODAY),
            counted(order_books, order.code),
            counted(impact, 2026),
            counted(left_behind, 2026, today=TODAY),
            counted(choices),
        )

    before = sent()
    for _ in range(4):
        sell(c, (make.BOX, 1), (make.GIFT, 1))
    assert sent() == before == (2, 1, 2, 6, 1, 1, 4)
