"""Slips that households dispute: the county answers, and nothing of them is paid before."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.actors import OFFICER
from storefront.supply import confirming, dispute_queries, queries
from storefront.web import dispute_form
from storefront.web.county.blueprint import door
from storefront.web.dispute_form import AnswerForm
from storefront.web.guards import current_actor, officer
from storefront.web.htmx import see_other, toast


@door.get("/disputes")
@officer
def disputes() -> ResponseReturnValue:
    """Show what waits for an answer, and what was answered last."""
    facts = {"waiting": dispute_queries.waiting(), "answered": dispute_queries.answered()}
    return render_template("county/disputes.html", **facts)


@door.route("/disputes/<int:dispute>", methods=["GET", "POST"])
@officer
def answer_dispute(dispute: int) -> ResponseReturnValue:
    """Show one dispute; answer it."""
    may = current_actor().may(OFFICER)
    row, form = dispute_queries.one(dispute), AnswerForm()
    form.begin_with(row, queries.grades_with_prices(clock.china_day(clock.now())))
    if form.is_submitted() and dispute_form.give(form, row, current_actor()):
        toast(_("Answered: the household and its agent read it on the slip."))
        return see_other("county.disputes")
    facts = {"row": row, "may_answer": may, "papers": confirming.papers_of(row.slip_id)}
    page = render_template("county/dispute.html", form=form, **facts)
    return page, 422 if form.is_submitted() else 200
