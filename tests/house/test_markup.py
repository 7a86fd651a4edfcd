"""The look at a page's HTML sees what a browser would mend in silence."""

import pytest

from tests import markup

PAGE = '<!doctype html><html lang="en"><head><title>A</title></head><body>{}</body></html>'
FAULTS = (
    '<p id="a" id="b"></p>',
    "<ul><li><div></li></ul>",
    "<p><div></div></p>",
    '<a href="/"><a href="/">b</a></a>',
    '<i id="a"></i><i id="a"></i>',
    '<label for="nobody">a</label>',
    '<p aria-describedby="nobody">a</p>',
    '<a href="/"><button type="button">a</button></a>',
    "<span><p>a</p></span>",
    "<button type=button><div>a</div></button>",
    "<ul><p>a</p></ul>",
    '<p colour="red">a</p>',
    '<input autofocus="None">',
    '<select required><option value="1">a</option></select>',
)


@pytest.mark.parametrize("part", FAULTS)
def test_a_fault_is_seen(part):
    assert markup.faults(PAGE.format(part)) != []


def test_what_is_valid_passes():
    part = (
        '<dl><div><dt>a</dt><dd><p hx-get="/" data-many>b</p></dd></div></dl>'
        '<label for="a">a</label><input id="a" required><a href="/"><div>a</div></a>'
        '<select required><option value="">a</option></select><svg><path d="M0 0"/></svg>'
    )
    assert markup.faults(PAGE.format(part)) == []
