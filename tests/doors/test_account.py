"""A shopper's account: opened, kept, brought orders, and everything in it its owner's alone."""

import re
from datetime import timedelta
from functools import cache

import pytest
from sqlalchemy import delete, select

from storefront import audit, clock, db
from storefront.accounts import shoppers
from storefront.accounts.models import Invitation, SignInTry, User
from storefront.accounts.people import mark_digests
from storefront.errors import Refusal
from storefront.orders import kept
from storefront.orders.models import KeptOrder, Order
from storefront.outbox import Letter
from storefront.web import invitations, letters
from tests import factories as make
from tests.access import only
from tests.doors.shopping import check_out, put_in
from tests.visits import come_in, statements

FREE, TAKEN, HOUSEHOLDS = "13800000077", "13800000020", "13800000002"
OWN = "walnuts and wind"
NEW = "plums in the snow"


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


@pytest.fixture
def owner(app, cast):
    """Somebody who has an account with the phone ``TAKEN`` and their own password."""
    now = clock.now()
    with db.transaction():
        person = shoppers.sign_up(_wished(), locale="zh", now=now)
        assert not isinstance(person, Refusal)
        db.session.execute(delete(SignInTry))
    return person.actor


@cache
def _wished():
    return shoppers.wish(TAKEN, OWN, now=clock.now())


def sign_up(client, phone, password=NEW, **others):
    return client.post("/account/sign-up", data={"phone": phone, "password": password, **others})


def sign_in(client, phone, password):
    return client.post("/sign-in", data={"identifier": phone, "password": password})


def whose(client, answer):
    assert answer.status_code == 303
    with client.session_transaction() as session:
        return int(session["_user_id"].partition(":")[0])


def unnamed(answer):
    """The page without its form token."""
    return re.sub(r'(name="csrf_token"[^>]*value=)"[^"]*"', r"\1", answer.text)


# opening one


def test_a_phone_and_a_password_open_an_account(english, cast):
    assert sign_up(english, "１３８ 0000 0077").location == "/account/"
    assert "No order here yet" in english.get("/account/").text
    again = english.application.test_client()
    assert sign_in(again, FREE, NEW).location == "/account/"


@pytest.mark.parametrize("phone", [TAKEN, HOUSEHOLDS, "13800000007"])
def test_nobody_learns_whether_a_phone_is_taken(english, owner, phone):
    """Neither by the answer nor by coming in afterwards: both are alike for a free number."""
    other = english.application.test_client()
    other.set_cookie("lang", "en")
    free, taken = sign_up(other, FREE), sign_up(english, phone)
    assert (taken.status_code, taken.location) == (free.status_code, free.location)
    assert unnamed(english.get("/account/")) == unnamed(other.get("/account/"))
    for number in (FREE, phone):
        fresh = english.application.test_client()
        assert sign_in(fresh, number, NEW).location == "/account/"


def test_the_owner_of_a_taken_phone_comes_in_as_ever(client, cast, owner):
    sign_up(client, TAKEN)
    sign_up(client.application.test_client(), HOUSEHOLDS)
    come_in(client.application.test_client(), cast.mei)
    assert whose(client, sign_in(client, TAKEN, OWN)) == owner.user_id


def test_signing_up_again_with_the_same_password_is_signing_in(client, owner):
    before = len(db.session.scalars(select(User.id)).all())
    assert whose(client, sign_up(client, TAKEN, OWN)) == owner.user_id
    assert len(db.session.scalars(select(User.id)).all()) == before


def test_signing_up_is_no_way_to_guess_more_often(english, owner):
    app = english.application
    answers = [sign_up(app.test_client(), TAKEN, f"guess {n} again") for n in range(7)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [422] * 2
    assert "too many wrong tries" in sign_in(english, TAKEN, OWN).text


def test_a_right_sign_in_of_ones_own_does_not_forgive_guesses_at_others(client, owner):
    """Or it would be four guesses, one's own password, and four more."""
    for _ in range(3):
        sign_in(client, TAKEN, "wrong guess here")
    assert sign_in(client.application.test_client(), TAKEN, OWN).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(SignInTry.failed)).all() == [3]


@pytest.mark.parametrize(
    ("phone", "password", "fault"),
    [
        ("123", NEW, "11 digits"),
        (FREE, "123456", "try these digits first"),
        (FREE, "short", "ten characters"),
        (FREE, "", "sign in with"),
        (FREE, f"my {FREE}!", "phone number"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_the_phone_kept(
    english, cast, phone, password, fault
):
    answer = sign_up(english, phone, password)
    assert answer.status_code == 422
    assert fault in answer.text
    assert phone in answer.text
    assert f'value="{NEW}"' not in answer.text


def test_signing_up_goes_on_where_one_came_from_and_nowhere_else(client, cast):
    assert sign_up(client, FREE, next="/cart").location == "/cart"
    other = client.application.test_client()
    assert sign_up(other, "13800000078", next="//evil.example").location == "/account/"


def test_the_basket_comes_along(client, cast):
    put_in(client, make.PASTE, 2)
    sign_up(client, FREE)
    with client.session_transaction() as session:
        assert session["cart"]


# by a letter


def the_way(app):
    db.session.expire_all()
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert letter is not None
    return re.findall(r"/account/by-letter/\S+", letters.render(letter).get_content())[0]


def test_an_account_is_opened_by_a_letter(english, cast, mail_port):
    assert "Rather by e-mail" in english.get("/account/sign-up").text
    asked = english.post("/account/by-letter", data={"email": "Ana@Example.com"})
    assert asked.location == "/account/letter-is-coming"
    way = the_way(english.application)
    assert english.get(way).status_code == 200
    assert english.post(way, data={"new_password": NEW}).location == "/account/"
    assert (
        sign_in(english.application.test_client(), "ana@example.com", NEW).location == "/account/"
    )
    assert english.get(way).status_code == 409  # once
    assert english.post(way, data={"new_password": NEW}).status_code == 409


def test_a_forgotten_password_is_chosen_anew_and_ends_every_session(english, cast, mail_port):
    english.post("/account/by-letter", data={"email": "ana@example.com"})
    english.post(the_way(english.application), data={"new_password": NEW})
    other = english.application.test_client()
    other.post("/account/by-letter", data={"email": "ana@example.com"})
    other.post(the_way(other.application), data={"new_password": "apricots and rain"})
    assert english.get("/account/").status_code == 303
    assert sign_in(english.application.test_client(), "ana@example.com", NEW).status_code == 422


def test_who_works_here_gets_no_letter_and_nobody_learns_of_it(client, cast, mail_port):
    with db.transaction():
        wu = db.get(User, cast.wu.actor.user_id)
        wu.email = "wu@example.com"
        mark_digests(wu)
    answers = {
        client.post("/account/by-letter", data={"email": email}).location
        for email in ("wu@example.com", "new@example.com")
    }
    assert answers == {"/account/letter-is-coming"}
    assert [letter.recipient for letter in db.session.scalars(select(Letter))] == [
        "new@example.com"
    ]


def test_a_letter_is_good_for_a_day(client, cast, time_machine, mail_port):
    client.post("/account/by-letter", data={"email": "ana@example.com"})
    way = the_way(client.application)
    time_machine.move_to(clock.now() + timedelta(days=1, seconds=1))
    assert client.get(way).status_code == 409


def test_what_stands_in_the_database_opens_no_account(client, cast):
    with db.transaction():
        shoppers.invite("ana@example.com", locale="zh", now=clock.now())
    code = db.session.scalars(select(Invitation.code)).one()
    assert client.get(f"/account/by-letter/{code}").status_code == 409
    assert invitations.read(f"{code}.AAAA") is None


# its orders


def ordered():
    with db.transaction():
        order = make.order((make.PASTE, 1))
        return order.id, order.token, order.code


def keep(client, token):
    return client.post("/account/orders", data={"token": token})


def test_an_order_is_kept_by_its_link(english, cast):
    _key, token, code = ordered()
    come_in(english, cast.bai)
    assert "Keep it in my account" in english.get(f"/orders/{token}").text
    assert [keep(english, token).status_code for _ in range(2)] == [303, 303]
    assert "It is in your account." in english.get(f"/orders/{token}").text
    assert code in english.get("/account/").text
    other = english.application.test_client()
    come_in(other, cast.chu)
    assert code not in other.get("/account/").text


def test_no_order_is_kept_by_a_phone_alone(client, owner):
    with db.transaction():
        order = make.order((make.PASTE, 1))
        order.buyer_phone = TAKEN
        code = order.code
    sign_in(client, TAKEN, OWN)
    assert code not in client.get("/account/").text
    for token in ("", "0" * 40, code):
        assert keep(client, token).status_code == 404


def test_what_is_ordered_signed_in_is_in_the_account(client, cast):
    come_in(client, cast.bai)
    put_in(client, make.PASTE)
    assert check_out(client).status_code == 303
    code = db.session.scalars(select(Order.code)).one()
    assert code in client.get("/account/").text


def test_a_guest_keeps_nothing(app, cast):
    key, _token, _code = ordered()
    with db.transaction():
        kept.keep(key, "placed", actor=cast.ana, now=make.NOW)
        kept.keep(key, "placed", actor=cast.lin.actor, now=make.NOW)
    assert db.session.scalars(select(KeptOrder.id)).all() == []


def test_many_orders_are_paged_by_key_and_ask_the_same_of_the_database(english, cast, app):
    come_in(english, cast.bai)
    tokens = []
    for _ in range(kept.PAGE + 2):
        key, _token, code = ordered()
        tokens.append(code)
        with db.transaction():
            kept.keep(key, "link", actor=cast.bai.actor, now=make.NOW)
    with statements() as seen:
        first = english.get("/account/").text
    assert len(seen) <= 4
    assert [code in first for code in tokens] == [False] * 2 + [True] * kept.PAGE
    older = english.get(re.findall(r"/account/\?before=\d+", first)[0]).text
    assert [code in older for code in tokens] == [True] * 2 + [False] * kept.PAGE


# who may come in


def test_everything_of_an_account_is_its_owner_s(app, cast):
    only(app, cast, {"bai", "chu"}, ["/account/", "/account/addresses", "/account/delete"])


def test_what_happened_to_an_account_is_on_record_and_names_nobody(client, cast):
    key = whose(client, sign_up(client, FREE))
    rows = audit.of_account(key, limit=10)
    assert {row.verb for row in rows} == {"add_user", "sign_in"}
    assert FREE not in str([row.facts for row in rows])
