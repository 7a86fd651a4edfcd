"""Laws 3 and 9 over live data: how households agreed with slips, and what they disputed."""

from storefront.reports.claims import Claim

AGREED_BY = Claim(
    3,
    "a household that agreed by code or by paper has one on record",
    """
    SELECT l.code AS lot, l.confirmed_how AS how,
      CASE l.confirmed_how
        WHEN 'code' THEN (SELECT count(*) FROM slip_code c
          WHERE c.slip_id = l.slip_id AND c.used_at IS NOT NULL)
        WHEN 'photo' THEN (SELECT count(*) FROM slip_paper p WHERE p.slip_id = l.slip_id)
        END AS on_record
    FROM lot l WHERE l.confirmed_how IN ('code', 'photo')
    """,
    "on_record = 0",
)

PUT_RIGHT = Claim(
    3,
    "what a dispute put right is moved in its own lot, by its answer only",
    """
    SELECT m.id AS movement, m.lot_id AS lot, d.lot_id AS disputed, a.decision AS decision
    FROM movement m
    LEFT JOIN dispute_answer a ON a.movement_id = m.id
    LEFT JOIN slip_dispute d ON d.id = a.dispute_id
    WHERE m.reason = 'correct' OR a.id IS NOT NULL
    """,
    "disputed IS NULL OR disputed <> lot OR decision <> 'upheld'",
)

UNPAID = Claim(
    9,
    "nothing left for the bank while its household disputed the slip",
    """
    SELECT r.id AS pay_item_row, d.id AS slip_dispute, d.said_at AS said,
      n.exported_at AS exported, a.answered_at AS answered
    FROM pay_item_row r
    JOIN pay_item i ON i.id = r.item_id
    JOIN pay_run n ON n.id = i.run_id AND n.exported_at IS NOT NULL
    LEFT JOIN allocation c ON c.id = r.allocation_id
    LEFT JOIN movement m ON m.id = r.movement_id
    JOIN slip_dispute d ON d.lot_id = coalesce(c.lot_id, m.lot_id)
    LEFT JOIN dispute_answer a ON a.dispute_id = d.id
    WHERE NOT r.recovers
    """,
    "said < exported AND (answered IS NULL OR answered > exported)",
)

CLAIMS = (AGREED_BY, PUT_RIGHT, UNPAID)
