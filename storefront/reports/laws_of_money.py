"""Laws 1, 5 and 6 over live data: orders, payments and the books."""

from storefront.reports.claims import Claim

CONSERVATION = Claim(
    1,
    "what dispatched parcels were charged is what the books split",
    """
    SELECT o.code AS orders,
      coalesce((SELECT sum(p.charge_fen) FROM parcel p
        WHERE p.order_id = o.id AND p.dispatched_at IS NOT NULL), 0)
      - coalesce((SELECT sum(r.amount_fen) FROM refund r
        WHERE r.order_id = o.id AND r.dispatched), 0) AS charged,
      coalesce((SELECT -sum(p.fen) FROM posting p
        JOIN entry e ON e.id = p.entry_id
        LEFT JOIN entry fixed ON fixed.id = e.reverses_id
        WHERE p.order_id = o.id
          AND coalesce(fixed.kind, e.kind) IN ('dispatch', 'refund_dispatched')
          AND p.account NOT IN ('shopper', 'refund_due')), 0) AS split
    FROM orders o
    """,
    "charged <> split",
)

SHOPPER = Claim(
    1,
    "paid, less refunded before dispatch, less charged, is the shopper's balance",
    """
    SELECT o.code AS orders,
      coalesce((SELECT sum(y.amount_fen) FROM payment y
        WHERE y.order_id = o.id AND y.state = 'succeeded'), 0)
      - coalesce((SELECT sum(r.amount_fen) FROM refund r
        WHERE r.order_id = o.id AND NOT r.dispatched), 0)
      - coalesce((SELECT sum(p.charge_fen) FROM parcel p
        WHERE p.order_id = o.id AND p.dispatched_at IS NOT NULL), 0) AS left_with_us,
      coalesce((SELECT -sum(p.fen) FROM posting p
        WHERE p.order_id = o.id AND p.account = 'shopper'), 0) AS balance
    FROM orders o
    """,
    "left_with_us <> balance",
)

CHARGE = Claim(
    1,
    "every dispatched parcel is booked once, at its charge",
    """
    SELECT p.code AS parcel, p.charge_fen AS charge,
      (SELECT sum(g.fen) FROM entry e JOIN posting g ON g.entry_id = e.id
        WHERE e.kind = 'dispatch' AND e.source = 'parcel:' || p.id
          AND g.account = 'shopper') AS booked
    FROM parcel p WHERE p.dispatched_at IS NOT NULL AND p.charge_fen <> 0
    """,
    "booked IS NULL OR charge <> booked",
)

COSTS = Claim(
    1,
    "every dispatched parcel is booked the freight, boxes and bought-in goods that are its own",
    """
    SELECT p.code AS parcel, p.freight_cost_fen AS freight,
      coalesce((SELECT sum(b.boxes) FROM parcel_boxes b WHERE b.parcel_id = p.id), 0)
        * f.packing_fen_per_box AS packing,
      coalesce((SELECT sum(b.boxes * t.cost_fen) FROM parcel_boxes b
        JOIN line_part t ON t.line_id = b.line_id
        WHERE b.parcel_id = p.id AND t.kind = 'bought_in'), 0) AS bought_in,
      coalesce(d.freight, 0) AS freight_booked, coalesce(d.packing, 0) AS packing_booked,
      coalesce(d.bought_in, 0) AS bought_in_booked
    FROM parcel p JOIN orders o ON o.id = p.order_id
    JOIN fee_schedule f ON f.id = o.fee_schedule_id
    LEFT JOIN (
      SELECT e.source AS source,
        -sum(CASE WHEN g.account = 'freight' THEN g.fen ELSE 0 END) AS freight,
        -sum(CASE WHEN g.account = 'packing' THEN g.fen ELSE 0 END) AS packing,
        -sum(CASE WHEN g.account = 'bought_in' THEN g.fen ELSE 0 END) AS bought_in
      FROM entry e JOIN posting g ON g.entry_id = e.id WHERE e.kind = 'dispatch'
      GROUP BY e.source
    ) d ON d.source = 'parcel:' || p.id
    WHERE p.dispatched_at IS NOT NULL
    """,
    "freight <> freight_booked OR packing <> packing_booked OR bought_in <> bought_in_booked",
)

CANCELLED = Claim(
    1,
    "what was paid for a cancelled order went back, all of it",
    """
    SELECT o.code AS orders,
      coalesce((SELECT sum(p.amount_fen) FROM payment p
        WHERE p.order_id = o.id AND p.state = 'succeeded'), 0) AS paid,
      coalesce((SELECT sum(r.amount_fen) FROM refund r WHERE r.order_id = o.id), 0) AS refunded
    FROM orders o WHERE o.state = 'cancelled'
    """,
    "paid <> refunded",
)

LINE_BACK = Claim(
    1,
    "what a cancelled line says went back is its refund",
    """
    SELECT c.line_id AS line, c.returned_fen AS returned,
      coalesce((SELECT r.amount_fen FROM refund r JOIN line n ON n.id = c.line_id
        WHERE r.id = c.refund_id AND r.order_id = n.order_id AND NOT r.dispatched), 0) AS refunded
    FROM line_cancellation c
    """,
    "returned <> refunded",
)

BORNE = Claim(
    1,
    "a refund of what had left is booked on its bearer, on whose rows it names",
    """
    SELECT r.id AS refund, r.bearer AS bearer, r.amount_fen AS amount,
      CASE WHEN r.bearer = 'share' THEN r.amount_fen ELSE 0 END AS of_shares,
      coalesce((SELECT sum(s.fen) FROM refund_share s WHERE s.refund_id = r.id), 0) AS named,
      coalesce((SELECT sum(p.fen) FROM entry e JOIN posting p ON p.entry_id = e.id
        WHERE e.kind = 'refund_dispatched' AND e.source = 'refund:' || r.id
          AND (p.account = r.bearer
            OR r.bearer = 'share' AND p.account IN ('share_pending', 'share_due'))), 0) AS booked
    FROM refund r WHERE r.dispatched
    """,
    "booked <> amount OR named <> of_shares",
)

BALANCED = Claim(
    5,
    "every entry sums to zero",
    """
    SELECT e.id AS entry, e.kind AS kind, e.source AS source,
      count(p.id) AS lines, coalesce(sum(p.fen), 0) AS fen
    FROM entry e LEFT JOIN posting p ON p.entry_id = e.id
    GROUP BY e.id, e.kind, e.source
    """,
    "fen <> 0 OR lines < 2",
)

ONCE = Claim(
    5,
    "nothing is booked twice",
    """
    SELECT min(e.id) AS entry, e.kind AS kind, e.source AS source, count(*) AS times
    FROM entry e GROUP BY e.kind, e.source
    """,
    "times > 1",
)

CORRECTED = Claim(
    5,
    "a correction undoes exactly the entry it names",
    """
    SELECT e.id AS entry, p.account AS account, sum(p.fen) AS remains
    FROM entry e JOIN posting p ON p.entry_id IN (e.id, e.reverses_id)
    WHERE e.kind = 'correction'
    GROUP BY e.id, p.account, p.order_id, p.allocation_id, p.movement_id
    """,
    "remains <> 0",
)

ONE_CHARGE = Claim(
    6,
    "an order that goes ahead keeps one payment",
    """
    SELECT o.code AS orders, o.state AS state,
      (SELECT count(*) FROM payment p WHERE p.order_id = o.id AND p.kept) AS kept
    FROM orders o
    """,
    "kept > 1 OR (kept = 0 AND state IN ('confirmed', 'completed'))",
)

GIVEN_BACK = Claim(
    6,
    "every other payment that succeeded went back in full, none more than was paid",
    """
    SELECT p.id AS payment, o.code AS orders, p.kept AS kept, p.amount_fen AS paid,
      coalesce((SELECT sum(r.amount_fen) FROM refund r WHERE r.payment_id = p.id), 0) AS refunded
    FROM payment p JOIN orders o ON o.id = p.order_id WHERE p.state = 'succeeded'
    """,
    "refunded > paid OR (refunded <> paid AND NOT kept)",
)

RECEIVED = Claim(
    6,
    "every payment that succeeded is booked once, and no other",
    """
    SELECT p.id AS payment, p.state AS state,
      CASE WHEN p.state = 'succeeded' THEN p.amount_fen ELSE 0 END AS paid,
      coalesce((SELECT -sum(g.fen) FROM entry e JOIN posting g ON g.entry_id = e.id
        WHERE e.kind = 'payment' AND e.source = 'payment:' || p.id
          AND g.account = 'shopper'), 0) AS booked
    FROM payment p
    """,
    "paid <> booked",
)

CLAIMS = (
    CONSERVATION,
    SHOPPER,
    CHARGE,
    COSTS,
    CANCELLED,
    LINE_BACK,
    BORNE,
    BALANCED,
    ONCE,
    CORRECTED,
    ONE_CHARGE,
    GIVEN_BACK,
    RECEIVED,
)
