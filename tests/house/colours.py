"""Colours as a reader's eye meets them: OKLCH and hex to light, light to contrast."""

import re
from math import cos, radians, sin

HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})$")
OKLCH = re.compile(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$")
Light = tuple[float, float, float]


def linear(colour: str) -> Light:
    """Return red, green and blue as light, 0 to 1, of ``#rrggbb``, ``#rgb`` or ``oklch(l c h)``.

    What a screen cannot show is cut off, as browsers do. OKLCH: Ottosson, 2020.
    """
    found = OKLCH.match(colour)
    if found is None:
        return _of_hex(colour)
    lightness, chroma, hue = (float(part) for part in found.groups())
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return (_within(red), _within(green), _within(blue))


def _within(part: float) -> float:
    return min(max(part, 0.0), 1.0)


def _of_hex(colour: str) -> Light:
    found = HEX.match(colour)
    assert found, colour
    digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return (_decoded(red), _decoded(green), _decoded(blue))


def _decoded(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def encoded(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue as a screen is told them, 0 to 255."""
    red, green, blue = (
        part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
        for part in linear(colour)
    )
    return (round(red * 255), round(green * 255), round(blue * 255))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, 1.4.3)."""
    darker, lighter = sorted(_luminance(colour) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
