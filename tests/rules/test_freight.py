"""What it costs to send a parcel: by weight, once, free from a value of goods, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.catalogue.freight import Terms, priced
from storefront.catalogue.freight_tables import Zone, check
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.weight import Grams
from tests import factories as make

GRAMS = st.integers(1, 60_000).map(Grams)
GOODS = st.integers(1, 40_000).map(Fen)


def zone(first, first_fen, further, further_fen, free_over):
    return Zone("区", "Zone", [make.SHANXI], first, first_fen, further, further_fen, free_over)


@st.composite
def zones(draw):
    """Draw a zone that a table takes: further weight is not dearer than the first."""
    first, further = draw(st.integers(1, 3_000)), draw(st.integers(1, 3_000))
    further_fen = draw(st.integers(0, 2_000))
    first_fen = further_fen * -(-first // further) + draw(st.integers(0, 2_000))
    free = draw(st.none() | st.integers(1, 20_000).map(Fen))
    return zone(Grams(first), Fen(first_fen), Grams(further), Fen(further_fen), free)


ZONES = zones()


def terms_of(drawn):
    """Return the terms of a zone, as the table would hold them."""
    check([drawn])
    names = ("first", "first_fen", "further", "further_fen", "free_over", "refused")
    return Terms(*(getattr(drawn, name) for name in names))


def sent(terms, gross, goods):
    return priced(1, terms, make.SHANXI, gross, goods)


@given(ZONES, GRAMS, GRAMS, GOODS)
def test_more_weight_is_never_cheaper(drawn, gross, more, goods):
    terms = terms_of(drawn)
    light, heavy = sent(terms, gross, goods), sent(terms, gross + more, goods)
    assert light.cost <= heavy.cost
    assert light.charge <= heavy.charge


@given(ZONES, GRAMS, GRAMS, GOODS, GOODS)
def test_one_parcel_is_never_dearer_than_two(drawn, gross, more, goods, others):
    terms = terms_of(drawn)
    one = sent(terms, gross + more, goods + others)
    two = (sent(terms, gross, goods), sent(terms, more, others))
    assert one.cost <= two[0].cost + two[1].cost
    assert one.charge <= two[0].charge + two[1].charge


@given(ZONES, GRAMS, GOODS)
def test_freight_is_free_from_exactly_that_value_of_goods_on(drawn, gross, free_over):
    terms = terms_of(drawn)._replace(free_over=free_over)
    below = sent(terms, gross, terms.free_over - Fen(1))
    assert below.charge == below.cost
    for goods in (terms.free_over, terms.free_over + Fen(1)):
        assert sent(terms, gross, goods).charge == Fen(0)
        assert sent(terms, gross, goods).cost == below.cost


@given(ZONES, GRAMS, GOODS)
def test_a_step_is_paid_for_each_further_weight_begun(drawn, gross, goods):
    """Counted out one step at a time, as somebody at the scale would."""
    terms = terms_of(drawn)
    fen, left = terms.first_fen, int(gross) - int(terms.first)
    while left > 0 and terms.further_fen:
        fen, left = fen + terms.further_fen, left - int(terms.further)
    assert sent(terms, gross, goods).cost == fen


@pytest.mark.parametrize(
    ("grams", "fen"), [(1, 600), (1_000, 600), (1_001, 700), (2_000, 700), (2_001, 800)]
)
def test_the_first_kilogram_and_each_one_begun_after_it(grams, fen):
    terms = Terms(Grams(1_000), Fen(600), Grams(1_000), Fen(100), None, refused=False)
    assert sent(terms, Grams(grams), Fen(1)).charge == Fen(fen)


@pytest.mark.parametrize("terms", [None, Terms(Grams(0), Fen(0), Grams(0), Fen(0), None, True)])  # noqa: FBT003
def test_where_nothing_is_sent_there_is_no_price(terms):
    with pytest.raises(Refusal) as refused:
        priced(1, terms, make.TAIWAN, Grams(1), Fen(1))
    assert (refused.value.code, refused.value.field) == ("province_refused", "province")
    assert refused.value.facts["name_zh"] == "台湾省"


GOOD = zone(Grams(1_000), Fen(600), Grams(500), Fen(100), None)
BAD = [
    ([Zone("区", "Zone", [])], "zone_without_provinces"),
    ([Zone("区", "Zone", ["999999"])], "unknown_province"),
    ([GOOD, Zone("别", "Other", [make.SHANXI], refused=True)], "province_in_two_zones"),
    ([zone(Grams(0), Fen(6), Grams(1), Fen(1), None)], "zone_terms"),
    ([zone(Grams(1), Fen(6), Grams(-1), Fen(1), None)], "zone_terms"),
    ([zone(Grams(1), Fen(-6), Grams(1), Fen(1), None)], "zone_terms"),
    ([zone(Grams(1), Fen(6), Grams(1), Fen(1), Fen(0))], "zone_terms"),
    ([zone(Grams(1_000), Fen(600), Grams(500), Fen(301), None)], "zone_further_dearer"),
]


@pytest.mark.parametrize(("zones", "code"), BAD)
def test_a_table_that_makes_no_sense_is_refused(zones, code):
    with pytest.raises(Refusal) as refused:
        check(zones)
    assert refused.value.code == code


def test_a_table_that_makes_sense_is_taken():
    check([GOOD, Zone("不发货", "Refused", [make.TAIWAN], refused=True)])
