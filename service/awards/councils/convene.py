"""The secretary opens a session: day, members, who is absent, who stands aside; and whether it may decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert

from service.awards import words
from service.awards.asking import line, nomination_words, options, prose
from service.awards.councils.members import (
    IS_NOMINEE,
    STATUSES,
    chair_name,
    head_count,
    known_people,
    names_by_status,
    own_nominations,
)
from service.awards.councils.sessions import Subject, ballot, subject_of
from service.awards.form_parts import problem
from service.awards.records import text_of, update_submission
from service.awards.rounds.records import change_round
from service.awards.tables import council_session, recusal
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

MOST_MEMBERS = 60
MOST_RECUSALS = 100


class Convene:
    """Each time a council convenes it is a session of its own; an adjourned one stays on record."""

    key = "awards:convene"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """The members as the accounts know them, all present until the secretary says otherwise."""
        subject = subject_of(unit, task)
        nominations, people = ballot(unit, subject), known_people(unit, task)
        return Form(
            fields=_fields(nominations),
            intro=f"{words.COUNCIL_BODIES[subject.body]} họp xét {len(nominations)} đề nghị của {subject.title}. "
            "Phiên họp cần ít nhất 2/3 tổng số thành viên có mặt hoặc gửi ý kiến bằng văn bản.",
            submit_label="Mở phiên họp",
            values={
                "held_on": task.at.astimezone(VIETNAM).date(),
                "chair_name": chair_name(unit, task),
                "members": [{"name": name, "status": "present"} for name in dict.fromkeys(p.full_name for p in people)],
                "recusals": [
                    {"member": name, "nomination": str(row.id), "reason": IS_NOMINEE}
                    for name, row in own_nominations(people, nominations)
                ],
            },
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """Every member once; whoever stands aside is a member; no nominee votes on themselves; the day is not ahead."""
        members = answers.get("members") or []
        if not members:
            return (problem("members", "Ghi tên các thành viên hội đồng."),)
        recusals = answers.get("recusals") or []
        own = own_nominations(known_people(unit, task), ballot(unit, subject_of(unit, task)))
        problems = [*_twice(members), *_strangers(members, recusals), *_voting_on_themselves(members, recusals, own)]
        if answers["held_on"] > task.at.astimezone(VIETNAM).date():
            problems.append(problem("held_on", "Ngày họp không được sau hôm nay."))
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Open the session; tell the diagram whether it may go on to the vote."""
        subject = subject_of(unit, task)
        count = head_count(answers["members"])
        quorate = count.quorate(subject.law.quorum)
        statement = insert(council_session).values(
            instance_id=task.instance_id,
            body=subject.body,
            unit_id=subject.unit_id,
            held_on=answers["held_on"],
            place=text_of(answers, "place") or None,
            chair_name=text_of(answers, "chair_name"),
            members_total=count.total_members,
            present=count.present,
            written_opinions=count.written,
            attendance={**names_by_status(answers["members"]), "invited": _invited(answers)},
            secret_ballot=subject.round_row.secret_ballot,
            state="quorate" if quorate else "inquorate",
            secretary_id=task.actor.account_id,
            **subject.ids,
        )
        session_id = unit.connection.execute(statement.returning(council_session.c.id)).scalar_one()
        _write_recusals(unit, session_id, answers.get("recusals") or [])
        _mark(unit, subject)
        return {"session_id": session_id, "quorate": quorate}


def _fields(nominations: Sequence[Row[Any]]) -> tuple[Field, ...]:
    return (
        Field(key="held_on", kind="date", label="Ngày họp", hint="Nhập dd/mm/yyyy.", required=True),
        line("place", "Địa điểm"),
        line("chair_name", "Chủ trì phiên họp", required=True),
        Field(
            key="members",
            kind="rows",
            label="Thành viên hội đồng",
            hint="Ghi đủ mọi thành viên, kể cả người vắng: tỷ lệ tính trên tổng số thành viên.",
            max_rows=MOST_MEMBERS,
            columns=(
                line("name", "Họ và tên", required=True),
                Field(key="status", kind="select", label="Tình trạng", required=True, options=options(STATUSES)),
            ),
        ),
        Field(
            key="recusals",
            kind="rows",
            label="Không biểu quyết vì liên quan",
            hint="Bỏ trống ô đề nghị nếu thành viên không biểu quyết cả phiên.",
            max_rows=MOST_RECUSALS,
            columns=(
                line("member", "Thành viên", required=True),
                Field(
                    key="nomination",
                    kind="select",
                    label="Với đề nghị",
                    options=options((str(row.id), nomination_words(row)) for row in nominations),
                ),
                line("reason", "Lý do", required=True),
            ),
        ),
        prose("invited", "Khách mời, không biểu quyết", hint="Mỗi người một dòng."),
    )


def _twice(members: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    names = [_folded(row["name"]) for row in members]
    repeated = {name for name, count in Counter(names).items() if count > 1}
    return [
        problem(f"members.{index}.name", "Tên này đã có trong danh sách. Ghi thêm chức vụ để phân biệt.")
        for index, name in enumerate(names)
        if name in repeated
    ]


def _strangers(members: Sequence[Mapping[str, Any]], recusals: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    voting = {_folded(row["name"]) for row in members if row.get("status") != "absent"}
    return [
        problem(f"recusals.{index}.member", "Tên này không có trong số thành viên có mặt hoặc gửi ý kiến.")
        for index, row in enumerate(recusals)
        if _folded(row["member"]) not in voting
    ]


def _voting_on_themselves(
    members: Sequence[Mapping[str, Any]], recusals: Sequence[Mapping[str, Any]], own: Sequence[tuple[str, Row[Any]]]
) -> list[FieldProblem]:
    voting = {_folded(row["name"]) for row in members if row.get("status") != "absent"}
    aside = {(_folded(row["member"]), row.get("nomination") or None) for row in recusals}
    return [
        problem("recusals", f"{name} được đề nghị trong danh sách này: ghi tên ở đây, với đề nghị của chính mình.")
        for name, row in own
        if _folded(name) in voting and not aside & {(_folded(name), None), (_folded(name), str(row.id))}
    ]


def _folded(name: Any) -> str:
    return " ".join(str(name).split()).casefold()


def _invited(answers: Mapping[str, Any]) -> list[str]:
    return [name for raw in text_of(answers, "invited").splitlines() if (name := raw.strip())]


def _write_recusals(unit: Unit, session_id: int, recusals: Sequence[Mapping[str, Any]]) -> None:
    rows = {
        (_folded(row["member"]), row.get("nomination") or None): {
            "session_id": session_id,
            "nomination_id": int(row["nomination"]) if row.get("nomination") else None,
            "member_name": " ".join(str(row["member"]).split()),
            "reason": str(row["reason"]).strip(),
        }
        for row in recusals
    }
    if rows:
        unit.connection.execute(insert(recusal), list(rows.values()))


def _mark(unit: Unit, subject: Subject) -> None:
    """The dossier, or the round, is now with the council."""
    if subject.submission_row is not None:
        update_submission(unit, subject.submission_row.id, state="council")
    else:
        change_round(unit, subject.round_row.id, state="council")
