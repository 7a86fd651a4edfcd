"""The packing table: whose crate to take, and each crate confirmed by its label."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import (
    packing,
    packing_queries,
    pick_queries,
    shortfall,
    waiting_queries,
)
from storefront.orders.packing import Packed
from storefront.web import asked, refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import CrateForm
from storefront.web.brand.parcels import show
from storefront.web.brand.pick_list import walk
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast


@door.get("/packing", endpoint="packing")
@operator
def pick_list() -> str:
    """Show whose crates to take, station by station; or parcel by parcel."""
    if request.args.get("by") == "parcel":
        rows = waiting_queries.parcels_in("planned")
        ready = waiting_queries.parcels_in("packed")
        return render_template("brand/packing_parcels.html", rows=rows, ready=ready)
    lot, every = asked.words("lot"), request.args.get("until") == "all"
    found = walk(clock.china_day(clock.now()), every=every, lot=lot)
    first = pick_queries.next_to_pack()
    return render_template("brand/packing.html", walk=found, lot=lot, first=first)


@door.post("/packing/<code>/crates/<int:row_id>")
@operator
def confirm_crate(code: str, row_id: int) -> ResponseReturnValue:
    """Confirm that the crate with this label went into the parcel."""
    planned = packing_queries.crate(row_id, code)
    form = CrateForm.of_row(row_id)
    if not form.validate():
        return _again(code, row_id, form)
    try:
        packed = _confirm(row_id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _again(code, row_id, form)
    _tell(packed, planned, code)
    return see_other("brand.parcel", code=code)


def _confirm(row_id: int, form: CrateForm) -> Packed:
    with transaction():
        return packing.confirm_crate(
            row_id, form.crate.data, form.how.data, actor=current_actor(), now=clock.now()
        )


def _again(code: str, row_id: int, form: CrateForm) -> Response:
    return show(code, 422, crate_form=(row_id, form))


def _tell(packed: Packed, planned: packing_queries.CrateRow, code: str) -> None:
    """Say what happened; a swap says whose crate it was and whose it was to be."""
    if packed.swapped:
        used = packing_queries.crate(packed.allocation_id, code)
        facts = {"crate": packed.crate, "now": used.head, "before": planned.head}
        toast(
            _(
                "Swapped: crate %(crate)s of %(now)s went in instead of one of %(before)s. "
                "The share belongs to %(now)s.",
                **facts,
            ),
            "warn",
        )
    say_in(packed)


def say_in(packed: Packed) -> None:
    """Say that a crate is in, unless its swap was told already, and that nothing is missing now."""
    if not packed.swapped:
        toast(_("Crate %(crate)s is in.", crate=packed.crate))
    if packed.parcel_packed:
        toast(_("The parcel is complete."))


@door.post("/packing/<code>/crates/<int:row_id>/find")
@operator
def find_lot(code: str, row_id: int) -> ResponseReturnValue:
    """Look again for a lot for a row that fell short."""
    packing_queries.crate(row_id, code)
    with transaction():
        shortfall.place_short(row_id, now=clock.now())
    toast(_("A lot was found for the short row."))
    return see_other("brand.parcel", code=code)
