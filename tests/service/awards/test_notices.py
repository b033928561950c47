"""Warnings at 80 % and escalation at 100 %: the right people, each once, in words they understand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from service.awards.demo import seed
from service.awards.tables import submission
from service.engine.commands.claim import ClaimTask, claim
from service.engine.tables import notice, timer
from service.people.tables import role_assignment
from tests.service.awards.submission_world import person
from tests.service.awards.town import NOW, Town, town_at
from tests.service.awards.unit_road import code_of, to_confirmation, to_intake


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    with town_at(sqlite_url, NOW, tmp_path) as made:
        seed(made.engine, NOW)
        made.work()
        yield made


def due(town: Town, element: str, code: str) -> datetime:
    return town.task(element, code).due_at


def told(town: Town, who: str, code: str) -> list[tuple[str, str]]:
    """(subject, body) of what that person read about deadlines of this dossier."""
    rows = town.rows(notice, notice.c.account_id == town.actor(who).account_id)
    return [(row.subject, row.body) for row in rows if code in row.body and row.subject.startswith(("Sắp", "Quá"))]


def test_a_late_clerk_is_told_with_the_head_above_and_who_follows(town: Town) -> None:
    code = code_of(town, "00070")
    town.at = due(town, "prepare", code) + timedelta(minutes=1)
    for _ in range(3):
        town.work()
    ((subject, body),) = told(town, "vanthu.hoankiem", code)
    assert subject == "Quá hạn: Lập danh sách đề nghị và báo cáo thành tích"
    assert body.endswith("Việc này đã được báo để theo dõi, đôn đốc.")
    for who in ("chutich.hoankiem", "giamsat", "truongphong"):
        ((subject, body),) = told(town, who, code)
        assert "Còn chờ: văn thư đơn vị, Phường Hoàn Kiếm." in body
    for who in ("thuky.hoankiem", "chutich.cuanam", "giamdoc", "chuyenvien"):
        assert told(town, who, code) == []


def test_the_head_of_division_is_told_once_of_her_own_delay_and_the_director_above_her(town: Town) -> None:
    code = to_confirmation(town, "00070", "eligible")
    town.at = due(town, "confirm_appraisal", code) + timedelta(minutes=1)
    town.work()
    assert len(told(town, "truongphong", code)) == 1
    assert len(told(town, "giamdoc", code)) == 1
    assert len(told(town, "giamsat", code)) == 1


def test_a_colleague_who_also_follows_reads_it_once(town: Town) -> None:
    code = code_of(town, "00070")
    account_id = town.actor("vanthu.hoankiem").account_id
    with town.engine.database.unit_of_work(town.at) as unit:
        unit.connection.execute(insert(role_assignment).values(account_id=account_id, role="supervisor"))
    town.at = due(town, "prepare", code) + timedelta(minutes=1)
    town.work()
    assert len(told(town, "vanthu.hoankiem", code)) == 1


def test_the_holder_alone_is_warned_and_nobody_is_warned_of_what_is_already_late(town: Town) -> None:
    code = to_intake(town, "00070", person("Lê Văn Bình"))
    row = town.task("intake", code)
    claim(town.engine, ClaimTask(task_id=row.id), town.actor("chuyenvien"), at=town.at)
    (warning,) = town.rows(timer, timer.c.element == "warn_intake")
    town.at = warning.due_at
    town.work()
    ((subject, body),) = told(town, "chuyenvien", code)
    assert subject == "Sắp đến hạn: Tiếp nhận, kiểm tra thành phần hồ sơ"
    assert f"của hồ sơ {code} đến hạn lúc 17:00 ngày" in body
    other = code_of(town, "00073")
    town.at = due(town, "prepare", other) + timedelta(days=1)
    town.work()
    assert [subject.split(":")[0] for subject, _body in told(town, "vanthu.cuanam", other)] == ["Quá hạn"]


def test_a_round_is_called_a_round(town: Town) -> None:
    town.start("chuyenvien", "award_round", unit_id="so_noi_vu")
    town.at = due(town, "draft_guidance", "DX-2026-02") + timedelta(minutes=1)
    town.work()
    ((_subject, body),) = told(town, "chuyenvien", "DX-2026-02")
    assert body.startswith(
        "Việc “Soạn hướng dẫn và danh sách đơn vị” của đợt xét DX-2026-02 đã hết hạn lúc 17:00 ngày "
    )


def test_an_expired_return_reaches_the_unit_and_who_follows(town: Town) -> None:
    code = to_intake(town, "00070", person("Lê Văn Bình"))
    item = {"subject": "Báo cáo", "reason": "Thiếu số liệu."}
    town.do("chuyenvien", "intake", code, decision="returned", items=[item])
    town.at = due(town, "supplement", code) + timedelta(minutes=1)
    for _ in range(2):
        town.work()
    for who in ("vanthu.hoankiem", "chutich.hoankiem", "giamsat", "truongphong"):
        assert town.notices(who).count(f"Hết hạn bổ sung: {code}") == 1
    row = town.one(submission, submission.c.code == code)
    assert row.outcome_reason == "Đơn vị chưa nộp lại hồ sơ trong thời hạn bổ sung."
