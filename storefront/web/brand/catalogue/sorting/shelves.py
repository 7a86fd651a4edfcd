"""Shelves: what the shop's categories are called, in which order, and new ones."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.catalogue import shelves as room
from storefront.catalogue import wording
from storefront.catalogue.models import Category
from storefront.catalogue.shelves import Shelf
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.web import refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.catalogue.sorting.forms import NewShelfForm, ShelfForm
from storefront.web.brand.forms import StepForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast


@door.get("/catalogue/shelves")
@operator
def shelves() -> str:
    """Show the shelves in their order, each with how much stands on it."""
    step = StepForm(formdata=None)
    return render_template("brand/catalogue/shelves.html", rows=room.counted(), step=step)


@door.route("/catalogue/shelves/new", methods=["GET", "POST"])
@operator
def new_shelf() -> ResponseReturnValue:
    """Add a shelf; the shop shows it once something on it is shown."""
    form = NewShelfForm()
    if form.validate_on_submit():
        slug = form.slug.data or wording.slug_of(form.name_en.data)
        try:
            with transaction():
                room.add(slug, form.shelf(), actor=current_actor(), now=clock.now())
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("The shelf is there. The shop shows it once a product on it is shown."))
            return see_other("brand.shelves")
    return _form(form)


@door.route("/catalogue/shelves/<slug>", methods=["GET", "POST"])
@operator
def shelf(slug: str) -> ResponseReturnValue:
    """Rename a shelf, or give it another place."""
    found = room.named(slug)
    stands = Shelf.of(found)
    form = ShelfForm(obj=stands, seen=stands.mark)
    if form.validate_on_submit():
        try:
            with transaction():
                wanted, seen = form.shelf(), form.seen.data
                room.change(found.id, wanted, seen=seen, actor=current_actor(), now=clock.now())
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("The shelf is changed."))
            return see_other("brand.shelves")
    return _form(form, found)


@door.post("/catalogue/shelves/<slug>/remove")
@operator
def remove_shelf(slug: str) -> ResponseReturnValue:
    """Take an empty shelf away; pressed twice it is gone all the same."""
    with transaction():
        room.remove(slug, actor=current_actor(), now=clock.now())
    toast(_("The shelf is gone."))
    return see_other("brand.shelves")


def _form(form: ShelfForm, found: Category | None = None) -> ResponseReturnValue:
    status = 422 if form.is_submitted() else 200
    return render_template("brand/catalogue/shelf.html", form=form, shelf=found), status
