"""Deleting an account: what goes, what stays and why, and the password once more."""

from flask import Response, make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, county
from storefront.accounts import own
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import kept
from storefront.web import guards, refusals
from storefront.web.account.blueprint import door
from storefront.web.account.forms import LeavingForm
from storefront.web.guards import current_actor, shopper
from storefront.web.htmx import see_other, toast


@door.get("/delete")
@shopper
def leaving_form() -> Response:
    """Say what goes and what stays, before anything does."""
    return _page(LeavingForm(formdata=None))


@door.post("/delete")
@shopper
def leave() -> AnyResponse:
    """Close the account, and take the person out of it."""
    form = LeavingForm()
    if not form.validate():
        return _page(form, 422)
    try:
        _close(form.current.data)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _page(form, 422)
    guards.sign_out()
    toast(_("Your account is deleted. Thank you for having been here."))
    return see_other("shop.home")


def _close(password: str) -> None:
    actor, now = current_actor(), clock.now()
    proof = own.prove(actor, password, now=now)
    with transaction():
        refusal = kept.close_account(actor, proof, now=now)
    if refusal is not None:
        raise refusal


def _page(form: LeavingForm, status: int = 200) -> Response:
    rules = county.rules()
    page = render_template("account/delete.html", form=form, kept_days=rules.buyer_kept.days)
    return make_response(page, status)
