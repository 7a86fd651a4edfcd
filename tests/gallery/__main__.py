"""Takes the pictures of every page: ``make gallery``, or of some: ``make gallery ONLY=cart``."""

import argparse
import logging
import re
import sys
from collections.abc import Iterator

from flask import Flask
from playwright.sync_api import sync_playwright

from storefront.config import ROOT
from storefront.web.guards import guard_of
from tests.browser import find_chromium
from tests.gallery import page, shop
from tests.gallery.film import Camera, Shot, called
from tests.gallery.states import STATES, State
from tests.gallery.things import things
from tests.journeys.conftest import QUIET
from tests.matrix import addresses

# who looks at what a guard lets in
LOOKS = {
    "public": "nobody",
    "arriving": "operator",
    "signed_in": "household",
    "household_member": "household",
    "agent": "agent",
    "operator": "operator",
    "officer": "officer",
    "checker": "checker",
    "county_office": "checker",
    "shopper": "shopper",
}
# answered by no page, or only where something was just done
NO_PAGES = {
    "account.choose_form",
    "gallery.error",
    "health.alive",
    "health.ready",
    "shop.photo",
    "shop.robots",
    "shop.sitemap",
    "season.show",
}


def pages(app: Flask, found: dict[str, object]) -> Iterator[State]:
    """Yield a picture for every address that can be opened."""
    for address in addresses(app, found):
        endpoint = address.rule.endpoint
        if address.is_read and endpoint not in NO_PAGES and "None" not in address.url:
            guard = guard_of(app.view_functions[endpoint]) or ""
            yield State(called(address.rule.rule), LOOKS[guard], address.url)


def take(only: str) -> list[Shot]:
    """Take every picture whose name matches ``only``; return them."""
    var = ROOT / "var"
    folder = shop.fresh(var)
    app = shop.open_shop(var, shop.season_of(var))
    with app.app_context(), shop.served(app) as base, sync_playwright() as playwright:
        cookies, users = shop.sessions(app)
        found = things(users["household"], users["agent"])
        wanted = [
            one for one in (*pages(app, found), *STATES) if re.search(only, f"{one.who}-{one.name}")
        ]
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET))
        camera, shots = Camera(browser, base, cookies, folder), []
        for number, state in enumerate(wanted, start=1):
            place = state.place()
            if place is None:
                shots.append(
                    Shot(state.name, state.who, state.address, "", fault="not in this season")
                )
            else:
                shots += camera.take(state, place.format(**found))
            print(f"\r{number}/{len(wanted)} {state.who}-{state.name}\033[K", end="", flush=True)
            page.hang(shots, folder)
        browser.close()
    return shots


def main() -> int:
    """Take them, and say where they hang and what could not be taken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="what the names of those that are wanted match")
    for talker in ("werkzeug", "storefront"):
        logging.getLogger(talker).setLevel(logging.ERROR)
    shots = take(parser.parse_args().only)
    faults = [shot for shot in shots if shot.fault]
    print(f"\n{sum(bool(shot.file) for shot in shots)} pictures in var/gallery/index.html")
    for shot in faults:
        print(f"  not taken: {shot.who}-{shot.name} {shot.language} {shot.address}: {shot.fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
