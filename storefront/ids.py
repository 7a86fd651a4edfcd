"""Codes people read out, and tokens nobody can guess."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

# Crockford's base 32 without A and E: no vowel is left, so no code spells a word.
ALPHABET = "0123456789BCDFGHJKMNPQRSTVWXYZ"
_VALUE = {symbol: place for place, symbol in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SIZE = len(ALPHABET)

_source: random.Random = secrets.SystemRandom()


def check_character(body: str) -> str:
    """Return the check character of ``body`` (ISO 7064 hybrid MOD 31,30).

    It catches every single wrong character and every swap of neighbours but
    one pair, which is what tired people type.
    """
    carry = _SIZE
    for symbol in body:
        carry = (carry + _VALUE[symbol]) % _SIZE or _SIZE
        carry = carry * 2 % (_SIZE + 1)
    return ALPHABET[(_SIZE + 1 - carry) % _SIZE]


def new_code(length: int = 8) -> str:
    """Return a fresh random code of ``length`` characters, the last one the check."""
    body = "".join(_source.choice(ALPHABET) for _ in range(length - 1))
    return body + check_character(body)


def new_trace_code() -> str:
    """Return a code for a parcel's public page: short enough to type, too long to try out."""
    return new_code(12)


def read_code(typed: str) -> str:
    """Return ``typed`` as a code: upper case, no blanks or hyphens, O as 0, I and L as 1."""
    return "".join(typed.upper().split()).replace("-", "").translate(_READ_AS)


def is_code(text: str) -> bool:
    """Whether ``text`` is a well-formed code whose check character is right."""
    known = len(text) > 1 and all(symbol in _VALUE for symbol in text)
    return known and check_character(text[:-1]) == text[-1]


def new_token() -> str:
    """Return an unguessable token (160 bits) for a link that grants access."""
    return f"{_source.getrandbits(160):040x}"


def new_key() -> str:
    """Return a client key: the name of one intention, so that a resend is harmless."""
    return f"{_source.getrandbits(96):024x}"


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw codes and tokens from ``seed`` for a while: the demo's rows repeat."""
    global _source  # noqa: PLW0603  one source of codes, swapped only by the demo
    before, _source = _source, random.Random(seed)  # noqa: S311  reproducible on purpose
    try:
        yield
    finally:
        _source = before
