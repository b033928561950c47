"""One notice as a mail, over SMTP. The Message-ID comes from the job's id: a mail sent twice is known as one."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import unquote, urlsplit

from service.config import Settings

TIMEOUT_SECONDS = 20


def send_mail(settings: Settings, job_id: int, payload: Mapping[str, Any]) -> None:
    """Send, or do nothing where no mail server is set: notices are read in the application then.

    Raises OSError, smtplib.SMTPException.
    """
    if settings.smtp_url is None:
        return
    message = compose(settings, job_id, payload)
    where = urlsplit(settings.smtp_url)
    with _connected(where.scheme, where.hostname or "localhost", where.port) as server:
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        server.send_message(message)


def compose(settings: Settings, job_id: int, payload: Mapping[str, Any]) -> EmailMessage:
    """The mail: plain text, the link into the application at its end."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(str(payload["subject"]).split())
    message["From"] = settings.mail_from
    name = " ".join(str(payload.get("to_name") or "").split())
    message["To"] = str(Address(display_name=name, addr_spec=payload["to"]))
    domain = settings.mail_from.rpartition("@")[2].strip("> ") or "localhost"
    message["Message-ID"] = f"<job-{job_id}@{domain}>"
    link = payload.get("link")
    text = str(payload["body"]) + (f"\n\n{settings.base_url}{link}" if link else "")
    message.set_content(text + "\n")
    return message


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    """`smtps://` is encrypted from the first byte; `smtp://` as soon as the server offers it."""
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
    server.ehlo_or_helo_if_needed()
    if server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    return server
