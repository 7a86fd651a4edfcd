"""Forms of the packing table as they are meant to be: where each goes, and what is in it."""

from collections.abc import Mapping
from typing import Final

KEY: Final = "0123456789abcdef01234567"
Fields = Mapping[str, object]
AT_TABLE: Final[Mapping[str, tuple[str, Fields]]] = {
    "brand.confirm_crate": ("/brand/packing/{parcel}/crates/{row}", {"crate": "X", "how": "typed"}),
    "brand.exchange_crate": (
        "/brand/packing/{parcel}/crates/{row}/exchange",
        {"crate": "X", "how": "typed"},
    ),
    "brand.weigh_crate": ("/brand/packing/{parcel}/crates/{row}/weight", {"weighed": "5"}),
    "brand.short_crate": (
        "/brand/packing/{parcel}/crates/{row}/short",
        {"there": "1", "reason": "rot", "key": KEY},
    ),
    "brand.split": (
        "/brand/packing/{parcel}/split",
        {"line": "1", "boxes": "1", "promised_on": "2026-09-22", "key": KEY},
    ),
    "brand.issue_certificate": (
        "/brand/certificates",
        {"grade": "2", "day": "2026-09-20", "basis": "controlled", "key": KEY},
    ),
    "brand.put_in": ("/brand/packing/{parcel}/label", {"crate": "X", "how": "typed", "swap": ""}),
    "brand.send_carrier_list": ("/brand/carrier-lists", {"pasted": "x", "carrier": "SF"}),
    "brand.send_list_off": ("/brand/carrier-lists/{list}/send-off", {"seen": KEY}),
    "brand.put_list_away": ("/brand/carrier-lists/{list}/put-away", {}),
}
