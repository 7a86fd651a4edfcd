"""The carrier's list of numbers: sent, looked at row by row, and everything good on it sent off."""

from typing import Final

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import carrier_file, carriers
from storefront.settlement import list_queries, sending_off
from storefront.supply.sheets.grid import MOST_BYTES
from storefront.web import refusals
from storefront.web.brand import list_faults
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import ListForm, SendOffForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import page, see_other, toast
from storefront.web.readable import takes_file

AT_ONCE: Final = 20  # parcels that leave while the browser waits; the worker sends the rest


@door.get("/carrier-lists")
@operator
def carrier_lists() -> Response:
    """Show the lists that were sent, and where to send one."""
    return _lists(ListForm(formdata=None))


def _lists(form: ListForm, status: int = 200) -> Response:
    form.offer()
    facts = {"lists": list_queries.lists(), "form": form}
    response = page("brand/carrier_lists.html", "brand/carrier_lists.html", **facts)
    response.status_code = status
    return response


@door.post("/carrier-lists")
@operator
@takes_file
def send_carrier_list() -> ResponseReturnValue:
    """Read a list and keep its rows; nothing leaves yet."""
    form = ListForm()
    form.offer()
    if not form.validate():
        return _lists(form, 422)
    content = form.content(MOST_BYTES)
    try:
        rows = carrier_file.read(content, form.carrier.data)
        with transaction():
            code = sending_off.keep(content, rows, actor=current_actor(), now=clock.now())
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _lists(form, 422)
    return see_other("brand.carrier_list", code=code)


@door.get("/carrier-lists/<code>")
@operator
def carrier_list(code: str) -> Response:
    """Show what would leave and what is wrong, or how far a list is."""
    return _show(code)


def _show(code: str, status: int = 200, refused: SendOffForm | None = None) -> Response:
    kept = list_queries.list_of(code)
    rows = list_queries.judged(kept.id) if kept.state == "ready" else ()
    kinds = {kind: [row for row in rows if row.verdict == kind] for kind in VERDICTS}
    seen = list_queries.seen_as(rows)
    form = refused or SendOffForm(formdata=None, data={"seen": seen})
    form.seen.data = seen  # a page that is out of date shows what is so now
    response = page(
        "brand/carrier_list.html",
        "brand/_carrier_list.html",
        kept=kept,
        rows=kinds,
        stayed=list_queries.refused(kept.id) if kept.refused else (),
        form=form,
        carriers=carriers.BY_CODE,
        told=list_faults.told,
        why=list_faults.stayed,
    )
    response.status_code = status
    return response


VERDICTS: Final = ("good", "odd", "gone", "fault")


@door.post("/carrier-lists/<code>/send-off")
@operator
def send_list_off(code: str) -> ResponseReturnValue:
    """Send off everything good that the page showed; go on with a list that is going."""
    kept, form = list_queries.list_of(code), SendOffForm()
    if not form.validate():
        return _show(code, 422, form)
    try:
        _confirm(kept.id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _show(code, 409, form)
    _go_on()
    sent = list_queries.list_of(code).sent
    toast(ngettext("%(num)s parcel has left.", "%(num)s parcels have left.", sent))
    return see_other("brand.carrier_list", code=code)


def _confirm(list_id: int, form: SendOffForm) -> None:
    seen, odd = form.seen.data, form.odd.data
    with transaction():
        sending_off.confirm(list_id, seen, odd_too=odd, actor=current_actor(), now=clock.now())


def _go_on() -> None:
    """Send off the first parcels, each in a transaction of its own."""
    for _step in range(AT_ONCE + 1):
        with transaction():
            looked_at = sending_off.send_next(now=clock.now())
        if not looked_at:
            return


@door.post("/carrier-lists/<code>/put-away")
@operator
def put_list_away(code: str) -> ResponseReturnValue:
    """Put a list away of which nothing has left."""
    kept = list_queries.list_of(code)
    with transaction():
        sending_off.put_away(kept.id, actor=current_actor(), now=clock.now())
    toast(_("The list is put away. Nothing has left."))
    return see_other("brand.carrier_lists")
