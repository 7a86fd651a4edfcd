"""A parcel that leaves is booked; one that closes makes its shares due."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import db
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.ledger import books
from storefront.ledger.models import Entry, Posting
from storefront.money import Fen
from storefront.orders import lifecycle, parcels
from storefront.orders.models import Allocation, Order, Parcel
from storefront.outbox import Letter
from storefront.payments import inbox, refunds
from storefront.payments.models import Payment
from storefront.settlement import losses, sales
from storefront.settlement.models import CountyMonth, HouseholdMonth
from storefront.weight import Grams
from tests import factories as make

NOW = make.NOW
WINDOW = timedelta(hours=48)
SHOP = Actor.shop()


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 40_000)
        make.weigh(county, county.zhao, county.top, 20_000)
    return county


def paid(*items, province=make.SHANXI):
    with db.transaction():
        order = make.order(*items, province=province)
        make.pay(order.id)
    return order


def packed(c, *items, province=make.SHANXI):
    order = paid(*items, province=province)
    with db.transaction():
        return make.pack(c, order.id)


def send(c, parcel, carrier="SF", number="SF1", now=NOW):
    with db.transaction():
        return sales.dispatch(parcel.id, carrier, number, actor=c.cast.he.actor, now=now)


def deliver(c, parcel, now=NOW):
    with db.transaction():
        parcels.mark_delivered(parcel.id, actor=c.cast.he.actor, now=now)


def close(parcel, now):
    with db.transaction():
        return sales.close(parcel.id, after_sale=WINDOW, actor=SHOP, now=now)


def lines(kind):
    query = (
        select(Posting.account, Posting.fen)
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Entry.kind == kind)
        .order_by(Posting.id)
    )
    return [(account, int(fen)) for account, fen in db.session.execute(query)]


def state(model, key):
    return db.session.scalar(select(model.state).where(model.id == key))


def refusal(of, *args, **facts):
    with pytest.raises(Refusal) as caught, db.transaction():
        of(*args, **facts)
    return caught.value


def test_a_gift_box_is_booked_line_by_line_as_the_table_says(c):
    """Two gift boxes to Shanxi: free freight over 99 yuan, so the brand fund pays the carrier."""
    parcel = packed(c, (make.GIFT, 2))
    send(c, parcel)
    assert lines("dispatch") == [
        ("shopper", 19_600),
        ("share_pending", -2_820),  # 3 kg of the top grade at 9.40
        ("share_pending", -1_400),  # 2 kg of the first grade at 7.00
        ("station", -100),  # 5 kg at 0.20
        ("packing", -300),  # two boxes at 1.50
        ("bought_in", -3_600),  # two jars at 18.00
        ("freight", -1_200),  # 6.46 kg: 6.00 and six further kilograms at 1.00
        ("payment_fee", -118),  # 0.6 %
        ("brand_fund", -10_062),
    ]


def test_a_jar_alone_has_no_household_in_it(c):
    send(c, packed(c, (make.PASTE, 1)))
    assert [account for account, _ in lines("dispatch")] == [
        "shopper",
        "packing",
        "bought_in",
        "freight",
        "payment_fee",
        "brand_fund",
    ]


def test_far_away_the_brand_fund_may_lose(c):
    send(c, packed(c, (make.PAIR, 1), province=make.TIBET))
    assert sum(fen for _, fen in lines("dispatch")) == 0
    assert dict(lines("dispatch"))["freight"] == -3_200


def test_dispatch_advances_the_parcel_its_rows_and_the_summary(c):
    parcel = packed(c, (make.BOX, 2))
    sent = send(c, parcel)
    assert (sent.state, sent.charge_fen, sent.carrier) == ("dispatched", Fen(9_080), "SF")
    (row,) = make.allocations(parcel.order_id)
    assert row.state == "booked"
    shelves = [*db.session.scalars(select(HouseholdMonth))]
    for kept in (*shelves, *db.session.scalars(select(CountyMonth))):
        assert (kept.month, kept.status, kept.channel) == ("2026-09", "lifted", "shop")
        assert (kept.grams, kept.retail_fen, kept.booked_fen) == (5_000, 7_980, 3_500)
        assert kept.due_fen == 0


def test_the_buyer_gets_one_letter_that_the_parcel_left(c):
    parcel = packed(c, (make.BOX, 1))
    send(c, parcel)
    send(c, parcel)
    (letter,) = db.session.scalars(select(Letter).where(Letter.kind == "dispatched")).all()
    assert letter.recipient == "ana@example.com"
    assert letter.facts["number"] == "SF1"


def test_sent_twice_is_booked_once(c):
    parcel = packed(c, (make.BOX, 1))
    send(c, parcel)
    send(c, parcel)
    assert len(db.session.scalars(select(Entry).where(Entry.kind == "dispatch")).all()) == 1


def test_another_number_for_a_parcel_that_left_is_refused(c):
    parcel = packed(c, (make.BOX, 1))
    send(c, parcel)
    he = c.cast.he.actor
    refused = refusal(sales.dispatch, parcel.id, "SF", "SF2", actor=he, now=NOW)
    assert (refused.code, refused.facts["state"]) == ("parcel_step", "dispatched")


def test_a_parcel_that_is_not_packed_does_not_leave(c):
    parcel = make.parcel_of(paid((make.BOX, 1)).id)
    refused = refusal(sales.dispatch, parcel.id, "SF", "1", actor=c.cast.he.actor, now=NOW)
    assert refused.code == "parcel_step"
    assert lines("dispatch") == []


def test_a_parcel_with_a_short_row_does_not_leave(c):
    order = paid((make.BOX, 8))
    lot = make.allocations(order.id)[0].lot_id or 0
    with db.transaction():
        losses.write_off(
            lot, Grams(30_000), "rot", "brand_fund", note="", key="k", actor=SHOP, now=NOW
        )
    parcel = make.parcel_of(order.id)
    refused = refusal(sales.dispatch, parcel.id, "SF", "1", actor=c.cast.he.actor, now=NOW)
    assert (refused.code, refused.facts["parcel"]) == ("parcel_short", parcel.code)


def test_an_order_that_is_not_paid_does_not_leave(c):
    with db.transaction():
        order = make.order((make.BOX, 1))
    parcel = make.parcel_of(order.id)
    refused = refusal(sales.dispatch, parcel.id, "SF", "1", actor=c.cast.he.actor, now=NOW)
    assert refused.code == "order_not_confirmed"


def test_what_went_back_before_dispatch_is_not_charged(c):
    parcel = packed(c, (make.BOX, 2))
    payment = db.session.scalars(select(Payment)).one()
    with db.transaction():
        refunds.request(
            parcel.order_id, payment.id, Fen(1_080), "late", actor=c.cast.he.actor, now=NOW
        )
    assert send(c, parcel).charge_fen == Fen(8_000)
    assert books.balance("shopper", order_id=parcel.order_id) == Fen(0)


def test_a_parcel_closes_when_the_window_has_passed_and_its_shares_fall_due(c):
    parcel = packed(c, (make.GIFT, 1))
    send(c, parcel)
    deliver(c, parcel)
    close(parcel, NOW + WINDOW)
    assert lines("due") == [
        ("share_pending", 1_410),
        ("share_due", -1_410),
        ("share_pending", 700),
        ("share_due", -700),
    ]
    assert {row.state for row in make.allocations(parcel.order_id)} == {"due"}
    assert state(Parcel, parcel.id) == "closed"
    assert state(Order, parcel.order_id) == "completed"
    due = db.session.scalars(select(HouseholdMonth.due_fen).order_by(HouseholdMonth.due_fen))
    assert list(due) == [700, 1_410]


def test_within_the_window_a_parcel_stays_open(c):
    parcel = packed(c, (make.BOX, 1))
    send(c, parcel)
    deliver(c, parcel)
    early = NOW + WINDOW - timedelta(seconds=1)
    facts = {"after_sale": WINDOW, "actor": SHOP, "now": early}
    refused = refusal(sales.close, parcel.id, **facts)
    assert (refused.code, refused.facts["until"]) == ("after_sale_open", NOW + WINDOW)
    assert state(Allocation, make.allocations(parcel.order_id)[0].id) == "booked"


def test_a_parcel_on_its_way_does_not_close(c):
    parcel = packed(c, (make.BOX, 1))
    send(c, parcel)
    facts = {"after_sale": WINDOW, "actor": SHOP, "now": NOW + make.DAY * 30}
    assert refusal(sales.close, parcel.id, **facts).code == "parcel_step"


def test_closed_twice_is_due_once(c):
    parcel = packed(c, (make.BOX, 1))
    send(c, parcel)
    deliver(c, parcel)
    close(parcel, NOW + WINDOW)
    close(parcel, NOW + WINDOW)
    assert len(lines("due")) == 2


def test_the_chore_closes_what_is_over_and_only_so_many(c):
    sent = [packed(c, (make.BOX, 1)) for _ in range(3)]
    for parcel in sent:
        send(c, parcel)
    for parcel, late in zip(sent, (0, 0, 1), strict=True):
        deliver(c, parcel, NOW + timedelta(hours=late))

    def chore(now, limit=20):
        with db.transaction():
            return sales.close_due(after_sale=WINDOW, now=now, limit=limit)

    assert chore(NOW + WINDOW - timedelta(minutes=1)) == 0
    assert chore(NOW + WINDOW, limit=1) == 1
    assert chore(NOW + WINDOW) == 1
    assert chore(NOW + WINDOW) == 0
    assert [state(Parcel, parcel.id) for parcel in sent] == ["closed", "closed", "delivered"]


def test_late_money_is_counted_as_no_part_of_the_charge(c):
    """The hold lapsed, the money came, the stock was still there: the order goes on."""
    with db.transaction():
        order = make.order((make.BOX, 1))
        attempt = make.attempt(order.id)
    later = NOW + timedelta(minutes=40)
    with db.transaction():
        lifecycle.lapse_holds(now=later)
    with db.transaction():
        inbox.receive(make.success(*attempt), now=later)
    with db.transaction():
        make.dispatch(c, order.id, now=later)
    assert books.balance("shopper", order_id=order.id) == Fen(0)
    assert make.parcel_of(order.id).charge_fen == order.total_fen
