"""Pay runs and what they settle, confirmations, and the kept summary."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from storefront import columns, db
from storefront.lives import Life
from storefront.money import Fen
from storefront.weight import Grams

PAY_RUN = Life(
    "pay_run",
    {
        "draft": ("approved", "abandoned"),
        "approved": ("exported", "abandoned"),
        "exported": ("settled",),
    },
)
PAY_ITEM = Life("pay_item", {"open": ("paid", "failed")})
CONFIRMED_HOW = ("phone", "agent")


class PayRun(db.Base):
    """A batch of pay: made by one person, approved by another."""

    __tablename__ = "pay_run"
    __table_args__ = (
        db.one_of("state", PAY_RUN.states),
        CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="four_eyes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    cutoff: Mapped[date]
    state: Mapped[str]
    drafted_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    drafted_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    exported_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    exported_at: Mapped[datetime | None]
    file_hash: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class PayItem(db.Base):
    """What one household gets in a run; payee and account as they were at the draft.

    Of a household that is in another one today, they are the other one's.
    """

    __tablename__ = "pay_item"
    __table_args__ = (
        UniqueConstraint("run_id", "household_id"),
        db.one_of("state", PAY_ITEM.states),
        CheckConstraint("amount_fen > 0", name="amount"),
        Index("ix_pay_item_household", "household_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("pay_run.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    household_code: Mapped[str]
    payee: Mapped[str]
    payee_relation: Mapped[str | None]  # to the head; not known of drafts before it was kept
    bank_account: Mapped[str | None] = mapped_column(columns.Encrypted)
    amount_fen: Mapped[Fen]
    state: Mapped[str]


class PayItemRow(db.Base):
    """A row that an item settles: an allocation, or a loss we bear.

    ``live`` until the item failed or the run was abandoned: a row stands in one
    live item at most, and a paid one for ever. One that ``recovers`` takes back what a
    paid share has since fallen below zero: its fen are negative, and it is live only
    until the bank has answered, because a share may fall again.
    """

    __tablename__ = "pay_item_row"
    __table_args__ = (
        CheckConstraint("(allocation_id IS NULL) <> (movement_id IS NULL)", name="one_row"),
        CheckConstraint(
            "recovers = (fen < 0) AND (NOT recovers OR allocation_id IS NOT NULL)", name="recovers"
        ),
        Index("ix_pay_item_row_item", "item_id"),
        Index(
            "uq_pay_item_row_allocation",
            "allocation_id",
            "recovers",
            unique=True,
            info=db.only_where("live"),
        ),
        Index(
            "uq_pay_item_row_movement",
            "movement_id",
            unique=True,
            info=db.only_where("live"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("pay_item.id"))
    allocation_id: Mapped[int | None] = mapped_column(ForeignKey("allocation.id"))
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("movement.id"))
    fen: Mapped[Fen]
    recovers: Mapped[bool] = mapped_column(default=False, server_default=false())
    live: Mapped[bool] = mapped_column(default=True)


class BankResult(db.Base):
    """The bank's answer to one item: the source of what is booked then."""

    __tablename__ = "bank_result"
    __table_args__ = (db.APPEND_ONLY,)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("pay_item.id"), unique=True)
    ok: Mapped[bool]
    reason: Mapped[str]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class Confirmation(db.Base):
    """A household says that an item's money arrived."""

    __tablename__ = "confirmation"
    __table_args__ = (db.one_of("how", CONFIRMED_HOW), db.APPEND_ONLY)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("pay_item.id"), unique=True)
    how: Mapped[str]
    actor_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    month: Mapped[str]
    at: Mapped[datetime]


class Flows:
    """What a shelf of the summary keeps: the flows of one month.

    ``grams`` and ``retail_fen`` are what was sold (a loss has neither); the income
    of a household is booked - reversed.
    """

    month: Mapped[str]
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    status: Mapped[str]
    product_id: Mapped[int]
    grade_id: Mapped[int] = mapped_column(ForeignKey("grade.id"))
    channel: Mapped[str]
    station_id: Mapped[int]
    custody: Mapped[str]
    grams: Mapped[Grams] = mapped_column(default=Grams(0))
    retail_fen: Mapped[Fen] = mapped_column(default=Fen(0))
    booked_fen: Mapped[Fen] = mapped_column(default=Fen(0))
    reversed_fen: Mapped[Fen] = mapped_column(default=Fen(0))
    due_fen: Mapped[Fen] = mapped_column(default=Fen(0))
    paid_fen: Mapped[Fen] = mapped_column(default=Fen(0))
    confirmed_fen: Mapped[Fen] = mapped_column(default=Fen(0))


class HouseholdMonth(Flows, db.Base):
    """The kept summary by every dimension the county asks for.

    ``product_id`` and ``station_id`` are 0, and ``channel`` and ``custody`` are
    ``none``, where a flow has none (a loss), so that the key is never null.
    """

    __tablename__ = "household_month"
    __table_args__ = (
        UniqueConstraint(
            "month",
            "household_id",
            "village_id",
            "status",
            "product_id",
            "grade_id",
            "channel",
            "station_id",
            "custody",
            name="uq_household_month_key",
        ),
        Index("ix_household_month_household", "household_id", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))


class CountyMonth(Flows, db.Base):
    """The same without the household: what a page of the whole county reads."""

    __tablename__ = "county_month"
    __table_args__ = (
        UniqueConstraint(
            "month",
            "village_id",
            "status",
            "product_id",
            "grade_id",
            "channel",
            "station_id",
            "custody",
            name="uq_county_month_key",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
