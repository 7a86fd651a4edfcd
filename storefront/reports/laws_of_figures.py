"""Law 10 over live data: every shelf of the kept summary against the postings.

One recomputation over the postings, the rows they name and the confirmations. It
shares nothing with ``settlement.summary``, which keeps the shelves. ``flask books
recompute`` (``reports.recomputation``) reads the same statement.
"""

from dataclasses import dataclass

from storefront.reports.claims import Claim

_POSTED = """
  FROM posting p JOIN entry e ON e.id = p.entry_id
  LEFT JOIN entry fixed ON fixed.id = e.reverses_id
"""
# a correction takes back what the entry it names added; income that was taken back is reversed
_EARNED = """
    CASE WHEN fixed.id IS NULL THEN -p.fen ELSE 0 END AS booked,
    CASE WHEN fixed.id IS NULL THEN 0 ELSE p.fen END AS reversed
"""
FLOWS = f"""
  SELECT e.booked_month AS month, p.allocation_id, p.movement_id,
    CASE WHEN fixed.id IS NULL THEN a.grams ELSE -a.grams END AS grams,
    CASE WHEN fixed.id IS NULL THEN a.retail_fen ELSE -a.retail_fen END AS retail,
    {_EARNED}, 0 AS due, 0 AS paid, 0 AS confirmed
  {_POSTED} JOIN allocation a ON a.id = p.allocation_id
  WHERE coalesce(fixed.kind, e.kind) = 'dispatch' AND p.account = 'share_pending'
  UNION ALL
  SELECT e.booked_month, p.allocation_id, p.movement_id, 0, 0, {_EARNED}, -p.fen, 0, 0
  {_POSTED}
  WHERE coalesce(fixed.kind, e.kind) = 'loss' AND p.account = 'share_due'
  UNION ALL
  SELECT e.booked_month, p.allocation_id, p.movement_id, 0, 0, 0, 0, -p.fen, 0, 0
  {_POSTED}
  WHERE coalesce(fixed.kind, e.kind) = 'due' AND p.account = 'share_due'
  UNION ALL
  SELECT e.booked_month, p.allocation_id, p.movement_id, 0, 0, 0, p.fen,
    CASE WHEN p.account = 'share_due' THEN -p.fen ELSE 0 END, 0, 0
  {_POSTED}
  WHERE coalesce(fixed.kind, e.kind) = 'refund_dispatched'
    AND p.account IN ('share_pending', 'share_due')
  UNION ALL
  SELECT e.booked_month, p.allocation_id, p.movement_id, 0, 0, 0, 0, 0, p.fen, 0
  {_POSTED}
  WHERE coalesce(fixed.kind, e.kind) = 'pay_ok' AND p.account = 'in_transit'
  UNION ALL
  SELECT c.month, r.allocation_id, r.movement_id, 0, 0, 0, 0, 0, 0, r.fen
  FROM confirmation c JOIN pay_item_row r ON r.item_id = c.item_id
"""  # noqa: S608  no input of anybody's

PLACED = f"""
  SELECT f.month AS month, l.household_id AS household_id,
    coalesce(a.village_id, m.village_id) AS village_id, coalesce(a.status, m.status) AS status,
    coalesce(n.product_id, 0) AS product_id, l.grade_id AS grade_id,
    coalesce(o.channel, 'none') AS channel, coalesce(l.station_id, 0) AS station_id,
    coalesce(a.custody, 'none') AS custody,
    f.grams AS grams, f.retail AS retail_fen, f.booked AS booked_fen, f.reversed AS reversed_fen,
    f.due AS due_fen, f.paid AS paid_fen, f.confirmed AS confirmed_fen
  FROM ({FLOWS}) f
  LEFT JOIN allocation a ON a.id = f.allocation_id
  LEFT JOIN movement m ON m.id = f.movement_id
  JOIN lot l ON l.id = coalesce(a.lot_id, m.lot_id)
  LEFT JOIN line n ON n.id = a.line_id
  LEFT JOIN orders o ON o.id = a.order_id
"""  # noqa: S608  no input of anybody's

AMOUNTS = (
    "grams",
    "retail_fen",
    "booked_fen",
    "reversed_fen",
    "due_fen",
    "paid_fen",
    "confirmed_fen",
)
COUNTY = (
    "month",
    "village_id",
    "status",
    "product_id",
    "grade_id",
    "channel",
    "station_id",
    "custody",
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A table of the kept summary, and the dimensions it keeps apart."""

    table: str
    key: tuple[str, ...]

    @property
    def compared(self) -> str:
        """SQL: by key, what the shelf has ``kept`` of each amount and what the postings ``said``.

        A row on one side only stands against zeros.
        """
        key = ", ".join(self.key)
        kept = ", ".join(f"{name} AS kept_{name}, 0 AS said_{name}" for name in AMOUNTS)
        said = ", ".join(f"0 AS kept_{name}, {name} AS said_{name}" for name in AMOUNTS)
        sums = ", ".join(f"sum({side}) AS {side}" for side in SIDES)
        return f"""
        SELECT {key}, {sums} FROM (
          SELECT {key}, {kept} FROM {self.table}
          UNION ALL SELECT {key}, {said} FROM ({PLACED}) placed
        ) both_sides GROUP BY {key}
        """  # noqa: S608  no input of anybody's


SIDES = tuple(f"{side}_{name}" for side in ("kept", "said") for name in AMOUNTS)
DIFFERS = " OR ".join(f"kept_{name} <> said_{name}" for name in AMOUNTS)
SHELVES = (
    Shelf("household_month", ("household_id", *COUNTY)),
    Shelf("county_month", COUNTY),
)
CLAIMS = tuple(
    Claim(10, f"{shelf} is what the postings say", kept.compared, DIFFERS)
    for shelf, kept in zip(
        ("the summary by household", "the summary of the county"), SHELVES, strict=True
    )
)
