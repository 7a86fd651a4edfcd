"""Places, households and everybody who signs in."""

from base64 import b32encode
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from storefront import db
from storefront.accounts import codes, second_factor
from storefront.accounts.people import UserDraft, add_user, load_user
from storefront.actors import AGENT, HOUSEHOLD_MEMBER, OFFICER, STAFF, Actor
from storefront.cli.demo import data
from storefront.supply import registry
from storefront.supply.places import Station, Township, Village
from storefront.supply.registry import HouseholdDraft

FOUNDER = Actor("user", roles=frozenset({OFFICER}))  # whoever typed the registry in


@dataclass(frozen=True, slots=True)
class Home:
    """A household; ``member`` signs in for it, ``agent`` (or the office's scale) weighs for it."""

    id: int
    code: str
    head: str
    village: str
    scale: Actor
    member: Actor | None
    has_station: bool

    @property
    def hand(self) -> Actor:
        """Who presses the household's buttons."""
        return self.member or self.scale


@dataclass(slots=True)
class County:
    """Who is there: households, and the staff by role; ``sign_ins`` are (role, name, phone)."""

    homes: list[Home] = field(default_factory=list)
    staff: dict[str, list[Actor]] = field(default_factory=dict)
    sign_ins: list[tuple[str, str, str]] = field(default_factory=list)

    def one(self, role: str, place: int = 0) -> Actor:
        """Return a person of the staff."""
        held = self.staff[role]
        return held[place % len(held)]


def settle(households: int, password_hash: str, *, now: datetime) -> County:
    """Write down the places, the staff, and the first ``households`` of the list."""
    villages = _places()
    people = _People(County(), password_hash, now)
    for who in data.tree("people.toml")["staff"]:
        people.add(who["role"], who["name"], who["phone"], email=who.get("email"))
    stations = _stations(villages, people)
    drafts = list(data.rows("households.csv"))
    for row in _spread(drafts, households):
        _home(row, villages, stations, people)
    return people.county


def _spread(rows: list[dict[str, str]], wanted: int) -> list[dict[str, str]]:
    """Return ``wanted`` rows from all over the list, half of them people who sign in.

    Also a small county has somebody without a station.
    """
    chosen = _some([row for row in rows if row["signs_in"]], wanted // 2)
    chosen += _some([row for row in rows if not row["station"]], wanted // 6)
    others = [row for row in rows if row not in chosen]
    chosen += _some(others, wanted - len(chosen))
    return [row for row in rows if row in chosen]


def _some(rows: list[dict[str, str]], wanted: int) -> list[dict[str, str]]:
    """Return ``wanted`` rows at even distances, or all there are."""
    number = min(wanted, len(rows))
    return [rows[place * len(rows) // number] for place in range(number)]


class _People:
    """Adds people and remembers who they are."""

    def __init__(self, county: County, password_hash: str, now: datetime) -> None:
        self.county, self.now = county, now
        self._hash = password_hash

    def add(
        self,
        role: str,
        name: str,
        phone: str,
        *,
        email: str | None = None,
        household_id: int | None = None,
        station_id: int | None = None,
    ) -> Actor:
        draft = UserDraft(
            name=name,
            password_hash=self._hash,
            roles=(role,),
            phone=phone,
            email=email,
            household_id=household_id,
            station_id=station_id,
        )
        user_id = add_user(draft, actor=FOUNDER, now=self.now)
        if role in STAFF:
            self._enrol(user_id, phone)
        person = load_user(user_id, 1)
        if person is None:
            message = f"{name} was added and is not there"
            raise RuntimeError(message)
        self.county.sign_ins.append((role, name, phone))
        self.county.staff.setdefault(role, []).append(person.actor)
        return person.actor

    def _enrol(self, user_id: int, phone: str) -> None:
        """Give one of the staff a second factor whose codes `make code` prints."""
        secret = b32encode(sha256(f"demonstration {phone}".encode()).digest()[:20]).decode()
        step, recovery = codes.step_of(self.now), codes.new_recovery_codes()
        second_factor.enrol(user_id, secret, recovery, step=step, now=self.now)


def _places() -> dict[str, int]:
    """Add every township and village of the lists; return the villages' ids by code."""
    townships: dict[str, Township] = {}
    for row in data.rows("townships.csv"):
        townships[row["code"]] = registry.add_township(
            Township(
                code=row["code"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=_day(row["valid_to"]),
            )
        )
        heir = townships.get(row["successor"])
        townships[row["code"]].successor_id = heir.id if heir else None
    villages: dict[str, Village] = {}
    rows = sorted(data.rows("villages.csv"), key=lambda row: bool(row["successor"]))
    for row in rows:
        heir_village = villages.get(row["successor"])
        villages[row["code"]] = registry.add_village(
            Village(
                code=row["code"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                kind=row["kind"],
                township_id=townships[row["township_code"]].id,
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=_day(row["valid_to"]),
                successor_id=heir_village.id if heir_village else None,
            )
        )
    return {code: village.id for code, village in villages.items()}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _stations(villages: dict[str, int], people: _People) -> dict[str, tuple[int, Actor]]:
    stations = {}
    for row in data.tree("people.toml")["station"]:
        station = registry.add_station(
            Station(
                code=row["code"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                village_id=villages[row["village"]],
            )
        )
        agent = people.add(AGENT, row["agent"], row["phone"], station_id=station.id)
        stations[row["code"]] = station.id, agent
    return stations


def _account(code: str) -> str:
    """Return the account of a household; two of them have one together."""
    people = data.tree("people.toml")
    shared: list[str] = people["one_account"]
    whose = shared[0] if code in shared else code
    account: str = people["bank_account"]
    return account.format(code=whose)


def _home(
    row: dict[str, str],
    villages: dict[str, int],
    stations: dict[str, tuple[int, Actor]],
    people: _People,
) -> None:
    station_id, scale = stations.get(row["station"]) or (None, people.county.one("operator"))
    first, *later = [step.split() for step in row["status_history"].split("; ")]
    draft = HouseholdDraft(
        code=row["code"],
        head=row["head"],
        payee=row["payee"],
        payee_relation=row["payee_relation"],
        village_id=villages[row["village"]],
        station_id=station_id,
        members=int(row["members"]),
        status=first[0],
        status_from=date.fromisoformat(first[1]),
        orchard_tenth_mu=int(row["orchard_tenth_mu"]),
        display_name=row["display_name"] or None,
        consented_at=people.now if row["display_name"] else None,
        phone=row["phone"] or None,
        bank_account=_account(row["code"]),
    )
    household_id = registry.register_household(draft, actor=FOUNDER, now=people.now).id
    for status, day in later:
        registry.set_status(
            household_id, status, date.fromisoformat(day), actor=FOUNDER, now=people.now
        )
    member = None
    if row["signs_in"]:
        member = people.add(HOUSEHOLD_MEMBER, row["head"], row["phone"], household_id=household_id)
    people.county.homes.append(
        Home(
            household_id,
            row["code"],
            row["head"],
            row["village"],
            scale,
            member,
            has_station=station_id is not None,
        )
    )
    db.session.flush()
