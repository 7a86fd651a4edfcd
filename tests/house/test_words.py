"""Whatever a person may read has its words, in both languages."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from storefront.lives import Life
from storefront.orders import parcels
from storefront.web.refusals import REFUSALS
from storefront.web.words import WORDS
from tests.house.sources import PACKAGE, ROOT, calls, trees

CATALOGUE = PACKAGE / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
NAMED = re.compile(r"%\((\w+)\)s")
METHODS = [
    ("storefront/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None}


def refusals() -> Iterator[tuple[str, str, set[str]]]:
    """Yield where, the code and the names of the facts of every ``Refusal("…")``."""
    for path, tree in trees().items():
        for name, node in calls(tree):
            if name.rpartition(".")[2] == "Refusal" and node.args:
                facts = {word.arg or "**" for word in node.keywords}
                if "name_zh" in facts:
                    facts.add("name")
                for code in _texts(node.args[0]):
                    yield f"{path}:{node.lineno}", code, facts


def _texts(code: ast.expr) -> list[str]:
    """Return the codes an expression may be; a step's (an f-string) come from the step tables."""
    either = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
    return [str(one.value) for one in either if isinstance(one, ast.Constant)]


def lives() -> list[Life]:
    """Return every step table of the house."""
    return [
        found
        for path in trees()
        if path.endswith("lives.py") and path != "lives.py"
        for found in vars(_module(path)).values()
        if isinstance(found, Life)
    ]


def _module(path: str):
    return import_module(f"storefront.{path.removesuffix('.py').replace('/', '.')}")


def test_every_refusal_has_a_sentence():
    codes = {code for _, code, _ in refusals()} | {f"{life.name}_step" for life in lives()}
    assert sorted(codes - set(REFUSALS)) == []


def test_a_sentence_names_only_facts_its_refusal_brings():
    for where, code, facts in refusals():
        wanted = set(NAMED.findall(str(REFUSALS[code]))) if code in REFUSALS else set()
        assert "**" in facts or wanted <= facts, f"{where} brings no {sorted(wanted - facts)}"


def test_every_state_has_a_word():
    for life in lives():
        assert set(life.states) <= set(WORDS.get(life.name, {})), life.name


# what is done by a name that is worked out: where, and which names those can be
WORKED_OUT = {
    "accounts/own.py": {"password_changed", "sessions_ended"},
    "accounts/second_factor.py": {"sign_in", "step_up"},
    "orders/parcels.py": set(parcels.SAID.values()),
    "orders/retention.py": {"cut_buyers", "cut_addresses"},
    "supply/lots.py": set(WORDS["movement"]),
    "supply/prices.py": {"set_purchase_price", "set_floor_price", "set_farm_gate_price"},
}


def acts() -> Iterator[tuple[str, str, set[str]]]:
    """Yield where, what and to which kind of thing for every ``audit.record(…)``."""
    for path, tree in trees().items():
        for name, node in calls(tree):
            if name == "audit.record":
                verb, kind = node.args[1:3]
                said = set(_texts(verb)) or WORKED_OUT[path]
                for one in said:
                    yield f"{path}:{node.lineno}", one, set(_texts(kind))


def test_every_act_that_is_written_down_has_a_word():
    assert {f"{where} {verb}" for where, verb, _ in acts() if verb not in WORDS["audit"]} == set()
    kinds = {kind for _, _, found in acts() for kind in found}
    assert kinds - set(WORDS["object"]) == set()
    assert len(kinds) > 10


@pytest.fixture(scope="module")
def translations():
    with CATALOGUE.open("rb") as file:
        return {
            str(message.id if isinstance(message.id, str) else message.id[0]): message
            for message in read_po(file, locale="zh")
            if message.id
        }


def test_every_sentence_is_translated(translations):
    extracted = {
        message if isinstance(message, str) else message[0]
        for _, _, message, _, _ in extract_from_dir(
            ROOT, method_map=METHODS, keywords=KEYWORDS, directory_filter=wanted_folder
        )
    }
    assert extracted
    untranslated = {
        sentence
        for sentence in extracted
        if sentence not in translations
        or not translations[sentence].string
        or translations[sentence].fuzzy
    }
    assert sorted(untranslated) == []


def test_translations_name_the_same_facts(translations):
    for sentence, message in translations.items():
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        for form in forms:
            assert set(NAMED.findall(form)) == set(NAMED.findall(sentence)), sentence


def wanted_folder(folder: object) -> bool:
    name = str(folder).rpartition("/")[2]
    return not name.startswith(".") and name not in {"var", "static", "tests", "migrations"}
