"""The store: lots, what is lost of them, and lots held back."""

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.settlement import loss_cases, loss_queries, losses
from storefront.settlement.losses import HOUSEHOLD
from storefront.supply import lots as supply
from storefront.supply import queries, shelf_queries
from storefront.supply.models import LOT
from storefront.supply.shelf_queries import Wanted
from storefront.web import asked, refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import HoldForm, StepForm, WriteOffForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import page, see_other, toast

SHOWN = 50
STATES = (*LOT.states, "held")


@door.get("/lots")
@operator
def lots() -> Response:
    """Show the lots in the store, those that keep shortest first."""
    wanted = _wanted()
    rows = shelf_queries.open_lots(wanted, after=_after(), limit=SHOWN + 1)
    last = rows[SHOWN - 1] if len(rows) > SHOWN else None
    return page(
        "brand/lots.html",
        "brand/_lots.html",
        rows=rows[:SHOWN],
        after=f"{last.storage_ends_on.isoformat()}_{last.id}" if last else None,
        is_first=_after() is None,
        wanted=wanted,
        states=STATES,
        grades=queries.grades_with_prices(clock.china_day(clock.now())),
    )


def _wanted() -> Wanted:
    state = request.args.get("state", "")
    return Wanted(
        state=state if state in STATES else None,
        grade_id=asked.key("grade"),
        q=asked.words("q"),
    )


def _after() -> tuple[date, int] | None:
    day, _mark, lot_id = asked.words("after").partition("_")
    key = asked.as_key(lot_id)
    try:
        return (date.fromisoformat(day), key) if key is not None else None
    except ValueError:
        return None


@door.get("/lots/<code>")
@operator
def lot(code: str) -> ResponseReturnValue:
    """Show one lot, its history, and what can be done with it."""
    return _show(code)


def _show(
    code: str,
    status: int = 200,
    *,
    write_off_form: WriteOffForm | None = None,
    hold_form: HoldForm | None = None,
) -> tuple[str, int]:
    found = shelf_queries.stored_lot(code)
    text = render_template(
        "brand/lot.html",
        lot=found,
        moved=queries.movements(found.id),
        write_off=write_off_form or WriteOffForm(formdata=None),
        hold=hold_form or HoldForm(formdata=None),
        cases=loss_queries.waiting_cases(found.id),
        step=StepForm(),
    )
    return text, status


@door.post("/lots/<code>/write-off")
@operator
def write_off(code: str) -> ResponseReturnValue:
    """Take a loss out of a lot; what was planned of it is planned anew, or falls short."""
    lot_id, form = shelf_queries.stored_lot(code).id, WriteOffForm()
    if not form.validate():
        return _show(code, 422, write_off_form=form)
    try:
        _write_off(lot_id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _show(code, 422, write_off_form=form)
    if form.bearer.data == HOUSEHOLD:
        toast(_("It is written down and waits for a second person: nothing has moved."), "warn")
    else:
        toast(_("The loss is written down."))
    return see_other("brand.lot", code=code)


def _write_off(lot_id: int, form: WriteOffForm) -> None:
    """Write our loss off; what the household is to bear only waits for a second person."""
    asked = (lot_id, form.grams.data, form.reason.data)
    note, key, bearer = (form.note.data or "").strip(), form.key.data, form.bearer.data
    actor, now = current_actor(), clock.now()
    with transaction():
        if bearer == HOUSEHOLD:
            loss_cases.put_case(*asked, evidence=note, key=key, actor=actor, now=now)
        else:
            losses.write_off(*asked, bearer, note=note, key=key, actor=actor, now=now)


@door.post("/lots/<code>/hold")
@operator
def hold(code: str) -> ResponseReturnValue:
    """Hold a lot back: it is neither planned nor packed until it is released."""
    lot_id, form = shelf_queries.stored_lot(code).id, HoldForm()
    if not form.validate():
        return _show(code, 422, hold_form=form)
    with transaction():
        supply.hold(lot_id, form.why.data.strip(), actor=current_actor(), now=clock.now())
    toast(_("Lot %(code)s is held.", code=code), "warn")
    return see_other("brand.lot", code=code)


@door.post("/lots/<code>/release")
@operator
def release(code: str) -> ResponseReturnValue:
    """Let a held lot be planned and packed again."""
    lot_id = shelf_queries.stored_lot(code).id
    with transaction():
        supply.release(lot_id, actor=current_actor(), now=clock.now())
    toast(_("Lot %(code)s is released.", code=code))
    return see_other("brand.lot", code=code)
