"""What a county tells of itself, in its own words: the file that COUNTY_TEXTS names.

Read once at the start. The prose is data, so that another county writes its own
without touching a template: ``[[home]]``, ``[[about]]``, ``[[delivery]]`` and ``[[contact]]``,
each with a title and a text in both languages, paragraphs parted by an empty line.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Flask

from storefront.config import ROOT, SettingsError
from storefront.web import site

SUBJECTS: Final = ("home", "about", "delivery", "contact")
NEEDED: Final = ("title_zh", "title_en", "text_zh", "text_en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A heading and what stands under it; ``source`` says where its facts come from."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    source_zh: str = ""
    source_en: str = ""


def passages(subject: str) -> tuple[Passage, ...]:
    """Return what the county says of ``subject``, in its own order; nothing if it says nothing."""
    return read(ROOT / site.settings().county_texts).get(subject, ())


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text: an empty line parts them."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


@cache
def read(path: Path) -> Mapping[str, tuple[Passage, ...]]:
    """Return subject → passages; no file, no passages.

    Raises:
        SettingsError: a passage lacks a language, or stands under no subject of ours.
    """
    if not path.is_file():
        return {}
    found = tomllib.loads(path.read_text("utf-8"))
    faults = [f"{path.name}: no page shows [[{name}]]" for name in found if name not in SUBJECTS]
    for name, rows in found.items():
        faults += [f"{path.name}: {name} {fault}" for row in rows for fault in _faults(row)]
    if faults:
        raise SettingsError("\n- ".join(("The shop cannot start:", *faults)))
    return {name: tuple(Passage(**row) for row in rows) for name, rows in found.items()}


def _faults(row: Mapping[str, Any]) -> list[str]:
    lacking = [f"lacks {name}" for name in NEEDED if not str(row.get(name, "")).strip()]
    known = {*NEEDED, "source_zh", "source_en"}
    return lacking + [f"has {name}, which is not read" for name in row if name not in known]


def init_app(app: Flask) -> None:
    """Read the texts now, so that a shop with half of them does not start."""
    read(ROOT / site.of(app).county_texts)
    app.jinja_env.filters["paragraphs"] = paragraphs
