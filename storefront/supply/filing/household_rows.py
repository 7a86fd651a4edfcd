"""What a household is, by the rows of a file: one row for it, or one for each of its people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from storefront.supply import identity
from storefront.supply.filing import cells
from storefront.supply.filing.faults import Faults
from storefront.supply.filing.headings import Columns
from storefront.supply.sheets.grid import Row

LONGEST_NAME: Final = 60
MOST_MEMBERS: Final = 99
# kinds of papers whose number is a resident's ID number
RESIDENTS: Final = frozenset({"", "居民身份证", "居民身份证(户口簿)", "残疾人证", "户口簿"})


@dataclass(frozen=True, slots=True)
class FiledHousehold:
    """A household as a file says it is; None keeps what the registry knows."""

    row: int
    code: str
    head: str
    payee: str | None
    payee_relation: str | None
    village_id: int
    station_id: int | None
    members: int | None
    orchard_tenth_mu: int | None
    status: str
    from_day: date
    phone: str | None = None
    bank_account: str | None = None
    id_number: str | None = None


class Place(NamedTuple):
    """The village that a code or a name stands for today, and the station in it."""

    village_id: int
    station_id: int | None
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Villages by statistics code and by names; two of one name are ambiguous."""

    by_code: Mapping[str, Place]
    by_name: Mapping[tuple[str, str], Place | None]

    def find(self, code: str, township: str, village: str) -> Place | str:
        """Return the place, or the code of the fault."""
        if code:
            found = self.by_code.get(code)
            return _standing(found) if found is not None else "village_unknown"
        if (township, village) not in self.by_name:
            return "village_unknown" if village else "village_missing"
        named = self.by_name[township, village]
        return _standing(named) if named is not None else "village_ambiguous"


def _standing(place: Place) -> Place | str:
    return "village_ended" if place.has_ended else place


class Line(NamedTuple):
    """A row where it stands."""

    sheet: str
    columns: Columns
    row: Row

    def text(self, name: str) -> str:
        """Return what it says in a field."""
        return self.columns.text(self.row, name)

    @property
    def is_person(self) -> bool:
        """Whether it is the row of one person of the household."""
        return "relation" in self.columns.at

    def note(self, faults: Faults, code: str, name: str, **facts: str | int) -> None:
        """Note a fault at one of its cells."""
        faults.note(code, self.sheet, self.row.number, self.columns.at.get(name), **facts)


@dataclass(slots=True)
class Group:
    """The rows of one household: the first, the head's, how many people, what each is paid by."""

    first: Line
    head: Line | None = None
    people: int = 0
    payees: dict[str, tuple[str, str]] = field(default_factory=dict)  # name: ID, relation


class Reading:
    """Reads one household out of its group; each fault is noted at its cell."""

    def __init__(self, group: Group, faults: Faults) -> None:
        self._group, self._faults = group, faults
        self._line = group.head or group.first

    def text(self, name: str) -> str:
        """Return what the household's row says in a field."""
        return self._line.text(name)

    def fault(self, code: str, name: str, **facts: str | int) -> None:
        """Note a fault at a field of the household's row."""
        self._line.note(self._faults, code, name, **facts)

    def name(self, field_: str) -> str:
        """Return a name."""
        name = " ".join(self.text(field_).split())
        if len(name) > LONGEST_NAME:
            self.fault("too_long", field_, most=LONGEST_NAME)
        return name

    def head(self) -> str:
        """Return the head's name; where a column repeats it the two are one."""
        repeated = self.name("head")
        if not self._line.is_person:
            if not repeated:
                self.fault("name_missing", "head")
            return repeated
        own = self.name("name")
        if not own:
            self.fault("name_missing", "name")
        if repeated and own and repeated != own:
            self.fault("head_differs", "head")
        return own

    def place(self, places: Places) -> Place | None:
        """Return the village of today."""
        code = cells.plain(self.text("village_code"))
        found = places.find(code, self.text("township"), self.text("village"))
        if isinstance(found, Place):
            return found
        name = "village_code" if "village_code" in self._line.columns.at else "village"
        self.fault(found, name, typed=(code or self.text("village"))[:40])
        return None

    def status(self) -> str | None:
        """Return the kind of household."""
        typed = self.text("kind")
        found = cells.kind_of_household(typed, self.text("watched"), self.text("settled"))
        if found is None:
            self.fault("kind_unknown" if typed else "kind_missing", "kind", typed=typed[:20])
        return found

    def since(self, otherwise: date, today: date) -> date:
        """Return the day from which the status holds."""
        typed = self.text("since")
        read = cells.day(typed) if typed else otherwise
        if read is None:
            self.fault("day_unreadable", "since", typed=typed[:20])
        elif read > today:
            self.fault("day_in_future", "since", typed=typed[:20])
        return read or otherwise

    def orchard(self) -> int | None:
        """Return the orchard's area in tenths of a mu."""
        typed = self.text("orchard")
        read = cells.tenths(typed) if typed else None
        if typed and read is None:
            self.fault("area_unreadable", "orchard", typed=typed[:20])
        return read

    def members(self) -> int | None:
        """Return how many people belong to the household."""
        if self._line.is_person:
            return self._group.people
        typed = cells.plain(self.text("members"))
        fits = typed.isascii() and typed.isdigit() and len(typed) < 3  # noqa: PLR2004  digits
        if not fits or not 0 < int(typed) <= MOST_MEMBERS:
            self.fault("members_unreadable", "members", typed=typed[:20])
            return None
        return int(typed)

    def phone(self) -> str | None:
        """Return the phone number."""
        typed = self.text("phone")
        read = identity.phone(typed) if typed else None
        if typed and read is None:
            self.fault("phone_wrong", "phone")
        return read

    def account(self) -> str | None:
        """Return the account that is paid into."""
        typed = self.text("account")
        read = identity.bank_account(typed) if typed else None
        if typed and read is None:
            self.fault("account_wrong", "account")
        return read

    def payee(self, head: str) -> tuple[str | None, str | None]:
        """Return who is paid and how they are related to the head, where the file says it."""
        payee = self.name("payee")
        if not payee:
            return None, None
        own, known = self.text("payee_relation"), self._group.payees.get(payee)
        if own or known is not None:
            return payee, cells.relation(own or (known or ("", ""))[1])
        return payee, "self" if payee == head else cells.OTHER

    def payees_id(self, head: str) -> str | None:
        """Return the payee's ID number, which is kept with the account it is needed for."""
        payee = self.name("payee") or head
        resident = cells.plain(self.text("id_kind")) in RESIDENTS
        of_people = self._group.payees.get(payee, ("", ""))[0]
        for name, typed in (
            ("payee_id", self.text("payee_id")),
            # of the head's own papers
            ("head_id", self.text("head_id") if payee == head and resident else ""),
            ("id", of_people),
        ):
            if typed:
                read = identity.id_number(typed)
                if read is None:
                    self.fault("id_wrong", name)
                return read
        return None
