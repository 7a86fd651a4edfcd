"""How many parcels leave on a day, version by version, and the days that are given out."""

from collections.abc import Sequence

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock, county
from storefront.catalogue import versions
from storefront.catalogue.dated import begun
from storefront.catalogue.models import DispatchLimit
from storefront.db import transaction
from storefront.orders import dispatch_days
from storefront.web import refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.catalogue.tariffs.forms import LimitForm
from storefront.web.brand.forms import StepForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast

AHEAD = 10  # working days that are shown


@door.route("/catalogue/dispatch-days", methods=["GET", "POST"])
@operator
def dispatch_limits() -> ResponseReturnValue:
    """Show every limit and how full the coming days are; set the next limit."""
    now, rows = clock.now(), versions.dispatch_limits()
    form = LimitForm(data={"most": _begun(rows)})
    if form.validate_on_submit():
        with refusals.said_on(form):
            _set(form)
        if not form.errors:
            toast(_("The limit is set. Days that were promised stay promised."))
            return see_other("brand.dispatch_limits")
    today = clock.china_day(now)
    shown = render_template(
        "brand/catalogue/dispatch.html",
        rows=rows,
        in_force=begun(rows, today),
        before=county.rules().dispatch_most,
        days=dispatch_days.days_ahead(now, AHEAD),
        today=today,
        form=form,
        step=StepForm(formdata=None),
    )
    return shown, 422 if form.is_submitted() else 200


def _begun(rows: Sequence[DispatchLimit]) -> str:
    """Begin with the last limit that was set."""
    most = rows[0].most if rows else county.rules().dispatch_most
    return str(most or "")


def _set(form: LimitForm) -> None:
    versions.set_dispatch_limit(
        form.from_day.data, form.limit, actor=current_actor(), now=clock.now()
    )


@door.post("/catalogue/dispatch-days/<int:limit>/take-back")
@operator
def take_back_limit(limit: int) -> ResponseReturnValue:
    """Take a limit back that is still to come."""
    with transaction():
        versions.take_back_dispatch_limit(limit, actor=current_actor(), now=clock.now())
    toast(_("This limit is taken back."))
    return see_other("brand.dispatch_limits")
