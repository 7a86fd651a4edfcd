"""Photographs of products: taken in once, in an order, prepared beside, forgotten a day later."""

import os

import pytest
import time_machine
from sqlalchemy import select, update

from storefront import audit, db
from storefront.catalogue import imaging, photos
from storefront.catalogue.imaging import Taken
from storefront.catalogue.listing import Wish
from storefront.catalogue.models import Photo
from storefront.cli import chores
from storefront.errors import NotFound, Refusal
from storefront.orders import shelf
from tests import factories as make
from tests import photographs as made

DAY = make.DAY


@pytest.fixture
def county(app):
    with db.transaction():
        return make.county()


@pytest.fixture
def folder(app, tmp_path, monkeypatch):
    """The folder of photographs, and a clock that stands."""
    monkeypatch.setattr(
        "storefront.cli.chores.settings", lambda: type("Here", (), {"uploads": tmp_path})
    )
    with time_machine.travel(make.NOW, tick=False):
        yield tmp_path


def told(county):
    return {"actor": county.cast.he.actor, "now": make.NOW}


def taken(number=0):
    return Taken(f"{number:024x}", "jpeg", 1200, 900)


def add(county, number=0, sku=make.BOX, **alt):
    with db.transaction():
        product = county.products[sku]
        return photos.add(product, taken(number), **{**made.ALT, **alt}, **told(county)).id


def send(county, folder, content=None):
    """What the page does with a file."""
    content = content or made.jpeg(600, 500)
    look = imaging.look(content)
    imaging.keep(folder, look, content)
    with db.transaction():
        return photos.add(county.products[make.BOX], look, **made.ALT, **told(county)).id


def order(county):
    return [photo.id for photo in photos.at_the_desk(county.products[make.BOX])]


def acts(verb):
    return db.session.scalars(
        select(audit.AuditEvent.facts).where(audit.AuditEvent.verb == verb)
    ).all()


def test_the_same_photograph_twice_is_one(county):
    assert add(county) == add(county)
    assert len(acts("add_photo")) == 1


@pytest.mark.parametrize("alt", [{"alt_zh": " "}, {"alt_en": ""}])
def test_a_photograph_says_what_it_shows_in_both_languages(county, alt):
    with pytest.raises(Refusal) as refused:
        add(county, **alt)
    assert (refused.value.code, refused.value.field) == ("alt_missing", next(iter(alt)))
    assert order(county) == []


def test_a_product_has_no_more_than_a_dozen(county):
    for number in range(photos.MOST):
        add(county, number)
    with pytest.raises(Refusal) as refused:
        add(county, photos.MOST)
    assert refused.value.code == "photos_enough"


@pytest.mark.parametrize(
    ("at", "place", "wanted"),
    [
        (2, "cover", [2, 0, 1]),
        (0, "cover", [0, 1, 2]),
        (2, "earlier", [0, 2, 1]),
        (0, "earlier", [0, 1, 2]),
        (0, "later", [1, 0, 2]),
        (2, "later", [0, 1, 2]),
    ],
)
def test_photographs_change_places(county, at, place, wanted):
    ids = [add(county, number) for number in range(3)]
    with db.transaction():
        photos.move(ids[at], place, **told(county))
    assert order(county) == [ids[number] for number in wanted]
    assert len(acts("move_photo")) == (wanted != [0, 1, 2])


def test_what_is_removed_is_gone_for_everybody_but_its_file_for_a_day(county, folder):
    first, second = send(county, folder), add(county, 9)
    chores.prepare_photos()
    for _again in range(2):
        with db.transaction():
            photos.remove(first, **told(county))
    assert order(county) == [second]
    assert len(acts("remove_photo")) == 1
    with pytest.raises(NotFound), db.transaction():
        photos.move(first, "cover", **told(county))
    age(folder)
    chores.forget_photos()
    assert len(files(folder)) == 7  # as it was sent, and two widths of three kinds
    with time_machine.travel(make.NOW + 2 * DAY, tick=False):
        chores.forget_photos()
    assert files(folder) == []
    assert [row.id for row in db.session.scalars(select(Photo))] == [second]


def age(folder, days=9):
    for path in folder.rglob("*.*"):
        when = make.NOW.timestamp() - days * 86_400
        os.utime(path, (when, when))


def files(folder):
    return sorted(path.name for path in folder.rglob("*.*"))


def test_a_file_of_no_photograph_is_forgotten_once_it_is_old(county, folder):
    kept = send(county, folder)
    content = made.jpeg(500, 700)
    imaging.keep(folder, imaging.look(content), content)  # whoever sent it never finished
    half = imaging.shown_in(folder) / f".{'a' * 24}-480.avif.77"
    half.parent.mkdir()
    half.write_bytes(b"half")
    age(folder)
    chores.forget_photos()
    digest = db.get(Photo, kept).digest
    assert files(folder) == [f"{digest}.jpeg"]


def test_the_worker_prepares_what_waits_and_the_shop_shows_it_from_then_on(county, folder):
    photo = send(county, folder)
    product = county.products[make.BOX]
    assert (photos.of_product(product), photos.counted()) == ((), 1)
    assert chores.prepare_photos() == 1
    ready = photos.of_product(product)
    assert [shown.digest for shown in ready] == [db.get(Photo, photo).digest]
    assert shelf.display("pear-box", now=make.NOW).photos == ready
    cards = {card.product.slug: card.photo for card in shelf.shelf(Wish(), now=make.NOW).cards}
    assert (cards["pear-box"], cards["gift"]) == (ready[0], None)
    assert chores.prepare_photos() == 0


def test_a_worker_that_died_half_way_begins_again(county, folder):
    photo = send(county, folder)
    chores.prepare_photos()
    whole = {path: path.read_bytes() for path in imaging.shown_in(folder).iterdir()}
    with db.transaction():
        db.session.execute(update(Photo).values(prepared_at=None))
    next(imaging.shown_in(folder).iterdir()).write_bytes(b"half")
    chores.prepare_photos()
    assert {path: path.read_bytes() for path in imaging.shown_in(folder).iterdir()} == whole
    assert db.get(Photo, photo).prepared_at is not None


def test_what_cannot_be_prepared_says_so_and_stops_no_other(county, folder):
    broken = add(county, 5)  # its file was lost
    good = send(county, folder)
    assert chores.prepare_photos() == 2
    states = {photo.id: photo.state for photo in photos.at_the_desk(county.products[make.BOX])}
    assert states == {broken: "failed", good: "ready"}
    assert chores.prepare_photos() == 0


def test_one_that_was_removed_while_it_was_prepared_stays_removed(county, folder):
    photo = send(county, folder)
    with db.transaction():
        photos.remove(photo, **told(county))
        photos.settle(photo, good=True, now=make.NOW)
    assert photos.of_product(county.products[make.BOX]) == ()
    assert photos.waiting(limit=9) == []
