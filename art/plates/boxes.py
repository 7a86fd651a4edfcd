"""Boxes to give and boxes to know somebody by."""

from random import Random

from art.forms import hatch, washes
from art.hand import INK, line, num, path, shadow, stroke, use
from art.plates.jars import JAR, jar
from art.plates.packing import GREEN, KRAFT, TRAY, box_front, lid, net, straw, tag, yaodong
from art.plates.parts import leaf_def, pear_def
from art.plates.plate import svg


def pear_gift_box() -> str:
    c = Random(22)
    rows = ""
    for r, (y, s, xs) in enumerate(
        ((296, 0.5, (208, 320, 432)), (366, 0.56, (196, 320, 444)), (442, 0.63, (184, 320, 456)))
    ):
        rows += "".join(
            use("P", x, y, (x - 320) / 60, s) + use("N", x, y + 18 * s, 0, round(s * 1.6, 2))
            for x in xs
        )
    return svg(
        "pear_gift_box",
        "sand",
        washes("yulu") + GREEN + pear_def(c, detail=0.5) + net(0, 0, 104, c),
        shadow(330, 572, 280, 24, c),
        lid(120, 84, 400, 186, c),
        path(
            "M120 270h400l46 226H74z",
            "#efe3c4",
            stroke=INK,
            stroke_width="3.2",
            stroke_linejoin="round",
        ),
        path("M120 270h400l8 40H112z", "#6b5330", opacity=".35"),
        path("M120 270l-46 226h26l36-226zM520 270l46 226h-26l-36-226z", "#d9c79b"),
        line("M104 346h432M92 414h456", "#fffaf0", 7),
        line("M104 351h432M92 419h456", "#8d7a52", 1.6, opacity=".6"),
        rows,
        box_front(70, 494, 500, 78, c),
    )


def gift_set() -> str:
    c = Random(23)
    return svg(
        "gift_set",
        "celadon",
        washes("yulu") + GREEN + JAR + pear_def(c, detail=0.5),
        shadow(330, 572, 280, 24, c),
        lid(110, 96, 420, 182, c),
        path(
            "M110 278h420l40 222H70z",
            "#efe3c4",
            stroke=INK,
            stroke_width="3.2",
            stroke_linejoin="round",
        ),
        path("M110 278h420l8 40H102z", "#6b5330", opacity=".35"),
        straw(c, 90, 500, 400, 470),
        use("P", 160, 352, -6, 0.66),
        use("P", 254, 346, 2, 0.68),
        use("P", 344, 354, 5, 0.66),
        use("P", 138, 436, -8, 0.74),
        use("P", 234, 442, 0, 0.78),
        use("P", 330, 440, 6, 0.74),
        jar(458, 282, 156, 222, c, "j"),
        box_front(66, 496, 508, 76, c),
    )


def pear_nine() -> str:
    c = Random(32)
    rows = ""
    for r, (y, s, xs) in enumerate(
        ((250, 0.62, (196, 320, 444)), (350, 0.7, (182, 320, 458)), (462, 0.8, (166, 320, 474)))
    ):
        for x in xs:
            rows += f'<ellipse cx="{x}" cy="{num(y + 60 * s)}" rx="{num(84 * s)}" ry="{num(42 * s)}" fill="#8f7f5e"/><ellipse cx="{x}" cy="{num(y + 54 * s)}" rx="{num(84 * s)}" ry="{num(40 * s)}" fill="none" stroke="#fffaf0" stroke-width="4"/>'
        rows += "".join(
            use("P", x, y, (x - 320) / 50, s) + use("N", x, y + 16 * s, 0, round(s * 1.6, 2))
            for x in xs
        )
    return svg(
        "pear_nine",
        "straw",
        washes("yulu") + TRAY + pear_def(c, detail=0.55) + net(0, 0, 104, c),
        shadow(326, 582, 292, 22, c),
        path(
            "M128 220h384q10 0 12 10l52 300q2 16 -14 16h-484q-16 0 -14 -16l52 -300q2 -10 12 -10z",
            "url(#tray)",
            stroke=INK,
            stroke_width="3.4",
            stroke_linejoin="round",
        ),
        rows,
        path(
            "M58 546h524q12 0 10 12l-4 18q-2 12 -16 12h-504q-14 0 -16 -12l-4 -18q-2 -12 10 -12z",
            "url(#tray)",
            stroke=INK,
            stroke_width="3.4",
            stroke_linejoin="round",
        ),
        path(
            [stroke((70 + i * 22, 550), (72 + i * 21.8, 584), 2, 3) for i in range(23)],
            "#8b7a56",
            opacity=".6",
        ),
        path(hatch(400, 550, 180, 32, 16, c, 2.2), INK, opacity=".25"),
    )


def household_box() -> str:
    c = Random(33)
    front = "M84 372h472v192h-472z"
    return svg(
        "household_box",
        "clay",
        washes("yulu") + KRAFT + pear_def(c) + leaf_def(c),
        shadow(332, 566, 270, 24, c),
        path(
            "M84 372L128 300H512L556 372z",
            "#7c5630",
            stroke=INK,
            stroke_width="3",
            stroke_linejoin="round",
        ),
        path(
            "M128 300L60 258L26 318L84 372zM512 300L580 258L614 318L556 372z",
            "#d3a66c",
            stroke=INK,
            stroke_width="3.2",
            stroke_linejoin="round",
        ),
        path(
            [stroke((60 + i * 7, 266 + i * 6), (36 + i * 8, 316 + i * 8), 2, 2.4) for i in range(6)]
            + [
                stroke((560 + i * 7, 282 - i * 2), (570 + i * 7, 336 - i * 3), 2, 2.6)
                for i in range(6)
            ],
            INK,
            opacity=".22",
        ),
        use("P", 196, 300, -14, 0.78),
        use("P", 318, 284, 2, 0.86),
        use("P", 440, 298, 12, 0.8),
        use("L", 326, 164, -22, 0.72),
        use("P", 146, 356, -20, 0.74),
        use("P", 258, 358, -4, 0.82),
        use("P", 378, 358, 6, 0.84),
        use("P", 494, 354, 18, 0.74),
        path(front, "url(#kraft)", stroke=INK, stroke_width="3.4", stroke_linejoin="round"),
        path(
            [stroke((92, 382 + i * 12), (548, 381 + i * 12), 0, 1.4) for i in range(15)],
            "#8a5f30",
            opacity=".25",
        ),
        path(hatch(410, 378, 142, 182, 20, c, 2.6), INK, opacity=".26"),
        line("M84 374h472", "#f6dfb6", 3, opacity=".8"),
        yaodong(246, 392, c),
        tag(486, 492, c, 0.82),
    )
