"""Two agencies of one consultation answer from pages that both had open before: neither is turned away.

Two completions of one task are in `tests/races/test_completing.py`: 100 rounds over HTTP, exactly one 200 and one 409.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.people import NAMES, Person
from tests.shows.town import AGENCIES, Town

HEADS = ("lanhdao.thanhtra", "lanhdao.taichinh")


def test_two_agencies_answer_from_pages_opened_before(town: Town, new_page: Callable[..., Page]) -> None:
    code = town.submission()
    with town.serving():
        people = [Person(new_page(), town.address, username) for username in HEADS]
        for person in people:
            person.open_task(code, "consult")
        assert [(row.unit_id, row.state) for row in consultations(town)] == [
            (each, "open") for each in sorted(AGENCIES)
        ]
        for person in people:
            person.fills({"decision": "no_objection", "document_number": f"{person.username[-3:]}/CV"})
            with person.page.expect_response(lambda answer: answer.request.method == "POST") as sent:
                person.page.locator("[data-main-button]").click()
            assert sent.value.status == 303
            expect(person.page.locator(".notice.done")).to_contain_text(NAMES["consult"])
    assert {row.state for row in consultations(town)} == {"completed"}
    assert town.one("select count(*) from approval where element = 'consult'") == 2
    assert town.one("select count(*) from task where element = 'confirm_appraisal' and state = 'open'") == 1


def consultations(town: Town) -> list[Any]:
    return town.rows("select unit_id, state from task where element = 'consult' order by unit_id")
