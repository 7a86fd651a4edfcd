"""The second factor: enrolled by its owner, asked for at sign-in and before payouts.

A code is taken once: the newest step taken is kept, and no step up to it is taken again.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from storefront import audit, db
from storefront.accounts import codes, locks
from storefront.accounts.models import RecoveryCode, SecondFactor, SignInTry, User
from storefront.actors import Actor
from storefront.errors import NotFound, Refusal


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody's second factor stands: since when, and how many recovery codes are left."""

    enrolled_at: datetime | None
    pending_secret: str | None
    codes_left: int


def standing(user_id: int) -> Standing:
    """Return how the second factor of a person stands."""
    left = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    query = select(
        SecondFactor.enrolled_at, SecondFactor.pending_secret, left.scalar_subquery()
    ).where(SecondFactor.user_id == user_id)
    row = db.session.execute(query).one_or_none()
    return Standing(*row) if row is not None else Standing(None, None, 0)


def prepare(user_id: int) -> None:
    """Make a new secret for the person to put into their app; it waits for its first code.

    What was enrolled before stays in force until then.
    """
    factor = _held(user_id)
    factor.pending_secret = codes.new_secret()
    db.session.flush()


def confirm(actor: Actor, typed: str, *, now: datetime) -> tuple[str, ...]:
    """Enrol the secret that waits, by the first code of it; return the recovery codes, once.

    Raises:
        Refusal: ``factor_not_begun``, or ``code_wrong`` or ``code_clock_off``: nothing is written.
    """
    user_id = _user_of(actor)
    factor = _held(user_id)
    if factor.pending_secret is None:
        raise Refusal("factor_not_begun")
    step = codes.matching_step(factor.pending_secret, _plain(typed), now)
    if step is None:
        raise _misfit(factor.pending_secret, _plain(typed), now)[0]
    recovery = codes.new_recovery_codes()
    enrol(user_id, factor.pending_secret, recovery, step=step, now=now)
    audit.record(actor, "second_factor_enrolled", "user", str(user_id), now=now)
    return recovery


def enrol(
    user_id: int, secret: str, recovery: tuple[str, ...], *, step: int, now: datetime
) -> None:
    """Put a secret and its recovery codes in force; codes up to ``step`` are used up."""
    factor = _held(user_id)
    factor.secret, factor.pending_secret = secret, None
    factor.enrolled_at, factor.last_step = now, step
    _replace_codes(user_id, recovery)


def renew_codes(actor: Actor, *, now: datetime) -> tuple[str, ...]:
    """Put new recovery codes in the place of the old; return them, once.

    Raises:
        Refusal: ``factor_not_begun`` where no second factor is enrolled.
    """
    user_id = _user_of(actor)
    if _held(user_id).secret is None:
        raise Refusal("factor_not_begun")
    recovery = codes.new_recovery_codes()
    _replace_codes(user_id, recovery)
    audit.record(actor, "recovery_codes_renewed", "user", str(user_id), now=now)
    return recovery


def check(actor: Actor, typed: str, *, verb: str, now: datetime) -> Refusal | None:
    """Take a code of the app, or a recovery code, for ``verb`` (``sign_in`` or ``step_up``).

    Returns None when it was right, else what the person is to be told: the refusal is
    returned and not raised, since the wrong try it counts is to be committed.
    """
    user_id = _user_of(actor)
    tries = locks.hold(locks.key_of(user_id, ""))
    if locks.is_locked(tries, now=now):
        return locks.locked(tries.locked_until or now)
    factor = _held(user_id)
    refusal = _take(factor, _plain(typed), actor, now)
    if refusal is not None:
        return _refused(refusal, tries, actor, now)
    locks.forget(tries)
    audit.record(actor, verb, "user", str(user_id), now=now)
    return None


def reset(user_id: int, *, actor: Actor, now: datetime) -> None:
    """Take away a second factor that was lost, end its owner's sessions; they enrol anew.

    Raises:
        NotFound: there is no such user.
        Refusal: ``own_factor``, somebody else has to do it; ``factor_not_begun``, none is there.
    """
    if actor.user_id == user_id:
        raise Refusal("own_factor")
    user = db.lock_one(User, user_id)
    factor = _held(user_id)
    if factor.secret is None:
        raise Refusal("factor_not_begun")
    factor.secret = factor.pending_secret = factor.enrolled_at = None
    _replace_codes(user_id, ())
    user.session_version += 1
    audit.record(actor, "second_factor_reset", "user", str(user_id), now=now)


def _user_of(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotFound
    return actor.user_id


def _plain(typed: str) -> str:
    return "".join(unicodedata.normalize("NFKC", typed).split()).replace("-", "")


def _held(user_id: int) -> SecondFactor:
    """Lock the person's row, made if it is the first."""
    first = db.insert(SecondFactor).values(user_id=user_id, last_step=0)
    db.session.execute(first.on_conflict_do_nothing(index_elements=["user_id"]))
    row_id = db.session.scalar(select(SecondFactor.id).where(SecondFactor.user_id == user_id))
    return db.lock_one(SecondFactor, row_id or 0)


def _replace_codes(user_id: int, recovery: tuple[str, ...]) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    rows = [
        {"user_id": user_id, "digest": codes.recovery_digest(user_id, code)} for code in recovery
    ]
    if rows:
        db.session.execute(db.insert(RecoveryCode), rows)


def _take(factor: SecondFactor, typed: str, actor: Actor, now: datetime) -> Refusal | None:
    """Use the code up; return why it is not taken."""
    if factor.secret is None:
        return Refusal("factor_not_begun")
    if not codes.is_one_time(typed):
        return _take_recovery(factor.user_id, typed, actor, now)
    step = codes.matching_step(factor.secret, typed, now)
    if step is None:
        refusal, far = _misfit(factor.secret, typed, now)
        # a code of the minutes to come was shown to us: it must not be good for anybody then
        factor.last_step = max(factor.last_step, far or 0)
        return refusal
    if step <= factor.last_step:
        return Refusal("code_used", field="one_time_code")
    factor.last_step = step
    return None


def _misfit(secret: str, typed: str, now: datetime) -> tuple[Refusal, int | None]:
    """Say kindly why a code does not fit: it is wrong, or only the phone's clock is off."""
    far = codes.matching_step(secret, typed, now, within=codes.RECOGNISED)
    if far is None:
        return Refusal("code_wrong", field="one_time_code"), None
    minutes = codes.minutes_off(far - codes.step_of(now))
    return Refusal("code_clock_off", minutes=minutes, field="one_time_code"), far


def _take_recovery(user_id: int, typed: str, actor: Actor, now: datetime) -> Refusal | None:
    digest = codes.recovery_digest(user_id, typed)
    used = update(RecoveryCode).where(RecoveryCode.digest == digest, RecoveryCode.used_at.is_(None))
    taken = db.session.execute(used.values(used_at=now).returning(RecoveryCode.id)).all()
    if not taken:
        return Refusal("code_wrong", field="one_time_code")
    audit.record(actor, "recovery_code_used", "user", str(user_id), now=now)
    return None


def _refused(refusal: Refusal, tries: SignInTry, actor: Actor, now: datetime) -> Refusal:
    """Write the wrong try down and count it; say that it locked, if it did.

    A code that was used already is no guess (a button pressed twice sends it twice).
    """
    code = str(actor.user_id)
    audit.record(actor, "code_refused", "user", code, now=now, why=refusal.code)
    until = None if refusal.code == "code_used" else locks.count(tries, now=now)
    if until is None:
        return refusal
    audit.record(actor, "locked", "user", code, now=now, until=until.isoformat())
    return locks.locked(until)
