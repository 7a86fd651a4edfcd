"""The laws after a step: all that `flask books check` and `flask books recompute` look at."""

from collections import Counter
from datetime import date

from storefront.reports.check import CLAIMS, check
from storefront.reports.household_rows import household_rows
from storefront.reports.income import Filter, income
from storefront.reports.order_books import order_books
from storefront.reports.recomputation import recompute
from tests.machine.seen import Seen, ask

EVER = Filter("2026-01", "2027-12")
FIGURES = ("grams", "retail", "booked", "reversed", "due", "paid", "confirmed")
# one statement for all claims: 12 ms where `check`, which also counts rows, takes 40 to 100
BROKEN = " UNION ALL ".join(
    f"SELECT {number} WHERE EXISTS (SELECT 1 FROM ({claim.rows}) looked_at WHERE {claim.wrong})"  # noqa: S608
    for number, claim in enumerate(CLAIMS)
)


def broken() -> list[str]:
    """The laws that do not hold now, each with the first row that breaks it."""
    summary = [str(found) for shelf in recompute() for found in shelf.differences]
    claims = ask(BROKEN).fetchall()
    return [*summary, *(broken_in_full() if claims else [])]


def broken_at_the_end(seen: Seen) -> list[str]:
    """All that the command finds, and pages that would show other figures than the rows."""
    codes = [order["code"] for order in seen.rows("orders")]
    unequal = [f"law 1 on the page of {code}" for code in codes if not order_books(code).agrees]
    homes = [home["code"] for home in seen.rows("household")]
    screens = [] if _opened_down(homes) == _added_up() else ["law 10: income and its rows"]
    return [*broken_in_full(), *unequal, *screens]


def _added_up() -> Counter[tuple[str, str]]:
    """What the income report says of each household, from the kept summary."""
    sums: Counter[tuple[str, str]] = Counter()
    for row in income(EVER).rows:
        sums.update({(row.household_code, name): int(getattr(row, name)) for name in FIGURES})
    return +sums


def _opened_down(homes: list[str]) -> Counter[tuple[str, str]]:
    """The same from the rows that each household's page shows."""
    sums: Counter[tuple[str, str]] = Counter()
    for code in homes:
        totals = household_rows(code, EVER, today=date(2026, 9, 20)).totals
        sums.update({(code, name): int(getattr(totals, name)) for name in FIGURES})
    return +sums


def broken_in_full() -> list[str]:
    """What `flask books check` finds, every entry's digest worked out again too."""
    return [f"law {one.law}: {one.claim}: {one.broken}" for one in check() if not one.ok]
