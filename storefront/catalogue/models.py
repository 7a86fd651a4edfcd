"""Products, what they are packed from, and what it costs to send them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.money import Fen
from storefront.weight import FenPerKg, Grams

# ISO 22095 chain-of-custody models, strictest first; a parcel is as good as its weakest allocation.
CUSTODY_LEVELS = (
    "identity_preserved",
    "segregated",
    "controlled_blending",
    "mass_balance",
)
PHOTO_FORMATS = ("jpeg", "png", "webp")
PART_KINDS = ("grown", "bought_in")
GROWN_OR_BOUGHT_IN = (
    "(kind = 'grown' AND grade_id IS NOT NULL AND grams > 0 AND cost_fen IS NULL)"
    " OR (kind = 'bought_in' AND grade_id IS NULL AND grams IS NULL AND cost_fen >= 0)"
)
SEASON = ("presale_from", "opens_on", "ends_on")
DAYS_OF_THE_YEAR = " AND ".join(f"coalesce({name}, 101) BETWEEN 101 AND 1231" for name in SEASON)


class Category(db.Base):
    """A shelf of the shop."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]


class Grade(db.Base):
    """A grade of one commodity: what a lot is weighed in as and a part is packed from.

    ``storage_days`` is how long our store keeps it after harvest;
    ``yield_ceiling_g_per_mu`` bounds what an orchard can deliver (none = not checked).
    """

    __tablename__ = "grade"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    commodity: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    storage_days: Mapped[int]
    yield_ceiling_g_per_mu: Mapped[Grams | None]
    position: Mapped[int]


class Product(db.Base):
    """Something people buy. ``picture`` is the key of its illustration.

    ``opens_on`` and ``ends_on`` bound its season every year, ``presale_from`` is when it can
    be ordered before: month and day in one number, 825 is 25 August (windows.py).

    ``search_names`` and ``search_text`` are what it is found by (search.py); its pinyin
    is among them since ``spelt_at``.
    """

    __tablename__ = "product"
    __table_args__ = (
        db.one_of("custody", CUSTODY_LEVELS),
        CheckConstraint(
            "(opens_on IS NULL) = (ends_on IS NULL)"
            " AND (presale_from IS NULL OR opens_on IS NOT NULL)",
            name="season",
        ),
        CheckConstraint(DAYS_OF_THE_YEAR, name="season_days"),
        Index("ix_product_shelf", "category_id", "position", "id"),
        Index(
            "ix_product_unspelt",
            "id",
            info=db.only_where("spelt_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    tagline_zh: Mapped[str]
    tagline_en: Mapped[str]
    story_zh: Mapped[str]
    story_en: Mapped[str]
    origin_zh: Mapped[str]
    origin_en: Mapped[str]
    storage_zh: Mapped[str]
    storage_en: Mapped[str]
    shelf_life_days: Mapped[int]
    custody: Mapped[str]
    picture: Mapped[str]
    presale_from: Mapped[int | None]
    opens_on: Mapped[int | None]
    ends_on: Mapped[int | None]
    position: Mapped[int]
    published_at: Mapped[datetime | None]
    search_names: Mapped[str]
    search_text: Mapped[str]
    spelt_at: Mapped[datetime | None]


class Photo(db.Base):
    """A photograph of a product; the first by position is its cover.

    ``digest`` names its files, ``width`` and ``height`` are those of the picture upright.
    The shop shows it once it is prepared; one that could not be says so by ``failed_at``.
    Once it is ``removed_at`` nobody is shown it, and its files go a day later.
    """

    __tablename__ = "photo"
    __table_args__ = (
        db.one_of("format", PHOTO_FORMATS),
        CheckConstraint("width > 0 AND height > 0", name="size"),
        CheckConstraint("alt_zh <> '' AND alt_en <> ''", name="alt"),
        CheckConstraint("prepared_at IS NULL OR failed_at IS NULL", name="outcome"),
        Index("ix_photo_product", "product_id", "position"),
        Index("ix_photo_digest", "digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    position: Mapped[int]
    digest: Mapped[str]
    format: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    alt_zh: Mapped[str]
    alt_en: Mapped[str]
    added_at: Mapped[datetime]
    prepared_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class Offer(db.Base):
    """A pack of a product at a price: what goes into the cart."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("price_fen > 0 AND net_g > 0 AND gross_g >= net_g", name="pack"),
        CheckConstraint("max_per_order > 0", name="max_per_order"),
        Index("ix_offer_product", "product_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    sku: Mapped[str] = mapped_column(unique=True)
    label_zh: Mapped[str]
    label_en: Mapped[str]
    pieces: Mapped[str]
    net_g: Mapped[Grams]
    gross_g: Mapped[Grams]
    price_fen: Mapped[Fen]
    max_per_order: Mapped[int]
    position: Mapped[int]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Part(db.Base):
    """What one pack of an offer is made of: grown (a grade, grams) or bought in (a cost)."""

    __tablename__ = "part"
    __table_args__ = (
        UniqueConstraint("offer_id", "position"),
        db.one_of("kind", PART_KINDS),
        CheckConstraint(GROWN_OR_BOUGHT_IN, name="grown_or_bought_in"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    position: Mapped[int]
    kind: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    grade_id: Mapped[int | None] = mapped_column(ForeignKey("grade.id"))
    grams: Mapped[Grams | None]
    cost_fen: Mapped[Fen | None]


class QuantityStep(db.Base):
    """From ``from_quantity`` packs of an offer on, ``off_fen`` less for each (docs/adr/0017)."""

    __tablename__ = "quantity_step"
    __table_args__ = (CheckConstraint("from_quantity > 1 AND off_fen > 0", name="step"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True)
    from_quantity: Mapped[int] = mapped_column(primary_key=True)
    off_fen: Mapped[Fen]


class FreightTable(db.Base):
    """The freight rules in force from a day; an order keeps the one it was placed under."""

    __tablename__ = "freight_table"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(unique=True)
    from_day: Mapped[date]


class FreightZone(db.Base):
    """What a parcel to some provinces costs: first weight, each further weight begun.

    Free from a value of goods, or refused: we do not send there.
    """

    __tablename__ = "freight_zone"
    __table_args__ = (
        UniqueConstraint("table_id", "position"),
        CheckConstraint(
            "refused OR (first_g > 0 AND further_g > 0 AND first_fen >= 0 AND further_fen >= 0)",
            name="steps",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("freight_table.id"))
    position: Mapped[int]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    first_g: Mapped[Grams]
    first_fen: Mapped[Fen]
    further_g: Mapped[Grams]
    further_fen: Mapped[Fen]
    free_over_fen: Mapped[Fen | None]
    refused: Mapped[bool]


class FreightRule(db.Base):
    """The zone a province is in; a province that no zone of the table names is refused."""

    __tablename__ = "freight_rule"

    table_id: Mapped[int] = mapped_column(ForeignKey("freight_table.id"), primary_key=True)
    province: Mapped[str] = mapped_column(primary_key=True)
    zone_id: Mapped[int] = mapped_column(ForeignKey("freight_zone.id"))


class FeeSchedule(db.Base):
    """What the station, the packing table and the payment provider get, from a day on."""

    __tablename__ = "fee_schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(unique=True)
    from_day: Mapped[date]
    station_fen_per_kg: Mapped[FenPerKg]
    packing_fen_per_box: Mapped[Fen]
    payment_fee_bp: Mapped[int]


class DispatchLimit(db.Base):
    """At ``most`` so many parcels leave on a day, from a day on; None: any number."""

    __tablename__ = "dispatch_limit"
    __table_args__ = (CheckConstraint("most IS NULL OR most > 0", name="most"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_day: Mapped[date]
    most: Mapped[int | None]
