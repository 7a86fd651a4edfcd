"""The brand's sign: a pear whose lower half is the terraces it grew on."""

from random import Random

from art.forms import YULU
from art.hand import Body, line, path, smooth

INK = "#3a2a1c"


def symbol() -> str:
    """Return the sign, for the window's tab too: few strokes, so that it stands at 16 pixels."""
    body = Body(46, 54, 76, YULU, tilt=-4, chance=Random(3))
    outline = body.outline(7)
    hills = [(0, 62), (24, 54), (48, 59), (72, 52), (96, 58)]
    steps = [smooth([(x, y + gap) for x, y in hills]) for gap in (9, 18, 27)]
    leaf = "M50 17C54 5 66 -1 88 1C84 17 70 25 50 17z"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96"><defs>'
        '<radialGradient id="a" cx=".34" cy=".3" r=".8"><stop stop-color="#f7f0ae"/>'
        '<stop offset=".5" stop-color="#e2cf68"/><stop offset="1" stop-color="#b98a32"/>'
        f'</radialGradient><clipPath id="b"><path d="{outline}"/></clipPath></defs>'
        '<g transform="translate(3 6)scale(.93)">'
        + path(outline, INK, stroke=INK, stroke_width="5", stroke_linejoin="round")
        + '<g clip-path="url(#b)"><path fill="url(#a)" d="M0 0h96v96H0z"/>'
        + path(smooth(hills) + "V96H0z", "#2b7a5a")
        + line(steps, "#f3ecd0", 2.6)
        + "</g>"
        + line("M45 20C43 13 45 8 49 3", "#75502f", 6.5)
        + path(leaf, "#1f6a4e", stroke=INK, stroke_width="3", stroke_linejoin="round")
        + line("M54 15C64 12 74 8 84 4", "#dfe8b5", 2)
        + "</g></svg>\n"
    )
