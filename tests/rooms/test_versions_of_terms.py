"""Fees and freight have versions: what has begun stands, what is to come may be replaced."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from storefront import audit, clock, db
from storefront.catalogue import desk, fees, freight, versions
from storefront.catalogue.models import FeeSchedule, FreightRule, FreightTable, FreightZone
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.orders.models import Order
from storefront.reports.check import check
from storefront.supply import offering
from storefront.weight import FenPerKg, Grams
from tests import factories as make

TODAY = clock.china_day(make.NOW)
SOON = TODAY + 10 * make.DAY
DEAR = (FenPerKg(40), Fen(700), 100)


@pytest.fixture
def county(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 60_000)
        return county


def set_fees(county, day=SOON, terms=DEAR, *, now=make.NOW):
    with db.transaction():
        return versions.set_fees(day, *terms, actor=county.cast.he.actor, now=now).id


def set_freight(county, zones, day=SOON):
    told = {"actor": county.cast.he.actor, "now": make.NOW}
    with db.transaction():
        return versions.set_freight(day, zones, **told).id


def code_of(write, *args, **others):
    with pytest.raises(Refusal) as refused:
        write(*args, **others)
    db.session.rollback()
    return refused.value.code


def count(model):
    return len(db.session.scalars(select(model)).all())


def zones():
    return versions.zones_of(versions.freight_versions()[-1].id)


def test_an_order_keeps_the_fees_it_was_placed_under(county):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
    before = order.fee_schedule_id
    set_fees(county, TODAY)
    assert fees.schedule_on(TODAY).packing_fen_per_box == Fen(700)
    with db.transaction():
        make.dispatch(county, order.id)
        later = make.order((make.BOX, 1))
    assert db.get(Order, order.id).fee_schedule_id == before != later.fee_schedule_id
    assert [finding for finding in check() if not finding.ok] == []


def test_fees_to_come_hold_from_their_day_and_can_be_replaced_or_taken_back(county):
    first = set_fees(county)
    assert fees.schedule_on(TODAY).packing_fen_per_box != Fen(700)
    assert fees.schedule_on(SOON).packing_fen_per_box == Fen(700)
    assert set_fees(county) == first  # the same form again
    second = set_fees(county, terms=(FenPerKg(20), Fen(800), 60))
    assert [row.id for row in versions.fee_versions() if row.from_day == SOON] == [second]
    with db.transaction():
        versions.take_back_fees(second, actor=county.cast.he.actor, now=make.NOW)
    assert count(FeeSchedule) == 1
    verbs = db.session.scalars(
        select(audit.AuditEvent.verb).where(audit.AuditEvent.object_kind == "fee_schedule")
    ).all()
    assert verbs == ["set_fees", "set_fees", "take_back_fees"]


def test_what_has_begun_is_neither_changed_nor_taken_back(county):
    begun = versions.fee_versions()[-1].id
    assert code_of(take_back, county, begun) == "version_begun"
    assert code_of(set_fees, county, TODAY - make.DAY) == "version_in_past"
    set_fees(county, TODAY)
    set_fees(county, TODAY, (FenPerKg(1), Fen(1), 1))
    assert count(FeeSchedule) == 3
    assert fees.schedule_on(TODAY).packing_fen_per_box == Fen(1)


def take_back(county, schedule):
    with db.transaction():
        versions.take_back_fees(schedule, actor=county.cast.he.actor, now=make.NOW)


@pytest.mark.parametrize(
    "terms",
    [
        (FenPerKg(-1), Fen(1), 1),
        (FenPerKg(1), Fen(-1), 1),
        (FenPerKg(1), Fen(1), -1),
        (FenPerKg(1), Fen(1), 2_001),
    ],
)
def test_fees_that_cannot_be_are_refused(county, terms):
    assert code_of(set_fees, county, terms=terms) == "fees_out_of_range"
    assert count(FeeSchedule) == 1


def test_fees_say_which_packs_they_would_sell_below_cost(county):
    sold = [row for product in desk.products().products for row in product.selling]
    schedule = FeeSchedule(
        station_fen_per_kg=FenPerKg(0), packing_fen_per_box=Fen(2_250), payment_fee_bp=0
    )
    losing = {row.sku: missing for row, missing in offering.losing(sold, schedule, TODAY)}
    # the box: ¥39.90 less 2.5 kg at ¥7.00; the jar: ¥39.90 less ¥18.00
    assert losing == {make.BOX: Fen(10), make.PASTE: Fen(60)}


def test_a_freight_table_is_written_anew_from_what_stands(county):
    stands = zones()
    dearer = (replace(stands[0], first_fen=Fen(900)), *stands[1:])
    made = set_freight(county, dearer)
    assert set_freight(county, dearer) == made
    assert versions.zones_of(made) == dearer
    one = (Grams(1_000), Fen(100))
    assert freight.quote_on(SOON, make.SHANXI, *one).charge == Fen(900)
    assert freight.quote_on(TODAY, make.SHANXI, *one).charge == stands[0].first_fen


def test_a_freight_table_to_come_is_replaced_whole_or_taken_back(county):
    before = [count(model) for model in (FreightTable, FreightZone, FreightRule)]
    stands = zones()
    set_freight(county, stands[:2], SOON)
    made = set_freight(county, (replace(stands[0], further_fen=Fen(1)),), SOON)
    with db.transaction():
        versions.take_back_freight(made, actor=county.cast.he.actor, now=make.NOW)
    assert [count(model) for model in (FreightTable, FreightZone, FreightRule)] == before


def test_an_order_keeps_the_freight_table_it_was_placed_under(county):
    with db.transaction():
        order = make.order((make.BOX, 1))
    stands = zones()
    set_freight(county, (replace(stands[0], first_fen=Fen(5_000)), *stands[1:]), TODAY)
    assert freight.quote(order.freight_table_id, make.SHANXI, Grams(1), Fen(1)).charge == (
        stands[0].first_fen
    )


def test_zones_that_make_no_sense_are_refused_and_nothing_is_written(county):
    stands = zones()
    twice = (stands[0], replace(stands[1], provinces=stands[0].provinces))
    assert code_of(set_freight, county, twice) == "province_in_two_zones"
    assert code_of(set_freight, county, (replace(stands[0], provinces=()),)) == (
        "zone_without_provinces"
    )
    assert count(FreightTable) == 1
