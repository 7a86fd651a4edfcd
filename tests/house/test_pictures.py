"""Our pictures: light enough for a phone, drawn by the hand that stands in art/."""

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import brotli  # type: ignore[import-untyped]  # a wheel of C
import pytest

from art.plates import PICTURES
from tests.house.sources import PACKAGE, ROOT, templates

IMAGES = ROOT / "static" / "img"
HEAVIEST = {"hero": 14_000}
ELSE_AT_MOST = 8_192
KEY = re.compile(r'picture="([a-z-]+)"|illustration\("([a-z-]+)"')


def sold() -> set[str]:
    catalogue = PACKAGE / "cli" / "demo" / "data" / "catalogue.toml"
    return {row["picture"] for row in tomllib.loads(catalogue.read_text("utf-8"))["product"]}


def drawn() -> list[Path]:
    return sorted(IMAGES.glob("*.svg"))


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_what_the_hand_draws(name):
    assert (IMAGES / f"{name}.svg").read_text("utf-8") == PICTURES[name](), "python -m art"


@pytest.mark.parametrize("path", drawn(), ids=lambda path: path.stem)
def test_a_picture_is_light(path):
    sent = len(brotli.compress(path.read_bytes()))
    assert sent <= HEAVIEST.get(path.stem, ELSE_AT_MOST)


@pytest.mark.parametrize("path", drawn(), ids=lambda path: path.stem)
def test_a_picture_needs_no_language_and_no_slow_filter(path):
    tags = {tag.tag.rpartition("}")[2] for tag in ET.parse(path).iter()}  # noqa: S314  our own
    assert tags & {"text", "filter", "image", "script", "foreignObject"} == set()


@pytest.mark.parametrize("path", drawn(), ids=lambda path: path.stem)
def test_what_a_picture_refers_to_is_in_it(path):
    text = path.read_text("utf-8")
    named = set(re.findall(r"url\(#([\w-]+)\)|href=\"#([\w-]+)\"", text))
    known = re.findall(r'\bid="([\w-]+)"', text)
    assert {one or other for one, other in named} <= set(known)
    assert len(known) == len(set(known))


def test_every_product_of_the_demonstration_has_its_own_picture():
    catalogue = PACKAGE / "cli" / "demo" / "data" / "catalogue.toml"
    products = tomllib.loads(catalogue.read_text("utf-8"))["product"]
    assert len(sold()) == len(products)
    assert sold() <= set(PICTURES)


def test_every_picture_that_a_page_names_is_there():
    named = {one or other for text in templates().values() for one, other in KEY.findall(text)}
    assert named
    assert {name for name in named if not (IMAGES / f"{name}.svg").is_file()} == set()
