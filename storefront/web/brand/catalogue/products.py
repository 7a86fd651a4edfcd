"""Products: the list, a product's own page, what is said of it, shown or hidden."""

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.catalogue import desk, drafting, photos, wording
from storefront.catalogue.models import SEASON
from storefront.catalogue.wording import Wording
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.orders import standing
from storefront.web import asked, assets, refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.catalogue.forms import (
    AltForm,
    PhotoForm,
    ProductForm,
    SeasonForm,
    WordingForm,
    month_day,
)
from storefront.web.brand.forms import StepForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import page, see_other, toast


@door.get("/catalogue", endpoint="catalogue")
@operator
def products() -> Response:
    """Show every product, shelf by shelf, and how it stands in the shop."""
    typed, after = asked.words("q"), asked.place("after")
    found = desk.products(typed=typed, after=after)
    return page(
        "brand/catalogue/products.html",
        "brand/catalogue/_products.html",
        rows=standing.standings(found.products, now=clock.now()),
        typed=typed,
        after=asked.written(found.after),
        is_first=after is None,
    )


@door.get("/catalogue/products/<slug>")
@operator
def product(slug: str) -> Response:
    """Show one product with its packs and photographs."""
    return show_product(slug)


def show_product(
    slug: str, refused: str = "", status: int = 200, *, photo_form: PhotoForm | None = None
) -> Response:
    """Return a product's page; ``refused`` says why something could not be done."""
    found = standing.standings([desk.product(slug)], now=clock.now())[0]
    pictures = photos.at_the_desk(found.product.id)
    shown = render_template(
        "brand/catalogue/product.html",
        standing=found,
        product=found.product,
        said=desk.written(slug),
        refused=refused,
        step=StepForm(formdata=None),
        pictures=[(picture, AltForm.of(picture)) for picture in pictures],
        photo_form=photo_form or PhotoForm(formdata=None),
        full=len(pictures) >= photos.MOST,
    )
    return make_response(shown, status)


@door.route("/catalogue/new", methods=["GET", "POST"])
@operator
def new_product() -> ResponseReturnValue:
    """Write down a product that is not there yet; it stays hidden until it is shown."""
    form = ProductForm()
    _offer(form)
    if form.validate_on_submit():
        try:
            slug = _add(form)
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("The product is written down, and hidden. Give it a pack, then show it."))
            return see_other("brand.product", slug=slug)
    status = 422 if form.is_submitted() else 200
    return render_template("brand/catalogue/wording.html", form=form, product=None), status


def _add(form: ProductForm) -> str:
    slug = form.slug.data or wording.slug_of(form.name_en.data)
    with transaction():
        return wording.draft_product(
            slug, form.wording(), actor=current_actor(), now=clock.now()
        ).slug


@door.route("/catalogue/products/<slug>/words", methods=["GET", "POST"])
@operator
def describe(slug: str) -> ResponseReturnValue:
    """Change what is said of a product."""
    product = desk.written(slug)
    before = Wording.of(product)
    form = WordingForm(obj=product, seen=before.mark)
    _offer(form)
    if form.validate_on_submit():
        try:
            with transaction():
                wording.describe(
                    product.id,
                    form.wording(),
                    seen=form.seen.data,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("What is said of it is changed."))
            return see_other("brand.product", slug=slug)
    status = 422 if form.is_submitted() else 200
    return render_template("brand/catalogue/wording.html", form=form, product=product), status


def _offer(form: WordingForm) -> None:
    form.offer(desk.shelves(), assets.drawings())


@door.post("/catalogue/products/<slug>/show")
@operator
def show(slug: str) -> ResponseReturnValue:
    """Let the shop show a product."""
    product_id = desk.written(slug).id
    with transaction():
        wording.show(product_id, actor=current_actor(), now=clock.now())
    toast(_("The shop shows it now."))
    return see_other("brand.product", slug=slug)


@door.post("/catalogue/products/<slug>/hide")
@operator
def hide(slug: str) -> ResponseReturnValue:
    """Hide a product from the shop; orders keep it."""
    product_id = desk.written(slug).id
    with transaction():
        wording.hide(product_id, actor=current_actor(), now=clock.now())
    toast(_("The shop no longer shows it. Orders that have it keep it."))
    return see_other("brand.product", slug=slug)


@door.route("/catalogue/products/<slug>/season", methods=["GET", "POST"])
@operator
def set_season(slug: str) -> ResponseReturnValue:
    """Set when in the year a product can be had."""
    product = desk.written(slug)
    days = {name: month_day(getattr(product, name)) for name in SEASON}
    form = SeasonForm(data=days)
    if form.validate_on_submit():
        try:
            with transaction():
                drafting.set_season(
                    product.id, form.window(), actor=current_actor(), now=clock.now()
                )
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("The season is set."))
            return see_other("brand.product", slug=slug)
    status = 422 if form.is_submitted() else 200
    return render_template("brand/catalogue/season.html", form=form, product=product), status
