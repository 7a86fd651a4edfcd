"""Jars, their cloths and labels, a spoon."""

from math import cos, pi, sin
from random import Random

from art.hand import INK, keyed, line, linear, num, pair, path, radial, smooth, stroke, use

JAR = radial("paste", 0.32, 0.3, 0.9, (0, "#a8561f"), (0.4, "#6d2d0e"), (1, "#34130a")) + linear(
    "cloth", 1, 0.6, (0, "#5f9f88"), (1, "#1f5d48")
)


HONEY = radial(
    "honey", 0.34, 0.36, 0.85, (0, "#ffe08a"), (0.45, "#eeb23a"), (1, "#a9640f")
) + linear("cloth", 1, 0.6, (0, "#e6cf9a"), (1, "#a8864c"))


def jar(
    x: float,
    y: float,
    w: float,
    h: float,
    c: Random,
    name: str,
    fill: str = "paste",
    dots: str = "#f5efd8",
    label: str = "pear",
) -> str:
    """A jar with a cloth tied over its lid; x its middle, y its top."""
    s = w / 150
    body = f"M{num(x - w * 0.46)} {num(y + h * 0.27)}q{num(-w * 0.04)} {num(h * 0.04)} {num(-w * 0.04)} {num(h * 0.12)}v{num(h * 0.5)}q0 {num(h * 0.1)} {num(w * 0.1)} {num(h * 0.1)}h{num(w * 0.8)}q{num(w * 0.1)} 0 {num(w * 0.1)} {num(-h * 0.1)}v{num(-h * 0.5)}q0 {num(-h * 0.08)} {num(-w * 0.04)} {num(-h * 0.12)}z"
    lx, ly, lw, lh = x - w * 0.5, y + h * 0.48, w, h * 0.34
    lab = f"M{num(lx)} {num(ly)}q{num(w * 0.5)} {num(h * 0.045)} {num(lw)} 0v{num(lh)}q{num(-w * 0.5)} {num(h * 0.045)} {num(-lw)} 0z"
    shade = [
        stroke(
            (x + w * (0.2 + 0.29 * i / 13), y + h * 0.34 + c.uniform(0, 8)),
            (x + w * (0.2 + 0.29 * i / 13), y + h * 0.96 - c.uniform(0, 8)),
            1,
            2.4 * s,
        )
        for i in range(14)
    ]
    lights = [
        stroke((x - w * 0.38, y + h * 0.34), (x - w * 0.4, y + h * 0.86), 4 * s, 9 * s),
        stroke((x - w * 0.3, y + h * 0.34), (x - w * 0.31, y + h * 0.46), 2, 5 * s),
    ]
    hem = [(x - w * 0.56, y + h * 0.25)]
    for i in range(1, 8):
        hem.append(
            (
                x - w * 0.56 + w * 1.12 * i / 8,
                y + h * (0.25 + (0.055 if i % 2 else 0.02) + 0.03 * sin(pi * i / 8)),
            )
        )
    hem.append((x + w * 0.56, y + h * 0.25))
    cloth = (
        f"M{num(x - w * 0.56)} {num(y + h * 0.25)}q{num(w * 0.1)} {num(-h * 0.06)} {num(w * 0.1)} {num(-h * 0.12)}q{num(w * 0.06)} {num(-h * 0.12)} {num(w * 0.46)} {num(-h * 0.13)}q{num(w * 0.4)} {num(h * 0.01)} {num(w * 0.46)} {num(h * 0.13)}q0 {num(h * 0.06)} {num(w * 0.1)} {num(h * 0.12)}"
        + smooth(hem[::-1]).replace("M", "L", 1)
        + "z"
    )
    folds = [
        stroke(
            (x - w * 0.42 + w * 0.84 * i / 9, y + h * 0.15),
            (x - w * 0.52 + w * 1.04 * i / 9, y + h * (0.27 + 0.02 * sin(pi * i / 9))),
            (i - 4.5) * 1.2,
            3.4 * s,
        )
        for i in range(10)
    ]
    tops = [
        stroke(
            (x + w * 0.1 + i * w * 0.045, y + h * 0.035 + i * i * 0.5),
            (x + w * 0.16 + i * w * 0.045, y + h * 0.12),
            2,
            2.4,
        )
        for i in range(6)
    ]
    spots = line(
        [
            f"M{pair((x + w * a, y + h * b))}h0"
            for a, b in (
                (-0.3, 0.09),
                (-0.14, 0.05),
                (0.02, 0.09),
                (0.18, 0.06),
                (0.3, 0.11),
                (-0.22, 0.13),
                (-0.04, 0.13),
                (0.12, 0.12),
                (-0.44, 0.23),
                (-0.18, 0.23),
                (0.06, 0.24),
                (0.3, 0.23),
                (0.46, 0.23),
            )
        ],
        dots,
        7 * s,
    )
    tie = line(
        f"M{num(x - w * 0.46)} {num(y + h * 0.15)}q{num(w * 0.46)} {num(h * 0.07)} {num(w * 0.92)} 0",
        "#c9a25c",
        5 * s,
    ) + path(
        [
            stroke((x, y + h * 0.19), (x + w * 0.2, y + h * 0.17), -12 * s, 6 * s),
            stroke((x, y + h * 0.19), (x - w * 0.19, y + h * 0.16), 12 * s, 6 * s),
            stroke((x, y + h * 0.19), (x + w * 0.13, y + h * 0.34), 6, 5 * s),
            stroke((x, y + h * 0.19), (x - w * 0.09, y + h * 0.33), -6, 5 * s),
        ],
        "#c9a25c",
        stroke=INK,
        stroke_width="1",
    )
    art = (
        use("P", x, y + h * 0.66, 0, h * 0.3 / 230)
        if label == "pear"
        else comb(x, y + h * 0.655, h * 0.052)
    )
    return (
        keyed(
            body,
            f"url(#{fill})",
            path(shade, "#120602", opacity=".4"),
            path(lights, "#fff4dc", opacity=".75"),
            name=name,
            weight=3.6,
        )
        + path(lab, "#fdf6e0", stroke=INK, stroke_width="2", stroke_opacity=".6")
        + line(
            f"M{num(lx + 6)} {num(ly + 9)}q{num(w * 0.46)} {num(h * 0.04)} {num(lw - 12)} 0M{num(lx + 6)} {num(ly + lh - 7)}q{num(w * 0.46)} {num(h * 0.04)} {num(lw - 12)} 0",
            "#b98d3f",
            1.8,
        )
        + path(
            [
                stroke(
                    (x + w * (0.26 + 0.22 * i / 9), ly + 8),
                    (x + w * (0.26 + 0.22 * i / 9), ly + lh - 2),
                    1,
                    2 * s,
                )
                for i in range(10)
            ],
            INK,
            opacity=".22",
        )
        + line(
            f"M{num(x - w * 0.38)} {num(ly + lh * 0.42)}h{num(w * 0.14)}m{num(w * 0.48)} 0h{num(w * 0.14)}M{num(x - w * 0.36)} {num(ly + lh * 0.6)}h{num(w * 0.1)}m{num(w * 0.52)} 0h{num(w * 0.1)}",
            INK,
            3 * s,
            opacity=".55",
        )
        + art
        + path(cloth, "url(#cloth)", stroke=INK, stroke_width="3", stroke_linejoin="round")
        + spots
        + path(folds + tops, INK, opacity=".38")
        + tie
    )


def comb(x: float, y: float, r: float) -> str:
    d = []
    for i, j in ((-1, 0), (0, 0), (1, 0), (-0.5, 1), (0.5, 1), (-0.5, -1), (0.5, -1)):
        cx, cy = x + i * r * 1.74, y + j * r * 1.5
        d.append(
            "M"
            + "L".join(
                pair((cx + r * 0.92 * sin(pi / 3 * k), cy - r * 0.92 * cos(pi / 3 * k)))
                for k in range(6)
            )
            + "z"
        )
    return path(d, "#f0bb45", stroke="#8a5a12", stroke_width="2.4", stroke_linejoin="round")


def spoon(x: float, y: float, c: Random, fill: str = "#4a1c0a", dx: float = 1) -> str:
    bowl = smooth(
        [
            (x - 62, y + 4),
            (x - 40, y - 18),
            (x, y - 20),
            (x + 30, y - 2),
            (x + 4, y + 18),
            (x - 38, y + 22),
        ],
        closed=True,
    )
    handle = f"M{num(x + 20)} {num(y - 6)}L{num(x + 138)} {num(y - 40)}q12 2 10 14L{num(x + 24)} {num(y + 8)}z"
    inner = smooth(
        [
            (x - 50, y + 3),
            (x - 34, y - 11),
            (x - 2, y - 12),
            (x + 18, y - 1),
            (x, y + 10),
            (x - 34, y + 13),
        ],
        closed=True,
    )
    return (
        path(handle, "#d4a565", stroke=INK, stroke_width="2.6", stroke_linejoin="round")
        + path(bowl, "#d9ad6e", stroke=INK, stroke_width="2.8")
        + path(inner, fill)
        + path([stroke((x - 40, y), (x - 10, y - 9), -6, 6)], "#fff1d6", opacity=".6")
        + path(
            [stroke((x + 36, y - 4 + i * 4), (x + 124, y - 30 + i * 4), 2, 2) for i in range(3)],
            "#7c4f22",
            opacity=".6",
        )
    )
