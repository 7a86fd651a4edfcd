"""What the pages of prices of two doors show and do alike."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.accounts import members
from storefront.actors import OFFICER, OPERATOR
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.supply import price_files, price_queries
from storefront.supply.sheets.grid import MOST_BYTES
from storefront.web import price_faults, refusals
from storefront.web.guards import current_actor
from storefront.web.htmx import see_other, toast
from storefront.web.price_chart import chart
from storefront.web.price_form import PriceFileForm, TakeInForm

ROLES = {"brand": OPERATOR, "county": OFFICER}  # whose prices a door's files are


def history(door: str, code: str) -> str:
    """Show how a grade's prices went, and who said so. Raises NotFound."""
    grade = price_queries.grade_named(code)
    said = price_queries.history(grade.id)
    return render_template(
        "prices/history.html",
        door=door,
        grade=grade,
        history=said,
        chart=chart(said, clock.china_day(clock.now())),
        names=members.names({row.set_by for row in said if row.set_by is not None}),
    )


def sending(door: str) -> ResponseReturnValue:
    """Show an office's files and where to send one; take one that is sent."""
    form, role = PriceFileForm(), ROLES[door]
    if form.validate_on_submit():
        try:
            return _sent(form, door)
        except Refusal as refusal:
            refusals.on_form(form, refusal)
    facts = {"form": form, "files": price_files.files(role), "kinds": price_files.kinds_of(role)}
    may = {"may_keep": current_actor().may(role)}
    page = render_template("prices/files.html", door=door, **facts, **may)
    return page, 422 if form.is_submitted() else 200


def _sent(form: PriceFileForm, door: str) -> AnyResponse:
    now = clock.now()
    content = form.file.data.read(MOST_BYTES + 1)
    sheet = price_files.read(content, ROLES[door], today=clock.china_day(now))
    with transaction():
        code = price_files.send(sheet, actor=current_actor(), now=now)
    return see_other(f"{door}.price_file", code=code)


def file(door: str, code: str) -> str:
    """Show what a file would change, or what is wrong in it."""
    file = price_files.of_code(code, ROLES[door])
    ready = file.state == "ready"
    return render_template(
        "prices/one_file.html",
        door=door,
        file=file,
        found=price_files.differences(file) if ready else None,
        grades=price_queries.grades_by_id() if ready else {},
        faults=file.faults,
        sentence=price_faults.sentence,
        place=price_faults.place,
        may_keep=current_actor().may(ROLES[door]),
    )


def take_in(door: str, code: str) -> AnyResponse:
    """Take in what the page showed."""
    file, form = price_files.of_code(code, ROLES[door]), TakeInForm()
    with transaction():
        price_files.take_in(file.id, form.seen.data or "", actor=current_actor(), now=clock.now())
    toast(_("The prices are taken in."))
    return see_other(f"{door}.prices")


def put_away(door: str, code: str) -> AnyResponse:
    """Put a file away."""
    file = price_files.of_code(code, ROLES[door])
    with transaction():
        price_files.abandon(file.id, actor=current_actor(), now=clock.now())
    toast(_("The file is put away. Nothing was changed."))
    return see_other(f"{door}.price_files")
