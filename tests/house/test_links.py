"""The documents lead somewhere: every link within the house is to something that is there."""

import re

import pytest

from tests.house.sources import ROOT

LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path):
    links = LINK.findall(path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_readme_names_every_room_and_door():
    readme = (ROOT / "README.md").read_text("utf-8")
    rooms = {path.parent.name for path in ROOT.glob("storefront/*/__init__.py")}
    doors = {path.parent.name for path in ROOT.glob("storefront/web/*/__init__.py")} - {"pretend"}
    assert {room for room in rooms if f"{room}/" not in readme} == set()
    assert {door for door in doors if door not in readme} == set()
