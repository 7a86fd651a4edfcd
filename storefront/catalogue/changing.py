"""Changing a pack that is there: all of it at once, and only from what was looked at.

Lines of orders hold copies of the pack they were placed with, so no edit reaches them (law 7).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select

from storefront import audit, db
from storefront.actors import Actor
from storefront.catalogue import drafting, offers, steps
from storefront.catalogue.drafting import BoughtPart, GrownPart, OfferDraft
from storefront.catalogue.marks import Marked
from storefront.catalogue.models import Offer, Part
from storefront.catalogue.steps import Reduction
from storefront.errors import Refusal
from storefront.money import ZERO
from storefront.weight import Grams

FIGURES = ("price", "net", "gross", "max_per_order")


@dataclass(frozen=True, slots=True)
class Pack(Marked):
    """A pack as it is written down: with its parts, and what more of it costs less."""

    draft: OfferDraft
    reductions: tuple[Reduction, ...] = ()


def pack_of(offer: Offer) -> Pack:
    """Return an offer as it stands. Two statements."""
    draft = OfferDraft(
        product_id=offer.product_id,
        sku=offer.sku,
        label_zh=offer.label_zh,
        label_en=offer.label_en,
        pieces=offer.pieces,
        net=offer.net_g,
        gross=offer.gross_g,
        price=offer.price_fen,
        max_per_order=offer.max_per_order,
        parts=tuple(_drafted(part) for part in offers.parts_of(offer.id)),
        position=offer.position,
    )
    return Pack(draft, steps.reductions().get(offer.id, ()))


def check(pack: Pack) -> None:
    """Check that a pack makes sense by itself (pure).

    Raises:
        Refusal: ``offer_without_parts``; ``gross_below_net``; ``net_unlike_parts``, where
            harvest alone would weigh something else than the pack; as ``steps.check``.
    """
    draft = pack.draft
    if not draft.parts:
        raise Refusal("offer_without_parts", sku=draft.sku)
    if draft.gross < draft.net:
        raise Refusal("gross_below_net", field="gross", net=draft.net)
    grown = Grams.total(part.grams for part in draft.parts if isinstance(part, GrownPart))
    bought = any(isinstance(part, BoughtPart) for part in draft.parts)
    if grown > draft.net or (grown < draft.net and not bought):
        raise Refusal("net_unlike_parts", field="net", grown=grown)
    steps.check(draft.price, draft.max_per_order, pack.reductions)


def add_offer(pack: Pack, *, actor: Actor, now: datetime) -> Offer:
    """Add a pack, not on sale before it is published; the same again is the one that is there.

    Raises:
        Refusal: ``sku_taken``; as ``check``.
    """
    check(pack)
    there = db.session.scalar(select(Offer).where(Offer.sku == pack.draft.sku))
    if there is not None and pack_of(there) == replace(
        pack, draft=replace(pack.draft, position=there.position)
    ):
        return there
    if there is not None:
        raise Refusal("sku_taken", field="sku", sku=pack.draft.sku)
    offer = drafting.add_offer(pack.draft, actor=actor, now=now)
    if pack.reductions:
        drafting.set_reductions(offer.id, pack.reductions, actor=actor, now=now)
    return offer


def change_offer(
    offer_id: int, pack: Pack, *, seen: str, actor: Actor, now: datetime
) -> tuple[Offer, bool]:
    """Change a pack; returns it, and whether anything changed.

    It is then off sale: publishing it again checks the arithmetic. ``seen`` is the mark of
    the pack it was changed from.

    Raises:
        Refusal: ``changed_meanwhile`` when somebody else changed it since; as ``check``.
    """
    offer = db.lock_one(Offer, offer_id)
    before = pack_of(offer)
    if before == pack:
        return offer, False
    if before.mark != seen:
        raise Refusal("changed_meanwhile")
    check(pack)
    _write(offer, pack.draft)
    if before.draft.parts != pack.draft.parts:
        db.session.execute(delete(Part).where(Part.offer_id == offer.id))
        drafting.add_parts(offer.id, pack.draft.parts)
    if before.reductions != pack.reductions:
        drafting.set_reductions(offer.id, pack.reductions, actor=actor, now=now)
    offer.published_at = None
    facts = _facts(before.draft, pack.draft)
    audit.record(actor, "change", "offer", offer.sku, now=now, **facts)
    db.session.flush()
    return offer, True


def _write(offer: Offer, draft: OfferDraft) -> None:
    offer.label_zh, offer.label_en, offer.pieces = draft.label_zh, draft.label_en, draft.pieces
    offer.net_g, offer.gross_g, offer.price_fen = draft.net, draft.gross, draft.price
    offer.max_per_order, offer.position = draft.max_per_order, draft.position


def _facts(before: OfferDraft, after: OfferDraft) -> dict[str, object]:
    """Return the figures that changed, as they were and as they are, and whether parts did."""
    moved = [name for name in FIGURES if getattr(before, name) != getattr(after, name)]
    figures = {name: [int(getattr(each, name)) for each in (before, after)] for name in moved}
    return {**figures, "parts_changed": before.parts != after.parts}


def _drafted(part: Part) -> GrownPart | BoughtPart:
    if part.grade_id is not None and part.grams is not None:
        return GrownPart(part.name_zh, part.name_en, part.grade_id, part.grams)
    return BoughtPart(part.name_zh, part.name_en, part.cost_fen or ZERO)
