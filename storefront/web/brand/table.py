"""The packing table: one field, a label at a time, and what comes next."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import crate_weights, packing, packing_queries, table
from storefront.orders.packing import Packed
from storefront.settlement import short_crates
from storefront.settlement.short_crates import Found
from storefront.web import filters, refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import CrateForm, LabelForm, ShortForm, WeightForm
from storefront.web.brand.packing import say_in
from storefront.web.brand.parcels import show
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast


@door.post("/packing/<code>/label")
@operator
def put_in(code: str) -> ResponseReturnValue:
    """Confirm the crate whose label was scanned or typed, whichever row it fills."""
    parcel_id, form = packing_queries.parcel_id(code), LabelForm()
    if not form.validate():
        return show(code, 422, label_form=form)
    try:
        packed = _put_in(parcel_id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        form.may_swap = refusal.code == "another_lot"
        return show(code, 422, label_form=form)
    _say(packed, code)
    return see_other("brand.parcel", code=code)


def _put_in(parcel_id: int, form: LabelForm) -> Packed:
    crate, how, swap = form.crate.data, form.how.data, bool(form.swap.data)
    with transaction():
        return table.put_in(
            parcel_id, crate, how, swap=swap, actor=current_actor(), now=clock.now()
        )


def _say(packed: Packed, code: str) -> None:
    if packed.swapped:
        used = packing_queries.crate(packed.allocation_id, code)
        facts = {"crate": packed.crate, "head": used.head}
        toast(_("Crate %(crate)s of %(head)s is in: the share is theirs.", **facts), "warn")
    say_in(packed)


@door.post("/packing/<code>/crates/<int:row_id>/exchange")
@operator
def exchange_crate(code: str, row_id: int) -> ResponseReturnValue:
    """Take a packed crate out again, another one in its place."""
    packing_queries.crate(row_id, code)
    form = CrateForm.of_row(row_id)
    if not form.validate():
        return show(code, 422, crate_form=(row_id, form))
    try:
        packed = _exchange(row_id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return show(code, 422, crate_form=(row_id, form))
    _say(packed, code)
    return see_other("brand.parcel", code=code)


def _exchange(row_id: int, form: CrateForm) -> Packed:
    crate, how = form.crate.data, form.how.data
    with transaction():
        return packing.exchange_crate(row_id, crate, how, actor=current_actor(), now=clock.now())


@door.post("/packing/<code>/crates/<int:row_id>/weight")
@operator
def weigh_crate(code: str, row_id: int) -> ResponseReturnValue:
    """Note what the scale says of a packed crate."""
    row = packing_queries.crate(row_id, code)
    form = WeightForm.of_row(row_id)
    if not form.validate():
        return show(code, 422, weight_form=(row_id, form))
    try:
        _weigh(row_id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return show(code, 422, weight_form=(row_id, form))
    toast(_("Crate %(crate)s is weighed.", crate=row.crate or ""))
    return see_other("brand.parcel", code=code)


def _weigh(row_id: int, form: WeightForm) -> None:
    weighed = form.weighed.data
    with transaction():
        crate_weights.note_weight(row_id, weighed, actor=current_actor(), now=clock.now())


@door.post("/packing/<code>/crates/<int:row_id>/short")
@operator
def short_crate(code: str, row_id: int) -> ResponseReturnValue:
    """Note that a crate holds less than was counted on; the rest is planned elsewhere."""
    packing_queries.crate(row_id, code)
    form = ShortForm.of_row(row_id)
    if not form.validate():
        return show(code, 422, short_form=(row_id, form))
    try:
        found = _found_short(row_id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return show(code, 422, short_form=(row_id, form))
    if found is not None:
        _say_short(found)
    return see_other("brand.parcel", code=code)


def _found_short(row_id: int, form: ShortForm) -> Found | None:
    there, reason, key = form.there.data, form.reason.data, form.key.data
    with transaction():
        return short_crates.short_crate(
            row_id, there, reason, key=key, actor=current_actor(), now=clock.now()
        )


def _say_short(found: Found) -> None:
    missing = filters.jin(found.missing)
    if found.is_filled:
        toast(_("%(missing)s come from another crate now: see below.", missing=missing))
    else:
        toast(_("Nothing fills the missing %(missing)s today.", missing=missing), "warn")
