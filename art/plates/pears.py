"""The pears: fresh, halved, in flower, by the crate and the basket."""

from random import Random

from art.forms import JINLI, SULI, YULU, blossom, boards, fruit, hatch, leaf, posts, stem, washes
from art.hand import INK, Body, group, line, path, radial, shadow, stroke, use
from art.plates.packing import WOOD, basket, tag
from art.plates.parts import FLESH, branch, half_face, leaf_def, pear_def, slice_
from art.plates.plate import svg


def pear() -> str:
    c = Random(11)
    b = Body(318, 356, 318, YULU, tilt=-4, chance=c)
    return svg(
        "pear",
        "straw",
        washes("yulu"),
        shadow(350, 512, 170, 22, c),
        fruit(b, "yulu", "p"),
        stem((309, 204), (332, 110), -14, 11),
        leaf((322, 158), -24, 178, c),
    )


def pear_half() -> str:
    c = Random(12)
    b = Body(238, 340, 290, YULU, tilt=-7, chance=c)
    return svg(
        "pear_half",
        "celadon",
        washes("yulu") + FLESH,
        shadow(250, 488, 150, 18, c),
        shadow(450, 540, 140, 18, c),
        fruit(b, "yulu", "p"),
        stem((217, 206), (222, 122), -12, 10),
        leaf((221, 158), -28, 150, c),
        half_face(420, 392, 292, YULU, "q", c, tilt=9),
        stem((447, 252), (482, 186), 6, 9),
    )


def jinli() -> str:
    c = Random(13)
    br = branch([(640, 92), (520, 116), (400, 118), (262, 92), (120, 110)], [17, 14, 11, 8, 5], c)
    b1 = Body(232, 348, 262, JINLI, tilt=4, chance=c)
    b2 = Body(436, 334, 238, JINLI, tilt=-6, chance=c)
    return svg(
        "jinli",
        "clay",
        washes("jinli") + leaf_def(c),
        use("L", 330, 108, -52, 0.9),
        use("L", 180, 104, -152, 0.85),
        use("L", 560, 104, -30, 0.8),
        stem((444, 222), (424, 118), 8, 8),
        stem((226, 224), (248, 96), -6, 8),
        br,
        use("L", 424, 120, 30),
        use("L", 400, 118, -135, 0.65),
        fruit(b2, "jinli", "q", detail=0.62),
        fruit(b1, "jinli", "p", detail=0.72),
        use("L", 250, 96, 140, 0.95),
        use("L", 300, 104, 72, 0.85),
        sun=(330, 300, 216),
    )


def suli() -> str:
    c = Random(14)
    b = Body(240, 352, 312, SULI, tilt=-3, chance=c)
    return svg(
        "suli",
        "rain",
        washes("suli") + FLESH,
        shadow(262, 508, 150, 18, c),
        fruit(b, "suli", "p", detail=1.2),
        stem((234, 202), (250, 112), -12, 10),
        leaf((246, 150), -16, 150, c),
        shadow(462, 560, 140, 15, c),
        slice_(470, 500, 1, c, "s"),
        slice_(430, 540, -1, c, "t"),
    )


def pear_blossom() -> str:
    c = Random(31)
    br = branch(
        [(0, 560), (120, 500), (250, 424), (380, 330), (500, 222), (640, 120)],
        [20, 17, 14, 11, 8, 6],
        c,
        "#5b4133",
    )
    tw = branch(
        [(250, 424), (232, 340), (196, 262), (170, 210)], [9, 7, 5, 3], c, "#5b4133"
    ) + branch([(400, 312), (452, 330), (520, 372)], [8, 6, 4], c, "#5b4133")
    petal = radial(
        "petal", 0.5, 0.5, 0.6, (0, "#f6d9d8"), (0.35, "#fff3ee"), (0.8, "#fffdf9"), (1, "#f3dfdb")
    )
    bl = group(blossom(0, 0, 78, 8, c), id="B") + group(blossom(0, 0, 78, 40, c), id="C")
    bud = group(
        path(
            "M0 -2C-18 -14 -17 -40 0 -46C17 -40 18 -14 0 -2z",
            "url(#petal)",
            stroke=INK,
            stroke_width="2.2",
        )
        + path(
            [stroke((-7, -6), (-4, -38), 4, 3), stroke((6, -8), (5, -36), -4, 3)],
            "#c79aa0",
            opacity=".7",
        )
        + path(
            "M0 4C-14 2 -14 -10 -10 -16L-4 -8L0 -18L4 -8L10 -16C14 -10 14 2 0 4z",
            "#7fa36a",
            stroke=INK,
            stroke_width="1.8",
        )
        + line("M0 4q4 20 -2 40", "#6f8f5c", 4),
        id="D",
    )
    return svg(
        "pear_blossom",
        "jade",
        petal + bl + bud + leaf_def(c, length=120),
        use("L", 300, 390, -140, 0.9),
        use("L", 190, 260, -100, 0.8),
        use("L", 520, 372, 24, 0.95),
        use("L", 430, 290, -78, 0.9),
        use("L", 120, 500, 78, 0.7),
        use("L", 560, 190, 30, 0.7),
        br,
        tw,
        use("D", 150, 196, -28, 1),
        use("D", 206, 166, 12, 0.9),
        use("D", 560, 352, 66, 0.9),
        use("D", 590, 150, 10, 1),
        use("D", 520, 140, -14, 0.85),
        use("C", 232, 292, 0, 0.8),
        use("B", 172, 322, 0, 0.92),
        use("B", 300, 372, 12, 1.02),
        use("C", 412, 262, 0, 1.12),
        use("B", 498, 238, 30, 0.86),
        use("C", 352, 428, 20, 0.9),
        use("B", 420, 376, -10, 1),
        use("C", 486, 420, 0, 0.7),
        sun=(330, 290, 226),
    )


def pear_crate() -> str:
    c = Random(21)
    return svg(
        "pear_crate",
        "rain",
        washes("yulu") + WOOD + leaf_def(c) + pear_def(c),
        shadow(330, 560, 262, 24, c),
        use("P", 190, 300, -16, 0.86),
        use("P", 320, 262, 3, 0.96),
        use("P", 446, 296, 14, 0.88),
        use("L", 330, 148, -25, 0.8),
        use("L", 455, 214, 18, 0.7),
        use("L", 180, 220, -160, 0.7),
        use("P", 134, 352, -30, 0.84),
        use("P", 258, 342, -8, 0.92),
        use("P", 390, 338, 9, 0.94),
        use("P", 506, 350, 26, 0.82),
        use("P", 196, 392, -6, 0.86),
        use("P", 324, 396, 2, 0.9),
        use("P", 450, 392, 10, 0.86),
        path("M86 396h468v20H86z", "#4b2f17", opacity=".55"),
        boards(78, 412, 484, 146, 3, c),
        path(hatch(380, 414, 176, 142, 16, c, 2.6), INK, opacity=".22"),
        posts((92, 514), 404, 36, 162, c),
        tag(326, 488, c),
    )


def pear_small() -> str:
    c = Random(26)
    return svg(
        "pear_small",
        "sand",
        washes("yulu")
        + pear_def(c, detail=0.5)
        + leaf_def(c)
        + radial("cane", 0.35, 0.2, 0.9, (0, "#e8c27c"), (0.6, "#c18d44"), (1, "#7a4f1f")),
        shadow(330, 554, 236, 24, c),
        use("P", 222, 320, -18, 0.66),
        use("P", 318, 276, 2, 0.72),
        use("P", 414, 318, 16, 0.66),
        use("L", 324, 190, -24, 0.72),
        use("L", 428, 262, 10, 0.6),
        use("P", 160, 372, -32, 0.64),
        use("P", 266, 360, -8, 0.68),
        use("P", 372, 358, 8, 0.7),
        use("P", 472, 370, 30, 0.62),
        basket(320, 392, 206, 150, c),
        shadow(128, 558, 62, 9, c),
        shadow(546, 564, 60, 9, c),
        use("P", 120, 520, -64, 0.5),
        use("P", 540, 528, 58, 0.5),
    )
