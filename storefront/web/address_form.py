"""Where a parcel goes, alike on every form: typed, chosen name by name, or pasted in one line."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp, StopValidation

from storefront.catalogue.address_line import LONGEST, AddressLine, read_line
from storefront.catalogue.divisions import cities_of, meant
from storefront.catalogue.provinces import BY_CODE, PROVINCES
from storefront.web.i18n import language, translated

PHONE = re.compile(r"^1[3-9][0-9]{9}$")
NOT_A_PHONE = _l("Write a mobile number of 11 digits, such as 138 0000 0000.")
NO_CITY = _l("Choose the city.")
NO_COUNTY = _l("Choose the district or county.")

PLACES = ("province", "city", "district")


def plain(typed: str | None) -> str:
    """Return ``typed`` with full-width signs made plain and no blanks around it."""
    return unicodedata.normalize("NFKC", typed or "").strip()


def phone_digits(typed: str | None) -> str:
    """Return a phone number as digits: full-width, blanks, hyphens and +86 are read kindly."""
    digits = re.sub(r"[\s\-()]", "", plain(typed))
    return re.sub(r"^(\+|00)86", "", digits)


@cache
def _provinces(_language: str) -> list[SelectChoice]:
    """Return the provinces to choose from, in the language in force."""
    names = [SelectChoice(each.code, translated(each, "name")) for each in PROVINCES]
    return [SelectChoice("", _("Choose…")), *names]


class AddressFields(FlaskForm):
    """Whose door."""

    pasted = TextAreaField(
        _l("Paste a whole address"),
        [Length(max=LONGEST)],
        render_kw={"rows": 2, "autocomplete": "off", "maxlength": LONGEST},
    )
    recipient = StringField(
        _l("Name"),
        [DataRequired(_l("Write who the parcel is for.")), Length(max=40)],
        filters=[plain],
        render_kw={"autocomplete": "name", "enterkeyhint": "next"},
    )
    phone = StringField(
        _l("Mobile phone"),
        [DataRequired(NOT_A_PHONE), Regexp(PHONE, message=NOT_A_PHONE)],
        filters=[phone_digits],
        render_kw={"inputmode": "tel", "autocomplete": "tel", "enterkeyhint": "next"},
    )
    province = SelectField(
        _l("Province"),
        [DataRequired(_l("Choose the province."))],
        render_kw={"autocomplete": "address-level1"},
    )
    city = StringField(
        _l("City"),
        [DataRequired(NO_CITY), Length(max=40)],
        filters=[plain],
        render_kw={"autocomplete": "address-level2", "enterkeyhint": "next"},
    )
    district = StringField(
        _l("District or county"),
        [DataRequired(NO_COUNTY), Length(max=40)],
        filters=[plain],
        render_kw={"autocomplete": "address-level3", "enterkeyhint": "next"},
    )
    address = StringField(
        _l("Street, building, door"),
        [DataRequired(_l("Write the street, building and door.")), Length(max=120)],
        filters=[plain],
        render_kw={"autocomplete": "address-line1", "enterkeyhint": "next"},
    )

    def offer_provinces(self) -> None:
        """Let any province be chosen."""
        self.province.choices = _provinces(language())

    def offers(self, field: Field) -> bool:
        """Whether what stands in the field is blank, or a place chosen from a list."""
        if field.data and field.name in PLACES:
            listed = BY_CODE, cities_of(self.province.data), self.counties
            return field.data in listed[PLACES.index(field.name)]
        return not field.data

    @property
    def cities(self) -> tuple[str, ...]:
        """The cities of the province that is chosen; none where they are written out."""
        return tuple(cities_of(self.province.data))

    @property
    def counties(self) -> tuple[str, ...]:
        """The counties of the city that is chosen."""
        return cities_of(self.province.data).get(self.city.data, ())

    def validate_city(self, field: Field) -> None:
        """Take a city of the province, also without its last sign."""
        self._take(field, cities_of(self.province.data), NO_CITY)

    def validate_district(self, field: Field) -> None:
        """Take a county of the city."""
        if not self.city.errors:
            self._take(field, self.counties, NO_COUNTY)

    @staticmethod
    def _take(field: Field, names: Mapping[str, Any] | tuple[str, ...], fault: str) -> None:
        if names and field.data:
            field.data = meant(field.data, names) or field.data
            if field.data not in names:
                raise StopValidation(fault)

    def fill_in(self) -> AddressLine:
        """Put what the pasted line says into the fields; what it does not say stays as typed."""
        line = read_line(self.pasted.data or "")
        if line.province:
            self.province.data = line.province
            self.city.data, self.district.data = line.city, line.county
        if self.cities and self.city.data not in self.cities:
            self.city.data = meant(self.city.data or "", self.cities) or ""
        if self.cities and self.district.data not in self.counties:
            self.district.data = meant(self.district.data or "", self.counties) or ""
        said = {"recipient": line.recipient, "phone": line.phone, "address": line.street}
        for name, part in said.items():
            self[name].data = part or self[name].data
        return line
