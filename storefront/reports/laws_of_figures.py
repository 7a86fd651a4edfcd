"""Law 10 over live data: every shelf of the kept summary against the postings.

One recomputation over the postings, the rows they name and the confirmations. It
shares nothing with ``settlement.summary``, which keeps the shelves.
"""

from storefront.reports.claims import Claim

FLOWS = """
  SELECT e.booked_month AS month, p.allocation_id, p.movement_id, a.grams AS grams,
    a.retail_fen AS retail, -p.fen AS booked, 0 AS reversed, 0 AS due, 0 AS paid, 0 AS confirmed
  FROM posting p JOIN entry e ON e.id = p.entry_id JOIN allocation a ON a.id = p.allocation_id
  WHERE e.kind = 'dispatch' AND p.account = 'share_pending'
  UNION ALL
  SELECT e.booked_month, p.allocation_id, p.movement_id, 0, 0, -p.fen, 0, -p.fen, 0, 0
  FROM posting p JOIN entry e ON e.id = p.entry_id
  WHERE e.kind = 'loss' AND p.account = 'share_due'
  UNION ALL
  SELECT e.booked_month, p.allocation_id, p.movement_id, 0, 0, 0, p.fen, 0, 0, 0
  FROM posting p JOIN entry e ON e.id = p.entry_id JOIN entry fixed ON fixed.id = e.reverses_id
  WHERE fixed.kind IN ('dispatch', 'loss') AND p.account IN ('share_pending', 'share_due')
  UNION ALL
  SELECT e.booked_month, p.allocation_id, p.movement_id, 0, 0, 0, 0, -p.fen, 0, 0
  FROM posting p JOIN entry e ON e.id = p.entry_id
  WHERE e.kind = 'due' AND p.account = 'share_due'
  UNION ALL
  SELECT e.booked_month, p.allocation_id, p.movement_id, 0, 0, 0, 0, 0, p.fen, 0
  FROM posting p JOIN entry e ON e.id = p.entry_id
  WHERE e.kind = 'pay_ok' AND p.account = 'in_transit'
  UNION ALL
  SELECT c.month, r.allocation_id, r.movement_id, 0, 0, 0, 0, 0, 0, r.fen
  FROM confirmation c JOIN pay_item_row r ON r.item_id = c.item_id
"""

PLACED = f"""
  SELECT f.month AS month, l.household_id AS household_id,
    coalesce(a.village_id, m.village_id) AS village_id, coalesce(a.status, m.status) AS status,
    coalesce(n.product_id, 0) AS product_id, l.grade_id AS grade_id,
    coalesce(o.channel, 'none') AS channel, coalesce(l.station_id, 0) AS station_id,
    coalesce(a.custody, 'none') AS custody,
    -f.grams AS grams, -f.retail AS retail, -f.booked AS booked, -f.reversed AS reversed,
    -f.due AS due, -f.paid AS paid, -f.confirmed AS confirmed
  FROM ({FLOWS}) f
  LEFT JOIN allocation a ON a.id = f.allocation_id
  LEFT JOIN movement m ON m.id = f.movement_id
  JOIN lot l ON l.id = coalesce(a.lot_id, m.lot_id)
  LEFT JOIN line n ON n.id = a.line_id
  LEFT JOIN orders o ON o.id = a.order_id
"""  # noqa: S608  no input of anybody's

COUNTY = "month, village_id, status, product_id, grade_id, channel, station_id, custody"
HOUSEHOLD = f"month, household_id, {COUNTY.removeprefix('month, ')}"
SUMS = (
    "sum(grams) AS grams, sum(retail) AS retail, sum(booked) AS booked,"
    " sum(reversed) AS reversed, sum(due) AS due, sum(paid) AS paid,"
    " sum(confirmed) AS confirmed"
)
KEPT = "grams, retail_fen, booked_fen, reversed_fen, due_fen, paid_fen, confirmed_fen"
REMAINS = (
    "grams <> 0 OR retail <> 0 OR booked <> 0 OR reversed <> 0"
    " OR due <> 0 OR paid <> 0 OR confirmed <> 0"
)


def _difference(shelf: str, key: str) -> str:
    """Return SQL for what a shelf holds more than the postings say, by its key."""
    return f"""
    SELECT {key}, {SUMS} FROM (
      SELECT {key}, grams, retail, booked, reversed, due, paid, confirmed FROM ({PLACED}) said
      UNION ALL SELECT {key}, {KEPT} FROM {shelf}
    ) both_sides GROUP BY {key}
    """  # noqa: S608  no input of anybody's


CLAIMS = (
    Claim(
        10,
        "the summary by household is what the postings say (shown: kept - postings)",
        _difference("household_month", HOUSEHOLD),
        REMAINS,
    ),
    Claim(
        10,
        "the summary of the county is what the postings say (shown: kept - postings)",
        _difference("county_month", COUNTY),
        REMAINS,
    ),
)
