"""Before money leaves or a secret is shown: a code of the last ten minutes (docs/adr/0016).

Where there is none the page asks for it, holds what was typed, and goes on with it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Final, ParamSpec

from flask import Response, make_response, render_template, session, url_for
from flask.typing import ResponseReturnValue

from storefront import clock
from storefront.accounts import second_factor
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.web import refusals
from storefront.web.code_form import CodeForm
from storefront.web.guards import READ, current_actor
from storefront.web.htmx import request, retarget

P = ParamSpec("P")
PROVED: Final = "proved_at"
FRESH: Final = timedelta(minutes=10)
STEP_UP = "sign_in.step_up_here"  # takes the code for pages that are only read
OURS = frozenset({"csrf_token", "one_time_code"})


def note_code(now: datetime) -> None:
    """Note in the session that a code was taken now."""
    session[PROVED] = int(now.timestamp())


def is_fresh(now: datetime) -> bool:
    """Whether the visitor gave a code in the last ten minutes."""
    at = session.get(PROVED)
    return at is not None and 0 <= now.timestamp() - at < FRESH.total_seconds()


def step_up(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Open ``view`` only with a fresh code; it stands under the guard that knows the person."""

    @wraps(view)
    def stepped(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if is_fresh(clock.now()):
            return view(*args, **kwargs)
        _check_enrolled()
        if "one_time_code" not in request.form:
            return ask(CodeForm(formdata=None))
        form = CodeForm()
        if form.validate() and take(form):
            return view(*args, **kwargs)
        return ask(form)

    return stepped


def _check_enrolled() -> None:
    """Refuse whoever has no second factor to take a code from."""
    if second_factor.standing(current_actor().user_id or 0).enrolled_at is None:
        raise Refusal("factor_not_begun")


def take(form: CodeForm) -> bool:
    """Take the code; why it is not taken is said at its field."""
    typed, now = form.one_time_code.data, clock.now()
    with transaction():
        refusal = second_factor.check(current_actor(), typed, verb="step_up", now=now)
    if refusal is None:
        note_code(now)
        return True
    refusals.on_form(form, refusal)
    return False


def ask(form: CodeForm) -> Response:
    """Ask for a code, holding what was typed; what was only read is asked for again afterwards."""
    here = request.full_path.rstrip("?")
    reads = request.method in READ
    facts = {"action": url_for(STEP_UP, next=here) if reads else here, "typed": _typed()}
    page = render_template("sign_in/step_up.html", form=form, **facts)
    response = make_response(page, 422 if form.errors else 403)
    return retarget(response, "body", "innerHTML") if request.wants_fragment else response


def _typed() -> list[tuple[str, str]]:
    return [pair for pair in request.form.items(multi=True) if pair[0] not in OURS]
