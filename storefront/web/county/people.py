"""Who works here: a lock to lift, a lost second factor to take away; of somebody else only."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.accounts import locks, members, second_factor
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.web.county.blueprint import door
from storefront.web.guards import county_office, current_actor
from storefront.web.htmx import page, see_other, toast
from storefront.web.step_up import step_up


@door.get("/people")
@county_office
def people() -> Response:
    """Show everybody who works here, and how their accounts stand."""
    staff = members.of_staff(now=clock.now())
    me = current_actor().user_id
    return page("county/people.html", "county/_people.html", staff=staff, me=me)


@door.post("/people/<int:user>/unlock")
@county_office
def unlock_colleague(user: int) -> AnyResponse:
    """Let a colleague who is locked out try again at once."""
    _check(user)
    with transaction():
        locks.lift(user, actor=current_actor(), now=clock.now())
    toast(_("They can try again now."))
    return see_other("county.people")


@door.post("/people/<int:user>/reset-factor")
@county_office
@step_up
def reset_factor(user: int) -> AnyResponse:
    """Take a colleague's lost second factor away: they set up a new one when they sign in."""
    _check(user)
    with transaction():
        second_factor.reset(user, actor=current_actor(), now=clock.now())
    toast(_("Taken away. They set up a new one when they sign in with their password."))
    return see_other("county.people")


def _check(user: int) -> None:
    if user not in {one.id for one in members.of_staff(now=clock.now())}:
        raise NotFound
