"""A mail server on this machine, and what it was given."""

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class Inbox:
    """What the mail server got; ``answers`` are what it says to a text, in turn, then 250.

    It refuses people who are unknown, for good, and those who are busy, for now.
    """

    def __init__(self, *answers: str) -> None:
        self.mails: list[Any] = []
        self.answers = list(answers)

    async def handle_RCPT(  # noqa: N802  its name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Answer to whom a letter is."""
        if address.startswith("unknown"):
            return "550 no such person"
        if address.startswith("busy"):
            return "451 try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  as above
        """Answer to the text of a letter."""
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            policy = email.policy.default
            self.mails.append(email.message_from_bytes(envelope.content, policy=policy))
        return answer


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def listening(inbox: Inbox, port: int, **how: Any) -> Iterator[None]:
    """Run the mail server while inside."""
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield
    finally:
        controller.stop()
