"""The hand: brush strokes that swell and taper, washes, key lines, shadows.

Everything is a woodblock print that was coloured by hand: a flat wash in two or three
tones, strokes that follow the form on the side away from the light (upper left), a
dark key line that is heavier below, speckles.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, pi, radians, sin, sqrt
from random import Random

Point = tuple[float, float]
INK = "#3a2a1c"


def num(value: float) -> str:
    """Write a coordinate as short as it goes: tenths are finer than the eye."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return (
        "0"
        if text in {"-0", "0"}
        else text.replace("0.", ".", 1)
        if text.startswith(("0.", "-0."))
        else text
    )


def pair(point: Point) -> str:
    """Write a point; a minus parts it from the number before."""
    x, y = num(point[0]), num(point[1])
    return x + (y if y.startswith("-") else f" {y}")


def smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """Return a path through ``points`` without a corner (Catmull and Rom)."""
    size = len(points)

    def at(i: int) -> Point:
        return points[i % size if closed else min(max(i, 0), size - 1)]

    drawn = [f"M{pair(points[0])}"]
    for i in range(size if closed else size - 1):
        a, b, c, d = at(i - 1), at(i), at(i + 1), at(i + 2)
        first = ((c[0] - a[0]) / 6, (c[1] - a[1]) / 6)
        second = (c[0] - b[0] - (d[0] - b[0]) / 6, c[1] - b[1] - (d[1] - b[1]) / 6)
        drawn.append(f"c{pair(first)} {pair(second)} {pair((c[0] - b[0], c[1] - b[1]))}")
    return "".join(drawn) + ("z" if closed else "")


def stroke(a: Point, b: Point, bend: float, width: float) -> str:
    """Return one stroke of the brush from ``a`` to ``b``: pointed, swelling, pointed."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = hypot(dx, dy) or 1
    across = (-dy / length, dx / length)
    middle = (dx / 2 + across[0] * bend, dy / 2 + across[1] * bend)
    back = (-dx / 2 + across[0] * (bend + width), -dy / 2 + across[1] * (bend + width))
    return f"M{pair(a)}q{pair(middle)} {pair((dx, dy))}q{pair(back)} {pair((-dx, -dy))}"


def path(d: Iterable[str] | str, fill: str, **attributes: object) -> str:
    """Return a filled path."""
    drawn = d if isinstance(d, str) else "".join(d)
    return f'<path d="{drawn}" fill="{fill}"{written(attributes)}/>'


def line(d: Iterable[str] | str, colour: str, width: float, **attributes: object) -> str:
    """Return a path that is drawn along, with round ends: a zero-length piece is a dot."""
    drawn = d if isinstance(d, str) else "".join(d)
    return (
        f'<path d="{drawn}" fill="none" stroke="{colour}" stroke-width="{num(width)}"'
        f' stroke-linecap="round"{written(attributes)}/>'
    )


def written(attributes: dict[str, object]) -> str:
    """Write attributes; an underscore stands for a hyphen."""
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{value}"' for name, value in attributes.items()
    )


def group(*parts: str, **attributes: object) -> str:
    """Return parts that are moved or clipped together."""
    return f"<g{written(attributes)}>{''.join(parts)}</g>"


def radial(
    name: str, x: float, y: float, r: float, *stops: tuple[float, str] | tuple[float, str, float]
) -> str:
    """Return a wash that spreads from a point (in parts of the form)."""
    return f'<radialGradient id="{name}" cx="{num(x)}" cy="{num(y)}" r="{num(r)}">{_stops(stops)}</radialGradient>'


def linear(
    name: str, x: float, y: float, *stops: tuple[float, str] | tuple[float, str, float]
) -> str:
    """Return a wash that fades in one direction."""
    return (
        f'<linearGradient id="{name}" x2="{num(x)}" y2="{num(y)}">{_stops(stops)}</linearGradient>'
    )


def _stops(stops: Iterable[tuple[float, str] | tuple[float, str, float]]) -> str:
    return "".join(
        f'<stop offset="{num(stop[0])}" stop-color="{stop[1]}"'
        + (f' stop-opacity="{num(stop[2])}"' if len(stop) == 3 else "")
        + "/>"
        for stop in stops
    )


@dataclass
class Body:
    """Something round: a profile turned about its axis, seen a little from above.

    ``profile`` gives the radius at 0 (top) to 1 (bottom), both in parts of ``height``.
    """

    x: float
    y: float
    height: float
    profile: Callable[[float], float]
    tilt: float = 0
    bulge: float = 0.5
    chance: Random = field(default_factory=lambda: Random(7))

    def at(self, t: float, u: float) -> Point:
        """Return the point at ``t`` of the height, ``u`` from -1 (left) to 1 (right)."""
        r = self.profile(t) * self.height
        px = r * u
        py = (t - 0.5) * self.height + self.bulge * r * sqrt(max(0, 1 - u * u)) * (t - 0.2)
        a = radians(self.tilt)
        return (self.x + px * cos(a) - py * sin(a), self.y + px * sin(a) + py * cos(a))

    def outline(self, steps: int = 9) -> str:
        """Return the silhouette."""
        ts = [0.5 - cos(pi * i / steps) / 2 for i in range(steps + 1)]
        left = [self.at(t, -1) for t in ts]
        right = [self.at(t, 1) for t in reversed(ts[1:-1])]
        return smooth(left + right, closed=True)

    def rings(
        self, ts: Sequence[float], start: float, end: float, width: float, jitter: float = 0.12
    ) -> list[str]:
        """Return strokes round the body, at heights ``ts``, from ``start`` to ``end`` across."""
        drawn = []
        for t in ts:
            a = start + self.chance.uniform(-jitter, jitter)
            p, q = self.at(t, a), self.at(t, end)
            m = self.at(t, (a + end) / 2)
            bend = (m[0] - (p[0] + q[0]) / 2) * -(q[1] - p[1]) + (m[1] - (p[1] + q[1]) / 2) * (
                q[0] - p[0]
            )
            length = hypot(q[0] - p[0], q[1] - p[1]) or 1
            drawn.append(stroke(p, q, 2 * bend / length, width * self.chance.uniform(0.7, 1.2)))
        return drawn

    def streaks(
        self, count: int, u: tuple[float, float], t: tuple[float, float], width: float
    ) -> list[str]:
        """Return ``count`` strokes along the body, where sun and rain ran down."""
        drawn = []
        for _ in range(count):
            across = self.chance.uniform(*u)
            top = self.chance.uniform(t[0], t[1] - 0.15)
            bottom = min(t[1], top + self.chance.uniform(0.12, 0.4))
            p, q, m = (
                self.at(top, across),
                self.at(bottom, across),
                self.at((top + bottom) / 2, across),
            )
            length = hypot(q[0] - p[0], q[1] - p[1]) or 1
            bend = (
                (m[1] - (p[1] + q[1]) / 2) * (q[0] - p[0])
                - (m[0] - (p[0] + q[0]) / 2) * (q[1] - p[1])
            ) / length
            drawn.append(stroke(p, q, 2 * bend, width * self.chance.uniform(0.5, 1.2)))
        return drawn

    def speckles(
        self,
        count: int,
        u: tuple[float, float] = (-0.85, 0.9),
        t: tuple[float, float] = (0.1, 0.95),
    ) -> list[str]:
        """Return dots on the skin, none too near to another."""
        kept: list[Point] = []
        drawn = []
        for _ in range(count * 6):
            p = self.at(self.chance.uniform(*t), sin(pi / 2 * self.chance.uniform(*u)))
            if all(hypot(p[0] - o[0], p[1] - o[1]) > self.height / 22 for o in kept):
                kept.append(p)
                drawn.append(f"M{pair(p)}h0")
            if len(kept) == count:
                break
        return drawn


def profile(*points: Point) -> Callable[[float], float]:
    """Return a smooth radius through ``(t, r)``: monotone between its points."""

    def radius(t: float) -> float:
        for (t0, r0), (t1, r1) in itertools.pairwise(points):
            if t0 <= t <= t1:
                part = (t - t0) / (t1 - t0)
                i = points.index((t0, r0))
                before = points[i - 1] if i else (t0, r0)
                after = points[i + 2] if i + 2 < len(points) else (t1, r1)
                s0 = (r1 - before[1]) / ((t1 - before[0]) or 1) * (t1 - t0)
                s1 = (after[1] - r0) / ((after[0] - t0) or 1) * (t1 - t0)
                a, b = part * part, part * part * part
                return (
                    (2 * b - 3 * a + 1) * r0
                    + (b - 2 * a + part) * s0
                    + (3 * a - 2 * b) * r1
                    + (b - a) * s1
                )
        return 0

    return radius


def keyed(
    outline: str,
    fill: str,
    *within: str,
    name: str,
    weight: float = 3,
    centre: Point = (0, 0),
    ink: str = INK,
) -> str:
    """Return a form with its key line: thin towards the light, heavy away from it.

    What stands ``within`` is clipped to the form.
    """
    cut = f'<clipPath id="{name}"><path d="{outline}"/></clipPath>'
    dark = path(outline, ink, stroke=ink, stroke_width=num(weight), stroke_linejoin="round")
    lit = group(
        path(outline, fill),
        group(*within, clip_path=f"url(#{name})"),
        transform=f"translate({num(-weight * 0.28)} {num(-weight * 0.34)})",
    )
    return cut + dark + lit


def shadow(x: float, y: float, rx: float, ry: float, chance: Random, ink: str = INK) -> str:
    """Return what lies under a thing: soft, with strokes along the table."""
    lines = [
        stroke(
            (x - rx * w + chance.uniform(-8, 8), y + ry * v),
            (x + rx * w + chance.uniform(-8, 14), y + ry * v),
            0,
            3,
        )
        for v, w in ((-0.5, 0.7), (-0.15, 0.92), (0.2, 0.95), (0.55, 0.75))
    ]
    return (
        f'<ellipse cx="{num(x)}" cy="{num(y)}" rx="{num(rx * 1.15)}" ry="{num(ry * 1.3)}" fill="url(#shade)"/>'
        + path(lines, ink, opacity=".3")
    )


def use(name: str, x: float, y: float, turn: float = 0, scale: float = 1) -> str:
    """Return what was drawn once under ``name``, put in its place."""
    moved = (
        f"translate({pair((x, y))})"
        + (f"rotate({num(turn)})" if turn else "")
        + (f"scale({scale:g})" if scale != 1 else "")
    )
    return f'<use href="#{name}" transform="{moved}"/>'
