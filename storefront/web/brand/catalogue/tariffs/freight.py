"""Freight tables: zones of provinces, version by version, and a place to try one out."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.catalogue import desk, freight, steps, versions
from storefront.catalogue.dated import begun
from storefront.catalogue.freight import Freight
from storefront.catalogue.models import FreightTable
from storefront.catalogue.provinces import BY_CODE, PROVINCES, Province
from storefront.catalogue.queries import OfferRow
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.money import ZERO
from storefront.web import asked, refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.catalogue.tariffs.forms import FreightForm, typed_zones
from storefront.web.brand.forms import MOST_PACKS, StepForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import page, request, see_other, toast
from storefront.web.refusals import sentence
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Tried:
    """What so many packs would cost to send somewhere: a quote, or why they cannot be sent."""

    offer: OfferRow
    packs: int
    province: Province
    quoted: Freight | None = None
    refused: str = ""

    @property
    def gross(self) -> Grams:
        """What they weigh with their packing."""
        return self.offer.gross * self.packs


@door.get("/catalogue/freight", endpoint="freight")
@operator
def tables() -> ResponseReturnValue:
    """Show the freight tables; try out what a parcel costs under the one in force."""
    today = clock.china_day(clock.now())
    rows = versions.freight_versions()
    in_force = begun(rows, today)
    chosen = next((row for row in rows if row.id == asked.key("table")), in_force)
    offers = [row for product in desk.products(limit=500).products for row in product.selling]
    return page(
        "brand/catalogue/freight.html",
        "brand/catalogue/_tried.html",
        rows=rows,
        in_force=in_force,
        chosen=chosen,
        zones=versions.zones_of(chosen.id) if chosen else (),
        places=BY_CODE,
        today=today,
        offers=offers,
        provinces=PROVINCES,
        tried=_tried(offers, chosen),
        step=StepForm(formdata=None),
    )


def _tried(offers: Sequence[OfferRow], table: FreightTable | None) -> Tried | None:
    """Work out what was asked for, once it is asked whole."""
    offer = next((row for row in offers if row.sku == request.args.get("sku")), None)
    province, packs = BY_CODE.get(request.args.get("province", "")), asked.key("packs")
    if offer is None or province is None or packs is None or table is None:
        return None
    packs = min(packs, MOST_PACKS)
    reached = [step.off for step in steps.reductions().get(offer.id, ()) if step.quantity <= packs]
    goods = (offer.price - (reached[-1] if reached else ZERO)) * packs
    try:
        quoted = freight.quote(table.id, province.code, offer.gross * packs, goods)
    except Refusal as refusal:
        return Tried(offer, packs, province, refused=sentence(refusal))
    return Tried(offer, packs, province, quoted)


@door.route("/catalogue/freight/new", methods=["GET", "POST"])
@operator
def new_freight() -> ResponseReturnValue:
    """Set another freight table from a day on, beginning from the last one."""
    today = clock.china_day(clock.now())
    last = next(iter(versions.freight_versions()), None)
    zones = versions.zones_of(last.id) if last else ()
    form = FreightForm(data=typed_zones(zones, today))
    form.offer()
    if request.method == "GET":
        return render_template("brand/catalogue/new_freight.html", form=form)
    if request.form.get("then") != "more" and form.checked():
        try:
            _set(form)
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("The freight table is set. Orders placed before keep theirs."))
            return see_other("brand.freight")
    status = 200 if request.form.get("then") == "more" else 422
    return render_template("brand/catalogue/new_freight.html", form=form), status


def _set(form: FreightForm) -> None:
    with transaction():
        versions.set_freight(
            form.from_day.data, form.typed(), actor=current_actor(), now=clock.now()
        )


@door.post("/catalogue/freight/<int:table>/take-back")
@operator
def take_back_freight(table: int) -> ResponseReturnValue:
    """Take a freight table back that is still to come."""
    with transaction():
        versions.take_back_freight(table, actor=current_actor(), now=clock.now())
    toast(_("This freight table is taken back."))
    return see_other("brand.freight")
