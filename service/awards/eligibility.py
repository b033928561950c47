"""What the eligibility table says of one nomination: the criteria it does not meet, each with its sentence.

Source: Kế hoạch 77/KH-UBND, mục IV.2.a, as the table `eligibility.dmn` puts it (a default, editable there).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from service.awards import rules

if TYPE_CHECKING:
    from service.database.unit import Unit

DECISION = "eligibility"

FACTS = (
    "award_form",
    "subject_kind",
    "bloc",
    "exemplary",
    "initiative_recognised",
    "par_index",
    "sipas",
    "component_assigned",
    "component_score_kept",
    "advisory_collective",
    "rating_excellent",
    "parent_rank",
    "specialist_collective",
)

RESULT_WORDS = {
    "hard_failure": "Không đạt",
    "soft_failure": "Chưa đạt, cần giải trình",
    "manual": "Xét theo đánh giá, cần nêu lý do",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One criterion that the table does not simply pass."""

    criterion: str
    result: str
    """hard_failure, soft_failure or manual."""
    explanation: str

    @property
    def sentence(self) -> str:
        """“Tiêu chuẩn b: Chỉ số CCHC 88,10 % dưới 90 %.”"""
        return f"Tiêu chuẩn {self.criterion}: {self.explanation}"


def findings(unit: Unit, round_row: Row[Any] | None, facts: Mapping[str, Any]) -> list[Finding]:
    """Empty: every criterion is met. A Giấy khen follows the unit's own rules and is not looked up.

    Raises:
        TableMissing: an ad-hoc case, and no table is deployed.
    """
    if facts["award_form"] == "unit_commendation":
        return []
    resource_id = round_row.eligibility_resource_id if round_row is not None else None
    inputs = {name: facts.get(name) for name in FACTS}
    inputs["top_n"] = round_row.top_n if round_row is not None else 1
    return [
        Finding(criterion=str(row["criterion"]), result=row["result"], explanation=row["explanation"])
        for row in rules.decide_rows(unit, resource_id, DECISION, inputs)
        if row["result"] != "eligible"
    ]


def facts_of(row: Row[Any]) -> dict[str, Any]:
    """The facts of a stored nomination."""
    return {name: getattr(row, name) for name in FACTS}


def hard(found: Sequence[Finding]) -> list[Finding]:
    """Those that bar the nomination."""
    return [each for each in found if each.result == "hard_failure"]


def to_be_explained(found: Sequence[Finding]) -> list[Finding]:
    """Those that need a reason from whoever proposes or appraises."""
    return [each for each in found if each.result in ("soft_failure", "manual")]


def as_record(found: Sequence[Finding]) -> list[dict[str, str]]:
    """For the appraisal row: what the table said on that day."""
    return [asdict(each) for each in found]
