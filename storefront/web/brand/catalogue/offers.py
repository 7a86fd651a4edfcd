"""Packs: what is in one, what it costs, and where its price goes, worked out while it is typed."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.catalogue import changing, desk, drafting
from storefront.catalogue.changing import Pack
from storefront.catalogue.desk import DeskProduct
from storefront.catalogue.drafting import GrownPart
from storefront.catalogue.models import Offer
from storefront.catalogue.offers import Arithmetic
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.money import ZERO, Fen
from storefront.supply import offering
from storefront.supply.offering import Reckoning
from storefront.supply.prices import purchase_prices_on
from storefront.web import filters, refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.catalogue.forms import NewOfferForm, OfferForm, typed_of
from storefront.web.brand.catalogue.products import show_product
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import page, request, see_other, toast
from storefront.web.i18n import translated
from storefront.weight import FenPerKg

Names = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Worked:
    """What the panel shows: a reckoning, or a sentence that says why there is none."""

    reckoning: Reckoning | None = None
    why: str = ""
    priced: bool = False

    @property
    def takers(self) -> list[tuple[str, Fen, str, str]]:
        """Who gets which part of the price, households first."""
        return _takers(self.reckoning.money) if self.reckoning else []


def _takers(money: Arithmetic) -> list[tuple[str, Fen, str, str]]:
    rows = [
        (_("Households"), money.shares, "household", _("at today's purchase prices")),
        (_("Village station"), money.fees.station, "station", ""),
        (_("Packing"), money.fees.packing, "packing", ""),
        (_("Bought-in goods"), money.bought_in, "goods", ""),
        (_("Payment fee"), money.fees.payment, "fee", _("as the schedule expects it")),
        (_("Brand fund"), money.left, "brand", _("what is left")),
    ]
    return [row for row in rows if row[1] or row[2] in {"household", "brand"}]


@door.route("/catalogue/products/<slug>/new-offer", methods=["GET", "POST"])
@operator
def new_offer(slug: str) -> ResponseReturnValue:
    """Write down a pack that is not there yet."""
    product = desk.product(slug)
    form = NewOfferForm(data={"position": len(product.offers) + 1})
    names = _offer(form)
    if request.method == "GET" or _only_reckons():
        return _show(product, form, names)
    if form.checked():
        pack = form.pack(product.id, form.sku.data, names)
        try:
            with transaction():
                offering.add_offer(pack, sell=_sells(), actor=current_actor(), now=clock.now())
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            return _done(slug, pack.draft.sku)
    return _show(product, form, names, status=422)


@door.route("/catalogue/products/<slug>/offers/<sku>", methods=["GET", "POST"])
@operator
def offer(slug: str, sku: str) -> ResponseReturnValue:
    """Show a pack, and change it."""
    product = desk.product(slug)
    there = desk.offer_named(product.id, sku)
    before = changing.pack_of(there)
    form = OfferForm(data=typed_of(before))
    names = _offer(form, before)
    if request.method == "GET" or _only_reckons():
        return _show(product, form, names, there)
    if form.checked():
        try:
            _change(there.id, form.pack(product.id, sku, names), form.seen.data)
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            return _done(slug, sku)
    return _show(product, form, names, there, status=422)


def _change(offer_id: int, pack: Pack, seen: str) -> None:
    with transaction():
        offering.change_offer(
            offer_id, pack, seen=seen, sell=_sells(), actor=current_actor(), now=clock.now()
        )


def _only_reckons() -> bool:
    return bool(request.form.get("then") == "reckon")


def _sells() -> bool:
    return bool(request.form.get("then") == "sell")


def _done(slug: str, sku: str) -> ResponseReturnValue:
    said = _("Pack %(sku)s is written down and on sale.", sku=sku)
    toast(said if _sells() else _("Pack %(sku)s is written down.", sku=sku))
    return see_other("brand.product", slug=slug)


def _offer(form: OfferForm, before: Pack | None = None) -> Names:
    """Let any grade be chosen; return what a part of each is called: as before, or as its grade."""
    grades = desk.grades()
    paid = purchase_prices_on(clock.china_day(clock.now()))
    form.offer(
        [(grade.id, _priced(translated(grade, "name"), paid.get(grade.id))) for grade in grades]
    )
    kept = before.draft.parts if before else ()
    return {
        **{grade.id: (grade.name_zh, grade.name_en) for grade in grades},
        **{
            part.grade_id: (part.name_zh, part.name_en)
            for part in kept
            if isinstance(part, GrownPart)
        },
    }


def _priced(name: str, price: FenPerKg | None) -> str:
    return f"{name} · {filters.per_jin(price) if price is not None else filters.NONE}"


def _show(
    product: DeskProduct,
    form: OfferForm,
    names: Names,
    there: Offer | None = None,
    status: int = 200,
) -> Response:
    shown = page(
        "brand/catalogue/offer.html",
        "brand/catalogue/_reckoning.html",
        product=product,
        form=form,
        worked=_worked(form, names),
        sku=there.sku if there else "",
        on_sale=there is not None and offering.is_on_sale(there),
    )
    return make_response(shown, status)


def _worked(form: OfferForm, names: Names) -> Worked:
    """Work out where the price goes, as far as it can be read."""
    parts = form.parts(names)
    if not parts:
        return Worked(why=_("Say what is in the pack, then the price: this is worked out at once."))
    price, today = form.price.data, clock.china_day(clock.now())
    try:
        reckoning = offering.reckon(price or ZERO, parts, form.reductions(), today)
    except Refusal as refusal:
        return Worked(why=refusals.sentence(refusal))
    return Worked(reckoning, priced=bool(price))


@door.post("/catalogue/products/<slug>/offers/<sku>/sell")
@operator
def sell(slug: str, sku: str) -> ResponseReturnValue:
    """Put a pack on sale; one that would be sold below cost is refused, with the arithmetic."""
    offer_id = desk.offer_named(desk.product(slug).id, sku).id
    try:
        with transaction():
            offering.put_on_sale(offer_id, actor=current_actor(), now=clock.now())
    except Refusal as refusal:
        return show_product(slug, refused=refusals.sentence(refusal), status=409)
    toast(_("Pack %(sku)s is on sale.", sku=sku))
    return see_other("brand.product", slug=slug)


@door.post("/catalogue/products/<slug>/offers/<sku>/withdraw")
@operator
def withdraw(slug: str, sku: str) -> ResponseReturnValue:
    """Take a pack off sale; orders that have it keep it."""
    offer_id = desk.offer_named(desk.product(slug).id, sku).id
    with transaction():
        drafting.withdraw(offer_id, actor=current_actor(), now=clock.now())
    toast(_("Pack %(sku)s is no longer on sale. Orders that have it keep it.", sku=sku))
    return see_other("brand.product", slug=slug)
