"""A household without a phone of its own agrees with a slip: by code, by paper, by its PIN."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront import clock
from storefront.accounts import members, presence
from storefront.catalogue import imaging
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.supply import confirming, slip_codes, slip_queries
from storefront.supply.slip_queries import SlipPage
from storefront.web import private_papers, refusals, site
from storefront.web.guards import current_actor
from storefront.web.htmx import send_to, toast
from storefront.web.producers.blueprint import agent_screen
from storefront.web.producers.forms import ConfirmForm
from storefront.web.producers.scope import Place
from storefront.web.producers.slip_forms import CodeOfSlipForm, PaperForm, VisitForm
from storefront.web.readable import takes_file


@dataclass(frozen=True, slots=True)
class Ways:
    """The forms of the page; the one that was sent holds what was typed and what is wrong."""

    code: CodeOfSlipForm
    paper: PaperForm
    visit: VisitForm

    @classmethod
    def of(cls, place: Place, **sent: Any) -> "Ways":  # noqa: ANN401  forms
        """Return the forms, blank but for the one that was ``sent``."""
        blank: dict[str, Any] = {
            "code": CodeOfSlipForm(formdata=None),
            "paper": PaperForm(formdata=None),
            "visit": VisitForm(formdata=None),
        }
        ways = cls(**{**blank, **sent})
        ways.visit.offer(members.of_household(place.household.id, now=clock.now()))
        return ways


@agent_screen("slips/<code>/agree")
def agree(place: Place, code: str) -> ResponseReturnValue:
    """Show the ways in which the household can agree."""
    return _page(place, slip_queries.slip_page(place.household.id, code), Ways.of(place))


def _page(place: Place, slip: SlipPage, ways: Ways, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "producers/agree.html",
        slip=slip,
        ways=ways,
        phone_end=slip_codes.phone_end(place.household.id),
        texts=bool(site.settings().sms_gateway),
        sent=slip_codes.newest(slip.id, now=clock.now()),
        step=ConfirmForm(formdata=None),
        **place.facts,
    )
    return page, status


def _agreed(place: Place, code: str) -> ResponseReturnValue:
    toast(_("The household agreed: it stands on the slip how."))
    return send_to(place.url("slip", code=code))


@agent_screen("slips/<code>/agree/send-code", "POST")
def send_slip_code(place: Place, code: str) -> ResponseReturnValue:
    """Send a code to the household's own phone."""
    slip, actor = slip_queries.slip_page(place.household.id, code), current_actor()
    gateway = site.settings().sms_gateway
    with transaction():
        slip_codes.send(slip.id, gateway, actor=actor, now=clock.now())
    toast(_("The code is on its way to the household's phone."))
    return send_to(place.url("agree", code=code))


@agent_screen("slips/<code>/agree/code", "POST")
def agree_by_code(place: Place, code: str) -> ResponseReturnValue:
    """Take the code that the household reads out."""
    slip, form = slip_queries.slip_page(place.household.id, code), CodeOfSlipForm()
    if not form.validate():
        return _page(place, slip, Ways.of(place, code=form), 422)
    with transaction():
        wrong = slip_codes.confirm(slip.id, form.code.data, actor=current_actor(), now=clock.now())
    if wrong is not None:
        refusals.on_form(form, wrong)
        return _page(place, slip, Ways.of(place, code=form), 422)
    return _agreed(place, code)


@agent_screen("slips/<code>/agree/paper", "POST")
@takes_file
def agree_by_paper(place: Place, code: str) -> ResponseReturnValue:
    """Keep the photograph of the slip that the household signed."""
    slip, form = slip_queries.slip_page(place.household.id, code), PaperForm()
    if not form.validate():
        return _page(place, slip, Ways.of(place, paper=form), 422)
    try:
        _keep(slip, form.file.data.read(imaging.MOST_BYTES + 1))
    except Refusal as refusal:
        if refusal.field not in form:
            raise
        refusals.on_form(form, refusal)
        return _page(place, slip, Ways.of(place, paper=form), 422)
    return _agreed(place, code)


def _keep(slip: SlipPage, content: bytes) -> None:
    """Make the picture outside the transaction; it is named by what is in it."""
    imaging.look(content)
    digest = imaging.keep_private(site.settings().uploads, imaging.plain_jpeg(content))
    with transaction():
        confirming.by_paper(slip.id, digest, actor=current_actor(), now=clock.now())


@agent_screen("slips/<code>/agree/visit", "POST")
def agree_by_visit(place: Place, code: str) -> ResponseReturnValue:
    """Take the PIN of a member of the household, typed on the agent's phone."""
    slip, form = slip_queries.slip_page(place.household.id, code), VisitForm()
    ways = Ways.of(place, visit=form)
    if not form.validate():
        return _page(place, slip, ways, 422)
    try:
        wrong = _visit(slip, form)
    except Refusal as refusal:
        if refusal.code != "sign_in_locked":
            raise
        wrong = refusal
    if wrong is not None:
        refusals.on_form(form, wrong)
        return _page(place, slip, ways, 422)
    return _agreed(place, code)


def _visit(slip: SlipPage, form: VisitForm) -> Refusal | None:
    member, now = form.member.data, clock.now()
    proof = presence.look(member, form.pin.data, now=now)
    with transaction():
        wrong = presence.note(proof, now=now)
        if wrong is None:
            confirming.by_visit(slip.id, member, actor=current_actor(), now=now)
    return wrong


@agent_screen("slips/<code>/agree/next-visit", "POST")
def agree_at_next_visit(place: Place, code: str) -> ResponseReturnValue:
    """Leave the slip open until the household comes by."""
    slip = slip_queries.slip_page(place.household.id, code)
    with transaction():
        confirming.at_next_visit(slip.id, actor=current_actor(), now=clock.now())
    toast(_("It stays open, and stands among what is to be asked."), "warn")
    return send_to(place.url("slip", code=code))


@agent_screen("slips/<code>/papers/<int:paper>")
def paper_of_slip(place: Place, code: str, paper: str) -> ResponseReturnValue:
    """Show the photograph of a signed slip of the station."""
    slip = slip_queries.slip_page(place.household.id, code)
    return private_papers.send(confirming.paper(int(paper), slip_id=slip.id))
