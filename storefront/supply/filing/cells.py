"""What single cells mean: a day, an area, a kind of household, a relation (pure)."""

import re
import unicodedata
from datetime import date
from typing import Final

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_AREA = re.compile(r"(\d{1,5})(?:\.(\d+))?亩?")
KINDS: Final = {
    "脱贫户": "lifted",
    "脱贫户(含监测对象)": "lifted",
    "一般农户": "general",
    "一般户": "general",
    "非贫困户": "general",
    "监测对象": "monitored",
    "监测户": "monitored",
    "防返贫监测户": "monitored",
    "防返贫监测对象": "monitored",
    "脱贫不稳定户": "monitored",
    "边缘易致贫户": "monitored",
    "突发严重困难户": "monitored",
    "建档立卡户": "registered_poor",
    "建档立卡贫困户": "registered_poor",
    "贫困户": "registered_poor",
    "一般贫困户": "registered_poor",
    "低保贫困户": "registered_poor",
    "五保贫困户": "registered_poor",
    "特困贫困户": "registered_poor",
}
WATCHED: Final = frozenset({"脱贫不稳定户", "边缘易致贫户", "突发严重困难户"})
RELATIONS: Final = {
    "户主": "self",
    "本人": "self",
    "配偶": "spouse",
    **dict.fromkeys(("之子", "之女", "子", "女"), "child"),
    **dict.fromkeys(("之父", "之母", "父", "母"), "parent"),
}
OTHER: Final = "other"


def plain(text: str) -> str:
    """Return what was typed without blanks, full-width signs plain."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def day(text: str) -> date | None:
    """Return a day: 2020-05-01, 2020/5/1, 2020.5.1, 2020年5月1日 or 20200501."""
    typed = unicodedata.normalize("NFKC", text).strip()
    found = _DAY.fullmatch(typed) or _DIGITS.fullmatch(typed)
    if found is None:
        return None
    year, month, of_month = (int(part) for part in found.groups())
    try:
        read = date(year, month, of_month)
    except ValueError:
        return None
    return read


def tenths(text: str) -> int | None:
    """Return an area in tenths of a mu, half a tenth rounded up."""
    found = _AREA.fullmatch(plain(text))
    if found is None or not found[0].removesuffix("亩").isascii():
        return None
    part = (found[2] or "").ljust(2, "0")
    return int(found[1]) * 10 + int(part[0]) + (part[1] >= "5")


def kind_of_household(kind: str, watched: str, settled: str) -> str | None:
    """Return a household's status from its kind, who is watched among them, and whether still."""
    status = KINDS.get(plain(kind))
    still = plain(watched) in WATCHED and plain(settled) != "是"
    return "monitored" if status in {"lifted", "general"} and still else status


def relation(text: str) -> str:
    """Return how somebody is related to the head: one of ours, or ``other``."""
    return RELATIONS.get(plain(text), OTHER)
