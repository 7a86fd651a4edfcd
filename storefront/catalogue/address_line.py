"""A whole address pasted in one line, read into its parts: a pure rule (docs/adr/0025).

People paste what a chat or another shop gives them: name, phone, province, city, county and
street in any order, with or without commas, labels, and the last sign of each name. What is
not sure stays empty and is asked for; nothing that was pasted is thrown away.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, NamedTuple, TypeVar

from storefront.catalogue.divisions import cities_of, divisions
from storefront.catalogue.provinces import BY_CODE, PROVINCES

Called = TypeVar("Called")
LONGEST: Final = 400  # signs that are read
GAP: Final = "\x1f"  # between what was apart
_MOBILE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86[ -]?)?(1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4})(?![0-9])"
)
_LABELS = re.compile(
    r"(?:收货|收件|联系)?(?:人姓名|姓名|人|电话|手机号码|手机号|手机|号码|地址)\s*[::]"
    r"|(?:所在|详细|省市区|街道)(?:地区|地址|街道)?\s*[::]"
)
_WHOSE = re.compile(r"(?:收货人|收件人|联系人|姓名|人姓名)\s*[::]\s*([^\s,;:、。|]{1,20})")
# a blank between letters belongs to a name
_GAPS = re.compile(
    r"(?:[,;、。|/\x1f\r\n\t]|(?<![A-Za-z,]) | (?![A-Za-z])"
    r"|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff]))+"
)
_NOTHING = re.compile(r"[0-9]{6}|中国")  # a postcode, the country
_LIKE_A_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}|[A-Za-z][A-Za-z .'-]{1,30}")
_LIKE_A_PLACE = re.compile(r"[省市区县旗镇乡村路街巷号室楼栋幢层组社]$|小区|花园|大厦|公寓|街道")
_NAME_BEHIND = re.compile(r"(.*[\d号室栋幢层楼户])([\u4e00-\u9fff]{2,4})")
_NATIONS = re.compile(
    r"(?:朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|壮族|哈尼族|傣族|白族|景颇族|傈僳族|回族"
    r"|蒙古族|蒙古|哈萨克|柯尔克孜|维吾尔|满族|瑶族|黎族|畲族|水族|仡佬族|佤族|拉祜族|布朗族"
    r"|纳西族|普米族|怒族|独龙族|裕固族|保安族|东乡族|撒拉族|达斡尔族|锡伯|塔吉克|土族|仫佬族"
    r"|毛南族|各族)+(?=自治)"
)
_KIND = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|新区|[省市州盟县区旗])$")
_OF_PROVINCES = re.compile(r"(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|[省市])$")
_NOT_A_COUNTY = re.compile(r"[路街道巷镇乡村里]|大道|大街")


class Place(NamedTuple):
    """A province, a city in it, a county in that; what is not known is empty."""

    province: str = ""
    city: str = ""
    county: str = ""


@dataclass(frozen=True, slots=True)
class AddressLine:
    """The parts of an address; ``province`` is a code. What could not be told is empty."""

    recipient: str = ""
    phone: str = ""
    province: str = ""
    city: str = ""
    county: str = ""
    street: str = ""


def read_line(typed: str) -> AddressLine:
    """Return the parts of a pasted address."""
    text = unicodedata.normalize("NFKC", typed)[:LONGEST]
    named = _WHOSE.search(text)
    mobile = _MOBILE.search(text)
    if mobile:
        text = f"{text[: mobile.start()]}{GAP}{text[mobile.end() :]}"
    text = _GAPS.sub(GAP, _LABELS.sub(GAP, text)).strip(GAP)
    found = _best(text)
    before, after = (_pieces(part) for part in (text[: found.start], text[found.end :]))
    line = AddressLine(
        phone=re.sub("[ -]", "", mobile[1]) if mobile else "",
        province=found.place.province,
        city=found.place.city,
        county=found.place.county or _only_county(found.place),
    )
    return _with_name(line, before, after, named[1] if named else "")


def _only_county(place: Place) -> str:
    """Return the county of a city that has but one."""
    of_city = cities_of(place.province).get(place.city, ())
    return of_city[0] if len(of_city) == 1 else ""


def _pieces(text: str) -> list[str]:
    """Return what stands between the gaps, without a postcode or punctuation."""
    pieces = (piece.strip(" -:()·.") for piece in text.split(GAP))
    return [piece for piece in pieces if piece and not _NOTHING.fullmatch(piece)]


def _with_name(line: AddressLine, before: list[str], after: list[str], named: str) -> AddressLine:
    """Tell the name from the street among the pieces before and after the place."""
    pieces = [*before, *after]
    if named not in pieces:
        likely = [piece for piece in pieces if _LIKE_A_NAME.fullmatch(piece)]
        named = next((piece for piece in likely if not _LIKE_A_PLACE.search(piece)), "")
    if named:
        pieces.remove(named)
        return replace(line, recipient=named, street=_joined(pieces))
    glued = _NAME_BEHIND.fullmatch(pieces[-1]) if pieces and line.phone else None
    if glued and not _LIKE_A_PLACE.search(glued[2]):
        return replace(line, recipient=glued[2], street=_joined([*pieces[:-1], glued[1]]))
    return replace(line, street=_joined(pieces))


def _joined(pieces: list[str]) -> str:
    """Write the street without gaps, but for one between letters or digits."""
    text = " ".join(pieces)
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text)


class _Found(NamedTuple):
    """A place that stands in a text from ``start`` to ``end``; ``levels`` were named."""

    levels: int
    length: int
    start: int
    end: int
    place: Place


def _best(text: str) -> _Found:
    """Return the place that most of is named; of equals the longest, then the first."""
    best = _Found(0, 0, 0, 0, Place())
    for start in range(len(text)):
        for levels, end, place in _named_at(text, start):
            found = _Found(levels, end - start, start, end, place)
            if found[:2] > best[:2]:
                best = found
    return best


def _named_at(text: str, start: int) -> Iterator[tuple[int, int, Place]]:
    """Yield every place that could be named from ``start`` on: levels, where it ends, which."""
    yield from _lower(text, start, 0, Place())
    for code, end in _read(text, start, _names().provinces):
        yield 1, end, Place(code)
        yield from _lower(text, _over(text, end, code), 1, Place(code))


def _lower(text: str, start: int, levels: int, place: Place) -> Iterator[tuple[int, int, Place]]:
    """Yield the cities, and the counties with or without their city, that are named next."""
    for city, end in _read(text, start, _names().cities):
        if place.province in {"", city.province}:
            yield levels + 1, end, city
            after = _over(text, end, city.province)
            yield from _counties(text, after, levels + 1, city)
    yield from _counties(text, start, levels, place)


def _counties(text: str, start: int, levels: int, place: Place) -> Iterator[tuple[int, int, Place]]:
    for which, end in _read(text, start, _names().counties):
        fits = [each for each in which if _is_in(each, place)]
        called = text[start:end].replace(GAP, "")
        whole = [each for each in fits if each.county == called]
        sure = whole or (place.city and not _NOT_A_COUNTY.match(text[end : end + 2]))
        meant = whole or fits  # 北戴河区 is itself, though 北戴河新区 may be called so too
        if len(meant) == 1 and sure:
            yield levels + 1, end, meant[0]


def _is_in(county: Place, place: Place) -> bool:
    return place.province in {"", county.province} and place.city in {"", county.city}


def _over(text: str, start: int, province: str) -> int:
    """Return where the next level begins: gaps and what only repeats are passed over."""
    again = f"(?:{GAP}|市辖区|[省自治]*直辖县级行政区划|{BY_CODE[province].name_zh})*"
    passed = re.compile(again).match(text, start)
    end = passed.end() if passed else start
    return end if end < len(text) else start


def _read(text: str, start: int, names: Mapping[str, list[Called]]) -> Iterator[tuple[Called, int]]:
    """Yield what is called as the text goes on at ``start``, the longest name first."""
    for length in range(min(_names().longest, len(text) - start), 1, -1):
        for each in names.get(text[start : start + length], ()):
            yield each, start + length


class _Names(NamedTuple):
    """What everything may be called; a county's name may be that of several."""

    provinces: Mapping[str, list[str]]
    cities: Mapping[str, list[Place]]
    counties: Mapping[str, list[tuple[Place, ...]]]
    longest: int


@cache
def _names() -> _Names:
    """Return everything a province, a city and a county may be called."""
    provinces = {
        name: [each.code]
        for each in PROVINCES
        for name in (each.name_zh, _OF_PROVINCES.sub("", each.name_zh))
    }
    cities: defaultdict[str, list[Place]] = defaultdict(list)
    counties: defaultdict[str, list[Place]] = defaultdict(list)
    for code, of_province in divisions().items():
        for city, of_city in of_province.items():
            for name in _called(city):
                cities[name].append(Place(code, city))
            for county in of_city:
                for name in _called(county):
                    counties[name].append(Place(code, city, county))
    together = {name: [tuple(places)] for name, places in counties.items()}
    longest = max(map(len, [*provinces, *cities, *together]))
    return _Names(provinces, cities, together, longest)


def _called(name: str) -> set[str]:
    """Return what a division may be called: 恩施土家族苗族自治州, 恩施州, 恩施."""
    short = _KIND.sub("", _NATIONS.sub("", name))
    if len(short) < 2:  # noqa: PLR2004  隰 alone could be anything
        return {name}
    return {name, short, f"{short}{name[-1]}"}
