"""A process owner changes ten days to three and deploys: new dossiers have three, those under way keep ten."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.shows.town import AGENCIES, Town
from workflows.calendar import WorkCalendar

DRAWN = Path(__file__).parents[2] / "bpmn" / "awards" / "unit_submission.bpmn"


def test_a_new_dossier_has_three_days_and_the_old_one_still_ten(town: Town, tmp_path: Path) -> None:
    edited = tmp_path / "unit_submission.bpmn"
    drawing = DRAWN.read_text("utf-8")
    assert drawing.count("${workdays(10)}") == 2, "prepare, and the appraisal"
    edited.write_text(drawing.replace("${workdays(10)}", "${workdays(3)}"), "utf-8")
    old, travelling = town.submission("00073"), town.submission("00070")

    with town.serving():
        before = town.program("vanthu.cuanam").task(old, "prepare")
        assert "Đã triển khai: unit_submission, phiên bản 2" in town.installation.run("deploy", str(edited))
        assert "Không đổi: unit_submission, phiên bản 2" in town.installation.run("deploy", str(edited))
        new = invite_again(town)
        begun = town.program("vanthu.cuanam").task(new, "prepare")
        assert days(begun) == 3
        assert town.program("vanthu.cuanam").get(f"/api/instances/{begun['root_id']}")["process_version"] == 2

        assert town.program("vanthu.cuanam").task(old, "prepare") == before
        assert days(before) == 10
        assert town.program("vanthu.cuanam").get(f"/api/instances/{before['root_id']}")["process_version"] == 1
        for agency, person in zip(AGENCIES, ("lanhdao.thanhtra", "lanhdao.taichinh"), strict=True):
            assert town.program(person).task(travelling, "consult")["unit_id"] == agency
            town.does(person, travelling, "consult", decision="no_objection")
        town.does("truongphong", travelling, "confirm_appraisal", decision="returned", reason="Cần làm rõ sáng kiến.")
        assert days(town.program("chuyenvien").task(travelling, "appraise")) == 10, "a step that it reaches only now"


def invite_again(town: Town) -> str:
    """The code of Cửa Nam's submission in one more round."""
    expert = town.program("chuyenvien")
    started = expert.post("/api/processes/award_round/start", variables={"unit_id": "so_noi_vu"})
    code = expert.get(f"/api/instances/{started['instance_id']}")["business_key"]
    town.does("chuyenvien", code, "draft_guidance", units_scope="selected", unit_ids=["00073"])
    town.does("giamdoc", code, "sign_guidance", decision="approved", guidance_number="1520/HD-SNV")
    town.installation.run("worker", "--once")
    query = "select code from submission where unit_id = '00073' order by id desc limit 1"
    return str(town.one(query))


def days(task: dict[str, object]) -> int:
    """Working days a task was given: 17:00 of the last one is its due date."""
    calendar = WorkCalendar()
    created, due = (datetime.fromisoformat(str(task[name])).astimezone(UTC) for name in ("created_at", "due_at"))
    return next(count for count in range(1, 30) if calendar.workdays_after(created, count) >= due)
