"""What changes when real people buy here."""

import pytest

from storefront import create_app
from tests.conftest import settings_for

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "x" * 40,
    "FIELD_KEYS": "Zm9yIGRldmVsb3BtZW50IG9ubHk6IG5vIHNlY3JldC4=",
    "PUBLIC_URL": "https://pears.example",
    "TRUSTED_HOSTS": "pears.example",
    "MAIL_FROM": "shop@pears.example",
    "PROXY_HOPS": "1",
}


@pytest.fixture
def production(database, var):
    database.renew()
    return create_app(settings_for(var, database.url, **PRODUCTION))


def test_nobody_can_pretend_to_pay(production):
    assert "pretend" not in production.blueprints
    assert "hooks" not in production.blueprints


def test_cookies_travel_over_tls_only(production):
    answer = production.test_client().get("/nowhere?lang=en", base_url="https://pears.example")
    assert answer.status_code == 404
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert answer.headers["Strict-Transport-Security"]


def test_another_host_name_is_refused(production):
    answer = production.test_client().get("/nowhere", base_url="https://evil.example")
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_the_proxy_is_believed_about_where_we_are(production):
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "pears.example"}
    visitor = production.test_client()
    answer = visitor.get("/sign-in", base_url="http://inside", headers=headers)
    assert answer.status_code == 200
