"""What a law says of rows, as SQL: the rows to look at, and when one is wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a law.

    ``rows`` selects everything it speaks of, the first column naming the row;
    ``wrong`` is a condition on those columns that must hold for none of them. Both run
    on SQLite and PostgreSQL and share no code with what keeps the rows.
    """

    law: int
    says: str
    rows: str
    wrong: str
