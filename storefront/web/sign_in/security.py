"""What keeps an account safe, on one page."""

from flask import Response, make_response, render_template

from storefront.accounts import second_factor
from storefront.web.guards import arriving, current_actor
from storefront.web.sign_in.blueprint import door
from storefront.web.sign_in.forms import PressForm


@door.get("/account/security")
@arriving
def security() -> Response:
    """Show how the account is kept safe, and what is still to be set up."""
    standing = second_factor.standing(current_actor().user_id or 0)
    return make_response(
        render_template("sign_in/security.html", standing=standing, press=PressForm())
    )
