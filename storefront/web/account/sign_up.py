"""Opening an account by phone and password; who else has the phone is told to nobody."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.accounts import shoppers
from storefront.accounts.people import SignedIn
from storefront.actors import SHOPPER
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.web import guards, refusals, site
from storefront.web.account.blueprint import door
from storefront.web.account.forms import InvitationForm, SignUpForm
from storefront.web.guards import current_actor, local, public
from storefront.web.htmx import see_other
from storefront.web.i18n import language
from storefront.web.security import no_store


@door.get("/sign-up")
@public
@no_store
def sign_up_form() -> AnyResponse:
    """Ask for a phone and a password; a shopper who is signed in goes on to their orders."""
    if current_actor().may(SHOPPER):
        return see_other("account.orders")
    form = SignUpForm(formdata=None, next=local(request.args.get("next")) or "")
    return sign_up_page(form, InvitationForm(formdata=None))


@door.post("/sign-up")
@public
@no_store
def sign_up() -> AnyResponse:
    """Open the account and let its owner in."""
    form = SignUpForm()
    if not form.validate():
        return sign_up_page(form, InvitationForm(formdata=None), 422)
    try:
        person = _signed_up(form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return sign_up_page(form, InvitationForm(formdata=None), 422)
    guards.sign_in(person)
    return redirect(local(form.next.data) or "/account/", 303)


def _signed_up(form: SignUpForm) -> SignedIn:
    now = clock.now()
    wished = shoppers.wish(form.phone.data, form.password.data, now=now)
    with transaction():
        answer = shoppers.sign_up(wished, locale=language(), now=now)
    if isinstance(answer, Refusal):
        raise answer
    return answer


def sign_up_page(form: SignUpForm, mail: InvitationForm, status: int = 200) -> Response:
    """Return the page; the way by letter only where there is a mail server."""
    by_mail = bool(site.settings().smtp_url)
    page = render_template("account/sign_up.html", form=form, mail=mail, by_mail=by_mail)
    return make_response(page, status)
