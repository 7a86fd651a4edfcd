"""What a room may answer instead of doing what was asked."""

from typing import Any


class StorefrontError(Exception):
    """Base of every answer a door turns into a page."""


class Refusal(StorefrontError):  # noqa: N818  a refusal is an answer, not a fault
    """The request cannot be carried out; nothing was written.

    ``code`` names the sentence shown to the person (``web/refusals.py``) and
    ``facts`` fill it in. A fact called ``field`` names the form field at fault.
    """

    def __init__(self, code: str, **facts: Any) -> None:  # noqa: ANN401  facts are of any kind
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    @property
    def field(self) -> str | None:
        """The form field the refusal belongs to, if any."""
        return self.facts.get("field")


class NotFound(StorefrontError):  # noqa: N818  named as people speak
    """There is no such thing, or it is not yours to see."""


class Forbidden(StorefrontError):  # noqa: N818  named as people speak
    """You may see it but not change it."""


class Busy(StorefrontError):  # noqa: N818  named as people speak
    """The database could not take the write now; nothing was written, try again."""
