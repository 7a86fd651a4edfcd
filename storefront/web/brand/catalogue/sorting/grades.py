"""Grades: what lots are weighed in as, how long our store keeps them, what a mu can bear."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.catalogue import grading as room
from storefront.catalogue.grading import Grading
from storefront.catalogue.models import Grade
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.web import refusals
from storefront.web.brand.blueprint import door
from storefront.web.brand.catalogue.sorting.forms import GradeForm, NewGradeForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast


@door.get("/catalogue/grades")
@operator
def grades() -> str:
    """Show the grades in their order."""
    return render_template("brand/catalogue/grades.html", rows=room.listed())


@door.route("/catalogue/grades/new", methods=["GET", "POST"])
@operator
def new_grade() -> ResponseReturnValue:
    """Add a grade; next it needs a purchase price."""
    form = NewGradeForm()
    form.offer(room.listed())
    if form.validate_on_submit():
        try:
            with transaction():
                room.add(form.code.data, form.grading(), actor=current_actor(), now=clock.now())
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("The grade is there. Set its purchase price next: without one nobody is owed."))
            return see_other("brand.prices")
    return _form(form)


@door.route("/catalogue/grades/<code>", methods=["GET", "POST"])
@operator
def grade(code: str) -> ResponseReturnValue:
    """Change a grade; lots that are here keep the storage they were given."""
    found = room.named(code)
    stands = Grading.of(found)
    form = GradeForm(obj=stands, seen=stands.mark)
    form.offer(room.listed())
    if form.validate_on_submit():
        try:
            with transaction():
                wanted, seen = form.grading(), form.seen.data
                room.change(found.id, wanted, seen=seen, actor=current_actor(), now=clock.now())
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("The grade is changed."))
            return see_other("brand.grades")
    return _form(form, found)


def _form(form: GradeForm, found: Grade | None = None) -> ResponseReturnValue:
    status = 422 if form.is_submitted() else 200
    return render_template("brand/catalogue/grade.html", form=form, grade=found), status
