"""The short soak of `make test`; `make soak` is the long one."""

from pathlib import Path

import pytest
from flask import Flask

from tests.databases import Database
from tests.soak.plans import CHEAP, SHORT
from tests.soak.soak import Outcome, soak


@pytest.fixture(scope="module")
def outcome(shop: Flask, database: Database, var: Path) -> Outcome:
    database.renew()
    return soak(SHORT, shop.config["SETTINGS"], var, CHEAP)


def test_nothing_is_oversold_lost_doubled_or_a_fen_apart_while_processes_are_killed(outcome):
    assert outcome.faults == []


def test_each_kind_of_process_was_killed(outcome):
    assert {who for _, who in outcome.diary.kills} == {"web", "worker", "server"}
