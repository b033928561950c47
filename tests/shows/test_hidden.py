"""Another unit's dossier does not exist: not as a page, not in the API, not in a list, not in an error's words.

Nor does any dossier's content for those who run the system or watch its clock.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.shows.programs import Program, Visitor
from tests.shows.town import LETTER, NOMINEES, Town, copied
from tests.support.installation import Installation

STRANGERS = ("vanthu.cuanam", "chutich.cuanam", "giamdoc.dulich", "lanhdao.yte", "quytrinh", "quantri", "dichvu")
WATCHER = "giamsat"
REPORT, REMARK, MINUTES = "Rút ngắn thời gian trả kết quả", "Thành tích rõ, có minh chứng", "12/BB-HĐTĐKT"
CONTENT = (*NOMINEES, LETTER, REPORT, REMARK, MINUTES)
"""Words of the dossier of Hoàn Kiếm that nobody else may read anywhere."""


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """A served town, and the addresses of everything that belongs to the dossier of Hoàn Kiếm and to the round."""

    town: Town
    code: str
    root: str
    instances: list[str]
    tasks: list[str]
    papers: list[int]
    round_instance: str
    round_papers: list[int]

    def standing(self) -> list[tuple[object, ...]]:
        return [tuple(row) for row in self.town.rows("select id, revision, assignee_id, state from task order by id")]

    def pages(self) -> list[str]:
        return [
            *(f"/ho-so/{each}" for each in self.instances),
            *(f"/ho-so/{each}/so-do.bpmn" for each in self.instances),
            *(f"/viec/{each}" for each in self.tasks),
            *(f"/giay-to/{each}" for each in self.papers),
            *(f"/giay-to/{each}/tep" for each in self.papers),
            f"/ho-so/{self.round_instance}",
            f"/ho-so/{self.round_instance}/so-do.bpmn",
            *(f"/giay-to/{each}" for each in self.round_papers),
            "/dot-xet",
            "/dot-xet/1",
            "/giam-sat",
        ]

    def addresses(self) -> list[str]:
        return [
            *(f"/api/instances/{each}" for each in (*self.instances, self.round_instance)),
            *(f"/api/instances/{each}/history" for each in (*self.instances, self.round_instance)),
            *(f"/api/tasks/{each}" for each in self.tasks),
            *(f"/api/papers/{each}" for each in (*self.papers, *self.round_papers)),
        ]

    def acts(self) -> list[tuple[str, dict[str, object]]]:
        return [
            (f"/api/tasks/{task}/{verb}", {"revision": 1, **more})
            for task in self.tasks
            for verb, more in (("claim", {}), ("unclaim", {}), ("complete", {"answers": {}}))
        ]

    def forms(self) -> list[tuple[str, dict[str, str]]]:
        return [
            *((f"/viec/{task}{verb}", {"_revision": "1"}) for task in self.tasks for verb in ("", "/nhan", "/tra")),
            (f"/ho-so/{self.root}/rut", {"reason": "Không phải của tôi"}),
            (f"/ho-so/{self.root}/thu-lai", {"incident": "1"}),
        ]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def hidden(
    request: pytest.FixtureRequest, services_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hidden]:
    folder = tmp_path_factory.mktemp("hidden")
    with copied(services_folder, request.param) as url:
        town = Town(installation=Installation(database_url=url, folder=folder))
        code = town.submission()
        root = town.dossier(code)
        with town.serving():
            yield Hidden(
                town=town,
                code=code,
                root=root,
                instances=[row.id for row in town.rows("select id from instance where root_id = :root", root=root)],
                tasks=[row.id for row in town.rows("select id from task where root_id = :root", root=root)],
                papers=[row.id for row in town.rows("select id from paper where submission_id is not null")],
                round_instance=str(town.one("select id from instance where key = 'award_round'")),
                round_papers=[row.id for row in town.rows("select id from paper where kind = 'guidance'")],
            )


def test_there_is_something_to_hide(hidden: Hidden) -> None:
    assert (len(hidden.instances), len(hidden.papers)) == (3, 5)
    assert len(hidden.tasks) == 11
    clerk, program = hidden.town.visitor("vanthu.hoankiem"), hidden.town.program("vanthu.hoankiem")
    seen = " ".join(clerk.get(path).words for path in hidden.pages())
    assert [words for words in CONTENT if words not in seen] == []
    assert program.call("GET", f"/api/instances/{hidden.root}").status == 200
    assert program.call("GET", f"/api/papers/{hidden.papers[0]}").status == 200


@pytest.mark.parametrize("who", STRANGERS)
def test_pages_are_not_found(hidden: Hidden, who: str) -> None:
    stranger = hidden.town.visitor(who)
    absent = stranger.get(f"/ho-so/{uuid.uuid4()}")
    assert absent.status == 404
    allowed = {f"/giay-to/{each}" for each in hidden.round_papers} if may_read_guidance(who) else set()
    for path in hidden.pages():
        found = stranger.get(path)
        if path in allowed:
            assert (found.status, [words for words in CONTENT if words in found.words]) == (200, []), path
        else:
            assert found.status == 404, path
            assert not tells(hidden, found.html), path
    for path, form in hidden.forms():
        found = stranger.post(path, form)
        assert (found.status, tells(hidden, found.html)) == (404, False), path
    refused = stranger.upload(f"/ho-so/{hidden.root}/giay-to", {"kind": "evidence"}, file__a__pdf=b"%PDF-1.4")
    assert refused.status == 404
    for path in ("/viec", "/viec?muc=cua-nhom", "/viec?muc=da-xong", "/ho-so", "/ho-so?muc=da-xong", "/thong-bao"):
        found = stranger.get(path)
        assert (found.status, tells(hidden, found.html)) == (200, False), path


@pytest.mark.parametrize("who", STRANGERS)
def test_the_api_finds_nothing(hidden: Hidden, who: str) -> None:
    program = hidden.town.program(who)
    absent = program.call("GET", f"/api/instances/{uuid.uuid4()}").json
    allowed = {f"/api/papers/{each}" for each in hidden.round_papers} if may_read_guidance(who) else set()
    for path in hidden.addresses():
        found = program.call("GET", path)
        if path in allowed:
            assert found.status == 200, path
        else:
            assert found.status == 404, path
            assert not tells(hidden, found.html), path
            if "/instances/" in path:
                assert found.json == absent
    before = hidden.standing()
    for path, body in hidden.acts():
        found = program.call("POST", path, body)
        assert (found.status, tells(hidden, found.html)) == (404, False), path
    assert hidden.standing() == before
    assert not tells(hidden, program.call("GET", "/api/tasks?limit=200").html)


def test_a_supervisor_sees_the_clock_and_no_content(hidden: Hidden) -> None:
    page, program = hidden.town.visitor(WATCHER), hidden.town.program(WATCHER)
    for path in hidden.pages():
        found = page.get(path)
        assert found.status == (404 if path.startswith("/giay-to/") else 200), path
        assert [words for words in CONTENT if words in found.words] == [], path
    assert hidden.code in page.get("/ho-so").words
    for path in hidden.addresses():
        found = program.call("GET", path)
        assert found.status == (404 if path.startswith("/api/papers/") else 200), path
        assert [words for words in CONTENT if words in str(found.json)] == [], path
    assert program.get(f"/api/instances/{hidden.root}")["variables"] is None
    for task in hidden.tasks:
        assert program.get(f"/api/tasks/{task}")["form"] is None
    for path, body in hidden.acts():
        assert program.call("POST", path, body).status in (403, 409), path


def test_who_is_not_signed_in_is_asked_to_and_told_nothing(hidden: Hidden) -> None:
    nobody = Visitor(address=hidden.town.address)
    for path in hidden.pages():
        found = nobody.get(path)
        assert (found.status, found.headers["Location"].split("?")[0]) == (303, "/dang-nhap"), path
    without = Program(address=hidden.town.address, token="trinh_khong_co")
    for path in hidden.addresses():
        assert without.call("GET", path).status == 401, path


def tells(hidden: Hidden, text: str) -> bool:
    """Whether an answer gives anything of the dossier away."""
    return any(words in text for words in (*CONTENT, hidden.code, "Hoàn Kiếm"))


def may_read_guidance(who: str) -> bool:
    """Every invited unit reads what the round publishes."""
    return who.endswith((".cuanam", ".dulich"))
