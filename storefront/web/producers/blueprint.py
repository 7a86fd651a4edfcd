"""The producers' door, and the two addresses of each of its screens."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint
from flask.typing import ResponseReturnValue

from storefront.web.guards import agent, household_member
from storefront.web.producers import scope
from storefront.web.producers.scope import Place

door = Blueprint("producers", __name__, url_prefix="/producers")
Screen = Callable[..., ResponseReturnValue]


def own_screen(path: str, *methods: str) -> Callable[[Screen], Screen]:
    """Open a screen for members of a household only, at ``/producers/<path>``."""

    def opened(view: Screen) -> Screen:
        @wraps(view)
        def own(**values: str) -> ResponseReturnValue:
            return view(scope.own_household(), **values)

        wanted = methods or ("GET",)
        door.add_url_rule(f"/{path}", view.__name__, household_member(own), methods=wanted)
        return view

    return opened


def agent_screen(path: str, *methods: str) -> Callable[[Screen], Screen]:
    """Open a screen for the agent of a household's station, under ``/for/<household>/``."""

    def opened(view: Screen) -> Screen:
        @wraps(view)
        def acting(household: str, **values: str) -> ResponseReturnValue:
            return view(scope.household_acted_for(household), **values)

        rule, name = f"/for/<household>/{path}", f"{view.__name__}{Place.ACTING}"
        door.add_url_rule(rule, name, agent(acting), methods=methods or ("GET",))
        return view

    return opened


def screen(path: str, *methods: str) -> Callable[[Screen], Screen]:
    """Open a screen at both addresses: the household's own, and its agent's."""

    def opened(view: Screen) -> Screen:
        return agent_screen(path, *methods)(own_screen(path, *methods)(view))

    return opened
