"""Freight tables: zones of provinces, dated; an order keeps the one of its day."""

from dataclasses import replace

import flask_migrate
import pytest
from sqlalchemy import select, text

from storefront import clock, db
from storefront.catalogue import freight
from storefront.catalogue.freight_tables import Zone, add_freight_table
from storefront.catalogue.models import FreightRule, FreightTable, FreightZone
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.orders import cart, checkout
from storefront.orders.models import Order, Parcel
from storefront.weight import Grams
from tests import factories as make

TODAY = clock.china_day(make.NOW)


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 60_000)
    return county


def quoted(province, grams, goods=1, day=TODAY):
    return freight.quote_on(day, province, Grams(grams), Fen(goods))


def test_the_provinces_of_a_zone_have_one_set_of_terms(c):
    zone = Zone("邻近", "Near", [make.SHANXI, make.BEIJING, make.TIBET], first_fen=Fen(900))
    with db.transaction():
        add_freight_table("2027", TODAY, [zone])
    costs = {quoted(place, 500).cost for place in zone.provinces}
    assert costs == {Fen(900)}
    named = select(FreightRule.zone_id).join(FreightTable).where(FreightTable.version == "2027")
    assert len(set(db.session.scalars(named))) == 1


def test_the_newest_table_that_has_begun_is_in_force(c):
    with db.transaction():
        zone = Zone("本省", "Here", [make.SHANXI], first_fen=Fen(700))
        add_freight_table("tomorrow", TODAY + make.DAY, [zone])
    assert quoted(make.SHANXI, 500).cost == Fen(600)
    assert quoted(make.SHANXI, 500, day=TODAY + make.DAY).cost == Fen(700)


def test_before_any_table_nothing_is_sent(c):
    with pytest.raises(Refusal, match="no_freight_table"):
        quoted(make.SHANXI, 500, day=TODAY - 60 * make.DAY)


@pytest.mark.parametrize("province", [make.TAIWAN, "310000", "999999", "", "'; DROP TABLE line"])
def test_a_province_no_zone_serves_is_refused(c, province):
    with pytest.raises(Refusal, match="province_refused"):
        quoted(province, 500)


def test_a_refused_region_is_refused_before_payment_and_nothing_is_written(c):
    with db.transaction():
        form = make.wanted((make.BOX, 1))
    with pytest.raises(Refusal, match="province_refused"), db.transaction():
        checkout.place_order(replace(form, province=make.TAIWAN), actor=c.cast.ana, now=make.NOW)
    assert db.session.query(Order).count() == 0
    assert cart.view(form.cart_token, now=make.NOW).count == 1


def test_all_that_is_in_one_parcel_is_weighed_together_and_charged_once(c):
    """A pair is 1.5 kg, a jar 0.73: 2.23 kg is a first kilogram and two begun, not two parcels."""
    with db.transaction():
        order = make.order((make.PAIR, 1), (make.PASTE, 1), province=make.TIBET)
    parcel = db.session.scalars(select(Parcel).where(Parcel.order_id == order.id)).one()
    assert order.freight_fen == parcel.freight_cost_fen == Fen(1_800 + 2 * 1_400)


def test_an_order_keeps_the_table_it_was_placed_under(c):
    with db.transaction():
        order = make.order((make.BOX, 1))
    with db.transaction():
        zone = Zone("本省", "Here", [make.SHANXI], first_fen=Fen(9_999))
        add_freight_table("2027", TODAY, [zone])
    again = freight.quote(order.freight_table_id, make.SHANXI, Grams(3_000), order.goods_fen)
    assert again.charge == order.freight_fen == Fen(800)
    assert quoted(make.SHANXI, 3_000).charge == Fen(9_999)


def test_rules_of_the_first_version_become_zones_with_the_same_prices(app):
    """Provinces with the same terms come into one zone, and each keeps its price."""
    db.session.remove()
    flask_migrate.downgrade(revision="0003")
    with db.sa.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO freight_table (id, version, from_day) VALUES (1, 'a', '2026-01-01')")
        )
        connection.execute(text(OLD), [dict(zip(COLUMNS, row, strict=True)) for row in ROWS])
    flask_migrate.upgrade()
    assert db.session.query(FreightZone).count() == 3
    assert db.session.query(FreightTable).count() == 1
    assert db.session.query(FreightRule).count() == 4
    prices = {place: quoted(place, 2_500).cost for place in (make.SHANXI, make.BEIJING, make.TIBET)}
    assert prices == {make.SHANXI: 800, make.BEIJING: 800, make.TIBET: 4_600}
    assert quoted(make.BEIJING, 1, goods=9_900).charge == Fen(0)
    with pytest.raises(Refusal, match="province_refused"):
        quoted(make.TAIWAN, 500)


COLUMNS = ("province", "first_fen", "further_fen", "free_over_fen", "refused")
ROWS = (
    (make.SHANXI, 600, 100, 9_900, False),
    (make.BEIJING, 600, 100, 9_900, False),
    (make.TIBET, 1_800, 1_400, None, False),
    (make.TAIWAN, 0, 0, None, True),
)
OLD = """
INSERT INTO freight_rule (table_id, province, first_g, first_fen, further_g, further_fen,
  free_over_fen, refused)
VALUES (1, :province, 1000, :first_fen, 1000, :further_fen, :free_over_fen, :refused)
"""
