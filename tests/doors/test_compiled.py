"""Compiled templates that are kept say what the sources say now, and never stop a page."""

import pytest
from jinja2 import DictLoader, Environment

from storefront.web import compiled
from storefront.web.compiled import Kept


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """A tree of sources of its own; returns the file that stands for all of them."""
    monkeypatch.setattr(compiled, "ROOT", tmp_path)
    (tmp_path / "storefront").mkdir()
    part = tmp_path / "storefront" / "filters.py"
    part.write_text("first")
    return part


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "var" / compiled.FOLDER


def said(folder, text, weight):
    """Draw a template in a process that knows this filter; Jinja folds what it says of 3."""
    environment = Environment(
        loader=DictLoader({"page": text}), bytecode_cache=Kept(folder), autoescape=True
    )
    environment.filters["weight"] = weight
    return environment.get_template("page").render()


def test_a_template_is_read_from_where_it_was_kept(parts, folder):
    assert said(folder, "{{ 3|weight }}", "{} kg".format) == "3 kg"
    kept = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(kept) == 1
    assert said(folder, "{{ 3|weight }}", "{} jin".format) == "3 kg"  # not compiled again
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == kept


def test_changed_sources_are_compiled_anew(parts, folder):
    said(folder, "{{ 3|weight }}", "{} kg".format)
    parts.write_text("another")
    assert said(folder, "{{ 3|weight }}", "{} jin".format) == "3 jin"


def test_a_changed_template_is_compiled_anew(parts, folder):
    said(folder, "{{ 3|weight }}", "{} kg".format)
    assert said(folder, "about {{ 3|weight }}", "{} kg".format) == "about 3 kg"


def test_a_page_needs_no_room_to_keep_it(parts, folder):
    cache = Kept(folder)
    folder.rmdir()  # as good as a disk that takes nothing
    environment = Environment(
        loader=DictLoader({"page": "yes"}), bytecode_cache=cache, autoescape=True
    )
    assert environment.get_template("page").render() == "yes"
    assert not folder.exists()


def test_only_a_web_process_keeps_them(app):
    assert app.jinja_env.bytecode_cache is None
