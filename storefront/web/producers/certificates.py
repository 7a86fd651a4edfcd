"""A household's commitment certificate for a lot: promised on its phone, or through its agent."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import batches
from storefront.supply import certificates, queries
from storefront.web import refusals
from storefront.web.certificate_form import CertificateForm, drawn
from storefront.web.guards import current_actor
from storefront.web.htmx import send_to, toast
from storefront.web.producers.blueprint import screen
from storefront.web.producers.scope import Place


@screen("lots/<code>/certificate", "GET", "POST")
def certificate(place: Place, code: str) -> ResponseReturnValue:
    """Show a lot's certificate, to print; issue one, or a new one in its place."""
    lot = queries.household_lot(place.household.id, code)
    form, status = CertificateForm(formdata=None, data={"basis": ["controlled"]}), 200
    if request.method == "POST":
        form, status = CertificateForm(), 422
        if form.validate() and _issue(lot.id, form):
            toast(_("The certificate is issued. It can be printed and signed."))
            return send_to(place.url("certificate", code=code))
    stands = certificates.of_lot(lot.id)
    contact = certificates.contact_of(place.household.id)
    paper = drawn(batches.page_of(stands), contact) if stands else None
    facts = {"lot": lot, "form": form, "drawn_paper": paper}
    return render_template("producers/certificate.html", **facts, **place.facts), status


def _issue(lot_id: int, form: CertificateForm) -> bool:
    basis, key = form.basis.data, form.key.data
    try:
        with transaction():
            certificates.issue_for_lot(
                lot_id, basis, key=key, actor=current_actor(), now=clock.now()
            )
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return False
    return True
