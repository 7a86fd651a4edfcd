"""Every address of the shop with real things in it, and who may open it (the role matrix)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Flask
from werkzeug.routing import Rule

from storefront import actors
from storefront.web.guards import guard_of

PEOPLE: Final = {
    "ana": frozenset[str](),
    "bai": frozenset({actors.SHOPPER}),
    "chu": frozenset({actors.SHOPPER}),
    "lin": frozenset({actors.HOUSEHOLD_MEMBER}),
    "mei": frozenset({actors.HOUSEHOLD_MEMBER}),
    "zhao": frozenset({actors.HOUSEHOLD_MEMBER}),
    "yang": frozenset({actors.HOUSEHOLD_MEMBER}),
    "sun": frozenset({actors.AGENT}),
    "gao": frozenset({actors.AGENT}),
    "he": frozenset({actors.OPERATOR}),
    "wu": frozenset({actors.OFFICER}),
    "qiao": frozenset({actors.CHECKER}),
}
WRITERS: Final[Mapping[str, frozenset[str]]] = {
    "signed_in": frozenset(actors.ROLES),
    "arriving": frozenset(actors.ROLES),
    "shopper": frozenset({actors.SHOPPER}),
    "county_office": frozenset({actors.OFFICER, actors.CHECKER}),
    "household_member": frozenset({actors.HOUSEHOLD_MEMBER}),
    "agent": frozenset({actors.AGENT}),
    "operator": frozenset({actors.OPERATOR}),
    "officer": frozenset({actors.OFFICER}),
    "checker": frozenset({actors.CHECKER}),
}
READERS: Final[Mapping[str, frozenset[str]]] = {
    "officer": frozenset({actors.CHECKER}),
    "checker": frozenset({actors.OFFICER}),
}
# whose thing an address names: everything the matrix looks at in the producers' door is of Lin's
OWNERS: Final = {
    "/account/addresses/<code>": {"bai"},
    "/producers/for/<household>/": {"sun"},
    "/producers/income/<int:row>": {"lin", "mei"},
    "/producers/lots/<code>": {"lin", "mei"},
    "/producers/paper/<code>": {"lin", "mei", "sun"},
    "/producers/slips/<code>": {"lin", "mei"},
}
# one first page for two kinds of people, and for nobody else who is signed in
SHARED: Final = {"/producers/": {"lin", "mei", "zhao", "yang", "sun", "gao"}}


@dataclass(frozen=True, slots=True)
class Address:
    """One address, and what each person may do there: ``open``, ``read``, ``none``, ``sign_in``."""

    rule: Rule
    url: str
    guard: str

    def may(self, name: str) -> str:
        """Return what the person ``name`` of the cast may do there."""
        if self.guard == "public":
            return "open"
        roles = PEOPLE[name]
        if not roles:
            return "sign_in"
        if roles & WRITERS[self.guard]:
            return "open" if self._is_theirs(name) else "none"
        return "read" if roles & READERS.get(self.guard, frozenset()) else "none"

    def _is_theirs(self, name: str) -> bool:
        named = (who for start, who in OWNERS.items() if self.rule.rule.startswith(start))
        owners = SHARED.get(self.rule.rule) or next(named, None)
        return owners is None or name in owners

    @property
    def is_read(self) -> bool:
        """Whether it can be opened."""
        return "GET" in (self.rule.methods or ())

    @property
    def is_sent_to(self) -> bool:
        """Whether a form is sent there."""
        return "POST" in (self.rule.methods or ())


def addresses(app: Flask, things: Mapping[str, object]) -> Iterator[Address]:
    """Yield every address of the url map, with ``things`` in the place of its arguments.

    A thing is named by the start of the rule and the argument (``/brand/lots code``), or
    by the argument alone.

    Raises:
        KeyError: an argument that nothing is known for; say it where the matrix is made.
    """
    for rule in app.url_map.iter_rules():
        url = rule.rule
        for argument in rule.arguments:
            named = str(_thing(rule.rule, argument, things))
            url = re.sub(rf"<(?:\w+:)?{argument}>", named, url)
        yield Address(rule, url, guard_of(app.view_functions[rule.endpoint]) or "")


def _thing(rule: str, name: str, things: Mapping[str, object]) -> object:
    starts = [key for key in things if " " in key and rule.startswith(key.partition(" ")[0])]
    named = [key for key in starts if key.endswith(f" {name}")]
    return things[max(named, key=len) if named else name]
