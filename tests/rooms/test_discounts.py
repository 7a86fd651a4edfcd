"""A discount by quantity: what is seen is charged, and the brand fund bears it."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from storefront import db
from storefront.catalogue import drafting
from storefront.catalogue.models import Offer, QuantityStep
from storefront.catalogue.steps import Reduction
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.orders import cart, checkout
from storefront.orders.models import Line, LineCancellation, LinePart, Order, Parcel
from storefront.orders.split import split_boxes
from storefront.payments.cancelling import cancel_line
from storefront.reports import check
from storefront.reports.order_books import order_books
from storefront.settlement import sales
from storefront.supply import prices
from tests import factories as make

NOW = make.NOW


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        for household in (county.lin, county.zhao):
            make.weigh(county, household, county.first, 40_000)
            make.weigh(county, household, county.top, 40_000)
    return county


def seen(token):
    return cart.view(token, now=NOW)


def put_in(sku, quantity, token=None):
    with db.transaction():
        return cart.add(token, sku, quantity, now=NOW)


def place(*items, **others):
    with db.transaction():
        return make.order(*items, **others)


def test_from_so_many_packs_on_each_costs_less(c):
    make.reduce(c, make.BOX, (3, 200), (5, 300))
    each = {}
    for quantity in (1, 2, 3, 4, 5, 20):
        token = put_in(make.BOX, quantity)
        view = seen(token)
        each[quantity] = int(view.lines[0].each)
        assert view.to_pay == view.lines[0].each * quantity == view.goods - view.discount
    assert each == {1: 3_990, 2: 3_990, 3: 3_790, 4: 3_790, 5: 3_690, 20: 3_690}


def test_steps_count_the_packs_of_one_offer_only(c):
    make.reduce(c, make.BOX, (3, 200))
    token = put_in(make.BOX, 2)
    put_in(make.PAIR, 1, token)
    assert seen(token).discount == Fen(0)


def test_an_order_keeps_the_discount_of_its_day(c):
    make.reduce(c, make.BOX, (3, 200))
    order = place((make.BOX, 3), (make.PASTE, 1))
    make.reduce(c, make.BOX)
    line, paste = db.session.scalars(select(Line).where(Line.order_id == order.id)).all()
    assert (line.price_fen, line.discount_fen, paste.discount_fen) == (11_970, 600, 0)
    kept = db.get(Order, order.id)
    assert (kept.goods_fen, kept.discount_fen) == (15_960, 600)
    assert kept.total_fen == kept.goods_fen + kept.freight_fen - kept.discount_fen


def test_the_parts_carry_the_price_without_the_discount(c):
    """Law 4: what was taken off is the brand fund's, not the households'."""
    make.reduce(c, make.GIFT, (2, 500))
    order = place((make.GIFT, 2))
    parts = select(LinePart.retail_fen).join(Line).where(Line.order_id == order.id)
    assert Fen.total(db.session.scalars(parts)) == Fen(19_600)
    retail = Fen.total(row.retail_fen for row in make.allocations(order.id))
    assert retail < Fen(19_600)


def test_the_brand_fund_bears_it_and_the_household_gets_all_of_its_share(c):
    make.reduce(c, make.PAIR, (2, 200))
    with_it = place((make.PAIR, 2))
    make.reduce(c, make.PAIR)
    without = place((make.PAIR, 2))
    for order in (with_it, without):
        with db.transaction():
            make.pay(order.id)
        with db.transaction():
            make.dispatch(c, order.id)
    less, full = (order_books(order.code) for order in (with_it, without))
    fee = full.right.payment_fee - less.right.payment_fee
    assert full.right.brand_fund - less.right.brand_fund == Fen(400) - fee
    assert (less.right.shares, less.right.freight) == (full.right.shares, full.right.freight)
    assert less.agrees
    assert less.left.discount == Fen(400)
    assert less.left.charged == full.left.charged - Fen(400)
    assert [finding for finding in check.check() if not finding.ok] == []


def test_a_discount_that_eats_the_fund_is_named_on_the_order(c):
    make.reduce(c, make.GIFT, (2, 4_840))
    order = place((make.GIFT, 2), province=make.BEIJING)
    with db.transaction():
        make.pay(order.id)
        make.dispatch(c, order.id)
    books = order_books(order.code)
    assert books.right.brand_fund < Fen(0)
    assert books.why_negative == ("discount", "free_freight")


def test_what_was_given_with_a_cancelled_line_is_no_reason(c):
    """Two boxes cost less and weighed more: both went back, so neither cost the brand fund."""
    make.reduce(c, make.BOX, (2, 300))
    order = place((make.BOX, 2), (make.PASTE, 2), province=make.TIBET)
    with db.transaction():
        make.pay(order.id)
    with db.transaction():
        cancel_line(order.id, 1, "pears_gone", actor=c.cast.he.actor, now=NOW)
    with db.transaction():
        (paste,) = db.session.scalars(select(Line.id).where(Line.sku == make.PASTE))
        first = make.parcel_of(order.id).id
        split_boxes(first, {paste: 1}, key="split", actor=c.cast.he.actor, now=NOW)
    with db.transaction():
        for parcel in db.session.scalars(select(Parcel)).all():
            make.pack_parcel(c, parcel)
            sales.dispatch(parcel.id, "SF", "SF1", actor=c.cast.he.actor, now=NOW)
    left = order_books(order.code).left
    assert left.discount == Fen(0)
    cost = db.session.scalars(select(func.sum(Parcel.freight_cost_fen))).one()
    back = db.session.scalars(select(LineCancellation.freight_fen)).one()
    assert back > Fen(0)
    assert left.free_freight == cost - (order.freight_fen - back) > Fen(0)


def test_free_freight_counts_what_is_paid_for_the_goods(c):
    """Three boxes are 119.70, at a reduction of 7.00 each they are 98.70: below 99.00."""
    make.reduce(c, make.BOX, (3, 700))
    totals = checkout.preview(seen(put_in(make.BOX, 3)), make.SHANXI, now=NOW)
    assert (totals.goods, totals.discount) == (Fen(11_970), Fen(2_100))
    assert totals.freight == Fen(1_400)
    assert totals.total == Fen(11_270)


def test_a_step_that_changed_is_said_before_it_is_charged(c):
    make.reduce(c, make.BOX, (3, 200))
    token = put_in(make.BOX, 3)
    form = checkout_of(token)
    make.reduce(c, make.BOX, (3, 100))
    assert [(line.seen_price, line.each) for line in seen(token).lines] == [(3_790, 3_890)]
    with pytest.raises(Refusal) as refused, db.transaction():
        checkout.place_order(form, actor=c.cast.ana, now=NOW)
    assert (refused.value.code, refused.value.facts["new"]) == ("price_changed", Fen(3_890))
    with db.transaction():
        cart.accept_prices(token, now=NOW)
    with pytest.raises(Refusal, match="total_changed"), db.transaction():
        checkout.place_order(form, actor=c.cast.ana, now=NOW)
    with db.transaction():
        placed = checkout.place_order(checkout_of(token), actor=c.cast.ana, now=NOW)
    assert db.get(Order, placed.order_id).discount_fen == Fen(300)


def checkout_of(token):
    form = make.wanted((make.PASTE, 1))
    total = checkout.preview(seen(token), make.SHANXI, now=NOW).total
    return replace(form, cart_token=token, seen_total=total or Fen(0))


def test_another_quantity_takes_its_step_along(c):
    make.reduce(c, make.BOX, (3, 200))
    token = put_in(make.BOX, 2)
    for quantity, each in ((3, 3_790), (2, 3_990), (9, 3_790)):
        with db.transaction():
            cart.set_quantity(token, make.BOX, quantity, now=NOW)
        (line,) = seen(token).lines
        assert (line.quantity, int(line.each), line.changed) == (quantity, each, False)


def test_another_quantity_does_not_hide_a_price_that_moved(c):
    make.reduce(c, make.BOX, (3, 200))
    token = put_in(make.BOX, 3)
    make.reduce(c, make.BOX, (3, 100))
    with db.transaction():
        cart.set_quantity(token, make.BOX, 4, now=NOW)
    assert seen(token).changed


def test_steps_take_an_offer_off_sale_until_its_arithmetic_is_looked_at(c):
    with db.transaction():
        steps = [Reduction(3, Fen(200))]
        drafting.set_reductions(c.offers[make.BOX], steps, actor=make.OFFICE, now=NOW)
    assert db.get(Offer, c.offers[make.BOX]).published_at is None


def test_a_price_below_cost_from_so_many_on_is_refused_with_its_arithmetic(c):
    """A box at 25.00 pays 17.50 to the household, 0.50, 1.50 and 0.15: 6.00 less does not."""
    lower(c, make.BOX, 2_500, publish=True)
    with pytest.raises(Refusal) as refused:
        make.reduce(c, make.BOX, (2, 600))
    facts = refused.value.facts
    assert (refused.value.code, facts["quantity"]) == ("step_below_cost", 2)
    assert facts["price"] == Fen(1_900)
    costs = facts["shares"] + facts["bought_in"] + facts["fees"]
    assert costs - facts["price"] == facts["missing"] > Fen(0)
    db.session.rollback()
    assert db.session.scalars(select(QuantityStep)).all() == []


def test_a_price_that_falls_below_its_steps_is_not_published(c):
    make.reduce(c, make.PASTE, (2, 1_000))
    lower(c, make.PASTE, 2_000, publish=False)
    with pytest.raises(Refusal, match="step_cheaper_in_all"), db.transaction():
        prices.publish_offer(c.offers[make.PASTE], actor=make.OFFICE, now=NOW)


def lower(c, sku, fen, *, publish):
    with db.transaction():
        drafting.change_price(c.offers[sku], Fen(fen), actor=make.OFFICE, now=NOW)
        if publish:
            prices.publish_offer(c.offers[sku], actor=make.OFFICE, now=NOW)


@pytest.mark.parametrize("steps", [[(21, 100)], [(2, 0)], [(2, 100), (3, 50)]])
def test_a_refused_step_changes_nothing(c, steps):
    make.reduce(c, make.BOX, (3, 200))
    with pytest.raises(Refusal):
        make.reduce(c, make.BOX, *steps)
    db.session.rollback()
    rows = select(QuantityStep.from_quantity, QuantityStep.off_fen)
    assert db.session.execute(rows).all() == [(3, 200)]
    assert db.get(Offer, c.offers[make.BOX]).published_at is not None
