"""The secretary numbers the minutes. Their text is drawn up by the system and may be corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards.asking import prose
from service.awards.councils.minutes_text import minutes_text
from service.awards.councils.sessions import (
    Subject,
    ballot,
    change_session,
    recusals_of,
    session_of,
    subject_of,
    tallies_of,
)
from service.awards.form_parts import number_and_day, problem
from service.awards.involved import nominees_acting
from service.awards.papers.write import write_paper
from service.awards.records import text_of, unit_row
from service.engine.forms import FieldProblem, Form
from service.engine.handlers import TaskContext
from workflows.calendar import VIETNAM

if TYPE_CHECKING:
    from service.database.unit import Unit

LONGEST_MINUTES = 200_000


class Minutes:
    """The minutes become a paper of the dossier, or of the round."""

    key = "awards:minutes"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """Number, day, and the drafted text."""
        session, subject = session_of(unit, task), subject_of(unit, task)
        return Form(
            fields=(
                *number_and_day(
                    "minutes_number",
                    "minutes_on",
                    number_label="Số biên bản",
                    example="12/BB-HĐTĐKT",
                    day_label="Ngày biên bản",
                ),
                prose("minutes_text", "Nội dung biên bản", required=True, max_length=LONGEST_MINUTES),
            ),
            intro="Kiểm tra biên bản lập từ kết quả kiểm phiếu, ghi số và ngày, rồi trình chủ tịch hội đồng.",
            submit_label="Lập biên bản",
            values={
                "minutes_number": session.minutes_number or "",
                "minutes_on": task.at.astimezone(VIETNAM).date(),
                "minutes_text": _draft(unit, task, session, subject),
            },
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """Minutes are not older than the session, and not of a day to come; no nominee writes of the vote on them."""
        own = nominees_acting(task.actor, ballot(unit, subject_of(unit, task)), "minutes_text")
        if own:
            return own
        if answers["minutes_on"] < session_of(unit, task).held_on:
            return (problem("minutes_on", "Ngày biên bản không được trước ngày họp."),)
        if answers["minutes_on"] > task.at.astimezone(VIETNAM).date():
            return (problem("minutes_on", "Ngày biên bản không được sau hôm nay."),)
        return ()

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep them with the session and as a paper."""
        session, subject = session_of(unit, task), subject_of(unit, task)
        number, text = text_of(answers, "minutes_number"), text_of(answers, "minutes_text")
        change_session(
            unit,
            session.id,
            state="minuted",
            minutes_number=number,
            minutes_on=answers["minutes_on"],
            minutes_text=text,
        )
        write_paper(
            unit,
            kind="meeting_minutes",
            unit_id=subject.unit_id,
            title=f"Biên bản họp xét khen thưởng, phiên {session.held_on:%d/%m/%Y}",
            text=text,
            number=number,
            dated_on=answers["minutes_on"],
            session_id=session.id,
            created_by=task.actor.account_id,
            round_id=subject.ids["round_id"],
            submission_id=subject.ids["submission_id"],
        )
        return {}


def _draft(unit: Unit, task: TaskContext, session: Row[Any], subject: Subject) -> str:
    return minutes_text(
        subject=subject,
        unit_name=unit_row(unit, subject.unit_id).name,
        session=session,
        nominations=ballot(unit, subject),
        tallies=tallies_of(unit, session.id),
        recusals=recusals_of(unit, session.id),
        secretary=task.actor.full_name,
    )
