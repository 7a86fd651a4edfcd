"""What station, packing table and payment provider get, version by version."""

from collections.abc import Sequence

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.catalogue import desk, versions
from storefront.catalogue.dated import begun
from storefront.catalogue.models import FeeSchedule
from storefront.db import transaction
from storefront.supply import offering
from storefront.web import refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.catalogue.tariffs.forms import FeesForm
from storefront.web.brand.forms import StepForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast


@door.route("/catalogue/fees", methods=["GET", "POST"])
@operator
def fees() -> ResponseReturnValue:
    """Show every version of the fees and what it does to today's packs; set the next one."""
    today, rows = clock.china_day(clock.now()), versions.fee_versions()
    form = FeesForm(data=_begun(rows))
    if form.validate_on_submit():
        with refusals.said_on(form):
            _set(form)
        if not form.errors:
            toast(_("The fees are set. Orders placed before keep theirs."))
            return see_other("brand.fees")
    sold = [row for product in desk.products(limit=500).products for row in product.selling]
    shown = render_template(
        "brand/catalogue/fees.html",
        rows=[(row, offering.losing(sold, row, today)) for row in rows],
        in_force=begun(rows, today),
        today=today,
        form=form,
        step=StepForm(formdata=None),
    )
    return shown, 422 if form.is_submitted() else 200


def _begun(rows: Sequence[FeeSchedule]) -> dict[str, object]:
    """Begin with the last fees that were set."""
    if not rows:
        return {}
    last = rows[0]
    fees = (last.station_fen_per_kg, last.packing_fen_per_box, last.payment_fee_bp)
    return dict(zip(("station", "packing", "payment"), fees, strict=True))


def _set(form: FeesForm) -> None:
    versions.set_fees(
        form.from_day.data,
        form.station.data,
        form.packing.data,
        form.payment.data,
        actor=current_actor(),
        now=clock.now(),
    )


@door.post("/catalogue/fees/<int:schedule>/take-back")
@operator
def take_back_fees(schedule: int) -> ResponseReturnValue:
    """Take fees back that are still to come."""
    with transaction():
        versions.take_back_fees(schedule, actor=current_actor(), now=clock.now())
    toast(_("These fees are taken back."))
    return see_other("brand.fees")
