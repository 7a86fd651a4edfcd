"""Labels of crates: a lot's code and a running number (pure)."""

import re
from dataclasses import dataclass

from storefront import ids
from storefront.errors import Refusal

# a lot's code, a hyphen or a blank, and the running number of its crate
LABEL = re.compile(r"^([0-9A-Z]{4,20})[-\s]+(\d{1,3})$")


@dataclass(frozen=True, slots=True)
class Label:
    """What is written on a crate: the lot's code and the crate's running number."""

    lot: str
    number: int

    def __str__(self) -> str:
        return f"{self.lot}-{self.number:02d}"


def read_label(typed: str) -> Label:
    """Return the label a packer typed or scanned, forgiving blanks and case.

    Raises:
        Refusal: ``unreadable_crate``.
    """
    match = LABEL.match(typed.strip().upper())
    code = ids.read_code(match[1]) if match else ""
    if match is None or not ids.is_code(code) or int(match[2]) < 1:
        raise Refusal("unreadable_crate", field="crate", typed=typed.strip()[:40])
    return Label(code, int(match[2]))
