"""Who is paid for a household, and into which account."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.supply import registry
from storefront.web import refusals
from storefront.web.county.blueprint import door
from storefront.web.county.entry import numbers, scope
from storefront.web.county.entry.forms import PayeeForm
from storefront.web.guards import current_actor, officer
from storefront.web.htmx import toast
from storefront.web.step_up import step_up


@door.post("/households/<code>/payee")
@officer
@step_up
def change_payee(code: str) -> ResponseReturnValue:
    """Note another payee or account; payments drafted before keep theirs."""
    file, form = scope.of_code(code), PayeeForm()
    if form.validate():
        try:
            _change(file.id, form)
        except Refusal as refusal:
            refusals.on_form(form, refusal)
        else:
            toast(_("The payee is noted. Payments drafted before keep theirs."))
            return numbers.done(code)
    return numbers.shown(code, 422, payee=form)


def _change(household_id: int, form: PayeeForm) -> None:
    with transaction():
        registry.change_payee(
            household_id,
            " ".join(form.payee.data.split()),
            form.relation.data,
            form.account.kept,
            form.id_number.kept,
            actor=current_actor(),
            now=clock.now(),
        )
