"""My addresses: kept for the next order."""

from flask import Response, make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.accounts import addresses as book
from storefront.catalogue.provinces import BY_CODE
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.web import refusals
from storefront.web.account.blueprint import door
from storefront.web.account.forms import AddressForm
from storefront.web.address_form import plain
from storefront.web.guards import current_actor, shopper
from storefront.web.htmx import page, request, see_other, toast

LONGEST = 40  # name of a city


@door.get("/addresses")
@shopper
def addresses() -> Response:
    """Show the addresses, the one that checkout proposes first."""
    rows = book.of_shopper(_me())
    facts = {"rows": rows, "provinces": BY_CODE, "most": book.MOST}
    return make_response(render_template("account/addresses.html", **facts))


@door.get("/addresses/new")
@shopper
def address_form() -> Response:
    """Ask for an address; as a fragment, the names to choose from after what was chosen."""
    form = AddressForm.filled()
    province = request.args.get("province", "")
    if province in BY_CODE:
        form.province.data, form.city.data = province, plain(request.args.get("city"))[:LONGEST]
    return _page(form)


@door.post("/addresses/fill")
@shopper
def fill_own_address() -> Response:
    """Put a pasted address into the fields; without script also: show the next names to choose.

    Nothing is written, so the answer is the page itself (docs/adr/0025).
    """
    code = request.args.get("code")
    if code is not None:
        book.one(_me(), code)
    form = AddressForm.filled()
    read = form.fill_in()
    fragment = "address/_door.html"
    return _page(form, code, fragment=fragment, read=read if form.pasted.data else None)


@door.post("/addresses/new")
@shopper
def add_address() -> AnyResponse:
    """Keep one more address."""
    form = AddressForm.filled()
    if not form.validate():
        return _page(form, status=422)
    try:
        with transaction():
            book.add(form.draft(), actor=current_actor(), now=clock.now())
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _page(form, status=422)
    toast(_("Kept."))
    return see_other("account.addresses")


@door.get("/addresses/<code>")
@shopper
def edit_address(code: str) -> Response:
    """Show an address to be put right."""
    return _page(AddressForm.filled(book.one(_me(), code)), code)


@door.post("/addresses/<code>")
@shopper
def change_address(code: str) -> AnyResponse:
    """Put an address right."""
    book.one(_me(), code)
    form = AddressForm.filled()
    if not form.validate():
        return _page(form, code, 422)
    with transaction():
        book.change(code, form.draft(), actor=current_actor(), now=clock.now())
    toast(_("Kept."))
    return see_other("account.addresses")


@door.post("/addresses/<code>/choose")
@shopper
def choose_address(code: str) -> AnyResponse:
    """Let checkout propose this address."""
    with transaction():
        book.choose(code, actor=current_actor(), now=clock.now())
    return see_other("account.addresses")


@door.post("/addresses/<code>/remove")
@shopper
def remove_address(code: str) -> AnyResponse:
    """Forget an address; pressed twice it is gone all the same."""
    with transaction():
        book.remove(code, actor=current_actor(), now=clock.now())
    toast(_("Removed."))
    return see_other("account.addresses")


def _page(
    form: AddressForm,
    code: str | None = None,
    status: int = 200,
    *,
    fragment: str = "address/_places.html",
    **facts: object,
) -> Response:
    shown = page(
        "account/address.html",
        fragment,
        form=form,
        code=code,
        names_at=url_for("account.address_form"),
        fill_at=url_for("account.fill_own_address", code=code),
        **facts,
    )
    return make_response(shown, status)


def _me() -> int:
    return current_actor().user_id or 0
