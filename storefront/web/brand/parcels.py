"""One parcel: what goes into it, how it leaves, that it arrived."""

from typing import Any, TypeVar

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from storefront import clock
from storefront.catalogue import provinces
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import carriers, packing, packing_queries, pick_queries
from storefront.orders import parcels as orders
from storefront.orders.packing_queries import PackingPage
from storefront.settlement import sales
from storefront.web import refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import (
    CrateForm,
    DispatchForm,
    LabelForm,
    ShortForm,
    StepForm,
    WeightForm,
)
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import page, see_other, toast


@door.get("/packing/<code>")
@operator
def parcel(code: str) -> Response:
    """Show a parcel on the packing table."""
    return show(code)


def show(
    code: str,
    status: int = 200,
    *,
    crate_form: tuple[int, CrateForm] | None = None,
    weight_form: tuple[int, WeightForm] | None = None,
    short_form: tuple[int, ShortForm] | None = None,
    label_form: LabelForm | None = None,
    dispatch_form: DispatchForm | None = None,
) -> Response:
    """Show a parcel with the forms its state allows; a form that was refused keeps its place."""
    found = packing_queries.packing_page(code)
    _tell_of_no_form(found, dispatch_form)
    _tell_of_no_field(found, label_form)
    facts: dict[str, Any] = {
        "parcel": found,
        "crates": _crate_forms(found, crate_form),
        "weights": _row_forms(found, WeightForm, "packed", weight_form),
        "shorts": _row_forms(found, ShortForm, "planned", short_form),
        "label": label_form or LabelForm(formdata=None),
        "next_row": next((row for row in found.rows if row.state == "planned"), None),
        "next_parcel": pick_queries.next_to_pack(found.id),
        "province": provinces.BY_CODE.get(found.province),
        "carrier": carriers.BY_CODE.get(found.carrier or ""),
        "dispatch": dispatch_form or _dispatch_form(blank=True),
        "step": StepForm(),
    }
    response = page("brand/parcel.html", "brand/_parcel.html", **facts)
    response.status_code = status
    return response


def _tell_of_no_form(found: PackingPage, refused: DispatchForm | None) -> None:
    """Say in a toast what was refused of a parcel that another has sent off meanwhile."""
    if refused is not None and refused.form_errors and found.state != "packed":
        toast(" ".join(map(str, refused.form_errors)), "bad")


def _tell_of_no_field(found: PackingPage, refused: LabelForm | None) -> None:
    """Say in a toast what was refused of a label that nothing waits for any more."""
    if refused is not None and not any(row.state == "planned" for row in found.rows):
        toast(" ".join(map(str, (*refused.crate.errors, *refused.form_errors))), "bad")


def _crate_forms(found: PackingPage, refused: tuple[int, CrateForm] | None) -> dict[int, CrateForm]:
    """Return a form for each row; what a row that is gone refused is said in a toast."""
    there = [row.id for row in found.rows if row.state in ("planned", "packed")]
    forms = {row_id: CrateForm.of_row(row_id, blank=True) for row_id in there}
    if refused is not None and refused[0] in forms:
        forms[refused[0]] = refused[1]
    elif refused is not None:
        toast(" ".join(map(str, refused[1].form_errors)), "bad")
    return forms


OfRow = TypeVar("OfRow", WeightForm, ShortForm)


def _row_forms(
    found: PackingPage, kind: type[OfRow], state: str, refused: tuple[int, OfRow] | None
) -> dict[int, OfRow]:
    """Return a form for each row in a state; what another's refused is said in a toast."""
    there = [row.id for row in found.rows if row.state == state]
    forms = {row_id: kind.of_row(row_id, blank=True) for row_id in there}
    if refused is None:
        return forms
    if refused[0] in forms:
        forms[refused[0]] = refused[1]
    else:
        toast(_everything(refused[1]), "bad")
    return forms


def _everything(form: FlaskForm) -> str:
    """Return all that was refused of a form."""
    said = [*form.form_errors, *(one for field in form for one in field.errors)]
    return " ".join(map(str, said))


def _dispatch_form(*, blank: bool = False) -> DispatchForm:
    form = DispatchForm(formdata=None) if blank else DispatchForm()
    form.offer()
    return form


@door.post("/packing/<code>/finish")
@operator
def finish(code: str) -> ResponseReturnValue:
    """Say that a parcel of bought-in goods alone is packed; open crates are refused."""
    parcel_id = packing_queries.parcel_id(code)
    with transaction():
        packing.finish(parcel_id, actor=current_actor(), now=clock.now())
    toast(_("The parcel is complete."))
    return see_other("brand.parcel", code=code)


@door.post("/packing/<code>/dispatch")
@operator
def dispatch(code: str) -> ResponseReturnValue:
    """Hand the parcel to a carrier: its charge and its households' shares are booked."""
    parcel_id, form = packing_queries.parcel_id(code), _dispatch_form()
    if not form.validate():
        return show(code, 422, dispatch_form=form)
    try:
        _dispatch(parcel_id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return show(code, 422, dispatch_form=form)
    toast(_("The parcel is on its way; its shares are booked."))
    return see_other("brand.parcel", code=code)


def _dispatch(parcel_id: int, form: DispatchForm) -> None:
    carrier, number = form.carrier.data, form.number.data
    with transaction():
        sales.dispatch(parcel_id, carrier, number, actor=current_actor(), now=clock.now())


@door.post("/packing/<code>/delivered")
@operator
def delivered(code: str) -> ResponseReturnValue:
    """Note that the parcel arrived."""
    parcel_id = packing_queries.parcel_id(code)
    with transaction():
        orders.mark_delivered(parcel_id, actor=current_actor(), now=clock.now())
    toast(_("Delivered: the after-sale window runs from now."))
    return see_other("brand.parcel", code=code)
