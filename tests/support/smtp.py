"""A real SMTP server on this machine that keeps what it receives."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.services import free_port

TEMPORARY_FAILURE = "451 4.3.0 Requested action aborted: try again later"


class MailServer:
    """Speaks SMTP at `url`. `refuse_next(n)` answers the next n messages with a temporary failure."""

    def __init__(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._changed = threading.Condition()
        self._refusals = 0
        self._messages: list[EmailMessage] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def messages(self) -> tuple[EmailMessage, ...]:
        with self._changed:
            return tuple(self._messages)

    def messages_to(self, address: str) -> tuple[EmailMessage, ...]:
        return tuple(message for message in self.messages if address in str(message["To"]))

    def wait_for(self, count: int, timeout_seconds: float = 10) -> tuple[EmailMessage, ...]:
        """Wait until `count` messages are here. Raises AssertionError when they do not come."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self._messages) >= count, timeout_seconds)
            assert arrived, f"{len(self._messages)} of {count} messages came within {timeout_seconds} seconds"
            return tuple(self._messages)

    def refuse_next(self, count: int) -> None:
        with self._changed:
            self._refusals = count

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, RUF100
        with self._changed:
            if self._refusals:
                self._refusals -= 1
                return TEMPORARY_FAILURE
            received = message_from_bytes(cast(bytes, envelope.original_content), policy=policy.default)
            self._messages.append(cast(EmailMessage, received))
            self._changed.notify_all()
        return "250 2.0.0 Ok"

    @contextmanager
    def running(self) -> Iterator[MailServer]:
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()
