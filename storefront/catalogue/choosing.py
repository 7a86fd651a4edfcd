"""Choosing from a shelf: by variety, grade, weight, price and whether it is ready (docs/adr/0026).

A grade is named with its variety, in Chinese apart by a blank (玉露香梨 一级), in English by a
comma (Yulu pear, first grade): what a shopper chooses by is read from these names, and no
list of it is kept anywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from storefront.catalogue.edition import kept
from storefront.catalogue.folding import folded
from storefront.catalogue.listing import on_sale
from storefront.catalogue.queries import OfferRow, OnShow

FACETS: Final = ("variety", "grade", "weight", "price", "ready")
KILOGRAMS: Final = (1, 3, 6)  # where one band of weights ends and the next begins
YUAN: Final = (30, 50, 100)
READY: Final = ("now", "presale")
GRAMS, FEN = 1_000, 100  # of one of these

Traits = Mapping[str, frozenset[str]]


class Pick(NamedTuple):
    """What was chosen of each facet, by its key; an empty one was not."""

    variety: str = ""
    grade: str = ""
    weight: str = ""
    price: str = ""
    ready: str = ""

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """The facets something was chosen of, with its key."""
        return tuple((name, key) for name, key in zip(FACETS, self, strict=True) if key)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the choices of a facet; a band of figures has its ends instead of a name."""

    key: str
    count: int = 0
    name_zh: str = ""
    name_en: str = ""
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """What may be chosen by, each option with how many products there are of it."""

    name: str
    options: tuple[Option, ...]


def known(pick: Pick) -> Pick:
    """Return ``pick`` without what nothing on the shelf answers to."""
    there = _vocabulary()
    pairs = zip(FACETS, pick, strict=True)
    return Pick(*(key if key in there[name] else "" for name, key in pairs))


@kept
def traits() -> Mapping[int, Traits]:
    """Return what each offer on sale may be chosen by, but for whether it is ready."""
    alike: dict[tuple[frozenset[str], ...], Traits] = {}  # a handful of thousands
    found: dict[int, Traits] = {}
    for each in on_sale():
        for offer in each.card.offers:
            known = _traits(offer)
            found[offer.id] = alike.setdefault(tuple(known.values()), known)
    return found


def facets(counts: Mapping[tuple[str, str], int], pick: Pick) -> tuple[Facet, ...]:
    """Return the facets with more than one option, or one that was chosen."""
    found = (Facet(name, _options(name, counts, pick)) for name in FACETS)
    return tuple(facet for facet in found if len(facet.options) > 1 or getattr(pick, facet.name))


def fits(offer: Traits, pick: Pick, *, but: str = "") -> bool:
    """Whether an offer answers to all that was chosen, one facet left aside."""
    return all(key in offer[name] for name, key in pick.chosen if name != but)


def counted(products: Iterable[Sequence[Traits]], pick: Pick) -> dict[tuple[str, str], int]:
    """Return how many products each option would leave, with all else as it was chosen."""
    counts: dict[tuple[str, str], int] = {}
    for offers in products:
        for name in FACETS:
            keys = {key for each in offers if fits(each, pick, but=name) for key in each[name]}
            for key in keys:
                counts[name, key] = counts.get((name, key), 0) + 1
    return counts


def _options(name: str, counts: Mapping[tuple[str, str], int], pick: Pick) -> tuple[Option, ...]:
    return tuple(
        Option(key, counts.get((name, key), 0), known.name_zh, known.name_en, known.low, known.high)
        for key, known in _vocabulary()[name].items()
        if (name, key) in counts or getattr(pick, name) == key
    )


@kept
def _vocabulary() -> Mapping[str, Mapping[str, Option]]:
    """Return every option there is on the shelf, in the order of the shelf or of figures."""
    named: dict[str, dict[str, Option]] = {"variety": {}, "grade": {}}
    for each in on_sale():
        for name, option in _named(each):
            named[name].setdefault(option.key, option)
    bands = {"weight": _bands(KILOGRAMS), "price": _bands(YUAN)}
    return {**named, **bands, "ready": {key: Option(key) for key in READY}}


def _named(each: OnShow) -> Iterable[tuple[str, Option]]:
    for offer in each.card.offers:
        for zh, en in _grades(offer):
            for name, names in zip(("variety", "grade"), _apart(zh, en), strict=True):
                if names[1]:
                    yield name, Option(_key(names[1]), 0, *names)


def _traits(offer: OfferRow) -> dict[str, frozenset[str]]:
    both = [_apart(zh, en) for zh, en in _grades(offer)]
    return {
        "variety": frozenset(_key(variety[1]) for variety, _ in both),
        "grade": frozenset(_key(grade[1]) for _, grade in both if grade[1]),
        "weight": frozenset({_band(int(offer.net), KILOGRAMS, GRAMS)}),
        "price": frozenset({_band(int(offer.price), YUAN, FEN)}),
    }


def _grades(offer: OfferRow) -> list[tuple[str, str]]:
    return [(part.grade_zh, part.grade_en or "") for part in offer.parts if part.grade_zh]


def _apart(zh: str, en: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return a grade's variety and what is left of its name, each in both languages."""
    variety_zh, _, grade_zh = zh.partition(" ")
    variety_en, _, grade_en = (en or zh).partition(",")
    return (variety_zh, variety_en.strip()), (grade_zh.strip(), grade_en.strip())


def _key(name: str) -> str:
    return "-".join(folded(name).split())


def _bands(ends: Sequence[int]) -> dict[str, Option]:
    lows, highs = (None, *ends), (*ends, None)
    return {
        _band_key(low, high): Option(_band_key(low, high), low=low, high=high)
        for low, high in zip(lows, highs, strict=True)
    }


def _band(figure: int, ends: Sequence[int], unit: int) -> str:
    """Return the key of the band that holds ``figure``; one that ends there holds it too."""
    below = [end for end in ends if end * unit < figure]
    above = [end for end in ends if end * unit >= figure]
    return _band_key(below[-1] if below else None, above[0] if above else None)


def _band_key(low: int | None, high: int | None) -> str:
    return f"{low or ''}-{high or ''}"
