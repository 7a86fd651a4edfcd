"""The lowest price that does not lose: it pays for what is in the pack, one fen less does not."""

from hypothesis import given
from hypothesis import strategies as st

from storefront.catalogue import offers
from storefront.catalogue.models import FeeSchedule
from storefront.catalogue.queries import PartRow
from storefront.money import ZERO, Fen
from storefront.supply.offering import least_price
from storefront.weight import FenPerKg, Grams

PAID = {1: FenPerKg(700), 2: FenPerKg(1_333)}


def part(grade, grams, cost):
    kind = "bought_in" if grade is None else "grown"
    return PartRow(0, kind, "", "", grade, grams, cost, None, None, 1)


grown = st.builds(
    lambda grade, grams: part(grade, Grams(grams), None),
    st.sampled_from(sorted(PAID)),
    st.integers(1, 100_000),
)
bought = st.builds(lambda cost: part(None, None, Fen(cost)), st.integers(0, 10**9))
schedules = st.builds(
    lambda station, packing, points: FeeSchedule(
        station_fen_per_kg=FenPerKg(station),
        packing_fen_per_box=Fen(packing),
        payment_fee_bp=points,
    ),
    st.integers(0, 500),
    st.integers(0, 5_000),
    st.integers(0, 2_000),
)


@given(st.lists(grown | bought, min_size=1, max_size=8), schedules)
def test_the_least_price_pays_and_one_fen_less_does_not(rows, schedule):
    def left(price):
        return offers.arithmetic(price, rows, PAID, schedule).left

    least = least_price(rows, PAID, schedule)
    assert least > ZERO
    assert left(least) >= ZERO
    assert least == Fen(1) or left(least - Fen(1)) < ZERO


@given(st.integers(1, 10**7), schedules)
def test_a_dearer_pack_never_leaves_less(price, schedule):
    rows = [part(1, Grams(2_500), None)]
    dearer, here = (
        offers.arithmetic(Fen(fen), rows, PAID, schedule).left for fen in (price + 1, price)
    )
    assert dearer >= here
