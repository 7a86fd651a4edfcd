"""Settings: the only reader of the environment (docs/settings.md explains each).

A setting is looked for in the environment, then in the county file (what
another county edits: names, windows, rules), then in the defaults below, which
are for development.
"""

import os
import re
import tomllib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_KEY = b"for development only: no secret."  # 32 bytes, as Fernet wants
SHORTEST_SECRET = 32
NEEDED_IN_PRODUCTION = (
    "DATABASE_URL",
    "SECRET_KEY",
    "FIELD_KEYS",
    "PUBLIC_URL",
    "TRUSTED_HOSTS",
    "MAIL_FROM",
)


class SettingsError(Exception):
    """The shop cannot start; the message names every setting at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that may differ between two installations."""

    # the machine
    environment: str = "development"
    database_url: str = "sqlite:///var/shop.db"
    secret_key: str = "for development only, not a secret"  # noqa: S105  refused in production
    field_keys: tuple[str, ...] = (urlsafe_b64encode(DEVELOPMENT_KEY).decode(),)
    public_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    redis_url: str = ""
    limit_factor: int = 1
    port: int = 8000
    var_dir: str = "var"
    uploads_dir: str = ""
    smtp_url: str = ""
    mail_from: str = "shop@localhost"
    sms_gateway: str = ""
    pretend_payments: bool = False
    pay_origins: tuple[str, ...] = ()
    password_memory_kib: int = 65536
    password_passes: int = 3
    # the county
    brand_name_zh: str = "县域好果"
    brand_name_en: str = "County Orchard"
    county_name_zh: str = "本县"
    county_name_en: str = "our county"
    licence_zh: str = ""
    licence_en: str = ""
    operator_zh: str = ""
    operator_en: str = ""
    business_licence: str = ""
    food_licence: str = ""
    icp_number: str = ""
    service_phone: str = ""
    service_email: str = ""
    service_hours_zh: str = ""
    service_hours_en: str = ""
    postal_address_zh: str = ""
    postal_address_en: str = ""
    county_texts: str = "county_texts.toml"
    # its rules
    after_sale_hours: int = 48
    delivery_days: int = 7
    storage_warning_days: int = 14
    address_kept_days: int = 30
    buyer_kept_days: int = 1096
    dispatch_days: int = 2
    dispatch_weekdays: tuple[str, ...] = ("1", "2", "3", "4", "5", "6", "7")
    no_dispatch_on: tuple[str, ...] = ()
    dispatch_most: int = 0
    hold_minutes: int = 35
    household_session_days: int = 30
    season_first_month: int = 8
    allocate_poor_first: bool = False
    guard_yield_percent: int = 90
    guard_jump_percent: int = 200
    guard_jump_kg: int = 500
    guard_phone_households: int = 3
    guard_unconfirmed_percent: int = 20
    guard_assumed_percent: int = 20

    @property
    def production(self) -> bool:
        """Whether real people buy here."""
        return self.environment == "production"

    @property
    def secure(self) -> bool:
        """Whether people reach the shop over TLS."""
        return self.public_url.startswith("https://")

    @property
    def var(self) -> Path:
        """The directory of everything that is made and never committed."""
        return ROOT / self.var_dir

    @property
    def uploads(self) -> Path:
        """The folder of photographs that the brand office uploaded."""
        return ROOT / self.uploads_dir if self.uploads_dir else self.var / "uploads"


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings in force.

    Raises:
        SettingsError: a value cannot be read, or production lacks a setting.
    """
    values = {**_county(environ.get("COUNTY_FILE", "county.toml")), **environ}
    given = {
        field.name: values[field.name.upper()]
        for field in fields(Settings)
        if values.get(field.name.upper(), "") != ""
    }
    faults: list[str] = []
    read = {name: _read(name, text, faults) for name, text in given.items()}
    faults += _faults(read)
    if faults:
        raise SettingsError("\n- ".join(("The shop cannot start:", *faults)))
    pretend = read.setdefault("environment", "development") == "development"
    read.setdefault("pretend_payments", pretend)
    settings = Settings(**read)
    return replace(settings, database_url=database_address(settings.database_url))


def database_address(url: str) -> str:
    """Return ``url`` with the driver named and a SQLite path that is absolute."""
    scheme, separator, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/"):
        return f"sqlite{separator}/{ROOT / rest[1:]}"
    return url


def environment_with(others: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a program we start, with ``others`` in it."""
    return {**os.environ, **others}


def _county(name: str) -> dict[str, Any]:
    path = ROOT / name
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def _read(name: str, value: object, faults: list[str]) -> Any:  # noqa: ANN401  its field's type
    kind = Settings.__annotations__[name]
    try:
        return _READERS[kind](str(value).strip())
    except (KeyError, ValueError):
        faults.append(f"{name.upper()} cannot be read: {value!r}")
        return None


def _flag(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
        text.lower()
    ]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    bool: _flag,
    tuple[str, ...]: _words,
}


_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _faults(read: Mapping[str, Any]) -> list[str]:
    environment = read.get("environment", "development")
    if environment not in {"development", "production"}:
        return [f"ENVIRONMENT is development or production, not {environment}"]
    faults = [] if (read.get("limit_factor") or 1) > 0 else ["LIMIT_FACTOR is at least 1"]
    if not (read.get("smtp_url") or "smtp://").startswith(("smtp://", "smtps://")):
        faults.append("SMTP_URL begins with smtp:// or smtps://")
    if not _DOMAIN.fullmatch(read.get("sms_gateway") or "sms.example"):
        faults.append("SMS_GATEWAY is the domain of a mail-to-text gateway")
    faults += _calendar_faults(read)
    return faults + (_production_faults(read) if environment == "production" else [])


def _calendar_faults(read: Mapping[str, Any]) -> list[str]:
    weekdays = read.get("dispatch_weekdays")
    faults = []
    if weekdays is not None and not (weekdays and set(weekdays) <= set("1234567")):
        faults.append("DISPATCH_WEEKDAYS names days of the week: 1 is Monday, 7 is Sunday")
    if not all(_is_day(day) for day in read.get("no_dispatch_on") or ()):
        faults.append("NO_DISPATCH_ON names days such as 2026-10-01")
    if (read.get("dispatch_most") or 0) < 0:
        faults.append("DISPATCH_MOST is 0 (any number) or more")
    if (read.get("storage_warning_days") or 1) < 1:
        faults.append("STORAGE_WARNING_DAYS is 1 or more")
    return faults


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _production_faults(read: Mapping[str, Any]) -> list[str]:
    faults = [f"{name} is missing" for name in NEEDED_IN_PRODUCTION if not read.get(name.lower())]
    if 0 < len(read.get("secret_key") or "") < SHORTEST_SECRET:
        faults.append(f"SECRET_KEY is shorter than {SHORTEST_SECRET} characters")
    if read.get("pretend_payments"):
        faults.append("PRETEND_PAYMENTS cannot be on in production")
    if not (read.get("public_url") or "https://").startswith("https://"):
        faults.append("PUBLIC_URL must begin with https://")
    return faults
