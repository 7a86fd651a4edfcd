"""Photographs come in at the office's door, and go out at the shop's."""

from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from storefront import db
from storefront.catalogue import desk, imaging, photos
from storefront.catalogue.models import Photo
from storefront.cli import chores
from storefront.web import readable, refusals, site
from storefront.web.i18n import speaking
from tests import factories as make
from tests import photographs as made
from tests.harvest import harvest
from tests.visits import come_in

PRODUCT = "/brand/catalogue/products/pear-box"
PHOTOS = f"{PRODUCT}/photos"


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def he(english, h):
    come_in(english, h.county.cast.he)
    return english


@pytest.fixture(autouse=True)
def folder(app):
    """Where photographs are kept; what earlier tests left there is no business of this one."""
    uploads = site.settings().uploads
    for _digest, path in imaging.files_of(uploads):
        path.unlink()
    return uploads


def send(he, content, name="pear.jpg", address=PHOTOS, **typed):
    file = FileStorage(BytesIO(content), filename=name)
    border, body = encode_multipart({**made.ALT, **typed, "file": file})
    kind = f"multipart/form-data; boundary={border}"
    return he.post(address, data=body, content_type=kind)


def rows():
    return list(db.session.scalars(select(Photo).order_by(Photo.id)))


def files(folder: Path):
    return [path for _digest, path in imaging.files_of(folder)]


def test_a_photograph_is_taken_in_prepared_and_shown(he, folder):
    answer = send(he, made.with_place())
    assert (answer.status_code, answer.location) == (303, f"{PRODUCT}#photos")
    assert "Being prepared" in he.get(PRODUCT).text
    assert "<picture>" not in he.get("/products/pear-box").text
    chores.prepare_photos()
    assert "In the shop" not in he.get(PRODUCT).text.partition('id="photos"')[2]
    page = he.get("/products/pear-box").text
    digest = rows()[0].digest
    assert f"/photos/{digest}-480.avif 480w, /photos/{digest}-900.avif 900w" in page
    assert 'width="900" height="1200"' in page
    assert 'alt="A box of pears"' in page
    assert f"/photos/{digest}-900.jpg" in he.get("/products").text


def test_a_picture_is_sent_for_a_year_as_what_it_is_and_without_its_place(he, client, folder):
    send(he, made.with_place())
    chores.prepare_photos()
    digest = rows()[0].digest
    for ending, kind in (("avif", "avif"), ("webp", "webp"), ("jpg", "jpeg")):
        answer = client.get(f"/photos/{digest}-480.{ending}")
        assert (answer.status_code, answer.mimetype) == (200, f"image/{kind}")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "private" not in answer.headers["Cache-Control"]
        assert b"Exif" not in answer.data
    for odd in (f"{digest}.jpeg", f"{digest}-480.svg", f"{digest}-481.jpg", "..%2f..%2fx", "x"):
        assert client.get(f"/photos/{odd}").status_code == 404, odd


@pytest.mark.parametrize("case", [case for case in made.BAD if case != "nothing"])
def test_a_bad_file_gets_a_sentence_at_the_field_and_nothing_is_left(he, folder, case):
    content, code = made.BAD[case]
    answer = send(he, content(), alt_en="My pears")
    assert answer.status_code == 422
    with speaking("en"):
        sentence = str(refusals.REFUSALS[code]).partition("%(")[0].strip(" :")
    assert sentence in answer.text.partition('id="file-error"')[2]
    assert 'value="My pears"' in answer.text
    assert (rows(), files(folder)) == ([], [])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"alt_zh": ""}, "Say what the photograph shows"),
        ({"alt_en": "  "}, "Say what the photograph shows"),
        ({"alt_en": "x" * 200}, "field__error"),
    ],
)
def test_without_words_for_who_cannot_see_it_nothing_is_kept(he, folder, typed, sentence):
    answer = send(he, made.jpeg(), **typed)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert (rows(), files(folder)) == ([], [])


def test_a_form_without_a_file_says_so(he):
    for answer in (send(he, b"", name=""), he.post(PHOTOS, data=made.ALT)):
        assert (answer.status_code, "Choose a photograph." in answer.text) == (422, True)


def test_the_same_file_twice_is_one_photograph_whatever_it_is_called(he, folder):
    for name in ("a.jpg", "../../etc/passwd", "b.exe"):
        assert send(he, made.jpeg(), name=name).status_code == 303
    assert (len(rows()), len(files(folder))) == (1, 1)
    assert files(folder)[0].parent == folder / "originals"


def test_a_large_photograph_is_taken_and_a_larger_one_told_so(he, folder, monkeypatch):
    large = made.jpeg() + b"\0" * 3_000_000  # more than any other form may be
    assert send(he, large).status_code == 303
    monkeypatch.setattr(imaging, "MOST_BYTES", 2_000_000)
    assert "Send a smaller one." in send(he, made.jpeg(700) + b"\0" * 3_000_000).text
    monkeypatch.setattr(readable, "LARGEST_FILE_FORM", 2_000_000)
    refused = send(he, large)
    assert (refused.status_code, "too much at once" in refused.text) == (413, True)


def test_nobody_else_may_send_one(app, h, folder):
    for who in ("lin", "sun", "wu", "qiao"):
        client = app.test_client()
        come_in(client, getattr(h.county.cast, who))
        assert send(client, made.jpeg()).status_code == 404, who
    # whoever is not signed in may send no file at all
    assert send(app.test_client(), made.jpeg()).status_code == 400
    assert send(app.test_client(), made.jpeg() + b"\0" * 3_000_000).status_code == 413
    assert (rows(), files(folder)) == ([], [])


def test_photographs_are_put_in_order_described_and_removed(he):
    for width in (1200, 1300):
        send(he, made.jpeg(width))
    first, second = (row.id for row in rows())
    he.post(f"{PHOTOS}/{second}/place", data={"to": "cover"})
    product = desk.written("pear-box").id
    assert [photo.id for photo in photos.at_the_desk(product)] == [second, first]
    assert he.post(f"{PHOTOS}/{second}/place", data={"to": "nowhere"}).status_code == 409
    said = he.post(f"{PHOTOS}/{first}/words", data={"alt_zh": "树", "alt_en": "A tree"})
    assert said.status_code == 303
    assert "A tree" in he.get(PRODUCT).text
    blank = he.post(f"{PHOTOS}/{first}/words", data={"alt_zh": "", "alt_en": "A"})
    assert (blank.status_code, "Say what the photograph shows" in blank.text) == (422, True)
    for _again in range(2):
        he.post(f"{PHOTOS}/{first}/remove")
    assert [photo.id for photo in photos.at_the_desk(product)] == [second]


def test_a_photograph_of_another_product_is_not_found_here(he):
    other = made.photographed("gift").id
    for step in ("words", "place", "remove"):
        answer = he.post(f"{PHOTOS}/{other}/{step}", data={**made.ALT, "to": "cover"})
        assert answer.status_code == 404
    assert rows()[0].removed_at is None
