"""What else grows on the slopes: apples, walnuts, potatoes."""

from math import sin
from random import Random

from art.forms import APPLE, fruit, stem, washes
from art.hand import (
    INK,
    Body,
    group,
    keyed,
    line,
    num,
    path,
    profile,
    radial,
    shadow,
    smooth,
    stroke,
    use,
)
from art.plates.parts import leaf_def
from art.plates.plate import svg


def apple() -> str:
    c = Random(34)
    b1 = Body(404, 356, 236, APPLE, tilt=7, chance=c)
    b2 = Body(240, 378, 262, APPLE, tilt=-5, chance=c)
    return svg(
        "apple",
        "celadon",
        washes("apple") + leaf_def(c),
        shadow(420, 482, 150, 18, c),
        shadow(258, 516, 170, 20, c),
        fruit(b1, "apple", "q", detail=0.8),
        stem((394, 246), (412, 172), 8, 9),
        fruit(b2, "apple", "p"),
        stem((246, 256), (228, 168), -8, 10),
        use("L", 238, 208, -34, 1.2),
        use("L", 402, 214, 22, 0.8),
    )


def walnut() -> str:
    c = Random(35)
    sh = radial("nut", 0.34, 0.32, 0.8, (0, "#efd6a4"), (0.45, "#c99c5c"), (1, "#7d5428"))
    return svg(
        "walnut",
        "jade",
        sh + leaf_def(c) + group(nut(c), id="W"),
        shadow(330, 520, 250, 26, c),
        use("L", 470, 262, -30, 1.1),
        use("L", 180, 262, -150, 1),
        use("W", 212, 356, -18, 1),
        use("W", 420, 360, 20, 0.98),
        use("W", 316, 318, 4, 1.02),
        half_nut(330, 440, c),
        shadow(510, 560, 60, 10, c),
        kernel(506, 540, c),
    )


def nut(c: Random) -> str:
    b = Body(
        0,
        0,
        190,
        profile(
            (0, 0.06),
            (0.04, 0.2),
            (0.14, 0.36),
            (0.32, 0.47),
            (0.5, 0.5),
            (0.7, 0.46),
            (0.87, 0.32),
            (0.96, 0.18),
            (1, 0.05),
        ),
        chance=c,
        bulge=0.3,
    )
    cr = []
    for _ in range(58):
        t, u = c.uniform(0.08, 0.9), c.uniform(-0.92, 0.92)
        p = b.at(t, u)
        q = b.at(
            min(0.97, t + c.uniform(0.05, 0.14)), max(-0.97, min(0.97, u + c.uniform(-0.22, 0.22)))
        )
        cr.append(stroke(p, q, c.uniform(-9, 9), 4.6))
    seam = [b.at(t, 0.1 + 0.06 * sin(6 * t)) for t in [i / 6 for i in range(7)]]
    return keyed(
        b.outline(),
        "url(#nut)",
        path(cr, "#4f2f0f", opacity=".85"),
        path(
            b.rings([0.12 + 0.8 * i / 18 for i in range(18)], 0.5, 0.98, 2.6, 0.2),
            INK,
            opacity=".4",
        ),
        line(smooth(seam), "#5b3713", 9),
        line(smooth([(x - 3, y) for x, y in seam]), "#e9c88e", 4),
        path([stroke(b.at(0.2, -0.5), b.at(0.5, -0.62), 5, 7)], "#fff3d0", opacity=".7"),
        name="wc",
        weight=3.4,
    )


def half_nut(x: float, y: float, c: Random) -> str:
    r = 86
    o = Body(
        x,
        y,
        2 * r,
        profile(
            (0, 0.1), (0.05, 0.24), (0.18, 0.4), (0.5, 0.52), (0.82, 0.4), (0.95, 0.24), (1, 0.1)
        ),
        bulge=0,
        chance=c,
    )
    rim = Body(x, y, 2 * r * 0.86, o.profile, bulge=0, chance=c)
    lobes = ""
    for s in (-1, 1):
        pts = [
            (x + s * 9, y - 58),
            (x + s * 34, y - 62),
            (x + s * 58, y - 40),
            (x + s * 66, y - 6),
            (x + s * 58, y + 34),
            (x + s * 34, y + 58),
            (x + s * 10, y + 56),
            (x + s * 14, y + 18),
            (x + s * 8, y - 4),
            (x + s * 16, y - 30),
        ]
        lobes += path(smooth(pts, closed=True), "#ecd09a", stroke=INK, stroke_width="2.4")
        w = []
        for i in range(9):
            yy = y - 48 + i * 12
            w.append(
                stroke(
                    (x + s * 12, yy + 4),
                    (x + s * (60 - abs(i - 4) * 4), yy - 6 + (i % 3) * 6),
                    s * (14 if i % 2 else -12),
                    5,
                )
            )
        lobes += path(w, "#9a6a34", opacity=".75")
    return keyed(
        o.outline(),
        "#b98748",
        path(rim.outline(), "#6d4520"),
        path(
            o.rings([0.1 + 0.8 * i / 20 for i in range(20)], 0.8, 0.98, 3, 0.1), INK, opacity=".5"
        ),
        lobes,
        line(f"M{x} {y - 66}q-6 40 0 66t0 62", "#c39a5e", 5),
        name="hn",
        weight=3.4,
    )


def kernel(x: float, y: float, c: Random) -> str:
    pts = [
        (x - 44, y + 6),
        (x - 36, y - 16),
        (x - 12, y - 26),
        (x + 10, y - 20),
        (x + 34, y - 24),
        (x + 48, y - 4),
        (x + 40, y + 14),
        (x + 10, y + 20),
        (x - 20, y + 20),
    ]
    return path(smooth(pts, closed=True), "#e9cb92", stroke=INK, stroke_width="2.6") + path(
        [
            stroke(
                (x - 36 + i * 11, y - 14 + (i % 2) * 6),
                (x - 30 + i * 11, y + 14 - (i % 2) * 5),
                5 if i % 2 else -5,
                4,
            )
            for i in range(8)
        ],
        "#9a6a34",
        opacity=".75",
    )


def potato() -> str:
    c = Random(40)
    w = radial("spud", 0.34, 0.3, 0.85, (0, "#f3dcae"), (0.5, "#cfa765"), (1, "#85602f"))
    return svg(
        "potato",
        "sand",
        w + group(spud(c), id="S"),
        shadow(330, 528, 260, 26, c),
        use("S", 208, 376, 96, 1),
        use("S", 442, 372, 80, 0.96),
        use("S", 306, 446, 100, 0.9),
        cutspud(470, 480, c),
        line(
            [f"M{num(c.uniform(90, 560))} {num(c.uniform(548, 586))}h0" for _ in range(40)],
            "#3d2612",
            5,
            opacity=".6",
        ),
    )


def spud(c: Random) -> str:
    b = Body(
        0,
        0,
        240,
        profile(
            (0, 0.1),
            (0.05, 0.22),
            (0.2, 0.34),
            (0.45, 0.37),
            (0.7, 0.38),
            (0.88, 0.28),
            (0.96, 0.17),
            (1, 0.08),
        ),
        chance=c,
        bulge=0.4,
    )
    eyes = []
    for t, u in (
        (0.2, -0.3),
        (0.3, 0.3),
        (0.5, -0.55),
        (0.55, 0.1),
        (0.72, -0.2),
        (0.8, 0.35),
        (0.4, 0.62),
    ):
        x, y = b.at(t, u)
        eyes += [
            stroke((x - 9, y), (x + 9, y - 2), 7, 4),
            stroke((x - 5, y - 6), (x + 6, y - 6), 3, 2),
        ]
    return keyed(
        b.outline(),
        "url(#spud)",
        path(
            b.rings([0.08 + 0.86 * i / 22 for i in range(22)], 0.55, 0.98, 2.8, 0.25),
            INK,
            opacity=".36",
        ),
        path(eyes, "#6d4a20", opacity=".8"),
        line(b.speckles(80), "#7d5628", 2.6, opacity=".6"),
        path([stroke(b.at(0.2, -0.55), b.at(0.5, -0.66), 7, 9)], "#fff6dc", opacity=".65"),
        name="pc",
        weight=3.4,
    )


def cutspud(x: float, y: float, c: Random) -> str:
    o = smooth(
        [
            (x - 76, y + 6),
            (x - 60, y - 42),
            (x, y - 58),
            (x + 62, y - 40),
            (x + 78, y + 6),
            (x + 54, y + 44),
            (x, y + 52),
            (x - 56, y + 44),
        ],
        closed=True,
    )
    i = smooth(
        [
            (x - 66, y + 5),
            (x - 52, y - 35),
            (x, y - 49),
            (x + 53, y - 34),
            (x + 67, y + 5),
            (x + 46, y + 36),
            (x, y + 43),
            (x - 48, y + 36),
        ],
        closed=True,
    )
    return (
        path(o, "#b88d4c", stroke=INK, stroke_width="3.2")
        + path(i, "#fbf0c0")
        + line(
            smooth(
                [
                    (x - 50, y + 3),
                    (x - 38, y - 26),
                    (x, y - 36),
                    (x + 40, y - 24),
                    (x + 50, y + 5),
                    (x + 34, y + 26),
                    (x, y + 32),
                    (x - 36, y + 26),
                ],
                closed=True,
            ),
            "#e3cd84",
            2.4,
            stroke_dasharray="7 6",
        )
        + path(
            [
                stroke((x + 20 + k * 5, y - 34 + k * 5), (x + 26 + k * 6, y + 34 - k * 4), -4, 2.2)
                for k in range(7)
            ],
            "#b79a4c",
            opacity=".6",
        )
    )
