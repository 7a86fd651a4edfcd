"""The brand office cancels an order or a line of it: shown first, done once, sent at once."""

import re

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.ledger import books
from storefront.orders.models import Order
from storefront.payments.models import Refund
from storefront.payments.pretend import PretendRefund
from storefront.reports.check import check
from storefront.web import gateway_steps
from tests import factories as make
from tests.access import only, only_post
from tests.harvest import harvest
from tests.people import Person
from tests.visits import come_in, statements

WHY = {"reason": "pears_gone"}
ENDS = ("/cancellation", "/lines/1/cancellation")


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def he(english, h):
    come_in(english, h.county.cast.he)
    return english


@pytest.fixture
def order(h, app):
    """A box (39.90) and a pair (29.90) to Shanxi, paid on the pretend provider's page."""
    with db.transaction():
        placed = make.order((make.BOX, 1), (make.PAIR, 1))
    address = gateway_steps.open_payment(placed.id)
    app.test_client().post(address, data={"do": "pay"})
    assert now(placed).state == "confirmed"
    return placed


def now(order):
    db.session.expire_all()
    return db.session.get(Order, order.id)


def at(order, end="/cancellation"):
    return f"/brand/orders/{order.code}{end}"


def seen(page):
    found = re.search(r'name="seen" value="(\d+)"', page.text)
    assert found
    return found[1]


def send(client, order, end="/cancellation", **typed):
    return client.post(at(order, end), data={"seen": seen(client.get(at(order, end))), **typed})


def refunds():
    db.session.expire_all()
    return db.session.execute(select(Refund.amount_fen, Refund.state).order_by(Refund.id)).all()


def broken():
    db.session.expire_all()
    return [finding for finding in check() if not finding.ok]


def test_the_page_says_what_goes_back_before_anything_is_done(he, order):
    page = he.get(at(order))
    total = now(order).total_fen
    assert "Goes back to the buyer" in page.text
    assert f"¥{int(total) / 100:.2f}" in page.text
    assert seen(page) == str(int(total))
    assert (now(order).state, refunds()) == ("confirmed", [])


def test_a_cancelled_order_is_sent_back_through_the_provider_at_once(he, order):
    answer = send(he, order, **WHY)
    assert (answer.status_code, answer.location) == (303, f"/brand/orders/{order.code}")
    page = he.get(answer.location).text
    assert f"Order {order.code} is cancelled." in page
    assert "is on its way back." in page
    assert refunds() == [(now(order).total_fen, "paid")]
    assert books.balance("refund_due") == 0
    assert broken() == []


def test_a_cancelled_line_gives_its_part_back_and_the_rest_stands(he, english, order):
    answer = send(he, order, "/lines/1/cancellation", **WHY)
    assert "The line is cancelled." in he.get(answer.location).text
    assert "Cancelled" in he.get(answer.location).text
    assert [state for _, state in refunds()] == ["paid"]
    assert now(order).state == "confirmed"
    shopper = english.get(f"/orders/{order.token}").text
    assert "A part of the order was cancelled" in shopper
    assert shopper.count("pear-box name") == 2  # in the timeline and in the bill
    assert "the pears were not there any more" in shopper
    assert broken() == []


def test_several_parts_of_one_payment_go_back_and_never_more_than_was_paid(he, order):
    send(he, order, "/lines/1/cancellation", **WHY)
    send(he, order, "/lines/2/cancellation", **WHY)
    assert now(order).state == "cancelled"
    assert sum(int(fen) for fen, _ in refunds()) == int(now(order).total_fen)
    assert db.session.scalars(select(PretendRefund.amount_fen)).all() == [
        fen for fen, _ in refunds()
    ]
    assert broken() == []


def test_a_double_click_refunds_once(he, order):
    page = he.get(at(order))
    answers = [he.post(at(order), data={"seen": seen(page), **WHY}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(refunds()) == 1
    assert len(db.session.scalars(select(PretendRefund.id)).all()) == 1


@pytest.mark.parametrize("typed", [{}, {"reason": "because"}])
def test_a_reason_is_needed(he, order, typed):
    answer = send(he, order, **typed)
    assert answer.status_code == 422
    assert "Choose why it is cancelled." in answer.text
    assert (now(order).state, refunds()) == ("confirmed", [])


@pytest.mark.parametrize("amount", ["", "abc", "-1", "9" * 40])
def test_an_amount_that_nobody_was_shown_is_not_believed(he, order, amount):
    answer = he.post(at(order), data={"seen": amount, **WHY})
    assert answer.status_code == 422
    assert (now(order).state, refunds()) == ("confirmed", [])


def test_what_changed_meanwhile_is_said_with_both_amounts_and_the_reason_is_kept(he, order):
    old = seen(he.get(at(order)))
    send(he, order, "/lines/1/cancellation", **WHY)
    answer = he.post(at(order), data={"seen": old, **WHY})
    assert answer.status_code == 422
    assert "What goes back was" in answer.text
    assert re.search(r'value="pears_gone"[^>]*checked|checked[^>]*value="pears_gone"', answer.text)
    assert now(order).state == "confirmed"
    assert he.post(at(order), data={"seen": seen(answer), **WHY}).status_code == 303


def test_an_order_that_left_says_so_and_offers_no_cancelling(he, h, order):
    with db.transaction():
        make.dispatch(h.county, order.id)
    page = he.get(f"/brand/orders/{order.code}").text
    assert "/cancellation" not in page
    for end, sentence in zip(
        ENDS, ("Part of this order has left", "has left with parcel"), strict=True
    ):
        answer = he.get(at(order, end))
        assert answer.status_code == 303
        assert sentence in he.get(answer.location).text
        assert he.post(at(order, end), data={"seen": "1", **WHY}).status_code == 409
    assert refunds() == []


def test_packed_crates_are_named_so_that_they_are_taken_out(he, h, order):
    with db.transaction():
        make.pack(h.county, order.id)
    box, pair = make.allocations(order.id)
    assert {box.crate in he.get(at(order)).text, pair.crate in he.get(at(order)).text} == {True}
    line = he.get(at(order, "/lines/1/cancellation")).text
    assert box.crate in line
    assert pair.crate not in line


def test_a_provider_that_says_no_leaves_the_refund_owed(he, h):
    """The harvest's own order was paid at a provider that never heard of it."""
    order = db.session.scalars(select(Order).where(Order.code == h.order)).one()
    assert send(he, order, **WHY).status_code == 303
    assert [state for _, state in refunds()] == ["failed"]
    assert books.balance("refund_due") == -now(order).total_fen
    assert broken() == []


def test_an_unpaid_order_is_cancelled_and_nothing_goes_back(he, h):
    with db.transaction():
        placed = make.order((make.BOX, 1))
    assert "nothing was paid" in he.get(at(placed)).text
    assert send(he, placed, **WHY).status_code == 303
    assert now(placed).state == "cancelled"


def test_the_county_sees_the_line_that_was_cancelled(he, english, h, order):
    send(he, order, "/lines/1/cancellation", **WHY)
    come_in(english, h.county.cast.wu)
    page = english.get(f"/county/orders/{order.code}").text
    assert "Both records agree to the fen." in page
    assert "Cancelled" in page


def test_only_the_operator_cancels(app, h, order):
    cast = h.county.cast
    assert isinstance(cast.he, Person)
    only(app, cast, {"he"}, [at(order, end) for end in ENDS])
    only_post(app, cast, {"he"}, [at(order, end) for end in ENDS])
    assert now(order).state == "confirmed"


def test_what_is_not_there_is_not_found(he, order):
    for address in ("/brand/orders/NONE/cancellation", at(order, "/lines/9/cancellation")):
        assert he.get(address).status_code == 404
        assert he.post(address, data={"seen": "1", **WHY}).status_code == 404


@pytest.mark.parametrize("end", ["", *ENDS])
def test_a_page_asks_for_little(he, order, end):
    with statements() as asked:
        he.get(at(order, end))
    assert len(asked) <= 8, asked
