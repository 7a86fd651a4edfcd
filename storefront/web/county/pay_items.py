"""One household's item of a pay run: the rows it settles, and the bank's answer."""

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, db
from storefront.errors import Refusal
from storefront.reports.pay_accounts import masked_accounts
from storefront.reports.pay_rows import pay_rows
from storefront.settlement import answers, run_queries
from storefront.web import refusals
from storefront.web.county import forms, pay_runs
from storefront.web.county.blueprint import door
from storefront.web.guards import current_actor, officer
from storefront.web.htmx import see_other, toast


@door.get("/pay-runs/<code>/<household>")
@officer
def pay_item(code: str, household: str) -> str:
    """Show the rows that an item settles."""
    item_id = run_queries.pay_item_of_run(code, household)
    run = run_queries.pay_run_page(code)
    return render_template(
        "county/pay_item.html",
        run=run.run,
        item=next(item for item in run.items if item.id == item_id),
        account=masked_accounts(code).get(household),
        rows=pay_rows(item_id),
    )


@door.post("/pay-runs/<code>/<household>")
@officer
def record_result(code: str, household: str) -> AnyResponse:
    """Write down what the bank said of one item: paid, or failed and why."""
    item_id = run_queries.pay_item_of_run(code, household)
    form = forms.Answer()
    if not form.validate():
        return pay_runs.show(code, {household: form}, 422)
    try:
        _record(item_id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return pay_runs.show(code, {household: form}, 422)
    toast(_("Noted for %(household)s.", household=household))
    return see_other("county.pay_run", code=code, _anchor=f"item-{household}")


def _record(item_id: int, form: forms.Answer) -> None:
    """Keep the bank's answer to an item."""
    paid = form.result.data == "paid"
    reason = "" if paid else form.reason.data.strip()
    with db.transaction():
        answers.record_result(
            item_id, ok=paid, reason=reason, actor=current_actor(), now=clock.now()
        )
