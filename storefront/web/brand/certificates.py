"""The brand's commitment certificates: what was packed of a grade on a day, and of whose lots."""

from datetime import date

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField
from wtforms.validators import Regexp

from storefront import clock, ids
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import batches
from storefront.supply.certificates import BUYER
from storefront.web import names, refusals
from storefront.web.brand.blueprint import door
from storefront.web.certificate_form import CertificateForm, drawn
from storefront.web.fields import PAGE_TOO_OLD
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import page, see_other, toast
from storefront.web.i18n import speaking


class BatchForm(CertificateForm):
    """Which grade, packed on which day."""

    grade = HiddenField(validators=[Regexp(r"^[0-9]{1,9}$", message=PAGE_TOO_OLD)])
    day = HiddenField(validators=[Regexp(r"^\d{4}-\d{2}-\d{2}$", message=PAGE_TOO_OLD)])


@door.get("/certificates", endpoint="certificates")
@operator
def listed() -> Response:
    """Show what was packed on each of the last days, and what of it is certified."""
    return _list(BatchForm(formdata=None, data={"basis": ["controlled"]}))


def _list(form: BatchForm, status: int = 200) -> Response:
    found = batches.batches(today=clock.china_day(clock.now()))
    rows = [(row, ids.new_key()) for row in found]
    facts = {"rows": rows, "form": form, "newest": batches.newest()}
    response = page("brand/certificates.html", "brand/certificates.html", **facts)
    response.status_code = status
    return response


@door.post("/certificates")
@operator
def issue_certificate() -> ResponseReturnValue:
    """Issue the certificate of one batch, or a new one in its place."""
    form = BatchForm()
    day = _day(request.form.get("day", ""))
    if not form.validate() or day is None:
        return _list(form, 422)
    try:
        code = _issue(form, day)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _list(form, 422)
    toast(_("The certificate is issued. It can be printed and signed."))
    return see_other("brand.certificate", code=code)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _issue(form: BatchForm, day: date) -> str:
    grade, basis, key = int(form.grade.data), form.basis.data, form.key.data
    with speaking("zh"):
        promiser = names.site().operator or names.site().brand
    with transaction():
        issued = batches.issue_for_batch(
            grade, day, basis, promiser, key=key, actor=current_actor(), now=clock.now()
        )
        return issued.code


@door.get("/certificates/<code>")
@operator
def certificate(code: str) -> Response:
    """Show a certificate, to print on A6, and the lots it covers."""
    found = batches.certificate_page(code)
    contact = names.site().service_phone if found.paper.style == BUYER else None
    facts = {"found": found, "drawn_paper": drawn(found, contact)}
    return page("brand/certificate.html", "brand/certificate.html", **facts)
