"""Why the brand fund lost on an order."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storefront.money import Fen
from storefront.reports.order_books import Left, OrderBooks, OrderHead
from storefront.reports.order_rows import ParcelLine
from storefront.reports.splits import Split

NOW = datetime(2026, 9, 20, 4, 0, tzinfo=UTC)
NOTHING = Fen(0)
ORDER = OrderHead(
    id=1,
    code="CODE",
    state="confirmed",
    channel="shop",
    placed_at=NOW,
    goods=Fen(3_000),
    freight=Fen(800),
    discount=NOTHING,
    total=Fen(3_800),
)
LEFT = Left(Fen(3_800), NOTHING, NOTHING, Fen(3_800), NOTHING)


def books(fund, *, free=0, discount=0, bearer=0, fund_bears=0):
    given = {
        "discount": Fen(discount),
        "free_freight": Fen(free),
        "charged_to_bearer": Fen(bearer),
        "borne_by_fund": Fen(fund_bears),
    }
    return OrderBooks(
        order=ORDER,
        left=replace(LEFT, **given),
        right=Split(brand_fund=Fen(fund)),
        shopper_balance=NOTHING,
        parcels=(ParcelLine("P", "dispatched", Fen(3_800), Fen(800), NOW),),
        allocations=(),
        entries=(),
    )


@pytest.mark.parametrize(
    ("found", "reasons"),
    [
        (books(100, discount=50), ()),
        (books(0), ()),
        (books(-50, discount=50), ("discount",)),
        (books(-200, free=200), ("free_freight",)),
        (books(-100, bearer=100, fund_bears=100), ("refund",)),
        (books(-100, bearer=100), ("dear_lot",)),  # somebody else bears it
        (books(-1), ("dear_lot",)),
        (books(-251, free=200, discount=50), ("discount", "free_freight", "dear_lot")),
    ],
)
def test_the_page_says_why_the_fund_lost(found, reasons):
    assert found.why_negative == reasons


def test_the_two_sides_can_disagree():
    assert not books(3_799).agrees
    assert books(3_800).agrees
