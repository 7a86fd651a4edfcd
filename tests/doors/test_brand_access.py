"""The brand's pages are the operator's alone."""

import pytest
import time_machine

from tests import factories as make
from tests.access import only, only_post
from tests.harvest import harvest, parcel_of, planned
from tests.visits import come_in

PAGES = (
    "/brand/",
    "/brand/packing",
    "/brand/packing?by=parcel",
    "/brand/packing/{h.parcel}",
    "/brand/orders",
    "/brand/orders?state=confirmed",
    "/brand/orders/{h.order}",
    "/brand/lots",
    "/brand/lots/{h.lot}",
    "/brand/prices",
    "/brand/letters",
    "/brand/counter",
    "/brand/counter?q=ylx",
    "/brand/counter/lines",
)
STEPS = (
    "/brand/packing/{h.parcel}/finish",
    "/brand/packing/{h.parcel}/dispatch",
    "/brand/packing/{h.parcel}/delivered",
    "/brand/lots/{h.lot}/write-off",
    "/brand/lots/{h.lot}/hold",
    "/brand/lots/{h.lot}/release",
    "/brand/prices",
    "/brand/counter",
    "/brand/counter/lines",
)
MISSING = (
    "/brand/packing/NONE",
    "/brand/orders/NONE",
    "/brand/lots/NONE",
)
STATUS_WORDS = ("oor household", "lifted out", "monitored", "registered_poor", "General household")


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


def at(h, addresses):
    return [address.format(h=h) for address in addresses]


def test_only_the_operator_reads(app, h):
    only(app, h.county.cast, {"he"}, at(h, PAGES))


def test_only_the_operator_writes(app, h):
    row = planned(h.parcel)[0].id
    crates = [f"/brand/packing/{h.parcel}/crates/{row}{end}" for end in ("", "/find")]
    only_post(app, h.county.cast, {"he"}, [*at(h, STEPS), *crates])
    assert parcel_of(h.parcel).state == "planned"


def test_what_is_not_there_is_not_found(client, h):
    come_in(client, h.county.cast.he)
    assert {client.get(address).status_code for address in MISSING} == {404}
    assert {client.post(f"/brand/packing/NONE/{step}").status_code for step in ("finish",)} == {404}
    row = planned(h.parcel)[0].id
    assert client.post(f"/brand/packing/NONE/crates/{row}").status_code == 404
    assert client.post(f"/brand/packing/{h.parcel}/crates/999999").status_code == 404


def test_no_page_of_the_office_names_a_status(english, h):
    """Law 11: packers and operators see whose crate it is, never how poor they are."""
    come_in(english, h.county.cast.he)
    for address in at(h, PAGES):
        page = english.get(address)
        assert page.headers["Cache-Control"] == "no-store"
        assert not [word for word in STATUS_WORDS if word in page.text], address
