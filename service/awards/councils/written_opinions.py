"""An inquorate session collects written opinions from its absent members, or is called again another day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert

from service.awards.asking import decision_field
from service.awards.councils.members import IS_NOMINEE, known_people, own_nominations
from service.awards.councils.sessions import (
    attendance_of,
    ballot,
    change_session,
    recusals_of,
    session_of,
    subject_of,
)
from service.awards.form_parts import notes, problem, record
from service.awards.involved import nominees_acting
from service.awards.tables import recusal
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit

DECISIONS = {"recorded": "Đã nhận đủ ý kiến bằng văn bản", "reschedule": "Hoãn, họp lại ngày khác"}


class WrittenOpinions:
    """Never a vote without a quorum: two thirds of all members, opinions counted."""

    key = "awards:written-opinions"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """One line per absent member."""
        session, subject = session_of(unit, task), subject_of(unit, task)
        count = attendance_of(session)
        needed = subject.law.quorum.needed(count.total_members)
        sentence = (
            f"Có mặt {count.present} trên {count.total_members} thành viên, {count.written} gửi ý kiến; "
            f"cần ít nhất {needed} (hai phần ba)."
        )
        return Form(
            fields=(
                *notes([sentence]),
                Field(
                    key="opinions",
                    kind="rows",
                    label="Ý kiến bằng văn bản của người vắng",
                    hint="Thành viên vắng",
                    columns=(Field(key="received", kind="boolean", label="Đã gửi ý kiến"),),
                    row_keys=tuple(_absent(session).items()),
                ),
                decision_field(DECISIONS),
            ),
            intro="Phiên họp chưa đủ thành phần. Lấy ý kiến bằng văn bản của người vắng, hoặc hoãn và họp lại.",
            submit_label="Ghi kết quả",
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """`recorded` needs the quorum, and somebody who is no nominee to count it."""
        if answers["decision"] != "recorded":
            return ()
        if own := nominees_acting(task.actor, ballot(unit, subject_of(unit, task))):
            return own
        session, subject = session_of(unit, task), subject_of(unit, task)
        taking_part = session.present + session.written_opinions + len(_received(session, answers))
        needed = subject.law.quorum.needed(session.members_total)
        if taking_part >= needed:
            return ()
        return (
            problem(
                "decision",
                f"Mới có {taking_part} trên {session.members_total} thành viên, cần ít nhất {needed}. "
                "Ghi thêm ý kiến hoặc chọn họp lại.",
            ),
        )

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Count the opinions, or adjourn."""
        session = session_of(unit, task)
        if answers["decision"] == "reschedule":
            change_session(unit, session.id, state="adjourned")
            return {"decision": "reschedule", "quorate": False}
        received = _received(session, answers)
        attendance = dict(session.attendance)
        attendance["written"] = [*attendance.get("written", []), *received]
        attendance["absent"] = [name for name in attendance.get("absent", []) if name not in received]
        change_session(
            unit,
            session.id,
            state="quorate",
            attendance=attendance,
            written_opinions=session.written_opinions + len(received),
        )
        _stand_aside(unit, task, session, received)
        return {"decision": "recorded", "quorate": True}


def _stand_aside(unit: Unit, task: TaskContext, session: Row[Any], received: Collection[str]) -> None:
    """A member who now takes part by an opinion, and is a nominee, does not count for their own nomination."""
    nominations = ballot(unit, subject_of(unit, task))
    aside = {(row.member_name, row.nomination_id) for row in recusals_of(unit, session.id)}
    for name, row in own_nominations(known_people(unit, task), nominations):
        if name in received and not aside & {(name, None), (name, row.id)}:
            values = {"session_id": session.id, "nomination_id": row.id, "member_name": name, "reason": IS_NOMINEE}
            unit.connection.execute(insert(recusal).values(values))


def _absent(session: Row[Any]) -> dict[str, str]:
    """Row key -> name. Keys are positions: a name is no key."""
    return {str(index): name for index, name in enumerate(session.attendance.get("absent", []))}


def _received(session: Row[Any], answers: Mapping[str, Any]) -> list[str]:
    return [name for key, name in _absent(session).items() if record(answers, "opinions", key).get("received")]
