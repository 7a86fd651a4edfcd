"""Enrolling the second factor: a picture for the app, its first code, the recovery codes."""

from flask import Response, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.accounts import codes, second_factor
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.web import names, qr, refusals, step_up
from storefront.web.code_form import CodeForm
from storefront.web.guards import arriving, current_actor, current_name, signed_in
from storefront.web.htmx import see_other
from storefront.web.sign_in.blueprint import door


@door.post("/account/security/factor")
@arriving
def begin_factor() -> AnyResponse:
    """Make a first secret, and go on to the page that shows it."""
    if second_factor.standing(current_actor().user_id or 0).enrolled_at is not None:
        raise Refusal("factor_enrolled")
    return _prepare()


@door.post("/account/security/factor/renew")
@signed_in
@step_up.step_up
def renew_factor() -> AnyResponse:
    """Make a secret for another phone; what is enrolled stays in force until its first code."""
    return _prepare()


@door.post("/account/security/recovery-codes")
@signed_in
@step_up.step_up
def renew_codes() -> Response:
    """Make new recovery codes, and show them once."""
    with transaction():
        recovery = second_factor.renew_codes(current_actor(), now=clock.now())
    return show_codes(recovery)


def _prepare() -> AnyResponse:
    with transaction():
        second_factor.prepare(current_actor().user_id or 0)
    return see_other("sign_in.factor")


@door.get("/account/security/factor")
@arriving
def factor() -> AnyResponse:
    """Show the secret that waits for its first code, as a picture and in letters."""
    return _page(CodeForm())


@door.post("/account/security/factor/confirm")
@arriving
def confirm_factor() -> AnyResponse:
    """Enrol by the first code, and show the recovery codes: here, once, and never again."""
    form = CodeForm()
    if not form.validate():
        return _page(form, 422)
    try:
        with transaction():
            recovery = second_factor.confirm(
                current_actor(), form.one_time_code.data, now=clock.now()
            )
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _page(form, 422)
    step_up.note_code(clock.now())
    return show_codes(recovery)


def show_codes(recovery: tuple[str, ...]) -> Response:
    """Show recovery codes: the answer to the form itself, since they are kept nowhere."""
    grouped = [codes.in_groups(code) for code in recovery]
    return make_response(render_template("sign_in/recovery_codes.html", recovery=grouped))


def _page(form: CodeForm, status: int = 200) -> AnyResponse:
    secret = second_factor.standing(current_actor().user_id or 0).pending_secret
    if secret is None:
        return see_other("sign_in.security")
    address = codes.app_address(secret, issuer=names.site().brand, name=current_name())
    facts = {"form": form, "picture": qr.picture(address), "secret": codes.in_groups(secret, 4)}
    return make_response(render_template("sign_in/factor.html", **facts), status)
