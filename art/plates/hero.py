"""The first page's picture: terraces of the loess, an orchard at harvest, a village of cave dwellings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, sin
from random import Random

from art.forms import washes
from art.hand import INK, Point, group, line, num, pair, path, smooth, stroke, use
from art.plates.parts import branch, leaf_def, pear_def

HERO = (
    (
        "#e8cf97",
        "#f9efd4",
        "#fff6d8",
        "#cdbf94",
        "#b3b78a",
        "#93a878",
        "#b98d4e",
        "#7d9a5c",
        "#5f8450",
    ),
    (
        "#1d2a2c",
        "#33423d",
        "#d9c98e",
        "#2b3a37",
        "#283b34",
        "#25392e",
        "#4a3a22",
        "#2c4a33",
        "#213d2b",
    ),
)


def hero_style() -> str:
    def rules(t: Sequence[str]) -> str:
        return "".join(f".{k}{{fill:{v};stop-color:{v}}}" for k, v in zip("abcdefghi", t))

    return f"<style>{rules(HERO[0])}@media(prefers-color-scheme:dark){{{rules(HERO[1])}}}</style>"


def ridge(f: Callable[[float], float], steps: int = 8, w: float = 1600) -> list[Point]:
    return [(w * i / steps, f(w * i / steps)) for i in range(steps + 1)]


def tree(c: Random, name: str, tone: str) -> str:
    b = smooth(
        [
            (-20, -6),
            (-25, -20),
            (-18, -36),
            (-4, -44),
            (12, -41),
            (24, -27),
            (23, -11),
            (10, -2),
            (-8, -1),
        ],
        closed=True,
    )
    [stroke((c.uniform(-16, 16), c.uniform(-36, -8)), (0, 0), 0, 0) for _ in range(0)]
    sh = [stroke((4 + i * 4, -34 + i * 3), (12 + i * 2.4, -6 - i * 0.6), -6, 2.4) for i in range(5)]
    lt = [stroke((-18, -20), (-6, -36), -6, 6), stroke((-14, -12), (-10, -18), -2, 3)]
    dots = [f"M{pair((c.uniform(-15, 14), c.uniform(-34, -8)))}h0" for _ in range(7)]
    return group(
        '<ellipse cx="6" cy="3" rx="26" ry="5" fill="#24170c" opacity=".28"/>',
        line("M0 4V-8", "#5a3d22", 5),
        path(b, tone, stroke=INK, stroke_width="2", stroke_linejoin="round"),
        path(lt, "#b9cf83", opacity=".75"),
        path(sh, INK, opacity=".4"),
        line(dots, "#f1d667", 5),
        id=name,
    )


def far(x: float) -> float:
    return 372 - 26 * sin(x / 170 + 0.6) - 20 * sin(x / 71) - 60 * exp(-(((x - 1150) / 330) ** 2))


def mid(x: float) -> float:
    return (
        420 - 22 * sin(x / 150 + 2.2) - 12 * sin(x / 63 + 1) - 34 * exp(-(((x - 420) / 300) ** 2))
    )


def slope(x: float) -> float:
    return 560 - 150 * exp(-(((x - 1240) / 420) ** 2)) - 16 * sin(x / 130)


def left(x: float) -> float:
    return 520 + 0.00016 * (x - 140) ** 2 + 10 * sin(x / 120)


def front(x: float) -> float:
    return 622 + 22 * sin(x / 260 + 1.2) - 12 * sin(x / 110)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hill:
    """Terraces one below the other: their first line, how far apart, how many, where, the trees."""

    top: Callable[[float], float]
    step: float
    count: int
    tones: Sequence[str]
    begin: int
    end: int
    grow: float
    tree: float
    gap: float
    ticks: int
    bare_until: float = 0  # the uppermost terrace has no trees left of it


HILLS = (
    Hill(
        top=slope,
        step=27,
        count=5,
        tones="hgf",
        begin=380,
        end=1600,
        grow=0.16,
        tree=0.52,
        gap=62,
        ticks=120,
        bare_until=760,
    ),
    Hill(
        top=left,
        step=30,
        count=5,
        tones="fgh",
        begin=0,
        end=760,
        grow=0.16,
        tree=0.6,
        gap=64,
        ticks=70,
    ),
    Hill(
        top=front,
        step=40,
        count=2,
        tones="ih",
        begin=0,
        end=1600,
        grow=0.3,
        tree=1.0,
        gap=104,
        ticks=70,
    ),
)
# where the village, the path and the crates stand no tree does: middle and half of the room
KEPT_FREE = ((1128, 480, 170, 46), (1090, 560, 44, 40), (1168, 540, 44, 40), (742, 648, 96, 60))


def terraced(hill: Hill, c: Random) -> str:
    """Return a hill: each terrace's earth, the cut of its edge, the light on it, its trees."""
    out = []
    for k in range(hill.count):
        drop = hill.step * k * (1 + hill.grow * k)
        width = hill.end - hill.begin
        edge = [(x, hill.top(x) + drop) for x in [hill.begin + width * i / 10 for i in range(11)]]
        xs = [hill.begin + width * i / hill.ticks + c.uniform(-6, 6) for i in range(hill.ticks)]
        cuts = [
            f"M{round(x)} {round(hill.top(x) + drop + 3)}v{round(c.uniform(4, 11) * (1 + k * 0.14))}"
            for x in xs
            if hill.top(x) + drop < 676
        ]
        out += [
            f'<path class="{hill.tones[k % len(hill.tones)]}" d="{smooth(edge)}V700H{hill.begin}z" stroke="{INK}" stroke-width="1.6" stroke-opacity=".55"/>',
            line(cuts, "#4b3016", 2, opacity=".4"),
            line(smooth([(x, y + 1.5) for x, y in edge]), "#fff2c8", 2.2, opacity=".6"),
            *planted(hill, k, drop, c),
        ]
    return "".join(out)


def planted(hill: Hill, k: int, drop: float, c: Random) -> list[str]:
    """Return the trees of one terrace, the farther ones first."""
    trees = []
    x = hill.begin + c.uniform(10, hill.gap)
    while x < hill.end - 10:
        y = hill.top(x) + drop + hill.step * (0.72 + 0.2 * k)
        place, size = x + c.uniform(-5, 5), hill.tree * (1 + 0.2 * k) * c.uniform(0.88, 1.1)
        free = all(abs(place - u) >= w or abs(y - v) >= h for u, v, w, h in KEPT_FREE)
        if y < 690 and free and (k or x > hill.bare_until):
            trees.append((y, place, round(size, 2), c.choice("TUV")))
        x += hill.gap * (1 + 0.2 * k) * c.uniform(0.86, 1.2)
    return [use(name, round(x), round(y), 0, size) for y, x, size, name in sorted(trees)]


def sky(c: Random) -> str:
    """Return the sky with its low sun, thin clouds and three birds."""
    clouds = ((110, 120, 260), (180, 134, 150), (520, 84, 210), (560, 96, 90), (60, 206, 150))
    birds = "M640 168q10 -9 18 0q8 -9 18 0M700 142q8 -7 15 0q7 -7 15 0M612 210q7 -6 12 0q6 -6 12 0"
    haze = "M850 246h70m26 0h120M842 272h150m22 0h60M858 298h40m30 0h140"
    return (
        '<path class="b" d="M0 0h1600v680H0z"/><path fill="url(#sky)" d="M0 0h1600v430H0z"/>'
        '<circle class="c" cx="965" cy="262" r="128"/>'
        + line(haze, "#d9b45f", 2, opacity=".35")
        + path([stroke((x, y), (x + w, y), 0, 5) for x, y, w in clouds], "#fffdf2", opacity=".55")
        + line(birds, INK, 2.6, opacity=".7")
    )


def ranges() -> str:
    """Return the two ranges in the haze, terraced to the top."""
    out = ""
    for tone, top, gaps in (("d", far, (10, 22, 38, 58)), ("e", mid, (11, 24, 40, 60, 84))):
        steps = [
            smooth([(x, y + gap * (1 + 0.15 * sin(x / 120))) for x, y in ridge(top)])
            for gap in gaps
        ]
        out += f'<path class="{tone}" d="{smooth(ridge(top, 11))}V680H0z"/>' + line(
            steps, "#fffbe6", 2, opacity=".38"
        )
    return out


def hero() -> str:
    c = Random(77)
    right, near, ahead = HILLS
    defs = (
        '<linearGradient id="sky" x2="0" y2="1"><stop class="a" offset="0"/>'
        '<stop class="a" offset=".3" stop-opacity=".7"/><stop class="b" offset="1" stop-opacity="0"/></linearGradient>'
        + washes("yulu")
        + "".join(
            tree(c, name, tone)
            for name, tone in (("T", "#55814d"), ("U", "#46734a"), ("V", "#6b9150"))
        )
        + pear_def(c, detail=0.62)
        + leaf_def(c)
    )
    parts = (
        sky(c),
        ranges(),
        terraced(right, c),
        village(c),
        terraced(near, c),
        terraced(ahead, c),
        crates(c),
        bough(c),
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 680">{hero_style()}<defs>{defs}</defs>{"".join(parts)}</svg>'


def village(c: Random) -> str:
    """Cave dwellings in a cut of the loess, a few tiled roofs, a path."""
    x, y = 1128, 446
    cut = smooth(
        [
            (x - 150, y + 66),
            (x - 120, y + 12),
            (x - 50, y - 10),
            (x + 40, y - 12),
            (x + 112, y + 8),
            (x + 150, y + 64),
        ]
    )
    o = path(cut + "z", "#c99b58") + line(
        smooth(
            [
                (x - 140, y + 50),
                (x - 118, y + 12),
                (x - 50, y - 10),
                (x + 40, y - 12),
                (x + 112, y + 8),
                (x + 140, y + 50),
            ]
        ),
        INK,
        2.2,
    )
    o += line(
        [
            f"M{x - 112 + i * 9} {round(y + 10 - 15 * sin(i / 8))}v{round(c.uniform(8, 22))}"
            for i in range(25)
        ],
        "#5b3d1c",
        2,
        opacity=".45",
    )
    for ax, q in ((-84, 0.9), (-40, 1.15), (8, 1.15), (58, 1), (98, 0.85)):
        o += group(
            path("M-13 0v-25a13 13 0 0 1 26 0v25z", "#fdf3d6", stroke=INK, stroke_width="2"),
            path("M-6 0v-19h12v19z", "#7a4a2a"),
            line("M-9 -24h18M0 -36v12", INK, 1.5, opacity=".75"),
            transform=f"translate({x + ax} {y + 62})scale({q})",
        )
    for hx, hy, s in ((x - 176, y + 76, 1), (x + 40, y + 104, 1.1), (x + 186, y + 66, 0.9)):
        o += group(
            path("M-26 0v-24h52v24z", "#f6ecd2", stroke=INK, stroke_width="2"),
            path(
                "M-34 -22L-22 -42H22L34 -22z",
                "#6f6a66",
                stroke=INK,
                stroke_width="2.2",
                stroke_linejoin="round",
            ),
            path(
                [stroke((-20 + i * 7, -40), (-28 + i * 9, -24), 0, 2) for i in range(7)],
                "#2a2624",
                opacity=".6",
            ),
            path("M-6 0v-15h12v15z", "#7a4a2a"),
            transform=f"translate({num(hx)} {num(hy)}) scale({s})",
        )
    o += path(
        f"M{x - 30} {y + 64}q-30 26 6 54t-22 70l34 2q34 -40 4 -76t12 -50z", "#f0dcae", opacity=".9"
    )
    o += line(f"M{x + 60} {y + 58}q6 -40 -6 -72q-8 -20 4 -40", "#fffdf4", 5, opacity=".55")
    return o


def crates(c: Random) -> str:
    o = '<ellipse cx="742" cy="648" rx="92" ry="10" fill="#24170c" opacity=".35"/>'
    for x, y in ((668, 604), (742, 606), (704, 566)):
        o += "".join(use("P", x + 14 + i * 20, y - 4, (i - 1) * 12, 0.15) for i in range(3))
        o += (
            path(f"M{x} {y}h70v34h-70z", "#d6a564", stroke=INK, stroke_width="2.4")
            + line(f"M{x} {y + 11}h70M{x} {y + 22}h70", INK, 1.8)
            + line(f"M{x + 2} {y + 3}h66", "#fbe6bd", 1.6)
        )
    return o


def bough(c: Random) -> str:
    o = (
        branch(
            [(1620, -10), (1530, 40), (1420, 84), (1300, 112), (1196, 150)], [26, 21, 16, 11, 5], c
        )
        + branch([(1540, 36), (1548, 110), (1536, 170)], [10, 7, 5], c)
        + branch([(1420, 84), (1380, 50), (1290, 20)], [9, 6, 4], c)
    )

    def leafy(x: float, y: float, turn: float, size: float) -> str:
        return use("L", x, y, turn, size)

    o += (
        leafy(1300, 110, -150, 0.95)
        + leafy(1420, 82, -118, 0.9)
        + leafy(1500, 52, -76, 0.85)
        + leafy(1196, 150, 168, 0.95)
        + leafy(1290, 20, 160, 0.8)
        + leafy(1310, 24, 20, 0.9)
    )
    o += (
        use("P", 1252, 248, 5, 0.76)
        + leafy(1240, 146, 118, 0.8)
        + use("P", 1532, 286, -6, 1.12)
        + leafy(1548, 104, 28, 0.95)
        + use("P", 1388, 250, -2, 0.98)
    )
    o += (
        leafy(1300, 114, 54, 0.8)
        + leafy(1404, 92, 36, 1)
        + leafy(1440, 78, 96, 0.8)
        + leafy(1534, 164, 140, 1)
        + leafy(1538, 168, 56, 0.8)
        + leafy(1584, 10, 86, 0.9)
    )
    return o
