"""One-time codes (RFC 6238: six digits, every 30 seconds) and recovery codes, as pure rules."""

import hashlib
import hmac
from datetime import datetime
from typing import Final

import pyotp

from storefront import ids

SECONDS: Final = 30  # how long an app shows one code
TOLERATED: Final = 1  # steps that a phone's clock may be off, either way
RECOGNISED: Final = 10  # steps within which we can tell that only the clock is off
RECOVERY_CODES: Final = 10
RECOVERY_LENGTH: Final = 15  # 14 characters of 30 and a check: 68 bits, three groups of five
GROUP: Final = 5


def new_secret() -> str:
    """Return a fresh secret for an authenticator app: 160 bits in base 32."""
    return pyotp.random_base32(32)


def step_of(now: datetime) -> int:
    """Return the number of the 30 seconds that ``now`` is in."""
    return int(now.timestamp()) // SECONDS


def code_at(secret: str, step: int) -> str:
    """Return the code an app shows during ``step``."""
    return pyotp.TOTP(secret).generate_otp(step)


def matching_step(secret: str, typed: str, now: datetime, within: int = TOLERATED) -> int | None:
    """Return the step whose code was typed, the nearest to now; None if none ``within`` steps."""
    here = step_of(now)
    found = None
    for step in sorted(range(here - within, here + within + 1), key=lambda step: -abs(step - here)):
        if hmac.compare_digest(code_at(secret, step), typed):
            found = step
    return found


def minutes_off(steps: int) -> int:
    """Return how far apart two clocks are in whole minutes, at least one."""
    return max(1, round(abs(steps) * SECONDS / 60))


def is_one_time(typed: str) -> bool:
    """Whether this is meant for a code of an app: six digits."""
    return len(typed) == 6 and typed.isascii() and typed.isdigit()  # noqa: PLR2004  RFC 6238


def app_address(secret: str, *, issuer: str, name: str) -> str:
    """Return the address an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def new_recovery_codes() -> tuple[str, ...]:
    """Return fresh recovery codes; they are shown once, and kept as digests."""
    return tuple(ids.new_code(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES))


def in_groups(code: str, size: int = GROUP) -> str:
    """Return ``code`` as people copy it: ``BCDFG-HJKMN-PQRST``."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def recovery_digest(user_id: int, typed: str) -> str:
    """Return the digest a recovery code is kept and found by, however it was typed.

    Plain SHA-256 will do: the codes are random and long, nobody can try them all.
    """
    return hashlib.sha256(f"{user_id}:{ids.read_code(typed)}".encode()).hexdigest()
