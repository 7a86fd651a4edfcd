"""Every colour that people read by is dark or light enough, in each temperament, by day and night.

The tokens are read as they stand in static/css/tokens.css: what a later block says wins.
"""

import re

import pytest

from tests.house.colours import contrast, encoded, linear
from tests.house.sources import ROOT

SHEET = re.sub(
    r"/\*.*?\*/", "", (ROOT / "static/css/tokens.css").read_text("utf-8"), flags=re.DOTALL
)
PRINT = (ROOT / "static/css/print.css").read_text("utf-8")
NAMED = re.compile(r"--([\w-]+):\s*([^;{}]+);")
DARK = "prefers-color-scheme: dark"
NEW = "supports (color"
GROUNDS = ("ground", "raised", "sunk")
TEXT, PART = 4.5, 3.0  # what is read; what is only seen (WCAG 2.2, 1.4.3 and 1.4.11)
PAIRS = (
    *(
        (colour, ground, TEXT)
        for colour in ("text", "text-soft", "text-faint")
        for ground in GROUNDS
    ),
    *((colour, ground, TEXT) for colour in ("action", "action-hover") for ground in GROUNDS),
    *((colour, ground, TEXT) for colour in ("warm-text", "stop", "note") for ground in GROUNDS),
    *((f"{colour}", f"{colour}-wash", TEXT) for colour in ("action", "stop", "note")),
    ("warm-text", "warm-wash", TEXT),
    *(("text", f"{wash}-wash", TEXT) for wash in ("action", "warm", "stop", "note")),
    *(("text-soft", f"{wash}-wash", TEXT) for wash in ("action", "warm", "stop", "note")),
    ("on-action", "action", TEXT),
    ("on-action", "action-hover", TEXT),
    ("on-warm", "warm", TEXT),
    *((colour, ground, PART) for colour in ("focus", "line-strong", "mark") for ground in GROUNDS),
)
DOORS = ("shop", "producers")
READERS = tuple(
    (door, dark, new) for door in DOORS for dark in (False, True) for new in (False, True)
)


def blocks(sheet: str = SHEET, above: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    """Return every rule with what it stands in: its media, its supports, its selector."""
    found, at = [], 0
    while (opened := sheet.find("{", at)) >= 0:
        depth, end = 1, opened + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(sheet[end], 0)
            end += 1
        head, body = (*above, sheet[at:opened].strip()), sheet[opened + 1 : end - 1]
        found += blocks(body, head) if "{" in body else [(head, body)]
        at = end
    return found


def tokens(door: str, *, dark: bool, new: bool) -> dict[str, str]:
    """Return the tokens of a door for such a reader."""
    kept: dict[str, str] = {}
    for head, body in blocks():
        within, selector = " ".join(head[:-1]), head[-1]
        wanted = (dark or DARK not in within) and (new or NEW not in within)
        theirs = (
            ":root" in selector or "[data-door]" in selector or f'[data-door="{door}"]' in selector
        )
        if wanted and theirs:
            kept.update((name, value.strip()) for name, value in NAMED.findall(body))
    return kept


def colour(kept: dict[str, str], name: str) -> str:
    """Return the colour at the end of a token's chain."""
    value = kept[name]
    while value.startswith("var("):
        value = kept[value[6:-1]]
    return value


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
@pytest.mark.parametrize(("door", "dark", "new"), READERS)
def test_what_is_read_stands_out(door, dark, new, front, back, least):
    kept = tokens(door, dark=dark, new=new)
    one, other = colour(kept, f"color-{front}"), colour(kept, f"color-{back}")
    assert contrast(one, other) >= least, f"{one} on {other}"


@pytest.mark.parametrize("dark", [False, True])
def test_the_households_part_of_the_bar_is_seen(dark):
    kept = tokens("shop", dark=dark, new=True)
    assert contrast(colour(kept, "tone-household"), colour(kept, "color-ground")) >= PART


@pytest.mark.parametrize("dark", [False, True])
def test_an_old_browser_shows_the_same_colours(dark):
    old, new = tokens("shop", dark=dark, new=False), tokens("shop", dark=dark, new=True)
    for name, value in new.items():
        if value.startswith("oklch"):
            apart = [abs(a - b) for a, b in zip(encoded(old[name]), encoded(value), strict=True)]
            assert max(apart) <= 4, f"--{name}: {old[name]} is not {value} {encoded(value)}"


def test_paper_is_white_and_what_is_printed_on_it_is_read():
    kept = {**tokens("shop", dark=True, new=True), **dict(NAMED.findall(PRINT))}
    for name in ("text", "text-soft", "text-faint", "action", "warm-text", "stop", "note"):
        assert contrast(colour(kept, f"color-{name}"), colour(kept, "color-ground")) >= TEXT, name


def test_light_is_worked_out_as_published():
    assert linear("#ffffff") == (1, 1, 1)
    assert round(contrast("#000", "#fff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54  # the grey that just passes
    assert encoded("oklch(0.628 0.2577 29.23)") == (255, 0, 0)  # sRGB red
    assert encoded("oklch(0.5198 0.1769 142.5)") == (0, 128, 0)  # and CSS green
