"""A county brand's shop that knows whose pears are in the box."""

from datetime import date, timedelta
from typing import Any

from flask import Flask

from storefront import config, county, db, web
from storefront.accounts.passwords import vault
from storefront.config import ROOT, Settings
from storefront.crypto import keyring
from storefront.web import compiled
from storefront.weight import Grams


def create_app(settings: Settings | None = None, *, serving: bool = False) -> Flask:
    """Return the shop, wired: database, web ground, doors and commands.

    One that is only ``serving`` has no commands: a web process would carry what they
    need (migrations, the demonstration) for nothing. Its compiled templates are kept.

    Raises:
        SettingsError: ``settings`` is not given and the environment's are not complete.
    """
    settings = settings or config.load()
    app = Flask("storefront", root_path=str(ROOT), static_folder=None)
    app.config.from_mapping(_flask_settings(settings))
    keyring.load(settings.field_keys)
    vault.load(memory_kib=settings.password_memory_kib, passes=settings.password_passes)
    county.adopt(_rules(settings))
    settings.var.mkdir(parents=True, exist_ok=True)
    db.sa.init_app(app)
    web.init_app(app)
    if serving:
        compiled.keep(app, settings.var)
    else:
        _add_commands(app)
    return app


def _add_commands(app: Flask) -> None:
    from flask_migrate import Migrate  # noqa: PLC0415  twelve megabytes

    from storefront import cli  # noqa: PLC0415  and what its commands stand on

    Migrate(app, db.sa, directory=str(ROOT / "migrations"), render_as_batch=True)
    cli.init_app(app)


def _flask_settings(settings: Settings) -> dict[str, Any]:
    postgres = settings.database_url.startswith("postgresql")
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "connect_args": db.POSTGRES if postgres else {},
            "hide_parameters": True,  # a fault is logged, the person's data in it is not
        },
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "MAX_CONTENT_LENGTH": 2_000_000,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=max(31, settings.household_session_days)),
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # a form's token lives as long as its session
        "SESSION_REFRESH_EACH_REQUEST": False,  # it is sent when something in it changes
        "PREFERRED_URL_SCHEME": "https" if settings.secure else "http",
        "TEMPLATES_AUTO_RELOAD": not settings.production,
    }


def _rules(settings: Settings) -> county.Rules:
    return county.Rules(
        season_first_month=settings.season_first_month,
        hold=timedelta(minutes=settings.hold_minutes),
        dispatch_days=settings.dispatch_days,
        dispatch_weekdays=frozenset(int(day) for day in settings.dispatch_weekdays),
        no_dispatch_on=frozenset(date.fromisoformat(day) for day in settings.no_dispatch_on),
        dispatch_most=settings.dispatch_most or None,
        registered_poor_first=settings.allocate_poor_first,
        after_sale=timedelta(hours=settings.after_sale_hours),
        delivery_days=settings.delivery_days,
        storage_warning=timedelta(days=settings.storage_warning_days),
        address_kept=timedelta(days=settings.address_kept_days),
        buyer_kept=timedelta(days=settings.buyer_kept_days),
        guards=county.Guards(
            yield_percent=settings.guard_yield_percent,
            jump_percent=settings.guard_jump_percent,
            jump=Grams(settings.guard_jump_kg * 1_000),
            phone_households=settings.guard_phone_households,
            unconfirmed_percent=settings.guard_unconfirmed_percent,
            assumed_percent=settings.guard_assumed_percent,
        ),
    )
