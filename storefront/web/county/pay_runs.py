"""Pay runs: one person drafts, another approves, the bank is told, its answers are kept."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import audit, clock, db
from storefront.accounts.posts import in_post
from storefront.actors import CHECKER, OFFICER
from storefront.errors import Refusal
from storefront.reports.pay_accounts import masked_accounts
from storefront.settlement import payruns, run_queries
from storefront.web import refusals
from storefront.web.county import forms
from storefront.web.county.blueprint import door
from storefront.web.guards import checker, current_actor, officer
from storefront.web.htmx import page, see_other, toast
from storefront.web.step_up import step_up


@door.get("/pay-runs")
@officer
def pay_runs() -> Response:
    """Show the runs, and what a run made today would take."""
    return _list(forms.DraftPayRun(cutoff=clock.china_day(clock.now())))


def _list(form: forms.DraftPayRun, status: int = 200) -> Response:
    shown = page(
        "county/pay_runs.html",
        "county/_pay_runs.html",
        form=form,
        runs=run_queries.pay_runs(),
        due=run_queries.due_now(clock.china_day(clock.now())),
        may_keep=current_actor().may(OFFICER),
    )
    shown.status_code = status
    return shown


@door.post("/pay-runs")
@officer
def draft_pay_run() -> AnyResponse:
    """Draft a run of everything due up to the day that was typed."""
    form = forms.DraftPayRun()
    if not form.validate():
        return _list(form, 422)
    try:
        with db.transaction():
            run = payruns.draft(form.cutoff.data, actor=current_actor(), now=clock.now()).code
    except Refusal as refusal:
        refusals.on_form(form, refusal)
        return _list(form, 422)
    return see_other("county.pay_run", code=run)


@door.get("/pay-runs/<code>")
@officer
def pay_run(code: str) -> Response:
    """Show a run: its items, and what may be done with it by whom."""
    return show(code)


def show(code: str, answers: dict[str, forms.Answer] | None = None, status: int = 200) -> Response:
    """Show a run; ``answers`` are the forms of items that were filled in wrongly."""
    run = run_queries.pay_run_page(code)
    actor = current_actor()
    shown = page(
        "county/pay_run.html",
        "county/_pay_run.html",
        page=run,
        accounts=masked_accounts(code),
        checkers=in_post(CHECKER, besides=run.drafted_by_id),
        may_keep=actor.may(OFFICER),
        may_approve=actor.may(CHECKER) and actor.user_id != run.drafted_by_id,
        is_own=actor.user_id == run.drafted_by_id,
        answers=answers or {},
        blank=forms.Answer(formdata=None),
    )
    shown.status_code = status
    return shown


@door.post("/pay-runs/<code>/approve")
@checker
@step_up
def approve_pay_run(code: str) -> AnyResponse:
    """Approve a run that somebody else drafted."""
    run_id = run_queries.pay_run_id(code)
    with db.transaction():
        payruns.approve(run_id, actor=current_actor(), now=clock.now())
    toast(_("Approved. The officer can hand it to the bank now."))
    return see_other("county.pay_run", code=code)


@door.post("/pay-runs/<code>/abandon")
@officer
def abandon_pay_run(code: str) -> AnyResponse:
    """Give a run up: what it held is due again."""
    run_id = run_queries.pay_run_id(code)
    with db.transaction():
        payruns.abandon(run_id, actor=current_actor(), now=clock.now())
    toast(_("Abandoned. What it held can be drafted again."))
    return see_other("county.pay_run", code=code)


@door.post("/pay-runs/<code>/export")
@officer
@step_up
def export_pay_run(code: str) -> AnyResponse:
    """Hand the run to the bank: from now on its pay is in transit."""
    run_id = run_queries.pay_run_id(code)
    with db.transaction():
        payruns.export(run_id, actor=current_actor(), now=clock.now())
    toast(_("The file for the bank is ready: download it below."))
    return see_other("county.pay_run", code=code)


@door.post("/pay-runs/<code>/file")
@officer
@step_up
def pay_run_file(code: str) -> AnyResponse:
    """Give the bank's file out, the same however often; each time is noted."""
    run_id = run_queries.pay_run_id(code)
    actor, now = current_actor(), clock.now()
    with db.transaction():
        file = payruns.export(run_id, actor=actor, now=now)
        audit.record(actor, "download", "pay_run", code, now=now, sha256=file.sha256)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.body, mimetype="text/csv", headers=headers)
