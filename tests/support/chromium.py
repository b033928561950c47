"""A real browser: Debian's Chromium driven by Playwright, with fonts that have every Vietnamese letter."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route

from tests.support.services import locked

PACKAGES = ("chromium", "fonts-liberation2", "fonts-noto-core")
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--no-first-run",
    "--no-sandbox",
)
OWN_HOSTS = ("127.0.0.1", "localhost")


class ChromiumMissing(Exception):
    """Browser tests need Debian's packages; they are never skipped."""


def executable(folder: Path) -> str:
    """Where Chromium is; as root it is installed when it is not there.

    Raises:
        ChromiumMissing: with the command that installs it.
    """
    with locked(folder, "chromium"):
        if not _complete() and os.geteuid() == 0 and shutil.which("apt-get"):
            _install(folder)
        found = _find()
        if found is None or not _complete():
            raise ChromiumMissing(
                f"The browser tests need Chromium and its fonts. Install: apt-get install {' '.join(PACKAGES)}"
            )
        return found


def _find() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def _complete() -> bool:
    """The browser, and a family of each font package: Debian's older fonts-liberation lacks Vietnamese letters."""
    listed = subprocess.run(["fc-list", ":lang=vi", "family"], capture_output=True, text=True) if _find() else None
    return listed is not None and "Liberation Sans" in listed.stdout and "Noto Sans" in listed.stdout


def _install(folder: Path) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (folder / "apt.log").open("w") as log:
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
            subprocess.run(
                ["apt-get", "--quiet", *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
            )


@contextmanager
def people(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a clean profile, Vietnamese, in Hà Nội. Raises AssertionError at the end for any fault."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(width: int = 1440, height: int = 900) -> Page:
        context = browser.new_context(
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        contexts.append(context)
        _watch(context, faults)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


def _watch(context: BrowserContext, faults: list[str]) -> None:
    """Notes what no page of ours may do: a script error, a breach of the content policy, a call to another host."""

    def only_ours(route: Route, request: Request) -> None:
        if urlsplit(request.url).hostname in OWN_HOSTS or request.url.startswith(("data:", "blob:", "file:")):
            route.fallback()
        else:
            faults.append(f"request to another host: {request.url}")
            route.abort()

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:  # a 409 page prints that too
            faults.append(f"console error: {message.text}")

    context.route("**/*", only_ours)
    context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))
    context.on("console", console)
