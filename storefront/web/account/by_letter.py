"""Opening an account, or choosing a forgotten password anew, by a letter to an e-mail address."""

from flask import Response, make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.accounts import shoppers
from storefront.accounts.passwords import vault
from storefront.accounts.people import SignedIn
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.web import guards, invitations, refusals
from storefront.web.account.blueprint import door
from storefront.web.account.forms import ChosenForm, InvitationForm, SignUpForm
from storefront.web.account.sign_up import sign_up_page
from storefront.web.guards import public
from storefront.web.htmx import see_other, toast
from storefront.web.i18n import language
from storefront.web.security import no_store


@door.post("/by-letter")
@public
@no_store
def ask_for_letter() -> AnyResponse:
    """Write to the address; the answer is the same whoever has an account."""
    form = InvitationForm()
    if not form.validate():
        return sign_up_page(SignUpForm(formdata=None), form, 422)
    with transaction():
        shoppers.invite(form.email.data, locale=language(), now=clock.now())
    return see_other("account.letter_is_coming")


@door.get("/letter-is-coming")
@public
def letter_is_coming() -> str:
    """Say where to look now."""
    return render_template("account/letter_is_coming.html")


@door.get("/by-letter/<token>")
@public
@no_store
def choose_form(token: str) -> Response:
    """Ask whoever reads the mailbox for a password."""
    shoppers.invited(_code(token), now=clock.now())
    return _page(ChosenForm(formdata=None))


@door.post("/by-letter/<token>")
@public
@no_store
def choose(token: str) -> AnyResponse:
    """Put the password in force, and let its owner in."""
    code, form = _code(token), ChosenForm()
    shoppers.invited(code, now=clock.now())
    if not form.validate():
        return _page(form, 422)
    try:
        shoppers.check_chosen(form.new.data)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _page(form, 422)
    guards.sign_in(_accepted(code, form.new.data))
    toast(_("You are signed in. Next time use this e-mail address and your password."))
    return see_other("account.orders")


def _accepted(code: str, password: str) -> SignedIn:
    hashed = vault.hash(password)
    with transaction():
        return shoppers.accept(code, hashed, locale=language(), now=clock.now())


def _code(token: str) -> str:
    code = invitations.read(token)
    if code is None:
        raise Refusal("invitation_over")
    return code


def _page(form: ChosenForm, status: int = 200) -> Response:
    return make_response(render_template("account/choose.html", form=form), status)
