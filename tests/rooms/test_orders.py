"""Placing, lapsing, confirming and cancelling an order."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from storefront import clock, county, db
from storefront.actors import Actor
from storefront.catalogue import drafting
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.orders import cart, checkout, lifecycle
from storefront.orders.models import Allocation, Line, LinePart, Order
from storefront.supply import prices, registry
from storefront.supply.models import Lot
from storefront.weight import FenPerKg, Grams
from tests import factories as make

GUEST = Actor.guest()


@pytest.fixture
def c(app: Flask) -> make.County:
    with db.transaction():
        made = make.county()
        make.weigh(made, made.lin, made.first, 20_000)
        make.weigh(made, made.zhao, made.top, 20_000)
    return made


def place(form: checkout.Checkout) -> checkout.Placed:
    with db.transaction():
        return checkout.place_order(form, actor=GUEST, now=make.NOW)


def wanted(*items: tuple[str, int], province: str = make.SHANXI) -> checkout.Checkout:
    with db.transaction():
        return make.wanted(*items, province=province)


def refused(form: checkout.Checkout) -> Refusal:
    """Place the form, which must be refused and leave nothing behind."""
    before = db.session.execute(select(Lot.id, Lot.available_g).order_by(Lot.id)).all()
    with pytest.raises(Refusal) as answer:
        place(form)
    assert db.session.scalar(select(func.count(Order.id))) == 0
    assert db.session.execute(select(Lot.id, Lot.available_g).order_by(Lot.id)).all() == before
    return answer.value


def change_price(c: make.County, fen: int) -> None:
    drafting.change_price(c.offers[make.BOX], Fen(fen), actor=make.OFFICE, now=make.NOW)


def lot_of(household: int) -> Lot:
    db.session.expire_all()
    return db.session.scalars(select(Lot).where(Lot.household_id == household)).one()


def test_a_gift_box_of_two_grades_and_a_jar_is_priced_over_its_parts(c: make.County) -> None:
    """98.00 is split by purchase price x grams and the jar's cost: 14.10, 7.00 and 18.00."""
    placed = place(wanted((make.GIFT, 2)))
    retail = db.session.scalars(select(LinePart.retail_fen).order_by(LinePart.position)).all()
    assert Fen.total(retail) == Fen(19_600)
    assert retail == Fen(19_600).split([1_410 * 2, 700 * 2, 1_800 * 2])
    rows = make.allocations(placed.order_id)
    assert [(int(row.grams), row.household_id) for row in rows] == [
        (3_000, c.zhao),
        (2_000, c.lin),
    ]
    assert [row.retail_fen for row in rows] == retail[:2]


def test_an_order_of_bought_in_goods_alone_needs_no_lot(c: make.County) -> None:
    """A jar of paste has no household behind it and says so by having no allocation."""
    placed = place(wanted((make.PASTE, 1)))
    assert make.allocations(placed.order_id) == []


def test_a_price_that_changed_since_the_cart_is_shown_and_asked(c: make.County) -> None:
    """Both prices are in the refusal; once accepted, the order goes through at the new one."""
    form = wanted((make.BOX, 1))
    with db.transaction():
        change_price(c, 4_190)
        prices.publish_offer(c.offers[make.BOX], actor=make.OFFICE, now=make.NOW)
    answer = refused(form)
    assert (answer.code, answer.facts["old"], answer.facts["new"]) == (
        "price_changed",
        3_990,
        4_190,
    )
    with db.transaction():
        cart.accept_prices(form.cart_token, now=make.NOW)
    assert refused(form).code == "total_changed"
    placed = place(replace(form, seen_total=form.seen_total + Fen(200)))
    assert (
        db.session.scalar(select(Line.price_fen).where(Line.order_id == placed.order_id)) == 4_190
    )


def test_an_offer_below_its_parts_is_refused_with_the_arithmetic(c: make.County) -> None:
    """17.50 of shares, 0.50 for the station, 1.50 packing and the fee do not fit into 15.00."""
    with db.transaction():
        change_price(c, 1_500)
        with pytest.raises(Refusal) as answer:
            prices.publish_offer(c.offers[make.BOX], actor=make.OFFICE, now=make.NOW)
    facts = answer.value.facts
    assert (facts["shares"], facts["fees"], facts["missing"]) == (1_750, 209, 459)


def test_sold_out_says_how_many_are_left(c: make.County) -> None:
    """Twenty kilograms fill eight boxes of five jin."""
    answer = refused(wanted((make.BOX, 9)))
    assert (answer.code, answer.facts["wanted"], answer.facts["left"]) == ("sold_out", 9, 8)


@pytest.mark.parametrize("quantity", [0, -1, 21, 10**9])
def test_a_quantity_out_of_range_is_refused_at_its_field(c: make.County, quantity: int) -> None:
    """The cart says what it takes: one to twenty."""
    with pytest.raises(Refusal) as answer, db.transaction():
        cart.add(None, make.BOX, quantity, now=make.NOW)
    assert (answer.value.code, answer.value.field) == ("quantity_out_of_range", "quantity")


def test_a_province_we_do_not_send_to_is_refused_before_payment(c: make.County) -> None:
    """By name, at its field; nothing was held."""
    form = replace(wanted((make.BOX, 1)), province=make.TAIWAN)
    answer = refused(form)
    assert (answer.code, answer.field) == ("province_refused", "province")


def test_freight_is_first_weight_and_each_further_weight_begun(c: make.County) -> None:
    """3,000 g gross to Shanxi: 6.00 and two further kilograms; free from 99 yuan of goods."""
    order = db.get(Order, place(wanted((make.BOX, 1))).order_id)
    assert (order.goods_fen, order.freight_fen, order.total_fen) == (3_990, 800, 4_790)
    free = db.get(Order, place(wanted((make.BOX, 3))).order_id)
    assert (free.freight_fen, make.parcel_of(free.id).freight_cost_fen) == (0, 1_400)


def test_an_empty_cart_places_nothing(c: make.County) -> None:
    """Also when the same cart was placed already from another form."""
    form = wanted((make.BOX, 1))
    place(form)
    with pytest.raises(Refusal) as answer:
        place(replace(form, key="another form"))
    assert answer.value.code == "cart_empty"


def test_a_hold_lapses_and_the_stock_returns(c: make.County) -> None:
    """A crash between placing and paying costs nobody anything."""
    placed = place(wanted((make.BOX, 4)))
    assert lot_of(c.lin).available_g == 10_000
    later = make.NOW + county.rules().hold
    with db.transaction():
        assert lifecycle.lapse_holds(now=later) == 1
        assert lifecycle.lapse_holds(now=later) == 0
    lot = lot_of(c.lin)
    assert (lot.available_g, lot.allocated_g) == (20_000, 0)
    assert db.get(Order, placed.order_id).state == "expired"
    assert {row.state for row in make.allocations(placed.order_id)} == {"freed"}


def test_placing_lapses_the_holds_that_are_in_its_way(c: make.County) -> None:
    """The worker need not have run: the buyer in front of us gets the pears."""
    first = place(wanted((make.BOX, 8)))
    later = make.NOW + county.rules().hold
    form = wanted((make.BOX, 8))
    with db.transaction():
        second = checkout.place_order(form, actor=GUEST, now=later)
    assert db.get(Order, first.order_id).state == "expired"
    assert len(make.allocations(second.order_id, "planned")) == 1


def test_late_money_takes_the_stock_again_or_not_at_all(c: make.County) -> None:
    """While the pears are there the order lives again; once they are gone it stays expired."""
    early, late = place(wanted((make.BOX, 8))), make.NOW + county.rules().hold
    with db.transaction():
        lifecycle.lapse_holds(now=late)
    with db.transaction():
        assert lifecycle.confirm(early.order_id, now=late)
    assert [row.state for row in make.allocations(early.order_id)] == ["freed", "planned"]
    assert lot_of(c.lin).available_g == 0


def test_late_money_without_stock_is_an_answer_and_not_an_exception(c: make.County) -> None:
    """The order stays expired and no row is written."""
    early, late = place(wanted((make.BOX, 8))), make.NOW + county.rules().hold
    with db.transaction():
        lifecycle.lapse_holds(now=late)
    place(wanted((make.BOX, 1)))
    with db.transaction():
        assert not lifecycle.confirm(early.order_id, now=late)
    assert db.get(Order, early.order_id).state == "expired"
    assert [row.state for row in make.allocations(early.order_id)] == ["freed"]


def test_an_unpaid_order_can_be_cancelled_and_a_paid_one_not_this_way(c: make.County) -> None:
    """The pears go back at once."""
    placed = place(wanted((make.BOX, 1)))
    with db.transaction():
        lifecycle.cancel_unpaid(placed.order_id, actor=GUEST, now=make.NOW)
    assert lot_of(c.lin).available_g == 20_000
    paid = place(wanted((make.BOX, 1)))
    with db.transaction():
        make.pay(paid.order_id)
    with pytest.raises(Refusal) as answer, db.transaction():
        lifecycle.cancel_unpaid(paid.order_id, actor=GUEST, now=make.NOW)
    assert answer.value.code == "order_step"


def test_an_identity_preserved_box_comes_from_one_household(c: make.County) -> None:
    """Three boxes of 1,000 g from lots of 1,500 and 20,000 g: no box mixes two households."""
    with db.transaction():
        make.weigh(c, c.zhao, c.first, 1_500, now=make.NOW - make.DAY)
    placed = place(wanted((make.PAIR, 3)))
    rows = make.allocations(placed.order_id)
    assert [(int(row.grams), row.household_id) for row in rows] == [
        (1_000, c.zhao),
        (1_000, c.lin),
        (1_000, c.lin),
    ]


def test_later_edits_of_registry_and_catalogue_move_no_past_figure(c: make.County) -> None:
    """Law 7: status, village, prices and names stand as they were when the row was made."""
    placed = place(wanted((make.BOX, 1)))
    columns = (
        Allocation.household_code,
        Allocation.village_id,
        Allocation.status,
        Allocation.retail_fen,
        Allocation.share_fen,
        Line.name_zh,
        Line.unit_price_fen,
    )
    frozen = select(*columns).join(Line, Line.id == Allocation.line_id)
    before = db.session.execute(frozen).all()
    today, office, now = clock.china_day(make.NOW), make.OFFICE, make.NOW
    with db.transaction():
        registry.set_status(c.lin, "general", today, actor=office, now=now)
        registry.move_household(c.lin, c.villages[1], actor=office, now=now)
        registry.rename_head(c.lin, "林果己", actor=office, now=now)
        prices.set_purchase_price(c.first, today, FenPerKg(9_999), actor=office, now=now)
        change_price(c, 9_990)
    assert db.session.execute(frozen).all() == before
    assert placed.code


def test_the_household_given_least_is_served_first(c: make.County) -> None:
    """Two lots that end the same day: the next order goes to who has had nothing yet."""
    with db.transaction():
        make.weigh(c, c.yang, c.first, 20_000)
    homes = []
    for _ in range(3):
        placed = place(wanted((make.BOX, 1)))
        homes.append(make.allocations(placed.order_id)[0].household_id)
    assert homes == [c.lin, c.yang, c.lin]
    assert lot_of(c.yang).allocated_g == Grams(2_500)
