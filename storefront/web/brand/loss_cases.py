"""Losses that somebody put on a household: they wait for a second person's word."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.accounts import posts
from storefront.actors import OPERATOR
from storefront.db import transaction
from storefront.settlement import loss_cases as losses
from storefront.settlement import loss_queries
from storefront.web.brand.blueprint import door
from storefront.web.brand.forms import DecisionForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast


@door.get("/losses")
@operator
def loss_cases() -> ResponseReturnValue:
    """Show what waits to be decided."""
    return _show(DecisionForm(formdata=None))


def _show(form: DecisionForm, status: int = 200) -> tuple[str, int]:
    own = current_actor().user_id
    rows = loss_queries.waiting_cases()
    alone = not posts.in_post(OPERATOR, besides=own)
    text = render_template("brand/loss_cases.html", rows=rows, form=form, own=own, alone=alone)
    return text, status


@door.post("/losses/<int:case_id>")
@operator
def decide_loss(case_id: int) -> ResponseReturnValue:
    """Say who bears a loss, or that there was none."""
    form = DecisionForm()
    if not form.validate():
        return _show(form, 422)
    with transaction():
        losses.decide_case(case_id, form.decision.data, actor=current_actor(), now=clock.now())
    toast(_("Decided, and on record under both names."))
    return see_other("brand.loss_cases")
