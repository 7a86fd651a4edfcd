"""What an address asks for after its question mark, read without trusting it."""

from flask import request

from storefront.web.readable import LARGEST_KEY


def key(name: str) -> int | None:
    """Return the row key that the address names, or None where it names none that can be."""
    return as_key(request.args.get(name, ""))


def as_key(text: str) -> int | None:
    """Return ``text`` as a row key, or None where it is none."""
    if not (text.isascii() and text.isdigit()):
        return None
    number = int(text[:20])
    return number if 0 < number <= LARGEST_KEY else None


def words(name: str, longest: int = 40) -> str:
    """Return what was typed to search for, without blanks around it and not too long."""
    return request.args.get(name, "").strip()[:longest]
