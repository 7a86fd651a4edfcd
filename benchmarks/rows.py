"""What is measured: pages that are read, forms that are sent, and the whole way to buy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count, cycle
from typing import Protocol
from urllib.parse import quote

from benchmarks.visitor import DOOR, Answer


class Visitor(Protocol):
    """Whoever reads pages and sends forms."""

    def get(self, path: str) -> Answer:
        """Read an address."""

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form."""


Act = Callable[[], Answer]
# given a visitor, does what comes before and returns the one request that is measured
Prepare = Callable[[Visitor], Act]
_products = count(8)
_typed = cycle(("玉露香", "yulu", "ylx", "pear", "orchard 17", "苹果", "号园"))


class UnexpectedError(Exception):
    """The shop answered something else than the page that was asked for."""


@dataclass(frozen=True)
class Row:
    """A line of the table: what is asked, how often in a round, and what it may cost.

    ``most_ms`` is its target, ``role`` who must be signed in, ``limit`` whether it is one of
    the two limits instead of a page of ours.
    """

    name: str
    prepare: Prepare
    status: int = 200
    most_ms: float | None = None
    role: str = ""
    visitors: int = 4
    requests: int = 120
    limit: bool = False


def reading(path: str) -> Prepare:
    """Return the row of a page that is only read."""
    return lambda visitor: lambda: visitor.get(path)


def reading_products(visitor: Visitor) -> Act:
    """Read one product after the other."""
    return lambda: visitor.get(f"/products/{_slug()}")


def searching(visitor: Visitor) -> Act:
    """Search for one thing after the other, in any writing."""
    return lambda: visitor.get(f"/search?q={quote(next(_typed))}")


def adding(visitor: Visitor) -> Act:
    """Put the products of a full shelf into one basket, again and again."""
    page = visitor.get("/products/fruit-9")
    return lambda: visitor.post("/products/fruit-9", _pack_of(page))


def with_a_cart(visitor: Visitor) -> Act:
    """Look at a basket of three lines."""
    for slug in ("fruit-9", "fruit-10", "fruit-11"):
        _put_in(visitor, slug)
    return lambda: visitor.get("/cart")


def placing(visitor: Visitor) -> Act:
    """Fill the checkout form, then place the order."""
    _put_in(visitor, _slug())
    form = _filled(visitor)
    return lambda: visitor.post("/checkout", form)


def buying(visitor: Visitor) -> Act:
    """Go the whole way: home, product, basket, checkout, payment page, order page."""
    return lambda: buy(visitor)


def buy(visitor: Visitor, slug: str = "") -> Answer:
    """Buy one box, from the first page to the paid order's; of the next product if none is named."""
    expect(visitor.get("/"), 200)
    _put_in(visitor, slug or _slug())
    expect(visitor.get("/cart"), 200)
    form = _filled(visitor)
    pay_page = expect(visitor.post("/checkout", form), 303).location
    token = expect(visitor.get(pay_page), 200).hidden("csrf_token")
    paid = expect(visitor.post(pay_page, {"do": "pay", "csrf_token": token}), 303)
    return expect(visitor.get(paid.location), 200)


def expect(answer: Answer, status: int) -> Answer:
    """Return ``answer`` if it has the ``status``.

    Raises:
        UnexpectedError: it has another.
    """
    if answer.status != status:
        message = f"{answer.status} instead of {status}: {answer.text[:200]}"
        raise UnexpectedError(message)
    return answer


def _slug() -> str:
    """Return the next product that grows (the first four are the county's own)."""
    return f"fruit-{next(_products) % 900 + 8}"


def _put_in(visitor: Visitor, slug: str) -> None:
    page = expect(visitor.get(f"/products/{slug}"), 200)
    expect(visitor.post(f"/products/{slug}", _pack_of(page)), 303)


def _pack_of(page: Answer) -> Mapping[str, str]:
    fields = ("csrf_token", "sku")
    return {"quantity": "1", **{name: page.hidden(name) for name in fields}}


def _filled(visitor: Visitor) -> Mapping[str, str]:
    """Return the checkout form as it stands when the province was chosen."""
    page = expect(visitor.get(f"/checkout?province={DOOR['province']}"), 200)
    fields = ("csrf_token", "key", "seen_total", "agreed")
    return {**DOOR, **{name: page.hidden(name) for name in fields}}


LIST = "list, 24 of 1,000"
LIMIT_A, LIMIT_B, JOURNEY = "limit (a): bare Flask", "limit (b): Jinja, 1 statement", "journey"
ROWS = (
    Row(LIMIT_A, reading("/constant"), limit=True),
    Row(LIMIT_B, reading("/list"), limit=True),
    Row("home", reading("/")),
    Row(LIST, reading("/products"), most_ms=3),
    Row("category", reading("/products?category=shelf-3")),
    Row("product", reading_products, most_ms=3),
    Row("search", searching, most_ms=3),
    Row("cart add (durable)", adding, status=303, most_ms=3),
    Row("cart", with_a_cart),
    Row("place order (durable)", placing, status=303, visitors=20, requests=20),
    Row(JOURNEY, buying, most_ms=50, visitors=12, requests=12),
    Row("brand: packing", reading("/brand/packing"), role="operator"),
    Row("county: overview", reading("/county/"), role="officer"),
)
