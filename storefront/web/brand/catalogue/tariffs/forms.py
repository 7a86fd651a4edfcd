"""The forms of freight and fees: versions that hold from a day on."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Regexp

from storefront.catalogue.freight_tables import Zone
from storefront.catalogue.provinces import PROVINCES
from storefront.web.brand.catalogue.forms import PLAIN, SAY_IT, is_empty, tidy
from storefront.web.fields import (
    DECIMAL,
    DayField,
    PercentField,
    PricePerJinField,
    WeightField,
    YuanField,
)
from storefront.web.i18n import language, translated

MOST_ZONES: Final = 12


class FeesForm(FlaskForm):
    """Fees from a day on."""

    from_day = DayField(_l("From"), [InputRequired(_l("Say from which day."))])
    station = PricePerJinField(_l("Village station"), [InputRequired(SAY_IT)], render_kw=DECIMAL)
    packing = YuanField(_l("Packing"), [InputRequired(SAY_IT)])
    payment = PercentField(_l("Payment fee"), [InputRequired(SAY_IT)])


class LimitForm(FlaskForm):
    """How many parcels leave on a day, from a day on; nothing typed is any number."""

    from_day = DayField(_l("From"), [InputRequired(_l("Say from which day."))])
    most = StringField(
        _l("At most"),
        [Regexp(r"^([0-9]{1,9})?$", message=_l("Write how many as a number, such as 150."))],
        filters=[tidy],
        render_kw={**PLAIN, "inputmode": "numeric"},
    )

    @property
    def limit(self) -> int | None:
        """What was typed."""
        return int(self.most.data) if self.most.data else None


class ZoneRow(Form):
    """A zone and its terms; a row with nothing in it is left out."""

    name_zh = StringField(_l("Name in Chinese"), [Length(max=20)], [tidy], render_kw=PLAIN)
    name_en = StringField(_l("Name in English"), [Length(max=40)], [tidy], render_kw=PLAIN)
    refused = BooleanField(_l("We do not send there"))
    first = WeightField(_l("First weight"))
    first_fen = YuanField(_l("costs"))
    further = WeightField(_l("Further weight"))
    further_fen = YuanField(_l("costs"))
    free_over = YuanField(_l("Free from goods of"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return all(is_empty(field) for field in self if field.name != self.refused.name)

    @property
    def called(self) -> str:
        """What the zone is called, as far as it was typed."""
        return str(self[f"name_{language()}"].data or "–")

    def missing(self) -> None:
        """Say what of a row that is begun is not there."""
        priced = (self.first, self.first_fen, self.further, self.further_fen)
        for field in (self.name_zh, self.name_en, *(() if self.refused.data else priced)):
            if field.data in (None, "") and not field.errors:
                field.errors = [SAY_IT]

    def zone(self, provinces: Sequence[str]) -> Zone:
        """Return the zone that was typed, to these provinces."""
        names = (self.name_zh.data, self.name_en.data, tuple(provinces))
        if self.refused.data:
            return Zone(*names, refused=True)
        return Zone(
            *names,
            self.first.data,
            self.first_fen.data,
            self.further.data,
            self.further_fen.data,
            self.free_over.data,
        )


class FreightForm(FlaskForm):
    """A freight table from a day on: zones, and the zone of each province."""

    from_day = DayField(_l("From"), [InputRequired(_l("Say from which day."))])
    zones = FieldList(FormField(ZoneRow), max_entries=MOST_ZONES)
    provinces = FieldList(
        SelectField(_l("Province"), coerce=int),
        min_entries=len(PROVINCES),
        max_entries=len(PROVINCES),
    )

    def offer(self) -> None:
        """Leave a row free for a zone, and let each province be in any of the rows."""
        if not len(self.zones) or (len(self.zones) < MOST_ZONES and not self.zones[-1].is_blank):
            self.zones.append_entry()
        choices = [SelectChoice(0, _l("We do not send there"))]
        choices += [
            SelectChoice(number, f"{number} · {row.form.called}")
            for number, row in enumerate(self.zones, start=1)
        ]
        for entry, province in zip(self.provinces, PROVINCES, strict=True):
            entry.choices = choices
            entry.label.text = translated(province, "name")

    def checked(self) -> bool:
        """Whether everything can be read, rows that are begun and not finished among it."""
        fine = bool(self.validate())
        for row in (entry.form for entry in self.zones):
            if not row.is_blank:
                row.missing()
                fine = fine and not any(field.errors for field in row)
        return fine

    def typed(self) -> tuple[Zone, ...]:
        """Return the zones that were typed, each with its provinces."""
        chosen = [
            (entry.data, place.code) for entry, place in zip(self.provinces, PROVINCES, strict=True)
        ]
        return tuple(
            row.form.zone([code for zone, code in chosen if zone == number])
            for number, row in enumerate(self.zones, start=1)
            if not row.form.is_blank
        )


def typed_zones(zones: Sequence[Zone], from_day: date) -> dict[str, object]:
    """Return a freight table as the form shows it."""
    names = [
        "name_zh",
        "name_en",
        "refused",
        "first",
        "first_fen",
        "further",
        "further_fen",
        "free_over",
    ]
    of = {code: number for number, zone in enumerate(zones, start=1) for code in zone.provinces}
    return {
        "from_day": from_day,
        "zones": [{name: getattr(zone, name) for name in names} for zone in zones],
        "provinces": [of.get(province.code, 0) for province in PROVINCES],
    }
