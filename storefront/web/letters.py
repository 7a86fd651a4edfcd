"""Letters from the outbox: written in the reader's language, handed to the mail server.

A template ``letters/<kind>.txt`` gives the subject on its first line and the text below.
A letter is claimed in a transaction of its own just before its text is handed over, and
marked in another when the mail server has said that it took it. Whatever happens between
the two, it is not handed over a second time by itself (docs/adr/0028).
"""

import hashlib
import logging
import re
import smtplib
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from functools import cache
from typing import Final

from flask import render_template
from jinja2 import TemplateError

from storefront import clock, county, db, outbox
from storefront.orders import carriers
from storefront.orders import letters as orders
from storefront.outbox import Letter
from storefront.supply import slip_codes
from storefront.web import invitations, names, post, site
from storefront.web.i18n import speaking

log = logging.getLogger("storefront.letters")
# what may stand in an envelope: one address, and nothing that a mail server reads as more
ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
LONGEST: Final = 254  # RFC 5321, 4.5.3.1.3


def send_waiting(limit: int = 50) -> int:
    """Send the letters that wait; return how many left. Without a mail server they stay.

    Raises:
        OSError: the mail server cannot be reached, hung up, or wants nothing from us (its
            own fault, or that of our settings): no letter's try is counted.
    """
    url = site.settings().smtp_url
    if not url:
        _say_that_mail_is_off()
        return 0
    now = clock.now()
    if outbox.unclear(now=now):
        with db.transaction():
            outbox.give_up_unclear(now=now)
    waiting = outbox.unsent(limit, now=now)
    if not waiting:
        return 0
    with post.mail_server(url) as server:
        return sum(_send(server, letter) for letter in waiting)


@cache
def _say_that_mail_is_off() -> None:
    """Say it once: a demo without a mail server is no fault."""
    log.info("letters are not sent: no SMTP_URL is set")


def _send(server: smtplib.SMTP, letter: Letter) -> bool:
    """Send one letter; its own fault counts as a try and stops no other letter."""
    try:
        mail = render(letter)
    except (TemplateError, ValueError):
        return _failed(letter, "unreadable", for_good=True)
    try:
        post.offer(server, site.settings().mail_from, letter.recipient)
    except post.NotTaken as fault:
        return _failed(letter, "address_refused" if fault.for_good else "put_off", fault)
    with db.transaction():
        claimed = outbox.claim(letter.id, now=clock.now())
    if not claimed:
        server.rset()
        return False
    return _hand_over(server, letter, mail)


def _hand_over(server: smtplib.SMTP, letter: Letter, mail: EmailMessage) -> bool:
    """Hand over the text of a letter that is claimed, and note what became of it."""
    try:
        post.hand_over(server, mail)
    except post.NotTaken as fault:
        return _failed(letter, "text_refused" if fault.for_good else "put_off", fault)
    except post.Unanswered as fault:
        _failed(letter, outbox.UNCLEAR, for_good=True)
        raise fault.cause from fault
    except OSError:
        with db.transaction():
            outbox.release(letter.id)  # its end was never sent, so it was not taken
        raise
    with db.transaction():
        outbox.mark_sent(letter.id, now=clock.now())
    return True


def _failed(
    letter: Letter, word: str, fault: post.NotTaken | None = None, *, for_good: bool = False
) -> bool:
    """Note a try that failed; the log names the letter and nobody."""
    reply = fault.code if fault is not None else None
    facts = {"letter": letter.id, "kind": letter.kind, "why": word, "reply": reply}
    log.warning("letter failed", extra={"facts": facts})
    for_good = for_good or (fault is not None and fault.for_good)
    note = outbox.give_up if for_good else outbox.put_off
    with db.transaction():
        note(letter.id, word, now=clock.now())
    return False


def render(letter: Letter) -> EmailMessage:
    """Return ``letter`` as a mail in its reader's language.

    Raises:
        TemplateError: there is no template for its kind, or it is broken.
        ValueError: the address cannot stand in a mail, or what was typed into the subject.
    """
    if len(letter.recipient) > LONGEST or not ADDRESS.fullmatch(letter.recipient):
        message = "this cannot stand in an envelope"
        raise ValueError(message)
    settings = site.settings()
    with speaking(letter.locale):
        text = render_template(f"letters/{letter.kind}.txt", **_facts(letter), **letter.facts)
        brand = names.site().brand
    subject, _, body = text.strip().partition("\n")
    mail = EmailMessage()
    mail["Subject"] = subject.strip()
    mail["From"] = formataddr((brand, settings.mail_from))
    mail["To"] = letter.recipient
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{_name(letter)}@{settings.mail_from.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "en" if letter.locale == "en" else "zh-Hans"
    way = "quoted-printable" if letter.locale == "en" else "base64"  # any mail server reads these
    mail.set_content(re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n", cte=way)
    return mail


def _facts(letter: Letter) -> dict[str, object]:
    """Return what a letter tells besides the facts it was written with."""
    base = site.settings().public_url
    seed = letter.facts.get("seed")
    if seed:
        return {"digits": slip_codes.digits_of(seed)}
    invited = letter.facts.get("invitation")
    if invited:
        return {"url": f"{base}{invitations.path(invited)}"}
    token = letter.facts.get("token", "")
    return {
        "url": f"{base}/orders/{token}",
        "order": orders.told(token),
        "tracking": carriers.tracking(letter.facts.get("carrier"), letter.facts.get("number")),
        "claim_until": letter.written_at + county.rules().after_sale,
        "claim_hours": county.rules().after_sale // timedelta(hours=1),
    }


def _name(letter: Letter) -> str:
    """Return what a letter is called for ever: sent again it can be told to be the same."""
    cause = f"{letter.key} {letter.written_at.isoformat()}"
    return hashlib.sha256(cause.encode()).hexdigest()[:32]
