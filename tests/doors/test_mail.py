"""The mail server on bad days: nothing is lost, nothing leaves twice."""

import os
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from storefront import clock, db, outbox
from storefront.cli.chores import CHORES
from storefront.cli.worker import Worker
from storefront.config import ROOT
from storefront.outbox import AGAIN_AFTER, Letter
from storefront.web import letters
from tests import factories as make
from tests.mail import Inbox, listening
from tests.visits import come_in

FACTS = {"code": "8K2M4XQ7", "token": "0123456789abcdef", "total_fen": 4_790}
HOUR = timedelta(hours=1)


def write(recipient="ana@example.com", key="k1"):
    with db.transaction():
        now = make.NOW
        outbox.write(key, "paid", recipient=recipient, locale="en", now=now, **FACTS)


def the_letter(key="k1"):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Letter).where(Letter.key == key)).one()


def turn(app):
    """Let the worker do everything once; its faults are written down, not raised."""
    sends = [chore for chore in CHORES if chore.name == "send-letters"]
    assert Worker(app, sends).turn(everything=True) == ["send-letters"]


def test_a_mail_server_that_is_down_for_an_hour_loses_nothing_and_sends_nothing_twice(
    app, mail_port, time_machine
):
    for number in range(3):
        write(key=f"k{number}")
    for minute in range(0, 60, 5):
        time_machine.move_to(make.NOW + timedelta(minutes=minute), tick=False)
        with pytest.raises(OSError, match="refused"):
            letters.send_waiting()
    assert {the_letter(f"k{number}").tries for number in range(3)} == {0}
    write(key="k3")  # the shop sold on
    inbox = Inbox()
    with listening(inbox, mail_port):
        time_machine.move_to(make.NOW + HOUR, tick=False)
        assert letters.send_waiting() == 4
        time_machine.move_to(make.NOW + 2 * HOUR, tick=False)
        assert letters.send_waiting() == 0
    assert len(inbox.mails) == len({mail["Message-ID"] for mail in inbox.mails}) == 4


def test_a_letter_that_cannot_be_delivered_stops_no_other(app, mail_port):
    write("unknown@example.com", key="k1")
    write("nobody\n@example.com", key="k2")
    with db.transaction():
        db.session.add(
            Letter(
                key="k3",
                kind="no_such_kind",
                recipient="a@b.cn",
                locale="en",
                facts={},
                written_at=make.NOW,
            )
        )
    write("busy@example.com", key="k4")
    write(key="k5")
    with listening(Inbox(), mail_port):
        assert [letters.send_waiting() for _ in range(3)] == [1, 0, 0]
    found = {key: the_letter(key) for key in ("k1", "k2", "k3", "k4", "k5")}
    assert {key: letter.fault for key, letter in found.items()} == {
        "k1": "address_refused",
        "k2": "unreadable",
        "k3": "unreadable",
        "k4": "put_off",
        "k5": None,
    }
    given_up = {key for key, letter in found.items() if letter.given_up_at}
    assert given_up == {"k1", "k2", "k3"}


def test_who_is_busy_is_asked_again_ever_more_seldom_and_then_a_person_is(
    app, mail_port, time_machine
):
    write("busy@example.com")
    now, waited = make.NOW, []
    with listening(Inbox(), mail_port):
        while the_letter().given_up_at is None:
            due = the_letter().next_try_at or now
            assert outbox.unsent(now=due - timedelta(seconds=1)) == [] or due == make.NOW
            waited.append((due - now) // timedelta(minutes=1))
            now = due
            time_machine.move_to(now, tick=False)
            letters.send_waiting()
    assert tuple(waited) == (0, *AGAIN_AFTER)
    assert the_letter().given_up_at is not None
    assert the_letter().fault == "put_off"


@pytest.mark.parametrize(
    ("answer", "fault", "waits"),
    [("451 later", "put_off", True), ("554 we call this spam", "text_refused", False)],
)
def test_a_text_that_is_refused_was_not_taken(app, mail_port, answer, fault, waits):
    write()
    with listening(Inbox(answer), mail_port):
        letters.send_waiting()
    letter = the_letter()
    assert (letter.fault, letter.sent_at, letter.claimed_at is None) == (fault, None, waits)
    assert (letter.given_up_at is None) is waits


def talk(port, *answers, after=None):
    """Answer one visitor line by line, then ``after`` the text hang up; return the thread."""
    server = socket.create_server(("127.0.0.1", port))

    def run():
        line, _ = server.accept()
        with line, line.makefile("rwb") as wire:
            wire.write(b"220 here\r\n")
            wire.flush()
            for answer in answers:
                wire.readline()
                wire.write(answer + b"\r\n")
                wire.flush()
            if after:
                while wire.readline() not in {b".\r\n", b""}:
                    pass
                after()
        server.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_a_line_that_breaks_after_the_whole_text_leaves_it_to_a_person(app, mail_port):
    write()
    thread = talk(mail_port, b"250 here", b"250 OK", b"250 OK", b"354 go on", after=lambda: None)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        letters.send_waiting()
    thread.join()
    letter = the_letter()
    assert (letter.fault, letter.sent_at) == ("unclear", None)
    assert letter.given_up_at is not None
    inbox = Inbox()
    with listening(inbox, mail_port):
        assert letters.send_waiting() == 0
    assert inbox.mails == []


def test_a_line_that_breaks_before_the_text_costs_nothing(app, mail_port):
    write()
    thread = talk(mail_port, b"250 here", b"250 OK", b"250 OK")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        letters.send_waiting()
    thread.join()
    assert (the_letter().claimed_at, the_letter().tries) == (None, 0)
    with listening(Inbox(), mail_port):
        assert letters.send_waiting() == 1


KILLED = """
import os, signal
from storefront import create_app, outbox
from storefront.web import letters
app = create_app()
outbox.mark_sent = lambda *_args, **_named: os.kill(os.getpid(), signal.SIGKILL)
with app.app_context():
    letters.send_waiting()
"""


def test_a_worker_that_is_killed_after_the_text_was_taken_does_not_send_it_twice(
    app, mail_port, database, var, time_machine
):
    """The one moment no order of steps can close: taken there, not yet marked here."""
    write()
    inbox = Inbox()
    environment = {
        **os.environ,
        "DATABASE_URL": database.url,
        "VAR_DIR": str(var),
        "SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
    }
    with listening(inbox, mail_port):
        ended = subprocess.run(
            [sys.executable, "-c", KILLED], cwd=ROOT, env=environment, check=False
        )
        assert ended.returncode == -signal.SIGKILL
        assert len(inbox.mails) == 1
        assert letters.send_waiting() == 0
        time_machine.move_to(clock.now() + outbox.UNCLEAR_AFTER + timedelta(minutes=1))
        assert letters.send_waiting() == 0
        assert len(inbox.mails) == 1
        assert the_letter().fault == "unclear"
        with db.transaction():
            outbox.send_again(the_letter().id, actor=make.OFFICE, now=clock.now())
        assert letters.send_waiting() == 1
    first, second = inbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_two_workers_claim_a_letter_once(app):
    write()
    letter = the_letter().id
    with db.transaction():
        assert outbox.claim(letter, now=make.NOW)
    with db.transaction():
        assert not outbox.claim(letter, now=make.NOW)


def test_the_chore_says_that_the_mail_server_is_away(app, mail_port, caplog):
    write()
    turn(app)
    assert "ana@example.com" not in caplog.text
    assert the_letter().tries == 0


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


def test_an_operator_sees_what_did_not_leave_and_sends_it_again(app, english, mail_port, cast):
    write("unknown@example.com")
    with listening(Inbox(), mail_port):
        letters.send_waiting()
    come_in(english, cast.he)
    assert "Letters that did not leave: 1" in english.get("/brand/").text
    page = english.get("/brand/letters")
    assert "The mail server knows no such address" in page.text
    assert "8K2M4XQ7" in page.text
    assert "unknown@example.com" not in page.text
    again = f"/brand/letters/{the_letter().id}/again"
    assert [english.post(again).status_code for _ in range(2)] == [303, 303]
    assert (the_letter().given_up_at, the_letter().tries) == (None, 0)
    assert "Every letter has left." in english.get("/brand/letters").text


# passwords and certificates


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for this machine that only this test trusts."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    here = x509.IPAddress(ip_address("127.0.0.1"))
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "here.pem"
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(Encoding.PEM, form, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return path, context


def knows(_server, _session, _envelope, _mechanism, given):
    right = (given.login, given.password) == (b"shop", b"s&cret")
    return AuthResult(success=right, handled=False)


def with_password(shop, monkeypatch, port, password="s%26cret"):  # noqa: S107  a test
    settings = shop.config["SETTINGS"]
    url = f"smtp://shop:{password}@127.0.0.1:{port}"
    monkeypatch.setitem(shop.config, "SETTINGS", replace(settings, smtp_url=url))


def test_a_password_goes_over_tls(app, mail_port, certificate, monkeypatch):
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with_password(app, monkeypatch, mail_port)
    write()
    inbox = Inbox()
    how = {"tls_context": context, "require_starttls": True, "authenticator": knows}
    with listening(inbox, mail_port, auth_required=True, **how):
        assert letters.send_waiting() == 1
    assert len(inbox.mails) == 1


def test_a_wrong_password_costs_no_letter_a_try(app, mail_port, certificate, monkeypatch):
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with_password(app, monkeypatch, mail_port, "wrong")
    write()
    how = {"tls_context": context, "require_starttls": True, "authenticator": knows}
    with (
        listening(Inbox(), mail_port, auth_required=True, **how),
        pytest.raises(smtplib.SMTPAuthenticationError),
    ):
        letters.send_waiting()
    assert the_letter().tries == 0


def test_nothing_is_said_to_a_server_that_nobody_vouches_for(
    app, mail_port, certificate, monkeypatch
):
    _path, context = certificate
    with_password(app, monkeypatch, mail_port)
    write()
    inbox = Inbox()
    with (
        listening(inbox, mail_port, tls_context=context),
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        letters.send_waiting()
    assert inbox.mails == []


def test_no_password_is_sent_in_the_clear_to_another_machine(app, mail_port, monkeypatch):
    monkeypatch.setattr("storefront.web.post._is_here", lambda _host: False)
    with_password(app, monkeypatch, mail_port)
    write()
    inbox = Inbox()
    with (
        listening(inbox, mail_port),
        pytest.raises(smtplib.SMTPNotSupportedError, match="TLS"),
    ):
        letters.send_waiting()
    assert inbox.mails == []
