"""Which secrets are too easy to guess, as pure rules.

A password of staff has ten characters or more, is none of the common ones and holds no
phone number; a PIN of a household has six digits that nobody would try first.
"""

import re
from typing import Final

SHORTEST: Final = 10  # characters of a password
PIN_LENGTH: Final = 6
FEWEST_KINDS: Final = 5  # different characters in a password
RISING = "01234567890123456789"


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# The longest lists of leaked passwords begin with these, once what is shorter is left out.
COMMON: Final = _listed(
    """
    1234567890 12345678910 0123456789 0987654321 9876543210 1q2w3e4r5t 1qaz2wsx3edc qwertyuiop
    qwerty12345 qwerty123456 asdfghjkl; zxcvbnm123 password12 password123 password1234 passw0rd123
    p@ssw0rd123 iloveyou123 woaini1314 woaini520 woaini5201314 5201314520 a123456789 a1234567890
    aa123456789 abc123456789 abcd123456 abcdefghij qq123456789 q123456789 z123456789 123456789a
    123456789q 123456789abc 1234567890a admin12345 admin123456 administrator welcome123 letmein123
    football123 sunshine123 princess123 dragon1234 changeme123 test123456 wang123456 zhang123456
    chenchen123 xixian123456 yuluxiangli wodemima123
    """
)
COMMON_PINS: Final = _listed(
    """
    112233 123321 123123 147258 147369 159357 159753 168168 520520 521521 520131 131452 520184
    666888 888666 456789 789456 110110 119119 258369 369258 147852 963852
    """
)


def password_fault(password: str, phone: str | None = None) -> str | None:
    """Return the code of what is wrong with a password, None if nothing is."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return "password_short"
    if phone and phone in re.sub(r"\D", "", password):
        return "password_is_phone"
    if plain in COMMON or len(set(plain)) < FEWEST_KINDS or _is_a_run(plain):
        return "password_common"
    return None


def pin_fault(pin: str, phone: str | None = None) -> str | None:
    """Return the code of what is wrong with a PIN, None if nothing is."""
    if not (len(pin) == PIN_LENGTH and pin.isascii() and pin.isdigit()):
        return "pin_not_six_digits"
    if phone and pin in phone:
        return "pin_is_phone"
    halves = pin[:3] == pin[3:] or pin[:2] == pin[2:4] == pin[4:]
    if len(set(pin)) < 3 or halves or _is_a_run(pin) or pin in COMMON_PINS:  # noqa: PLR2004  kinds
        return "pin_trivial"
    return None


def _is_a_run(text: str) -> bool:
    """Whether the digits only count up or down."""
    return text.isdigit() and (text in RISING or text[::-1] in RISING)


def is_pin(secret: str) -> bool:
    """Whether somebody meant a PIN: nothing but digits, and not as long as a password."""
    return secret.isascii() and secret.isdigit() and len(secret) < SHORTEST


def secret_fault(secret: str, phone: str | None, *, works_here: bool) -> str | None:
    """Return what is wrong with a new secret: a household may choose a PIN, staff may not."""
    if not works_here and is_pin(secret):
        return pin_fault(secret, phone)
    return password_fault(secret, phone)
