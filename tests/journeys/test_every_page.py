"""Every page that can be walked to, on the smallest phone and at twice the size, light and dark.

The test client walks as each of the cast and keeps what it was shown; the browser then
opens what was kept, at 320 pixels and at 640 (a desktop of 1280 at 200 %), and with text
alone at twice its size. Axe finds nothing against WCAG 2.2 AA, no page scrolls sideways
(1.4.10; a table may, in a named frame of its own) and nothing written is cut off.
"""

from http import HTTPStatus
from pathlib import Path

import axe_playwright_python
import pytest

from storefront import create_app
from tests import walking
from tests.conftest import settings_for

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
PHONE = {"width": 320, "height": 640}
ZOOMED = {"width": 640, "height": 450}
DESKTOP = {"width": 1280, "height": 900}
FOUND_ONLY = {"resultTypes": ["violations"]}
WHOLE = {
    "light": {**FOUND_ONLY, "rules": {"target-size": {"enabled": True}}},
    "dark": {**FOUND_ONLY, "runOnly": ["color-contrast", "link-in-text-block"]},
}
PLACES = {"light": {**FOUND_ONLY, "runOnly": ["target-size", "scrollable-region-focusable"]}}
WHOLE_AT = {"zh": PHONE, "en": ZOOMED}
FOUND = """options => axe.run(document, options).then(found => found.violations.map(
    each => each.id + ": " + each.nodes.map(node => node.html.slice(0, 160)).join(" | ")))"""
# what stands wider than the page, what scrolls sideways outside a table's frame, what is cut off
SIDEWAYS = """() => {
    const root = document.documentElement, found = [];
    const named = each => each.tagName.toLowerCase() + "." + each.getAttribute("class");
    const shown = each => getComputedStyle(each).clipPath === "none" && each.clientWidth > 1;
    if (root.scrollWidth > root.clientWidth) {
        const wide = [...document.querySelectorAll("body *")].filter(
            each => each.getBoundingClientRect().right > root.clientWidth + 1 && shown(each)
                && !each.closest(".table-frame"));
        found.push("sideways by " + (root.scrollWidth - root.clientWidth) + ": "
            + wide.slice(0, 3).map(named).join(", "));
    }
    for (const each of document.querySelectorAll("body *")) {
        const style = getComputedStyle(each);
        if (style.overflowX === "visible" || each.scrollWidth <= each.clientWidth + 1) continue;
        if (!shown(each) || each.matches("svg, svg *, input, select, textarea")) continue;
        if (!each.matches(".table-frame")) found.push("cut or scrolled: " + named(each));
        else if (each.tabIndex !== 0 || !each.getAttribute("aria-label"))
            found.push("a frame without name or focus: " + named(each));
    }
    const name = document.querySelector(".site-brand__name");
    if (name) found.push(...onItself(name, document.querySelector(".site-tools")));
    return found;

    function onItself(name, tools) {
        const words = [...name.firstChild.data.matchAll(/[A-Za-z]+/g)].map(word => {
            const range = document.createRange();
            range.setStart(name.firstChild, word.index);
            range.setEnd(name.firstChild, word.index + word[0].length);
            return range;
        });
        const whole = document.createRange();
        whole.selectNodeContents(name);
        const [brand, beside] = [whole.getBoundingClientRect(), tools.getBoundingClientRect()];
        const over = brand.right > beside.left + 1 && brand.bottom > beside.top + 1;
        return [over && "the header's name under its tools",
            words.some(word => word.getClientRects().length > 1) && "the header's name is broken",
        ].filter(Boolean);
    }
}"""
EMPTY_FORMS = {
    "ana": ("/checkout", "/find-order", "/sign-in", "/account/sign-up", "/account/by-letter"),
    "bai": ("/account/addresses/new", "/account/delete", "/account/security/password"),
    "lin": ("/producers/lots/declare",),
    "sun": ("/producers/for/H-LIN/weigh-in",),
    "he": ("/brand/catalogue/new", "/brand/prices", "/brand/counter"),
    "wu": (),
    "qiao": (),
}


class Kept:
    """A server of the pages that somebody was shown; what they load is the shop's own."""

    def __init__(self, pages, shop):
        self._pages, self._shop = pages, shop

    def __call__(self, environ, start):
        path, asked = environ["PATH_INFO"], environ.get("QUERY_STRING")
        page = self._pages.get(f"{path}?{asked}" if asked else path)
        if page is None:
            return self._shop(environ, start)
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page.encode()]


@pytest.fixture(params=["zh", "en"])
def language(request):
    return request.param


@pytest.fixture(params=walking.STARTS)
def pages(request, app, language):
    """What one of the cast can be shown, by address; a form sent empty is at ``?refused``."""
    who = request.param
    with walking.season() as season:
        walk = walking.walk(app, season, who, language, enough=1)
        shown = dict(walk.pages)
        shown["/none-such"] = walk.client.get("/none-such").text
        for address in EMPTY_FORMS[who]:
            answer = walk.client.post(address)
            assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, address
            shown[f"{address}?refused"] = answer.text
    return shown


@pytest.fixture
def opened(pages, server, var, database, browser, base_url):
    """A browser before the kept pages."""
    shop, before = create_app(settings_for(var, database.url, PUBLIC_URL=base_url)), server.app
    server.app = Kept(pages, shop)
    context = browser.new_context(
        base_url=base_url, viewport=PHONE, reduced_motion="reduce", service_workers="block"
    )
    yield context.new_page()
    context.close()
    server.app = before


def open_as_far_as_it_goes(page, size):
    """What sticks to the window's foot is at the page's, where it covers nothing."""
    page.set_viewport_size(size)
    page.set_viewport_size({**size, "height": page.evaluate("document.body.scrollHeight")})


def looked_at(page, language):
    """Yield what is wrong with the page that is open, at each size.

    The colours and what is said are tried at one size in each language, the places
    that words take at both.
    """
    page.evaluate(AXE)
    for size in (PHONE, ZOOMED):
        open_as_far_as_it_goes(page, size)
        for scheme, rules in (WHOLE if size is WHOLE_AT[language] else PLACES).items():
            page.emulate_media(color_scheme=scheme)
            wrong = page.evaluate(FOUND, rules)
            yield from (f"{size['width']} {scheme} {each}" for each in wrong)
        yield from (f"{size['width']} {each}" for each in page.evaluate(SIDEWAYS))
    page.set_viewport_size(DESKTOP)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    yield from (f"text at 200 % {each}" for each in page.evaluate(SIDEWAYS))


def test_every_page_is_open_to_everybody_at_320_pixels_and_at_twice_the_size(
    pages, opened, language
):
    faults = []
    for address in pages:
        opened.set_viewport_size(PHONE)
        opened.goto(address, wait_until="load")
        faults += [f"{address}: {fault}" for fault in looked_at(opened, language)]
    assert not faults, "\n".join(faults)
