"""Letters, as they leave by a real mail server on this machine."""

import email
import email.policy
import socket

import pytest
from aiosmtpd.controller import Controller
from jinja2.meta import find_undeclared_variables
from sqlalchemy import select

from storefront import db, outbox
from storefront.config import ROOT
from storefront.outbox import Letter
from storefront.web import letters
from tests import factories as make
from tests.conftest import settings_for

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
KINDS = sorted(path.stem for path in (ROOT / "templates" / "letters").glob("*.txt"))
KINDS.remove("letter")  # the frame of all


class Inbox:
    """What the mail server got; it refuses whom it does not know."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  its name
        if address.startswith("unknown"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  its name
        policy = email.policy.default
        self.mails.append(email.message_from_bytes(envelope.content, policy=policy))
        return "250 OK"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture
def address(shop, var, database, monkeypatch):
    """Where the shop is told that its mail server is."""
    port = free_port()
    settings = settings_for(var, database.url, SMTP_URL=f"smtp://127.0.0.1:{port}")
    monkeypatch.setitem(shop.config, "SETTINGS", settings)
    return port


@pytest.fixture
def mails(address):
    """What arrives at a mail server that listens there."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=address)
    controller.start()
    yield inbox.mails
    controller.stop()


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


def test_a_letter_that_cannot_be_delivered_stops_no_other_and_is_given_up(app, mails):
    write(recipient="unknown@example.com", key="k1")
    write(recipient="nobody\n@example.com", key="k2")
    write("no_such_kind", key="k3")
    write(key="k4")
    assert [letters.send_waiting() for _ in range(7)] == [1, 0, 0, 0, 0, 0, 0]
    tries = db.session.execute(select(Letter.key, Letter.tries).order_by(Letter.key)).all()
    assert tries == [("k1", 5), ("k2", 5), ("k3", 5), ("k4", 0)]


@pytest.mark.usefixtures("address")
def test_a_mail_server_that_is_away_costs_no_letter_a_try(app):
    write()
    with pytest.raises(OSError, match="refused"):
        letters.send_waiting()
    assert the_letter().tries == 0


def test_without_a_mail_server_letters_wait_quietly(app, caplog):
    write()
    assert [letters.send_waiting(), letters.send_waiting()] == [0, 0]
    assert (the_letter().tries, the_letter().sent_at) == (0, None)


def test_the_log_names_nobody(app, mails, caplog):
    write(recipient="unknown@example.com")
    letters.send_waiting()
    assert "unknown@example.com" not in caplog.text
