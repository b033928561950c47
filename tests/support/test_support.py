"""The services that other tests stand on, each started for real."""

from __future__ import annotations

import smtplib
import tempfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, text

from tests.support import chromium, postgres
from tests.support.smtp import MailServer


def test_a_database_of_its_own(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    with engine.connect() as connection:
        assert connection.execute(text("select 'trình'")).scalar() == "trình"
    engine.dispose()


def test_the_packaged_postgresql_serves_where_none_is_installed() -> None:
    with tempfile.TemporaryDirectory(prefix="trinh-pg-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        address = postgres.start(folder, postgres.packaged_programs(folder))
        try:
            with psycopg.connect(address) as connection:
                assert connection.execute("select 1").fetchone() == (1,)
        finally:
            postgres.stop(folder)


def test_mail_arrives_and_may_be_refused_for_a_while(mail_server: MailServer) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "trinh@localhost", "van.thu@hanoi.vn", "Hồ sơ quá hạn"
    message.set_content("Đề nghị xử lý.")
    host, port = mail_server.url.removeprefix("smtp://").split(":")
    mail_server.refuse_next(1)
    with smtplib.SMTP(host, int(port)) as client:
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            client.send_message(message)
        client.send_message(message)
    (received,) = mail_server.wait_for(1)
    assert received["Subject"] == "Hồ sơ quá hạn"
    assert received.get_content().strip() == "Đề nghị xử lý."
    assert mail_server.messages_to("van.thu@hanoi.vn") == (received,)


def test_javascript_runs_beside_the_packages(javascript: Callable[..., Any]) -> None:
    script = """
        import { BpmnModdle } from 'bpmn-moddle';
        const { rootElement } = await new BpmnModdle().fromXML(process.argv[1]);
        console.log(JSON.stringify({ id: rootElement.id }));
    """
    xml = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="trinh" />'
    assert javascript(script, xml) == {"id": "trinh"}


def test_the_browser_shows_a_page(page: Page) -> None:
    page.set_content("<h1>Trình</h1>")
    assert page.get_by_role("heading").inner_text() == "Trình"
    assert page.evaluate("navigator.language") == "vi-VN"


def test_a_page_that_calls_another_host_is_a_fault(browser: Browser) -> None:
    with pytest.raises(AssertionError, match=r"another host: http://cdn\.example/x\.js"):  # noqa: SIM117
        with chromium.people(browser) as open_page:
            open_page().set_content("<script src='http://cdn.example/x.js'></script>")
