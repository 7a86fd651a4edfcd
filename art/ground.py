"""What every plate stands on: paper, a low sun, the terraces of the loess, a printed border."""

from collections.abc import Sequence
from math import sin
from random import Random

from art.hand import Point, line, linear, num, pair, path, radial, smooth, stroke

# sky above, sky at the horizon, sun, far hills, near hills, the table; then the same at dusk
GROUNDS = {
    "straw": (
        ("#e9d3a0", "#f8edd2", "#fff7dd", "#d9c48c", "#c3a765", "#b68a4c"),
        ("#3a3325", "#5b4d34", "#8d7a4e", "#4a4029", "#3d3422", "#33291b"),
    ),
    "celadon": (
        ("#b7cfb4", "#e6eed6", "#f8f7e2", "#a9c29b", "#84a67f", "#6f8a62"),
        ("#22312b", "#3a5145", "#6f8b6f", "#2e453a", "#253930", "#1d2c25"),
    ),
    "rain": (
        ("#a9c3cc", "#dfe9e6", "#f5f5e6", "#a2bcbd", "#7fa09f", "#8a8062"),
        ("#1f2d35", "#375059", "#70888a", "#2c434b", "#23363d", "#2b281f"),
    ),
    "clay": (
        ("#e2b596", "#f6dfc9", "#fdf1dc", "#d5a482", "#b98562", "#94624a"),
        ("#38261f", "#5c3f33", "#94705a", "#4a3329", "#3d2a22", "#2e1f19"),
    ),
    "dusk": (
        ("#b9aac3", "#e6dbe2", "#f8eee6", "#a99ab4", "#84789a", "#68698a"),
        ("#2a2433", "#463d52", "#7c7086", "#383046", "#2d273a", "#24212f"),
    ),
    "jade": (
        ("#7fae9b", "#c3dccb", "#eaf2dd", "#7ba792", "#558a72", "#47705c"),
        ("#182c26", "#2b4a3f", "#5d8271", "#224035", "#1b332b", "#152621"),
    ),
    "sand": (
        ("#d6c6a4", "#f0e6d0", "#fbf5e4", "#c7b48c", "#a99468", "#8c754f"),
        ("#2f2a20", "#4d4533", "#80754f", "#3d3627", "#322c20", "#282319"),
    ),
}
CLASSES = ("a", "b", "c", "d", "e", "f")


def style(name: str) -> str:
    """Return the colours of a ground, by day and where the reader's screen is dark."""
    day, night = GROUNDS[name]

    def rules(tones: Sequence[str]) -> str:
        return "".join(
            f".{key}{{fill:{tone};stop-color:{tone}}}"
            for key, tone in zip(CLASSES, tones, strict=True)
        )

    border = ".g{stroke:#3a2a1c;opacity:.42}", ".g{stroke:#f0e2bd;opacity:.3}"
    return (
        f"<style>{rules(day)}{border[0]}"
        f"@media(prefers-color-scheme:dark){{{rules(night)}{border[1]}}}</style>"
    )


def hills(
    chance: Random, y: float, height: float, width: float = 640, steps: int = 5
) -> list[Point]:
    """Return the line of a ridge."""
    shift = chance.uniform(0, 6)
    return [
        (width * i / steps, y - height * (0.5 + 0.5 * sin(shift + 1.7 * i)))
        for i in range(steps + 1)
    ]


def band(ridge: Sequence[Point], bottom: float = 640) -> str:
    """Return everything below a ridge."""
    return f"{smooth(ridge)}V{num(bottom)}H0z"


def terraces(ridge: Sequence[Point], gaps: Sequence[float], tone: str, width: float = 2.2) -> str:
    """Return the steps below a ridge, as lines that follow it and flatten."""
    lines = [smooth([(x, y + gap + (gap * 0.2 * sin(x / 90))) for x, y in ridge]) for gap in gaps]
    return line(lines, tone, width, opacity=".4")


def plate(name: str, chance: Random, sun: tuple[float, float, float] = (320, 292, 208)) -> str:
    """Return the ground of a plate of 640 × 640."""
    x, y, r = sun
    far, near = hills(chance, 420, 34), hills(chance, 458, 30)
    table = [(0, 500), (160, 492), (330, 497), (500, 490), (640, 498)]
    fibres = [_fibre(chance) for _ in range(30)]
    return (
        f'<path class="b" d="M0 0h640v640H0z"/><path fill="url(#sky)" d="M0 0h640v470H0z"/>'
        f'<circle class="c" cx="{num(x)}" cy="{num(y)}" r="{num(r)}"/>'
        f'<path class="d" d="{band(far)}"/>{terraces(far, (10, 19, 29), "#fffbe8")}'
        f'<path class="e" d="{band(near)}"/>{terraces(near, (10, 20, 31, 43), "#fffbe8")}'
        f'<path class="f" d="{band(table)}"/><path fill="url(#table)" d="{band(table)}"/>'
        + path(
            [
                stroke((x0, y0), (x0 + chance.uniform(60, 190), y0 + chance.uniform(-2, 2)), 0, 2.4)
                for x0, y0 in ((chance.uniform(0, 520), 512 + i * 8.5) for i in range(15))
            ],
            "#2b1d10",
            opacity=".16",
        )
        + line(fibres, "#6b5334", 1.2, opacity=".13")
    )


def _fibre(chance: Random) -> str:
    x, y = chance.uniform(0, 640), chance.uniform(0, 640)
    return f"M{pair((x, y))}q{pair((chance.uniform(5, 14), chance.uniform(-5, 5)))} {pair((chance.uniform(16, 34), chance.uniform(-9, 9)))}"


def washes() -> str:
    """Return the washes of a ground: a sky that deepens upwards, light that falls on the table."""
    return (
        '<linearGradient id="sky" x2="0" y2="1"><stop class="a" offset="0"/><stop class="a" offset=".35" stop-opacity=".75"/><stop class="b" offset="1" stop-opacity="0"/></linearGradient>'
        + radial(
            "shade", 0.5, 0.5, 0.5, (0, "#24170c", 0.62), (0.6, "#24170c", 0.4), (1, "#24170c", 0)
        )
        + linear("table", 0, 1, (0, "#fff6dc", 0.28), (0.3, "#fff6dc", 0), (1, "#1c120a", 0.3))
    )


def border() -> str:
    """Return the printed line round a plate."""
    outer, inner = "M15.5 15.5h609v609h-609z", "M21 21h598v598H21z"
    return f'<g class="g" fill="none"><path d="{outer}" stroke-width="1.5"/><path d="{inner}" opacity=".6"/></g>'
