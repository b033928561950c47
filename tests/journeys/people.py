"""People at their screens: they sign in, find a task in their worklist, fill its form, and send it.

Everything goes through the pages, as a person would; nothing here reads the database or calls a function of ours.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from playwright.sync_api import Locator, Page, expect

from service.people.demo import DEMO_PASSWORD

PROCEDURES = Path(__file__).parents[2] / "bpmn" / "awards"
TALLEST_PICTURE = 2400
"""Pixels: a long form is cut there."""
PATIENCE_SECONDS = 30
"""How long a worker may take to carry a message from one dossier to another."""

RowAnswers = Callable[[str], Mapping[str, Any]]
"""For a table of fixed rows: the words at the head of a row -> the answers of that row."""


def drawn_names() -> dict[str, str]:
    """The words on every user task, by element id, as the diagrams have them: stories name steps by their ids."""
    tasks = (
        task
        for file in sorted(PROCEDURES.glob("*.bpmn"))
        for task in ElementTree.parse(file).iter("{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask")
    )
    return {task.attrib["id"]: " ".join(task.attrib["name"].split()) for task in tasks}


NAMES = drawn_names()


class Person:
    """Somebody signed in, at a screen of their own."""

    def __init__(self, page: Page, address: str, username: str) -> None:
        self.page, self.address, self.username = page, address, username
        page.goto(f"{address}/dang-nhap")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("heading", name="Việc cần làm")).to_be_visible()

    # -- finding

    def sees_task(self, dossier: str, step: str) -> bool:
        """Whether the worklist holds the task now, on its first page of the group's or the own tasks."""
        return any(self._row(dossier, NAMES[step], section) is not None for section in ("cua-nhom", "cua-toi"))

    def open_task(self, dossier: str, step: str) -> None:
        """Open the task of a step, waiting until a worker has brought it here."""
        task = NAMES[step]
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up_at:
            for section in ("cua-nhom", "cua-toi"):
                row = self._row(dossier, task, section)
                if row is not None:
                    row.locator("a.main").click()
                    expect(self.page.locator("h1")).to_contain_text(task)
                    return
            self.page.wait_for_timeout(200)
        raise AssertionError(f"{self.username} never saw “{task}” of {dossier}:\n{self.page.inner_text('main')}")

    def _row(self, dossier: str, task: str, section: str) -> Locator | None:
        self.page.goto(f"{self.address}/viec?muc={section}")
        while True:
            rows = self.page.locator("tr[data-row]").filter(has_text=dossier).filter(has_text=task)
            if rows.count():
                return rows.first
            more = self.page.get_by_role("link", name="Trang sau")
            if not more.count():
                return None
            more.click()

    # -- acting

    def does(self, dossier: str, step: str, answers: Mapping[str, Any], *, picture: Path | None = None) -> None:
        """Open the task, answer, send; the green notice must follow."""
        self.open_task(dossier, step)
        self.fills(answers)
        if picture is not None:
            self.takes_picture(picture)
        self.sends()

    def sends(self) -> None:
        """Press the main button; the worklist answers with what happened."""
        self.page.locator("[data-main-button]").click()
        done = self.page.locator(".notice.done")
        try:
            expect(done).to_be_visible()
        except AssertionError:
            raise AssertionError(f"{self.username}: {self.page.url}\n{self.page.inner_text('main')[:3000]}") from None

    def fills(self, answers: Mapping[str, Any], prefix: str = "") -> None:
        """Fill the form's fields by their names; lists of records add the rows they need."""
        for key, value in answers.items():
            path = f"{prefix}{key}"
            if callable(value):
                self._fill_fixed_rows(path, value)
            elif isinstance(value, list) and value and isinstance(value[0], Mapping):
                self._add_rows(path, len(value))
                for at, record in enumerate(value):
                    self.fills(record, f"{path}.{at}.")
            else:
                self._fill(path, value)

    def _fill(self, path: str, value: Any) -> None:
        field = self.page.locator(f'[name="{path}"]')
        kind = field.first.evaluate("el => el.type || el.tagName.toLowerCase()")
        if kind == "radio":
            self.page.locator(f'[name="{path}"][value="{value}"]').check()
        elif kind == "checkbox" and isinstance(value, list):
            for each in value:
                self.page.locator(f'[name="{path}"][value="{each}"]').check()
        elif kind == "checkbox":
            field.set_checked(bool(value))
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(str(value))

    def _add_rows(self, path: str, wanted: int) -> None:
        def rows() -> int:
            names = self.page.locator(f'[name^="{path}."]').evaluate_all("els => els.map(el => el.name)")
            return len({re.match(re.escape(path) + r"\.(\d+)\.", name)[1] for name in names})  # type: ignore[index]

        there = rows()
        while there < wanted:
            self.page.locator(f'button[name="add-row"][value="{path}"]').click()
            self.page.wait_for_load_state()
            expect(self.page.locator(f'[name^="{path}.{there}."]').first).to_be_attached()
            there += 1

    def _fill_fixed_rows(self, path: str, answer: RowAnswers) -> None:
        """Rows of a table, or records one above the other: each is headed by words and named by its key."""
        names = self.page.locator(f'[name^="{path}."]').evaluate_all("els => els.map(el => el.name)")
        keys = dict.fromkeys(name[len(path) + 1 :].split(".")[0] for name in names)
        for key in keys:
            control = self.page.locator(f'[name^="{path}.{key}."]').first
            head = control.evaluate(
                "el => (el.closest('tr') || el.closest('fieldset.record')).innerText.split('\\n')[0]"
            )
            self.fills(answer(head), f"{path}.{key}.")

    # -- looking

    def opens_dossier(self, dossier: str) -> None:
        """The dossier's page, found in the list of dossiers."""
        for section in ("dang-xet", "da-xong"):
            self.page.goto(f"{self.address}/ho-so?muc={section}")
            while True:
                link = self.page.locator("tr[data-row]").filter(has_text=dossier).locator("a.main")
                if link.count():
                    link.first.click()
                    expect(self.page.locator("h1")).to_contain_text(dossier)
                    return
                more = self.page.get_by_role("link", name="Trang sau")
                if not more.count():
                    break
                more.click()
        raise AssertionError(f"{self.username} sees no dossier {dossier}")

    def waits_for(self, words: str) -> None:
        """Reload this page until it says so: another dossier's message is on its way."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while words not in self.page.inner_text("main"):
            assert time.monotonic() < give_up_at, (
                f"{self.username} never read “{words}”:\n{self.page.inner_text('main')}"
            )
            self.page.wait_for_timeout(200)
            self.page.reload()

    def takes_picture(self, path: Path) -> None:
        """The page as it is, wide and on a phone."""
        path.parent.mkdir(parents=True, exist_ok=True)
        diagram = self.page.locator("[data-diagram]")
        if diagram.count() and diagram.is_visible():
            expect(diagram).to_have_attribute("data-drawn", "1")
        for width, height in ((1440, 900), (390, 844)):
            self.page.set_viewport_size({"width": width, "height": height})
            tall = min(int(self.page.evaluate("document.documentElement.scrollHeight")), TALLEST_PICTURE)
            clip = {"x": 0, "y": 0, "width": width, "height": max(tall, height)}
            self.page.screenshot(path=f"{path}-{width}.png", full_page=True, clip=clip)
        self.page.set_viewport_size({"width": 1440, "height": 900})


class Office:
    """Everybody who takes part, each signed in when first needed."""

    def __init__(self, new_page: Callable[..., Page], address: str) -> None:
        self._new_page, self._address = new_page, address
        self._people: dict[str, Person] = {}

    def __getitem__(self, username: str) -> Person:
        if username not in self._people:
            self._people[username] = Person(self._new_page(), self._address, username)
        return self._people[username]
