"""The entry itself; and a number in full, for who says why and gives a fresh code."""

from flask import render_template
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.actors import OFFICER
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.supply import reveals
from storefront.web import refusals
from storefront.web.county.blueprint import door
from storefront.web.county.entry import scope
from storefront.web.county.entry.forms import MergeForm, PayeeForm, RevealForm
from storefront.web.guards import current_actor, officer
from storefront.web.htmx import see_other
from storefront.web.step_up import step_up


@door.get("/households/<code>/entry")
@officer
def household_entry(code: str) -> ResponseReturnValue:
    """Show what the registry knows of a household, its numbers masked."""
    return shown(code)


def shown(code: str, status: int = 200, **forms: object) -> ResponseReturnValue:
    """Show the entry, with a form that came back among its ``forms``."""
    file = scope.of_code(code)
    masked = reveals.masked_numbers(file.id)
    reveal = RevealForm(formdata=None)
    reveal.offer(masked)
    known = {"payee": file.payee, "relation": file.payee_relation}
    facts: dict[str, object] = {
        "file": file,
        "masked": masked,
        "may_keep": current_actor().may(OFFICER),
        "reveal": reveal,
        "payee": PayeeForm(formdata=None, data=known),
        "merge": MergeForm(formdata=None),
    }
    return render_template("county/entry/entry.html", **{**facts, **forms}), status


@door.post("/households/<code>/reveal")
@officer
@step_up
def reveal_number(code: str) -> ResponseReturnValue:
    """Write down who wants to see which number and why, and show it to them for minutes."""
    file, form = scope.of_code(code), RevealForm()
    form.offer(reveals.masked_numbers(file.id))
    if form.validate():
        said = (form.which.data, form.reason.data)
        try:
            with transaction():
                key = reveals.reveal(file.id, *said, actor=current_actor(), now=clock.now())
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            return see_other("county.revealed_number", reveal=key)
    return shown(code, 422, reveal=form)


@door.get("/revealed/<int:reveal>")
@officer
def revealed_number(reveal: int) -> str:
    """Show a number to whoever said why they need it, until its minutes are over."""
    found = reveals.revealed(reveal, actor=current_actor(), now=clock.now())
    return render_template("county/entry/revealed.html", found=found)


def done(code: str) -> AnyResponse:
    """Go back to the entry."""
    return see_other("county.household_entry", code=code)
