"""The agent gives a member of a household a PIN, or lets one who is locked out try again."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.accounts import locks, members, pins, strength
from storefront.accounts.members import Member
from storefront.accounts.passwords import vault
from storefront.db import transaction
from storefront.errors import NotFound, Refusal
from storefront.web import refusals
from storefront.web.guards import current_actor
from storefront.web.htmx import send_to, toast
from storefront.web.producers.blueprint import agent_screen
from storefront.web.producers.forms import ConfirmForm, PinForm
from storefront.web.producers.scope import Place


@agent_screen("pin", "GET", "POST")
def pin(place: Place) -> ResponseReturnValue:
    """Show who of the household can sign in; give one of them a new PIN."""
    known = members.of_household(place.household.id, now=clock.now())
    form = PinForm()
    form.offer(known)
    if form.is_submitted() and form.validate():
        try:
            _give(form)
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("The PIN is set. It has to be changed when it is first used."))
            return send_to(place.url("home"))
    return _page(place, form, known)


def _give(form: PinForm) -> None:
    """Hash outside the transaction, then give; no PIN that is the end of a phone number."""
    typed = form.pin.data.strip()
    fault = strength.pin_fault(typed, members.phone_of(form.member.data))
    if fault is not None:
        raise Refusal(fault, field="pin")
    hashed = vault.hash(typed)
    with transaction():
        pins.give(form.member.data, hashed, actor=current_actor(), now=clock.now())


@agent_screen("pin/<int:member>/unlock", "POST")
def unlock(place: Place, member: int) -> ResponseReturnValue:
    """Let a member who is locked out try again at once."""
    now = clock.now()
    theirs = {one.id for one in members.of_household(place.household.id, now=now)}
    if member not in theirs or not ConfirmForm().validate():
        raise NotFound
    with transaction():
        locks.lift(member, actor=current_actor(), now=now)
    toast(_("They can try again now."))
    return send_to(place.url("pin"))


def _page(place: Place, form: PinForm, known: tuple[Member, ...]) -> ResponseReturnValue:
    facts = {"form": form, "members": known, "confirm": ConfirmForm(formdata=None)}
    page = render_template("producers/pin.html", **facts, **place.facts)
    return page, 422 if form.errors else 200
