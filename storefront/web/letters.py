"""Letters from the outbox: written in the reader's language, handed to the mail server.

A template ``letters/<kind>.txt`` gives the subject on its first line and the
text below. A letter is sent outside every transaction and marked afterwards, so
after a crash it may be sent twice, under the same Message-ID, but never lost.
"""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from functools import cache
from urllib.parse import unquote, urlsplit

from flask import render_template
from jinja2 import TemplateError

from storefront import clock, db, outbox
from storefront.outbox import Letter
from storefront.web import names, site
from storefront.web.i18n import speaking

log = logging.getLogger("storefront.letters")
TIMEOUT = 10  # seconds
PORTS = {"smtp": 25, "smtps": 465}


def send_waiting(limit: int = 50) -> int:
    """Send the letters that wait; return how many left. Without a mail server they stay.

    Raises:
        OSError: the mail server cannot be reached or hung up; no letter's try is counted.
    """
    url = site.settings().smtp_url
    if not url:
        _say_that_mail_is_off()
        return 0
    waiting = outbox.unsent(limit)
    if not waiting:
        return 0
    with _mail_server(url) as server:
        return sum(_send(server, letter) for letter in waiting)


@cache
def _say_that_mail_is_off() -> None:
    """Say it once: a demo without a mail server is no fault."""
    log.info("letters are not sent: no SMTP_URL is set")


def _send(server: smtplib.SMTP, letter: Letter) -> bool:
    """Send one letter; its own fault counts as a try and stops no other letter."""
    letter_id = letter.id
    try:
        server.send_message(render(letter))
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, TemplateError, ValueError) as fault:
        log.warning("letter failed", extra={"facts": {"letter": letter_id, "kind": letter.kind}})
        with db.transaction():
            outbox.mark_failed(letter_id, type(fault).__name__)
        return False
    with db.transaction():
        outbox.mark_sent(letter_id, now=clock.now())
    return True


def render(letter: Letter) -> EmailMessage:
    """Return ``letter`` as a mail in its reader's language.

    Raises:
        TemplateError: there is no template for its kind, or it is broken.
        ValueError: the address cannot stand in a mail.
    """
    settings = site.settings()
    url = f"{settings.public_url}/orders/{letter.facts.get('token', '')}"
    with speaking(letter.locale):
        text = render_template(f"letters/{letter.kind}.txt", url=url, **letter.facts)
        brand = names.site().brand
    subject, _, body = text.strip().partition("\n")
    mail = EmailMessage()
    mail["Subject"] = subject.strip()
    mail["From"] = formataddr((brand, settings.mail_from))
    mail["To"] = letter.recipient
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<letter-{letter.id}@{settings.mail_from.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body.strip() + "\n")
    return mail


@contextmanager
def _mail_server(url: str) -> Iterator[smtplib.SMTP]:
    """Connect to ``smtp://`` (STARTTLS where offered) or ``smtps://[user:password@]host[:port]``."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    trust = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=trust)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=TIMEOUT)
    ) as server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=trust)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
