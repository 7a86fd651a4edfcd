"""Letters that could not be sent: why, and once more where a person says so."""

from flask import Response, make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, outbox
from storefront.db import transaction
from storefront.web.brand.blueprint import door
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast


@door.get("/letters")
@operator
def letters() -> Response:
    """Show the letters that wait for a person, the youngest first."""
    return make_response(render_template("brand/letters.html", returned=outbox.given_up()))


@door.post("/letters/<int:letter_id>/again")
@operator
def send_letter_again(letter_id: int) -> AnyResponse:
    """Let the worker try a letter anew."""
    with transaction():
        outbox.send_again(letter_id, actor=current_actor(), now=clock.now())
    toast(_("It goes out again in a moment."))
    return see_other("brand.letters")
