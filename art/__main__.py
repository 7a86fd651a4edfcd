"""``python -m art`` draws every picture into static/img; names after it draw only those."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import FloatRect, sync_playwright

from art.plates import PICTURES
from art.symbol import symbol

IMAGES = Path(__file__).resolve().parent.parent / "static" / "img"
SHARE: FloatRect = {"x": 400, "y": 25, "width": 1200, "height": 630}  # of the hero at 1600 by 680


def draw(names: list[str]) -> None:
    """Draw the pictures that are named, or all with symbol and share image."""
    for name in names or PICTURES:
        (IMAGES / f"{name}.svg").write_text(PICTURES[name](), "utf-8")
    if not names:
        (IMAGES / "symbol.svg").write_text(symbol(), "utf-8")
        share()


def share() -> None:
    """Take what a chat app shows beside a link out of the first page's picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1600, "height": 680})
        page.goto((IMAGES / "hero.svg").as_uri())
        page.screenshot(path=IMAGES / "share.jpg", clip=SHARE, type="jpeg", quality=80)
        browser.close()


if __name__ == "__main__":
    draw(sys.argv[1:])
