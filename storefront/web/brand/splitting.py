"""A parcel that cannot be filled today: what is ready goes, the rest in a parcel of its own."""

from datetime import date

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import dispatch_days, packing_queries, split, split_queries
from storefront.orders.lives import UNPACKED, WAITING_PARCELS
from storefront.orders.packing_queries import PackingPage
from storefront.web import filters, refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import SplitBoxesForm, SplitCratesForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import page, see_other, toast

Refused = SplitCratesForm | SplitBoxesForm


@door.get("/packing/<code>/split", endpoint="split_form")
@operator
def choose(code: str) -> Response:
    """Show what of a parcel can go later."""
    return _show(packing_queries.packing_page(code))


def _show(parcel: PackingPage, status: int = 200, refused: Refused | None = None) -> Response:
    day = _first_day(parcel)
    open_rows = [row.id for row in parcel.rows if row.state in UNPACKED]
    crates = SplitCratesForm(formdata=None, data={"promised_on": day, "crates": open_rows})
    lines = {
        one.line_id: SplitBoxesForm.of_line(one.line_id, blank=True, promised_on=day, boxes=1)
        for one in split_queries.boxes_in(parcel.id)
    }
    if isinstance(refused, SplitCratesForm):
        crates = refused
    elif refused is not None and refused.line.data in map(str, lines):
        lines[int(refused.line.data)] = refused
    response = page(
        "brand/split.html",
        "brand/split.html",
        parcel=parcel,
        can_split=parcel.state in WAITING_PARCELS and parcel.order_state == "confirmed",
        crates=crates,
        lines=[(one, lines[one.line_id]) for one in split_queries.boxes_in(parcel.id)],
    )
    response.status_code = status
    return response


def _first_day(parcel: PackingPage) -> date:
    """Return the day to propose: the first after the promise on which a parcel can leave."""
    now = clock.now()
    return max(dispatch_days.promised_day(now), parcel.promised_on)


@door.post("/packing/<code>/split", endpoint="split")
@operator
def put_off(code: str) -> ResponseReturnValue:
    """Put what was chosen into a parcel of its own that leaves on another day."""
    parcel = packing_queries.packing_page(code)
    by_boxes = "boxes" in request.form
    line = request.form.get("line", "")
    form: Refused = SplitCratesForm()
    if by_boxes:
        form = SplitBoxesForm.of_line(int(line) if line.isdigit() and len(line) < 10 else 0)  # noqa: PLR2004  a key
    if not form.validate():
        return _show(parcel, 422, form)
    try:
        new, day = _split(parcel.id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _show(parcel, 422, form)
    said = {"code": new, "day": filters.day(day)}
    toast(_("The rest is parcel %(code)s and leaves on %(day)s; the buyer is told.", **said))
    return see_other("brand.parcel", code=code)


def _split(parcel_id: int, form: Refused) -> tuple[str, date]:
    day, key, actor, now = form.promised_on.data, form.key.data, current_actor(), clock.now()
    with transaction():
        if isinstance(form, SplitBoxesForm):
            boxes = {int(form.line.data): form.boxes.count}
            new = split.split_boxes(
                parcel_id, boxes, promised_on=day, key=key, actor=actor, now=now
            )
        else:
            new = split.split_crates(
                parcel_id, form.crates.data, promised_on=day, key=key, actor=actor, now=now
            )
        return new.code, new.promised_on
