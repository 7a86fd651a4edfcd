"""A shopper at the door: a stocked shelf, a filled basket, a filled form."""

import re
from typing import Any

from storefront import db
from tests import factories as make

SLUGS = {make.BOX: "pear-box", make.PAIR: "pear-pair", make.GIFT: "gift", make.PASTE: "paste"}
CARRIED = ("key", "seen_total", "seen_day", "seen_lines", "agreed")
DOOR = {
    "recipient": "安娜",
    "phone": "13800000010",
    "province": make.SHANXI,
    "city": "太原市",
    "district": "小店区",
    "address": "示例路 1 号",
    "email": "",
}


def full_width(digits: str) -> str:
    """Return ``digits`` as a Chinese keyboard may type them."""
    return "".join(chr(ord(digit) + 0xFEE0) for digit in digits)


def stocked(grams: int = 60_000) -> make.County:
    """Build the county, each of three households with ``grams`` of both grades in store."""
    with db.transaction():
        county = make.county()
        for household in (county.lin, county.zhao, county.yang):
            for grade in (county.top, county.first):
                make.weigh(county, household, grade, grams)
    return county


def put_in(client: Any, sku: str = make.BOX, quantity: object = 1) -> Any:
    """Put packs of an offer into the visitor's basket."""
    return client.post(f"/products/{SLUGS[sku]}", data={"sku": sku, "quantity": quantity})


def hidden(html: str, name: str) -> str:
    """Return the value of a hidden field on a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    assert found, name
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def filled(page: Any, **others: str) -> dict[str, str]:
    """Return the checkout form as a shopper sends it from ``page``."""
    carried = {name: hidden(page.text, name) for name in CARRIED}
    return {**DOOR, **carried, **others}


def check_out(client: Any, **others: str) -> Any:
    """Open the checkout for Shanxi and send its form."""
    page = client.get(f"/checkout?province={DOOR['province']}")
    return client.post("/checkout", data=filled(page, **others))


def found(pattern: str, html: str) -> re.Match[str]:
    """Return what of a page looks like ``pattern``."""
    match = re.search(pattern, html, re.DOTALL)
    assert match, pattern
    return match
