"""A plate: its ground, its washes, what stands on it, its border."""

from random import Random

from art import ground


def svg(
    name: str, back: str, defs: str, *parts: str, sun: tuple[float, float, float] = (320, 292, 208)
) -> str:
    c = Random(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640">{ground.style(back)}<defs>{ground.washes()}{defs}</defs>'
        + ground.plate(back, c, sun)
        + "".join(parts)
        + ground.border()
        + "</svg>"
    )
