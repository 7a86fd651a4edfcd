"""What every address keeps to."""

from pathlib import Path

import pytest

from storefront.web.guards import guard_of

ADDRESSES = (Path(__file__).parent / "addresses.txt").read_text("utf-8").split()
ROLES = {"household_member", "agent", "operator", "officer", "checker", "shopper"}
GUARDS = {"public", "signed_in", "arriving", "county_office"} | ROLES
OPEN_DOORS = {"account", "shop", "sign_in", "hooks", "health", "pretend", "season"}


def test_every_endpoint_has_exactly_one_guard(shop):
    unguarded = {
        rule.endpoint: guard_of(shop.view_functions[rule.endpoint])
        for rule in shop.url_map.iter_rules()
        if guard_of(shop.view_functions[rule.endpoint]) not in GUARDS
    }
    assert unguarded == {}


def test_only_open_doors_have_public_views(shop):
    public = {
        rule.endpoint.partition(".")[0]
        for rule in shop.url_map.iter_rules()
        if guard_of(shop.view_functions[rule.endpoint]) == "public"
    }
    assert public <= OPEN_DOORS


def test_every_endpoint_stands_in_a_door(shop):
    assert [rule.endpoint for rule in shop.url_map.iter_rules() if "." not in rule.endpoint] == []


@pytest.mark.parametrize("secret", ["phone", "password", "name"])
def test_no_address_holds_a_person(shop, secret):
    assert not any(secret in rule.arguments for rule in shop.url_map.iter_rules())


def test_no_address_vanishes(shop):
    """Addresses are a contract: one that moves keeps a redirect, a new one is written down."""
    there = {rule.rule for rule in shop.url_map.iter_rules()}
    assert sorted(set(ADDRESSES) - there) == [], "vanished"
    assert sorted(there - set(ADDRESSES)) == [], "add to tests/house/addresses.txt"
