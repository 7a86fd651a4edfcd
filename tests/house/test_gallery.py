"""Every page hangs in the gallery: none is forgotten when somebody looks them all over."""

from collections import Counter

from storefront.web.guards import guard_of
from tests.gallery.__main__ import LOOKS, NO_PAGES
from tests.gallery.states import STATES
from tests.gallery.things import named


def read(shop):
    return [rule for rule in shop.url_map.iter_rules() if "GET" in (rule.methods or ())]


def test_every_page_has_somebody_who_looks_at_it(shop):
    guards = {guard_of(shop.view_functions[rule.endpoint]) for rule in read(shop)}
    assert guards - set(LOOKS) == set()


def test_whatever_an_address_names_is_known(shop):
    known = named()
    unknown = {
        f"{rule.rule}: {argument}"
        for rule in read(shop)
        for argument in rule.arguments - known
        if rule.endpoint not in NO_PAGES
    }
    assert unknown == set(), "add a thing to tests/gallery/things.py"


def test_what_is_no_page_is_still_an_address(shop):
    there = {rule.endpoint for rule in read(shop)}
    assert {name for name in NO_PAGES if not name.startswith("gallery.")} - there == set()


def test_no_two_states_have_one_name():
    names = Counter(f"{state.who}-{state.name}" for state in STATES)
    assert [name for name, times in names.items() if times > 1] == []
