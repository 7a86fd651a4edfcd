"""What is kept of the catalogue holds until somebody writes in it, and not a moment longer."""

from threading import Thread

import pytest
from sqlalchemy import text, update

from storefront import clock, db
from storefront.catalogue import drafting, edition, fees, listing
from storefront.catalogue.listing import Wish
from storefront.catalogue.models import Category, Offer, Product
from storefront.errors import NotFound
from storefront.money import Fen
from storefront.orders import shelf
from storefront.supply import prices
from storefront.weight import FenPerKg
from tests import factories as make
from tests.visits import statements

TODAY = clock.china_day(make.NOW)


@pytest.fixture
def county(app):
    with db.transaction():
        return make.county()


def whole_shelf():
    return listing.listed(Wish()).cards


def asked(question, *args):
    """How many statements a question costs a new request."""
    db.session.rollback()
    with statements() as seen:
        question(*args)
    return len(seen)


def test_what_nobody_changed_is_read_once(county):
    assert asked(whole_shelf) > 1
    # which edition it is; SQLite says that nobody has written since
    assert asked(whole_shelf) == (0 if db.dialect() == "sqlite" else 1)


def test_one_request_asks_for_the_edition_once(county):
    for question in (whole_shelf, lambda: fees.schedule_on(TODAY)):
        asked(question)
    db.session.rollback()
    with statements() as seen:
        whole_shelf()
        fees.schedule_on(TODAY)
        prices.purchase_prices_on(TODAY)
    assert len(seen) <= 2


@pytest.mark.parametrize(
    "write",
    [
        lambda c: drafting.change_price(
            c.offers[make.BOX], Fen(5_000), actor=make.OFFICE, now=make.NOW
        ),
        lambda c: drafting.withdraw(c.offers[make.BOX], actor=make.OFFICE, now=make.NOW),
        lambda _: drafting.add_category("new", "新", "New", 9),
        lambda _: db.session.execute(update(Product).values(name_en="Renamed")),
        lambda _: db.session.execute(text("UPDATE offer SET price_fen = price_fen + 1")),
        lambda _: db.session.execute(text("DELETE FROM part")),
    ],
    ids=["price", "withdrawn", "category", "by statement", "by hand", "deleted"],
)
def test_whoever_writes_in_the_catalogue_and_however_it_is_read_anew(county, write):
    asked(whole_shelf)
    with db.transaction():
        write(county)
    assert asked(whole_shelf) > 1


def test_a_purchase_price_turns_the_edition_too(county):
    before = prices.purchase_prices_on(TODAY)[county.first]
    with db.transaction():
        prices.set_purchase_price(
            county.first, TODAY, FenPerKg(int(before) + 50), actor=make.OFFICE, now=make.NOW
        )
    assert prices.purchase_prices_on(TODAY)[county.first] == before + FenPerKg(50)


def test_a_price_that_is_rolled_back_was_never_kept(county):
    def shown():
        return [pack.offer.price for pack in shelf.display("pear-box", now=make.NOW).packs]

    def change_and_fail():
        with db.transaction():
            offer = county.offers[make.BOX]
            drafting.change_price(offer, Fen(9_999), actor=make.OFFICE, now=make.NOW)
            db.session.flush()
            assert shown() == []  # it is off sale until it is published again
            raise NotFound

    before = shown()
    with pytest.raises(NotFound):
        change_and_fail()
    assert shown() == before == [Fen(3_990)]


def test_another_process_sees_a_change_with_its_next_request(app, county):
    assert len(whole_shelf()) == 4
    db.session.rollback()

    def elsewhere():
        with app.app_context(), db.transaction():
            drafting.withdraw(county.offers[make.PASTE], actor=make.OFFICE, now=make.NOW)

    other = Thread(target=elsewhere)
    other.start()
    other.join()
    assert len(whole_shelf()) == 3


def test_a_transaction_that_writes_reads_its_own_writing(county):
    whole_shelf()
    with db.transaction():
        drafting.withdraw(county.offers[make.PASTE], actor=make.OFFICE, now=make.NOW)
        db.session.flush()
        assert len(whole_shelf()) == 3


def test_a_transaction_that_only_reads_asks_for_the_edition_and_no_more(county):
    asked(fees.schedule_on, TODAY)
    with db.transaction():
        edition.stands(db.session.scalars(edition.STANDING).one())
        with statements() as seen:
            fees.schedule_on(TODAY)
    assert seen == []


def test_every_table_of_the_catalogue_turns_the_edition(app):
    standing = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with db.sa.engine.connect() as connection:
        found = set(connection.scalars(text(standing[connection.dialect.name])))
    watched = {table.name for table in edition.tables()}
    assert {Category.__tablename__, Offer.__tablename__, "purchase_price"} <= watched
    assert edition.trigger_names() <= found
