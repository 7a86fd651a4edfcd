"""A QR code drawn into the page: an SVG without a style, black on white in any theme."""

from markupsafe import Markup


def picture(address: str, *, border: int = 4) -> Markup:
    """Return ``address`` as a picture for a camera; ``border`` is its quiet zone, in modules."""
    import segno  # noqa: PLC0415  most web processes never draw one

    drawn = segno.make(address, error="m").svg_inline(
        border=border, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawn)  # noqa: S704  drawn by the library from our own address
