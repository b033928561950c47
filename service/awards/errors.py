"""The domain's refusals, and the way back from a CHECK's name to the one it stands for."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from service.errors import Conflict, NotFound, Refused


class AwardRefused(Refused):
    """A law of awards forbids this step."""

    code = "award_refused"
    message = "Bước này chưa thực hiện được theo quy định về thi đua, khen thưởng."


class CeilingReached(AwardRefused):
    """More awards than the quota row allows."""

    code = "ceiling_reached"
    message = "Số đề nghị được khen thưởng vượt số lượng tối đa của đợt xét."


class DecisionMissing(AwardRefused):
    """A nomination cannot be awarded without a decision."""

    code = "decision_missing"
    message = "Chỉ ghi nhận được khen thưởng khi đã có quyết định."


class NoQuorum(AwardRefused):
    """The council voted without two thirds of its members."""

    code = "no_quorum"
    message = "Phiên họp chưa đủ 2/3 số thành viên có mặt hoặc có ý kiến bằng văn bản, nên chưa biểu quyết được."


class VotesDoNotAddUp(AwardRefused):
    """More votes than voters."""

    code = "votes_do_not_add_up"
    message = "Tổng số phiếu lớn hơn số thành viên được biểu quyết."


class SameHands(AwardRefused):
    """Whoever prepared a dossier may not appraise it."""

    code = "separation_of_duties"
    message = "Người lập hồ sơ không được thẩm định chính hồ sơ đó."


class UnsignedLetter(AwardRefused):
    """A dossier is sent only with a signed, numbered tờ trình."""

    code = "letter_unsigned"
    message = "Hồ sơ chỉ gửi được khi tờ trình đã ký, có số và ngày."


class TooManyReturns(AwardRefused):
    """A dossier goes back at most twice."""

    code = "too_many_returns"
    message = "Hồ sơ đã được trả bổ sung đủ 2 lần."


class ReasonMissing(AwardRefused):
    """A refusal, a waiver or a finding needs its reason."""

    code = "reason_missing"
    message = "Cần ghi rõ lý do."


class NumberTaken(AwardRefused):
    """That decision number has been used this year."""

    code = "number_taken"
    message = "Số quyết định này đã được dùng trong năm. Kiểm tra lại sổ văn bản."


class FileTooLarge(AwardRefused):
    """A paper's file is at most 10 MB."""

    code = "file_too_large"
    message = "Tệp lớn hơn 10 MB. Nén tệp hoặc tách thành nhiều tệp rồi tải lên lại."


class RulesNotFrozen(AwardRefused):
    """A round opens only with its tables frozen."""

    code = "rules_not_frozen"
    message = "Đợt xét chưa chốt các bảng tiêu chuẩn, số lượng tối đa và danh mục hồ sơ."


class LateWithoutWaiver(AwardRefused):
    """What came after the freeze needs the Director's waiver."""

    code = "late_without_waiver"
    message = "Hồ sơ quá thời điểm chốt chỉ được xét khi Giám đốc Sở Nội vụ đồng ý nhận."


class TableMissing(AwardRefused):
    """A decision table that a step needs is not deployed."""

    code = "table_missing"
    message = "Chưa triển khai bảng quyết định “{key}”. Báo quản trị quy trình triển khai bảng này."


class PoolFrozen(Conflict):
    """Withdrawal is possible only before the pool freezes."""

    code = "pool_frozen"
    message = "Danh sách xét đã chốt, hồ sơ không rút được nữa."


class WithdrawalRefused(AwardRefused):
    """Only the unit's clerk or head withdraws, and only what is still under way."""

    code = "withdrawal_refused"
    message = "Chỉ văn thư hoặc thủ trưởng của đơn vị rút được hồ sơ, khi hồ sơ chưa kết thúc."


class SubmissionWithdrawn(Conflict):
    """The unit took the dossier back while somebody worked on it."""

    code = "submission_withdrawn"
    message = "Đơn vị đã rút hồ sơ này, nên việc không còn cần làm."


class ListChanged(Conflict):
    """An ad-hoc case was diverted into the submission while its clerk typed."""

    code = "list_changed"
    message = "Hồ sơ vừa có thêm đề nghị chuyển từ hồ sơ đột xuất. Mở lại việc này để xem đủ danh sách."


class RoundCodeTaken(Conflict):
    """The dossier was started by hand with the key of an earlier round."""

    code = "round_code_taken"
    message = "Mã {code} đã thuộc một đợt xét khác. Hủy việc này rồi mở đợt xét mới, không nhập mã."


class RoundCodeTooLong(AwardRefused):
    """The dossier was started by hand with a key that is no code of a round."""

    code = "round_code_too_long"
    message = "Mã đợt xét dài không quá {most} ký tự. Hủy việc này rồi mở đợt xét mới, không nhập mã."


class RecordNotFound(NotFound):
    """No such record, or none that this person may see."""

    code = "record_not_found"
    message = "Không tìm thấy hồ sơ này, hoặc hồ sơ không thuộc phạm vi của bạn."


REFUSAL_BY_CONSTRAINT: dict[str, type[AwardRefused]] = {
    "awarded_within_ceiling": CeilingReached,
    "decision_if_awarded": DecisionMissing,
    "quorum_if_voted": NoQuorum,
    "votes_within_voters": VotesDoNotAddUp,
    "appraiser_is_not_preparer": SameHands,
    "signed_if_sent": UnsignedLetter,
    "returned_twice_at_most": TooManyReturns,
    "reason_if_ineligible": ReasonMissing,
    "reason_unless_eligible": ReasonMissing,
    "reason_if_waived": ReasonMissing,
    "reason_if_objection": ReasonMissing,
    "reason_if_revoked": ReasonMissing,
    "decision_number_unique": NumberTaken,
    "file_at_most_10_mb": FileTooLarge,
    "rules_frozen_if_open": RulesNotFrozen,
    "waived_if_late_in_pool": LateWithoutWaiver,
}
# SQLite names the columns of a unique constraint, not the constraint.
_SQLITE_UNIQUE = {"award_decision.issuer, award_decision.year, award_decision.number": NumberTaken}


def refusal_of(error: IntegrityError) -> AwardRefused | None:
    """The domain's refusal behind a database's, or None where no law of ours was broken."""
    diagnostic = getattr(error.orig, "diag", None)
    constraint = getattr(diagnostic, "constraint_name", None)
    if constraint is not None:
        refusal = REFUSAL_BY_CONSTRAINT.get(constraint)
        return refusal() if refusal is not None else None
    text = str(error.orig)
    for name, refusal in REFUSAL_BY_CONSTRAINT.items():
        if text.endswith(f": {name}"):
            return refusal()
    for columns, refusal in _SQLITE_UNIQUE.items():
        if text.endswith(columns):
            return refusal()
    return None
