"""Picture files: what is a photograph, what is made of one, and what is left out."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from storefront.catalogue import imaging
from storefront.errors import Refusal
from tests import photographs as made


@pytest.mark.parametrize("case", made.BAD)
def test_what_is_no_photograph_is_refused_and_it_is_said_why(case):
    content, code = made.BAD[case]
    with pytest.raises(Refusal) as refused:
        imaging.look(content())
    assert refused.value.code == code


def test_a_file_too_large_is_refused_before_it_is_opened():
    with pytest.raises(Refusal) as refused:
        imaging.look(made.jpeg() + b"\0" * imaging.MOST_BYTES)
    assert refused.value.code == "photo_too_big"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_it_is_is_read_from_its_content(kind):
    taken = imaging.look(made.saved(made.picture(), kind))
    assert (taken.format, taken.width, taken.height) == (kind.lower(), 1200, 900)


def test_a_photograph_that_lies_on_its_side_is_measured_upright():
    taken = imaging.look(made.with_place())
    assert (taken.width, taken.height) == (900, 1200)


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_nothing_is_made_larger_and_the_widths_ascend(width, height):
    widths = imaging.widths_of(width)
    assert list(widths) == sorted(set(widths))
    assert 1 <= len(widths) <= len(imaging.WIDTHS)
    assert max(widths) == min(width, imaging.WIDTHS[-1])
    assert all(imaging.height_at(each, width, height) >= 1 for each in widths)


@given(st.binary(max_size=300))
def test_no_bytes_break_what_looks_at_them(content):
    with pytest.raises(Refusal):
        imaging.look(content)


@given(st.data())
def test_a_photograph_with_a_byte_turned_is_read_or_refused(data):
    content = bytearray(SMALL)
    for _byte in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Refusal):
        taken = imaging.look(bytes(content))
        assert taken.width * taken.height <= imaging.MOST_PIXELS


SMALL = made.jpeg(480, 480, quality=10)


def pixel(opened: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = opened.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    return found


@pytest.fixture
def prepared(tmp_path):
    """What is made of a phone's photograph that says where it was taken."""
    content = made.with_place(1800, 1200)
    taken = imaging.look(content)
    imaging.keep(tmp_path, taken, content)
    imaging.prepare(tmp_path, taken.digest, taken.format)
    return tmp_path, taken


def test_three_widths_of_three_kinds_are_made(prepared):
    folder, taken = prepared
    sizes = {}
    for path in imaging.shown_in(folder).iterdir():
        with Image.open(path) as opened:
            sizes[path.name.removeprefix(f"{taken.digest}-")] = (opened.format, *opened.size)
    assert sizes == {
        f"{width}.{ending}": (kind, width, width * 3 // 2)
        for width in (480, 960, 1200)
        for ending, kind in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG"))
    }


def test_nothing_that_came_with_the_picture_is_shown(prepared):
    folder, _taken = prepared
    for path in imaging.shown_in(folder).iterdir():
        with Image.open(path) as opened:
            opened.load()
            assert not opened.getexif(), path.name
            assert not {"exif", "xmp", "comment", "icc_profile"} & set(opened.info), path.name
        assert b"Exif" not in path.read_bytes()
        assert b"Phone" not in path.read_bytes()


def test_it_stands_upright_with_its_pixels_where_they_were(prepared):
    """The band at the left of what lies on its side is at the top once it is upright."""
    folder, taken = prepared
    with Image.open(imaging.shown_in(folder) / f"{taken.digest}-960.jpg") as opened:
        top, bottom = (pixel(opened, 480, y) for y in (40, 1_400))
    assert top[0] < 60 < bottom[0]


def test_what_can_be_seen_through_lies_on_white(tmp_path):
    content = made.saved(Image.new("RGBA", (600, 600), (255, 0, 0, 0)), "PNG")
    taken = imaging.look(content)
    imaging.keep(tmp_path, taken, content)
    imaging.prepare(tmp_path, taken.digest, taken.format)
    with Image.open(imaging.shown_in(tmp_path) / f"{taken.digest}-480.webp") as opened:
        assert min(pixel(opened, 200, 200)) > 250


@pytest.mark.parametrize("mode", ["L", "CMYK", "P", "LA", "I;16"])
def test_every_kind_of_pixel_becomes_a_picture(tmp_path, mode):
    if mode == "CMYK":
        content = made.saved(made.picture().convert("CMYK"))
    elif mode == "I;16":
        content = made.saved(Image.new("I;16", (600, 600), 40_000), "PNG")
    else:
        content = made.saved(made.picture().convert(mode), "PNG")
    taken = imaging.look(content)
    imaging.keep(tmp_path, taken, content)
    imaging.prepare(tmp_path, taken.digest, taken.format)
    assert len(list(imaging.shown_in(tmp_path).iterdir())) == 3 * len(
        imaging.widths_of(taken.width)
    )


def test_what_was_interrupted_is_done_again_and_ends_the_same(prepared):
    folder, taken = prepared
    shown = imaging.shown_in(folder)
    before = {path.name: path.read_bytes() for path in shown.iterdir()}
    (shown / f"{taken.digest}-480.avif").unlink()
    (shown / f"{taken.digest}-960.jpg").write_bytes(b"half")
    imaging.prepare(folder, taken.digest, taken.format)
    assert {path.name: path.read_bytes() for path in shown.iterdir()} == before


def test_what_is_gone_or_broken_on_the_disk_cannot_be_prepared(tmp_path):
    with pytest.raises(imaging.Unreadable):
        imaging.prepare(tmp_path, "0" * 24, "jpeg")
    place = imaging.original_of(tmp_path, "0" * 24, "jpeg")
    place.parent.mkdir()
    place.write_bytes(made.truncated())
    with pytest.raises(imaging.Unreadable):
        imaging.prepare(tmp_path, "0" * 24, "jpeg")
    assert not imaging.shown_in(tmp_path).exists()


@pytest.mark.parametrize("odd", [False, True])
def test_a_phone_s_own_colours_become_those_of_every_screen(tmp_path, odd):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = made.saved(made.picture(), icc_profile=b"no profile" if odd else profile)
    taken = imaging.look(content)
    imaging.keep(tmp_path, taken, content)
    imaging.prepare(tmp_path, taken.digest, taken.format)
    with Image.open(imaging.shown_in(tmp_path) / f"{taken.digest}-480.jpg") as opened:
        assert "icc_profile" not in opened.info
        assert pixel(opened, 40, 40)[0] < 60
