"""What browsers load."""

import re

import pytest

from storefront import create_app
from storefront.web import asset_build
from storefront.web.asset_build import build
from storefront.web.assets import AssetError, asset, target
from tests.conftest import settings_for


@pytest.fixture
def source(tmp_path, monkeypatch):
    folder = tmp_path / "source"
    (folder / "css" / "parts").mkdir(parents=True)
    (folder / "img").mkdir()
    (folder / "css" / "app.css").write_text('@import "parts/box.css";\n@import "last.css";')
    (folder / "css" / "last.css").write_text("p { color: red }")
    (folder / "css" / "parts" / "box.css").write_text("i { background: url('../../img/a.svg#x') }")
    (folder / "img" / "a.svg").write_text("<svg/>")
    monkeypatch.setattr(asset_build, "SOURCE", folder)
    return folder


def test_a_style_sheet_is_one_file_whose_addresses_are_hashed(source, tmp_path):
    names = build(tmp_path / "static")
    sheet = (tmp_path / "static" / names["css/app.css"]).read_text()
    assert sheet == f'i {{ background: url("/static/{names["img/a.svg"]}#x") }}\np {{ color: red }}'
    assert re.fullmatch(r"css/app\.[0-9a-f]{12}\.css", names["css/app.css"])


def test_a_change_gives_a_new_name_to_whatever_names_it(source, tmp_path):
    before = build(tmp_path / "static")
    (source / "img" / "a.svg").write_text("<svg></svg>")
    after = build(tmp_path / "static")
    assert before["img/a.svg"] != after["img/a.svg"]
    assert before["css/app.css"] != after["css/app.css"]
    assert before["css/last.css"] == after["css/last.css"]
    assert not (tmp_path / "static" / before["img/a.svg"]).exists()


def test_a_missing_picture_stops_the_build(source, tmp_path):
    (source / "img" / "a.svg").unlink()
    with pytest.raises(AssetError, match=r"img/a\.svg"):
        build(tmp_path / "static")


def test_the_manifest_is_not_served(source, tmp_path):
    build(tmp_path / "static")
    assert list((tmp_path / "static").rglob("*.json")) == []


def test_htmx_comes_from_its_wheel(client):
    answer = client.get(asset("js/htmx.min.js"))
    assert answer.status_code == 200
    assert 'version:"2.' in answer.text


def test_a_file_is_kept_for_ever_and_sniffed_by_nobody(client):
    headers = client.get(asset("css/app.css")).headers
    assert "immutable" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_compressed_files_stand_beside_the_plain_ones(source, tmp_path):
    names = build(tmp_path / "static")
    assert (tmp_path / "static" / f"{names['js/htmx.min.js']}.br").exists()
    assert (tmp_path / "static" / f"{names['js/htmx.min.js']}.gz").exists()


def test_without_a_build_a_page_says_what_to_do(tmp_path, database):
    app = create_app(settings_for(tmp_path, database.url))
    assert target(tmp_path).is_dir()
    with app.test_request_context(), pytest.raises(AssetError, match="make assets"):
        asset("css/app.css")


def test_an_unknown_file_is_named(app):
    with app.test_request_context(), pytest.raises(AssetError, match=r"css/none\.css"):
        asset("css/none.css")
