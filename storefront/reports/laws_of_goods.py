"""Laws 2, 3, 4 and 7 over live data: lots, movements, lines and what was frozen."""

from storefront.reports.claims import Claim

STOCK = Claim(
    2,
    "a lot's declared and on hand are the sum of its movements",
    """
    SELECT l.code AS lot, l.declared_g AS declared, l.on_hand_g AS on_hand,
      coalesce((SELECT sum(m.grams) FROM movement m
        WHERE m.lot_id = l.id AND m.stock = 'declared'), 0) AS declared_moved,
      coalesce((SELECT sum(m.grams) FROM movement m
        WHERE m.lot_id = l.id AND m.stock = 'on_hand'), 0) AS on_hand_moved
    FROM lot l
    """,
    "declared <> declared_moved OR on_hand <> on_hand_moved OR declared < 0 OR on_hand < 0",
)

AVAILABLE = Claim(
    2,
    "available is what is there less what is planned",
    """
    SELECT l.code AS lot, l.available_g AS available,
      l.declared_g + l.on_hand_g - coalesce((SELECT sum(a.grams) FROM allocation a
        WHERE a.lot_id = l.id AND a.state = 'planned'), 0) AS unplanned
    FROM lot l
    """,
    "available <> unplanned OR available < 0",
)

ALLOCATED = Claim(
    2,
    "a lot knows how much of it was allocated",
    """
    SELECT l.code AS lot, l.allocated_g AS allocated,
      coalesce((SELECT sum(a.grams) FROM allocation a
        WHERE a.lot_id = l.id AND a.state <> 'freed'), 0) AS rows_say
    FROM lot l
    """,
    "allocated <> rows_say",
)

PACKED = Claim(
    3,
    "what is in a parcel left its lot, and nothing else did",
    """
    SELECT a.id AS allocation, a.state AS state,
      CASE WHEN a.state IN ('packed', 'booked', 'due', 'paid', 'confirmed')
        THEN a.grams ELSE 0 END AS packed,
      coalesce((SELECT -sum(m.grams) FROM movement m
        WHERE m.allocation_id = a.id AND m.reason IN ('pack', 'unpack')), 0) AS moved
    FROM allocation a
    """,
    "packed <> moved",
)

BORNE = Claim(
    3,
    "every loss and weight difference names who bears it, and nothing else does",
    """
    SELECT m.id AS movement, m.reason AS reason, m.bearer AS bearer,
      m.reason IN ('shrink', 'rot', 'sampling', 'theft', 'overweight', 'recall', 'underweight')
        AS loss
    FROM movement m
    """,
    "loss <> (bearer IS NOT NULL)",
)

WEIGHED = Claim(
    3,
    "what a crate that left weighed beside its grams is a movement of its own",
    """
    SELECT a.id AS allocation, a.grams AS grams, a.weighed_g AS weighed,
      a.state IN ('booked', 'due', 'paid', 'confirmed') AND a.weighed_g IS NOT NULL AS left_weighed,
      coalesce((SELECT sum(m.grams) FROM movement m WHERE m.allocation_id = a.id
        AND m.reason IN ('overweight', 'underweight')), 0) AS moved
    FROM allocation a
    """,
    # of too much no more can be taken out of a lot than is free in it
    "CASE WHEN NOT left_weighed THEN moved <> 0 WHEN weighed <= grams THEN moved <> grams - weighed"
    " ELSE moved > 0 OR moved < grams - weighed END",
)

AGREED = Claim(
    3,
    "since two people have to say so, a household bears no loss by the word of one",
    """
    SELECT m.id AS movement, m.actor_user_id AS said, m.second_user_id AS agreed,
      m.note AS evidence
    FROM movement m
    WHERE m.bearer = 'household'
      AND m.id >= (SELECT min(f.id) FROM movement f WHERE f.second_user_id IS NOT NULL)
    """,
    "agreed IS NULL OR said IS NULL OR agreed = said OR evidence = ''",
)

CASES = Claim(
    3,
    "what was decided about a loss is what was written off, and once",
    """
    SELECT c.id AS loss_case, c.decision AS decision, c.lot_id AS lot, c.grams AS grams,
      m.bearer AS bearer, m.lot_id AS of_lot, -coalesce(m.grams, 0) AS written_off
    FROM loss_case c LEFT JOIN movement m ON m.id = c.movement_id
    WHERE c.decision IS NOT NULL
    """,
    "CASE WHEN decision = 'dropped' THEN written_off <> 0"
    " ELSE bearer IS NULL OR bearer <> decision OR of_lot <> lot OR written_off <> grams END",
)

DESTROYED = Claim(
    3,
    "of a lot that was recalled and destroyed nothing is there",
    """
    SELECT h.id AS lot_hold, l.code AS lot, l.on_hand_g + l.available_g AS left_over,
      (SELECT count(*) FROM movement m WHERE m.lot_id = l.id AND m.reason = 'recall') AS recalled
    FROM lot_hold h JOIN lot l ON l.id = h.lot_id WHERE h.ended = 'destroyed'
    """,
    "left_over <> 0 OR recalled = 0",
)

FILLED = Claim(
    4,
    "the crates of a line's part are the grams it needs, and carry its price",
    """
    SELECT o.code AS orders, t.id AS part, o.state AS state, x.id AS cancelled,
      CASE WHEN o.state IN ('awaiting_payment', 'confirmed', 'completed') AND x.id IS NULL
        THEN t.grams * n.quantity ELSE 0 END AS needed,
      coalesce(c.grams, 0) AS filled,
      CASE WHEN o.state IN ('awaiting_payment', 'confirmed', 'completed') AND x.id IS NULL
        THEN t.retail_fen ELSE 0 END AS price,
      coalesce(c.retail, 0) AS carried
    FROM line_part t JOIN line n ON n.id = t.line_id JOIN orders o ON o.id = n.order_id
    LEFT JOIN line_cancellation x ON x.line_id = n.id
    LEFT JOIN (
      SELECT line_part_id, sum(grams) AS grams, sum(retail_fen) AS retail
      FROM allocation WHERE state <> 'freed' GROUP BY line_part_id
    ) c ON c.line_part_id = t.id
    WHERE t.kind = 'grown'
    """,
    "needed <> filled OR price <> carried",
)

BOXED = Claim(
    4,
    "every box of a line not cancelled is in one parcel",
    """
    SELECT n.id AS line, o.code AS orders,
      CASE WHEN EXISTS (SELECT 1 FROM line_cancellation x WHERE x.line_id = n.id)
        THEN 0 ELSE n.quantity END AS boxes,
      coalesce((SELECT sum(b.boxes) FROM parcel_boxes b JOIN parcel p ON p.id = b.parcel_id
        WHERE b.line_id = n.id AND p.order_id = o.id
          AND (p.state <> 'cancelled' OR o.state = 'cancelled')), 0) AS in_parcels
    FROM line n JOIN orders o ON o.id = n.order_id
    """,
    "boxes <> in_parcels",
)

PRICED = Claim(
    4,
    "a line's price is the sum of its parts",
    """
    SELECT n.id AS line, n.price_fen AS price,
      (SELECT sum(t.retail_fen) FROM line_part t WHERE t.line_id = n.id) AS parts
    FROM line n
    """,
    "parts IS NULL OR price <> parts",
)

GOODS = Claim(
    4,
    "an order's goods are the sum of its lines",
    """
    SELECT o.code AS orders, o.goods_fen AS goods,
      (SELECT sum(n.price_fen) FROM line n WHERE n.order_id = o.id) AS lines
    FROM orders o
    """,
    "lines IS NULL OR goods <> lines",
)

DISCOUNT = Claim(
    4,
    "an order's discount is what its lines were let off",
    """
    SELECT o.code AS orders, o.discount_fen AS discount,
      (SELECT sum(n.discount_fen) FROM line n WHERE n.order_id = o.id) AS lines
    FROM orders o
    """,
    "lines IS NULL OR discount <> lines",
)

OWN_LOT = Claim(
    7,
    "a crate is counted for the household of its lot",
    """
    SELECT a.id AS allocation, a.household_id AS household, l.household_id AS of_lot
    FROM allocation a JOIN lot l ON l.id = a.lot_id
    """,
    "household IS NULL OR household <> of_lot",
)

CUSTODY = Claim(
    7,
    "a crate's custody is its line's, or by weight only where the crate was assumed",
    """
    SELECT a.id AS allocation, a.how_confirmed AS confirmed, a.custody AS custody,
      CASE WHEN a.how_confirmed = 'assumed' THEN 'mass_balance' ELSE n.custody END AS rightly
    FROM allocation a JOIN line n ON n.id = a.line_id
    """,
    "custody <> rightly",
)

MERGED = Claim(
    7,
    "a household that went into another one has brought nothing new since",
    """
    SELECT h.code AS household, m.lots AS had,
      (SELECT count(*) FROM lot l WHERE l.household_id = h.id) AS has
    FROM household_merger m JOIN household h ON h.id = m.household_id
    """,
    "had <> has",
)

AS_BOOKED = Claim(
    7,
    "a share still says what was booked of it",
    """
    SELECT a.id AS allocation, a.state AS state,
      CASE WHEN a.state IN ('booked', 'due', 'paid', 'confirmed')
        THEN a.share_fen ELSE 0 END AS share,
      coalesce((SELECT -sum(p.fen) FROM posting p JOIN entry e ON e.id = p.entry_id
        WHERE p.allocation_id = a.id AND p.account = 'share_pending'
          AND e.kind = 'dispatch'), 0) AS booked
    FROM allocation a
    """,
    "share <> booked",
)

LOSS_AS_BOOKED = Claim(
    7,
    "a loss still says what was booked of it",
    """
    SELECT m.id AS movement, coalesce(m.owed_fen, 0) AS owed,
      coalesce((SELECT -sum(p.fen) FROM posting p JOIN entry e ON e.id = p.entry_id
        WHERE p.movement_id = m.id AND p.account = 'share_due' AND e.kind = 'loss'), 0) AS booked
    FROM movement m WHERE m.bearer IS NOT NULL
    """,
    "owed <> booked",
)

CLAIMS = (
    STOCK,
    AVAILABLE,
    ALLOCATED,
    PACKED,
    BORNE,
    WEIGHED,
    AGREED,
    CASES,
    DESTROYED,
    FILLED,
    BOXED,
    PRICED,
    GOODS,
    DISCOUNT,
    OWN_LOT,
    CUSTODY,
    MERGED,
    AS_BOOKED,
    LOSS_AS_BOOKED,
)
