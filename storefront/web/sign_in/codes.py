"""The second page of signing in: a code from the app, or a recovery code."""

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.accounts import second_factor
from storefront.accounts.people import SignedIn
from storefront.db import transaction
from storefront.web import guards, refusals, step_up
from storefront.web.code_form import CodeForm
from storefront.web.guards import public
from storefront.web.htmx import see_other, toast
from storefront.web.security import no_store
from storefront.web.sign_in.blueprint import door
from storefront.web.sign_in.forms import RecoveryForm

RECOVERY = "recovery"


@door.get("/sign-in/code")
@public
@no_store
def code_form() -> AnyResponse:
    """Ask whoever gave the password for a code."""
    half = guards.half_signed_in(now=clock.now())
    return _page(_form()) if half is not None else _too_late()


@door.post("/sign-in/code")
@public
@no_store
def send_code() -> AnyResponse:
    """Let in whoever sends the right code, and send them where they wanted to go."""
    half = guards.half_signed_in(now=clock.now())
    if half is None:
        return _too_late()
    person, back = half
    form = _form()
    if not form.validate() or not _is_right(form, person):
        return _page(form, 422)
    guards.sign_in(person)
    step_up.note_code(clock.now())
    return redirect(back, 303)


def _is_right(form: CodeForm, person: SignedIn) -> bool:
    """Take the code; why it is not taken is said at the field."""
    typed, now = form.one_time_code.data, clock.now()
    with transaction():
        refusal = second_factor.check(person.actor, typed, verb="sign_in", now=now)
    if refusal is not None:
        refusals.on_form(form, refusal)
    return refusal is None


def _form() -> CodeForm:
    return RecoveryForm() if request.args.get("with") == RECOVERY else CodeForm()


def _page(form: CodeForm, status: int = 200) -> Response:
    lost = isinstance(form, RecoveryForm)
    return make_response(render_template("sign_in/code.html", form=form, lost=lost), status)


def _too_late() -> AnyResponse:
    toast(_("That took a while. Please begin again with your password."), "warn")
    return see_other("sign_in.form")
