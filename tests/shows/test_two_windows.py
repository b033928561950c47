"""A step that changed while somebody was typing: told who did what and when, and what was typed is still there."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.people import Person
from tests.shows.town import Town, nominee

CLERK = "vanthu.cuanam"
TYPED = [
    nominee("Lê Thị Lan Anh") | {"report": "Số hóa 12.000 hồ sơ hộ tịch, trả kết quả trong ngày."},
    nominee("Vũ Đức Duy"),
]
NAMED = re.compile(r"\d\d:\d\d ngày \d\d/\d\d/\d{4}")


def test_what_was_typed_survives_a_change_and_a_completion(sqlite_town: Town, new_page: Callable[..., Page]) -> None:
    town = sqlite_town
    code = town.submission("00073")
    with town.serving():
        one, two = (Person(new_page(), town.address, CLERK) for _ in range(2))
        for person in (one, two):
            person.open_task(code, "prepare")
            person.fills({"decision": "submit", "nominees": TYPED})
        program = town.program(CLERK)
        task = program.task(code, "prepare")
        program.post(f"/api/tasks/{task['id']}/claim", revision=task["revision"])

        assert send(one) == 409
        expect(one.page.locator("main")).to_contain_text("Việc này vừa được Đinh Thị Hương Giang thay đổi lúc")
        assert typed(one) == [each["subject_name"] for each in TYPED]
        assert send(one) == 303, "the same form, sent again"

        assert send(two) == 409
        said = two.page.inner_text("main")
        assert "Việc này đã được Đinh Thị Hương Giang hoàn thành lúc" in said
        assert NAMED.search(said)
        for each in TYPED:
            assert each["subject_name"] in said
            assert each["report"] in said
        again = program.call("POST", f"/api/tasks/{task['id']}/complete", {"revision": 2, "answers": {}})
        assert (again.status, again.json["code"]) == (409, "task_completed")
        assert "Đinh Thị Hương Giang" in again.json["message"]
        assert NAMED.search(again.json["message"])
    assert town.one("select count(*) from nomination where subject_name = 'Vũ Đức Duy'") == 1


def test_every_wrong_answer_is_named(sqlite_town: Town) -> None:
    town = sqlite_town
    wrong = nominee("L") | {"gender": "unknown", "report": "ngắn", "colour": "đỏ"}
    collective = nominee("Phòng Kinh tế") | {"subject_kind": "collective", "par_index": 101, "parent_rank": 1.5}
    with town.serving():
        program = town.program(CLERK)
        task = program.task(town.submission("00073"), "prepare")
        path = f"/api/tasks/{task['id']}/complete"

        def named(**answers: object) -> set[str]:
            found = program.call("POST", path, {"revision": task["revision"], "answers": answers})
            assert (found.status, set(found.json)) == (422, {"code", "message", "errors"}), found.html
            assert all(each["message"] for each in found.json["errors"])
            return {each["field"] for each in found.json["errors"]}

        three = [nominee("Lê Thị Lan Anh"), wrong, collective]
        assert named(decision="submit", nominees=three, speed="nhanh") == {
            "nominees.1.subject_name",
            "nominees.1.gender",
            "nominees.1.report",
            "nominees.1.colour",
            "nominees.2.par_index",
            "nominees.2.parent_rank",
            "speed",
        }
        assert named() == {"decision"}
        assert named(decision="not_taking_part") == {"reason"}
        assert named(decision="submit", nominees=[]) == {"nominees"}
        assert named(decision="submit", nominees="một") == {"nominees"}
        assert named(decision=["submit"]) == {"decision", "nominees"}
    assert town.one("select count(*) from approval where element = 'prepare'") == 1, "Hoàn Kiếm's, from before"


def send(person: Person) -> int:
    """Press the main button; the status of what it sent."""
    with person.page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        person.page.locator("[data-main-button]").click()
    person.page.wait_for_load_state()
    return int(sent.value.status)


def typed(person: Person) -> list[str]:
    """The names that stand in the form now."""
    names = person.page.locator('[name$=".subject_name"]')
    return list(names.evaluate_all("els => els.map(el => el.value)"))
