"""A shopper is found by phone and password together: nobody here can prove a phone (docs/adr/0028).

Two people may write down the same number, and neither ever learns of the other. The mark of
a pair is argon2id with the phone for its salt, so that whoever has the database must work as
hard for each guess as at a password. Its cost is part of the mark: to change it would shut
everybody out.
"""

import hashlib
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import select

from storefront import db
from storefront.accounts.models import User
from storefront.accounts.passwords import LONGEST

MEMORY_KIB: Final = 19_456
PASSES: Final = 2


def mark(phone: str, password: str) -> str:
    """Return what a shopper is found by; slow on purpose, so call it outside a transaction."""
    salt = hashlib.sha256(f"pair of {phone}".encode()).digest()[:16]
    secret = password[:LONGEST].encode()
    made = hash_secret_raw(
        secret,
        salt,
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
    return made.hex()


def find(marked: str) -> User | None:
    """Return the shopper of a mark, whose account is open."""
    open_ = (User.pair_digest == marked, User.disabled_at.is_(None))
    return db.session.scalar(select(User).where(*open_))
