"""How a Chinese name is typed: in pinyin, in full and by its initials.

The readings take 57 MiB and most of a second to load, so they are loaded when a
name is spelt and by nobody else: commands and the worker spell, a page never does.
"""

from collections.abc import Iterable

from storefront.catalogue.folding import joined


def spellings(name: str) -> tuple[str, ...]:
    """Return the ways to type ``name`` in letters: 玉露香 is yuluxiang and ylx.

    Characters with several readings are read as the phrase asks, and also one by one.
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415  see above

    plain = joined(name)
    readings = (lazy_pinyin(plain), [lazy_pinyin(sign)[0] for sign in plain])
    typed = ("".join(each) for reading in readings for each in (reading, _initials(reading)))
    return tuple(dict.fromkeys(joined(text) for text in typed))


def _initials(reading: Iterable[str]) -> list[str]:
    return [syllable if syllable[0].isdigit() else syllable[0] for syllable in reading]
