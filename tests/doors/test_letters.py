"""Letters, as they read, and as they leave by a real mail server on this machine."""

import pytest
from jinja2.meta import find_undeclared_variables
from sqlalchemy import select

from storefront import db, outbox
from storefront.config import ROOT
from storefront.outbox import Letter
from storefront.web import letters
from tests import factories as make
from tests.mail import Inbox, listening

FACTS = {
    "code": "8K2M4XQ7",
    "token": "0123456789abcdef",
    "total_fen": 4_790,
    "amount_fen": 4_790,
    "reason": "second_payment",
    "carrier": "SF & Co",
    "number": "SF0001",
    "parcel": "P1",
    "name_zh": "玉露香梨",
    "name_en": "Yulu pears",
}
FRAMES = {"letter", "_bill"}  # what others are made of
# their own tests stand with the accounts and with the slips
OF_NO_ORDER = {"account", "slip_code"}
KINDS = sorted(
    {path.stem for path in (ROOT / "templates" / "letters").glob("*.txt")} - FRAMES - OF_NO_ORDER
)


@pytest.fixture
def mails(mail_port):
    """What arrives at a mail server that listens there."""
    inbox = Inbox()
    with listening(inbox, mail_port):
        yield inbox.mails


def write(kind="placed", *, recipient="ana@example.com", locale="en", key="k1"):
    with db.transaction():
        outbox.write(key, kind, recipient=recipient, locale=locale, now=make.NOW, **FACTS)


def the_letter():
    db.session.expire_all()
    return db.session.scalars(select(Letter)).one()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_letter_has_a_subject_a_text_and_the_way_to_the_order(app, kind, locale):
    write(kind, locale=locale)
    mail = letters.render(the_letter())
    text = mail.get_content()
    assert FACTS["code"] in mail["Subject"]
    assert f"/orders/{FACTS['token']}" in text
    assert "&amp;" not in text
    assert "\n\n\n" not in text
    assert "None" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_names_no_fact_that_is_missing(app, kind):
    """Each kind is written somewhere; what its template asks for is given there."""
    source = (ROOT / f"templates/letters/{kind}.txt").read_text("utf-8")
    asked = find_undeclared_variables(app.jinja_env.parse(source)) & set(FACTS)
    assert "code" in asked
    assert asked <= written_facts(kind)


def written_facts(kind):
    sources = [path.read_text("utf-8") for path in (ROOT / "storefront").rglob("*.py")]
    calls = [part for text in sources for part in text.split("letters.to_buyer(")[1:]]
    mine = [call.split("\n    )")[0] for call in calls if f'"{kind}"' in call.split("\n    )")[0]]
    assert mine, f"nobody writes {kind}"
    given = {word for word in FACTS if all(f"{word}=" in call for call in mine)}
    return given | {"code", "token"}  # to_buyer() says these of every order


def test_a_letter_is_sent_once(app, mails):
    write()
    assert letters.send_waiting() == 1
    assert letters.send_waiting() == 0
    (mail,) = mails
    assert mail["To"] == "ana@example.com"
    assert "8K2M4XQ7" in mail["Subject"]
    assert "¥47.90" in mail.get_content()
    assert the_letter().sent_at is not None


def test_the_languages_do_not_mix(app, mails):
    write(locale="zh", key="k1")
    write(locale="en", key="k2")
    letters.send_waiting()
    chinese, english = mails
    assert "隰上梨" in chinese["From"]
    assert "Xi County Pears" in english["From"]


def test_without_a_mail_server_letters_wait_quietly(app, caplog):
    write()
    assert [letters.send_waiting(), letters.send_waiting()] == [0, 0]
    assert (the_letter().tries, the_letter().sent_at) == (0, None)


def test_the_log_names_nobody(app, mails, caplog):
    write(recipient="unknown@example.com")
    letters.send_waiting()
    assert "letter failed" in caplog.text
    assert "unknown" not in caplog.text


def ordered(locale):
    """Place an order of three boxes, by somebody who reads ``locale``."""
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 50_000)
        order = make.order((make.BOX, 2), (make.PASTE, 1))
        letter = db.session.scalars(select(Letter).where(Letter.kind == "placed")).one()
        letter.locale = locale
    return order, letter


def test_the_first_letter_lists_what_was_ordered_and_says_until_when_to_pay(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    _order, letter = ordered("en")
    text = letters.render(letter).get_content()
    assert " × 2  ¥79.80" in text
    assert "until 20 Sep 12:35" in text
    assert "leaves us by 22 Sep at the latest" in text


def test_a_letter_that_leaves_after_the_money_came_asks_for_none(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    order, letter = ordered("zh")
    assert "请" in letters.render(letter).get_content()
    with db.transaction():
        make.pay(order.id)
    db.session.expire_all()
    text = letters.render(letter).get_content()
    assert "付款" not in text
    assert "9月22日" in text


def test_the_letter_of_arrival_says_until_when_to_claim(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    write("delivered")
    assert "by 22 Sep 12:00" in letters.render(the_letter()).get_content()


@pytest.mark.parametrize("code", ["A\r\nBcc: all@example.com", "A\nBcc: all@example.com"])
def test_nothing_that_was_typed_becomes_a_header(app, code):
    with db.transaction():
        facts = {**FACTS, "code": code}
        outbox.write("k1", "paid", recipient="a@b.cn", locale="en", now=make.NOW, **facts)
    try:
        mail = letters.render(the_letter())
    except ValueError:
        return
    assert "Bcc" not in mail
    assert "\n" not in mail["Subject"]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.cn\r\nRCPT TO:<c@d.cn>",
        "a@b.cn\nBcc: c@d.cn",
        "a@b.cn, c@d.cn",
        "a,c@d.cn",
        "a@b.cn>",
        "<a@b.cn>",
        "a b@c.cn",
        "",
        "梨@例子.cn",
        f"{'a' * 250}@b.cn",
    ],
)
def test_an_address_is_one_address_or_none(app, mails, address):
    with db.transaction():
        letter = Letter(key="k1", kind="paid", recipient=address, locale="zh", facts=FACTS)
        letter.written_at = make.NOW
        db.session.add(letter)
    assert letters.send_waiting() == 0
    assert the_letter().fault == "unreadable"
    assert mails == []


def test_a_letter_keeps_its_name_when_it_is_sent_again(app):
    write(key="k1")
    name = letters.render(the_letter())["Message-ID"]
    db.session.expire_all()
    assert letters.render(the_letter())["Message-ID"] == name
    assert name.endswith("@localhost>")
