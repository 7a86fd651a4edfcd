"""What was read is kept while nobody writes, whoever it is that writes."""

from contextlib import suppress

import pytest
from sqlalchemy import text

from storefront import clock, db
from storefront.unwritten import until_written
from tests import factories as make

HERE = text("UPDATE edition SET mark = 'here'")
asked: list[object] = []


@until_written
def mark(word="", *, now=make.NOW):
    asked.append((word, clock.china_day(now)))
    return db.session.scalar(text("SELECT mark FROM edition"))


@pytest.fixture(autouse=True)
def nothing_asked(app):
    asked.clear()


def read():
    """Read as a request of its own."""
    db.session.rollback()
    return mark()


@pytest.mark.sqlite
def test_a_question_is_asked_once_for_each_thing_and_day():
    for _time in range(2):
        mark("pears", now=make.NOW)
        mark("pears", now=make.NOW + make.DAY)
        mark("plums", now=make.NOW)
        db.session.rollback()
    assert len(asked) == len(set(asked)) == 3


def test_what_this_process_writes_is_read_at_once():
    read()
    with db.transaction():
        db.session.execute(HERE)
        assert mark() == "here"  # in a transaction it is always asked
    assert read() == "here"


def test_what_another_connection_writes_is_read_at_once():
    before = read()
    with db.sa.engine.begin() as other:
        other.execute(HERE)
    assert before != read() == "here"


@pytest.mark.sqlite
def test_one_request_reads_one_state():
    read()
    with db.sa.engine.begin() as other:
        other.execute(HERE)
    assert read() == "here"
    with db.sa.engine.begin() as other:
        other.execute(text("UPDATE edition SET mark = 'later'"))
    assert mark() == "here"
    assert read() == "later"


def test_what_was_undone_was_never_read():
    before = read()
    with suppress(ZeroDivisionError), db.transaction():
        db.session.execute(HERE)
        mark()
        _ = 1 // 0
    assert read() == before
