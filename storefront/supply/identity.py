"""Numbers that people are known and paid by, and whether one can be right (pure)."""

import re
from datetime import date
from typing import Final

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
_ID = re.compile(r"[1-9]\d{16}[\dX]")
_MOBILE, _LANDLINE = re.compile(r"1[3-9]\d{9}"), re.compile(r"0\d{2,3}-?\d{7,8}")
ACCOUNT_DIGITS: Final = range(8, 33)
CARD_DIGITS: Final = range(16, 20)
UNIONPAY: Final = "62"
DISABILITY_DIGITS: Final = 20  # the ID number, then kind and degree
ID_DIGITS: Final = 18
MASKED_OVER: Final = 8  # of a shorter number the last digits would be half of it


def id_number(text: str) -> str | None:
    """Return a resident's ID number (GB 11643) as it is kept, or None where it cannot be one.

    The number of a disability certificate holds it: its eighteen first signs are taken.
    The place in front is not looked at: people marry in from anywhere.
    """
    number = _plain(text).upper()
    if len(number) == DISABILITY_DIGITS:
        number = number[:ID_DIGITS]
    if not _ID.fullmatch(number) or not number.isascii():
        return None
    total = sum(int(digit) * weight for digit, weight in zip(number[:-1], WEIGHTS, strict=True))
    return number if CHECKS[total % 11] == number[-1] and _is_a_day(number[6:14]) else None


def _is_a_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def bank_account(text: str) -> str | None:
    """Return an account's number as it is kept, or None where it cannot be one.

    UnionPay's cards (62…, 16 to 19 digits) carry a check digit; passbooks carry none.
    """
    number = _plain(text)
    if not (number.isascii() and number.isdigit() and len(number) in ACCOUNT_DIGITS):
        return None
    is_card = number.startswith(UNIONPAY) and len(number) in CARD_DIGITS
    return None if is_card and not luhn(number) else number


def luhn(number: str) -> bool:
    """Whether the last digit fits the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled if doubled < 10 else doubled - 9  # noqa: PLR2004  digits added up
    return total % 10 == 0


def phone(text: str) -> str | None:
    """Return a mobile's number, or a landline's, as it is kept; None where it cannot be one."""
    number = _plain(text).removeprefix("+86")
    fits = _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number)
    return number if fits and number.isascii() else None


def masked(number: str) -> str:
    """Return a number with all but its ends hidden: enough to tell two apart, no more."""
    if len(number) == ID_DIGITS:
        return f"{number[:6]}********{number[-4:]}"
    if len(number) > MASKED_OVER:
        return f"****{number[-4:]}"
    return "****"


def _plain(text: str) -> str:
    return "".join(text.split())
