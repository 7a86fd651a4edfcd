"""Finding an order again without its link."""

from flask import make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import ids
from storefront.orders import finding
from storefront.web.guards import public
from storefront.web.htmx import see_other
from storefront.web.security import no_store
from storefront.web.shop.forms import FindOrderForm
from storefront.web.shop.scope import door


@door.get("/find-order")
@public
def find_order_form() -> str:
    """Ask for the code and the digits."""
    return render_template("shop/find_order.html", form=FindOrderForm())


@door.post("/find-order")
@public
@no_store
def find_order() -> AnyResponse:
    """Go to the order, or say in one and the same sentence that none was found."""
    form = FindOrderForm()
    if form.validate():
        token = finding.token_of(ids.read_code(form.code.data), form.digits.data)
        if token is not None:
            return see_other("shop.order", token=token)
        form.form_errors.append(_not_found())
    return make_response(render_template("shop/find_order.html", form=form), 422)


def _not_found() -> str:
    sentence: str = _(
        "We find no order with this code and these digits. Please look at both again: the digits "
        "are of the phone the order was placed with. Some time after an order has ended we delete "
        "its phone number, and then it cannot be found here any more; the link in your letter "
        "still opens it."
    )
    return sentence
