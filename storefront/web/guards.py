"""Who may come in: every view has exactly one of these guards (a house test counts)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, Self
from urllib.parse import urlsplit

from flask import Flask, Response, g, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from storefront import actors, clock
from storefront.accounts import people
from storefront.accounts.people import SignedIn
from storefront.actors import Actor
from storefront.errors import Forbidden, NotFound
from storefront.web import own_phone
from storefront.web.htmx import request, send_to
from storefront.web.security import no_store
from storefront.web.shopping import KEPT

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
READ = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN = "sign_in.form"
SETTLE = "sign_in.security"  # where whoever lacks something puts it right
HALF = "half"  # the session of who has given the password and not yet the code
HALF_LASTS = timedelta(minutes=10)


def public(view: View[P]) -> View[P]:
    """Let anyone in."""
    return _tag(view, "public")


def signed_in(view: View[P]) -> View[P]:
    """Let in whoever is signed in."""
    return _guarded(view, "signed_in", frozenset(actors.ROLES))


def arriving(view: View[P]) -> View[P]:
    """Let in whoever is signed in, also before they have all that signing in will need."""
    return _guarded(view, "arriving", frozenset(actors.ROLES), settled=False)


def shopper(view: View[P]) -> View[P]:
    """Let in shoppers who have an account; everything in it is their own."""
    return _guarded(view, "shopper", frozenset({actors.SHOPPER}))


def household_member(view: View[P]) -> View[P]:
    """Let in members of a household."""
    return _guarded(view, "household_member", frozenset({actors.HOUSEHOLD_MEMBER}))


def agent(view: View[P]) -> View[P]:
    """Let in station agents."""
    return _guarded(view, "agent", frozenset({actors.AGENT}))


def operator(view: View[P]) -> View[P]:
    """Let in the brand office."""
    return _guarded(view, "operator", frozenset({actors.OPERATOR}))


def officer(view: View[P]) -> View[P]:
    """Let in county officers; checkers may read what officers write."""
    return _guarded(
        view, "officer", frozenset({actors.OFFICER}), readers=frozenset({actors.CHECKER})
    )


def county_office(view: View[P]) -> View[P]:
    """Let in county officers and checkers, to write as well as to read."""
    return _guarded(view, "county_office", frozenset({actors.OFFICER, actors.CHECKER}))


def checker(view: View[P]) -> View[P]:
    """Let in checkers; officers may read what checkers decide."""
    return _guarded(
        view, "checker", frozenset({actors.CHECKER}), readers=frozenset({actors.OFFICER})
    )


def guard_of(view: Callable[..., object]) -> str | None:
    """Return the name of the guard of ``view``, if it has one."""
    return getattr(view, "guard", None)


def _tag(view: View[P], name: str) -> View[P]:
    if guard_of(view):
        message = f"{view.__name__} has two guards"
        raise TypeError(message)
    view.guard = name  # type: ignore[attr-defined]  # read back by guard_of
    return view


def _guarded(
    view: View[P],
    name: str,
    roles: frozenset[str],
    readers: frozenset[str] = frozenset(),
    *,
    settled: bool = True,
) -> View[P]:
    unstored = no_store(view)

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return _ask_to_sign_in()
        if settled and current_user.must:
            return send_to(url_for(SETTLE))
        _check(current_actor().roles, roles, readers)
        return unstored(*args, **kwargs)

    return _tag(guarded, name)


def _check(held: frozenset[str], roles: frozenset[str], readers: frozenset[str]) -> None:
    """Refuse a stranger as if there were nothing, a reader who wants to write as forbidden."""
    if held & roles:
        return
    if not held & readers:
        raise NotFound
    if request.method not in READ:
        raise Forbidden


def _ask_to_sign_in() -> AnyResponse:
    """Send to the sign-in page and back; from within a fragment the whole browser goes."""
    if request.wants_fragment:
        answer = Response(status=401)
        answer.headers["HX-Redirect"] = url_for(SIGN_IN)
        return answer
    back = request.full_path.rstrip("?") if request.method in READ else None
    return send_to(url_for(SIGN_IN, next=back))


def local(address: str | None) -> str | None:
    """Return ``address`` if it is a path of this shop, so that a link cannot send people away."""
    if not address or not address.isprintable() or "\\" in address:
        return None
    parts = urlsplit(address)
    inside = address.startswith("/") and not address.startswith("//")
    return address if inside and not parts.netloc and not parts.scheme else None


def current_actor() -> Actor:
    """Return who acts in this request, as rooms want it."""
    if not current_user.is_authenticated:
        return Actor.guest()
    actor: Actor = current_user.actor
    return actor


def current_name() -> str:
    """Return the name of who is signed in."""
    name: str = current_user.name
    return name


def role_in_the_log() -> str:
    """Return the visitor's roles for the request log, without asking the database for them."""
    visitor = g.get("_login_user")
    return "+".join(sorted(visitor.actor.roles)) if isinstance(visitor, Visitor) else "guest"


class Visitor:
    """A signed-in person as Flask-Login wants one; ``must`` says that something is to be set up."""

    is_active = True
    is_anonymous = False
    is_authenticated = True

    def __init__(
        self, actor: Actor, name: str, session_version: int, *, must: bool = False
    ) -> None:
        self.actor = actor
        self.name = name
        self.must = must
        self._session_version = session_version

    @classmethod
    def of(cls, person: SignedIn) -> Self:
        """Return ``person`` as a visitor."""
        must = person.must_enrol or person.must_choose
        return cls(person.actor, person.name, person.session_version, must=must)

    def get_id(self) -> str:
        """Return ``user:session version``: raising the version ends every open session."""
        return f"{self.actor.user_id}:{self._session_version}"


def _load(visitor_id: str) -> Visitor | None:
    person = None if own_phone.is_over(now=clock.now()) else _person(visitor_id)
    return Visitor.of(person) if person else None


def _person(visitor_id: str) -> SignedIn | None:
    user_id, _, version = visitor_id.partition(":")
    if not (user_id.isdigit() and version.isdigit()):
        return None
    return people.load_user(int(user_id), int(version))


def sign_in(person: SignedIn) -> None:
    """Open a new session for ``person``: what stood in the old one could have been planted.

    A shopper's basket comes along, and the session lasts a month.
    """
    shops = person.actor.may(actors.SHOPPER)
    basket = {name: session[name] for name in KEPT if shops and name in session}
    session.clear()
    session.update(basket)
    session.permanent = shops
    login_user(Visitor.of(person))


def sign_in_half(person: SignedIn, back: str, *, now: datetime) -> None:
    """Begin a new session that knows who gave the password; it may do nothing but send a code."""
    session.clear()
    visitor_id = Visitor.of(person).get_id()
    session[HALF] = {"id": visitor_id, "at": int(now.timestamp()), "next": back}


def half_signed_in(*, now: datetime) -> tuple[SignedIn, str] | None:
    """Return who gave the password a short while ago, and where they wanted to go."""
    half = session.get(HALF)
    if half is None or not 0 <= now.timestamp() - half["at"] < HALF_LASTS.total_seconds():
        return None
    person = _person(half["id"])
    return (person, half["next"]) if person is not None else None


def sign_out() -> None:
    """End the visitor's session in this browser, and forget what it held."""
    logout_user()
    session.clear()


def init_app(app: Flask) -> None:
    """Let ``app`` know its visitors."""
    logins = LoginManager(app, add_context_processor=False)
    # only templates that say so ask who it is: the try-again page must not need the database
    app.jinja_env.globals["current_user"] = current_user
    logins.session_protection = "basic"  # "strong" signs out a phone that changes networks
    logins.user_loader(_load)
