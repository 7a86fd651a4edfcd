"""A Chinese taxpayer's number, as an invoice wants it (pure).

Since 2015 it is the unified social credit code of GB 32100-2015: eighteen signs, the last of
which checks the others. Firms that kept their old registration write fifteen digits.
"""

import re
from typing import Final

SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_CODE = re.compile(rf"[{SIGNS}]{{2}}[0-9]{{6}}[{SIGNS}]{{10}}")
_OLD = re.compile(r"[0-9]{15}")


def is_tax_number(number: str) -> bool:
    """Whether ``number`` is a credit code whose check sign fits, or an old number."""
    if _CREDIT_CODE.fullmatch(number):
        return number[-1] == check_sign(number[:-1])
    return bool(_OLD.fullmatch(number))


def check_sign(seventeen: str) -> str:
    """Return the last sign of a credit code that begins so (GB 32100-2015, annex A)."""
    total = sum(SIGNS.index(sign) * weight for sign, weight in zip(seventeen, WEIGHTS, strict=True))
    return SIGNS[-total % len(SIGNS)]
