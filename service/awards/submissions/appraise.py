"""S2: the expert appraises each nomination against the frozen table, the history and the papers.

Phiếu thẩm định: one row per nomination and act, with what the table said on that day. A hard failure of the table
cannot be called eligible here; what the table leaves open needs the expert's reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards import eligibility, words
from service.awards.asking import (
    decision_field,
    note,
    options,
    prose,
    return_items_field,
    row_keys,
)
from service.awards.duplicates import duplicate_warnings
from service.awards.involved import objections
from service.awards.records import (
    UNDER_REVIEW,
    nominations_of,
    round_of,
    submission_of,
    text_of,
    update_nomination,
    update_submission,
)
from service.awards.rules import version_words
from service.awards.submissions.returns import LAST_RETURN, MOST_RETURNS, items_of, return_for_supplement
from service.awards.tables import appraisal
from service.engine.forms import Field, FieldProblem, Form
from service.engine.handlers import TaskContext
from service.people.units import all_units

if TYPE_CHECKING:
    from service.database.unit import Unit

_DECISIONS = {"done": "Hoàn thành thẩm định", "returned": "Trả hồ sơ để đơn vị bổ sung"}
_DONE = ("decision", ("done",))


class Appraise:
    """A conclusion for every nomination, or an itemised return."""

    key = "awards:appraise"

    def form(self, unit: Unit, task: TaskContext) -> Form:
        dossier = submission_of(unit, task)
        nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
        warning = (note("last_return", LAST_RETURN),) if dossier.returns >= MOST_RETURNS else ()
        return Form(
            intro=f"Kết luận từng đề nghị trong hồ sơ: {len(nominations)} đề nghị.",
            submit_label="Ghi nhận kết quả thẩm định",
            fields=(
                note("findings", appraisal_notes(unit, dossier, nominations)),
                results_field(nominations),
                decision_field(_DECISIONS),
                agencies_field(unit, dossier),
                *warning,
                return_items_field(
                    nominations, "Đề nghị kết luận “Cần bổ sung” tự thành một mục theo nhận xét ở trên."
                ),
            ),
            values={"results": stored_results(nominations), "consult_agencies": dossier.consult_agencies},
        )

    def check(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Sequence[FieldProblem]:
        dossier = submission_of(unit, task)
        nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
        problems = objections(unit, dossier, task.actor, "appraise")
        results = answers.get("results") or {}
        if answers["decision"] == "returned":
            return [*problems, *_nothing_to_return(nominations, results, answers)]
        found = found_by_nomination(unit, dossier, nominations)
        for each in nominations:
            problems += result_problems(each, results.get(str(each.id)) or {}, found[each.id])
        return problems

    def apply(self, unit: Unit, task: TaskContext, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        dossier = submission_of(unit, task)
        nominations = nominations_of(unit, dossier.id, UNDER_REVIEW)
        eligible = write_results(unit, task, dossier, nominations, answers.get("results") or {})
        update_submission(unit, dossier.id, appraised_by=task.actor.account_id)
        if answers["decision"] == "returned":
            items = [*_items_of_results(nominations, answers.get("results") or {}), *items_of(answers)]
            returns = return_for_supplement(unit, task, dossier, "appraisal", items)
            return {"decision": "returned", "returns": returns, "consult_agencies": [], "eligible_count": eligible}
        agencies = list(answers.get("consult_agencies") or [])
        state = "consulting" if agencies and eligible else "confirming"
        update_submission(unit, dossier.id, state=state, consult_agencies=agencies)
        return {
            "decision": "done",
            "eligible_count": eligible,
            "consult_agencies": agencies,
            "returns": dossier.returns,
        }


def results_field(nominations: Sequence[Row[Any]], results: Mapping[str, str] = words.APPRAISAL_RESULTS) -> Field:
    """One row per nomination: the conclusion and the remark that the unit will read."""
    return Field(
        key="results",
        kind="rows",
        label="Kết luận thẩm định",
        row_keys=row_keys(nominations),
        columns=(
            Field(key="result", kind="radio", label="Kết luận", options=options(results), conditional=True),
            prose(
                "reason",
                "Nhận xét ghi vào phiếu thẩm định",
                conditional=True,
                hint="Bắt buộc khi kết luận không đủ điều kiện, cần bổ sung, hoặc khi phải xét theo đánh giá. "
                "Đơn vị sẽ đọc nội dung này.",
            ),
        ),
    )


def stored_results(nominations: Sequence[Row[Any]]) -> dict[str, Any]:
    """What was concluded before, as starting values."""
    return {
        str(each.id): {"result": each.appraisal_result, "reason": each.appraisal_reason or ""}
        for each in nominations
        if each.appraisal_result
    }


def agencies_field(
    unit: Unit,
    dossier: Row[Any],
    key: str = "consult_agencies",
    shown_if: tuple[str, tuple[str, ...]] = _DONE,
) -> Field:
    """Who may be asked for hiệp y: departments and bodies, not the unit itself."""
    bodies = [each for each in all_units(unit) if each.bloc != "xa_phuong" and each.id != dossier.unit_id]
    return Field(
        key=key,
        kind="checklist",
        label="Cơ quan cần lấy ý kiến hiệp y",
        hint="Để trống nếu không cần. Cơ quan chưa trả lời được nhắc và báo cấp trên, không coi là đồng ý.",
        options=options((each.id, each.name) for each in bodies),
        shown_if=shown_if,
    )


def found_by_nomination(
    unit: Unit, dossier: Row[Any], nominations: Sequence[Row[Any]]
) -> dict[int, list[eligibility.Finding]]:
    """What the dossier's table says of each."""
    round_row = round_of(unit, dossier)
    return {each.id: eligibility.findings(unit, round_row, eligibility.facts_of(each)) for each in nominations}


def appraisal_notes(unit: Unit, dossier: Row[Any], nominations: Sequence[Row[Any]]) -> str:
    """The table's findings, the unit's justification and duplicate warnings, nomination by nomination."""
    round_row = round_of(unit, dossier)
    resource_id = round_row.eligibility_resource_id if round_row is not None else None
    found = found_by_nomination(unit, dossier, nominations)
    warnings = duplicate_warnings(unit, dossier, nominations)
    lines = [f"Đối chiếu bảng “Tiêu chuẩn xét khen thưởng”, {version_words(unit, resource_id, eligibility.DECISION)}:"]
    for each in nominations:
        lines.append(f"{each.position}. {each.subject_name}: {_finding_words(found[each.id])}")
        lines += [f"   {one.sentence}" for one in found[each.id]]
        lines += [f"   Đơn vị giải trình: {each.justification}"] if each.justification else []
        lines += [f"   {sentence}" for sentence in warnings[each.id]]
    return "\n".join(lines)


def _finding_words(found: Sequence[eligibility.Finding]) -> str:
    if not found:
        return "Đạt mọi tiêu chuẩn"
    return eligibility.RESULT_WORDS[(eligibility.hard(found) or found)[0].result]


def result_problems(
    each: Row[Any], record: Mapping[str, Any], found: Sequence[eligibility.Finding]
) -> list[FieldProblem]:
    """Why this conclusion cannot stand."""
    path, result, reason = f"results.{each.id}", record.get("result") or "", text_of(record, "reason")
    if not result:
        return [FieldProblem(field=f"{path}.result", message="Chọn kết luận cho đề nghị này.")]
    if result == "needs_data":
        sentence = "Đề nghị còn cần bổ sung: chọn “Trả hồ sơ để đơn vị bổ sung”, hoặc kết luận khác."
        return [FieldProblem(field=f"{path}.result", message=sentence)]
    if result == "ineligible" and not reason:
        return [FieldProblem(field=f"{path}.reason", message="Ghi lý do không đủ điều kiện; đơn vị sẽ đọc lý do này.")]
    if result == "eligible" and eligibility.hard(found):
        sentence = " ".join(one.sentence for one in eligibility.hard(found))
        return [FieldProblem(field=f"{path}.result", message=f"Chưa kết luận đủ điều kiện được. {sentence}")]
    if result == "eligible" and eligibility.to_be_explained(found) and not reason:
        sentence = " ".join(one.sentence for one in eligibility.to_be_explained(found))
        return [FieldProblem(field=f"{path}.reason", message=f"Ghi nhận xét cho kết luận này. {sentence}")]
    return []


def write_results(
    unit: Unit,
    task: TaskContext,
    dossier: Row[Any],
    nominations: Sequence[Row[Any]],
    results: Mapping[str, Mapping[str, Any]],
) -> int:
    """Phiếu thẩm định: one appraisal row per conclusion. Returns how many are eligible."""
    round_row = round_of(unit, dossier)
    found = found_by_nomination(unit, dossier, nominations)
    eligible = 0
    for each in nominations:
        record = results.get(str(each.id)) or {}
        if not record.get("result"):
            continue
        reason = text_of(record, "reason") or None
        if record["result"] == "needs_data" and reason is None:
            continue
        eligible += record["result"] == "eligible"
        update_nomination(unit, each.id, appraisal_result=record["result"], appraisal_reason=reason)
        unit.connection.execute(
            appraisal.insert().values(
                nomination_id=each.id,
                result=record["result"],
                reason=reason,
                findings=eligibility.as_record(found[each.id]),
                resource_id=round_row.eligibility_resource_id if round_row is not None else None,
                by=task.actor.account_id,
                at=task.at,
            )
        )
    return eligible


def _nothing_to_return(
    nominations: Sequence[Row[Any]], results: Mapping[str, Any], answers: Mapping[str, Any]
) -> list[FieldProblem]:
    problems = [
        FieldProblem(field=f"results.{each.id}.reason", message="Ghi rõ đơn vị cần bổ sung gì.")
        for each in nominations
        if _needs_data(results, each) and not text_of(results[str(each.id)], "reason")
    ]
    if not problems and not answers.get("items") and not any(_needs_data(results, each) for each in nominations):
        message = "Nêu ít nhất một mục cần bổ sung, hoặc kết luận “Cần bổ sung” cho một đề nghị."
        return [FieldProblem(field="items", message=message)]
    return problems


def _needs_data(results: Mapping[str, Any], each: Row[Any]) -> bool:
    return (results.get(str(each.id)) or {}).get("result") == "needs_data"


def _items_of_results(nominations: Sequence[Row[Any]], results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each nomination that needs data as an item of the return."""
    return [
        {
            "nomination_id": each.id,
            "subject": f"Đề nghị của {each.subject_name}",
            "reason": text_of(results[str(each.id)], "reason"),
            "basis": None,
        }
        for each in nominations
        if _needs_data(results, each)
    ]
