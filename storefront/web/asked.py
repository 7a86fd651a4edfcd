"""What an address asks for after its question mark, read without trusting it."""

import re
from typing import Final

from flask import request

from storefront.web.readable import LARGEST_KEY

PLACE: Final = re.compile(r"-?[0-9]{1,15}(\.-?[0-9]{1,15}){1,3}")


def key(name: str) -> int | None:
    """Return the row key that the address names, or None where it names none that can be."""
    return as_key(request.args.get(name, ""))


def as_key(text: str) -> int | None:
    """Return ``text`` as a row key, or None where it is none."""
    if not (text.isascii() and text.isdigit()):
        return None
    number = int(text[:20])
    return number if 0 < number <= LARGEST_KEY else None


def place(name: str) -> tuple[int, ...] | None:
    """Return where a page by several keys begins ("2.7.19"), or None where it is none."""
    text = request.args.get(name, "")
    if not PLACE.fullmatch(text):
        return None
    return tuple(int(part) for part in text.split("."))


def written(place: tuple[int, ...] | None) -> str | None:
    """Return a place as an address names it; None where there is none."""
    return None if place is None else ".".join(map(str, place))


def words(name: str, longest: int = 40) -> str:
    """Return what was typed to search for, without blanks around it and not too long."""
    return request.args.get(name, "").strip()[:longest]
