"""Telling: an opening in seconds, then the whole season beside the shop that is open already.

docs/adr/0020 says why. Nothing here is needed to run a shop.
"""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
from flask import Flask

import storefront
from storefront import clock
from storefront.accounts.passwords import vault
from storefront.cli.demo import file, season
from storefront.cli.demo.scene import OPENING, PASSWORD, WHOLE
from storefront.cli.demo.till import Till
from storefront.config import Settings
from storefront.reports.newest import made_by_people
from storefront.web import gateway_steps, site
from storefront.web.season import beside
from storefront.web.season.beside import Telling

PARTS = 1_000  # of the progress bar
BREATH = 0.5  # seconds between two looks whether somebody opens the whole season
Passed = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which season: ``opening`` is its whole county with little of what happened there."""

    seed: int = 1
    per_cent: int = WHOLE
    opening: bool = False


@contextmanager
def bar(label: str) -> Iterator[Passed]:
    """Show a progress bar and give what moves it: the part that is done, from 0 to 1."""
    with click.progressbar(length=PARTS, label=label, file=sys.stderr) as shown:
        yield lambda part: shown.update(int(part * PARTS) - shown.pos)


def tell(wanted: Wanted, passed: Passed) -> None:
    """Tell the season into this app's database, which is migrated and empty."""
    settings = site.settings()
    secret = gateway_steps.pretend_secret(settings)
    till = Till(gateway_steps.providers()["pretend"], secret, settings.public_url)
    season.build(
        till,
        vault.hash(PASSWORD),
        passed,
        now=clock.now(),
        seed=wanted.seed,
        per_cent=min(OPENING, wanted.per_cent) if wanted.opening else wanted.per_cent,
        everybody=wanted.opening,
    )


def replace(path: Path, settings: Settings, wanted: Wanted) -> None:
    """Tell into a file of its own and put it in the place of ``path``, which nobody serves."""
    _check(path)
    beside.remove(beside.named(path, "whole"))
    label = "The opening" if wanted.opening else "A season of pears"
    now, whole = clock.now(), not wanted.opening
    with file.replaced(path, now, whole=whole) as unfinished, bar(label) as passed:
        _tell_at(unfinished, settings, wanted, passed)


def _check(path: Path) -> None:
    if not beside.is_season(path):
        message = f"{path} is not a demonstration's database: name another in DATABASE_URL."
        raise click.ClickException(message)


def _tell_at(path: Path, settings: Settings, wanted: Wanted, passed: Passed) -> None:
    app = storefront.create_app(file.at(settings, path))
    with app.app_context(), file.in_a_hurry():
        tell(wanted, passed)
        beside.note(path, marks=made_by_people())


def beside_a_shop(app: Flask, path: Path, wanted: Wanted) -> None:
    """Tell the whole season beside the opening at ``path``, and put it in its place.

    At once where nobody has done anything in the shop yet, else when somebody opens it there.
    """
    _check(path)
    if beside.noted(path).get("whole"):
        return
    for asked in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked, _interrupt)
    try:
        if not file.is_fresh(beside.named(path, "whole"), clock.now()):
            _tell_whole(path, site.of(app), wanted)
        _open(app, path)
    finally:
        beside.fall_silent(path)


def _tell_whole(path: Path, settings: Settings, wanted: Wanted) -> None:
    began = time.monotonic()
    with bar("The whole season") as shown:
        said = _Said(path, shown)
        with file.replaced(beside.named(path, "whole"), clock.now()) as unfinished:
            _tell_at(unfinished, settings, wanted, said)
    click.echo(f"The whole season is told ({time.monotonic() - began:.0f} s).")


class _Said:
    """Says on every page of the shop how far the telling is, once a per cent or so."""

    def __init__(self, path: Path, shown: Passed) -> None:
        self.path, self.shown = path, shown
        self._last = 0.0
        beside.say(path, Telling(0))

    def __call__(self, part: float) -> None:
        self.shown(part)
        if time.monotonic() - self._last > BREATH:
            beside.say(self.path, Telling(int(part * 100)))
            self._last = time.monotonic()


def _open(app: Flask, path: Path) -> None:
    """Put the whole season in its place as soon as nothing is lost, or somebody asks for it."""
    whole = beside.named(path, "whole")
    while whole.is_file():
        with app.app_context():
            if not beside.is_touched(path):
                beside.put_in_place(path)
                break
        beside.say(path, Telling(100, whole=True))
        time.sleep(BREATH)
    click.echo("The shop has the whole season.")


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
