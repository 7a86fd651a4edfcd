"""Invoices that buyers asked for: the office notes the number of each once it is issued."""

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import NotFound, Refusal
from storefront.orders import invoices as issued_by
from storefront.reports import invoices as asked_for
from storefront.reports.invoices import InvoiceRow
from storefront.web import asked, refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import InvoiceForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast

SHOWN = 50
ISSUED = "issued"


@door.get("/invoices", endpoint="invoices")
@operator
def listed() -> Response:
    """Show the invoices that wait, or those that are issued."""
    return _show(request.args.get("state") == ISSUED)


@door.post("/invoices/<code>")
@operator
def issue_invoice(code: str) -> ResponseReturnValue:
    """Note the number of an order's invoice; sent twice it is one."""
    row = asked_for.of_order(code)
    if row is None:
        raise NotFound
    form = InvoiceForm.of_order(code)
    if not form.validate():
        return make_response(_show(row.number is not None, (row, form)), 422)
    try:
        is_new = _issue(row, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return make_response(_show(row.number is not None, (row, form)), 422)
    if is_new:
        toast(_("Noted. The buyer's page says it, and a letter tells them."))
    return see_other("brand.invoices", state=ISSUED if row.number else None)


def _issue(row: InvoiceRow, form: InvoiceForm) -> bool:
    seen, actor = form.seen.data, current_actor()
    with transaction():
        return issued_by.issue(
            row.order_id, form.number.data, seen=seen, actor=actor, now=clock.now()
        )


def _show(is_issued: bool, refused: tuple[InvoiceRow, InvoiceForm] | None = None) -> Response:  # noqa: FBT001  which of two lists
    after = asked.key("after")
    read = asked_for.issued if is_issued else asked_for.to_issue
    rows = read(after=after, limit=SHOWN + 1)
    forms = {row.code: InvoiceForm.blank(row.code, row.number) for row in rows[:SHOWN]}
    if refused is not None:
        forms[refused[0].code] = refused[1]
        rows = rows if refused[0].code in {row.code for row in rows} else (refused[0], *rows)
    shown = render_template(
        "brand/invoices.html",
        rows=rows[:SHOWN],
        forms=forms,
        is_issued=is_issued,
        after=rows[SHOWN - 1].id if len(rows) > SHOWN else None,
        is_first=after is None,
    )
    return make_response(shown)
