"""Passwords: argon2id, and as much time for an unknown person as for a known one."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 128  # nobody types more; a longer one only costs us time


class Vault:
    """Hashes passwords at the cost that was set when the shop started."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobody: str | None = None

    def load(self, *, memory_kib: int, passes: int) -> None:
        """Set the cost of a hash: memory in KiB and passes over it."""
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib)
        self._nobody = None

    def hash(self, password: str) -> str:
        """Return the hash of ``password``; slow on purpose, so call it outside a transaction."""
        return self._hasher.hash(password)

    def verify(self, known: str | None, password: str) -> bool:
        """Whether ``password`` is the one that ``known`` was made from.

        Nobody's hash (``None``) is compared with one nobody knows, at the same cost.
        """
        if len(password) > LONGEST:
            return False
        try:
            self._hasher.verify(known or self._decoy(), password)
        except (VerificationError, InvalidHashError):
            return False
        return known is not None

    def _decoy(self) -> str:
        if self._nobody is None:
            self._nobody = self._hasher.hash("nobody's password")
        return self._nobody


vault = Vault()
