"""What another machine has signed is believed, though its clock is a little ahead."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from itsdangerous import BadSignature, SignatureExpired

from storefront.web.signing import PatientSigner

NOW = datetime(2026, 9, 20, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = 3600
SIGNER = PatientSigner("a secret", salt="a test")


def signed(at: datetime) -> bytes:
    with time_machine.travel(at, tick=False):
        return SIGNER.sign("who is signed in")


def read(token: bytes) -> object:
    with time_machine.travel(NOW, tick=False):
        return SIGNER.unsign(token, max_age=HOUR)


@pytest.mark.parametrize("minutes", [-59, -2, 0, 2, 5])
def test_a_clock_a_few_minutes_ahead_or_behind_is_believed(minutes):
    assert read(signed(NOW + minutes * MINUTE)) == b"who is signed in"


@pytest.mark.parametrize("minutes", [-61, 6, 600])
def test_what_is_too_old_or_too_far_ahead_is_over(minutes):
    with pytest.raises(SignatureExpired):
        read(signed(NOW + minutes * MINUTE))


def test_what_somebody_else_signed_is_not_believed():
    with pytest.raises(BadSignature):
        read(PatientSigner("a guess", salt="a test").sign("who is signed in"))


def test_the_moment_of_signing_is_told_when_asked_for():
    with time_machine.travel(NOW, tick=False):
        value, moment = SIGNER.unsign(signed(NOW), max_age=HOUR, return_timestamp=True)
    assert (value, moment) == (b"who is signed in", NOW)
