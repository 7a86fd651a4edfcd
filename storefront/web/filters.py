"""How figures are written for people: the only place where money and weight become text."""

from datetime import date, datetime
from itertools import pairwise
from typing import Final, Protocol

from flask import Flask

from storefront import clock
from storefront.catalogue.provinces import BY_CODE
from storefront.exact import half_up
from storefront.money import Fen
from storefront.web.i18n import language, translated
from storefront.weight import GRAMS_PER_JIN, GRAMS_PER_KG, FenPerKg, Grams

MINUS: Final = "\N{MINUS SIGN}"
NONE: Final = "\N{EN DASH}"
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

FULL_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def money(amount: Fen) -> str:
    """Write ``amount`` as ¥1,234.50, below zero as −¥12.80."""
    yuan, fen = divmod(abs(int(amount)), 100)
    return f"{_sign(amount)}¥{yuan:,}.{fen:02d}"


def jin(weight: Grams) -> str:
    """Write ``weight`` in jin with kilograms beside it: 5 斤 (2.5 kg)."""
    unit = "jin" if language() == "en" else "斤"
    return f"{_decimal(weight, GRAMS_PER_JIN)} {unit} ({kg(weight)})"


def jin_alone(weight: Grams) -> str:
    """Write ``weight`` in jin without its unit, for columns that name it in the header."""
    return _decimal(weight, GRAMS_PER_JIN)


def kg(weight: Grams) -> str:
    """Write ``weight`` in kilograms: 2.5 kg."""
    return f"{_decimal(weight, GRAMS_PER_KG)} kg"


def mu(tenths: int) -> str:
    """Write tenths of a mu as mu, without the unit: 5.0."""
    return f"{tenths // 10}.{tenths % 10}"


def per_jin(price: FenPerKg) -> str:
    """Write a price of a kilogram as that of a jin: ¥4.70/斤."""
    unit = "jin" if language() == "en" else "斤"
    return f"{money(price.of(Grams(GRAMS_PER_JIN)))}/{unit}"


def price_per_jin(amount: Fen, weight: Grams) -> str:
    """Write what a jin costs when ``weight`` costs ``amount``: ¥12.50/斤."""
    if not int(weight):
        return NONE
    unit = "jin" if language() == "en" else "斤"
    return f"{money(Fen(half_up(int(amount) * GRAMS_PER_JIN, int(weight))))}/{unit}"


def number(count: int) -> str:
    """Write a whole number with its thousands apart: 12,800."""
    return f"{_sign(count)}{abs(int(count)):,}"


def percent(basis_points: int) -> str:
    """Write basis points (1/10,000) as a percentage: 6250 is 62.5%."""
    return f"{_decimal(basis_points, 100)}%"


def percent_of(part: int, whole: int) -> str:
    """Write ``part`` as a percentage of ``whole`` to one decimal; a dash when there is no whole."""
    return f"{_decimal(half_up(int(part) * 1000, int(whole)), 10)}%" if whole else NONE


def day(when: date | datetime | None) -> str:
    """Write a day (in China, of an instant) as 9月14日 or 14 Sep, with any year but this."""
    if when is None:
        return NONE
    that = clock.china_day(when) if isinstance(when, datetime) else when
    this_year = that.year == clock.china_day(clock.now()).year
    if language() == "en":
        return f"{that.day} {MONTHS[that.month - 1]}" + ("" if this_year else f" {that.year}")
    return ("" if this_year else f"{that.year}年") + f"{that.month}月{that.day}日"


def whole_day(when: datetime) -> str:
    """Write the day in China of an instant with its year, as a paper needs it: 2026年9月14日."""
    that = clock.china_day(when)
    if language() == "en":
        return f"{that.day} {MONTHS[that.month - 1]} {that.year}"
    return f"{that.year}年{that.month}月{that.day}日"


def moment(when: datetime | None) -> str:
    """Write an instant as day and China's time: 9月14日 15:04."""
    if when is None:
        return NONE
    return f"{day(when)} {when.astimezone(clock.CHINA):%H:%M}"


def month(name: str) -> str:
    """Write a calendar month (``2026-09``) as 2026年9月 or Sep 2026."""
    year, _, ordinal = name.partition("-")
    if language() == "en":
        return f"{MONTHS[int(ordinal) - 1]} {year}"
    return f"{year}年{int(ordinal)}月"


def month_alone(ordinal: int) -> str:
    """Write a month of any year: 8月 or August."""
    return FULL_MONTHS[ordinal - 1] if language() == "en" else f"{ordinal}月"


def _sign(amount: int) -> str:
    return MINUS if int(amount) < 0 else ""


def _decimal(amount: int, unit: int) -> str:
    """Write ``amount / unit`` exactly, without trailing zeros; ``unit`` divides 1000."""
    whole, rest = divmod(abs(int(amount)) * (1000 // unit), 1000)
    tail = f"{rest:03d}".rstrip("0")
    return f"{_sign(amount)}{whole:,}" + (f".{tail}" if tail else "")


class Parcel(Protocol):
    """Whatever goes to an address; ``province`` is a code."""

    @property
    def province(self) -> str:
        """The province's code."""

    @property
    def city(self) -> str:
        """The city."""

    @property
    def district(self) -> str:
        """The district or county; empty once it is cut."""

    @property
    def address(self) -> str:
        """Street, building, door; empty once it is cut."""


def whole_address(of: Parcel) -> str:
    """Write an address from the province down; a municipality, its own city, stands once."""
    known = BY_CODE.get(of.province)
    province = translated(known, "name") if known else of.province
    names = [province, of.city, of.district, of.address]
    once = (name for before, name in pairwise(["", *names]) if name != before)
    return " ".join(filter(None, once))


FILTERS = (
    day,
    whole_day,
    jin,
    jin_alone,
    kg,
    moment,
    money,
    month,
    month_alone,
    mu,
    number,
    per_jin,
    percent,
    percent_of,
    price_per_jin,
    whole_address,
)


def init_app(app: Flask) -> None:
    """Give every template the filters, each by its function's name."""
    app.jinja_env.filters.update({write.__name__: write for write in FILTERS})
