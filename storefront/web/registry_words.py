"""The words of the registry and of prices: what a file, a field, a relation, a price is called."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "price": {
        "purchase": _l("Purchase price"),
        "floor": _l("Floor of the county"),
        "farm_gate": _l("Farm-gate price"),
    },
    "relation": {
        "self": _l("the head"),
        "spouse": _l("husband or wife of the head"),
        "child": _l("child of the head"),
        "parent": _l("parent of the head"),
        "other": _l("somebody else"),
    },
    "registry_field": {
        "head": _l("Head"),
        "village_id": _l("Village"),
        "payee": _l("Payee"),
        "payee_relation": _l("Payee's relation to the head"),
        "members": _l("People"),
        "orchard_tenth_mu": _l("Orchard"),
        "id_number": _l("ID number"),
        "phone": _l("Phone"),
        "bank_account": _l("Bank account"),
        "status": _l("Kind of household"),
    },
    "registry_file": {
        "waiting": _l("Being read"),
        "ready": _l("Ready to be taken in"),
        "faulty": _l("Has faults"),
        "refused": _l("Cannot be read"),
        "taken": _l("Taken in"),
        "abandoned": _l("Put away"),
    },
}
