"""The commands of the machine's owner: codes for a demonstration, a way back for who lost all."""

from contextvars import Context

import pytest
from sqlalchemy import select

from storefront import clock, create_app, db
from storefront.accounts import second_factor
from storefront.audit import AuditEvent
from tests import factories as make
from tests.conftest import settings_for
from tests.doors.test_production import PRODUCTION
from tests.people import PASSWORD


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


def said(app, *words):
    return app.test_cli_runner().invoke(args=["accounts", *words])


def test_the_code_that_is_printed_lets_its_owner_in(app, client, cast):
    printed = said(app, "code", cast.wu.identifier)
    assert cast.wu.name in printed.output
    code = printed.output.split()[-1]
    client.post("/sign-in", data={"identifier": cast.wu.identifier, "password": PASSWORD})
    assert client.post("/sign-in/code", data={"one_time_code": code}).location == "/county/"


def test_without_a_number_everybodys_code_is_printed_and_a_household_has_none(app, cast):
    assert len(said(app, "code").output.splitlines()) == 5
    nobody = said(app, "code", cast.lin.identifier)
    assert nobody.exit_code != 0


def test_in_production_no_code_is_printed(app, cast, database, var):
    production = create_app(settings_for(var, database.url, **PRODUCTION))
    refused = Context().run(said, production, "code", cast.wu.identifier)  # not the test's shop
    assert refused.exit_code != 0
    assert not any(word.isdigit() for word in refused.output.split())
    with production.app_context():
        db.session.remove()
        db.sa.engine.dispose()


def test_the_owner_takes_a_lost_second_factor_away_and_it_is_written_down(app, cast):
    assert said(app, "reset-factor", cast.wu.identifier).exit_code == 0
    db.session.rollback()
    assert second_factor.standing(cast.wu.actor.user_id or 0).enrolled_at is None
    newest = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)
    event = db.session.scalars(newest).one()
    assert (event.verb, event.actor_kind) == ("second_factor_reset", "shop")
    assert said(app, "reset-factor", cast.wu.identifier).exit_code != 0
    assert said(app, "reset-factor", "13800000077").exit_code != 0


def test_a_code_that_was_used_is_not_printed_again(app, cast):
    first = said(app, "code", cast.wu.identifier).output.split()[-1]
    with db.transaction():
        assert second_factor.check(cast.wu.actor, first, verb="sign_in", now=clock.now()) is None
    assert said(app, "code", cast.wu.identifier).output.split()[-1] != first
