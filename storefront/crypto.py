"""Field encryption: a person's secrets in the database are unreadable without the keys."""

import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Keyring:
    """The field keys in force: the first encrypts, all of them decrypt."""

    def __init__(self) -> None:
        self._box: MultiFernet | None = None
        self._first: Fernet | None = None
        self._keys: tuple[bytes, ...] = (b"",)

    def load(self, keys: tuple[str, ...]) -> None:
        """Take ``keys`` (URL-safe base64, 32 bytes each), newest first."""
        boxes = [Fernet(key) for key in keys]
        self._box, self._first = MultiFernet(boxes), boxes[0]
        self._keys = tuple(key.encode() for key in keys)

    def _open(self) -> MultiFernet:
        if self._box is None:
            message = "no field keys are loaded"
            raise RuntimeError(message)
        return self._box

    def encrypt(self, text: str) -> str:
        """Return ``text`` encrypted with the newest key."""
        return self._open().encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Return the text that ``token`` hides."""
        return self._open().decrypt(token.encode()).decode()

    def encrypt_bytes(self, content: bytes) -> bytes:
        """Return a file encrypted with the newest key."""
        return self._open().encrypt(content)

    def decrypt_bytes(self, token: bytes) -> bytes:
        """Return the file that ``token`` hides."""
        return self._open().decrypt(token)

    def digest(self, text: str) -> str:
        """Return what ``text`` can be told by, and not be read from without the newest key."""
        return self.digests(text)[0]

    def digests(self, text: str) -> tuple[str, ...]:
        """Return the digests of ``text`` by every key, the newest first: one of them is kept."""
        return tuple(hmac.digest(key, text.encode(), "sha256").hex() for key in self._keys)

    def renewed(self, token: str) -> str | None:
        """Return ``token`` encrypted with the newest key; None when it is already.

        Raises:
            InvalidToken: none of the keys opens it.
        """
        try:
            self._first_box().decrypt(token.encode())
        except InvalidToken:
            return self.encrypt(self.decrypt(token))
        return None

    def _first_box(self) -> Fernet:
        if self._first is None:
            message = "no field keys are loaded"
            raise RuntimeError(message)
        return self._first


keyring = Keyring()
