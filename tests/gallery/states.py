"""States that no address has by itself: what somebody did on the way to the picture."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.gallery.things import one

DOOR: Final = {
    "recipient": "样安娜",
    "phone": "13800000010",
    "city": "太原市",
    "district": "小店区",
    "address": "示例路 1 号",
}
Act = Callable[[Any], None]  # of a Playwright page, at its address
ORDER = "select token from orders where {} order by id desc"
WITH = "id in (select order_id from order_event where kind = '{}') and state = '{}'"
RUN = "select code from pay_run where state = '{}' order by id desc"
PARCEL = "id in (select order_id from parcel where state = '{}') and state = 'confirmed'"


@dataclass(frozen=True, slots=True)
class State:
    """A picture: its name, who looks, the address (or a question for the last part), what they do.

    ``of`` is a question; its answer is put at the end of ``address``. Without an answer
    there is no picture, and the gallery says so.
    """

    name: str
    who: str
    address: str
    of: str = ""
    act: Act | None = None

    def place(self) -> str | None:
        """Return the address, if what it names is there."""
        if not self.of:
            return self.address
        found = one(self.of)
        return None if found is None else f"{self.address}{found}"


def press(selector: str) -> Act:
    """Return the pressing of something."""

    def act(page: Any) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state()

    return act


def fill_basket(page: Any) -> None:
    """Put two things into the basket, then look at it."""
    for slug in ("yulu-first-grade", "pear-paste"):
        page.goto(f"/products/{slug}")
        page.locator(".buy-bar button, form.product__words button[type=submit]").last.click()
        page.wait_for_load_state()
    page.goto("/cart")


def at_the_till(province: str) -> Act:
    """Return the way to the checkout with a full basket, for a province."""

    def act(page: Any) -> None:
        fill_basket(page)
        page.goto(f"/checkout?province={province}")

    return act


def send_empty(page: Any) -> None:
    """Send the page's own form as it stands, emptied."""
    for field in page.locator("main form[method=post] input:not([type=hidden])").all():
        if field.get_attribute("type") in {None, "text", "tel", "email", "password", "number"}:
            field.fill("")
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_load_state()


def nothing_typed_at_the_till(page: Any) -> None:
    """Send the checkout with nothing in it."""
    at_the_till("140000")(page)
    send_empty(page)


def after_the_session_ended(page: Any) -> None:
    """Send a form whose token is no longer known."""
    page.context.clear_cookies(name="session")
    page.locator("#identifier").fill("13800000001")
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()


def order(page: Any) -> None:
    """Order what is in the basket, as far as the payment page."""
    at_the_till("140000")(page)
    for name, words in DOOR.items():
        field = page.locator(f"main form[method=post] [name={name}]")
        if field.count() and field.first.evaluate("one => one.tagName") == "SELECT":
            field.first.select_option(words)
        elif field.count():
            field.first.fill(words)
    for box in page.locator("main form[method=post] input[type=checkbox][required]").all():
        box.check()
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_url("**/pretend-pay/**")


def pay_in_vain(page: Any) -> None:
    """Order, and let the payment fail."""
    order(page)
    page.locator("button[value=fail]").click()
    page.wait_for_url("**/orders/**")


STATES: Final = (
    State("cart-full", "nobody", "/cart", act=fill_basket),
    State("checkout", "nobody", "/cart", act=at_the_till("140000")),
    State("checkout-refused-region", "nobody", "/cart", act=at_the_till("710000")),
    State("checkout-errors", "nobody", "/cart", act=nothing_typed_at_the_till),
    State("search-found", "nobody", "/search?q=yulu"),
    State("search-nothing", "nobody", "/search?q=香蕉"),
    State("products-of-a-shelf", "nobody", "/products?category=gifts"),
    State("product-gift", "nobody", "/products/yulu-top-grade-gift"),
    State("product-one-household", "nobody", "/products/one-household-box"),
    State("product-paste", "nobody", "/products/pear-paste"),
    State("product-refused-region", "nobody", "/products/millet?province=710000"),
    State("product-freight", "nobody", "/products/millet?province=310000"),
    State("product-sold-out", "nobody", "/products/gallery-sold-out"),
    State("product-off-season", "nobody", "/products/gallery-off-season"),
    State("order-awaiting", "nobody", "/orders/", ORDER.format("state = 'awaiting_payment'")),
    State("order-planned", "nobody", "/orders/", ORDER.format(PARCEL.format("planned"))),
    State("order-packed", "nobody", "/orders/", ORDER.format(PARCEL.format("packed"))),
    State("order-dispatched", "nobody", "/orders/", ORDER.format(PARCEL.format("dispatched"))),
    State("order-delivered", "nobody", "/orders/", ORDER.format(PARCEL.format("delivered"))),
    State("order-expired", "nobody", "/orders/", ORDER.format("state = 'expired'")),
    State("order-cancelled", "nobody", "/orders/", ORDER.format("state = 'cancelled'")),
    State("order-payment-failed", "nobody", "/cart", act=pay_in_vain),
    State("pay", "nobody", "/cart", act=order),
    State(
        "order-refunded",
        "nobody",
        "/orders/",
        ORDER.format(WITH.format("refund_paid", "completed")),
    ),
    State(
        "order-refund-failed",
        "nobody",
        "/orders/",
        ORDER.format("id in (select order_id from order_event where kind = 'refund_failed')"),
    ),
    State("order-split", "nobody", "/orders/", ORDER.format(WITH.format("split", "completed"))),
    State("order-lost", "nobody", "/orders/", ORDER.format(WITH.format("lost", "completed"))),
    State(
        "order-returned", "nobody", "/orders/", ORDER.format(WITH.format("returned", "completed"))
    ),
    State(
        "order-short",
        "nobody",
        "/orders/",
        ORDER.format("id in (select order_id from allocation where state = 'short')"),
    ),
    State("sign-in-errors", "nobody", "/sign-in", act=send_empty),
    State("form-expired", "nobody", "/sign-in", act=after_the_session_ended),
    *(
        State(f"error-{status}", "nobody", f"/gallery/{status}")
        for status in (403, 404, 409, 429, 500, 503)
    ),
    State("declare-errors", "household", "/producers/lots/declare", act=send_empty),
    State("weigh-in-errors", "agent", "/producers/for/{household}/weigh-in", act=send_empty),
    State("orders-shipped", "operator", "/brand/orders?state=completed"),
    State("prices-errors", "operator", "/brand/prices", act=send_empty),
    State(
        "lot-declared", "operator", "/brand/lots/", "select code from lot where state = 'declared'"
    ),
    State(
        "parcel-packed",
        "operator",
        "/brand/packing/",
        "select code from parcel where state = 'packed'",
    ),
    State(
        "parcel-dispatched",
        "operator",
        "/brand/packing/",
        "select code from parcel where state = 'dispatched'",
    ),
    State(
        "parcel-short",
        "operator",
        "/brand/packing/",
        """select p.code from parcel p join allocation a on a.parcel_id = p.id
           where a.state = 'short'""",
    ),
    *(
        State(
            f"pay-run-{state}",
            "officer",
            "/county/pay-runs/",
            RUN.format(state),
        )
        for state in ("draft", "approved", "exported", "abandoned")
    ),
    State("income-filtered", "officer", "/county/income?by=village"),
)
