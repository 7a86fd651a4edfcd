"""The shelf as it is read: what is left, who grew it, where the money goes and went."""

import pytest
from sqlalchemy import select

from storefront import db
from storefront.catalogue.listing import Wish
from storefront.errors import NotFound
from storefront.money import Fen
from storefront.orders import shelf
from storefront.orders.models import Order
from storefront.payments.queries import payments_of
from storefront.reports.order_books import left_of, order_books
from storefront.reports.planned import where_it_will_go
from storefront.reports.splits import where_it_went
from storefront.supply import lots
from storefront.supply.models import Lot
from tests import factories as make
from tests.visits import statements


@pytest.fixture
def county(app):
    with db.transaction():
        return make.county()


def pack(slug):
    return shelf.display(slug, now=make.NOW).packs[0]


def weigh(county, household, grade, grams):
    with db.transaction():
        return make.weigh(county, household, grade, grams).id


def test_the_shelf_asks_the_same_however_much_stands_on_it(county):
    weigh(county, county.lin, county.first, 10_000)
    with statements() as asked:
        cards = shelf.shelf(Wish(), now=make.NOW).cards
    assert [card.product.slug for card in cards] == ["pear-box", "pear-pair", "gift", "paste"]
    # what is left and the edition, products, parts, prices, photographs; fees, steps and how
    # many may leave on a day at once
    assert len(asked) == 6
    db.session.rollback()
    with statements() as asked:
        assert shelf.shelf(Wish(), now=make.NOW).cards == cards
    # what is left, and the edition; SQLite says that nobody has written since
    again = 0 if db.dialect() == "sqlite" else 1
    assert len(asked) == again
    db.session.rollback()
    with statements() as asked:
        assert len(shelf.found(Wish(words=("pear",)), now=make.NOW).cards) == 3
    assert len(asked) == again


def test_what_is_left_is_bound_by_the_scarcest_part(county):
    weigh(county, county.lin, county.top, 3_200)
    weigh(county, county.lin, county.first, 10_400)
    assert pack("pear-box").left == 4  # 10.4 kg in boxes of 2.5 kg
    assert pack("gift").left == 2  # 3.2 kg top grade, 1.5 kg a box
    assert pack("paste").left is None
    assert pack("gift").most == 2
    assert pack("paste").most == 20


def test_what_nobody_has_is_sold_out_and_what_is_held_too(county):
    assert pack("pear-box").sold_out
    lot = weigh(county, county.lin, county.first, 10_000)
    assert not pack("pear-box").sold_out
    with db.transaction():
        lots.hold(lot, "recall", actor=county.cast.he.actor, now=make.NOW)
    assert pack("pear-box").sold_out


def test_what_does_not_keep_until_it_leaves_is_not_on_the_shelf(county):
    weigh(county, county.lin, county.first, 10_000)
    late = make.NOW + 199 * make.DAY  # kept 200 days, and it leaves two days from then
    assert shelf.display("pear-box", now=late).packs[0].left == 0


def test_the_arithmetic_on_the_shelf_adds_up_to_the_price(county):
    for slug in ("pear-box", "pear-pair", "gift", "paste"):
        one = pack(slug)
        money = one.money
        assert money.shares + money.bought_in + money.fees.total + money.left == one.offer.price
    assert pack("gift").share == Fen(2_110)
    by_weight = {slug for slug in ("pear-box", "gift", "paste") if pack(slug).by_weight}
    assert by_weight == {"pear-box"}


def test_growers_are_told_by_village_and_day_only(county):
    weigh(county, county.lin, county.first, 5_000)
    weigh(county, county.zhao, county.first, 5_000)
    weigh(county, county.yang, county.first, 5_000)
    weigh(county, county.yang, county.first, 5_000)
    with statements() as asked:
        grown = shelf.grown_by(pack("pear-box"), now=make.NOW)
    told = [(village.name_en, village.households) for village in grown.villages]
    assert told == [("Xili", 2), ("Chuankou", 1)]
    assert grown.households == 3
    picked = set(db.session.scalars(select(Lot.harvested_on)))
    assert {grown.first_harvest, grown.last_harvest} == picked
    assert not any("household.head" in text or "id_number" in text for text in asked)


def test_a_product_that_is_not_on_show_is_not_there(county):
    with pytest.raises(NotFound):
        shelf.display("no-such-pear", now=make.NOW)


def placed(*items):
    with db.transaction():
        order = make.order(*items)
        return order.id, order.code


@pytest.mark.parametrize(
    "items", [[(make.BOX, 3)], [(make.GIFT, 2), (make.PAIR, 1)], [(make.PASTE, 2)]]
)
def test_what_was_planned_is_what_is_booked(county, items):
    for grade in (county.top, county.first):
        weigh(county, county.lin, grade, 30_000)
    key, code = placed(*items)
    with statements() as asked:
        planned = where_it_will_go(key)
    assert len(asked) == 1
    assert planned.total == db.get(Order, key).total_fen
    assert where_it_went(key) is None
    for step in (lambda: make.pay(key), lambda: make.dispatch(county, key)):
        with db.transaction():
            step()
    assert where_it_went(key) == planned
    assert order_books(code).agrees
    assert left_of(key).charged == planned.total


def test_a_refund_stands_under_the_payment_it_gives_back(county):
    weigh(county, county.lin, county.first, 10_000)
    key, _code = placed((make.BOX, 1))
    assert payments_of(key) == ()
    with db.transaction():
        make.pay(key)
    with statements() as asked:
        (paid,) = payments_of(key)
    assert len(asked) == 1
    assert (paid.amount, paid.kept, paid.refunds) == (Fen(4_790), True, ())
