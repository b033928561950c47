"""The chair orders equals whom votes and Điều 4 leave equal where the ceiling falls, in writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from service.awards.asking import prose
from service.awards.form_parts import problem, record, subject_words
from service.awards.involved import nominees_acting
from service.awards.records import text_of
from service.awards.rounds.rank_pool import chair_of
from service.awards.rounds.records import round_of
from service.awards.rounds.standing import Standing, standings
from service.awards.tables import nomination
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext

if TYPE_CHECKING:
    from service.database.unit import Unit


class BreakTie:
    """One table per ceiling with an open tie; the order is complete, so that it also orders the reserve."""

    key = "awards:break-tie"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        """The tied nominations with an empty place each."""
        tied = _tied(unit, task)
        return Form(
            fields=(
                *(_field(standing) for standing in tied),
                prose("reason", "Lý do của chủ tịch hội đồng", required=True),
            ),
            intro=_intro(tied),
            submit_label="Ghi quyết định của chủ tịch",
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """Each place from 1 to the number of equals exactly once; nobody orders a tie they stand in."""
        tied = _tied(unit, task)
        named = (standing.members[key] for standing in tied for key in _keys(standing))
        own = nominees_acting(task.actor, named, "reason")
        return [*own, *(found for standing in tied for found in _problems(standing, answers))]

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write the places and the reason; the ranking runs again after this step."""
        reason = f"Chủ tịch hội đồng quyết định: {text_of(answers, 'reason')}"
        for standing in _tied(unit, task):
            for key in _keys(standing):
                place = record(answers, _table(standing), key)["place"]
                unit.connection.execute(
                    update(nomination).where(nomination.c.id == key).values(chair_order=place, tie_reason=reason)
                )
        return {"decision": "ordered"}


def _tied(unit: Unit, task: TaskContext) -> list[Standing]:
    """The open ties of the council this task's chair presides over; another council's wait for their own chair."""
    chair = task.variables.get("tie_chair_group")
    tied = [each for each in standings(unit, round_of(unit, task)) if each.ranking.tie is not None]
    return [standing for standing in tied if chair is None or chair_of(standing) == chair]


def _keys(standing: Standing) -> tuple[int, ...]:
    assert standing.ranking.tie is not None
    return standing.ranking.tie.keys


def _table(standing: Standing) -> str:
    return f"tie_{standing.quota_id}"


def _intro(tied: Sequence[Standing]) -> str:
    tie = tied[0].ranking.tie if tied else None
    if tie is None:
        return "Không còn trường hợp bằng phiếu nào chờ quyết định."
    equal = f"{len(tie.keys)} đề nghị cùng {tie.yes} phiếu, còn {tie.places} chỗ trong số lượng tối đa."
    if len(tied) > 1:
        equal = f"{len(tied)} nhóm đề nghị bằng phiếu ở mức số lượng tối đa."
    return f"{equal} Điều 4 NĐ 152/2025/NĐ-CP không phân định được; chủ tịch hội đồng xếp thứ tự và ghi lý do."


def _field(standing: Standing) -> Field:
    keys = _keys(standing)
    tie = standing.ranking.tie
    assert tie is not None
    return Field(
        key=_table(standing),
        kind="rows",
        label=f"{standing.title}: cùng {tie.yes} phiếu, còn {tie.places} chỗ",
        hint="Đề nghị",
        columns=(Field(key="place", kind="integer", label="Thứ tự", required=True, minimum=1, maximum=len(keys)),),
        row_keys=tuple(
            (str(key), f"{subject_words(standing.members[key])} - {standing.members[key].unit_name}") for key in keys
        ),
    )


def _problems(standing: Standing, answers: Mapping[str, Any]) -> list[FieldProblem]:
    keys = _keys(standing)
    places = {key: record(answers, _table(standing), key).get("place") for key in keys}
    if sorted(place or 0 for place in places.values()) == list(range(1, len(keys) + 1)):
        return []
    path = f"{_table(standing)}.{keys[0]}.place"
    return [problem(path, f"Ghi mỗi thứ tự từ 1 đến {len(keys)} đúng một lần.")]
