"""What was packed of a grade on one day: the brand's own certificate for it, and its sources."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import starmap
from typing import Final

from sqlalchemy import bindparam, func, select

from storefront import clock, db
from storefront.actors import OPERATOR, Actor
from storefront.catalogue.models import Grade
from storefront.errors import Forbidden, NotFound, Refusal
from storefront.orders.models import Allocation
from storefront.supply import certificates
from storefront.supply.certificates import BUYER, STANDS, Certificate, CertificateSource
from storefront.supply.models import Lot
from storefront.supply.places import Village
from storefront.weight import Grams

IN_PARCELS: Final = ("packed", "booked", "due", "paid", "confirmed")
LOOKED_AT: Final = 7  # days


@dataclass(frozen=True, slots=True)
class Batch:
    """So much of a grade was packed on a day, from so many lots; ``certified`` if it is."""

    grade_id: int
    name_zh: str
    name_en: str
    packed_on: date
    lots: int
    grams: Grams
    certified: str | None
    covered: Grams | None

    @property
    def is_covered(self) -> bool:
        """Whether everything that was packed is under its certificate."""
        return self.covered == self.grams


_WITHIN = (
    Allocation.packed_at >= bindparam("since"),
    Allocation.packed_at < bindparam("until"),
    Allocation.state.in_(IN_PARCELS),
)
PACKED = (
    select(
        Grade.id,
        Grade.name_zh,
        Grade.name_en,
        func.count(Lot.id.distinct()),
        func.sum(Allocation.grams),
    )
    .join(Lot, Lot.grade_id == Grade.id)
    .join(Allocation, Allocation.lot_id == Lot.id)
    .where(*_WITHIN)
    .group_by(Grade.id, Grade.name_zh, Grade.name_en, Grade.position)
    .order_by(Grade.position, Grade.id)
)
OF_BATCH = select(Certificate).where(
    Certificate.style == BUYER,
    Certificate.grade_id == bindparam("grade"),
    Certificate.packed_on == bindparam("day"),
    STANDS,
)


def _hours(day: date) -> dict[str, datetime]:
    """Return when a day in China begins and ends."""
    begins = datetime(day.year, day.month, day.day, tzinfo=clock.CHINA)
    return {"since": begins, "until": begins + timedelta(days=1)}


def batches(*, today: date) -> tuple[Batch, ...]:
    """Return what was packed on each of the last days, the newest first."""
    days = [today - timedelta(days=ago) for ago in range(LOOKED_AT)]
    return tuple(one for day in days for one in _of_day(day))


def _of_day(day: date) -> list[Batch]:
    found = []
    for grade, zh, en, lots, grams in db.session.execute(PACKED, _hours(day)):
        stands = db.session.scalar(OF_BATCH, {"grade": grade, "day": day})
        known = (stands.code, stands.grams) if stands else (None, None)
        found.append(Batch(grade, zh, en, day, int(lots), Grams(int(grams)), *known))
    return found


def newest(*, limit: int = 20) -> tuple[Certificate, ...]:
    """Return the certificates that were issued last, households' and ours."""
    return tuple(
        db.session.scalars(select(Certificate).order_by(Certificate.id.desc()).limit(limit))
    )


SOURCES = (
    select(Lot.id, Village.name_zh, Village.name_en, func.sum(Allocation.grams))
    .join(Allocation, Allocation.lot_id == Lot.id)
    .join(Village, Village.id == Allocation.village_id)
    .where(*_WITHIN, Lot.grade_id == bindparam("grade"))
    .group_by(Lot.id, Village.id, Village.name_zh, Village.name_en)
    .order_by(Lot.id)
)


def issue_for_batch(  # what a certificate says is said by whoever issues it
    grade_id: int,
    day: date,
    basis: Collection[str],
    promiser: str,
    *,
    key: str,
    actor: Actor,
    now: datetime,
) -> Certificate:
    """Issue the brand's certificate for what was packed of a grade on a day, with its sources.

    Where one stands already, the new one covers what was packed since and names it. The same
    key again returns the first.

    Raises:
        Forbidden: the actor is no operator.
        Refusal: ``nothing_packed``; ``certificate_basis``; ``key_reused``.
    """
    if not actor.may(OPERATOR):
        raise Forbidden
    grade = db.lock_one(Grade, grade_id)
    before = certificates.issued_before(key)
    if before is not None:
        if (before.grade_id, before.packed_on) != (grade_id, day):
            raise Refusal("key_reused")
        return before
    rows = db.session.execute(SOURCES, {"grade": grade_id, **_hours(day)}).all()
    if not rows:
        raise Refusal("nothing_packed", day=day)
    grams = Grams(sum(int(row[3]) for row in rows))
    new = certificates.certificate(BUYER, grade, grams, basis, promiser)
    new.packed_on = day
    new.origin_zh = "、".join(dict.fromkeys(row[1] for row in rows))
    new.origin_en = ", ".join(dict.fromkeys(row[2] for row in rows))
    old = db.session.scalar(OF_BATCH, {"grade": grade_id, "day": day})
    certificates.issue(new, old, key=key, actor=actor, now=now)
    taken: Counter[int] = Counter()
    for lot_id, _zh, _en, of_lot in rows:
        taken[lot_id] += int(of_lot)
    _note_sources(new, taken)
    return new


def _note_sources(new: Certificate, grams: dict[int, int]) -> None:
    own = select(Certificate.lot_id, Certificate.id).where(Certificate.lot_id.in_(grams), STANDS)
    known: dict[int | None, int] = dict(iter(db.session.execute(own)))
    db.session.add_all(
        CertificateSource(
            certificate_id=new.id, lot_id=lot, grams=Grams(taken), source_id=known.get(lot)
        )
        for lot, taken in grams.items()
    )
    db.session.flush()


@dataclass(frozen=True, slots=True)
class Source:
    """A lot in a batch, and the certificate its household gave for it, if any."""

    lot: str
    grams: Grams
    certified: str | None


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """A certificate as its paper says it; ``replaces`` and ``replaced_by`` are others' numbers."""

    paper: Certificate
    replaces: str | None
    replaced_by: str | None
    sources: tuple[Source, ...] = ()


_OWN = select(Certificate.code).where(Certificate.id == CertificateSource.source_id)
OF_SOURCE = (
    select(Lot.code, CertificateSource.grams, _OWN.correlate(CertificateSource).scalar_subquery())
    .join(Lot, Lot.id == CertificateSource.lot_id)
    .where(CertificateSource.certificate_id == bindparam("certificate"))
    .order_by(Lot.code)
)


def certificate_page(code: str) -> CertificatePage:
    """Return a certificate with what it names. Raises NotFound."""
    paper = db.session.scalar(select(Certificate).where(Certificate.code == code))
    if paper is None:
        raise NotFound
    return page_of(paper)


def page_of(paper: Certificate) -> CertificatePage:
    """Return the page of a certificate."""
    codes = select(Certificate.code)
    before = codes.where(Certificate.id == paper.replaces_id)
    after = codes.where(Certificate.replaces_id == paper.id)
    rows = db.session.execute(OF_SOURCE, {"certificate": paper.id})
    return CertificatePage(
        paper,
        db.session.scalar(before),
        db.session.scalar(after),
        tuple(starmap(Source, rows)),
    )
