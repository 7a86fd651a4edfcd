"""Carriers, and how their tracking numbers look.

The patterns are measured, not published: a number that does not look right is
worth a question, never a refusal. Where a parcel is, one site tells for all of
them; ``asked_as`` is what it calls the carrier.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier; ``pattern`` is what its numbers look like, none where there are no numbers.

    ``also`` are the names it goes by on other people's lists.
    """

    code: str
    name_zh: str
    name_en: str
    pattern: str | None
    asked_as: str | None = None
    also: tuple[str, ...] = ()


TRACKING: Final = "https://www.kuaidi100.com/chaxun"
CARRIERS: Final = (
    Carrier("SF", "顺丰速运", "SF Express", r"SF\d{9,15}", "shunfeng", ("顺丰", "顺丰快递")),
    Carrier(
        "ZTO", "中通快递", "ZTO Express", r"(73|75|78|79)\d{12}", "zhongtong", ("中通", "中通速递")
    ),
    Carrier(
        "YTO", "圆通速递", "YTO Express", r"YT\d{9,15}|88\d{10}", "yuantong", ("圆通", "圆通快递")
    ),
    Carrier("STO", "申通快递", "STO Express", r"77\d{13}", "shentong", ("申通",)),
    Carrier(
        "YD", "韵达快递", "Yunda Express", r"YD\d{9,15}|4[36]\d{11}", "yunda", ("韵达", "韵达速递")
    ),
    Carrier(
        "JT", "极兔速递", "J&T Express", r"JT\d{9,15}", "jtexpress", ("极兔", "极兔快递", "J&T")
    ),
    Carrier("JD", "京东物流", "JD Logistics", r"JD[A-Z]{0,3}\d{9,15}", "jd", ("京东", "京东快递")),
    Carrier(
        "POST",
        "邮政快递包裹",
        "China Post parcel",
        r"9[5-9]\d{11}",
        "youzhengguonei",
        ("邮政", "中国邮政", "邮政小包", "邮政国内小包"),
    ),
    Carrier(
        "EMS", "EMS", "EMS", r"(1[01]|5[06])\d{11}|[A-Z]{2}\d{9}CN", "ems", ("邮政EMS", "特快专递")
    ),
    Carrier(
        "DBL", "德邦快递", "Deppon Express", r"(DPK)?\d{8,14}", "debangkuaidi", ("德邦", "德邦物流")
    ),
    Carrier(
        "SELF",
        "自提/县内配送",
        "Collected, or our own van",
        None,
        also=("自提", "同城配送", "商家自配"),
    ),
)
BY_CODE: Final[Mapping[str, Carrier]] = {carrier.code: carrier for carrier in CARRIERS}

NAMED: Final[Mapping[str, Carrier]] = {
    name.lower(): carrier
    for carrier in CARRIERS
    for name in (carrier.code, carrier.name_zh, carrier.name_en, *carrier.also)
}


def named(typed: str) -> Carrier | None:
    """Return the carrier that goes by a name, whatever its blanks and capitals."""
    found = NAMED.get(" ".join(typed.split()).lower())
    return found or NAMED.get("".join(typed.split()).lower())


def read_number(typed: str) -> str:
    """Return a tracking number as it is kept: upper case, no blanks or hyphens."""
    return "".join(typed.upper().split()).replace("-", "")


def looks_right(carrier: str, number: str) -> bool:
    """Whether ``number`` looks like one of that carrier's; an unknown carrier's always does."""
    known = BY_CODE.get(carrier)
    if known is None or known.pattern is None:
        return True
    return re.fullmatch(known.pattern, number) is not None


def tracking(carrier: str | None, number: str | None) -> str | None:
    """Return where anyone may see how far a parcel has come; None where nobody tells."""
    known = BY_CODE.get(carrier or "")
    if known is None or known.asked_as is None or not number:
        return None
    return f"{TRACKING}?{urlencode({'com': known.asked_as, 'nu': number})}"
