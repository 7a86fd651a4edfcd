"""What every template keeps to, read from its source."""

import re
from pathlib import PurePosixPath

import pytest

from tests.house.sources import templates

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b([^>]*?)(/?)>", re.DOTALL)
JINJA = re.compile(r"\{%.*?%\}", re.DOTALL)
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
DATA_BLOCKS = "shop/structured.html"  # the one file that writes what a browser never runs
FRAGMENTS = [name for name in templates() if PurePosixPath(name).name.startswith("_")]


def name_of(fragment):
    return PurePosixPath(fragment).stem.removeprefix("_").replace("_", "-")


def roots(source):
    """Return (tag, attributes) of each element that stands in no other one."""
    found, depth = [], 0
    for closing, tag, attributes, itself in TAG.findall(JINJA.sub("", source)):
        if closing:
            depth -= 1
            continue
        if depth == 0:
            found.append((tag, attributes))
        depth += tag not in VOID and not itself
    return found


@pytest.mark.parametrize("name", templates())
def test_every_form_that_writes_has_its_token(name):
    for attributes, inside in FORM.findall(templates()[name]):
        if re.search(r"""method\s*=\s*["']post""", attributes, re.IGNORECASE):
            assert re.search(r"\bcsrf(_token)?\b|hidden_tag\(", inside), attributes


@pytest.mark.parametrize("name", templates())
def test_nothing_is_inline(name):
    assert not re.search(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|\shx-on", templates()[name])
    inline = re.findall(r"<script\b(?![^>]*\bsrc=)[^>]*>", templates()[name])
    assert inline == [] or name == DATA_BLOCKS
    assert set(inline) <= {'<script type="application/ld+json">'}


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_has_one_root_whose_id_is_its_name(name):
    source = templates()[name]
    found = roots(source)
    own = name_of(name)
    assert len(found) == 1, f"{len(found)} roots"
    named = re.search(r"""\bid\s*=\s*["']([^"'{]*)""", found[0][1])
    assert named, "no id"
    assert (name_of(named[1]) + "-").startswith(f"{own}-"), named[1]


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_inherits_nothing(name):
    assert "{% extends" not in templates()[name]


@pytest.mark.parametrize("name", templates())
def test_nothing_is_inherited_from_the_address_bar(name):
    """Targets stand on the element itself, so that htmx 4 (which inherits nothing) would do."""
    for tag in re.findall(r"<[a-z][^>]*\bhx-(?:get|post)=[^>]*>", templates()[name], re.DOTALL):
        assert "hx-target=" in tag or "hx-boost=" in tag, tag
