"""Law 9 over live data: what households are owed, row by row and lot by lot."""

from storefront.reports.claims import Claim

SHARE_STANDS = Claim(
    9,
    "a share stands where its crate does, less what it bore: pending, due, in transit or paid",
    """
    SELECT a.id AS allocation, a.household_code AS household, a.state AS state,
      a.share_fen AS share,
      coalesce((SELECT sum(s.fen) FROM refund_share s
        WHERE s.allocation_id = a.id), 0) AS borne,
      coalesce(w.at_bank, 0) AS at_bank, coalesce(w.paid, 0) AS paid,
      coalesce(w.times_paid, 0) AS times_paid,
      coalesce((SELECT -sum(p.fen) FROM posting p
        WHERE p.allocation_id = a.id AND p.account = 'share_pending'), 0) AS pending,
      coalesce((SELECT -sum(p.fen) FROM posting p
        WHERE p.allocation_id = a.id AND p.account = 'share_due'), 0) AS due,
      coalesce((SELECT -sum(p.fen) FROM posting p
        WHERE p.allocation_id = a.id AND p.account = 'in_transit'), 0) AS in_transit
    FROM allocation a
    LEFT JOIN (
      SELECT r.allocation_id AS allocation_id,
        sum(CASE WHEN i.state = 'open' AND n.state = 'exported' THEN r.fen ELSE 0 END) AS at_bank,
        sum(CASE WHEN i.state = 'paid' THEN r.fen ELSE 0 END) AS paid,
        sum(CASE WHEN i.state = 'paid' AND NOT r.recovers THEN 1 ELSE 0 END) AS times_paid
      FROM pay_item_row r JOIN pay_item i ON i.id = r.item_id JOIN pay_run n ON n.id = i.run_id
      WHERE r.allocation_id IS NOT NULL GROUP BY r.allocation_id
    ) w ON w.allocation_id = a.id
    WHERE a.id NOT IN (SELECT p.allocation_id FROM posting p JOIN entry e ON e.id = p.entry_id
      WHERE e.kind = 'correction' AND p.allocation_id IS NOT NULL)
    """,
    "pending <> CASE WHEN state = 'booked' THEN share - borne ELSE 0 END"
    " OR due <> CASE WHEN state IN ('due', 'paid', 'confirmed')"
    " THEN share - borne - at_bank - paid ELSE 0 END"
    " OR in_transit <> at_bank"
    " OR times_paid <> CASE WHEN state IN ('paid', 'confirmed') THEN 1 ELSE 0 END"
    " OR borne > share",
)

LOSS_STANDS = Claim(
    9,
    "a loss we bear stands where its pay does: due, in transit or paid",
    """
    SELECT m.id AS movement, m.owed_fen AS owed,
      coalesce((SELECT CASE WHEN i.state = 'paid' THEN 'paid'
          WHEN n.state = 'exported' THEN 'at_bank' ELSE 'due' END
        FROM pay_item_row r JOIN pay_item i ON i.id = r.item_id
        JOIN pay_run n ON n.id = i.run_id
        WHERE r.movement_id = m.id AND r.live), 'due') AS state,
      coalesce((SELECT -sum(p.fen) FROM posting p
        WHERE p.movement_id = m.id AND p.account = 'share_due'), 0) AS due,
      coalesce((SELECT -sum(p.fen) FROM posting p
        WHERE p.movement_id = m.id AND p.account = 'in_transit'), 0) AS in_transit
    FROM movement m
    WHERE m.owed_fen IS NOT NULL
      AND m.id NOT IN (SELECT p.movement_id FROM posting p JOIN entry e ON e.id = p.entry_id
        WHERE e.kind = 'correction' AND p.movement_id IS NOT NULL)
    """,
    "due <> CASE WHEN state = 'due' THEN owed ELSE 0 END"
    " OR in_transit <> CASE WHEN state = 'at_bank' THEN owed ELSE 0 END",
)

HOUSEHOLD_OWED = Claim(
    9,
    "a household is owed its shares and losses, less what they bore and what was paid",
    """
    SELECT h.code AS household,
      coalesce((SELECT -sum(p.fen) FROM posting p JOIN allocation a ON a.id = p.allocation_id
        WHERE a.household_id = h.id
          AND p.account IN ('share_pending', 'share_due', 'in_transit')), 0)
      + coalesce((SELECT -sum(p.fen) FROM posting p JOIN movement m ON m.id = p.movement_id
        JOIN lot l ON l.id = m.lot_id
        WHERE l.household_id = h.id
          AND p.account IN ('share_due', 'in_transit')), 0) AS owed,
      coalesce((SELECT sum(a.share_fen) FROM allocation a WHERE a.household_id = h.id
        AND a.state IN ('booked', 'due', 'paid', 'confirmed')), 0)
      - coalesce((SELECT sum(s.fen) FROM refund_share s JOIN allocation a ON a.id = s.allocation_id
        WHERE a.household_id = h.id), 0)
      - coalesce((SELECT sum(r.fen) FROM pay_item_row r JOIN pay_item i ON i.id = r.item_id
        JOIN allocation a ON a.id = r.allocation_id
        WHERE a.household_id = h.id AND i.state = 'paid'), 0)
      + coalesce((SELECT sum(m.owed_fen) FROM movement m JOIN lot l ON l.id = m.lot_id
        WHERE l.household_id = h.id AND m.owed_fen IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM pay_item_row r JOIN pay_item i ON i.id = r.item_id
            WHERE r.movement_id = m.id AND r.live AND i.state = 'paid')), 0)
      - coalesce((SELECT sum(p.fen) FROM posting p JOIN entry e ON e.id = p.entry_id
        LEFT JOIN allocation a ON a.id = p.allocation_id
        LEFT JOIN movement m ON m.id = p.movement_id
        LEFT JOIN lot l ON l.id = m.lot_id
        WHERE e.kind = 'correction' AND p.account IN ('share_pending', 'share_due')
          AND coalesce(a.household_id, l.household_id) = h.id), 0) AS open_rows
    FROM household h
    """,
    "owed <> open_rows",
)

PRICE_TIMES_GRAMS = Claim(
    9,
    "a share is the lot's purchase price x its grams",
    """
    SELECT a.id AS allocation, l.code AS lot, a.grams AS grams, l.purchase_price AS price,
      a.share_fen AS share, (2 * l.purchase_price * a.grams + 1000) / 2000 AS owed
    FROM allocation a JOIN lot l ON l.id = a.lot_id
    WHERE a.state IN ('packed', 'booked', 'due', 'paid', 'confirmed')
    """,
    "owed IS NULL OR share <> owed",
)

LOSS_PRICE = Claim(
    9,
    "a loss we bear is paid at the lot's purchase price, one it bears is not",
    """
    SELECT m.id AS movement, l.code AS lot, m.bearer AS bearer,
      coalesce(m.owed_fen, 0) AS paid,
      CASE WHEN m.bearer = 'brand_fund' AND m.grams < 0
        THEN (2 * l.purchase_price * -m.grams + 1000) / 2000 ELSE 0 END AS owed
    FROM movement m JOIN lot l ON l.id = m.lot_id WHERE m.bearer IS NOT NULL
    """,
    "owed IS NULL OR paid <> owed",
)

LOT_GRAMS = Claim(
    9,
    "a lot's net as corrected is packed, lost, taken back or here; nothing of a closed one is",
    """
    SELECT l.code AS lot, l.state AS state, l.net_g AS net, l.on_hand_g AS on_hand,
      coalesce((SELECT sum(a.grams) FROM allocation a WHERE a.lot_id = l.id
        AND a.state IN ('packed', 'booked', 'due', 'paid', 'confirmed')), 0) AS packed,
      coalesce((SELECT -sum(m.grams) FROM movement m
        WHERE m.lot_id = l.id AND m.bearer IS NOT NULL), 0) AS lost,
      coalesce((SELECT -sum(m.grams) FROM movement m
        WHERE m.lot_id = l.id AND m.stock = 'on_hand'
          AND m.reason IN ('take_back', 'sold_out')), 0) AS taken_back,
      coalesce((SELECT sum(m.grams) FROM movement m
        WHERE m.lot_id = l.id AND m.reason = 'correct'), 0) AS corrected
    FROM lot l WHERE l.net_g IS NOT NULL
    """,
    "net + corrected <> on_hand + packed + lost + taken_back"
    " OR (state = 'closed' AND on_hand <> 0)",
)

PAID_TO = Claim(
    9,
    "a pay item pays the rows of its own household, also when that went into another one",
    """
    SELECT i.id AS pay_item, i.household_code AS household, h.code AS code,
      (SELECT count(*) FROM pay_item_row r
        LEFT JOIN allocation a ON a.id = r.allocation_id
        LEFT JOIN movement m ON m.id = r.movement_id
        LEFT JOIN lot l ON l.id = m.lot_id
        WHERE r.item_id = i.id
          AND coalesce(a.household_id, l.household_id) <> i.household_id) AS of_others
    FROM pay_item i JOIN household h ON h.id = i.household_id
    """,
    "of_others <> 0 OR household <> code",
)

BORNE_ONCE = Claim(
    9,
    "what a row bore of refunds is what the books took off its share",
    """
    SELECT a.id AS allocation, a.household_code AS household,
      coalesce((SELECT sum(s.fen) FROM refund_share s WHERE s.allocation_id = a.id), 0) AS named,
      coalesce((SELECT sum(p.fen) FROM posting p JOIN entry e ON e.id = p.entry_id
        WHERE p.allocation_id = a.id AND e.kind = 'refund_dispatched'), 0) AS booked
    FROM allocation a
    """,
    "named <> booked",
)

DUE_BEFORE_PAID = Claim(
    9,
    "no row is paid before it is due",
    """
    SELECT r.id AS pay_item_row,
      (SELECT e.id FROM entry e
        WHERE e.kind = 'pay_exported' AND e.source = 'pay_item_row:' || r.id) AS exported,
      coalesce(
        (SELECT e.id FROM entry e
          WHERE e.kind = 'due' AND e.source = 'allocation:' || r.allocation_id),
        (SELECT e.id FROM entry e
          WHERE e.kind = 'loss' AND e.source = 'movement:' || r.movement_id)) AS due
    FROM pay_item_row r WHERE r.fen <> 0
    """,
    "due IS NULL OR due > exported",
)

PAY_ITEM = Claim(
    9,
    "a pay item is the sum of its rows",
    """
    SELECT i.id AS pay_item, i.household_code AS household, i.amount_fen AS amount,
      coalesce((SELECT sum(r.fen) FROM pay_item_row r WHERE r.item_id = i.id), 0) AS its_rows
    FROM pay_item i
    """,
    "amount <> its_rows",
)

CLAIMS = (
    SHARE_STANDS,
    LOSS_STANDS,
    HOUSEHOLD_OWED,
    PRICE_TIMES_GRAMS,
    LOSS_PRICE,
    LOT_GRAMS,
    BORNE_ONCE,
    DUE_BEFORE_PAID,
    PAY_ITEM,
    PAID_TO,
)
