"""What an order's page asks of one order, built once."""

from sqlalchemy import BindParameter, bindparam, case, select

from storefront.catalogue.models import Grade
from storefront.orders.lives import LIVE
from storefront.orders.models import (
    Allocation,
    Line,
    LineCancellation,
    LinePart,
)
from storefront.orders.whereabouts import HAS_LEFT
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.supply.places import Village

ORDER: BindParameter[int] = bindparam("order_id")
LINES = (
    select(
        Line.position,
        Line.sku,
        Line.name_zh,
        Line.name_en,
        Line.label_zh,
        Line.label_en,
        Line.picture,
        Line.custody,
        Line.quantity,
        Line.unit_price_fen.label("unit_price"),
        Line.price_fen.label("price"),
        Line.discount_fen.label("discount"),
        LineCancellation.returned_fen.label("returned"),
        LineCancellation.at.label("cancelled_at"),
        HAS_LEFT.label("has_left"),
    )
    .outerjoin(LineCancellation, LineCancellation.line_id == Line.id)
    .where(Line.order_id == ORDER)
    .order_by(Line.position)
)
GROWERS = (
    select(
        Allocation.id.label("allocation_id"),
        Allocation.parcel_id,
        Allocation.state,
        case((Household.consented_at.is_not(None), Household.display_name)).label("display_name"),
        Village.name_zh.label("village_zh"),
        Village.name_en.label("village_en"),
        Grade.name_zh.label("grade_zh"),
        Grade.name_en.label("grade_en"),
        Lot.harvested_on,
        Allocation.grams,
        Allocation.retail_fen.label("retail"),
        Allocation.share_fen.label("share"),
        Allocation.custody,
        Allocation.how_confirmed,
    )
    .join(LinePart, LinePart.id == Allocation.line_part_id)
    .join(Grade, Grade.id == LinePart.grade_id)
    .outerjoin(Lot, Lot.id == Allocation.lot_id)
    .outerjoin(Household, Household.id == Allocation.household_id)
    .outerjoin(Village, Village.id == Allocation.village_id)
    .where(Allocation.order_id == ORDER, Allocation.state.in_(LIVE))
    .order_by(Allocation.position, Allocation.id)
)
