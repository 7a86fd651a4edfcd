"""The counter: a telephone order, typed by the operator through the verbs the shop uses."""

from flask import Response, make_response, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, db
from storefront.catalogue.provinces import BY_CODE
from storefront.errors import NotFound, Refusal
from storefront.orders import cart as carts
from storefront.orders import counter as room
from storefront.orders.cart import CartView
from storefront.web import asked, buying
from storefront.web.address_form import plain
from storefront.web.brand.blueprint import door
from storefront.web.brand.counter_form import PacksForm
from storefront.web.buying_form import CheckoutForm
from storefront.web.guards import operator
from storefront.web.htmx import page, request, see_other, toast
from storefront.web.refusals import sentence
from storefront.web.security import no_store

BASKET = "counter_cart"  # the operator's, apart from a cart of their own as a shopper
LONGEST = 100


@door.get("/counter", endpoint="counter")
@operator
@no_store
def counter() -> Response:
    """Show what was asked for so far; as the operator types, what there is of that name."""
    return _show(_blank(), "brand/_counter_found.html")


@door.get("/counter/lines", endpoint="counter_lines")
@operator
@no_store
def lines() -> Response:
    """Show the same page; as a fragment, what was asked for and what it costs there."""
    return _show(_blank(), "brand/_counter_lines.html")


@door.post("/counter/lines")
@operator
@no_store
def set_packs() -> AnyResponse:
    """Set how many packs of an offer the caller wants; none takes it out.

    Without script the page is one form: what is typed of the address comes along, and
    is shown again at once (sent twice, as many are wanted as before).
    """
    status = max((_set(wish) for wish in PacksForm.pressed(_cart().lines)), default=200)
    if not request.wants_fragment:
        return make_response(_show(CheckoutForm.blank(), "brand/_counter_lines.html"), status)
    kept = {name: request.form.get(name, "")[:LONGEST] or None for name in ("q", "province")}
    return see_other("brand.counter_lines", **kept)


def _set(wish: PacksForm) -> int:
    """Let the counter hold what is wished for, or say why not; returns the answer's status."""
    if not wish.validate():
        toast(next(iter(wish.count.errors or wish.sku.errors)), "warn")
        return 422
    try:
        with db.transaction():
            token = carts.put(_token(), wish.sku.data, wish.count.count, now=clock.now())
    except Refusal as refusal:
        toast(sentence(refusal), "warn")
        return 409
    except NotFound:
        toast(_("This pack is not on sale now."), "warn")
        return 409
    session[BASKET] = token
    return 200


@door.post("/counter", endpoint="place_counter_order")
@operator
@no_store
def place() -> AnyResponse:
    """Place the order; sent twice it is one order. The caller pays by its link."""
    form = CheckoutForm.blank()
    if form.validate():
        bought = buying.place(form, _token() or "", channel="counter")
        if bought is not None:
            toast(_("The order is placed. The caller pays on the page of its link."))
            return see_other("brand.order", code=bought.placed.code)
    return make_response(_show(form, "brand/_counter_lines.html"), 422)


@door.post("/counter/address")
@operator
@no_store
def fill_counter_address() -> Response:
    """Put a pasted address into the fields; without script also: show the next names to choose."""
    form = CheckoutForm.blank()
    read = form.fill_in()
    return _show(form, "address/_door.html", read=read if form.pasted.data else None)


@door.get("/counter/names")
@operator
@no_store
def counter_names() -> Response:
    """Show the same page; as a fragment, the names to choose from and what it costs there."""
    return _show(_blank(), "address/_places.html")


def _show(form: CheckoutForm, fragment: str, **facts: object) -> Response:
    """Return the page, or one of its two fragments with what that one shows."""
    cart, typed = _cart(), _typed()
    whole = not request.wants_fragment
    finds = whole or fragment.endswith("_found.html")
    return page(
        "brand/counter.html",
        fragment,
        form=form,
        cart=cart,
        typed=typed,
        found=room.packs_called(typed, now=clock.now()) if typed and finds else (),
        totals=buying.totals(form, cart) if whole or not finds else None,
        names_at=url_for("brand.counter_names"),
        fill_at=url_for("brand.fill_counter_address"),
        beside="brand/_counter_lines.html",
        **facts,
    )


def _typed() -> str:
    """Return what is searched for: in the address, or in the one form of the page."""
    if request.method == "POST":
        return plain(request.form.get("q"))[:LONGEST]
    return asked.words("q", LONGEST)


def _blank() -> CheckoutForm:
    province = BY_CODE.get(request.args.get("province", ""))
    city = plain(request.args.get("city"))[:LONGEST]
    return CheckoutForm.blank(province.code if province else None, city)


def _token() -> str | None:
    token = session.get(BASKET)
    return token if isinstance(token, str) else None


def _cart() -> CartView:
    return carts.view(_token(), now=clock.now())
