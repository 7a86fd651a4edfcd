"""How a household agrees with a slip that it cannot agree with on its own phone.

Never silently: a code that was sent to its phone, a photograph of the slip it signed, or its
own PIN on the agent's phone when it comes by next. How it was is kept with each lot.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import audit, db
from storefront.accounts import members, pins
from storefront.actors import AGENT, HOUSEHOLD_MEMBER, Actor
from storefront.errors import Forbidden, NotFound, Refusal
from storefront.supply import disputes
from storefront.supply.models import Lot, Slip

MOST_PAPERS: Final = 3  # photographs of one signed slip


class SlipPaper(db.Base):
    """A photograph of the slip that the household signed; ``digest`` names its private file."""

    __tablename__ = "slip_paper"
    __table_args__ = (UniqueConstraint("slip_id", "digest"), db.APPEND_ONLY)

    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    digest: Mapped[str]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]


class SlipVisit(db.Base):
    """That the household is to be asked about a slip at its next visit."""

    __tablename__ = "slip_visit"
    __table_args__ = (db.APPEND_ONLY,)

    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), unique=True)
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    marked_at: Mapped[datetime]


def locked_slip(slip_id: int, actor: Actor) -> Slip:
    """Lock a slip for the agent of the station it was weighed at.

    Raises:
        Forbidden: the actor is not that agent.
    """
    slip = db.lock_one(Slip, slip_id)
    if not actor.may(AGENT) or slip.station_id is None or actor.station_id != slip.station_id:
        raise Forbidden
    return slip


def agree(slip: Slip, how: str, *, actor: Actor, now: datetime) -> None:
    """Write down that a locked slip's household agrees; a lot that it agreed with stays.

    Raises:
        Refusal: ``slip_disputed`` while it waits for an answer to what it disputes.
    """
    if disputes.is_disputed(slip.id):
        raise Refusal("slip_disputed", slip=slip.code)
    lots = db.session.scalars(select(Lot).where(Lot.slip_id == slip.id, Lot.confirmed_at.is_(None)))
    for lot in lots:
        lot.confirmed_at, lot.confirmed_how = now, how
        audit.record(actor, "confirm", "lot", lot.code, now=now, how=how)
    db.session.flush()


def is_open(slip_id: int) -> bool:
    """Whether a lot of the slip was not agreed with yet."""
    query = select(Lot.id).where(Lot.slip_id == slip_id, Lot.confirmed_at.is_(None))
    return db.session.scalar(query.limit(1)) is not None


def by_paper(slip_id: int, digest: str, *, actor: Actor, now: datetime) -> SlipPaper:
    """Keep the photograph of a signed slip, and that its household agreed by it.

    The same photograph again is that one.

    Raises:
        Forbidden: the actor is not the agent of the slip's station.
        Refusal: ``papers_enough``; ``slip_disputed``.
    """
    slip = locked_slip(slip_id, actor)
    known = db.session.scalars(select(SlipPaper).where(SlipPaper.slip_id == slip_id)).all()
    same = next((paper for paper in known if paper.digest == digest), None)
    if same is not None:
        return same
    if len(known) >= MOST_PAPERS:
        raise Refusal("papers_enough", field="file", most=MOST_PAPERS)
    agree(slip, "photo", actor=actor, now=now)
    paper = SlipPaper(slip_id=slip_id, digest=digest, added_by=actor.user_id, added_at=now)
    db.session.add(paper)
    audit.record(actor, "add_paper", "slip", slip.code, now=now)
    db.session.flush()
    return paper


def by_visit(slip_id: int, member_id: int, *, actor: Actor, now: datetime) -> None:
    """A member of the household, who proved it with its PIN, agrees on the agent's phone.

    Within seven days of a PIN that an agent gave, it counts as through the agent.

    Raises:
        Forbidden: the actor is not the agent of the slip's station.
        NotFound: no member of the slip's household.
        Refusal: ``slip_disputed``.
    """
    slip = locked_slip(slip_id, actor)
    if not members.is_of(member_id, slip.household_id):
        raise NotFound
    roles = frozenset({HOUSEHOLD_MEMBER})
    owner = Actor("user", member_id, roles, household_id=slip.household_id)
    how = "visit" if pins.confirmed_how(owner, now=now) == "phone" else "agent"
    agree(slip, how, actor=owner, now=now)


def at_next_visit(slip_id: int, *, actor: Actor, now: datetime) -> None:
    """Mark that the household is asked when it comes next; the slip stays unconfirmed.

    Said again it changes nothing.

    Raises:
        Forbidden: the actor is not the agent of the slip's station.
    """
    slip = locked_slip(slip_id, actor)
    known = db.session.scalar(select(SlipVisit.id).where(SlipVisit.slip_id == slip_id))
    if known is None:
        db.session.add(SlipVisit(slip_id=slip_id, marked_by=actor.user_id, marked_at=now))
        audit.record(actor, "next_visit", "slip", slip.code, now=now)
        db.session.flush()


def papers_of(slip_id: int) -> tuple[int, ...]:
    """Return the photographs of a slip by their numbers, the oldest first."""
    query = select(SlipPaper.id).where(SlipPaper.slip_id == slip_id).order_by(SlipPaper.id)
    return tuple(db.session.scalars(query))


def paper(paper_id: int, *, slip_id: int | None = None) -> str:
    """Return the digest of a photograph, of that slip if one is named. Raises NotFound."""
    query = select(SlipPaper.digest).where(SlipPaper.id == paper_id)
    if slip_id is not None:
        query = query.where(SlipPaper.slip_id == slip_id)
    digest = db.session.scalar(query)
    if digest is None:
        raise NotFound
    return digest


def digests() -> tuple[str, ...]:
    """Return what names the file of every photograph of a slip."""
    return tuple(db.session.scalars(select(SlipPaper.digest).distinct().order_by(SlipPaper.digest)))
