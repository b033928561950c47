"""A step of Sở Nội vụ shows what it works with, agencies' opinions and other units' dossiers, to nobody outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.awards.demo import seed
from service.awards.tables import nomination, submission
from service.worklist.task_detail import task_detail
from tests.service.awards.submission_world import person
from tests.service.awards.town import NOW, Town, town_at
from tests.service.awards.unit_road import code_of, to_intake

OBJECTION = "Còn một đơn thư chưa giải quyết."


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    with town_at(sqlite_url, NOW, tmp_path) as made:
        seed(made.engine, NOW)
        made.work()
        yield made


def words(town: Town, who: str, element: str, code: str) -> str | None:
    """What the form of the open step says to that person; None where there is none for them."""
    found = task_detail(town.engine, town.task(element, code).id, town.actor(who))
    return None if found.form is None else " ".join(field.label for field in found.form.fields)


def test_opinions_and_other_units_dossiers_stay_inside(town: Town) -> None:
    other = to_intake(town, "00073", person("Lê Văn Bình"))
    code = to_intake(town, "00070", person("Lê Văn Bình"))
    town.do("chuyenvien", "intake", code, decision="accepted")
    assert other in (words(town, "chuyenvien", "appraise", code) or "")
    assert words(town, "vanthu.hoankiem", "appraise", code) is None
    (each,) = town.rows(nomination, nomination.c.submission_id == town.one(submission, submission.c.code == code).id)
    results = {str(each.id): {"result": "eligible", "reason": "Đã đối chiếu."}}
    answers = {"decision": "done", "results": results, "consult_agencies": ["thanh_tra"]}
    town.do("chuyenvien", "appraise", code, **answers)
    town.do("lanhdao.thanhtra", "consult", code, decision="objection", reason=OBJECTION)
    for inside in ("truongphong", "chuyenvien", "thanhtra"):
        assert OBJECTION in (words(town, inside, "confirm_appraisal", code) or "")
    for outside in ("vanthu.hoankiem", "chutich.hoankiem", "giamsat"):
        assert words(town, outside, "confirm_appraisal", code) is None


def test_a_units_people_read_the_steps_of_their_unit(town: Town) -> None:
    code = code_of(town, "00070")
    assert words(town, "chutich.hoankiem", "prepare", code)
    assert words(town, "chuyenvien", "prepare", code)
    assert words(town, "giamsat", "prepare", code) is None
