"""Settings: read once, and never half of them in production."""

from dataclasses import FrozenInstanceError

import pytest

from storefront import config
from storefront.config import Settings, SettingsError, load

PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://shop@db/shop",
    "SECRET_KEY": "x" * 40,
    "FIELD_KEYS": "newest=,older=",
    "PUBLIC_URL": "https://pears.example",
    "TRUSTED_HOSTS": "pears.example, www.pears.example",
    "MAIL_FROM": "shop@pears.example",
}


def test_development_needs_nothing():
    settings = load({})
    assert settings.pretend_payments
    assert not settings.production
    assert settings.database_url == f"sqlite:///{config.ROOT}/var/shop.db"


def test_production_takes_what_it_is_given():
    settings = load(PRODUCTION)
    assert settings.production
    assert settings.secure
    assert not settings.pretend_payments
    assert settings.field_keys == ("newest=", "older=")
    assert settings.trusted_hosts == ("pears.example", "www.pears.example")
    assert settings.database_url == "postgresql+psycopg://shop@db/shop"


def test_production_names_every_missing_setting_at_once():
    with pytest.raises(SettingsError) as refused:
        load({"ENVIRONMENT": "production", "COUNTY_FILE": "none.toml"})
    for name in config.NEEDED_IN_PRODUCTION:
        assert f"{name} is missing" in str(refused.value)


@pytest.mark.parametrize("name", config.NEEDED_IN_PRODUCTION)
def test_an_empty_setting_is_a_missing_one(name):
    with pytest.raises(SettingsError, match=f"{name} is missing"):
        load({**PRODUCTION, name: ""})


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "short", "shorter than"),
        ("PRETEND_PAYMENTS", "yes", "cannot be on in production"),
        ("PUBLIC_URL", "http://pears.example", "must begin with https"),
        ("HOLD_MINUTES", "half an hour", "HOLD_MINUTES cannot be read"),
        ("PRETEND_PAYMENTS", "perhaps", "PRETEND_PAYMENTS cannot be read"),
    ],
)
def test_production_refuses_what_is_not_safe_or_not_readable(name, value, reason):
    with pytest.raises(SettingsError, match=reason):
        load({**PRODUCTION, name: value})


def test_an_unknown_environment_is_refused():
    with pytest.raises(SettingsError, match="staging"):
        load({"ENVIRONMENT": "staging"})


def test_the_environment_wins_over_the_county_file():
    assert load({"AFTER_SALE_HOURS": "24"}).after_sale_hours == 24
    assert load({}).brand_name_en == "Xi County Pears"
    assert load({"COUNTY_FILE": "none.toml"}).brand_name_en == Settings().brand_name_en


def test_settings_cannot_change_under_way():
    with pytest.raises(FrozenInstanceError):
        load({}).port = 1  # type: ignore[misc]  # what is tried
