"""Forms as they are meant to be sent, and those about slips (test_bad_input.py has the rest)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

KEY: Final = "0123456789abcdef01234567"
AGREE: Final = "/producers/for/H-LIN/slips/{slip}/agree"
ANSWER: Final = {"decision": "upheld", "grade": 1, "net": 10, "note": "weighed again"}


class Sent(NamedTuple):
    """A form as it is meant to be: who sends it, where to, and what is in it."""

    who: str
    address: str
    fields: Mapping[str, object] = MappingProxyType({})


SLIPS: Final = {
    "producers.dispute_slip": Sent(
        "lin",
        "/producers/slips/{slip}/dispute",
        {"line": "{lot}", "reason": "weight", "words": "", "key": KEY},
    ),
    "producers.withdraw_dispute": Sent("lin", "/producers/slips/{slip}/dispute/1/withdraw"),
    "brand.answer_dispute": Sent("he", "/brand/disputes/1", ANSWER),
    "county.answer_dispute": Sent("wu", "/county/disputes/1", ANSWER),
    "producers.send_slip_code_for": Sent("sun", f"{AGREE}/send-code"),
    "producers.agree_by_code_for": Sent("sun", f"{AGREE}/code", {"code": "123456"}),
    "producers.agree_by_paper_for": Sent("sun", f"{AGREE}/paper"),
    "producers.agree_by_visit_for": Sent("sun", f"{AGREE}/visit", {"member": 1, "pin": "123456"}),
    "producers.agree_at_next_visit_for": Sent("sun", f"{AGREE}/next-visit"),
    "producers.write_off_for": Sent(
        "sun",
        "/producers/for/H-LIN/lots/{lot}/write-off",
        {"reason": "rot", "grams": 1, "bearer": "brand_fund", "note": "", "key": KEY},
    ),
}
