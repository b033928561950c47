"""Fixtures for every room: real databases, a real mail server, a real browser.

`make test` runs this with two workers; services are shared between them and stopped at the end (see `support/`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import chromium, databases, postgres, services
from tests.support.installation import Installation
from tests.support.javascript import run_javascript
from tests.support.smtp import MailServer

settings.register_profile("trinh", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("trinh")


def pytest_configure(config: pytest.Config) -> None:
    services.prepare(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["services_folder"] = str(node.config.stash[services.FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if services.is_controller(config):
        databases.drop_templates(config.stash[services.FOLDER])
        postgres.stop(config.stash[services.FOLDER])
        services.remove(config)


@pytest.fixture(scope="session")
def services_folder(pytestconfig: pytest.Config) -> Path:
    """The folder that all workers of this run share; removed at its end."""
    return pytestconfig.stash[services.FOLDER]


@pytest.fixture(params=databases.DIALECTS)
def database_url(request: pytest.FixtureRequest, services_folder: Path) -> Iterator[str]:
    """A fresh database with the schema and no rows: the test runs once on SQLite, once on PostgreSQL."""
    with databases.database(services_folder, request.param, migrated=True) as url:
        yield url


@pytest.fixture(params=databases.DIALECTS)
def empty_database_url(request: pytest.FixtureRequest, services_folder: Path) -> Iterator[str]:
    """A fresh database with nothing in it, not even tables; on SQLite, then on PostgreSQL."""
    with databases.database(services_folder, request.param, migrated=False) as url:
        yield url


@pytest.fixture(params=databases.DIALECTS, scope="module")
def module_database_url(request: pytest.FixtureRequest, services_folder: Path) -> Iterator[str]:
    """Like `database_url`, but one for all tests of a module: for stories told in several tests."""
    with databases.database(services_folder, request.param, migrated=True) as url:
        yield url


@pytest.fixture
def sqlite_url(services_folder: Path) -> Iterator[str]:
    """A fresh SQLite database with the schema."""
    with databases.database(services_folder, "sqlite", migrated=True) as url:
        yield url


@pytest.fixture
def postgresql_url(services_folder: Path) -> Iterator[str]:
    """A fresh PostgreSQL database with the schema."""
    with databases.database(services_folder, "postgresql", migrated=True) as url:
        yield url


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Installation:
    """The program `trinh` on a fresh database, on SQLite and on PostgreSQL: `run(…)`, `start(…)`, `serving(…)`."""
    return Installation(database_url=database_url, folder=tmp_path)


@pytest.fixture(params=databases.DIALECTS)
def demo_installation(request: pytest.FixtureRequest, services_folder: Path, tmp_path: Path) -> Iterator[Installation]:
    """Like `installation`, after `trinh init` and `trinh demo`; those ran once, every test has a copy of its own."""
    with databases.copy_of(services_folder, request.param, "demo", _set_up_demo) as url:
        yield Installation(database_url=url, folder=tmp_path)


@pytest.fixture
def sqlite_demo(services_folder: Path, tmp_path: Path) -> Iterator[Installation]:
    """Like `demo_installation`, on SQLite only: for what pages look like."""
    with databases.copy_of(services_folder, "sqlite", "demo", _set_up_demo) as url:
        yield Installation(database_url=url, folder=tmp_path)


def _set_up_demo(url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="trinh-demo-") as folder:
        Installation(database_url=url, folder=Path(folder)).set_up_demo()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real SMTP server; `url`, `messages`, `wait_for(n)`, `refuse_next(n)`."""
    with MailServer().running() as server:
        yield server


@pytest.fixture(scope="session")
def javascript() -> Callable[..., Any]:
    """`javascript(es_module_text, *arguments)`: runs it beside our npm packages, returns the JSON it prints."""
    return run_javascript


@pytest.fixture(scope="session")
def browser(services_folder: Path) -> Iterator[Browser]:
    """Headless Chromium, one for each worker."""
    path = chromium.executable(services_folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`new_page(width=1440, height=900)`: one more person at a screen of their own, signed in nowhere.

    The test fails when any page met a script error, a breach of the content policy or another host.
    """
    with chromium.people(browser) as open_page:
        yield open_page


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One person at a screen of 1440 x 900; watched like every page of `new_page`."""
    return new_page()
