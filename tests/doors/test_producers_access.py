"""Whose pages the producers' are: a member's own household, an agent's own station."""

import pytest
import time_machine

from storefront import db, ids
from storefront.supply import finding
from storefront.supply.registry import rename_head
from tests import factories as make
from tests.access import only, only_post
from tests.harvest import harvest, lot_of
from tests.visits import come_in

OWN = (
    "/producers/lots",
    "/producers/lots/declare",
    "/producers/income",
    "/producers/slips",
    "/producers/card",
)
OF_THE_HOUSEHOLD = (
    "/producers/lots/{h.lot}",
    "/producers/lots/{h.lot}/take-back",
    "/producers/lots/{h.lot}/sold-out",
    "/producers/slips/{h.slip}",
)
OF_THE_AGENT = tuple(
    address.replace("/producers/", "/producers/for/H-LIN/")
    for address in ("/producers/", "/producers/weigh-in", *OWN, *OF_THE_HOUSEHOLD)
)


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


def at(h, addresses):
    return [address.format(h=h) for address in addresses]


def test_members_have_pages_of_their_own_and_others_none(app, h):
    only(app, h.county.cast, {"lin", "mei", "zhao", "yang"}, at(h, OWN))


def test_a_household_is_seen_by_its_members_only(app, h):
    only(app, h.county.cast, {"lin", "mei"}, at(h, OF_THE_HOUSEHOLD))


def test_an_agent_acts_for_households_of_the_own_station_only(app, h):
    only(app, h.county.cast, {"sun"}, at(h, OF_THE_AGENT))


def test_the_first_page_is_for_producers(app, h):
    only(app, h.county.cast, {"lin", "mei", "zhao", "yang", "sun", "gao"}, ["/producers/"])


def test_strangers_write_nothing(app, h):
    before = lot_of(h.lot).available_g
    own = at(h, OF_THE_HOUSEHOLD[1:3])
    only_post(app, h.county.cast, {"lin", "mei"}, [*own, f"/producers/slips/{h.slip}/confirm"])
    acting = [address.replace("/producers/", "/producers/for/H-LIN/") for address in own]
    only_post(app, h.county.cast, {"sun"}, [*acting, "/producers/for/H-LIN/weigh-in"])
    assert lot_of(h.lot).available_g == before


def test_a_lot_of_another_household_cannot_be_taken(client, h):
    come_in(client, h.county.cast.zhao)
    typed = {"grams": "10", "key": ids.new_key()}
    assert client.post(f"/producers/lots/{h.lot}/take-back", data=typed).status_code == 404
    address = f"/producers/for/H-ZHAO/lots/{h.lot}/take-back"
    assert client.post(address, data=typed).status_code == 404


def test_an_agent_chooses_a_household_by_name_or_code(english, h):
    come_in(english, h.county.cast.sun)
    everyone = english.get("/producers/").text
    assert "林果甲" in everyone
    assert "赵试丙" in everyone
    assert "杨样丁" not in everyone
    assert "赵试丙" not in english.get("/producers/?q=LIN").text
    assert "林果甲" in english.get("/producers/?q=林").text
    assert "No household of this station matches" in english.get("/producers/?q=%25").text
    assert "declared, not weighed yet" in english.get("/producers/?q=LIN").text
    assert "You act for" in english.get("/producers/for/H-LIN/income").text


@pytest.mark.parametrize(
    "typed", ["林果", "linguojia", "LGJ", "h-lin", "0001", "http://127.0.0.1/producers/for/H-LIN/"]
)
def test_an_agent_finds_a_household_by_whatever_is_at_hand(english, h, typed):
    """The name, its pinyin, its initials, the code, a phone's end, the picture on the card."""
    with db.transaction():
        assert finding.spell_households() == 3
        assert finding.spell_households() == 0
    come_in(english, h.county.cast.sun)
    found = english.get("/producers/", query_string={"q": typed})
    if "h-lin" in typed.casefold():  # nobody else can be meant
        assert found.location == "/producers/for/H-LIN/"
    else:
        assert "林果甲" in found.text
        assert "赵试丙" not in found.text


@pytest.mark.parametrize("typed", ["YSD", "0004", "H-YANG", "/producers/for/H-YANG/", "001"])
def test_an_agent_finds_nobody_of_another_station(english, h, typed):
    with db.transaction():
        finding.spell_households()
    come_in(english, h.county.cast.sun)
    answer = english.get("/producers/", query_string={"q": typed})
    assert "No household of this station matches" in answer.text


def test_a_head_who_is_called_otherwise_is_spelt_anew(english, h):
    with db.transaction():
        finding.spell_households()
        rename_head(h.county.lin, "梨花", actor=h.county.cast.wu.actor, now=make.NOW)
        assert finding.spell_households() == 1
    come_in(english, h.county.cast.sun)
    assert "H-LIN" in english.get("/producers/?q=lihua").text
    assert "H-LIN" not in english.get("/producers/?q=lgj").text


def test_the_picture_on_a_slip_leads_each_to_their_own_page(app, h):
    own, acting = f"/producers/slips/{h.slip}", f"/producers/for/H-LIN/slips/{h.slip}"
    leads = {"lin": own, "mei": own, "sun": acting, "zhao": None, "gao": None, "he": None}
    for who, place in leads.items():
        client = app.test_client()
        come_in(client, getattr(h.county.cast, who))
        answer = client.get(f"/producers/paper/{h.slip}")
        assert (answer.status_code, answer.location) == ((303, place) if place else (404, None))


def test_no_page_of_a_station_names_a_status(english, h):
    """Law 11: an agent sees who, never how poor."""
    come_in(english, h.county.cast.sun)
    for address in ("/producers/", *at(h, OF_THE_AGENT)):
        text = english.get(address).text
        for word in ("oor household", "lifted out", "monitored", "6216261"):
            assert word not in text, address


@pytest.mark.parametrize("odd", ["before=x", f"before={10**30}", "before=-1", "after=x&q=%25"])
def test_an_odd_address_is_read_as_none(client, h, odd):
    come_in(client, h.county.cast.sun)
    for path in ("/producers/", *(f"/producers/for/H-LIN/{end}" for end in ("lots", "income"))):
        assert client.get(f"{path}?{odd}").status_code == 200
