"""The standing cast. Lin and Mei share a household, Zhao has another at the same station, Yang a
third at another station; Sun and Gao are agents, He operates, Wu is the officer, Qiao checks. Bai
and Chu are shoppers who have an account."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from storefront import clock
from storefront.accounts import codes, second_factor
from storefront.accounts.passwords import vault
from storefront.accounts.people import UserDraft, add_user, load_user
from storefront.actors import SHOPPER, STAFF, Actor

PASSWORD = "pears and patience"


class Phone:
    """The authenticator app of one of the cast, and the recovery codes they wrote down."""

    def __init__(self, secret: str, recovery: tuple[str, ...], last_step: int) -> None:
        self.secret = secret
        self._recovery = list(recovery)
        self._last_step = last_step

    def code(self) -> str:
        """Return a code that was not used yet: of the app while it has one, else written down."""
        here = codes.step_of(clock.now())  # not a step before: it may be over when it arrives
        step = max(self._last_step + 1, here)
        if step > here + codes.TOLERATED:
            return self._recovery.pop()
        self._last_step = step
        return codes.code_at(self.secret, step)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the cast: how they sign in, and who they are to a room.

    Who works here has a ``phone`` with an authenticator app.
    """

    name: str
    identifier: str
    actor: Actor
    phone: Phone | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who can sign in; ``ana`` buys without signing in."""

    lin: Person
    mei: Person
    zhao: Person
    yang: Person
    sun: Person
    gao: Person
    he: Person
    wu: Person
    qiao: Person
    bai: Person
    chu: Person
    ana: Actor = Actor.guest()  # noqa: RUF009  a frozen value


def _add(draft: UserDraft, now: datetime) -> Person:
    user = add_user(draft, actor=Actor.shop(), now=now)
    phone = _phone(user, now) if set(draft.roles) & set(STAFF) else None
    person = load_user(user, 1)
    assert person is not None
    return Person(draft.name, draft.phone or draft.email or "", person.actor, phone)


def _phone(user_id: int, now: datetime) -> Phone:
    """Enrol one of the staff; nobody of the tests is as slow as thirty seconds."""
    secret, step = codes.new_secret(), codes.step_of(now)
    recovery = codes.new_recovery_codes() + codes.new_recovery_codes()
    second_factor.enrol(user_id, secret, recovery, step=step, now=now)
    return Phone(secret, recovery, step)


@cache
def _hashed() -> str:
    """Hash the cast's password once a process: it is slow on purpose."""
    return vault.hash(PASSWORD)


def gather(households: tuple[int, int, int], stations: tuple[int, int], now: datetime) -> Cast:
    """Add the cast to a database: Lin's, Zhao's and Yang's households, two stations."""
    lin, zhao, yang = households
    hashed = _hashed()

    def person(
        name: str,
        phone: str,
        role: str,
        household_id: int | None = None,
        station_id: int | None = None,
    ) -> Person:
        draft = UserDraft(
            name=name,
            password_hash=hashed,
            roles=(role,),
            phone=phone,
            household_id=household_id,
            station_id=station_id,
        )
        return _add(draft, now)

    def shopper(email: str) -> Person:
        return _add(
            UserDraft(name="顾客", password_hash=hashed, roles=(SHOPPER,), email=email), now
        )

    return Cast(
        lin=person("林果甲", "13800000001", "household_member", household_id=lin),
        mei=person("林果乙", "13800000002", "household_member", household_id=lin),
        zhao=person("赵试丙", "13800000003", "household_member", household_id=zhao),
        yang=person("杨样丁", "13800000004", "household_member", household_id=yang),
        sun=person("孙站甲", "13800000005", "agent", station_id=stations[0]),
        gao=person("高站乙", "13800000006", "agent", station_id=stations[1]),
        he=person("何运营", "13800000007", "operator"),
        wu=person("吴县办", "13800000008", "officer"),
        qiao=person("乔复核", "13800000009", "checker"),
        bai=shopper("bai@example.com"),
        chu=shopper("chu@example.com"),
    )
