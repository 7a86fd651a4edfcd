"""Slips that households dispute: the brand office answers, and nothing of them is paid before."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.actors import OPERATOR
from storefront.supply import confirming, dispute_queries, queries
from storefront.web import dispute_form
from storefront.web.brand.blueprint import door
from storefront.web.dispute_form import AnswerForm
from storefront.web.guards import current_actor, operator
from storefront.web.htmx import see_other, toast


@door.get("/disputes")
@operator
def disputes() -> ResponseReturnValue:
    """Show what waits for an answer, and what was answered last."""
    facts = {"waiting": dispute_queries.waiting(), "answered": dispute_queries.answered()}
    return render_template("brand/disputes.html", **facts)


@door.route("/disputes/<int:dispute>", methods=["GET", "POST"])
@operator
def answer_dispute(dispute: int) -> ResponseReturnValue:
    """Show one dispute; answer it."""
    may = current_actor().may(OPERATOR)
    row, form = dispute_queries.one(dispute), AnswerForm()
    form.begin_with(row, queries.grades_with_prices(clock.china_day(clock.now())))
    if form.is_submitted() and dispute_form.give(form, row, current_actor()):
        toast(_("Answered: the household and its agent read it on the slip."))
        return see_other("brand.disputes")
    facts = {"row": row, "may_answer": may, "papers": confirming.papers_of(row.slip_id)}
    page = render_template("brand/dispute.html", form=form, **facts)
    return page, 422 if form.is_submitted() else 200
