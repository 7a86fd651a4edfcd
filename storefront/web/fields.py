"""Form fields that yield the house's own quantities: weight, price, a day, a client key.

Every field keeps what was typed, also what it could not read, so that a form
that comes back loses nothing.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, StringField
from wtforms.form import BaseForm
from wtforms.validators import Regexp, StopValidation

from storefront import ids
from storefront.money import Fen
from storefront.weight import GRAMS_PER_JIN, GRAMS_PER_KG, FenPerKg, Grams

CENTS = 2  # decimals of a yuan
DECIMAL = {"inputmode": "decimal", "autocomplete": "off", "enterkeyhint": "next"}
CENTURY = range(2000, 2100)
NOT_A_DAY = _l("Write a day such as 2026-09-14.")
PAGE_TOO_OLD = _l("This page is too old. Open it again and send the form anew.")
NOT_AN_AMOUNT = _l("Write an amount in yuan, such as 4.70.")
NOT_A_NUMBER = _l("Write a number, such as 60 or 12.5.")


def thousandths(typed: str) -> int | None:
    """Return ``typed`` (``12.5``) in thousandths, or None where it is no such number.

    Full-width digits are read as digits; more than three decimals, a sign or
    letters are not read.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    whole, _, part = text.partition(".")
    digits = f"{whole}{part}"
    if not (digits.isascii() and digits.isdigit() and len(whole) <= 9 and len(part) <= 3):  # noqa: PLR2004  thousandths
        return None
    return int(whole or 0) * 1000 + int(part.ljust(3, "0"))


class WeightField(StringField):
    """A weight typed in jin or kilograms; ``data`` is Grams, or None where nothing was typed."""

    data: Any

    def __init__(
        self,
        label: LazyString,
        validators: Sequence[object] = (),
        *,
        unit: int = GRAMS_PER_KG,
        **others: object,
    ) -> None:
        """Read in units of ``unit`` grams: ``GRAMS_PER_JIN`` or ``GRAMS_PER_KG``."""
        others["render_kw"] = {**DECIMAL, **(others.get("render_kw") or {})}  # type: ignore[dict-item]  # wtforms is untyped
        super().__init__(label, validators, **others)
        self.unit = unit

    def _value(self) -> str:
        """Write what was typed, or the weight in the field's unit."""
        if self.raw_data:
            return str(self.raw_data[0])
        return _plain(int(self.data) * 1000 // self.unit) if self.data is not None else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the weight; nothing typed is no weight."""
        self.data = None
        if valuelist and valuelist[0].strip():
            read = thousandths(valuelist[0])
            if read is None:
                raise ValueError(NOT_A_NUMBER)
            self.data = Grams(read * self.unit // 1000)


class JinField(WeightField):
    """A weight typed in jin (500 g)."""

    def __init__(
        self, label: LazyString, validators: Sequence[object] = (), **others: object
    ) -> None:
        """Read in jin."""
        super().__init__(label, validators, unit=GRAMS_PER_JIN, **others)


class PricePerJinField(StringField):
    """A price typed in yuan for a jin; ``data`` is FenPerKg, or None where nothing was typed."""

    data: Any

    def _value(self) -> str:
        """Write what was typed, or the price of a jin in yuan."""
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        yuan, fen = divmod(int(self.data.of(Grams(GRAMS_PER_JIN))), 100)
        return f"{yuan}.{fen:02d}"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the price; nothing typed is no price."""
        self.data = None
        if valuelist and valuelist[0].strip():
            read = thousandths(valuelist[0])
            if read is None or read % 10:
                raise ValueError(NOT_AN_AMOUNT)
            self.data = FenPerKg.per_jin(read // 10)


class YuanField(StringField):
    """An amount typed in yuan; ``data`` is Fen, or None where nothing was typed."""

    data: Any

    def __init__(
        self, label: LazyString, validators: Sequence[object] = (), **others: object
    ) -> None:
        """Ask phones for a decimal keyboard."""
        others["render_kw"] = {**DECIMAL, **(others.get("render_kw") or {})}  # type: ignore[dict-item]  # wtforms is untyped
        super().__init__(label, validators, **others)

    def _value(self) -> str:
        """Write what was typed, or the amount in yuan."""
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        yuan, fen = divmod(int(self.data), 100)
        return f"{yuan}.{fen:02d}"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the amount; nothing typed is no amount."""
        self.data = None
        if valuelist and valuelist[0].strip():
            read = thousandths(valuelist[0])
            if read is None or read % 10:
                raise ValueError(NOT_AN_AMOUNT)
            self.data = Fen(read // 10)


class PercentField(StringField):
    """A part of a price typed in per cent; ``data`` is in basis points, or None."""

    data: Any

    def _value(self) -> str:
        """Write what was typed, or the part in per cent."""
        if self.raw_data:
            return str(self.raw_data[0])
        return _plain(int(self.data) * 10) if self.data is not None else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the part; nothing typed is none."""
        self.data = None
        if valuelist and valuelist[0].strip():
            read = thousandths(valuelist[0].strip().removesuffix("%"))
            if read is None or read % 10:
                raise ValueError(NOT_A_NUMBER)
            self.data = read // 10


class DayField(DateField):
    """A day of this century: any other was a slip of the finger."""

    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day, saying in plain words how to write one."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NOT_A_DAY) from None
        if self.data is not None and self.data.year not in CENTURY:
            self.data = None
            raise ValueError(NOT_A_DAY)


class KeyField(HiddenField):
    """The client key of a form: made when it is shown, the same whenever it is sent again."""

    def __init__(self, **others: object) -> None:
        """Give every shown form a new key."""
        validators = (Regexp(r"^[0-9a-f]{24}$", message=PAGE_TOO_OLD),)
        super().__init__(validators=validators, default=ids.new_key, **others)

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002  WTForms' own
        """Refuse a form sent without its key: with one made up, a resend would count anew."""
        if not self.raw_data:
            raise StopValidation(PAGE_TOO_OLD)


def _plain(amount: int) -> str:
    """Write thousandths without trailing zeros."""
    whole, rest = divmod(amount, 1000)
    tail = f"{rest:03d}".rstrip("0")
    return f"{whole}.{tail}" if tail else f"{whole}"
