"""Talking to the mail server step by step: it is known how far a letter came (RFC 5321)."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

TIMEOUT: Final = 10  # seconds for each step
LAST_WORD: Final = 60  # seconds for the answer after the text: some servers read it first
PORTS: Final = {"smtp": 25, "smtps": 465}
GO_ON, DONE, FOR_GOOD = 354, 250, 500
START_OF_LINE: Final = re.compile(rb"^\.", re.MULTILINE)


class NotTaken(Exception):  # noqa: N818  an answer, as a Refusal is
    """The mail server said that it does not take this letter; ``code`` is its answer."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    @property
    def for_good(self) -> bool:
        """Whether it would say so again."""
        return self.code >= FOR_GOOD


class Unanswered(Exception):  # noqa: N818  as above
    """The whole letter was handed over, and nobody said whether it was taken."""

    def __init__(self, cause: OSError) -> None:
        super().__init__()
        self.cause = cause


@contextmanager
def mail_server(url: str) -> Iterator[smtplib.SMTP]:
    """Connect to ``smtp://`` (STARTTLS where offered) or ``smtps://[user:password@]host[:port]``.

    Raises:
        OSError: it does not answer, or not as is asked of it. A password is given to nobody
            but over TLS, or on this machine.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    trust = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=trust)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=TIMEOUT)
    ) as server:
        server.ehlo()
        private = parts.scheme == "smtps" or _is_here(host)
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=trust)
            private = True
        if parts.username:
            if not private:
                message = "no password is sent without TLS"
                raise smtplib.SMTPNotSupportedError(message)
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def offer(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    """Say who a letter is from and to; nothing of it is handed over yet.

    Raises:
        NotTaken: not to this recipient.
        OSError: from us it takes nothing, or it hung up.
    """
    code, words = server.mail(sender)
    if code != DONE:
        server.rset()
        raise smtplib.SMTPSenderRefused(code, words, sender)
    code, _words = server.rcpt(recipient)
    if code not in {DONE, DONE + 1}:
        server.rset()
        raise NotTaken(code)


def hand_over(server: smtplib.SMTP, mail: EmailMessage) -> None:
    """Hand over the text.

    Raises:
        NotTaken: it was read and refused.
        OSError: the line broke before its end was sent: it cannot have been taken.
        Unanswered: the line broke after that.
    """
    code, _words = server.docmd("DATA")
    if code != GO_ON:
        raise NotTaken(code)
    text = mail.as_bytes(policy=SMTP)
    server.send(START_OF_LINE.sub(b"..", text) + b".\r\n")
    if server.sock is not None:
        server.sock.settimeout(LAST_WORD)
    try:
        code, _words = server.getreply()
    except OSError as fault:
        raise Unanswered(fault) from fault
    if server.sock is not None:
        server.sock.settimeout(TIMEOUT)
    if code != DONE:
        raise NotTaken(code)
