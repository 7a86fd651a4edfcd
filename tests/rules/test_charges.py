"""What each parcel of an order is charged."""

from hypothesis import given
from hypothesis import strategies as st

from storefront.money import Fen
from storefront.settlement.charges import Part, charge_of

VALUES = st.lists(st.integers(1, 100_000).map(Fen), min_size=1, max_size=5)


def parts(values, charged=()):
    gone = dict(charged)
    return [Part(place, value, gone.get(place)) for place, value in enumerate(values)]


def test_one_parcel_is_charged_the_total():
    assert charge_of(0, Fen(4_790), Fen(0), parts([Fen(3_990)])) == Fen(4_790)


def test_what_went_back_before_dispatch_is_not_charged():
    assert charge_of(0, Fen(4_790), Fen(1_000), parts([Fen(3_990)])) == Fen(3_790)


def test_two_parcels_share_the_total_by_value():
    both = parts([Fen(3_000), Fen(1_000)])
    assert charge_of(0, Fen(5_001), Fen(0), both) == Fen(3_751)
    assert charge_of(1, Fen(5_001), Fen(0), both) == Fen(1_250)


@given(VALUES, st.integers(1, 1_000_000), st.data())
def test_whatever_leaves_in_whatever_order_the_charges_are_total_less_refunded(values, total, data):
    refunds = data.draw(st.lists(st.integers(0, total), min_size=len(values), max_size=len(values)))
    order = data.draw(st.permutations(range(len(values))))
    charged: dict[int, Fen] = {}
    refunded = 0
    for parcel, asked in zip(order, refunds, strict=True):
        refunded += min(asked, total - refunded - sum(map(int, charged.values())))
        charged[parcel] = charge_of(
            parcel, Fen(total), Fen(refunded), parts(values, charged.items())
        )
    assert Fen.total(charged.values()) == Fen(total - refunded)
