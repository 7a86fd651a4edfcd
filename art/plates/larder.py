"""What keeps: paste, honey, millet, beans, dried pears, juice."""

from math import cos, pi, sin
from random import Random

from art.forms import hatch, washes
from art.hand import (
    INK,
    Body,
    Point,
    group,
    keyed,
    line,
    linear,
    num,
    pair,
    path,
    profile,
    radial,
    shadow,
    smooth,
    stroke,
    use,
)
from art.plates.jars import HONEY, JAR, jar, spoon
from art.plates.packing import GREEN
from art.plates.parts import pear_def
from art.plates.plate import svg


def pear_paste() -> str:
    c = Random(24)
    return svg(
        "pear_paste",
        "clay",
        washes("yulu") + JAR + pear_def(c, detail=0.4),
        shadow(315, 528, 170, 22, c),
        shadow(486, 546, 110, 12, c),
        jar(296, 128, 262, 396, c, "j"),
        spoon(470, 528, c),
    )


def honey() -> str:
    c = Random(25)
    d = ""
    for i, w in enumerate((14, 22, 26, 22, 14)):
        d += f"M{500 - w} {430 + i * 13}q{w} -9 {2 * w} 0q{-w} 16 {-2 * w} 0z"
    return svg(
        "honey",
        "celadon",
        HONEY,
        shadow(300, 528, 170, 22, c),
        shadow(505, 548, 84, 12, c),
        jar(278, 128, 262, 396, c, "j", "honey", "#fff6da", "comb"),
        path("M492 250q8 -8 16 0l-2 176h-12z", "#c8935a", stroke=INK, stroke_width="2.6"),
        path(d, "#c8935a", stroke=INK, stroke_width="2.4"),
        path(
            "M488 492q12 8 24 0q-2 34 -10 52q-10 -14 -14 -52z",
            "#eeb23a",
            stroke="#a9640f",
            stroke_width="2",
        ),
        '<ellipse cx="504" cy="546" rx="52" ry="11" fill="#eeb23a" stroke="#a9640f" stroke-width="2"/>',
    )


def millet() -> str:
    c = Random(36)
    sack = radial(
        "sack", 0.34, 0.3, 0.9, (0, "#f3e8cc"), (0.5, "#d9c69c"), (1, "#9c845a")
    ) + radial("gold", 0.4, 0.25, 0.8, (0, "#ffe793"), (0.6, "#eebd3f"), (1, "#b9811f"))
    grains: list[str] = []
    dark: list[str] = []
    for _ in range(150):
        a = c.uniform(0, pi)
        r = c.random() ** 0.5
        px, py = 320 + 182 * r * cos(a), 330 - 112 * r * sin(a)
        (grains if c.random() < 0.55 else dark).append(f"M{num(px)} {num(py)}h0")
    heap = smooth(
        [
            (122, 372),
            (132, 330),
            (164, 284),
            (230, 236),
            (320, 214),
            (410, 236),
            (476, 284),
            (508, 330),
            (518, 372),
        ]
    )
    body = "M132 344q188 54 376 0q30 70 22 140q-4 46 -40 56h-340q-36 -10 -40 -56q-8 -70 22 -140z"
    weave = [
        stroke(
            (126 + i * 20, 356 + 14 * sin(pi * i / 20)),
            (118 + i * 20.4, 536 - c.uniform(0, 20)),
            0,
            2.2,
        )
        for i in range(21)
    ] + [stroke((118, 380 + i * 13), (522, 380 + i * 13), -26, 2) for i in range(12)]
    roll = "M118 330q202 66 404 0q12 12 4 30q-206 62 -412 0q-8 -18 4 -30z"
    return svg(
        "millet",
        "rain",
        sack + ear(c),
        shadow(324, 546, 250, 24, c),
        use("E", 196, 276, -34, 1.02),
        use("E", 262, 250, -14, 1.12),
        use("E", 360, 250, 4, 1.12),
        use("E", 436, 280, 16, 0.98),
        path(heap + "z", "url(#gold)", stroke=INK, stroke_width="3"),
        line(dark, "#a8721a", 5, opacity=".75"),
        line(grains, "#fff3b0", 5, opacity=".95"),
        keyed(
            body,
            "url(#sack)",
            path(weave, "#7d6438", opacity=".3"),
            path(hatch(400, 360, 126, 176, 24, c, 3), INK, opacity=".26"),
            path([stroke((170, 380), (160, 500), 10, 12)], "#fffaf0", opacity=".5"),
            name="sk",
            weight=3.6,
        ),
        path(roll, "#efe0b9", stroke=INK, stroke_width="3", stroke_linejoin="round"),
        path(
            [
                stroke(
                    (126 + i * 19, 340 + 20 * sin(pi * i / 20)),
                    (128 + i * 19, 364 + 22 * sin(pi * i / 20)),
                    4,
                    3,
                )
                for i in range(21)
            ],
            "#7d6438",
            opacity=".6",
        ),
        shadow(490, 578, 66, 9, c),
        spoon(452, 562, c, "#e2ac33"),
        line(
            [
                f"M{num(340 + c.uniform(-40, 60))} {num(566 + c.uniform(-8, 12))}h0"
                for _ in range(26)
            ],
            "#e2ac33",
            5,
        ),
    )


def ear(c: Random) -> str:
    """An ear of foxtail millet that nods to the right, its foot at 0,0."""

    def spine(t: float) -> Point:
        return (74 * t**2.2, -150 * t + 58 * t**3)

    fill = []
    lights = []
    bristle = []
    for i in range(46):
        t = 0.06 + 0.94 * i / 45
        x, y = spine(t)
        w = 17 * sin(pi * (0.12 + 0.84 * (1 - t))) ** 0.6
        for s in (-1, -0.4, 0.2, 0.8):
            p = (x + s * w + c.uniform(-2, 2), y + s * w * 0.5 * t + c.uniform(-3, 3))
            fill.append(f"M{pair(p)}h0")
            if c.random() < 0.4:
                lights.append(f"M{pair((p[0] - 1.5, p[1] - 1.5))}h0")
        if i % 3 == 0:
            for s in (-1, 1):
                bristle.append(stroke((x + s * w, y), (x + s * (w + 15), y - 10 + 14 * t), 0, 1.8))
    return group(
        line("M-2 90Q-4 20 0 0", "#8c9a4e", 7),
        path(
            [stroke((-3, 60), (-96, 10), -30, 15), stroke((-2, 40), (70, 10), 24, 12)],
            "#6f9a5a",
            stroke=INK,
            stroke_width="1.6",
        ),
        path(bristle, "#9a7a2c"),
        line(fill, INK, 11, opacity=".9"),
        line(fill, "#dda432", 8.6),
        line(lights, "#fbe08a", 4.4),
        id="E",
    )


def kidney_bean() -> str:
    c = Random(37)
    bean = radial("bean", 0.34, 0.3, 0.85, (0, "#c9605a"), (0.4, "#94262f"), (1, "#4b0f1c"))
    B = group(
        path(
            "M-40 6C-46 -22 -18 -36 6 -32C34 -28 48 -10 42 12C38 28 18 30 6 20C-2 13 -10 12 -18 18C-28 26 -38 20 -40 6z",
            "url(#bean)",
            stroke=INK,
            stroke_width="2.6",
        )
        + path([stroke((-28, -6), (-2, -24), -8, 7)], "#ffd9cf", opacity=".8")
        + path(
            [stroke((20 + i * 5, -20 + i * 4), (26 + i * 4, 18 - i * 2), -4, 2) for i in range(4)]
            + [stroke((-6, 12), (8, 14), -4, 4)],
            "#1f0508",
            opacity=".55",
        ),
        id="K",
    )
    back = []
    for row, (y, n, w) in enumerate(
        ((286, 3, 60), (312, 5, 128), (338, 6, 176), (364, 7, 206), (390, 8, 214), (414, 7, 190))
    ):
        for i in range(n):
            x = 320 - w + (2 * w * i / (n - 1)) + c.uniform(-10, 10)
            back.append(
                use(
                    "K",
                    x,
                    y + c.uniform(-8, 8),
                    c.uniform(-70, 70),
                    c.uniform(0.82, 0.98).__round__(2),
                )
            )
    return svg(
        "kidney_bean",
        "straw",
        bean
        + B
        + radial("bowl", 0.3, 0.2, 0.95, (0, "#f8f5ea"), (0.55, "#d9e0d6"), (1, "#8fa69a")),
        shadow(330, 544, 220, 24, c),
        '<ellipse cx="320" cy="404" rx="236" ry="50" fill="#4b0f1c" stroke="#3a2a1c" stroke-width="3"/>',
        path(
            smooth(
                [(110, 404), (150, 340), (230, 292), (320, 276), (410, 292), (490, 340), (530, 404)]
            )
            + "z",
            "#4b0f1c",
        ),
        *back,
        keyed(
            "M84 404q236 84 472 0q-6 92 -112 136q-20 12 -124 12t-124 -12q-106 -44 -112 -136z",
            "url(#bowl)",
            line("M92 430q228 84 456 0", "#2e6f8c", 5, opacity=".85"),
            line("M98 446q222 82 444 0", "#2e6f8c", 2, opacity=".85"),
            line(
                [
                    f"M{num(320 + 210 * sin(u))} {num(478 + 22 * cos(u * 1.5))}q10 -16 20 0t-20 0"
                    for u in (-0.8, -0.45, -0.1, 0.25, 0.6)
                ],
                "#2e6f8c",
                3,
                opacity=".8",
            ),
            path(hatch(390, 424, 150, 120, 22, c, 2.8), INK, opacity=".3"),
            path([stroke((128, 446), (176, 520), 8, 9)], "#ffffff", opacity=".7"),
            name="bw",
            weight=3.6,
        ),
        use("K", 120, 566, 20, 0.9),
        use("K", 196, 584, -150, 0.84),
        use("K", 532, 570, 70, 0.9),
    )


def pear_dried() -> str:
    c = Random(38)
    d = radial("dry", 0.4, 0.35, 0.8, (0, "#ffe2a0"), (0.5, "#e2a24a"), (1, "#9a5c1d"))
    S = group(slab(c), id="S") + radial(
        "dish", 0.3, 0.2, 0.95, (0, "#fbf9f0"), (0.6, "#e3e6dc"), (1, "#9fb0a6")
    )
    return svg(
        "pear_dried",
        "dusk",
        d + S,
        shadow(330, 536, 252, 22, c),
        '<ellipse cx="320" cy="500" rx="246" ry="52" fill="url(#dish)" stroke="#3a2a1c" stroke-width="3.4"/><ellipse cx="320" cy="492" rx="196" ry="36" fill="none" stroke="#2f7d5e" stroke-width="3"/><ellipse cx="320" cy="492" rx="187" ry="33" fill="none" stroke="#2f7d5e" opacity=".6"/>',
        path(
            [
                stroke((400 + i * 13, 530 - i * 3), (470 + i * 8, 522 - i * 5), -6, 3)
                for i in range(8)
            ],
            INK,
            opacity=".3",
        ),
        use("S", 176, 398, -40, 0.86),
        use("S", 466, 400, 38, 0.86),
        use("S", 250, 330, -18, 0.94),
        use("S", 396, 332, 20, 0.94),
        use("S", 322, 292, 2, 1.04),
        use("S", 232, 438, -62, 0.8),
        use("S", 412, 442, 60, 0.8),
        use("S", 322, 404, 6, 0.98),
    )


def slab(c: Random) -> str:
    b = Body(
        0,
        0,
        230,
        profile(
            (0, 0.05),
            (0.03, 0.14),
            (0.12, 0.22),
            (0.25, 0.27),
            (0.45, 0.36),
            (0.65, 0.4),
            (0.82, 0.35),
            (0.93, 0.24),
            (0.98, 0.13),
            (1, 0.05),
        ),
        bulge=0,
        chance=c,
    )
    ts = [0.5 - cos(pi * i / 12) / 2 for i in range(13)]
    pts = [
        (x + c.uniform(-5, 5), y + c.uniform(-4, 4))
        for x, y in [b.at(t, -1) for t in ts] + [b.at(t, 1) for t in reversed(ts[1:-1])]
    ]
    o = smooth(pts, closed=True)
    rays = [
        stroke(
            (34 * cos(a) * 0.8, 18 + 34 * sin(a)),
            (c.uniform(66, 92) * cos(a) * 0.84, 18 + c.uniform(66, 100) * sin(a) * 0.95),
            c.uniform(-6, 6),
            3.4,
        )
        for a in [2 * pi * i / 34 for i in range(34)]
    ]
    return keyed(
        o,
        "url(#dry)",
        path(rays, "#8a4f14", opacity=".5"),
        path(
            "M0 -14C22 0 22 38 0 56C-22 38 -22 0 0 -14z",
            "#f6d18b",
            stroke="#8a4f14",
            stroke_width="3",
        ),
        path(
            "M-5 8C-12 18 -12 30 -6 36C-2 28 -2 16 -5 8zM5 8C12 18 12 30 6 36C2 28 2 16 5 8z",
            "#5b2d10",
        ),
        path(
            b.rings([0.1 + 0.85 * i / 18 for i in range(18)], 0.62, 0.97, 3, 0.2),
            INK,
            opacity=".34",
        ),
        path(
            [stroke((-50, -40), (-62, 30), 6, 9), stroke((-20, -88), (-38, -60), 3, 6)],
            "#fff5d6",
            opacity=".75",
        ),
        name="sc",
        weight=3.2,
    )


def pear_juice() -> str:
    c = Random(39)
    g = linear("juice", 1, 0.3, (0, "#fbf3b8"), (0.5, "#f0df86"), (1, "#c7ab4b"))
    bottle = "M262 118h76v44q4 40 34 62q20 16 20 48v226q0 20 -20 20h-144q-20 0 -20 -20v-226q0 -32 20 -48q30 -22 34 -62z"
    glass = "M442 306h132l-16 214q-2 12 -16 12h-68q-14 0 -16 -12z"
    return svg(
        "pear_juice",
        "rain",
        washes("yulu") + g + GREEN + pear_def(c),
        shadow(306, 526, 150, 20, c),
        shadow(512, 538, 96, 13, c),
        shadow(130, 540, 100, 14, c),
        keyed(
            bottle,
            "url(#juice)",
            path("M208 118h190v84h-190z", "#fffdf2", opacity=".7"),
            path(hatch(336, 230, 54, 284, 14, c, 3), INK, opacity=".22"),
            path(
                [stroke((222, 270), (222, 480), 6, 13), stroke((270, 140), (262, 190), 4, 7)],
                "#fffef4",
                opacity=".85",
            ),
            path("M200 312q100 26 192 0v118q-92 26 -192 0z", "url(#side)"),
            line("M204 320q96 24 184 0M204 424q96 24 184 0", "#e0c071", 2.6),
            path(hatch(330, 318, 60, 112, 12, c, 2.6), "#06241a", opacity=".4"),
            name="bt",
            weight=3.6,
        ),
        use("P", 298, 374, 0, 0.4),
        path("M254 88h92v38q-46 10 -92 0z", "url(#lid)", stroke=INK, stroke_width="3"),
        path(
            [stroke((262 + i * 10, 94), (262 + i * 10, 124), 0, 2.6) for i in range(9)],
            "#06241a",
            opacity=".6",
        ),
        keyed(
            glass,
            "#fffdf2",
            path("M430 352h150v190h-150z", "url(#juice)"),
            '<ellipse cx="508" cy="352" rx="62" ry="9" fill="#fffbe0"/>',
            path(hatch(530, 320, 36, 200, 9, c, 2.6), INK, opacity=".2"),
            path([stroke((462, 330), (474, 500), 5, 8)], "#ffffff", opacity=".8"),
            name="gl",
            weight=3,
        ),
        use("P", 122, 458, -8, 0.86),
    )
