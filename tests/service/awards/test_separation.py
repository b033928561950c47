"""Separation of duties through the engine: every hand that prepared or appraised a dossier counts, not the last one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from service.awards.demo import seed
from service.awards.tables import nomination, return_item, submission
from service.errors import Invalid
from service.people.tables import role_assignment
from tests.service.awards.submission_world import person
from tests.service.awards.town import NOW, Town, town_at
from tests.service.awards.unit_road import to_intake


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    with town_at(sqlite_url, NOW, tmp_path) as made:
        seed(made.engine, NOW)
        made.work()
        yield made


def also(town: Town, who: str, role: str, unit_id: str | None = None) -> None:
    """Give a demo person one more role."""
    account_id = town.actor(who).account_id
    with town.engine.database.unit_of_work(town.at) as unit:
        unit.connection.execute(insert(role_assignment).values(account_id=account_id, role=role, unit_id=unit_id))
    town.forget(who)


def refused(town: Town, who: str, element: str, code: str, **answers: object) -> list[str]:
    with pytest.raises(Invalid) as caught:
        town.act(who, element, code, **answers)
    return [problem.field for problem in caught.value.problems]


def test_who_supplemented_a_dossier_neither_takes_it_in_nor_appraises_it(town: Town) -> None:
    code = to_intake(town, "00070", person("Lê Văn Bình"))
    also(town, "vanthu.cuanam", "unit_clerk", "00070")
    also(town, "vanthu.cuanam", "snv_expert")
    item = {"subject": "Báo cáo", "reason": "Thiếu số liệu."}
    town.do("chuyenvien", "intake", code, decision="returned", items=[item])
    (asked,) = town.rows(return_item)
    town.do("vanthu.cuanam", "supplement", code, answers={str(asked.id): {"answer": "Đã bổ sung."}})
    row = town.one(submission, submission.c.code == code)
    assert row.prepared_by != town.actor("vanthu.cuanam").account_id
    assert refused(town, "vanthu.cuanam", "intake", code, decision="accepted") == ["decision"]
    town.do("chuyenvien", "intake", code, decision="accepted")
    (each,) = town.rows(nomination)
    results = {str(each.id): {"result": "eligible", "reason": "Đã đối chiếu."}}
    assert refused(town, "vanthu.cuanam", "appraise", code, decision="done", results=results) == ["decision"]


def test_the_first_appraiser_does_not_confirm_what_a_colleague_appraised_again(town: Town) -> None:
    code = to_intake(town, "00070", person("Lê Văn Bình"))
    town.do("chuyenvien", "intake", code, decision="accepted")
    (each,) = town.rows(nomination)
    results = {str(each.id): {"result": "eligible", "reason": "Đã đối chiếu."}}
    town.do("chuyenvien", "appraise", code, decision="done", results=results)
    town.do("truongphong", "confirm_appraisal", code, decision="returned", reason="Đối chiếu lại.")
    also(town, "thanhvien.noivu", "snv_expert")
    town.do("thanhvien.noivu", "appraise", code, decision="done", results=results)
    also(town, "chuyenvien", "snv_division_head")
    assert refused(town, "chuyenvien", "confirm_appraisal", code, decision="confirmed") == ["decision"]
    town.do("truongphong", "confirm_appraisal", code, decision="confirmed")
