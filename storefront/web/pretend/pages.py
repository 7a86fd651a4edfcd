"""The payment page a provider would host: the visitor chooses what happens to the money."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.errors import NotFound
from storefront.payments import pretend
from storefront.payments.pretend import PretendError, PretendSession
from storefront.web import gateway_steps, site
from storefront.web.guards import public
from storefront.web.htmx import see_other, toast
from storefront.web.security import no_store

door = Blueprint("pretend", __name__, url_prefix="/pretend-pay")
Act = Callable[[str, datetime], None]


@door.get("/<reference>")
@public
@no_store
def page(reference: str) -> Response:
    """Show what is to be paid and what may happen to it."""
    session = _session(reference)
    back = _back_to(session)
    return make_response(render_template("pretend/page.html", session=session, back=back))


@door.post("/<reference>")
@public
def act(reference: str) -> AnyResponse:
    """Do what was chosen, report it to the shop, and send the shopper back there."""
    chosen = ACTS.get(request.form.get("do", ""))
    if chosen is None:
        abort(400)
    back = _back_to(_session(reference))
    try:
        chosen(reference, clock.now())
    except PretendError:
        toast(_("This payment page is closed: nothing was charged."), "warn")
        return see_other("pretend.page", reference=reference)
    return redirect(back, 303)


def _session(reference: str) -> PretendSession:
    try:
        return pretend.look_up(reference, now=clock.now())
    except PretendError as fault:
        raise NotFound from fault


def _back_to(session: PretendSession) -> str:
    """Return the path the shopper came from: this stand-in lives on the shop's own host."""
    return urlsplit(session.return_url).path


def _pay(reference: str, now: datetime) -> None:
    _report("session.paid", pretend.pay(reference, now=now), now)


def _pay_late(reference: str, now: datetime) -> None:
    _report("session.paid", pretend.pay(reference, now=now, late=True), now)


def _pay_told_twice(reference: str, now: datetime) -> None:
    _report("session.paid", pretend.pay(reference, now=now), now, times=2)


def _pay_untold(reference: str, now: datetime) -> None:
    pretend.pay(reference, now=now)


def _fail(reference: str, now: datetime) -> None:
    _report("session.failed", pretend.fail(reference, now=now), now)


def _report(kind: str, session: PretendSession, now: datetime, *, times: int = 1) -> None:
    """Send one event, perhaps twice, through the check that every event goes through."""
    secret = gateway_steps.pretend_secret(site.settings())
    event = pretend.event(kind, session, secret, now=now)
    for _time in range(times):
        gateway_steps.take_in("pretend", event.body, event.signature)


ACTS: Final[Mapping[str, Act]] = {
    "pay": _pay,
    "pay-late": _pay_late,
    "pay-told-twice": _pay_told_twice,
    "pay-untold": _pay_untold,
    "fail": _fail,
}
