"""Signing in and out."""

from typing import Final

from flask import Response, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from storefront import actors, clock
from storefront.accounts import sign_ins
from storefront.accounts.people import SignedIn
from storefront.actors import Actor
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.web import guards, refusals
from storefront.web.guards import current_actor, local, public
from storefront.web.htmx import see_other
from storefront.web.security import no_store
from storefront.web.sign_in.blueprint import door
from storefront.web.sign_in.forms import SignInForm

# Where each role works; who holds several comes in by the first of them.
DOORS: Final = (
    (actors.OFFICER, "/county/"),
    (actors.CHECKER, "/county/"),
    (actors.OPERATOR, "/brand/"),
    (actors.AGENT, "/producers/"),
    (actors.HOUSEHOLD_MEMBER, "/producers/"),
    (actors.SHOPPER, "/account/"),
)


@door.get("/sign-in")
@public
@no_store
def form() -> AnyResponse:
    """Ask who it is; whoever is signed in goes on to their door."""
    if current_user.is_authenticated:
        return redirect(own_door(current_actor()), 303)
    return _page(SignInForm(next=request.args.get("next", "")))


@door.post("/sign-in")
@public
@no_store
def sign_in() -> AnyResponse:
    """Let the person in and send them where they wanted to go."""
    typed = SignInForm()
    if not typed.validate():
        return _page(typed, 422)
    try:
        person = _prove(typed)
    except Refusal as refusal:
        refusals.on_form(typed, refusal)
        return _page(typed, 422)
    back = local(typed.next.data) or own_door(person.actor)
    if person.has_factor:
        guards.sign_in_half(person, back, now=clock.now())
        return see_other("sign_in.code_form")
    guards.sign_in(person)
    return redirect(back, 303)


def _prove(typed: SignInForm) -> SignedIn:
    """Return who it is; the password is hashed before the transaction that notes the try."""
    now = clock.now()
    proof = sign_ins.prove(typed.identifier.data, typed.password.data, now=now)
    with transaction():
        answer = sign_ins.note(proof, now=now)
    if isinstance(answer, Refusal):
        raise answer
    return answer


@door.post("/sign-out")
@public
def sign_out() -> AnyResponse:
    """Forget who it was, and all that the browser's session held."""
    guards.sign_out()
    return see_other("sign_in.form")


def _page(typed: SignInForm, status: int = 200) -> Response:
    return make_response(render_template("sign_in/sign_in.html", form=typed), status)


def own_door(actor: Actor) -> str:
    """Return the address where ``actor`` works; the shop for who has no role."""
    return next((address for role, address in DOORS if actor.may(role)), "/")
