"""The role matrix: everybody, at every address, by GET, as a fragment and by POST.

What a person may do follows from the guard of the address and from whose thing it
names (tests/matrix.py); the url map says which addresses there are, so a new one is
tried from the day it is there.
"""

import pytest
import time_machine
from sqlalchemy import select

from storefront import clock, db, ids
from storefront.accounts import addresses as addresses_of
from storefront.accounts import shoppers
from storefront.accounts.models import Invitation
from storefront.catalogue import imaging, versions
from storefront.catalogue.models import FeeSchedule, FreightTable
from storefront.ledger.models import Entry
from storefront.orders import queries, requests
from storefront.orders.models import Allocation
from storefront.orders.requests import Invoice
from storefront.outbox import Letter
from storefront.payments.pretend import PretendSession
from storefront.settlement import loss_cases, payruns
from storefront.settlement.loss_cases import LossCase
from storefront.settlement.models import PayItem
from storefront.supply import confirming, disputes, importing, reveals
from storefront.web import gateway_steps, invitations, site
from storefront.weight import Grams
from tests import factories as make
from tests.filed import certified, listed, price_file
from tests.filling import rows_of
from tests.harvest import harvest, lot_of, sell
from tests.matrix import PEOPLE, addresses
from tests.photographs import photographed
from tests.visits import come_in

FRAGMENT = {"HX-Request": "true"}
# opened only on the way from something that was just done, or asked by a machine
ON_THE_WAY = {
    "hooks.pretend",
    "producers.done",
    "producers.done_for",
    "season.open_whole",  # while a demonstration's season is told, and only then
    "season.show",
    "shop.photo",  # asked for by the pages that show it
    "sign_in.code_form",
}
# the form says which of the household's payments arrived: an empty one names none of theirs
NAMED_IN_THE_FORM = {"account.keep_order", "producers.arrived", "producers.arrived_for"}
# answers to everybody alike, signed in or not, and changes nothing of the shop's
SHOPS_OWN = {"sign_in.sign_in", "sign_in.send_code", "sign_in.sign_out"}


def _dispute_lins_slip(h):
    lot, lin = lot_of(h.lot), h.county.cast.lin.actor
    said = {"words": "", "key": "said", "actor": lin, "now": make.NOW}
    return disputes.dispute(lot.slip_id or 0, lot.id, "weight", **said).id


def _sign_lins_slip(h):
    """A photograph of its slip, and its file."""
    slip, sun = lot_of(h.lot).slip_id or 0, h.county.cast.sun.actor
    digest = imaging.keep_private(site.settings().uploads, b"a signed slip")
    return confirming.by_paper(slip, digest, actor=sun, now=make.NOW).id


def _say_it_is_lins(h):
    lot, sun = lot_of(h.lot).id, h.county.cast.sun.actor
    said = {"evidence": "seen", "key": "case", "actor": sun, "now": make.NOW}
    loss_cases.put_case(lot, Grams(500), "theft", **said)


@pytest.fixture
def things(app):
    """A harvest, a draft of its pay and an order to pay: what the addresses name."""
    with time_machine.travel(make.NOW, tick=False):
        h = harvest()
        for boxes in (2, 1):  # Zhao's, who was given less; then Lin's
            sell(h.county, (make.BOX, boxes), steps="close")
        due = make.NOW + 5 * make.DAY
        with db.transaction():
            run = payruns.draft(due.date(), actor=h.county.cast.wu.actor, now=due).code
            waiting = make.order((make.BOX, 1))
            _say_it_is_lins(h)
            paper = _sign_lins_slip(h)
            dispute = _dispute_lins_slip(h)
            asked_for = Invoice("person", "Ana", None, "ana@example.com")
            requests.keep(queries.order_id_of(h.order), None, asked_for)
            limit = versions.set_dispatch_limit(
                due.date(), 50, actor=h.county.cast.he.actor, now=make.NOW
            ).id
            address = addresses_of.add(make.address(), actor=h.county.cast.bai.actor, now=due)
            file = importing.send(b"x", make.NOW.date(), actor=h.county.cast.wu.actor, now=make.NOW)
            reveal = reveals.reveal(
                h.county.lin, "phone", "why", actor=h.county.cast.wu.actor, now=make.NOW
            )
            brand_prices = price_file("brand", h.county.cast.he.actor, make.NOW)
            county_prices = price_file("county", h.county.cast.wu.actor, make.NOW)
            shoppers.invite("bai@example.com", locale="zh", now=clock.now())
            invited = db.session.scalars(select(Invitation.code)).one()
        gateway_steps.open_payment(waiting.id)
        yield {
            "cast": h.county.cast,
            "slug": "pear-box",
            "sku": make.BOX,
            "household": "H-LIN",
            "key": ids.new_key(),
            "position": 1,
            "member": h.county.cast.lin.actor.user_id,
            "user": h.county.cast.he.actor.user_id,
            "token": waiting.token,
            "reference": first(PretendSession.reference),
            "row_id": first(Allocation.id),
            "case_id": first(LossCase.id),
            "dispute": dispute,
            "paper": paper,
            "letter_id": first(Letter.id),
            "entry_id": first(Entry.id),
            "/producers/lots code": h.lot,
            "/producers/slips code": h.slip,
            "/producers/for/<household>/lots code": h.lot,
            "/producers/for/<household>/slips code": h.slip,
            "/producers/paper code": h.slip,
            "row": share_of(h.county.lin),
            "/account/addresses code": address,
            "/account/by-letter token": invitations.path(invited).rpartition("/")[2],
            "/orders code": make.parcel_of(waiting.id).code,
            "/t code": make.parcel_of(waiting.id).trace_code,
            "/brand/catalogue slug": "paste",
            "/brand/catalogue sku": make.PASTE,
            "photo": photographed("paste").id,
            "schedule": first(FeeSchedule.id),
            "limit": limit,
            "/brand/catalogue/grades code": "YL-1",
            "/brand/catalogue/shelves slug": "pears",
            "/brand/invoices code": h.order,
            "table": first(FreightTable.id),
            "file": "none.jpg",
            "/brand/carrier-lists code": listed("x", "x", actor=h.county.cast.he.actor),
            "/brand/certificates code": certified(h.county, h.lot),
            "/brand/lots code": h.lot,
            "/brand/orders code": h.order,
            "/brand/packing code": h.parcel,
            "/brand/prices code": "YL-1",
            "/brand/price-files code": brand_prices,
            "reveal": reveal,
            "/county/places/stations code": "S0",
            "/county/places/villages code": "141031101200",
            "/county/price-files code": county_prices,
            "/county/prices code": "YL-1",
            "/county/households code": "H-LIN",
            "/county/registry code": file,
            "/county/orders code": h.order,
            "/county/pay-runs code": run,
            "/county/pay-runs household": first(PayItem.household_code),
        }


def share_of(household):
    """Return a row of a household's income."""
    own = select(Allocation.id).where(Allocation.household_id == household)
    return db.session.scalars(own.where(Allocation.state == "due")).first()


def first(column):
    return db.session.scalars(select(column).order_by(column)).first()


def visitor(app, things, name):
    client = app.test_client()
    if name != "ana":
        come_in(client, getattr(things["cast"], name))
    return client


def everything():
    with db.sa.engine.connect() as connection:
        return rows_of(connection)


def told(answer):
    """Say what an answer was: let in, refused, or sent to sign in."""
    if answer.status_code == 401 or "/sign-in" in answer.headers.get("Location", ""):
        return "sign_in"
    return {404: "none", 403: "read"}.get(answer.status_code, "open")


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_reads_what_is_theirs_and_finds_nothing_else(app, things, name):
    client, wrong = visitor(app, things, name), []
    before = everything()
    for address in addresses(app, things):
        if not address.is_read or address.rule.endpoint in ON_THE_WAY:
            continue
        wanted = address.may(name).replace("read", "open")
        for headers in ({}, FRAGMENT):
            answer = client.get(address.url, headers=headers)
            if told(answer) != wanted or answer.status_code >= 500:
                wrong.append(f"{address.url} {headers}: {answer.status_code}, not {wanted}")
    assert wrong == []
    assert everything() == before, "reading changed something"


@pytest.mark.parametrize("name", PEOPLE)
def test_nobody_writes_what_is_not_theirs(app, things, name):
    client, wrong = visitor(app, things, name), []
    before = everything()
    for address in addresses(app, things):
        wanted = address.may(name)
        if not address.is_sent_to or wanted == "open":
            continue
        for headers in ({}, FRAGMENT):
            answer = client.post(address.url, headers=headers)
            if told(answer) != wanted:
                wrong.append(f"{address.url} {headers}: {answer.status_code}, not {wanted}")
    assert wrong == []
    assert everything() == before, "a stranger's form changed something"


@pytest.mark.parametrize("name", PEOPLE)
def test_an_empty_form_from_its_owner_gets_an_answer(app, things, name):
    """The counterpart: where the matrix says open, the form is read (and often refused)."""
    client, wrong = visitor(app, things, name), []
    for address in addresses(app, things):
        if not address.is_sent_to or address.may(name) != "open":
            continue
        if address.rule.endpoint in ON_THE_WAY | NAMED_IN_THE_FORM | SHOPS_OWN:
            continue
        answer = client.post(address.url)
        if told(answer) != "open" or answer.status_code >= 500:
            wrong.append(f"{address.url}: {answer.status_code}")
    assert wrong == []
