"""The agent's page on which a household without a phone of its own agrees with a slip."""

import io
from dataclasses import replace

import pytest
import time_machine
from PIL import Image
from sqlalchemy import select

from storefront import db
from storefront.catalogue import imaging
from storefront.outbox import Letter
from storefront.supply import slip_codes
from storefront.supply.slip_codes import SlipCode
from storefront.web import letters, site
from tests import factories as make
from tests.access import only
from tests.harvest import harvest, lot_of
from tests.people import PASSWORD
from tests.photographs import BAD, with_place
from tests.visits import come_in

AT = "/producers/for/H-LIN/slips/{h.slip}"


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def sun(english, h):
    come_in(english, h.county.cast.sun)
    return english


@pytest.fixture
def texts(monkeypatch):
    """A county that sends text messages."""
    known = replace(site.settings(), sms_gateway="sms.example")
    monkeypatch.setattr(site, "settings", lambda: known)


def at(h, path=""):
    return AT.format(h=h) + path


def how(h):
    return lot_of(h.lot).confirmed_how


def test_by_a_code_on_the_households_phone(sun, h, texts):
    page = sun.get(at(h, "/agree")).text
    assert "…0099" in page
    assert "13800000099" not in page
    assert "Code on the household" not in page
    assert sun.post(at(h, "/agree/send-code")).status_code == 303
    assert "Code on the household" in sun.get(at(h, "/agree")).text
    code = slip_codes.digits_of(db.session.scalars(select(SlipCode.seed)).one())
    wrong = sun.post(at(h, "/agree/code"), data={"code": "x"})
    assert (wrong.status_code, "It can be tried 4 more times." in wrong.text) == (422, True)
    for _ in range(2):
        assert sun.post(at(h, "/agree/code"), data={"code": code}).status_code == 303
    assert how(h) == "code"
    assert "by the code on its phone" in sun.get(at(h)).text


def test_the_code_is_sent_with_the_slip_it_is_for(sun, h, texts):
    sun.post(at(h, "/agree/send-code"))
    db.session.expire_all()
    (letter,) = db.session.scalars(select(Letter).where(Letter.kind == "slip_code"))
    code = slip_codes.digits_of(db.session.scalars(select(SlipCode.seed)).one())
    mail = letters.render(letter)
    text = mail.get_content()
    assert (code in mail["Subject"], code in text, h.slip in text) == (True, True, True)
    assert "None" not in text
    assert code not in str(letter.facts), "no table holds it"


def test_without_text_messages_the_page_says_so(sun, h):
    assert "This county sends no text messages." in sun.get(at(h, "/agree")).text
    answer = sun.post(at(h, "/agree/send-code"))
    assert (answer.status_code, "sends no text messages" in answer.text) == (409, True)


def send_file(client, h, content):
    file = {"file": (io.BytesIO(content), "slip.jpg")}
    return client.post(at(h, "/agree/paper"), data=file, content_type="multipart/form-data")


def test_by_the_signed_slip_whose_photograph_says_nothing_else(app, sun, h):
    assert send_file(sun, h, with_place()).status_code == 303
    assert how(h) == "photo"
    page = sun.get(at(h)).text
    assert "by the photograph of the signed slip" in page
    picture = sun.get(at(h, "/papers/1"))
    assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    with Image.open(io.BytesIO(picture.data)) as shown:
        assert (shown.size, dict(shown.getexif()), "exif" in shown.info) == ((900, 1200), {}, False)
    assert app.test_client().get("/photos/papers/x.jpg").status_code == 404


def test_nobody_else_sees_the_photograph(app, h):
    come_in(first := app.test_client(), h.county.cast.sun)
    send_file(first, h, with_place())
    cast = h.county.cast
    only(app, cast, {"sun"}, [at(h, "/papers/1"), at(h, "/agree")])
    only(app, cast, {"he"}, ["/brand/papers/1"])
    only(app, cast, {"wu", "qiao"}, ["/county/papers/1", "/county/slips"])
    other = f"/producers/for/H-ZHAO/slips/{h.zhao_slip}/papers/1"
    assert first.get(other).status_code == 404


@pytest.mark.parametrize("name", ["a zip called jpg", "a jpeg cut short", "a stamp", "nothing"])
def test_a_file_that_is_no_photograph_is_refused_and_nothing_is_kept(sun, h, name):
    make_it, _ = BAD[name]
    assert send_file(sun, h, make_it()).status_code == 422
    assert how(h) is None
    folder = site.settings().uploads / imaging.PAPERS
    assert not [path for path in folder.glob("*") if make_it() == path.read_bytes()]


def test_with_their_pin_at_the_station(sun, h):
    lin = h.county.cast.lin.actor.user_id
    wrong = sun.post(at(h, "/agree/visit"), data={"member": lin, "pin": "000000"})
    assert (wrong.status_code, "not what they sign in with" in wrong.text) == (422, True)
    assert "000000" not in wrong.text
    zhao = h.county.cast.zhao.actor.user_id
    assert (
        sun.post(at(h, "/agree/visit"), data={"member": zhao, "pin": PASSWORD}).status_code == 422
    )
    right = sun.post(at(h, "/agree/visit"), data={"member": lin, "pin": PASSWORD})
    assert (right.status_code, how(h)) == (303, "visit")
    assert "with its PIN at the station" in sun.get(right.location).text


def test_at_the_next_visit_it_stays_open(sun, h):
    assert sun.post(at(h, "/agree/next-visit")).status_code == 303
    assert how(h) is None
    assert "Does the household agree?" in sun.get(at(h)).text


def test_the_county_reads_whose_word_it_is(app, sun, h):
    send_file(sun, h, with_place())
    wu = app.test_client()
    come_in(wu, h.county.cast.wu)
    wu.set_cookie("lang", "en")
    page = wu.get("/county/slips").text
    assert "Xili station" in page
    assert wu.get("/county/slips?season=9999").status_code == 200
