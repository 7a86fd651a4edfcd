"""Commitment certificates 承诺达标合格证: a household's for its lot, and what any of them says.

Who issues one answers for its words; nothing in it is edited. A new one names the one whose
place it takes (docs/adr/0039).
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    bindparam,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storefront import audit, db, ids
from storefront.actors import AGENT, HOUSEHOLD_MEMBER, Actor
from storefront.catalogue.models import Grade
from storefront.errors import Forbidden, Refusal
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.supply.places import Village
from storefront.weight import Grams

PRODUCER, BUYER = STYLES = ("producer", "buyer")
# 质量安全控制符合要求, 自行检测合格, 委托检测合格 (ministry order 2025 no. 4)
BASES = ("controlled", "tested", "commissioned")


class Certificate(db.Base):
    """A numbered certificate: of a lot, or of what was packed of a grade on one day.

    ``basis`` names what the promise rests on; ``promiser`` who gives it, as named that day.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        db.one_of("style", STYLES),
        CheckConstraint("(style = 'producer') = (lot_id IS NOT NULL)", name="of_lot"),
        CheckConstraint("(style = 'buyer') = (packed_on IS NOT NULL)", name="of_batch"),
        CheckConstraint("grams > 0 AND basis <> '' AND promiser <> ''", name="whole"),
        Index("ix_certificate_lot", "lot_id"),
        Index("ix_certificate_batch", "grade_id", "packed_on"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    style: Mapped[str]
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    grade_id: Mapped[int] = mapped_column(ForeignKey("grade.id"))
    packed_on: Mapped[date | None]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    grams: Mapped[Grams]
    origin_zh: Mapped[str]
    origin_en: Mapped[str]
    basis: Mapped[str]
    promiser: Mapped[str]
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)


class CertificateSource(db.Base):
    """That so much of a lot is in a packing batch, and under which certificate of its own."""

    __tablename__ = "certificate_source"
    __table_args__ = (
        UniqueConstraint("certificate_id", "lot_id"),
        CheckConstraint("grams > 0", name="grams"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    grams: Mapped[Grams]
    source_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))


_NEXT = aliased(Certificate)
STANDS: ColumnElement[bool] = (
    ~select(_NEXT.id).where(_NEXT.replaces_id == Certificate.id).correlate(Certificate).exists()
)
OF_LOT = select(Certificate).where(
    Certificate.lot_id == bindparam("lot"), Certificate.style == PRODUCER, STANDS
)


def of_lot(lot_id: int) -> Certificate | None:
    """Return the certificate that stands for a lot."""
    return db.session.scalar(OF_LOT, {"lot": lot_id})


def issued_before(key: str) -> Certificate | None:
    """Return what this client key issued already."""
    return db.session.scalar(select(Certificate).where(Certificate.key == key))


def contact_of(household_id: int) -> str | None:
    """Return how a household is reached, for its own paper alone: no public page asks this."""
    return db.get(Household, household_id).phone


def basis_of(said: Collection[str]) -> str:
    """Return what a promise rests on as it is kept. Raises Refusal ``certificate_basis``."""
    if not said or not set(said) <= set(BASES):
        raise Refusal("certificate_basis", field="basis")
    return ",".join(one for one in BASES if one in said)


def issue_for_lot(
    lot_id: int, basis: Collection[str], *, key: str, actor: Actor, now: datetime
) -> Certificate:
    """Issue a household's certificate for a lot that was weighed in; the same key again: the first.

    Where one stands already the new one names it and takes its place.

    Raises:
        Forbidden: the actor is neither of the household nor its station's agent.
        Refusal: ``lot_not_received``; ``certificate_basis``; ``key_reused``.
    """
    if not (actor.may(HOUSEHOLD_MEMBER) or actor.may(AGENT)):
        raise Forbidden
    lot = db.lock_one(Lot, lot_id)
    before = issued_before(key)
    if before is not None:
        if before.lot_id != lot_id:
            raise Refusal("key_reused")
        return before
    if lot.net_g is None:
        raise Refusal("lot_not_received", lot=lot.code, on_hand=lot.on_hand_g)
    home = db.get(Household, lot.household_id)
    village = db.get(Village, home.village_id)
    new = certificate(PRODUCER, db.get(Grade, lot.grade_id), lot.net_g, basis, home.head)
    new.lot_id, new.origin_zh, new.origin_en = lot.id, village.name_zh, village.name_en
    return issue(new, of_lot(lot.id), key=key, actor=actor, now=now)


def certificate(
    style: str, grade: Grade, grams: Grams, basis: Collection[str], promiser: str
) -> Certificate:
    """Return a certificate of so much of a grade, still to be issued."""
    new = Certificate(style=style, grade_id=grade.id, name_zh=grade.name_zh, name_en=grade.name_en)
    new.grams, new.basis, new.promiser = grams, basis_of(basis), promiser
    return new


def issue(
    new: Certificate, old: Certificate | None, *, key: str, actor: Actor, now: datetime
) -> Certificate:
    """Number a certificate and write it down, in the place of ``old`` if one stands."""
    new.key, new.code, new.issued_at, new.issued_by = key, ids.new_code(), now, actor.user_id
    new.channel, new.replaces_id = actor.channel, old.id if old else None
    db.session.add(new)
    facts = {"replaces": old.code} if old else {}
    audit.record(actor, "certify", "certificate", new.code, now=now, **facts)
    db.session.flush()
    return new
