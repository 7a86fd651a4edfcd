"""Files of households: sent, read by the worker, looked at, and taken in at once or put away."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.supply import import_queries, importing, sheets, taking_in
from storefront.supply.sheets.grid import MOST_BYTES
from storefront.web import refusals
from storefront.web.county import fault_words
from storefront.web.county.blueprint import door
from storefront.web.county.forms import FileForm, TakeInForm
from storefront.web.guards import current_actor, officer
from storefront.web.htmx import page, see_other, toast
from storefront.web.readable import takes_file
from storefront.web.step_up import step_up


@door.get("/registry")
@officer
def registry_files() -> ResponseReturnValue:
    """Show the files that were sent, and where to send one."""
    return _files(FileForm(as_of=clock.china_day(clock.now())))


@door.post("/registry")
@officer
@takes_file
def send_registry_file() -> ResponseReturnValue:
    """Take a file; what is no table at all is refused at once."""
    form = FileForm()
    if not form.validate():
        return _files(form, 422)
    content = form.file.data.read(MOST_BYTES + 1)
    try:
        sheets.look(content)
        with transaction():
            code = importing.send(content, form.as_of.data, actor=current_actor(), now=clock.now())
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _files(form, 422)
    return see_other("county.registry_file", code=code)


def _files(form: FileForm, status: int = 200) -> ResponseReturnValue:
    facts = {"files": import_queries.files(), "form": form}
    return render_template("county/registry.html", **facts), status


@door.get("/registry/<code>")
@officer
def registry_file(code: str) -> Response:
    """Show how far a file is, what is wrong in it, or what taking it in would change."""
    file = import_queries.file_of(code)
    ready = file.state == "ready"
    found = taking_in.differences(file.id) if ready else None
    return page(
        "county/registry_file.html",
        "county/_registry_file.html",
        file=file,
        found=found,
        changed=import_queries.changed_by(file.id) if ready else (),
        faults=import_queries.faults_of(file.id) if file.faults else (),
        why=fault_words.refused(file.told) if file.state == "refused" else "",
        sentence=fault_words.sentence,
        place=fault_words.place,
    )


@door.post("/registry/<code>/take-in")
@officer
@step_up
def take_in_registry_file(code: str) -> AnyResponse:
    """Take in what the page showed; accounts that are paid into may change."""
    file, form = import_queries.file_of(code), TakeInForm()
    with transaction():
        taking_in.take_in(file.id, form.seen.data or "", actor=current_actor(), now=clock.now())
    toast(_("The file is taken in."))
    return see_other("county.registry_file", code=code)


@door.post("/registry/<code>/put-away")
@officer
def put_registry_file_away(code: str) -> AnyResponse:
    """Put a file away without taking it in."""
    file = import_queries.file_of(code)
    with transaction():
        taking_in.abandon(file.id, actor=current_actor(), now=clock.now())
    toast(_("The file is put away. Nothing was changed."))
    return see_other("county.registry_files")
