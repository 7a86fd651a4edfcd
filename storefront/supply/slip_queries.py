"""Delivery slips as they are shown and printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, select

from storefront import db
from storefront.accounts.models import User
from storefront.catalogue.models import Grade
from storefront.errors import NotFound
from storefront.money import Fen
from storefront.supply.disputes import stands_on
from storefront.supply.households import Household
from storefront.supply.models import Lot, Movement, Slip
from storefront.supply.places import Station, Village
from storefront.weight import FenPerKg, Grams

_CORRECTED = (
    select(func.coalesce(func.sum(Movement.grams), 0))
    .where(Movement.lot_id == Lot.id, Movement.reason == "correct")
    .correlate(Lot)
    .scalar_subquery()
)
_ROWS = (
    select(
        Slip.id,
        Slip.code,
        Slip.weighed_at,
        Household.code.label("household"),
        Household.head,
        Village.name_zh.label("village_zh"),
        Village.name_en.label("village_en"),
        Station.name_zh.label("station_zh"),
        Station.name_en.label("station_en"),
        User.name.label("weighed_by"),
        Lot.code.label("lot"),
        Grade.name_zh.label("grade_zh"),
        Grade.name_en.label("grade_en"),
        Lot.harvested_on,
        Lot.gross_g,
        Lot.tare_g,
        Lot.deduction_g,
        Lot.deduction_reason,
        Lot.net_g,
        Lot.purchase_price,
        Lot.confirmed_at,
        Lot.confirmed_how,
        _CORRECTED.label("corrected_g"),
        stands_on(Lot.id).label("disputed"),
    )
    .join(Lot, Lot.slip_id == Slip.id)
    .join(Grade, Grade.id == Lot.grade_id)
    .join(Household, Household.id == Slip.household_id)
    .join(Village, Village.id == Household.village_id)
    .outerjoin(Station, Station.id == Slip.station_id)
    .outerjoin(User, User.id == Slip.weighed_by)
    .order_by(Slip.id.desc(), Lot.id)
)


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One grade on a slip: what was weighed, and at which price.

    ``corrected`` moved since, because its household was right to dispute it; ``disputed``
    while an answer is to come.
    """

    lot: str
    grade_zh: str
    grade_en: str
    harvested_on: date
    gross: Grams
    tare: Grams
    deduction: Grams
    reason: str
    net: Grams
    price: FenPerKg
    confirmed_at: datetime | None
    how: str | None
    corrected: Grams
    disputed: bool

    @property
    def counted(self) -> Grams:
        """What counts: the net weight, as corrected."""
        return self.net + self.corrected

    @property
    def amount(self) -> Fen:
        """What that weight fetches once all of it is sold."""
        return self.price.of(self.counted)


@dataclass(frozen=True, slots=True)
class SlipPage:
    """A delivery slip: whose, by whom, when, and its lines."""

    id: int
    code: str
    weighed_at: datetime
    household: str
    head: str
    village_zh: str
    village_en: str
    station_zh: str | None
    station_en: str | None
    weighed_by: str | None
    lines: tuple[SlipLine, ...]

    @property
    def net(self) -> Grams:
        """What the whole delivery weighs, net."""
        return Grams.total(line.counted for line in self.lines)

    @property
    def amount(self) -> Fen:
        """What the whole delivery fetches once all of it is sold."""
        return Fen.total(line.amount for line in self.lines)

    @property
    def how(self) -> str | None:
        """How the household agreed with it, with the last line if they differ."""
        known = sorted((line.confirmed_at, line.how) for line in self.lines if line.confirmed_at)
        return known[-1][1] if known else None

    @property
    def disputed(self) -> bool:
        """Whether an answer is to come about a line of it."""
        return any(line.disputed for line in self.lines)

    @property
    def confirmed_at(self) -> datetime | None:
        """When the household agreed with all of it; None while it has not."""
        moments = [line.confirmed_at for line in self.lines]
        return None if None in moments else max(moment for moment in moments if moment)


def slip_page(household_id: int, code: str) -> SlipPage:
    """Return one slip of a household. Raises NotFound where it is another's."""
    query = _ROWS.where(Slip.household_id == household_id, Slip.code == code)
    found = _slips(db.session.execute(query))
    if not found:
        raise NotFound
    return found[0]


def slip_of_code(code: str) -> SlipPage:
    """Return the slip ``code``, whoever's it is: the door checks. Raises NotFound."""
    found = _slips(db.session.execute(_ROWS.where(Slip.code == code)))
    if not found:
        raise NotFound
    return found[0]


def slips_of(
    household_id: int, *, before_id: int | None = None, limit: int = 20
) -> tuple[SlipPage, ...]:
    """Return a household's slips, the newest first."""
    wanted = select(Slip.id).where(Slip.household_id == household_id)
    if before_id is not None:
        wanted = wanted.where(Slip.id < before_id)
    newest = wanted.order_by(Slip.id.desc()).limit(limit).subquery()
    return _slips(db.session.execute(_ROWS.where(Slip.id.in_(select(newest.c.id)))))


def unconfirmed(household_id: int) -> tuple[SlipPage, ...]:
    """Return the slips the household has not agreed with yet, only the lines it has not."""
    waits = stands_on(Lot.id)
    open_lines = (Slip.household_id == household_id, Lot.confirmed_at.is_(None), ~waits)
    return _slips(db.session.execute(_ROWS.where(*open_lines)))


def _slips(rows: Iterable[Row[Any]]) -> tuple[SlipPage, ...]:
    return tuple(_slip(list(lines)) for _, lines in groupby(rows, key=lambda row: row.id))


def _slip(rows: list[Row[Any]]) -> SlipPage:
    row = rows[0]
    return SlipPage(
        id=row.id,
        code=row.code,
        weighed_at=row.weighed_at,
        household=row.household,
        head=row.head,
        village_zh=row.village_zh,
        village_en=row.village_en,
        station_zh=row.station_zh,
        station_en=row.station_en,
        weighed_by=row.weighed_by,
        lines=tuple(_line(row) for row in rows),
    )


def _line(row: Row[Any]) -> SlipLine:
    return SlipLine(
        lot=row.lot,
        grade_zh=row.grade_zh,
        grade_en=row.grade_en,
        harvested_on=row.harvested_on,
        gross=row.gross_g,
        tare=row.tare_g,
        deduction=row.deduction_g,
        reason=row.deduction_reason or "",
        net=row.net_g,
        price=row.purchase_price,
        confirmed_at=row.confirmed_at,
        how=row.confirmed_how,
        corrected=Grams(int(row.corrected_g)),
        disputed=bool(row.disputed),
    )
