"""A recall: where a lot went, told as a page and as a file; and what is there destroyed."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import audit, clock
from storefront.catalogue import provinces
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import recall_queries
from storefront.orders.recall_queries import Piece
from storefront.settlement import recall
from storefront.supply import shelf_queries
from storefront.web import filters, refusals, sheets
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import DestroyForm, StepForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast
from storefront.web.i18n import translated
from storefront.web.words import WORDS
from storefront.weight import Grams


@door.get("/lots/<code>/recall")
@operator
def recalled(code: str) -> ResponseReturnValue:
    """Show every order and parcel that has of a lot, and how its recall ends."""
    return _show(code, DestroyForm(formdata=None))


def _show(code: str, form: DestroyForm, status: int = 200) -> tuple[str, int]:
    lot = shelf_queries.stored_lot(code)
    pieces = recall_queries.pieces_of(lot.id)
    text = render_template(
        "brand/recall.html",
        lot=lot,
        pieces=pieces,
        here=Grams.total(one.grams for one in pieces if one.is_here),
        gone=Grams.total(one.grams for one in pieces if not one.is_here),
        packed=[one for one in pieces if one.state == "packed"],
        form=form,
        step=StepForm(),
    )
    return text, status


@door.post("/lots/<code>/recall")
@operator
def recall_list(code: str) -> Response:
    """Give the list out as a file; it names buyers, so each time is noted."""
    lot = shelf_queries.stored_lot(code)
    pieces = recall_queries.pieces_of(lot.id)
    with transaction():
        facts = {"pieces": len(pieces)}
        audit.record(current_actor(), "download", "lot", lot.code, now=clock.now(), **facts)
    header = (
        *(_("Order"), _("Parcel"), _("State"), _("Crate"), _("Product"), _("Grams")),
        *(_("For"), _("Telephone"), _("Where to")),
        *(_("Carrier"), _("Tracking number"), _("Sent off")),
    )
    return sheets.as_csv(f"lot-{lot.code}.csv", header, (_line(one) for one in pieces))


def _line(one: Piece) -> tuple[object, ...]:
    province = provinces.BY_CODE.get(one.province)
    return (
        one.order_code,
        one.parcel_code,
        WORDS["parcel"].get(one.where, one.where),
        one.crate,
        translated(one, "name"),
        int(one.grams),
        one.recipient,
        one.phone,
        f"{translated(province, 'name') if province else ''} {one.city}".strip(),
        one.carrier,
        one.number,
        filters.moment(one.dispatched_at) if one.dispatched_at else "",
    )


@door.post("/lots/<code>/destroy")
@operator
def destroy(code: str) -> ResponseReturnValue:
    """Destroy what is there of a held lot, at the brand fund's cost."""
    lot_id, form = shelf_queries.stored_lot(code).id, DestroyForm()
    if not form.validate():
        return _show(code, form, 422)
    try:
        _destroy(lot_id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _show(code, form, 422)
    toast(_("Lot %(code)s is destroyed; its household is owed for it.", code=code), "warn")
    return see_other("brand.lot", code=code)


def _destroy(lot_id: int, form: DestroyForm) -> None:
    note, key = form.note.data.strip(), form.key.data
    with transaction():
        recall.destroy(lot_id, note=note, key=key, actor=current_actor(), now=clock.now())
