"""The small city of `round_world` with everybody a submission passes, and the steps as short calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, insert

from service.awards.papers.write import write_paper
from service.awards.submissions.appraise import Appraise
from service.awards.submissions.confirm import ConfirmAppraisal
from service.awards.submissions.intake import Intake
from service.awards.submissions.prepare import PrepareSubmission
from service.awards.submissions.sign import SendSubmission, SignSubmission
from service.awards.tables import nomination, submission
from service.engine.handlers import TaskContext
from service.people.actor import Actor, RoleHeld
from service.people.tables import account, role_assignment
from service.people.tables import unit as unit_table
from service.people.units import fold
from tests.service.awards.round_world import NOW, TODAY, World

MORE_UNITS = (("thanh_tra", "Thanh tra Thành phố", "so_ban_nganh"), ("so_tai_chinh", "Sở Tài chính", "so_ban_nganh"))
MORE_PEOPLE = (
    ("division", "Hoàng Văn Khải", "snv_division_head", None),
    ("expert2", "Phan Thị Mỹ Hạnh", "snv_expert", None),
    ("clerk2", "Đinh Thị Hương Giang", "unit_clerk", "00073"),
    ("inspectorate", "Nguyễn Việt Cường", "unit_head", "thanh_tra"),
    ("finance", "Trần Quang Vinh", "unit_head", "so_tai_chinh"),
    ("auditor", "Trịnh Công Minh", "auditor", None),
)
UNIT = {"unit_id": "00070"}


@dataclass
class SubmissionWorld(World):
    """A round's world with the City's division, two experts, two agencies and a second clerk."""

    def settle(self) -> SubmissionWorld:
        super().settle()
        with self.database.unit_of_work(NOW) as unit:
            rows = [
                {"id": code, "name": name, "bloc": bloc, "search_name": fold(name), "active": True}
                for code, name, bloc in MORE_UNITS
            ]
            unit.connection.execute(insert(unit_table), rows)
            for username, name, role, unit_id in MORE_PEOPLE:
                statement = insert(account).values(username=username, full_name=name, title="", created_at=NOW)
                account_id = unit.connection.execute(statement.returning(account.c.id)).scalar_one()
                unit.connection.execute(
                    insert(role_assignment).values(account_id=account_id, role=role, unit_id=unit_id)
                )
                held = RoleHeld(role=role, unit_id=unit_id)
                self.actors[username] = Actor(
                    account_id=account_id, username=username, full_name=name, title="", roles=(held,)
                )
        return self

    def _task(self, key: str, actor: str, context: dict[str, Any]) -> TaskContext:
        task = super()._task(key, actor, context)
        return replace(task, task_id=context.get("task_id", "t"))

    def invited(self) -> dict[str, Any]:
        """An open round of two communes; what the first one's procedure carries."""
        round_id = self.open_round()
        row = next(row for row in self.submissions(round_id) if row.unit_id == "00070")
        return {"submission_id": row.id, "unit_id": "00070", "round_id": round_id, "late": False, "returns": 0}

    def dossier(self, variables: Mapping[str, Any]) -> Row[Any]:
        """The submission's row as it stands."""
        return self.rows(submission, submission.c.id == variables["submission_id"])[0]

    def nominations(self, variables: Mapping[str, Any]) -> list[Row[Any]]:
        """All nominations of the submission, withdrawn ones too."""
        return self.rows(nomination, nomination.c.submission_id == variables["submission_id"])

    def prepared(self, variables: Mapping[str, Any], *records: dict[str, Any]) -> Mapping[str, Any]:
        """U1."""
        answers = {"decision": "submit", "nominees": list(records)}
        return self.do(PrepareSubmission(), "clerk", answers, variables=variables, **UNIT)

    def proposed(self, variables: Mapping[str, Any]) -> None:
        """What the unit's council leaves behind when it proposes everybody."""
        for row in self.nominations(variables):
            self.change(nomination, row.id, state="proposed")
        dossier = self.dossier(variables)
        with self.database.unit_of_work(NOW) as unit:
            minutes = {"kind": "meeting_minutes", "unit_id": dossier.unit_id, "submission_id": dossier.id}
            write_paper(unit, **minutes, title="Biên bản họp", number="12/BB-HĐ", dated_on=TODAY, created_by=None)

    def sent(self, *records: dict[str, Any]) -> dict[str, Any]:
        """U1 to U3."""
        variables = self.invited()
        self.prepared(variables, *records)
        self.proposed(variables)
        self.do(SignSubmission(), "unit_head", {"decision": "signed"}, variables=variables, **UNIT)
        letter = {"letter_number": "86/TTr-UBND", "letter_on": TODAY}
        self.do(SendSubmission(), "clerk", letter, variables=variables, **UNIT)
        return variables

    def taken_in(self, *records: dict[str, Any]) -> dict[str, Any]:
        """U1 to S1."""
        variables = self.sent(*records)
        self.do(Intake(), "expert", {"decision": "accepted"}, variables=variables, **UNIT)
        return variables

    def appraised(self, variables: Mapping[str, Any], results: Mapping[int, str], **more: Any) -> Mapping[str, Any]:
        """S2 with one conclusion per nomination, in their order."""
        rows = self.nominations(variables)
        answers = {str(row.id): {"result": results[row.position], "reason": f"Nhận xét {row.position}"} for row in rows}
        raw = {"decision": "done", "results": answers, **more}
        return self.do(Appraise(), "expert", raw, variables=variables, **UNIT)

    def confirmed(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """S4."""
        return self.do(ConfirmAppraisal(), "division", {"decision": "confirmed"}, variables=variables, **UNIT)


def person(name: str, **values: Any) -> dict[str, Any]:
    """An individual as U1 takes it; individuals are judged, so the justification is there."""
    return {
        "subject_name": name,
        "subject_kind": "individual",
        "award_form": "city_merit_certificate",
        "exemplary": True,
        "initiative_recognised": True,
        "initiative_number": "118/QĐ-UBND",
        "report": "Rút ngắn thời gian giải quyết thủ tục từ ba ngày xuống một ngày.",
        "justification": "Trực tiếp xây dựng mô hình một cửa lưu động.",
        **values,
    }


def collective(name: str, **values: Any) -> dict[str, Any]:
    """A collective that meets every criterion."""
    return {
        "subject_name": name,
        "subject_kind": "collective",
        "award_form": "city_merit_certificate",
        "exemplary": True,
        "initiative_recognised": True,
        "initiative_number": "118/QĐ-UBND",
        "par_index": 92.41,
        "sipas": 87.2,
        "report": "Chỉ số CCHC đứng đầu khối xã, phường hai năm liền.",
        **values,
    }
