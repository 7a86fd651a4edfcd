"""Every page that people can walk to from their door: whole, valid, in both languages.

The test client looks at each page it is given (title, one h1, labels, form tokens,
no id twice); here is somebody who opens them all.
"""

from collections import Counter

import pytest

from tests import walking

# for machines, or only on the way from a form that was sent
NOT_WALKED_TO = {
    "account.choose_form",
    "account.letter_is_coming",
    "brand.counter_names",
    "brand.paper",
    "brand.price_file",
    "county.merge_preview",
    "county.paper",
    "county.price_file",
    "county.revealed_number",
    "health.alive",
    "health.ready",
    "pretend.page",
    "producers.done",
    "producers.done_for",
    "producers.paper",
    "producers.paper_of_slip_for",
    "season.show",
    "shop.photo",
    "shop.robots",
    "shop.sitemap",
    "sign_in.code_form",
    "sign_in.factor",
    "sign_in.form",
}


@pytest.fixture
def season(app):
    with walking.season() as walked:
        yield walked


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_whole_and_valid_and_no_link_is_dead(app, season, language):
    seen: Counter[str] = Counter()
    for who in walking.STARTS:
        walk = walking.walk(app, season, who, language)
        assert walk.faults == []
        seen += walk.kinds
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - set(seen) - NOT_WALKED_TO == set()
