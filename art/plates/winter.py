"""Midwinter: pears that have frozen black, thawing in a dish of cold water under a shell of ice."""

from random import Random

from art.forms import SULI, fruit, hatch, stem, washes
from art.hand import INK, Body, group, keyed, line, pair, path, radial, shadow, stroke, use
from art.plates.parts import branch
from art.plates.plate import svg

ICE = "#f4fafb"
DISH = "M70 424q250 92 500 0q-10 74 -108 112q-46 18 -142 18t-142 -18q-98 -38 -108 -112z"


def pear_frozen() -> str:
    c = Random(41)
    body = Body(0, 0, 252, SULI, chance=c)
    pear = group(stem((0, -120), (10, -206), -8, 9), frosted(body, "f", c), id="P")
    return svg(
        "pear_frozen",
        "rain",
        washes("frozen")
        + pear
        + radial("dish", 0.3, 0.2, 0.95, (0, "#fbfaf3"), (0.55, "#dfe7e6"), (1, "#93a9ad"))
        + radial("water", 0.4, 0.3, 0.8, (0, "#e8f3f5"), (0.6, "#b4d0d8"), (1, "#7da3b1")),
        twig(c),
        falling(c),
        shadow(322, 566, 236, 24, c),
        '<ellipse cx="320" cy="424" rx="250" ry="52" fill="url(#water)" stroke="#3a2a1c" stroke-width="3"/>',
        use("P", 204, 334, -16, 0.94),
        use("P", 444, 336, 14, 0.92),
        use("P", 322, 356, 3),
        floes(c),
        keyed(
            DISH,
            "url(#dish)",
            line("M80 452q240 92 480 0", "#2e6f8c", 5, opacity=".8"),
            line("M88 470q232 90 464 0", "#2e6f8c", 2, opacity=".8"),
            path(hatch(400, 448, 150, 110, 22, c, 2.8), INK, opacity=".28"),
            path([stroke((116, 466), (170, 528), 8, 9)], "#ffffff", opacity=".75"),
            name="ds",
            weight=3.6,
        ),
        drifts(c),
    )


def falling(c: Random) -> str:
    """Return snow in the air, near and far."""
    flakes = [
        [f"M{pair((c.uniform(36, 604), c.uniform(36, 470)))}h0" for _ in range(count)]
        for count in (26, 16, 8)
    ]
    return "".join(
        line(d, ICE, width, opacity=".9") for d, width in zip(flakes, (4, 6.5, 9), strict=True)
    )


def frosted(body: Body, name: str, c: Random) -> str:
    """Return a pear black with frost, rime lying on the shoulder that faces the sky."""
    rime = body.rings([0.05 + 0.03 * i for i in range(6)], -0.8, 0.3, body.height / 34, 0.4)
    dust = body.speckles(44, (-0.9, 0.7), (0.05, 0.5))
    return fruit(body, "frozen", name, detail=0.6) + group(
        path(rime, ICE, opacity=".34"),
        line(dust, ICE, 4, opacity=".9"),
        line(body.speckles(22, (-0.6, 0.9), (0.3, 0.75)), "#cfe3e8", 2.6, opacity=".8"),
        path([stroke(body.at(0.3, -0.5), body.at(0.62, -0.66), 10, 12)], "#dcecf0", opacity=".55"),
        clip_path=f"url(#{name})",
    )


def floes(c: Random) -> str:
    """Return the shell of ice round each pear, broken where it was lifted."""
    sheets = (
        "M86 430l44 -14l60 10l34 24l-50 14l-62 -8z",
        "M236 462l46 -16l76 2l40 14l-40 14l-84 2z",
        "M410 452l52 -22l72 -6l22 10l-58 22l-60 6z",
    )
    cracks = [
        stroke((x, y), (x + c.uniform(24, 44), y + c.uniform(4, 12)), 3, 2.4) for x, y in CRACKS
    ]
    return (
        path("".join(sheets), ICE, opacity=".82", stroke="#7da3b1", stroke_width="2")
        + path(cracks, "#7da3b1", opacity=".8")
        + line("M96 430l38 -10M250 460l40 -12M424 450l40 -16", "#ffffff", 3)
    )


CRACKS = ((128, 430), (168, 440), (270, 458), (320, 462), (440, 444), (492, 434))


def twig(c: Random) -> str:
    """Return a bare branch with snow on it."""
    bare = branch([(640, 60), (540, 84), (430, 60), (330, 70)], [14, 10, 6, 1.5], c, "#4b382e")
    side = branch([(520, 82), (470, 120), (430, 130)], [7, 4, 1], c, "#4b382e")
    snow = "M336 66q44 -16 94 -11q56 6 110 22q60 -8 100 -24v8q-44 22 -102 30q-56 -18 -110 -22q-50 -4 -92 -3z"
    return bare + side + path(snow, ICE, stroke="#9db6bd", stroke_width="1.6")


def drifts(c: Random) -> str:
    """Return snow that lies before the dish."""
    low = "M0 604q84 -44 168 -30q70 14 130 8q90 -24 170 -6q90 16 172 -12v76H0z"
    lines = [
        stroke((x, 596 + c.uniform(-6, 10)), (x + 90, 598 + c.uniform(-6, 8)), 4, 3)
        for x in (60, 210, 360, 500)
    ]
    return path(low, ICE, opacity=".94") + path(lines, "#9db6bd", opacity=".6")
