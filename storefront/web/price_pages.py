"""What the pages of prices of two doors show alike."""

from typing import Any

from storefront import clock
from storefront.accounts import members
from storefront.supply import price_queries
from storefront.web.price_chart import chart


def history(code: str) -> dict[str, Any]:
    """Return what the page of a grade's prices shows. Raises NotFound."""
    grade = price_queries.grade_named(code)
    said = price_queries.history(grade.id)
    return {
        "grade": grade,
        "history": said,
        "chart": chart(said, clock.china_day(clock.now())),
        "names": members.names({row.set_by for row in said if row.set_by is not None}),
    }
