"""The demonstration's season: how far it is told stands on every page, and nobody loses a deed."""

import os
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from storefront import create_app, db
from storefront.orders.models import Cart
from storefront.reports.newest import made_by_people
from storefront.web.season import beside
from storefront.web.season.beside import Telling
from storefront.web.site import settings
from tests import factories as make
from tests.conftest import settings_for
from tests.visits import come_in, statements

pytestmark = pytest.mark.sqlite
WHOLE = Telling(100, whole=True)
TOLD = "of the season"


@pytest.fixture
def served(app):
    """The file that is served, an opening nobody has touched; nothing is left beside it."""
    path = beside.path_of(settings())
    assert path is not None
    beside.note(path, marks=made_by_people())
    yield path
    for left in ("season", "telling", "whole", "whole.season"):
        beside.named(path, left).unlink(missing_ok=True)


def tell_whole(path: Path) -> None:
    """Put a whole season beside: what is served, and one cart more."""
    whole = beside.named(path, "whole")
    shutil.copyfile(path, whole)
    with sqlite3.connect(whole) as season:
        season.execute("INSERT INTO cart (token, touched_at) VALUES (?, ?)", (TOLD, "2026-01-01"))
    season.close()
    beside.note(whole, whole=True)


def tokens() -> list[str]:
    return list(db.session.scalars(select(Cart.token)))


@pytest.mark.parametrize("address", ["/", "/cart", "/sign-in", "/no-such-page"])
def test_every_page_says_how_far_the_season_is_told(client, served, address):
    beside.say(served, Telling(62))
    assert "还在讲述：62 %" in client.get(address).text
    client.set_cookie("lang", "en")
    assert "still being told: 62 %" in client.get(address).text


def test_staff_read_it_too(app, client, served):
    with db.transaction():
        people = make.county().cast
    come_in(client, people.wu)
    beside.say(served, Telling(7))
    assert "7 %" in client.get("/county/").text


def test_no_page_speaks_of_it_when_nobody_tells(client, served):
    assert "telling" not in client.get("/").text
    beside.say(served, Telling(30))
    long_ago = time.time() - beside.SILENT - 1
    os.utime(beside.named(served, "telling"), (long_ago, long_ago))  # whoever told it was killed
    assert "telling" not in client.get("/").text


def test_the_line_renews_itself_until_the_season_is_told(english, served):
    beside.say(served, Telling(62))
    with statements() as sent:
        line = english.fragment("/demo/season").text
    assert sent == []
    assert 'hx-trigger="every 5s"' in line
    beside.fall_silent(served)
    assert "hx-trigger" not in english.fragment("/demo/season").text


def test_a_season_that_was_told_is_opened_by_a_visitors_word(english, served):
    tell_whole(served)
    with db.transaction():
        db.session.add(Cart(token="of a visitor", touched_at=make.NOW))
    assert beside.is_touched(served)
    beside.say(served, WHOLE)
    assert "Open the whole season" in english.get("/").text
    answer = english.post("/demo/season")
    assert (answer.status_code, answer.location) == (303, "/")
    assert tokens() == [TOLD]
    assert beside.noted(served)["whole"]
    assert "The whole season is open." in english.get("/").text


def test_it_is_opened_once(client, served):
    tell_whole(served)
    assert client.post("/demo/season").status_code == 303
    assert client.post("/demo/season").status_code == 404


def test_looking_round_touches_nothing(app, client, served):
    with db.transaction():
        people = make.county().cast
    beside.note(served, marks=made_by_people())
    come_in(client, people.he)
    client.get("/brand/orders")
    client.post("/sign-out")
    assert not beside.is_touched(served)


def test_who_reads_meanwhile_reads_one_season_to_the_end(served):
    tell_whole(served)
    reader = sqlite3.connect(served, isolation_level=None)
    reader.execute("BEGIN")
    count = "SELECT count(*) FROM cart"
    assert reader.execute(count).fetchone() == (0,)
    assert beside.put_in_place(served)
    assert reader.execute(count).fetchone() == (0,)
    reader.execute("COMMIT")
    assert reader.execute(count).fetchone() == (1,)
    reader.close()


def test_a_shop_without_a_pretend_till_has_no_such_page(tmp_path):
    app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path}/shop.db", PRETEND_PAYMENTS="no"))
    assert "season" not in app.blueprints
