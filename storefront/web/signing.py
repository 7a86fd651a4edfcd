"""The signed session cookie, believed on every machine of the shop.

A signature names the second it was made in. Where a machine's clock is behind, what another
has just signed comes from the future: a stranger to itsdangerous, which would forget who is
signed in and what is in the basket.
"""

import hashlib
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

AHEAD = timedelta(minutes=5)  # as far as two clocks may be apart


class PatientSigner(TimestampSigner):
    """Believes what was signed a little in the future; anything older than allowed is over."""

    def unsign(
        self,
        signed_value: str | bytes,
        max_age: int | None = None,
        return_timestamp: bool = False,  # noqa: FBT001, FBT002  itsdangerous' own
    ) -> Any:  # noqa: ANN401  itsdangerous' own: with or without the moment
        """Return what was signed.

        Raises:
            BadSignature: it was not, or not here.
            SignatureExpired: too long ago, or too far ahead.
        """
        signed, moment = super().unsign(signed_value, None, return_timestamp=True)
        age = self.get_timestamp() - int(moment.timestamp())
        if max_age is not None and not -AHEAD.total_seconds() <= age <= max_age:
            message = f"signed {age} seconds ago"
            raise SignatureExpired(message, payload=signed, date_signed=moment)
        return (signed, moment) if return_timestamp else signed


class PatientSessions(SecureCookieSessionInterface):
    """Flask's own signed cookies, with patience for clocks; what signs them is made once."""

    digest_method = staticmethod(hashlib.sha1)  # as Flask's own, which hides it from the C of hmac

    @cache  # noqa: B019  one of these to an app
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = PatientSigner
        return serializer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where something in it changed; every answer varies by it anyway."""
        if session.modified:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Let ``app`` keep its sessions so."""
    app.session_interface = PatientSessions()
