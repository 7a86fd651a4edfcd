"""A household without a phone of its own agrees with a slip: never silently, and it is kept how."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import db
from storefront.accounts import pins, presence
from storefront.accounts.passwords import vault
from storefront.errors import Forbidden, NotFound, Refusal
from storefront.outbox import Letter
from storefront.reports.slip_words import station_words
from storefront.supply import confirming, disputes, slip_codes
from storefront.supply.confirming import SlipVisit
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.supply.slip_codes import SlipCode
from tests import factories as make
from tests.people import PASSWORD

NOW = make.NOW
HOUR = timedelta(hours=1)
GATE = "sms.example"


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


@pytest.fixture
def slip(c):
    with db.transaction():
        return make.weigh(c, c.lin, c.first, 10_000).slip_id


def send(c, slip, who="sun", now=NOW, gate=GATE):
    with db.transaction():
        return slip_codes.send(slip, gate, actor=getattr(c.cast, who).actor, now=now)


def tell(c, slip, typed, who="sun", now=NOW):
    with db.transaction():
        return slip_codes.confirm(slip, typed, actor=getattr(c.cast, who).actor, now=now)


def hows():
    return db.session.scalars(select(Lot.confirmed_how).order_by(Lot.id)).all()


def refusal(act, *args, **facts):
    with pytest.raises(Refusal) as caught:
        act(*args, **facts)
    db.session.rollback()
    return caught.value.code


def told(answer):
    """Return the code of what is said, if anything is."""
    return answer and answer.code


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_is_sent_to_the_households_phone_and_stands_nowhere(c, slip):
    code = slip_codes.digits_of(send(c, slip).seed)
    assert len(code) == 6
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.kind, letter.recipient) == ("slip_code", "13800000099@sms.example")
    assert code not in str(letter.facts)
    assert told(tell(c, slip, wrong(code))) == "slip_code_wrong"
    assert hows() == [None]
    assert tell(c, slip, f" {code} ") is None
    assert tell(c, slip, code) is None
    assert hows() == ["code"]


def test_a_code_is_over_after_a_day_after_five_wrong_tries_and_once_there_is_a_newer(c, slip):
    old = slip_codes.digits_of(send(c, slip).seed)
    assert told(tell(c, slip, old, now=NOW + timedelta(days=1))) == "code_over"
    new = slip_codes.digits_of(send(c, slip, now=NOW + HOUR).seed)
    assert told(tell(c, slip, old, now=NOW + HOUR)) == "slip_code_wrong"
    said = [tell(c, slip, wrong(new), now=NOW + HOUR) for _ in range(4)]
    assert [one.facts["left"] for one in said if one] == [3, 2, 1, 0]
    assert told(tell(c, slip, new, now=NOW + HOUR)) == "code_over"
    assert hows() == [None]


def test_a_second_tap_sends_one_message_and_three_a_day_are_enough(c, slip):
    assert send(c, slip).id == send(c, slip, now=NOW + timedelta(seconds=30)).id
    for hours in (1, 2):
        send(c, slip, now=NOW + hours * HOUR)
    assert refusal(send, c, slip, now=NOW + 3 * HOUR) == "codes_enough"
    assert len(db.session.scalars(select(SlipCode)).all()) == 3
    assert len(db.session.scalars(select(Letter)).all()) == 3


def test_no_code_goes_to_the_agent_or_nowhere(c, slip):
    assert refusal(send, c, slip, gate="") == "no_text_messages"
    with db.transaction():
        db.get(Household, c.lin).phone = c.cast.sun.identifier
    assert refusal(send, c, slip) == "agents_phone"
    with db.transaction():
        db.get(Household, c.lin).phone = None
    assert refusal(send, c, slip) == "no_phone"


@pytest.mark.parametrize("who", ["gao", "lin", "he", "wu"])
def test_only_the_agent_of_the_slips_station(c, slip, who):
    actor = getattr(c.cast, who).actor
    told = {"actor": actor, "now": NOW}
    for act in (
        lambda: slip_codes.send(slip, GATE, **told),
        lambda: slip_codes.confirm(slip, "1", **told),
        lambda: confirming.by_paper(slip, "0" * 24, **told),
        lambda: confirming.by_visit(slip, c.cast.lin.actor.user_id, **told),
        lambda: confirming.at_next_visit(slip, **told),
    ):
        with pytest.raises(Forbidden), db.transaction():
            act()
    assert hows() == [None]


def test_a_photograph_of_the_signed_slip_is_kept_once(c, slip):
    sun = c.cast.sun.actor
    with db.transaction():
        first = confirming.by_paper(slip, "a" * 24, actor=sun, now=NOW).id
    with db.transaction():
        assert confirming.by_paper(slip, "a" * 24, actor=sun, now=NOW).id == first
    for sign in "bc":
        with db.transaction():
            confirming.by_paper(slip, sign * 24, actor=sun, now=NOW)

    def one_more():
        with db.transaction():
            confirming.by_paper(slip, "d" * 24, actor=sun, now=NOW)

    assert refusal(one_more) == "papers_enough"
    assert hows() == ["photo"]
    assert confirming.paper(first, slip_id=slip) == "a" * 24
    with pytest.raises(NotFound):
        confirming.paper(first, slip_id=slip + 1)


def visit(c, slip, who="lin", now=NOW):
    with db.transaction():
        member = getattr(c.cast, who).actor.user_id
        confirming.by_visit(slip, member, actor=c.cast.sun.actor, now=now)


def test_a_member_agrees_with_its_pin_at_the_station(c, slip):
    lin = c.cast.lin.actor.user_id
    proof = presence.look(lin, "000000", now=NOW)
    with db.transaction():
        assert told(presence.note(proof, now=NOW)) == "pin_wrong"
    proof = presence.look(lin, PASSWORD, now=NOW)
    with db.transaction():
        assert presence.note(proof, now=NOW) is None
    visit(c, slip)
    assert hows() == ["visit"]


def test_wrong_pins_lock_the_account_as_at_the_door(c):
    lin = c.cast.lin.actor.user_id
    said = []
    for _ in range(5):
        proof = presence.look(lin, "000000", now=NOW)
        with db.transaction():
            said.append(told(presence.note(proof, now=NOW)))
    assert said == ["pin_wrong"] * 4 + ["sign_in_locked"]
    assert refusal(presence.look, lin, PASSWORD, now=NOW) == "sign_in_locked"


def test_with_a_pin_of_these_days_it_is_the_agents_word(c, slip):
    with db.transaction():
        pins.give(c.cast.mei.actor.user_id, vault.hash("271828"), actor=c.cast.sun.actor, now=NOW)
    visit(c, slip, "mei")
    assert hows() == ["agent"]
    with pytest.raises(NotFound):
        visit(c, slip, "zhao")
    db.session.rollback()


def test_to_be_asked_at_the_next_visit_it_stays_open(c, slip):
    for _ in range(2):
        with db.transaction():
            confirming.at_next_visit(slip, actor=c.cast.sun.actor, now=NOW)
    assert hows() == [None]
    assert len(db.session.scalars(select(SlipVisit)).all()) == 1


def test_nobody_agrees_while_the_household_disputes_it(c, slip):
    code = slip_codes.digits_of(send(c, slip).seed)
    with db.transaction():
        lot = db.session.scalars(select(Lot.id)).one()
        said = {"words": "", "key": "s", "actor": c.cast.lin.actor, "now": NOW}
        disputes.dispute(slip, lot, "weight", **said)
    assert refusal(tell, c, slip, code) == "slip_disputed"
    assert refusal(visit, c, slip) == "slip_disputed"
    assert refusal(send, c, slip, now=NOW + HOUR) == "slip_disputed"
    assert hows() == [None]


def test_the_county_counts_how_they_agreed(c, slip):
    with db.transaction():
        old = make.weigh(c, c.zhao, c.first, 5_000, now=NOW - timedelta(days=8))
        make.weigh(c, c.zhao, c.first, 5_000)
    visit(c, slip)
    [row] = station_words(2026, late_before=NOW - timedelta(days=7))
    assert old.confirmed_at is None
    assert (row.lots, row.visit, row.open, row.late, row.confirmed) == (3, 1, 2, 1, 1)
