"""The things themselves: pears of three kinds, apple, leaf, blossom, jar, basket, sack, boards."""

from collections.abc import Sequence
from math import cos, pi, radians, sin
from random import Random

from art.hand import (
    INK,
    Body,
    Point,
    group,
    keyed,
    line,
    num,
    pair,
    path,
    profile,
    radial,
    smooth,
    stroke,
)

YULU = profile(
    (0, 0.03),
    (0.03, 0.13),
    (0.1, 0.235),
    (0.25, 0.34),
    (0.45, 0.425),
    (0.65, 0.455),
    (0.82, 0.405),
    (0.93, 0.28),
    (0.98, 0.15),
    (1, 0.05),
)
SULI = profile(
    (0, 0.03),
    (0.03, 0.12),
    (0.1, 0.2),
    (0.25, 0.27),
    (0.45, 0.36),
    (0.65, 0.415),
    (0.82, 0.385),
    (0.93, 0.27),
    (0.98, 0.15),
    (1, 0.05),
)
JINLI = profile(
    (0, 0.03),
    (0.03, 0.12),
    (0.1, 0.2),
    (0.22, 0.27),
    (0.4, 0.37),
    (0.6, 0.46),
    (0.78, 0.45),
    (0.91, 0.32),
    (0.98, 0.16),
    (1, 0.05),
)
APPLE = profile(
    (0, 0.12),
    (0.02, 0.28),
    (0.08, 0.4),
    (0.22, 0.52),
    (0.42, 0.56),
    (0.62, 0.52),
    (0.8, 0.41),
    (0.93, 0.28),
    (0.98, 0.18),
    (1, 0.08),
)

SKINS = {
    # wash from the light to the dark side, blush, streak, light and dark speckle
    "yulu": (
        "#f7f2bd",
        "#dfdb7c",
        "#a9b44f",
        "#6f8238",
        "#d9603a",
        "#b8472e",
        "#fffbe0",
        "#6d5a25",
    ),
    "jinli": (
        "#fff3bd",
        "#f2d264",
        "#d6a63a",
        "#94661f",
        "#cf8a30",
        "#9a5f22",
        "#fff3c4",
        "#7a4d17",
    ),
    "suli": (
        "#fbf6cf",
        "#e6e39a",
        "#bfc46a",
        "#87944a",
        "#cdd07a",
        "#8f9a4a",
        "#fffce6",
        "#77702f",
    ),
    "frozen": (
        "#8d6a50",
        "#5d3f2c",
        "#38241a",
        "#1c1210",
        "#241612",
        "#140c0a",
        "#eef4f6",
        "#0f0907",
    ),
    "apple": (
        "#f6b48b",
        "#d9482f",
        "#ab2420",
        "#6d1418",
        "#8e1a1c",
        "#f4c27a",
        "#ffe2b0",
        "#7a1a18",
    ),
}


def washes(kind: str) -> str:
    """Return the washes of a skin, to be named ``{kind}`` and ``{kind}b``."""
    light, mid, deep, edge, blush, *_rest = SKINS[kind]
    return radial(
        kind, 0.34, 0.36, 0.78, (0, light), (0.34, mid), (0.72, deep), (1, edge)
    ) + radial(
        f"{kind}b",
        0.86,
        0.48,
        0.72,
        (0, blush, 0.85),
        (0.3, blush, 0.62),
        (0.65, blush, 0.2),
        (1, blush, 0),
    )


def fruit(body: Body, kind: str, name: str, *, detail: float = 1, weight: float = 3.4) -> str:
    """Return a pear or an apple: wash, blush, streaks, strokes in the shade, speckles, light."""
    *_wash, streak, pale, dark = SKINS[kind]
    outline, rows, h = body.outline(), round(24 * detail), body.height
    shade = body.rings([0.12 + 0.82 * i / rows for i in range(rows)], 0.66, 0.985, h / 95, 0.14)
    deep = body.rings(
        [0.5 + 0.46 * i / rows for i in range(round(rows * 0.6))], 0.15, 0.93, h / 110, 0.34
    )
    runs = body.streaks(round(34 * detail), (-0.05, 0.86), (0.1, 0.9), h / 62)
    soft = body.streaks(round(14 * detail), (-0.86, -0.1), (0.12, 0.92), h / 80)
    within = [
        path(outline, f"url(#{kind}b)"),
        path(runs, streak, opacity=".42"),
        path(soft, SKINS[kind][3] if kind != "apple" else streak, opacity=".26"),
        path(deep, INK, opacity=".2"),
        path(shade, INK, opacity=".38"),
        line(body.speckles(round(64 * detail)), dark, h / 120, opacity=".55"),
        line(body.speckles(round(34 * detail), (-0.8, 0.55)), pale, h / 135, opacity=".95"),
        gleam(body),
        cup(body),
    ]
    return keyed(outline, f"url(#{kind})", *within, name=name, weight=weight)


def cup(body: Body) -> str:
    """Return the hollow that the stalk stands in."""
    h = body.height
    left, right, low = body.at(0.035, -0.9), body.at(0.035, 0.95), body.at(0.03, 0)
    strokes = [stroke(left, right, h / 40, h / 30)]
    strokes += [
        stroke((low[0] + d * h / 60, low[1]), body.at(0.11 + 0.02 * (d % 2), d / 8), 0, h / 110)
        for d in (-4, -2, 0, 2, 3, 5)
    ]
    return path(strokes, INK, opacity=".34")


def gleam(body: Body) -> str:
    """Return the window's light on a skin, left of the middle, and the light from below at the edge."""
    a, b = body.at(0.2, -0.5), body.at(0.5, -0.62)
    c, d = body.at(0.56, -0.62), body.at(0.64, -0.62)
    low = [body.at(t, 0.93) for t in (0.6, 0.72, 0.84)]
    h = body.height
    return path(
        [stroke(a, b, h / 40, h / 22), stroke(c, d, h / 100, h / 40)], "#fffdf0", opacity=".7"
    ) + line(smooth(low), "#fff3c0", h / 100, opacity=".5")


def stem(foot: Point, head: Point, bend: float, width: float) -> str:
    """Return a stalk that thickens to its upper end."""
    (x0, y0), (x1, y1) = foot, head
    mx, my = (x0 + x1) / 2 + bend, (y0 + y1) / 2
    w = width / 2
    body = f"M{pair((x0 - w * 0.8, y0))}Q{pair((mx - w, my))} {pair((x1 - w * 1.5, y1))}L{pair((x1 + w * 1.5, y1 + w))}Q{pair((mx + w, my))} {pair((x0 + w * 0.8, y0))}z"
    return path(
        body, "#7c5530", stroke=INK, stroke_width=num(width / 4.5), stroke_linejoin="round"
    ) + line(
        f"M{pair((x0 - w * 0.2, y0 - 3))}Q{pair((mx - w * 0.5, my))} {pair((x1 - w * 0.6, y1 + 3))}",
        "#c79a62",
        width / 5,
        opacity=".8",
    )


LEAF = ("#7fae74", "#3f7d55", "#1f5a41")


def leaf(
    base: Point,
    angle: float,
    length: float,
    chance: Random,
    *,
    broad: float = 0.24,
    tones: Sequence[str] = LEAF,
) -> str:
    """Return a leaf from its ``base``: a light half, a dark half, veins, a key line."""
    w, curl = length * broad, length * chance.uniform(0.07, 0.13)

    def rib(t: float) -> Point:
        return (t * length, -curl * sin(pi * t) + curl * 0.5 * t * t)

    def edge(t: float, side: float) -> Point:
        x, y = rib(t)
        return (x, y + side * w * (sin(pi * t**0.72)) * (1 - 0.35 * t))

    ts = [i / 7 for i in range(8)]
    upper, lower, middle = (
        [f(t) for t in ts] for f in (lambda t: edge(t, -1), lambda t: edge(t, 1), rib)
    )
    back = smooth(lower[::-1])
    whole = smooth(upper) + back.replace("M", "L", 1) + "z"
    half = smooth(middle) + back.replace("M", "L", 1) + "z"
    veins = []
    for t in (0.1, 0.22, 0.34, 0.46, 0.58, 0.7):
        for side in (-0.86, 0.86):
            veins.append(stroke(rib(t), edge(t + 0.19, side), side * length / 40, 2.2))
    return group(
        path(whole, tones[1], stroke=INK, stroke_width="2.6", stroke_linejoin="round"),
        path(half, tones[2], opacity=".8"),
        path(
            [stroke(edge(0.16, -0.45), edge(0.78, -0.5), -w * 0.3, w * 0.2)], tones[0], opacity=".8"
        ),
        path(veins, "#e3ebbd", opacity=".7"),
        line(smooth([rib(0), rib(0.5), rib(0.95)]), "#e8edc2", 2.2),
        transform=f"translate({pair(base)}) rotate({num(angle)})",
    )


def blossom(x: float, y: float, r: float, turn: float, chance: Random) -> str:
    """Return a pear blossom from the front: five petals, their folds, red anthers."""
    petals, folds, anthers, threads = [], [], [], []
    for i in range(5):
        a = radians(turn + 72 * i)

        def out(part: float, off: float, a: float = a) -> Point:
            b = a + off
            return (x + r * part * cos(b), y + r * part * sin(b) * 0.94)

        petals.append(
            smooth(
                [
                    out(0.12, 0),
                    out(0.62, -0.5),
                    out(0.95, -0.34),
                    out(1.0, 0.02),
                    out(0.93, 0.36),
                    out(0.6, 0.5),
                ],
                closed=True,
            )
        )
        folds += [
            stroke(out(0.28, o), out(0.8 - abs(o) * 0.3, o * 1.4), o * 10, r / 34)
            for o in (-0.26, -0.08, 0.1, 0.28)
        ]
    for i in range(14):
        a = radians(turn + 26 * i + chance.uniform(-8, 8))
        far = r * chance.uniform(0.26, 0.42)
        p = (x + far * cos(a), y + far * sin(a))
        threads.append(f"M{pair((x, y))}L{pair(p)}")
        anthers.append(f"M{pair(p)}h0")
    return (
        path(
            petals,
            "url(#petal)",
            stroke=INK,
            stroke_width=num(r / 38),
            stroke_opacity=".75",
            stroke_linejoin="round",
        )
        + path(folds, "#c79aa0", opacity=".55")
        + f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(r * 0.16)}" fill="#c9d58b"/>'
        + line(threads, "#f3f5d8", r / 32)
        + line(anthers, "#a8324a", r / 12)
    )


def boards(
    x: float,
    y: float,
    w: float,
    h: float,
    count: int,
    chance: Random,
    tones: tuple[str, str] = ("#e2b878", "#c08d4c"),
) -> str:
    """Return boards one above the other, with their grain, nailed to two posts."""
    gap = h * 0.05
    each = (h - gap * (count - 1)) / count
    planks, grain, light = [], [], []
    for i in range(count):
        top = y + i * (each + gap)
        planks.append(f"M{pair((x, top))}h{num(w)}v{num(each)}h{num(-w)}z")
        light.append(f"M{pair((x + 3, top + 3))}h{num(w - 6)}")
        for _ in range(9):
            gx, gy = x + chance.uniform(6, w * 0.8), top + chance.uniform(7, each - 5)
            grain.append(
                stroke(
                    (gx, gy),
                    (gx + chance.uniform(40, w * 0.34), gy + chance.uniform(-2, 2)),
                    chance.uniform(-3, 3),
                    2,
                )
            )
    return (
        path(planks, "url(#wood)", stroke=INK, stroke_width="3", stroke_linejoin="round")
        + path(grain, "#7c4f22", opacity=".55")
        + line(light, "#fbe6bd", 2.4, opacity=".8")
    )


def posts(places: Sequence[float], y: float, w: float, h: float, chance: Random) -> str:
    """Return upright boards in front, with nails and grain."""
    shapes, grain, nails = [], [], []
    for x in places:
        shapes.append(f"M{pair((x, y))}h{num(w)}v{num(h)}h{num(-w)}z")
        grain += [
            stroke(
                (x + chance.uniform(6, w - 6), y + 8),
                (x + chance.uniform(6, w - 6), y + h - 8),
                2,
                2,
            )
            for _ in range(3)
        ]
        nails += [f"M{pair((x + w / 2, y + h * part))}h0" for part in (0.16, 0.5, 0.84)]
    return (
        path(shapes, "url(#post)", stroke=INK, stroke_width="3", stroke_linejoin="round")
        + path(grain, "#7c4f22", opacity=".5")
        + line(nails, "#4a3826", 7)
        + line(nails, "#d9c3a0", 2)
    )


def hatch(
    x: float, y: float, w: float, h: float, count: int, chance: Random, width: float = 2.4
) -> list[str]:
    """Return upright strokes over a flat side, denser to the right: its shade."""
    drawn = []
    for i in range(count):
        part = 1 - (1 - (i + 0.5) / count) ** 1.6 if count > 1 else 0.5
        px = x + w * part
        drawn.append(
            stroke(
                (px, y + chance.uniform(0, h * 0.2)),
                (px + chance.uniform(-1, 1), y + h - chance.uniform(0, h * 0.12)),
                1,
                width,
            )
        )
    return drawn
