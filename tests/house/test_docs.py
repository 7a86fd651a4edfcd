"""The documents and the lock files say what is so."""

import re
from dataclasses import fields

import pytest

from storefront.config import Settings
from tests.house.sources import ROOT

SETTINGS = (ROOT / "docs" / "settings.md").read_text("utf-8")


@pytest.mark.parametrize("name", [field.name.upper() for field in fields(Settings)])
def test_every_setting_is_explained(name):
    assert f"`{name}`" in SETTINGS


def test_no_setting_is_explained_that_is_gone():
    known = {field.name.upper() for field in fields(Settings)} | {"COUNTY_FILE"}
    explained = set(re.findall(r"^\| `([A-Z_]+)`", SETTINGS, re.MULTILINE))
    assert explained - known == set()


def test_every_command_is_explained(shop):
    commands = {
        f"{group} {name}".strip()
        for group, found in shop.cli.commands.items()
        if group not in {"db", "run", "shell", "routes"}
        for name in getattr(found, "commands", {"": None})
    }
    assert {command for command in commands if f"`flask {command}`" not in SETTINGS} == set()


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_lock_files_name_no_registry(lock):
    text = lock.read_text("utf-8")
    assert not re.search(r"https?://|file://|--(extra-)?index|--find-links|--trusted", text)
    pin = re.compile(r"^[a-z0-9-]+==.*?(?=^[a-z#]|\Z)", re.MULTILINE | re.DOTALL)
    pins = pin.findall(text)
    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)
    assert not re.search(r"^(django|asgiref|sqlparse)==", text, re.MULTILINE)
