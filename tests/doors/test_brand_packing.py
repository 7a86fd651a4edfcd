"""The packing table: every crate is confirmed by its label, or refused in a clear sentence."""

import re

import pytest
import time_machine
from sqlalchemy import select

from storefront import db, ids
from storefront.orders import lifecycle
from storefront.orders.models import Allocation, Order
from storefront.supply import lots
from storefront.web.brand import pick_list
from tests import factories as make
from tests.harvest import declare, harvest, lot_of, parcel_of, planned, sell
from tests.visits import come_in, statements


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def he(english, h):
    come_in(english, h.county.cast.he)
    return english


def confirm(client, h, crate, row=0, **others):
    row_id = planned(h.parcel)[row].id
    address = f"/brand/packing/{h.parcel}/crates/{row_id}"
    return client.post(address, data={"crate": crate, "how": "typed"}, **others)


def test_the_list_says_whose_crate_to_take(he, h):
    page = he.get("/brand/packing").text
    for said in ("Xili station", h.lot, "林果甲 · H-LIN", "7 jin (3.5 kg)", h.parcel):
        assert said in page
    assert "0 of 2 confirmed" in he.get(f"/brand/packing/{h.parcel}").text
    assert h.parcel in he.get("/brand/packing?by=parcel").text


def test_a_typed_label_confirms_one_crate(he, h):
    answer = confirm(he, h, f" {h.lot.lower()} 7 ")
    assert answer.status_code == 303
    page = he.get(answer.location).text
    assert f"Crate {h.lot}-07 is in." in page
    assert "1 of 2 confirmed" in page
    row = db.session.scalars(select(Allocation).where(Allocation.state == "packed")).one()
    assert (row.how_confirmed, row.crate) == ("typed", f"{h.lot}-07")


def test_the_last_crate_completes_the_parcel(he, h):
    confirm(he, h, f"{h.lot}-01")
    answer = confirm(he, h, f"{h.lot}-02")
    assert "The parcel is complete." in he.get(answer.location).text
    assert parcel_of(h.parcel).state == "packed"


def test_the_same_crate_sent_twice_is_one(he, h):
    row_id = planned(h.parcel)[0].id
    address, typed = f"/brand/packing/{h.parcel}/crates/{row_id}", {"crate": f"{h.lot}-01"}
    assert {he.post(address, data=typed).status_code for _ in range(2)} == {303}
    assert int(lot_of(h.lot).on_hand_g) in {47_500, 49_000}


def test_a_crate_of_another_lot_of_the_grade_is_a_swap_and_says_so(he, h):
    answer = confirm(he, h, f"{h.zhao_lot}-03")
    page = he.get(answer.location).text
    assert f"Swapped: crate {h.zhao_lot}-03 of 赵试丙 went in instead of one of 林果甲." in page
    packed = db.session.scalars(select(Allocation).where(Allocation.state == "packed")).one()
    assert packed.household_id == h.county.zhao


def _wrong_grade(h):
    return make.weigh(h.county, h.county.lin, h.county.top, 5_000).code


def _only_declared(h):
    return declare(h.county, h.county.lin, h.county.first, 5_000).code


def _held(h):
    key = lot_of(h.zhao_lot).id
    lots.hold(key, "test", actor=h.county.cast.he.actor, now=make.NOW)
    return h.zhao_lot


def _nobodys(_h):
    return ids.new_code()


@pytest.mark.parametrize(
    ("lot", "sentence"),
    [
        (_wrong_grade, "grade"),
        (_only_declared, "has not been weighed in"),
        (_held, "held"),
        (_nobodys, "crate"),
    ],
)
def test_a_crate_that_may_not_go_in_is_refused_at_its_field(he, h, lot, sentence):
    with db.transaction():
        typed = f"{lot(h)}-01"
    answer = confirm(he, h, typed)
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    fault = re.search(r'class="field__error".*?<span>(.*?)</span>', answer.text, re.DOTALL)
    assert fault
    assert sentence in fault[1]
    assert "This is not possible now" not in answer.text
    assert len(planned(h.parcel)) == 2


@pytest.mark.parametrize("typed", ["", "hello", "12345678", "ÄÖÜ-01", "x" * 200])
def test_what_is_no_label_is_refused_and_kept(he, h, typed):
    answer = confirm(he, h, typed)
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1


def test_a_crate_of_another_parcel_is_refused_by_name(he, h):
    confirm(he, h, f"{h.lot}-01")
    other = make.parcel_of(sell(h.county, (make.BOX, 1)).id).code
    row_id = planned(other)[0].id
    address = f"/brand/packing/{other}/crates/{row_id}"
    answer = he.post(address, data={"crate": f"{h.lot}-01"})
    assert answer.status_code == 422
    assert h.parcel in answer.text


def test_nobody_can_assume_a_crate(he, h):
    """There is no way to confirm a crate unseen: neither a button nor a crafted form."""
    row_id = planned(h.parcel)[0].id
    typed = {"crate": f"{h.lot}-01", "how": "assumed"}
    answer = he.post(f"/brand/packing/{h.parcel}/crates/{row_id}", data=typed)
    assert answer.status_code == 422
    assert he.post(f"/brand/packing/{h.parcel}/finish").status_code == 409
    assert len(planned(h.parcel)) == 2


def test_a_fragment_answers_a_fragment(he, h):
    headers = {"HX-Request": "true"}
    answer = confirm(he, h, "hello", headers=headers)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith('<div class="stack stack--loose" id="parcel"')
    shown = he.fragment(confirm(he, h, f"{h.lot}-01", headers=headers).location).text
    assert 'hx-swap-oob="beforeend"' in shown


def test_a_row_that_was_swapped_meanwhile_is_told_in_a_toast(he, h):
    row_id = planned(h.parcel)[0].id
    confirm(he, h, f"{h.zhao_lot}-03")
    address = f"/brand/packing/{h.parcel}/crates/{row_id}"
    answer = he.post(address, data={"crate": f"{h.lot}-09"})
    assert answer.status_code == 422
    assert "toast--bad" in answer.text


def test_an_unpaid_order_is_not_on_the_table(he, h):
    with db.transaction():
        unpaid = make.order((make.BOX, 1))
    code = make.parcel_of(unpaid.id).code
    assert code not in he.get("/brand/packing").text
    page = he.get(f"/brand/packing/{code}").text
    assert "The order is not to be packed" in page
    assert 'name="crate"' not in page
    with db.transaction():
        lifecycle.cancel_unpaid(unpaid.id, actor=h.county.cast.he.actor, now=make.NOW)
    assert he.get(f"/brand/packing/{code}").status_code == 200


def test_bought_in_goods_alone_are_packed_by_hand(he, h):
    order = sell(h.county, (make.PASTE, 2))
    code = make.parcel_of(order.id).code
    assert "Bought in, × 2" in he.get(f"/brand/packing/{code}").text
    assert he.post(f"/brand/packing/{code}/finish").status_code == 303
    assert parcel_of(code).state == "packed"
    assert db.session.get(Order, order.id) is not None


def read(client, h, crate, parcel="", **others):
    data = {"crate": crate, "how": "typed", **others.pop("data", {})}
    return client.post(f"/brand/packing/{parcel or h.parcel}/label", data=data, **others)


def test_one_field_confirms_every_crate_and_says_what_is_next(he, h):
    page = he.get(f"/brand/packing/{h.parcel}").text
    assert page.count("data-label-field") == 1
    assert re.search(r"Take next</span><br><strong[^>]*>" + h.lot, page)
    answer = read(he, h, f"{h.lot}-01", data={"how": "scanned"})
    assert f"Crate {h.lot}-01 is in." in he.get(answer.location).text
    other = make.parcel_of(sell(h.county, (make.BOX, 1)).id).code
    answer = read(he, h, f"{h.lot}-02")
    page = he.get(answer.location).text
    assert "The parcel is complete." in page
    assert f"Next: parcel {other}" in page
    rows = db.session.scalars(select(Allocation).where(Allocation.state == "packed")).all()
    assert {row.how_confirmed for row in rows} == {"scanned", "typed"}


def test_a_crate_scanned_twice_is_in_once_and_says_so(he, h):
    read(he, h, f"{h.lot}-01")
    answer = read(he, h, f"{h.lot}-01")
    assert answer.status_code == 422
    assert "is in this parcel already. Nothing was counted twice." in answer.text
    assert len(planned(h.parcel)) == 1


def test_another_lots_crate_asks_before_a_share_moves(he, h):
    answer = read(he, h, f"{h.zhao_lot}-03")
    assert answer.status_code == 422
    assert "赵试丙: this parcel waits for lot" in answer.text
    assert 'name="swap" value="yes"' in answer.text
    assert len(planned(h.parcel)) == 2
    answer = read(he, h, f"{h.zhao_lot}-03", data={"swap": "yes"})
    assert "the share is theirs" in he.get(answer.location).text


def test_a_crate_of_a_grade_nobody_ordered_and_one_too_many_are_refused(he, h):
    with db.transaction():
        top = make.weigh(h.county, h.county.lin, h.county.top, 5_000).code
    assert "waits for a crate of the grade" in read(he, h, f"{top}-1").text
    for number in (1, 2):
        read(he, h, f"{h.lot}-{number}")
    other = sell(h.county, (make.BOX, 1))
    assert "waits for no crate any more" in read(he, h, f"{h.lot}-9").text
    assert "went into parcel" in read(he, h, f"{h.lot}-1", make.parcel_of(other.id).code).text


def test_nobody_can_assume_a_crate_at_the_table(he, h):
    assert read(he, h, f"{h.lot}-01", data={"how": "assumed"}).status_code == 422
    assert len(planned(h.parcel)) == 2


def test_a_packed_crate_is_taken_out_and_another_put_in(he, h):
    read(he, h, f"{h.lot}-01")
    row = db.session.scalars(select(Allocation.id).where(Allocation.state == "packed")).one()
    address = f"/brand/packing/{h.parcel}/crates/{row}/exchange"
    assert "Take it out" in he.get(f"/brand/packing/{h.parcel}").text
    assert he.post(address, data={"crate": "hello"}).status_code == 422
    answer = he.post(address, data={"crate": f"{h.lot}-05"})
    assert f"Crate {h.lot}-05 is in." in he.get(answer.location).text


def test_the_list_asks_the_same_few_questions_however_long_it_is(he, h, monkeypatch):
    with statements() as few:
        he.get("/brand/packing")
    for _ in range(6):
        sell(h.county, (make.BOX, 1), (make.GIFT, 1))
    with statements() as more:
        page = he.get("/brand/packing?until=all").text
    assert len(more) == len(few) <= 10
    assert "crates wait" in page
    monkeypatch.setattr(pick_list, "CRATE_BY_CRATE", 3)
    with statements() as counted:
        page = he.get("/brand/packing?until=all").text
    assert len(counted) <= len(few)
    assert f"/brand/packing?lot={h.lot}" in page
    monkeypatch.undo()
    assert h.parcel in he.get(f"/brand/packing?lot={h.lot}").text
    assert he.get("/brand/packing?lot=NOSUCH").status_code == 200


def test_a_packed_crate_is_weighed_at_the_table(he, h):
    row = planned(h.parcel)[0].id
    address = f"/brand/packing/{h.parcel}/crates/{row}/weight"
    assert he.post(address, data={"weighed": "5"}).status_code == 422  # nothing is in yet
    he.post(f"/brand/packing/{h.parcel}/label", data={"crate": f"{h.lot}-01", "how": "typed"})
    odd = he.post(address, data={"weighed": "50"})
    assert odd.status_code == 422
    assert 'value="50"' in odd.text
    assert "look at the scale" in odd.text
    done = he.post(address, data={"weighed": "5.2"})
    assert done.status_code == 303
    assert "more than counted" in he.get(done.location).text
