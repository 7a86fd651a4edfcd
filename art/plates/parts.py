"""What several plates share: a leaf, a branch, a pear, a pear cut open."""

from collections.abc import Callable, Sequence
from math import cos, pi, radians, sin
from random import Random

from art.forms import YULU, fruit, leaf, stem
from art.hand import INK, Body, Point, group, keyed, line, pair, path, radial, smooth, stroke


def leaf_def(c: Random, name: str = "L", length: float = 140) -> str:
    return group(leaf((0, 0), 0, length, c), id=name)


def branch(
    points: Sequence[Point], widths: Sequence[float], c: Random, tone: str = "#6d4a2d"
) -> str:
    up = [(x, y - w) for (x, y), w in zip(points, widths)]
    lo = [(x, y + w) for (x, y), w in zip(points, widths)]
    d = smooth(up) + smooth(lo[::-1]).replace("M", "L", 1) + "z"
    bark = []
    for (x0, y0), (x1, y1), w in zip(points, points[1:], widths):
        for k in range(4):
            o = c.uniform(-0.6, 0.7) * w
            s = c.uniform(0.05, 0.3)
            e = s + c.uniform(0.4, 0.65)
            bark.append(
                stroke(
                    (x0 + (x1 - x0) * s, y0 + (y1 - y0) * s + o),
                    (x0 + (x1 - x0) * e, y0 + (y1 - y0) * e + o),
                    c.uniform(-3, 3),
                    2.4,
                )
            )
    lt = [
        stroke((x0, y0 - w * 0.5), (x1, y1 - w * 0.45), 0, 3)
        for (x0, y0), (x1, y1), w in zip(points, points[1:], widths)
    ]
    return (
        path(d, tone, stroke=INK, stroke_width="3", stroke_linejoin="round")
        + path(bark, "#2e1d10", opacity=".6")
        + path(lt, "#c39a6b", opacity=".6")
    )


def pear_def(
    c: Random,
    name: str = "P",
    kind: str = "yulu",
    form: Callable[[float], float] = YULU,
    h: float = 200,
    detail: float = 0.5,
    tilt: float = 0,
    lean: float = 8,
) -> str:
    """One pear for many: its middle at 0,0; stalk and all."""
    b = Body(0, 0, h, form, tilt=tilt, chance=c)
    return group(
        stem((0, -h * 0.47), (lean, -h * 0.68), -5, h * 0.034),
        fruit(b, kind, name + "c", detail=detail, weight=3),
        id=name,
    )


FLESH = radial("flesh", 0.4, 0.38, 0.75, (0, "#fffdf0"), (0.6, "#fbf3d2"), (1, "#e8d79a"))


def half_face(
    x: float,
    y: float,
    h: float,
    form: Callable[[float], float],
    name: str,
    c: Random,
    tilt: float = 0,
    rind: str = "#aab04e",
    core: float = 1.0,
) -> str:
    """A cut pear: rind, flesh, core, seeds."""
    b = Body(x, y, h, form, tilt=tilt, bulge=0, chance=c)
    inner = Body(x - 1, y + h * 0.012, h * 0.93, form, tilt=tilt, bulge=0, chance=c)
    heart = Body(x, y + h * 0.10, h * 0.36, form, tilt=tilt, bulge=0, chance=c)
    cx, cy = heart.x, heart.y
    rays = []
    for i in range(64):
        a = 2 * pi * i / 64 + c.uniform(-0.04, 0.04)
        r0 = h * c.uniform(0.205, 0.235) * core
        r1 = h * c.uniform(0.29, 0.38)
        rays.append(
            stroke(
                (cx + r0 * cos(a) * 0.86, cy + r0 * sin(a)),
                (cx + r1 * cos(a) * 0.84, cy + r1 * sin(a) * 0.98),
                0,
                2,
            )
        )
    grit = []
    for i in range(46):
        a = 2 * pi * i / 46
        r = h * 0.19 * core * c.uniform(0.95, 1.06)
        grit.append(f"M{pair((cx + r * cos(a) * 0.84, cy + r * sin(a)))}h0")
    rr = radians(tilt)

    def loc(dx: float, dy: float) -> Point:
        return (cx + dx * cos(rr) - dy * sin(rr), cy + dx * sin(rr) + dy * cos(rr))

    seeds = []
    gl = []
    for s in (-1, 1):
        _px, _py = loc(s * h * 0.036, 0)
        seeds.append(
            smooth(
                [
                    loc(s * h * 0.018, -h * 0.062),
                    loc(s * h * 0.062, -h * 0.01),
                    loc(s * h * 0.05, h * 0.045),
                    loc(s * h * 0.02, h * 0.05),
                    loc(s * h * 0.012, 0),
                ],
                closed=True,
            )
        )
        gl.append(stroke(loc(s * h * 0.03, -h * 0.03), loc(s * h * 0.04, h * 0.02), -4, 5))
    shade = b.rings([0.1 + 0.85 * i / 26 for i in range(26)], 0.78, 0.95, h / 130, 0.1)
    fib = [
        stroke(loc(o * h * 0.02, -h * 0.12), loc(o * h * 0.012, -h * 0.47), o * 2, 2)
        for o in (-1.4, -0.5, 0.4, 1.3)
    ] + [
        stroke(loc(o * h * 0.02, h * 0.12), loc(o * h * 0.012, h * 0.36), -o * 2, 2)
        for o in (-1.2, 0, 1.2)
    ]
    return keyed(
        b.outline(),
        rind,
        path(inner.outline(), "url(#flesh)"),
        path(rays, "#b9a86a", opacity=".5"),
        path(fib, "#a99450", opacity=".55"),
        line(grit, "#b39a55", 3.2, opacity=".8"),
        path(heart.outline(), "#f3e9bd", stroke="#c9b673", stroke_width="2.5"),
        path(shade, "#7a6a35", opacity=".3"),
        path(seeds, "#4a2a14", stroke=INK, stroke_width="1.5"),
        path(gl, "#c98f58", opacity=".8"),
        name=name,
        weight=3.2,
    )


def slice_(x: float, y: float, s: float, c: Random, name: str) -> str:
    """A wedge of pear lying down."""
    L, H = 118, 52
    top = [
        (x - L, y - 8),
        (x - L * 0.55, y - H * 0.75),
        (x, y - H),
        (x + L * 0.55, y - H * 0.8),
        (x + L, y - 10),
    ]
    bot = [
        (x + L, y - 10),
        (x + L * 0.5, y + H * 0.28),
        (x, y + H * 0.42),
        (x - L * 0.5, y + H * 0.3),
        (x - L, y - 8),
    ]
    o = smooth(top) + smooth(bot).replace("M", "L", 1) + "z"
    rind = (
        smooth(bot)
        + smooth(
            [
                (x - L, y - 8),
                (x - L * 0.5, y + H * 0.12),
                (x, y + H * 0.2),
                (x + L * 0.5, y + H * 0.1),
                (x + L, y - 10),
            ]
        ).replace("M", "L", 1)
        + "z"
    )
    rays = [
        stroke((x + i * 9, y - H * 0.25 + abs(i) * 1.2), (x + i * 14, y + H * 0.1 - abs(i)), 0, 2)
        for i in range(-6, 7)
    ]
    heart = smooth(
        [
            (x - 34, y - H * 0.72),
            (x, y - H * 0.98),
            (x + 36, y - H * 0.74),
            (x + 10, y - H * 0.5),
            (x - 14, y - H * 0.5),
        ],
        closed=True,
    )
    drops = line(
        [f"M{pair((x + a, y - b))}h0" for a, b in ((-60, 14), (-30, 6), (40, 10), (66, 20))],
        "#ffffff",
        5,
        opacity=".8",
    )
    return keyed(
        o,
        "url(#flesh)",
        path(heart, "#efe2ac", stroke="#c9b673", stroke_width="2"),
        path(rays, "#b9a86a", opacity=".5"),
        path(rind, "#b9bd62"),
        path(
            [stroke((x - L * 0.6, y + H * 0.2), (x + L * 0.6, y + H * 0.2), 22, 4)],
            "#6f7438",
            opacity=".5",
        ),
        drops,
        name=name,
        weight=3,
    )
