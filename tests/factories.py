"""A small county and what happens in it, built through the rooms' verbs and never behind them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from storefront import clock, db, ids
from storefront.accounts.addresses import AddressDraft
from storefront.actors import Actor
from storefront.catalogue import drafting, freight_tables
from storefront.catalogue.drafting import BoughtPart, GrownPart, OfferDraft
from storefront.catalogue.freight_tables import Zone
from storefront.catalogue.models import Grade, Product
from storefront.catalogue.steps import Reduction
from storefront.money import Fen
from storefront.orders import cart, checkout, packing, parcels, shortfall
from storefront.orders.models import Allocation, Order, Parcel
from storefront.payments import inbox, sessions
from storefront.payments.gateway import Message
from storefront.settlement import sales
from storefront.supply import prices, registry
from storefront.supply.models import Lot
from storefront.supply.places import Station, Township, Village
from storefront.supply.registry import HouseholdDraft
from storefront.supply.weighing import Delivery, Weighed
from storefront.weight import FenPerKg, Grams
from tests.people import Cast, gather

NOW = datetime(2026, 9, 20, 4, 0, tzinfo=UTC)  # noon in China, in the middle of the harvest
DAY = timedelta(days=1)
OFFICE = Actor("user", roles=frozenset({"operator", "officer"}))
SHANXI, BEIJING, TIBET, TAIWAN = "140000", "110000", "540000", "710000"
BOX, PAIR, GIFT, PASTE = "PEAR-5J", "PEAR-2J-IP", "GIFT", "PASTE"


@dataclass(frozen=True, slots=True)
class County:
    """A county with three households and four offers.

    ``PEAR-5J`` is 2,500 g of the first grade for 39.90; ``PEAR-2J-IP`` 1,000 g from one
    household for 29.90; ``GIFT`` 1,500 g top and 1,000 g first grade and a jar for 98.00;
    ``PASTE`` a jar, all bought in, for 39.90.
    """

    cast: Cast
    top: int
    first: int
    villages: tuple[int, int]
    stations: tuple[int, int]
    lin: int
    zhao: int
    yang: int
    offers: dict[str, int]
    products: dict[str, int]


def county(now: datetime = NOW) -> County:
    """Build the county inside the caller's transaction, everything in force since 30 days ago."""
    since = clock.china_day(now) - 30 * DAY
    villages, stations = _places(since)
    homes = tuple(
        _household(code, head, villages[place], stations[place], status, now)
        for code, head, place, status in (
            ("H-LIN", "林果甲", 0, "lifted"),
            ("H-ZHAO", "赵试丙", 0, "registered_poor"),
            ("H-YANG", "杨样丁", 1, "general"),
        )
    )
    lin, zhao, yang = homes
    top, first = _grades(now - 30 * DAY)
    drafting.add_fee_schedule("2026", since, FenPerKg(20), Fen(150), 60)
    freight_tables.add_freight_table("2026", since, freight_zones())
    offers, products = _offers(top, first, now)
    cast = gather((lin, zhao, yang), stations, now)
    return County(
        cast, top, first, villages, stations, lin, zhao, yang, offers=offers, products=products
    )


def address() -> AddressDraft:
    """Return an address of the shopper Bai."""
    return AddressDraft(
        recipient="白买家",
        phone="13800000020",
        province=SHANXI,
        city="太原市",
        district="小店区",
        address="示例路 1 号",
    )


def freight_zones() -> list[Zone]:
    """Near and far provinces, free from 99 yuan nearby, one far one, one refused."""
    near = Zone("本省", "Near", [SHANXI], first_fen=Fen(600), further_fen=Fen(100))
    near = replace(near, free_over=Fen(9_900))
    return [
        near,
        replace(near, provinces=[BEIJING], first_fen=Fen(800), further_fen=Fen(150)),
        Zone("偏远", "Far", [TIBET], first_fen=Fen(1_800), further_fen=Fen(1_400)),
        Zone("不发货", "Refused", [TAIWAN], refused=True),
    ]


def _places(since: date) -> tuple[tuple[int, int], tuple[int, int]]:
    town = registry.add_township(
        Township(code="141031101", name_zh="午城镇", name_en="Wucheng", valid_from=since)
    )
    villages, stations = [], []
    for number, (zh, en) in enumerate((("习礼村", "Xili"), ("川口村", "Chuankou"))):
        village = registry.add_village(
            Village(
                code=f"14103110120{number}",
                name_zh=zh,
                name_en=en,
                kind="village",
                township_id=town.id,
                valid_from=since,
            )
        )
        station = registry.add_station(
            Station(
                code=f"S{number}", name_zh=f"{zh}站", name_en=f"{en} station", village_id=village.id
            )
        )
        villages.append(village.id)
        stations.append(station.id)
    return (villages[0], villages[1]), (stations[0], stations[1])


def _household(  # a home of the small county
    code: str, head: str, village: int, station: int, status: str, now: datetime
) -> int:
    draft = HouseholdDraft(
        code=code,
        head=head,
        payee=head,
        payee_relation="self",
        village_id=village,
        station_id=station,
        members=4,
        status=status,
        status_from=date(2020, 1, 1),
        orchard_tenth_mu=50,
        display_name=f"{head[0]}家果园",
        consented_at=now if code != "H-YANG" else None,
        phone="13800000099",
        bank_account="6216261000000000018",
    )
    return registry.register_household(draft, actor=OFFICE, now=now).id


def _grades(now: datetime) -> tuple[int, int]:
    ids_ = []
    for position, (code, zh, en, price) in enumerate(
        (
            ("YL-T", "玉露香梨 特级", "Yulu, top grade", 940),
            ("YL-1", "玉露香梨 一级", "Yulu, first grade", 700),
        )
    ):
        grade = drafting.add_grade(
            Grade(
                code=code,
                commodity="yulu",
                name_zh=zh,
                name_en=en,
                storage_days=200,
                yield_ceiling_g_per_mu=Grams(2_000_000),
                position=position,
            )
        )
        day = clock.china_day(now)
        prices.set_purchase_price(grade.id, day, FenPerKg(price), actor=OFFICE, now=now)
        ids_.append(grade.id)
    return ids_[0], ids_[1]


def _offers(top: int, first: int, now: datetime) -> tuple[dict[str, int], dict[str, int]]:
    shelf = drafting.add_category("pears", "鲜梨", "Fresh pears", 1).id
    paste = drafting.add_category("paste", "加工品", "Pantry", 2).id
    jar = BoughtPart("秋梨膏", "Pear paste", Fen(1_800))
    specs = (
        (BOX, "pear-box", shelf, "segregated", 2_500, 3_990, (_grown(first, 2_500),)),
        (PAIR, "pear-pair", shelf, "identity_preserved", 1_000, 2_990, (_grown(first, 1_000),)),
        (
            GIFT,
            "gift",
            shelf,
            "segregated",
            2_730,
            9_800,
            (_grown(top, 1_500), _grown(first, 1_000), jar),
        ),
        (PASTE, "paste", paste, "segregated", 230, 3_990, (jar,)),
    )
    offers, products = {}, {}
    for sku, slug, category, custody, net, price, parts in specs:
        product = _product(slug, category, custody, now)
        draft = OfferDraft(
            product_id=product.id,
            sku=sku,
            label_zh=f"{sku} 装",
            label_en=f"{sku} pack",
            pieces="6-8",
            net=Grams(net),
            gross=Grams(net + 500),
            price=Fen(price),
            max_per_order=20,
            parts=parts,
        )
        offer = drafting.add_offer(draft, actor=OFFICE, now=now)
        prices.publish_offer(offer.id, actor=OFFICE, now=now)
        offers[sku], products[sku] = offer.id, product.id
    return offers, products


def _grown(grade: int, grams: int) -> GrownPart:
    return GrownPart("玉露香梨", "Yulu pear", grade, Grams(grams))


def _product(slug: str, category: int, custody: str, now: datetime) -> Product:
    texts = {
        f"{field}_{language}": f"{slug} {field}"
        for field in ("name", "tagline", "story", "origin", "storage")
        for language in ("zh", "en")
    }
    product = Product(
        slug=slug,
        category_id=category,
        shelf_life_days=20,
        custody=custody,
        picture="pear",
        position=1,
        **texts,
    )
    return drafting.add_product(product, actor=OFFICE, now=now)


def weigh(
    c: County, household: int, grade: int, grams: int, *, now: datetime = NOW, key: str = ""
) -> Lot:
    """Weigh a delivery in at the household's station; returns its lot."""
    agent = c.cast.gao if household == c.yang else c.cast.sun
    row = Weighed(grade, Grams(grams + 2_000), Grams(2_000), Grams(0))
    delivery = Delivery(household, clock.china_day(now), (row,))
    slip = shortfall.weigh_in(delivery, key=key or ids.new_key(), actor=agent.actor, now=now)
    return db.session.scalars(select(Lot).where(Lot.slip_id == slip.id)).one()


def receive(c: County, lot_id: int, net: int, *, now: datetime = NOW) -> None:
    """Weigh in what was declared as a lot."""
    lot = db.get(Lot, lot_id)
    agent = c.cast.gao if lot.household_id == c.yang else c.cast.sun
    row = Weighed(lot.grade_id, Grams(net), Grams(0), Grams(0), declared_lot_id=lot.id)
    delivery = Delivery(lot.household_id, clock.china_day(now), (row,))
    shortfall.weigh_in(delivery, key=ids.new_key(), actor=agent.actor, now=now)


def reduce(c: County, sku: str, *steps: tuple[int, int], now: datetime = NOW) -> None:
    """Take so many fen off each pack from so many on, and publish the offer again."""
    reductions = [Reduction(quantity, Fen(off)) for quantity, off in steps]
    with db.transaction():
        drafting.set_reductions(c.offers[sku], reductions, actor=OFFICE, now=now)
        prices.publish_offer(c.offers[sku], actor=OFFICE, now=now)


def wanted(
    *items: tuple[str, int], now: datetime = NOW, province: str = SHANXI, key: str = ""
) -> checkout.Checkout:
    """Fill a cart and return the checkout form for it."""
    token: str | None = None
    for sku, quantity in items:
        token = cart.add(token, sku, quantity, now=now)
    assert token is not None
    seen = checkout.preview(cart.view(token, now=now), province, now=now)
    return checkout.Checkout(
        cart_token=token,
        key=key or ids.new_key(),
        locale="zh",
        buyer_name="安娜",
        buyer_phone="13800000010",
        buyer_email="ana@example.com",
        recipient="安娜",
        phone="13800000010",
        province=province,
        city="太原市",
        district="小店区",
        address="示例路 1 号",
        seen_total=seen.total or Fen(0),
    )


def order(*items: tuple[str, int], now: datetime = NOW, province: str = SHANXI) -> Order:
    """Place an order."""
    form = wanted(*items, now=now, province=province)
    placed = checkout.place_order(form, actor=Actor.guest(), now=now)
    return db.get(Order, placed.order_id)


def success(payment: sessions.Attempt, reference: str, *, event: str = "") -> Message:
    """Return the event by which a provider says that an attempt was paid."""
    return Message(
        provider=payment.provider,
        event_id=event or f"evt-{reference}",
        kind="payment_succeeded",
        reference=reference,
        amount=payment.amount,
        currency="cny",
        body={"reference": reference},
    )


def attempt(order_id: int, *, now: datetime = NOW) -> tuple[sessions.Attempt, str]:
    """Open an attempt to pay; returns it with the provider's reference."""
    started = sessions.start(order_id, provider="pretend", now=now)
    reference = started.reference or f"ref-{started.key}"
    if started.reference is None:
        sessions.opened(started.payment_id, reference, "/pretend", now=now)
    return started, reference


def pay(order_id: int, *, now: datetime = NOW) -> str:
    """Pay an order through the inbox; returns the inbox's outcome."""
    started, reference = attempt(order_id, now=now)
    return inbox.receive(success(started, reference), now=now)


def parcel_of(order_id: int) -> Parcel:
    """Return the order's one parcel."""
    return db.session.scalars(select(Parcel).where(Parcel.order_id == order_id)).one()


def allocations(order_id: int, *states: str) -> list[Allocation]:
    """Return the order's allocations by id, in these states if any are named."""
    query = select(Allocation).where(Allocation.order_id == order_id).order_by(Allocation.id)
    if states:
        query = query.where(Allocation.state.in_(states))
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def crate_of(row: Allocation) -> str:
    """Return the label of a crate of the row's lot that no other row carries."""
    assert row.lot_id is not None
    return f"{db.get(Lot, row.lot_id).code}-{row.id % 999 + 1:02d}"


def pack_row(c: County, row_id: int, *, how: str = "typed", now: datetime = NOW) -> None:
    """Confirm the crate that was planned for one allocation."""
    row = db.get(Allocation, row_id)
    packing.confirm_crate(row.id, crate_of(row), how, actor=c.cast.he.actor, now=now)


def pack(c: County, order_id: int, *, how: str = "typed", now: datetime = NOW) -> Parcel:
    """Confirm every crate of the order's one parcel, as planned."""
    return pack_parcel(c, parcel_of(order_id), how=how, now=now)


def pack_parcel(c: County, parcel: Parcel, *, how: str = "typed", now: datetime = NOW) -> Parcel:
    """Confirm every crate of a parcel, as planned."""
    for row in allocations(parcel.order_id, "planned"):
        if row.parcel_id == parcel.id:
            pack_row(c, row.id, how=how, now=now)
    if parcel.state == "planned":
        packing.finish(parcel.id, actor=c.cast.he.actor, now=now)
    return parcel


def dispatch(c: County, order_id: int, *, now: datetime = NOW) -> Parcel:
    """Pack and dispatch the order's parcel."""
    parcel = pack(c, order_id, now=now)
    return sales.dispatch(parcel.id, "SF", "SF000000000001", actor=c.cast.he.actor, now=now)


def close(c: County, order_id: int, *, now: datetime = NOW) -> Parcel:
    """Deliver the dispatched parcel, and close it when the after-sale window has passed."""
    parcel = parcel_of(order_id)
    parcels.mark_delivered(parcel.id, actor=c.cast.he.actor, now=now)
    later = now + 3 * DAY
    return sales.close(parcel.id, after_sale=2 * DAY, actor=Actor.shop(), now=later)
