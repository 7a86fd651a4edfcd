"""What pears travel in: boards, boxes, nets, trays, a basket, and the labels on them."""

from math import cos, pi, sin
from random import Random

from art.forms import hatch
from art.hand import INK, group, keyed, line, linear, num, pair, path, smooth, stroke, use

WOOD = linear("wood", 0, 1, (0, "#eccb91"), (1, "#c8954f")) + linear(
    "post", 1, 0, (0, "#efd09a"), (1, "#b98446")
)


def tag(x: float, y: float, c: Random, s: float = 1.0) -> str:
    """The lot's label: a card, its code in bars."""
    w, h = 132 * s, 70 * s
    card = f"M{pair((x - w / 2, y - h / 2))}h{num(w)}v{num(h)}h{num(-w)}z"
    bars = "".join(
        f"M{num(x - w * 0.4 + i * 6.2 * s)} {num(y + h * 0.1)}v{num(h * 0.26)}"
        for i in range(13)
        if i % 4 != 2
    )
    rows = f"M{num(x - w * 0.4)} {num(y - h * 0.28)}h{num(w * 0.5)}M{num(x - w * 0.4)} {num(y - h * 0.1)}h{num(w * 0.34)}"
    return group(
        path(card, "#fdf6e0", stroke=INK, stroke_width="2.4"),
        line(rows, INK, 4 * s, opacity=".7"),
        line(bars, INK, 2.6 * s, opacity=".8"),
        path(
            f"M{num(x + w * 0.17)} {num(y + h * 0.3)}v{num(-h * 0.38)}l{num(w * 0.12)} {num(-h * 0.22)}l{num(w * 0.12)} {num(h * 0.22)}v{num(h * 0.38)}z",
            "none",
            stroke="#1b674c",
            stroke_width=num(3.4 * s),
            stroke_linejoin="round",
        ),
        transform=f"rotate(-2 {num(x)} {num(y)})",
    )


GREEN = linear("lid", 0.2, 1, (0, "#2f7d5e"), (1, "#134a36")) + linear(
    "side", 1, 0, (0, "#22664b"), (1, "#0f3e2d")
)


def lid(x: float, y: float, w: float, h: float, c: Random) -> str:
    """An open lid with the brand's hills and sun."""
    r = [
        (x + 14, y + h * 0.66),
        (x + w * 0.25, y + h * 0.5),
        (x + w * 0.5, y + h * 0.6),
        (x + w * 0.75, y + h * 0.42),
        (x + w - 14, y + h * 0.56),
    ]
    ln = [smooth([(px, py + g) for px, py in r]) for g in (0, 9, 18, 28, 39, 51)]
    return (
        path(
            f"M{pair((x, y))}h{num(w)}v{num(h)}h{num(-w)}z",
            "url(#lid)",
            stroke=INK,
            stroke_width="3.2",
            stroke_linejoin="round",
        )
        + path(
            f"M{pair((x + 12, y + 12))}h{num(w - 24)}v{num(h)}h{num(-w + 24)}z",
            "none",
            stroke="#e0c071",
            stroke_width="2",
        )
        + f'<circle cx="{num(x + w * 0.66)}" cy="{num(y + h * 0.38)}" r="{num(h * 0.16)}" fill="#e6c46a"/>'
        + path(smooth(r) + f"V{num(y + h)}H{num(x + 14)}z", "#1a5a43")
        + line(ln, "#d9bf78", 1.8, opacity=".75")
        + path(hatch(x + w * 0.6, y + 14, w * 0.38, h - 16, 18, c, 2.2), "#06241a", opacity=".3")
    )


def net(x: float, y: float, w: float, c: Random) -> str:
    """The foam net a pear sits in."""
    h = w * 0.42
    d = []
    for i in range(9):
        a = x - w / 2 + i * w / 8
        d.append(f"M{pair((a, y))}l{num(w / 8)} {num(h / 2)}l{num(-w / 8)} {num(h / 2)}")
        d.append(f"M{pair((a, y))}l{num(-w / 8)} {num(h / 2)}l{num(w / 8)} {num(h / 2)}")
    cup = f"M{num(x - w / 2)} {num(y)}q{num(w / 2)} {num(h * 0.5)} {num(w)} 0v{num(h)}h{num(-w)}z"
    return group(
        path(cup, "#fbf7ea", opacity=".55"),
        line(d, "#fffdf4", 3.2),
        line(d, "#9a9476", 1, opacity=".7"),
        id="N",
    )


def box_front(x: float, y: float, w: float, h: float, c: Random) -> str:
    lab = f"M{num(x + w * 0.36)} {num(y + h * 0.14)}h{num(w * 0.28)}v{num(h * 0.68)}h{num(-w * 0.28)}z"
    return (
        path(
            f"M{pair((x, y))}h{num(w)}l-8 {num(h)}h{num(-w + 16)}z",
            "url(#side)",
            stroke=INK,
            stroke_width="3.2",
            stroke_linejoin="round",
        )
        + line(f"M{num(x + 6)} {num(y + h - 13)}h{num(w - 12)}", "#e0c071", 4)
        + line(f"M{num(x + 5)} {num(y + 4)}h{num(w - 10)}", "#6fb494", 2.6, opacity=".7")
        + path(hatch(x + w * 0.66, y + 6, w * 0.32, h - 24, 18, c, 2.4), "#06241a", opacity=".35")
        + path(lab, "#fdf6e0", stroke="#e0c071", stroke_width="3")
        + line(
            f"M{num(x + w * 0.4)} {num(y + h * 0.38)}h{num(w * 0.07)}m{num(w * 0.06)} 0h{num(w * 0.07)}M{num(x + w * 0.4)} {num(y + h * 0.58)}h{num(w * 0.05)}m{num(w * 0.1)} 0h{num(w * 0.05)}",
            INK,
            3,
            opacity=".6",
        )
        + use("P", x + w * 0.5, y + h * 0.5, 0, h / 430)
    )


def straw(c: Random, x0: float, y0: float, x1: float, y1: float) -> str:
    return path(
        [
            stroke(
                (c.uniform(96, 520), c.uniform(420, 498)),
                (c.uniform(96, 540), c.uniform(430, 498)),
                c.uniform(-20, 20),
                3,
            )
            for _ in range(26)
        ],
        "#c9a863",
        opacity=".8",
    )


TRAY = linear("tray", 0, 1, (0, "#efe6d2"), (1, "#c3b393"))


KRAFT = linear("kraft", 0.4, 1, (0, "#e0b883"), (1, "#b98850"))


def basket(x: float, y: float, r: float, h: float, c: Random) -> str:
    o = f"M{num(x - r)} {num(y)}q{num(r)} {num(r * 0.26)} {num(2 * r)} 0q{num(-r * 0.06)} {num(h * 0.7)} {num(-r * 0.42)} {num(h * 0.98)}q{num(-r * 0.58)} {num(h * 0.16)} {num(-r * 1.16)} 0q{num(-r * 0.36)} {num(-h * 0.28)} {num(-r * 0.42)} {num(-h * 0.98)}z"
    weave = []
    dark = []
    rows = 7
    for i in range(rows):
        t = (i + 0.6) / rows
        yy = y + h * t * 0.98
        rr = r * (1 - 0.42 * t**2.2)
        n = 13
        for k in range(n):
            u0 = -1 + 2 * (k + (i % 2) * 0.5) / n
            u1 = u0 + 2.1 / n
            if u1 > 1.02:
                continue
            a0, a1 = sin(u0 * pi / 2), sin(min(1, u1) * pi / 2)
            p = (x + rr * a0, yy + r * 0.2 * cos(u0 * pi / 2) * (1 - 0.5 * t))
            q = (x + rr * a1, yy + r * 0.2 * cos(min(1, u1) * pi / 2) * (1 - 0.5 * t))
            weave.append(stroke(p, q, -4, 12))
            dark.append(stroke((p[0], p[1] + 8), (q[0], q[1] + 8), -3, 3))
    rim = f"M{num(x - r - 8)} {num(y - 8)}q{num(r + 8)} {num(r * 0.3)} {num(2 * r + 16)} 0q6 14 -4 22q{num(-r - 4)} {num(r * 0.3)} {num(-2 * r - 8)} 0q-10 -8 -4 -22z"
    twist = [
        stroke(
            (x + (r + 4) * sin(u * pi / 2), y - 4 + r * 0.145 * cos(u * pi / 2)),
            (x + (r + 4) * sin(u * pi / 2) + 12, y + 14 + r * 0.145 * cos(u * pi / 2)),
            4,
            3,
        )
        for u in [-0.97 + 1.94 * i / 26 for i in range(26)]
    ]
    return (
        keyed(
            o,
            "url(#cane)",
            path(dark, "#4b2c0e", opacity=".75"),
            path(weave, "#f2d699", opacity=".55"),
            path(hatch(x + r * 0.25, y + 20, r * 0.7, h, 20, c, 2.6), INK, opacity=".3"),
            name="bk",
            weight=3.6,
        )
        + path(rim, "#d9aa62", stroke=INK, stroke_width="3", stroke_linejoin="round")
        + path(twist, "#6a3f15", opacity=".75")
    )


def yaodong(x: float, y: float, c: Random) -> str:
    """A cave dwelling printed on the box: arches in the loess, a lattice, a door, a tree."""
    ink = "#2b5d49"

    def arch(ax: float, w: float, h: float) -> str:
        return f"M{num(ax - w / 2)} {num(y + 150)}v{num(-h + w / 2)}a{num(w / 2)} {num(w / 2)} 0 0 1 {num(w)} 0v{num(h - w / 2)}"

    lat = (
        "".join(f"M{num(x + dx)} {num(y + 70)}v46" for dx in (-22, -8, 8, 22))
        + f"M{num(x - 32)} {num(y + 84)}h64M{num(x - 32)} {num(y + 100)}h64"
    )
    hill = smooth(
        [
            (x - 140, y + 150),
            (x - 120, y + 70),
            (x - 60, y + 22),
            (x + 20, y + 14),
            (x + 90, y + 44),
            (x + 140, y + 110),
            (x + 150, y + 150),
        ]
    )
    return (
        path(hill + "z", "#f0cf99", opacity=".55")
        + line(hill, ink, 3.4)
        + line([arch(x - 84, 62, 86), arch(x, 84, 112), arch(x + 88, 62, 86)], ink, 3.4)
        + line(lat, ink, 2.2)
        + line(
            f"M{num(x - 34)} {num(y + 116)}h68M{num(x - 14)} {num(y + 116)}v34M{num(x + 16)} {num(y + 116)}v34",
            ink,
            2.8,
        )
        + line(
            f"M{num(x - 84)} {num(y + 92)}v56M{num(x - 110)} {num(y + 112)}h52M{num(x + 88)} {num(y + 92)}v56M{num(x + 62)} {num(y + 112)}h52",
            ink,
            2,
        )
        + line(f"M{num(x - 160)} {num(y + 151)}h322", ink, 3.4)
        + path(
            [
                stroke(
                    (x - 130 + i * 13, y + 130 - 36 * sin(pi * i / 20) * 2),
                    (x - 122 + i * 13, y + 136 - 36 * sin(pi * i / 20) * 2),
                    0,
                    2.5,
                )
                for i in range(20)
            ],
            ink,
            opacity=".5",
        )
    )
