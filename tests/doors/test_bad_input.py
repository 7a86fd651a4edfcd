"""Whatever is sent to whatever address: a sentence, never a fault, never a silent success."""

import re
from itertools import product

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from storefront import db, ids
from storefront.accounts import addresses
from storefront.ledger.models import Entry
from storefront.orders.models import Allocation, Order
from storefront.outbox import Letter
from storefront.payments.pretend import PretendSession
from storefront.settlement import payruns
from storefront.settlement.models import PayItem
from storefront.supply import importing
from storefront.supply.models import Lot, LotHold, Movement, Slip
from storefront.supply.price_models import PurchasePrice
from storefront.web import gateway_steps
from tests import factories as make
from tests.doors.office_forms import THEIRS
from tests.doors.sent import KEY, SLIPS, Sent
from tests.doors.shopping import DOOR, put_in
from tests.doors.table_forms import AT_TABLE
from tests.filed import listed, price_file
from tests.harvest import harvest, sell
from tests.photographs import ALT, photographed
from tests.visits import come_in

BAD = ("-1", "1" + "0" * 30, "九\0", "x" * 5_000, "9999-12-31")
JUNK = ("%00", "9" * 30, "x" * 500)
COUNTED = (Allocation, Entry, Lot, LotHold, Movement, Order, PayItem, PurchasePrice, Slip)


SHELF = {"name_zh": "坚果", "name_en": "Nuts", "position": "3", "seen": ""}
GRADE = {
    "commodity": "yulu",
    "name_zh": "一级",
    "name_en": "First",
    "storage_days": "90",
    "ceiling": "1500",
    "position": "2",
    "seen": "",
}
PHOTO = "/brand/catalogue/products/paste/photos/{photo}"
WORDING = {
    **{
        f"{text}_{tongue}": "梨"
        for text in ("name", "tagline", "story", "origin", "storage")
        for tongue in ("zh", "en")
    },
    "category_id": 1,
    "position": 1,
    "shelf_life_days": 20,
    "custody": "segregated",
    "picture": "pear",
    "seen": "x",
}
PACK = {
    "label_zh": "装",
    "label_en": "pack",
    "pieces": "6",
    "net": 5,
    "gross": 6,
    "price": 39.9,
    "max_per_order": 20,
    "position": 1,
    "grown-0-grade": 2,
    "grown-0-grams": 5,
    "bought-0-name_zh": "罐",
    "bought-0-name_en": "jar",
    "bought-0-cost": 1,
    "steps-0-quantity": 3,
    "steps-0-off": 1,
    "then": "save",
    "seen": "x",
}
OWN_DOOR = {name: value for name, value in DOOR.items() if name != "email"}
CANCELLED = {"reason": "asked", "seen": 6_980}


FORMS = {
    **{name: Sent(*form) for name, form in THEIRS.items()},
    "shop.add": Sent("ana", "/products/pear-box", {"sku": make.BOX, "quantity": 1}),
    "shop.set_quantity": Sent("ana", f"/cart/lines/{make.BOX}", {"quantity": 1}),
    "shop.accept_prices": Sent("ana", "/cart/prices"),
    "shop.place": Sent("ana", "/checkout", {**DOOR, "key": KEY, "seen_total": 4_590, "agreed": ""}),
    "shop.fill_address": Sent("ana", "/checkout/address", {**DOOR, "pasted": "安娜 13800000010"}),
    "shop.pay": Sent("ana", "/orders/{token}/pay"),
    "shop.cancel": Sent("ana", "/orders/{token}/cancel"),
    "shop.order_again": Sent("ana", "/orders/{token}/again"),
    "shop.find_order": Sent("ana", "/find-order", {"code": "BCDFGHJK", "digits": "0010"}),
    "shop.delivered": Sent("ana", "/orders/{token}/parcels/{parcel}/delivered"),
    "pretend.act": Sent("ana", "/pretend-pay/{page}", {"do": "pay"}),
    "hooks.pretend": Sent("ana", "/hooks/pretend", {"id": "1"}),
    "sign_in.sign_in": Sent("ana", "/sign-in", {"identifier": "a", "password": "b", "next": "/"}),
    "sign_in.send_code": Sent("ana", "/sign-in/code", {"one_time_code": "123456"}),
    "sign_in.sign_out": Sent("ana", "/sign-out"),
    "sign_in.begin_factor": Sent("he", "/account/security/factor"),
    "sign_in.confirm_factor": Sent(
        "he", "/account/security/factor/confirm", {"one_time_code": "123456"}
    ),
    "sign_in.renew_factor": Sent("he", "/account/security/factor/renew"),
    "sign_in.renew_codes": Sent("he", "/account/security/recovery-codes"),
    "sign_in.change_password": Sent(
        "he",
        "/account/security/password",
        {"current_password": "a", "new_password": "b", "new_password_again": "b"},
    ),
    "sign_in.end_sessions": Sent("he", "/account/security/sessions"),
    "sign_in.step_up_here": Sent("he", "/account/step-up", {"one_time_code": "123456"}),
    "account.sign_up": Sent(
        "ana", "/account/sign-up", {"phone": "13800000012", "password": "x", "next": "/"}
    ),
    "account.ask_for_letter": Sent("ana", "/account/by-letter", {"email": "bai@example.com"}),
    "account.choose": Sent("ana", "/account/by-letter/none", {"new_password": "x"}),
    "account.keep_order": Sent("bai", "/account/orders", {"token": "none"}),
    "account.fill_own_address": Sent("bai", "/account/addresses/fill", {"pasted": "x"}),
    "account.add_address": Sent("bai", "/account/addresses/new", OWN_DOOR),
    "account.change_address": Sent("bai", "/account/addresses/{address}", OWN_DOOR),
    "account.choose_address": Sent("bai", "/account/addresses/{address}/choose"),
    "account.remove_address": Sent("bai", "/account/addresses/none/remove"),
    "account.leave": Sent("bai", "/account/delete", {"current_password": "x"}),
    "producers.pin_for": Sent("sun", "/producers/for/H-LIN/pin", {"member": 1, "pin": "271828"}),
    "producers.unlock_for": Sent("sun", "/producers/for/H-LIN/pin/1/unlock"),
    "county.unlock_colleague": Sent("wu", "/county/people/5/unlock"),
    "county.reset_factor": Sent("wu", "/county/people/5/reset-factor"),
    "producers.declare": Sent(
        "lin",
        "/producers/lots/declare",
        {"grade": 1, "grams": 1, "harvested_on": "2026-09-20", "key": KEY},
    ),
    "producers.take_back": Sent("lin", "/producers/lots/{lot}/take-back", {"grams": 1, "key": KEY}),
    "producers.sold_out": Sent("lin", "/producers/lots/{lot}/sold-out", {"key": KEY}),
    "producers.certificate": Sent(
        "lin", "/producers/lots/{lot}/certificate", {"basis": "tested", "key": KEY}
    ),
    "producers.own_phone_here": Sent("lin", "/producers/own-phone"),
    "producers.arrived": Sent("lin", "/producers/income/arrived", {"item": 1}),
    "producers.confirm_slip": Sent("lin", "/producers/slips/{slip}/confirm"),
    **SLIPS,
    "producers.weigh_in_for": Sent(
        "sun",
        "/producers/for/H-LIN/weigh-in",
        {
            "harvested_on": "2026-09-20",
            "rows-0-grade": 1,
            "rows-0-gross": 20,
            "rows-0-tare": 1,
            "rows-0-deduction": 1,
            "rows-0-reason": "leaves",
            "rows-0-declared": 0,
            "key": KEY,
        },
    ),
    "brand.hold": Sent("he", "/brand/lots/{lot}/hold", {"why": "soft"}),
    "brand.destroy": Sent(
        "he", "/brand/lots/{lot}/destroy", {"note": "residue", "sure": "y", "key": KEY}
    ),
    "brand.recall_list": Sent("he", "/brand/lots/{lot}/recall"),
    "brand.decide_loss": Sent("he", "/brand/losses/1", {"decision": "household"}),
    "brand.release": Sent("he", "/brand/lots/{lot}/release"),
    "brand.write_off": Sent(
        "he",
        "/brand/lots/{lot}/write-off",
        {"grams": 1, "reason": "rot", "bearer": "brand_fund", "note": "", "key": KEY},
    ),
    "brand.find_lot": Sent("he", "/brand/packing/{parcel}/crates/{row}/find"),
    "brand.delivered": Sent("he", "/brand/packing/{parcel}/delivered"),
    "brand.dispatch": Sent(
        "he", "/brand/packing/{parcel}/dispatch", {"carrier": "SF", "number": "SF123456789012"}
    ),
    "brand.finish": Sent("he", "/brand/packing/{parcel}/finish"),
    "county.guards_file": Sent("wu", "/county/guards"),
    "county.prices": Sent(
        "wu",
        "/county/prices",
        {"kind": "floor", "grade": 1, "price": "4.70", "from_day": "2026-09-21"},
    ),
    "brand.prices": Sent(
        "he", "/brand/prices", {"grade": 1, "price": "4.70", "from_day": "2026-09-21"}
    ),
    "brand.new_product": Sent("he", "/brand/catalogue/new", {**WORDING, "slug": "new-box"}),
    "brand.describe": Sent("he", "/brand/catalogue/products/paste/words", WORDING),
    "brand.set_season": Sent(
        "he",
        "/brand/catalogue/products/paste/season",
        {"presale_from": "8-1", "opens_on": "8-25", "ends_on": "3-31"},
    ),
    "brand.hide": Sent("he", "/brand/catalogue/products/paste/hide"),
    "brand.show": Sent("he", "/brand/catalogue/products/paste/show"),
    "brand.add_photo": Sent("he", "/brand/catalogue/products/paste/photos", ALT),
    "brand.describe_photo": Sent("he", f"{PHOTO}/words", ALT),
    "brand.move_photo": Sent("he", f"{PHOTO}/place", {"to": "cover"}),
    "brand.remove_photo": Sent("he", f"{PHOTO}/remove"),
    "brand.fees": Sent(
        "he",
        "/brand/catalogue/fees",
        {"from_day": "2026-12-01", "station": "0.1", "packing": "5", "payment": "0.6"},
    ),
    "brand.dispatch_limits": Sent(
        "he", "/brand/catalogue/dispatch-days", {"from_day": "2026-12-01", "most": "100"}
    ),
    "brand.take_back_limit": Sent("he", "/brand/catalogue/dispatch-days/1/take-back"),
    "brand.issue_invoice": Sent("he", "/brand/invoices/{order}", {"number": "12345678"}),
    "brand.new_shelf": Sent("he", "/brand/catalogue/shelves/new", {**SHELF, "slug": "nuts"}),
    "brand.shelf": Sent("he", "/brand/catalogue/shelves/pears", SHELF),
    "brand.remove_shelf": Sent("he", "/brand/catalogue/shelves/paste/remove"),
    "brand.new_grade": Sent("he", "/brand/catalogue/grades/new", {**GRADE, "code": "NEW-1"}),
    "brand.grade": Sent("he", "/brand/catalogue/grades/YL-1", GRADE),
    "brand.take_back_fees": Sent("he", "/brand/catalogue/fees/1/take-back"),
    "brand.new_freight": Sent(
        "he",
        "/brand/catalogue/freight/new",
        {
            "from_day": "2026-12-01",
            "then": "save",
            "provinces-3": 1,
            "zones-0-name_zh": "近",
            "zones-0-name_en": "Near",
            "zones-0-first": 1,
            "zones-0-first_fen": 6,
            "zones-0-further": 1,
            "zones-0-further_fen": 1,
            "zones-0-free_over": 99,
            "zones-0-refused": "",
        },
    ),
    "brand.take_back_freight": Sent("he", "/brand/catalogue/freight/1/take-back"),
    "brand.new_offer": Sent(
        "he", "/brand/catalogue/products/paste/new-offer", {**PACK, "sku": "NEW-1"}
    ),
    "brand.offer": Sent("he", f"/brand/catalogue/products/paste/offers/{make.PASTE}", PACK),
    "brand.withdraw": Sent("he", f"/brand/catalogue/products/paste/offers/{make.PASTE}/withdraw"),
    "brand.sell": Sent("he", f"/brand/catalogue/products/paste/offers/{make.PASTE}/sell"),
    "brand.cancel_order": Sent("he", "/brand/orders/{order}/cancellation", CANCELLED),
    "brand.cancel_line": Sent("he", "/brand/orders/{order}/lines/1/cancellation", CANCELLED),
    "brand.set_packs": Sent("he", "/brand/counter/lines", {"add": make.BOX, f"more-{make.BOX}": 1}),
    "brand.fill_counter_address": Sent("he", "/brand/counter/address", {"pasted": "x"}),
    "brand.place_counter_order": Sent(
        "he", "/brand/counter", {**DOOR, "key": KEY, "seen_total": 4_590, "agreed": ""}
    ),
    "brand.send_letter_again": Sent("he", "/brand/letters/{letter}/again"),
    "season.open_whole": Sent("ana", "/demo/season"),
    "county.send_registry_file": Sent("wu", "/county/registry", {"as_of": "2026-09-01"}),
    "county.take_in_registry_file": Sent("wu", "/county/registry/{file}/take-in", {"seen": "x"}),
    "county.put_registry_file_away": Sent("wu", "/county/registry/{file}/put-away"),
    "county.draft_pay_run": Sent("wu", "/county/pay-runs", {"cutoff": "2026-01-01"}),
    "county.record_result": Sent(
        "wu", "/county/pay-runs/{run}/H-LIN", {"result": "failed", "reason": "closed"}
    ),
    "county.abandon_pay_run": Sent("wu", "/county/pay-runs/{run}/abandon"),
    "county.export_pay_run": Sent("wu", "/county/pay-runs/{run}/export"),
    "county.pay_run_file": Sent("wu", "/county/pay-runs/{run}/file"),
    "county.approve_pay_run": Sent("qiao", "/county/pay-runs/{run}/approve"),
}
FORMS |= {name: Sent("he", *form) for name, form in AT_TABLE.items()}
for name in ("certificate", "declare", "take_back", "sold_out", "arrived"):
    own = FORMS[f"producers.{name}"]
    for_lin = own.address.replace("/producers/", "/producers/for/H-LIN/")
    FORMS[f"producers.{name}_for"] = own._replace(who="sun", address=for_lin)


ASKED = {
    "ana": ("/products?q={}", "/checkout?province={}", "/impact?season={}", "/t/{}"),
    "lin": ("/producers/income?before={}", "/producers/lots?before={}"),
    "he": ("/brand/lots?grade={}", "/brand/lots?after=2026-11-20_{}", "/brand/orders?before={}"),
    "wu": ("/county/entries/{}", "/county/income?village={}", "/county/households?q={}"),
}
VISITORS = ("ana", "bai", "lin", "sun", "he", "wu", "qiao")


def sent_by(who):
    return [sent for sent in FORMS.values() if sent.who == who and sent.address != "/sign-out"]


@pytest.fixture
def facts(app):
    """A harvest, a draft of its pay, an order to pay: the codes the addresses are made of."""
    with time_machine.travel(make.NOW, tick=False):
        h = harvest()
        sell(h.county, (make.BOX, 1), steps="close")
        due = make.NOW + 5 * make.DAY
        with db.transaction():
            run = payruns.draft(due.date(), actor=h.county.cast.wu.actor, now=due).code
            waiting = make.order((make.BOX, 1))
            address = addresses.add(make.address(), actor=h.county.cast.bai.actor, now=due)
            file = importing.send(b"x", make.NOW.date(), actor=h.county.cast.wu.actor, now=make.NOW)
            brand_prices = price_file("brand", h.county.cast.he.actor, make.NOW)
            county_prices = price_file("county", h.county.cast.wu.actor, make.NOW)
        gateway_steps.open_payment(waiting.id)
        yield {
            "cast": h.county.cast,
            "lot": h.lot,
            "order": h.order,
            "slip": h.slip,
            "parcel": h.parcel,
            "run": run,
            "address": address,
            "file": file,
            "brand_prices": brand_prices,
            "county_prices": county_prices,
            "list": listed(h.parcel, "SF1234567890", actor=h.county.cast.he.actor),
            "letter": db.session.scalars(select(Letter.id)).first(),
            "photo": photographed("paste").id,
            "token": waiting.token,
            "page": db.session.scalars(select(PretendSession.reference)).first(),
            "row": db.session.scalars(
                select(Allocation.id).where(Allocation.state == "planned")
            ).first(),
        }


@pytest.fixture
def visit(app, facts):
    """Whoever sends the form, signed in where they have to be."""

    def come(who):
        client = app.test_client()
        if who == "ana":
            put_in(client)
        else:
            come_in(client, getattr(facts["cast"], who))
        if who == "he":  # a caller's basket
            client.post("/brand/counter/lines", data={"add": make.BOX, f"more-{make.BOX}": 1})
        return client

    return come


def rows():
    return [db.session.scalar(select(func.count()).select_from(model)) for model in COUNTED]


def has_sentence(answer):
    return bool(re.search(r"<h1|class=\"toast|^bad signature", answer.text))


def test_every_form_is_tried(app):
    posted = {r.endpoint for r in app.url_map.iter_rules() if "POST" in (r.methods or ())}
    assert posted == set(FORMS)


@pytest.mark.parametrize("who", VISITORS)
def test_no_field_takes_whatever_is_sent(facts, visit, who):
    """Each field bad in its turn: a sentence, nothing breaks, what is refused changes nothing."""
    client = visit(who)
    for _, address, fields in sent_by(who):
        url, before = address.format(**facts), rows()
        for field, value in product(fields, BAD):
            answer = client.post(url, data={**fields, field: value})
            said = f"{url} {field}={value[:20]!r}: {answer.status_code}"
            assert answer.status_code < 500, said
            if answer.status_code >= 400:
                assert has_sentence(answer), said
                assert rows() == before, said
            if "\0" in value:
                assert answer.status_code == 400, said
            before = rows()


@pytest.mark.parametrize("who", ["lin", "sun", "he"])
def test_a_form_without_its_key_is_not_taken(facts, visit, who):
    """Were a key made up for it, the same form sent twice would count twice."""
    client, before = visit(who), rows()
    for _, address, fields in sent_by(who):
        if "key" in fields:
            without = {name: value for name, value in fields.items() if name != "key"}
            answer = client.post(address.format(**facts), data=without)
            assert (address, answer.status_code) == (address, 422)
    assert rows() == before


@pytest.mark.parametrize("who", VISITORS)
def test_no_address_takes_what_names_nothing(facts, visit, who):
    """Codes, keys and tokens too long, too large, or with a NUL: not found."""
    client = visit(who)
    for _, address, fields in sent_by(who):
        for name, junk in product(re.findall(r"\{(\w+)\}", address), JUNK):
            url = address.format(**{**facts, name: junk})
            answer = client.post(url, data=fields)
            assert (url[:60], answer.status_code) == (url[:60], 404)


def test_no_form_is_taken_without_its_token(app, facts):
    stranger, token = app.test_client(), {"X-CSRFToken": ""}
    for name, (_, address, fields) in FORMS.items():
        if name != "hooks.pretend":
            answer = stranger.post(address.format(**facts), data=fields, headers=token)
            assert (name, answer.status_code) == (name, 400)


def test_no_page_breaks_on_what_its_address_asks(visit):
    for who, asked in ASKED.items():
        client = visit(who)
        for address, junk in product(asked, (*JUNK, "1" + "0" * 18, "-1")):
            answer = client.get(address.format(junk))
            said = f"{address} {junk[:20]}: {answer.status_code}"
            assert answer.status_code < 500, said
            assert answer.status_code in {200, 303} or has_sentence(answer), said


def test_a_fault_of_the_database_is_noted_without_the_data_in_it(app):
    """An exception's text goes into the log: no phone may stand in it."""
    db.session.add(Slip(code="13800000099", key=ids.new_key()))
    with pytest.raises(IntegrityError) as fault:
        db.session.flush()
    assert "13800000099" not in str(fault.value).partition("DETAIL")[0]
