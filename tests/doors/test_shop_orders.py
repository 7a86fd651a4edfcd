"""The order page, behind its unguessable link."""

import re
from datetime import timedelta

import pytest

from storefront import db, ids
from storefront.money import Fen
from storefront.orders import lifecycle, packing, parcels
from storefront.orders.models import Order
from storefront.payments import inbox
from storefront.payments.models import Payment
from storefront.payments.sessions import Attempt
from storefront.reports.order_books import order_books
from storefront.supply import prices
from storefront.weight import FenPerKg
from tests import factories as make
from tests.doors.shopping import stocked
from tests.pages import faults
from tests.visits import come_in, statements

MOST = 8
SECRETS = ("林果甲", "赵试丙", "杨样丁", "H-LIN", "H-ZHAO", "H-YANG", "13800000099")
SEALED = ("id_number", "bank_account", "household.phone", "household.head", "household_status")
STATUSES = ("poor", "lifted", "monitored", "贫困", "脱贫", "防返贫")


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def placed(*items):
    with db.transaction():
        order = make.order(*items)
        return order.id, order.token


def done(verb, *args, **others):
    with db.transaction():
        return verb(*args, **others)


def state(key):
    db.session.rollback()
    return db.get(Order, key).state


def every_state(county):
    """Return the path of an order in every state its page knows."""
    found = {}
    keys = {}
    for name in ("awaiting", "confirmed", "packed", "sent", "delivered", "closed", "cancelled"):
        keys[name], token = placed((make.GIFT, 1))
        found[name] = f"/orders/{token}"
    for name in ("confirmed", "packed", "sent", "delivered", "closed"):
        done(make.pay, keys[name])
    done(make.pack, county, keys["packed"])
    for name in ("sent", "delivered", "closed"):
        done(make.dispatch, county, keys[name])
    parcel = make.parcel_of(keys["delivered"]).id
    done(parcels.mark_delivered, parcel, actor=county.cast.he.actor, now=make.NOW)
    done(make.close, county, keys["closed"])
    done(lifecycle.cancel_unpaid, keys["cancelled"], actor=county.cast.ana, now=make.NOW)
    return found


def test_a_link_nobody_was_given_opens_nothing(client, county):
    token = ids.new_token()
    assert client.get(f"/orders/{token}").status_code == 404
    assert client.post(f"/orders/{token}/pay").status_code == 404
    assert client.post(f"/orders/{token}/cancel").status_code == 404


def test_every_state_has_a_whole_page_that_asks_little(english, county):
    titles = set()
    for name, address in every_state(county).items():
        with statements() as asked:
            page = english.get(address)
        assert page.status_code == 200, name
        assert faults(page.text) == [], name
        assert len(asked) <= MOST, name
        assert "no-store" in page.headers["Cache-Control"]
        titles |= set(re.findall(r"<h1>(.*?)</h1>", page.text))
    assert len(titles) == 7


def test_a_page_that_tells_of_a_loss_asks_no_more(english, county):
    """Pears dearer than the box was priced for: the brand fund paid in, and the page says why."""
    he = county.cast.he.actor
    with db.transaction():
        day = make.NOW.date()
        prices.set_purchase_price(county.first, day, FenPerKg(4_000), actor=he, now=make.NOW)
        dear = make.weigh(county, county.yang, county.first, 3_000)
    key, token = placed((make.BOX, 1))
    done(make.pay, key)
    (row,) = make.allocations(key)
    facts = {"actor": he, "now": make.NOW}
    done(packing.confirm_crate, row.id, f"{dear.code}-01", "typed", **facts)
    done(make.dispatch, county, key)
    with statements() as asked:
        page = english.get(f"/orders/{token}").text
    assert "The brand fund paid in:" in page
    assert len(asked) <= MOST


def test_no_page_asks_for_what_is_sealed(english, county):
    paths = ("/", "/products", "/products/gift", "/cart", *every_state(county).values())
    for address in paths:
        with statements() as asked:
            assert english.get(address).status_code == 200
        for statement in asked:
            assert not any(column in statement for column in SEALED), (address, statement)


def test_no_page_names_a_household_that_did_not_consent_nor_any_status(client, english, county):
    for address in every_state(county).values():
        for visitor in (client, english):
            page = visitor.get(address).text
            for secret in (*SECRETS, *STATUSES):
                assert secret not in page, (secret, address)


def test_a_household_of_consent_is_named_and_another_by_its_village(app, english, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 2_500)
        make.weigh(county, county.yang, county.first, 2_500)
    _key, token = placed((make.BOX, 2))
    page = english.get(f"/orders/{token}").text
    assert "林家果园" in page
    assert "A household of Chuankou" in page
    assert "杨家果园" not in page


def test_a_stranger_who_is_signed_in_sees_what_the_link_shows(client, county):
    _key, token = placed((make.BOX, 1))
    come_in(client, county.cast.zhao)
    assert client.get(f"/orders/{token}").status_code == 200


def test_the_parcel_shows_carrier_and_number(english, county):
    page = english.get(every_state(county)["sent"]).text
    assert "SF000000000001" in page
    assert "On its way to you" in page
    assert "138****0010" in page
    assert "13800000010" not in page


def test_the_shopper_may_say_that_it_arrived(english, county):
    key, token = placed((make.BOX, 1))
    _other, others = placed((make.BOX, 1))
    done(make.pay, key)
    code = make.parcel_of(key).code
    assert english.post(f"/orders/{token}/parcels/{code}/delivered").status_code == 409  # not sent
    done(make.dispatch, county, key)
    assert f"/parcels/{code}/delivered" in english.get(f"/orders/{token}").text
    for stranger in (others, ids.new_token()):
        address = f"/orders/{stranger}/parcels/{code}/delivered"
        assert english.post(address).status_code == 404
    for _tap in range(2):
        assert english.post(f"/orders/{token}/parcels/{code}/delivered").status_code == 303
    page = english.get(f"/orders/{token}").text
    assert "Anything bruised or rotten?" in page
    assert f"/parcels/{code}/delivered" not in page
    assert make.parcel_of(key).delivered_at == make.NOW


def test_the_money_is_the_books_own_and_adds_up(english, county):
    key, token = placed((make.GIFT, 1))
    done(make.pay, key)
    before = english.get(f"/orders/{token}").text
    assert "planned, until the parcel leaves" in before
    done(make.dispatch, county, key)
    page = english.get(f"/orders/{token}").text
    books = order_books(db.get(Order, key).code)
    assert books.agrees
    assert books.split_left == books.split_right == Fen(9_800 + 900)
    for name in ("shares", "station", "packing", "bought_in", "freight", "payment_fee"):
        fen = int(getattr(books.right, name))
        written = f"¥{fen // 100}.{fen % 100:02d}"
        assert written in page
        assert written in before
    assert "¥107.00" in page
    assert "The sum of all the parts above" in page


def test_a_fund_that_paid_in_says_why(english, county):
    key, token = placed((make.BOX, 20))  # 20 boxes: freight free above 99 yuan
    done(make.pay, key)
    done(make.dispatch, county, key)
    assert "¥0.00" not in english.get(f"/orders/{token}").text
    split = order_books(db.get(Order, key).code)
    assert ("The brand fund paid in" in english.get(f"/orders/{token}").text) == (
        split.right.brand_fund < Fen(0)
    )


def test_the_mark_stands_only_when_every_crate_was_read(english, county):
    pages = {}
    for how in ("typed", "scanned", "assumed"):
        key, token = placed((make.BOX, 1))
        done(make.pay, key)
        done(make.pack, county, key, how=how)
        pages[how] = english.get(f"/orders/{token}").text
    assert "Traced to the household" in pages["typed"]
    assert "Traced to the household" in pages["scanned"]
    assert "Traced to the household" not in pages["assumed"]
    assert "it may be another household" in pages["assumed"]


def test_an_unpaid_order_is_paid_from_its_page(english, county):
    key, token = placed((make.BOX, 1))
    assert "Pay ¥47.90" in english.get(f"/orders/{token}").text
    address = english.post(f"/orders/{token}/pay").location
    assert english.post(f"/orders/{token}/pay").location == address  # the same attempt
    english.post(address, data={"do": "pay"})
    assert state(key) == "confirmed"
    page = english.get(f"/orders/{token}").text
    assert "Pay ¥47.90" not in page
    assert english.post(f"/orders/{token}/pay").location == f"/orders/{token}"


def test_an_unpaid_order_is_cancelled_once_and_a_paid_one_is_not(english, county):
    key, token = placed((make.BOX, 1))
    for _ in range(2):  # a second tap changes nothing
        assert english.post(f"/orders/{token}/cancel").status_code == 303
        assert state(key) == "cancelled"
    assert english.get(f"/orders/{token}").text.count("Cancelled") == 2  # title and timeline
    paid, token = placed((make.BOX, 1))
    done(make.pay, paid)
    answer = english.post(f"/orders/{token}/cancel")
    assert answer.status_code == 409
    assert state(paid) == "confirmed"


def test_an_order_not_paid_in_time_says_so_and_leads_back(english, county, time_machine):
    key, token = placed((make.BOX, 1))
    time_machine.shift(timedelta(hours=1))
    before = english.get(f"/orders/{token}").text  # the chore has not come by yet
    assert "The time to pay is over" in before
    assert "Pay ¥" not in before
    done(lifecycle.lapse_holds, now=make.NOW + timedelta(hours=1))
    assert state(key) == "expired"
    page = english.get(f"/orders/{token}")
    assert "Not paid in time" in page.text
    assert "Order again" in page.text
    assert faults(page.text) == []


def test_a_second_payment_and_its_way_back_are_both_told(english, county):
    key, token = placed((make.BOX, 1))
    with db.transaction():
        first, reference = make.attempt(key)
    with db.transaction():
        inbox.receive(make.success(first, reference), now=make.NOW)
    second = _another_payment(key)
    page = english.get(f"/orders/{token}")
    assert page.text.count("¥47.90") >= 4
    assert "Paid, not kept" in page.text
    assert "the order was paid already" in page.text
    assert "−¥47.90" in page.text
    assert second == "second_refunded"
    assert faults(page.text) == []


def _another_payment(key):
    """Let an attempt that was opened before the first success bring money too."""
    with db.transaction():
        order = db.get(Order, key)
        payment = Payment(order_id=key, attempt=2, provider="pretend", key="two", state="open")
        payment.reference, payment.url = "ref-two", "/pretend"
        payment.amount_fen = order.total_fen
        payment.opened_at, payment.expires_at = make.NOW, order.hold_until
        db.session.add(payment)
    message = make.success(_attempt_of(order), "ref-two")
    with db.transaction():
        return inbox.receive(message, now=make.NOW)


def _attempt_of(order):
    return Attempt(
        payment_id=0,
        provider="pretend",
        key="two",
        amount=order.total_fen,
        order_code=order.code,
        order_token=order.token,
        expires_at=order.hold_until,
        reference="ref-two",
        url="/pretend",
    )


def test_the_page_looks_again_by_itself_while_money_is_awaited(client, county):
    key, token = placed((make.BOX, 1))
    assert 'hx-trigger="every' in client.get(f"/orders/{token}").text
    fragment = client.fragment(f"/orders/{token}")
    assert "<html" not in fragment.text
    assert faults(fragment.text) == []
    done(make.pay, key)
    assert 'hx-trigger="every' not in client.get(f"/orders/{token}").text


def test_a_crate_by_crate_order_shows_each_hand_once(english, county):
    key, token = placed((make.PAIR, 3))
    done(make.pay, key)
    rows = make.allocations(key, "planned")
    row = rows[0]
    done(
        packing.confirm_crate,
        row.id,
        make.crate_of(row),
        "scanned",
        actor=county.cast.he.actor,
        now=make.NOW,
    )
    page = english.get(f"/orders/{token}").text
    assert "crate scanned when it was packed" in page
    assert "planned; the packer reads the crate" in page
