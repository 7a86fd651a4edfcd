"""`make test` never hides what it could not run."""

from tests.run import Part, last_line

RULES = Part("rules", ("rules",))
POSTGRES = Part("rooms on PostgreSQL", ("rooms",), needs="postgres", missing="none answers")
JOURNEYS = Part("journeys", ("journeys",))


def test_the_last_line_names_what_did_not_run_and_why():
    said = last_line([RULES], [], [POSTGRES])
    assert said == "Green: rules. Not run: rooms on PostgreSQL (none answers)."


def test_the_last_line_names_what_failed():
    said = last_line([RULES, JOURNEYS], [JOURNEYS], [])
    assert said == "Green: rules. FAILED: journeys. Not run: nothing."
