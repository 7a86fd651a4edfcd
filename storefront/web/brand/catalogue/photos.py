"""Photographs of a product: taken in and looked at here, made ready by the worker."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.catalogue import desk, imaging
from storefront.catalogue import photos as room
from storefront.db import transaction
from storefront.errors import NotFound, Refusal
from storefront.web import refusals, site
from storefront.web.brand.blueprint import door
from storefront.web.brand.catalogue.forms import AltForm, PhotoForm, PlaceForm
from storefront.web.brand.catalogue.products import show_product
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast
from storefront.web.readable import takes_file


@door.post("/catalogue/products/<slug>/photos")
@operator
@takes_file
def add_photo(slug: str) -> ResponseReturnValue:
    """Take a photograph in; a file that is none is refused, and nothing of it is kept."""
    product_id, form = desk.written(slug).id, PhotoForm()
    if not form.validate():
        return show_product(slug, status=422, photo_form=form)
    try:
        _keep(product_id, form)
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return show_product(slug, status=422, photo_form=form)
    toast(_("The photograph is here. It is shown as soon as it is prepared, in a minute or so."))
    return see_other("brand.product", slug=slug, _anchor="photos")


def _keep(product_id: int, form: PhotoForm) -> None:
    content = form.file.data.read(imaging.MOST_BYTES + 1)
    taken = imaging.look(content)
    imaging.keep(site.settings().uploads, taken, content)
    with transaction():
        room.add(
            product_id,
            taken,
            form.alt_zh.data,
            form.alt_en.data,
            actor=current_actor(),
            now=clock.now(),
        )


def _of_product(slug: str, photo_id: int) -> room.DeskPhoto:
    """Return a photograph of this product. Raises NotFound."""
    mine = room.at_the_desk(desk.written(slug).id)
    found = next((photo for photo in mine if photo.id == photo_id), None)
    if found is None:
        raise NotFound
    return found


@door.post("/catalogue/products/<slug>/photos/<int:photo>/words")
@operator
def describe_photo(slug: str, photo: int) -> ResponseReturnValue:
    """Say anew what a photograph shows."""
    form = AltForm()
    photo_id = _of_product(slug, photo).id
    if not form.validate():
        faults = (fault for field in form for fault in field.errors)
        return show_product(slug, refused=str(next(faults, "")), status=422)
    with transaction():
        room.describe(
            photo_id, form.alt_zh.data, form.alt_en.data, actor=current_actor(), now=clock.now()
        )
    toast(_("What the photograph shows is said anew."))
    return see_other("brand.product", slug=slug, _anchor="photos")


@door.post("/catalogue/products/<slug>/photos/<int:photo>/place")
@operator
def move_photo(slug: str, photo: int) -> ResponseReturnValue:
    """Make a photograph the cover, or move it one place."""
    form = PlaceForm()
    photo_id = _of_product(slug, photo).id
    with transaction():
        room.move(photo_id, form.to.data or "", actor=current_actor(), now=clock.now())
    return see_other("brand.product", slug=slug, _anchor="photos")


@door.post("/catalogue/products/<slug>/photos/<int:photo>/remove")
@operator
def remove_photo(slug: str, photo: int) -> ResponseReturnValue:
    """Take a photograph away."""
    photo_id = _of_product(slug, photo).id
    with transaction():
        room.remove(photo_id, actor=current_actor(), now=clock.now())
    toast(_("The photograph is removed."))
    return see_other("brand.product", slug=slug, _anchor="photos")
