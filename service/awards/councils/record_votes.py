"""The secretary records the count of votes, one row per nomination. Who voted how is never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, delete, insert, update

from service.awards import words
from service.awards.asking import line, nomination_words, options
from service.awards.councils.sessions import (
    Subject,
    attendance_of,
    ballot,
    change_session,
    recusals_of,
    recused_for,
    session_of,
    subject_of,
)
from service.awards.errors import NoQuorum
from service.awards.form_parts import notes, problem, record, subject_words
from service.awards.involved import nominees_acting
from service.awards.law.votes import Attendance, Tally, ballots_allowed, carried, too_many_ballots
from service.awards.rounds.ceilings import OWN_AWARD
from service.awards.rounds.records import lock_round
from service.awards.rounds.settings import CITY_COUNCIL_FORMS, threshold_words
from service.awards.tables import nomination, vote_tally
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext
from service.errors import Conflict

if TYPE_CHECKING:
    from service.database.unit import Unit

ROWS = "votes"


class BallotChanged(Conflict):
    """A submission joined the pool, or left it, while the votes were being typed."""

    code = "ballot_changed"
    message = "Danh sách xét vừa thay đổi. Mở lại việc này để ghi phiếu cho đủ đề nghị."


UNIT_OUTCOMES = {
    "propose": "Đề nghị Thành phố khen thưởng",
    "commendation": "Chỉ tặng Giấy khen của đơn vị",
    "reject": "Không đề nghị",
}
_STATE_OF_OUTCOME = {"propose": "proposed", "commendation": "commendation_only", "reject": "rejected_by_unit"}


class RecordVotes:
    """Counts must be possible: no more ballots than members taking part, less those who stand aside."""

    key = "awards:record-votes"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """A table of the nominations with empty counts."""
        session, subject = session_of(unit, task), subject_of(unit, task)
        nominations, count = ballot(unit, subject), attendance_of(session)
        return Form(
            fields=(
                *notes(_sentences(subject, nominations, count)),
                Field(
                    key=ROWS,
                    kind="rows",
                    label="Kết quả kiểm phiếu",
                    hint="Đề nghị",
                    columns=_columns(subject, count.voters),
                    row_keys=_row_words(unit, session.id, subject, nominations),
                ),
            ),
            intro=f"Ghi kết quả kiểm phiếu của {len(nominations)} đề nghị. Hệ thống không lưu ai bỏ phiếu thế nào.",
            submit_label="Ghi kết quả kiểm phiếu",
            values={ROWS: {str(row.id): {"invalid": 0} for row in nominations}},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """Each row: the ballots add up, and a unit proposes only what its council carried."""
        session, subject = session_of(unit, task), subject_of(unit, task)
        recusals, count = recusals_of(unit, session.id), attendance_of(session)
        nominations = ballot(unit, subject)
        problems = nominees_acting(task.actor, nominations, ROWS)
        for row in nominations:
            tally = _tally(answers, row.id, recused_for(recusals, row.id))
            problems += _problems(row, record(answers, ROWS, row.id), tally, subject, count)
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write the tallies in place of earlier ones of this session; count what goes on, and to the City's council."""
        session, subject = session_of(unit, task), subject_of(unit, task)
        count = attendance_of(session)
        if not count.quorate(subject.law.quorum):
            raise NoQuorum()
        nominations = _held_ballot(unit, subject, answers)
        recusals = recusals_of(unit, session.id)
        unit.connection.execute(delete(vote_tally).where(vote_tally.c.session_id == session.id))
        rows = [_row(session.id, row, answers, subject, count, recused_for(recusals, row.id)) for row in nominations]
        if rows:
            unit.connection.execute(insert(vote_tally), rows)
        change_session(unit, session.id, state="voted")
        _carry_over(unit, subject, rows)
        passed = {row["nomination_id"] for row in rows if row["outcome"] in ("propose", "passed")}
        if subject.body == "unit":
            return {"proposed_count": len(passed)}
        for_city = sum(row.id in passed and row.award_form in CITY_COUNCIL_FORMS for row in nominations)
        return {"proposed_count": len(passed), "for_city": for_city}


def _held_ballot(unit: Unit, subject: Subject, answers: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """The ballot, with the round held so that no late submission slips in behind the vote."""
    if subject.submission_row is None:
        lock_round(unit, subject.round_row.id)
    nominations = ballot(unit, subject)
    if {str(row.id) for row in nominations} != set(answers.get(ROWS) or {}):
        raise BallotChanged()
    return nominations


def _sentences(subject: Subject, nominations: Sequence[Row[Any]], count: Attendance) -> list[str]:
    total, needed = count.total_members, subject.law.quorum.needed(count.total_members)
    there = f"có mặt {count.present} trên {total} thành viên, {count.written} gửi ý kiến bằng văn bản"
    forms = dict.fromkeys(row.award_form for row in nominations)
    return [
        f"Đủ điều kiện họp: {there}; cần ít nhất {needed}. Tối đa {count.voters} phiếu cho mỗi đề nghị.",
        *(f"{words.AWARD_FORMS[form]}: {threshold_words(subject.law.threshold(form), total)}." for form in forms),
    ]


def _columns(subject: Subject, voters: int) -> tuple[Field, ...]:
    counts = tuple(
        Field(key=key, kind="integer", label=label, required=key != "invalid", minimum=0, maximum=voters)
        for key, label in (("yes", "Đồng ý"), ("no", "Không đồng ý"), ("invalid", "Không hợp lệ"))
    )
    if subject.body != "unit":
        return counts
    return (
        *counts,
        Field(
            key="outcome", kind="select", label="Kết luận của hội đồng", required=True, options=options(UNIT_OUTCOMES)
        ),
        line("reason", "Lý do không đề nghị", conditional=True),
    )


def _row_words(
    unit: Unit, session_id: int, subject: Subject, nominations: Sequence[Row[Any]]
) -> tuple[tuple[str, str], ...]:
    recusals = recusals_of(unit, session_id)
    heads = []
    for row in nominations:
        name = nomination_words(row) if subject.body == "unit" else f"{subject_words(row)} - {row.unit_name}"
        aside = recused_for(recusals, row.id)
        heads.append((str(row.id), f"{name} ({aside} thành viên không biểu quyết)" if aside else name))
    return tuple(heads)


def _tally(answers: Mapping[str, Any], nomination_id: int, recused: int) -> Tally:
    row = record(answers, ROWS, nomination_id)
    return Tally(
        yes=int(row.get("yes") or 0),
        no=int(row.get("no") or 0),
        invalid=int(row.get("invalid") or 0),
        recused=recused,
    )


def _problems(
    row: Row[Any], given: Mapping[str, Any], tally: Tally, subject: Subject, count: Attendance
) -> list[FieldProblem]:
    problems = []
    path = f"{ROWS}.{row.id}"
    if too_many_ballots(count, tally):
        allowed = ballots_allowed(count, recused=tally.recused)
        problems.append(problem(f"{path}.yes", f"Tổng {tally.cast} phiếu, nhiều hơn {allowed} người được biểu quyết."))
    if given.get("outcome") == "propose" and row.award_form == OWN_AWARD:
        words_ = "Giấy khen do đơn vị tặng theo thẩm quyền. Chọn “Chỉ tặng Giấy khen của đơn vị” hoặc không đề nghị."
        return [*problems, problem(f"{path}.outcome", words_)]
    threshold = subject.law.threshold(row.award_form)
    if given.get("outcome") == "propose" and not carried(tally, total_members=count.total_members, threshold=threshold):
        needed = threshold_words(threshold, count.total_members)
        problems.append(problem(f"{path}.outcome", f"Chưa đạt {needed} nên chưa đề nghị lên Thành phố được."))
    if given.get("outcome") == "reject" and not str(given.get("reason") or "").strip():
        problems.append(problem(f"{path}.reason", "Ghi lý do không đề nghị."))
    return problems


def _row(
    session_id: int, row: Row[Any], answers: Mapping[str, Any], subject: Subject, count: Attendance, recused: int
) -> dict[str, Any]:
    tally, given = _tally(answers, row.id, recused), record(answers, ROWS, row.id)
    passed = carried(tally, total_members=count.total_members, threshold=subject.law.threshold(row.award_form))
    return {
        "session_id": session_id,
        "nomination_id": row.id,
        "voters": ballots_allowed(count, recused=recused),
        "yes": tally.yes,
        "no": tally.no,
        "invalid": tally.invalid,
        "outcome": given["outcome"] if subject.body == "unit" else ("passed" if passed else "failed"),
        "reason": str(given.get("reason") or "").strip() or None,
    }


def _carry_over(unit: Unit, subject: Subject, rows: Sequence[Mapping[str, Any]]) -> None:
    """A unit's verdict is the nomination's state; a new vote on the pool takes back what the chair said on old ties."""
    for row in rows:
        values = (
            {"state": _STATE_OF_OUTCOME[row["outcome"]], "unit_reason": row["reason"]}
            if subject.body == "unit"
            else {"chair_order": None, "tie_reason": None}
        )
        unit.connection.execute(update(nomination).where(nomination.c.id == row["nomination_id"]).values(**values))
