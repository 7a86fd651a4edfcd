"""What keeps an account safe, on one page: password, second factor, sessions, what happened."""

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import audit, clock
from storefront.accounts import own, second_factor
from storefront.accounts.passwords import vault
from storefront.accounts.people import SignedIn
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.web import guards, refusals, step_up
from storefront.web.code_form import CodeForm
from storefront.web.guards import arriving, current_actor, local, signed_in
from storefront.web.htmx import see_other, toast
from storefront.web.sign_in.blueprint import door
from storefront.web.sign_in.forms import PressForm, SecretForm

SHOWN = 12


@door.get("/account/security")
@arriving
def security() -> Response:
    """Show how the account is kept safe, what is still to be set up, and what happened to it."""
    return _page(SecretForm(formdata=None))


@door.post("/account/security/password")
@arriving
def change_password() -> AnyResponse:
    """Put a new password or PIN in force; every other session ends, this one goes on."""
    form = SecretForm()
    if not form.validate():
        return _page(form, 422)
    try:
        person = _changed(form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _page(form, 422)
    _go_on(person)
    toast(_("Changed. Everywhere else you are signed out."))
    return see_other("sign_in.form" if not person.must_enrol else "sign_in.security")


def _changed(form: SecretForm) -> SignedIn:
    """Hash twice outside the transaction, then change."""
    actor, now = current_actor(), clock.now()
    own.check_new(actor, form.new.data)
    proof = own.prove(actor, form.current.data, now=now)
    new_hash, pair = vault.hash(form.new.data), own.new_pair(actor, form.new.data)
    with transaction():
        answer = own.change(actor, proof, new_hash, pair, now=now)
    if isinstance(answer, Refusal):
        raise answer
    return answer


@door.post("/account/security/sessions")
@signed_in
def end_sessions() -> AnyResponse:
    """Sign the visitor out everywhere else."""
    with transaction():
        person = own.end_sessions(current_actor(), now=clock.now())
    _go_on(person)
    toast(_("Everywhere else you are signed out."))
    return see_other("sign_in.security")


@door.post("/account/step-up")
@signed_in
def step_up_here() -> AnyResponse:
    """Take a code for a page that is only read, and go back to it."""
    form = CodeForm()
    if form.validate() and step_up.take(form):
        return redirect(local(request.args.get("next")) or "/", 303)
    return step_up.ask(form)


def _go_on(person: SignedIn) -> None:
    """Give this browser the new session; a code that was given a moment ago still counts."""
    now = clock.now()
    fresh = step_up.is_fresh(now)
    guards.sign_in(person)
    if fresh:
        step_up.note_code(now)


def _page(form: SecretForm, status: int = 200) -> Response:
    user_id = current_actor().user_id or 0
    facts = {
        "form": form,
        "press": PressForm(),
        "standing": second_factor.standing(user_id),
        "events": audit.of_account(user_id, limit=SHOWN),
    }
    return make_response(render_template("sign_in/security.html", **facts), status)
