"""What the engine's commands and reads refuse. The sentences are what a person reads."""

from __future__ import annotations

from collections.abc import Sequence

from service.errors import Conflict, FieldProblem, Invalid, NotFound, Refused
from workflows.model import Problem


class TaskNotFound(NotFound):
    """There is no such task, or this person may not see it."""

    code = "task_not_found"
    message = "Không tìm thấy việc này."


class InstanceNotFound(NotFound):
    """There is no such instance, or this person may not see it."""

    code = "instance_not_found"
    message = "Không tìm thấy hồ sơ này."


class ProcessNotFound(NotFound):
    """No process of that key is deployed."""

    code = "process_not_found"
    message = "Chưa triển khai quy trình “{key}”."


class IncidentNotFound(NotFound):
    """There is no such open incident."""

    code = "incident_not_found"
    message = "Không tìm thấy sự cố này, hoặc sự cố đã được xử lý."


class AccountNotFound(NotFound):
    """There is no such active account."""

    code = "account_not_found"
    message = "Không tìm thấy tài khoản “{username}” đang hoạt động."


class NotStartable(Refused):
    """The process has no plain start event or names no starter group: something else starts it."""

    code = "not_startable"
    message = "Quy trình “{name}” không bắt đầu bằng tay: chưa nêu nhóm được khởi tạo hoặc không có bắt đầu thường."


class MayNotAct(Refused):
    """This person may see the task but is neither its assignee nor a candidate."""

    code = "may_not_act"
    message = "Việc này do người khác xử lý; bạn chỉ được xem."


class MayNotManage(Refused):
    """Only those who oversee or run the procedure may do this."""

    code = "may_not_manage"
    message = "Bạn không có quyền điều hành hồ sơ này."


class NoWorkingDays(Refused):
    """The task has no due date that counts working days."""

    code = "no_working_days"
    message = "Việc này không có hạn tính theo ngày làm việc nên không gia hạn được."


class MayNotDeploy(Refused):
    """Only a process owner deploys."""

    code = "may_not_deploy"
    message = "Chỉ quản trị quy trình được triển khai sơ đồ, bảng quyết định và biểu mẫu."


class MayNotWork(Refused):
    """Only a service's own account takes steps to work off."""

    code = "may_not_work"
    message = "Chỉ tài khoản dịch vụ (vai trò service_worker) được nhận các bước tự động."


class TopicNotGiven(Refused):
    """This service may not work on that topic."""

    code = "topic_not_given"
    message = (
        "Tài khoản “{username}” chưa được giao chủ đề “{topic}”. "
        "Quản trị hệ thống giao bằng lệnh: trinh topic give {username} {topic}"
    )


class NotAWorker(Refused):
    """Topics are given to services only."""

    code = "not_a_worker"
    message = "Tài khoản “{username}” không có vai trò service_worker nên không nhận chủ đề được."


class TopicReserved(Refused):
    """The prefix belongs to handlers within this application."""

    code = "topic_reserved"
    message = "Chủ đề “{topic}” do chính hệ thống xử lý, không giao cho dịch vụ ngoài. Hãy dùng tiền tố khác."


class TopicUnfit(Invalid):
    """Not a name for a topic."""

    code = "topic_unfit"
    message = "Tên chủ đề “{topic}” phải có 1 đến 120 ký tự in được, không có khoảng trắng, dấu phẩy hay $ { } #."


class ExternalTaskNotFound(NotFound):
    """There is no such step waiting, or it is not of a topic this service works on."""

    code = "external_task_not_found"
    message = "Không có bước tự động này, hoặc bước đã xong."


class LockLost(Conflict):
    """Another worker has the step now. Details: `holder`."""

    code = "lock_lost"
    message = "Bước này đang do “{holder}” giữ, không phải “{worker}”."


class LockExpired(Conflict):
    """A lock that is over cannot be extended."""

    code = "lock_expired"
    message = "Thời gian giữ bước này đã hết; hãy nhận lại."


class TaskCompleted(Conflict):
    """Somebody has completed the task already. Details: `who`, `closed_at`."""

    code = "task_completed"
    message = "Việc này đã được {who} hoàn thành lúc {when}."


class TaskCancelled(Conflict):
    """The task is not needed any more. Details: `why`, `closed_at`."""

    code = "task_cancelled"
    message = "Việc này đã dừng lúc {when}: {why}."


class TaskChanged(Conflict):
    """The task was changed since it was shown. Details: `who`, `changed_at`, `revision`."""

    code = "task_changed"
    message = "Việc này vừa được {who} thay đổi lúc {when}; bạn xem lại rồi gửi lần nữa."


class TaskHeld(Conflict):
    """A colleague has claimed the task. Details: `who`, `assigned_at`."""

    code = "task_held"
    message = "Việc này đang do {who} giữ, nhận lúc {when}."


class BusinessKeyTaken(Conflict):
    """A running dossier of this process has the business key already."""

    code = "business_key_taken"
    message = "Đã có hồ sơ đang chạy mang mã “{business_key}”."


class NewerVersion(Conflict):
    """Dossiers start by the newest version only. Details: `version`."""

    code = "newer_version"
    message = "Quy trình “{name}” đang dùng bản {version}; hồ sơ mới chỉ bắt đầu theo bản đó."


class InstanceEnded(Conflict):
    """The instance runs no longer."""

    code = "instance_ended"
    message = "Hồ sơ này đã kết thúc lúc {when}."


class AlreadyMoved(Conflict):
    """The token is not where it was: somebody or something was faster."""

    code = "already_moved"
    message = "Hồ sơ vừa chuyển sang bước khác; bạn tải lại trang để xem."


class Undelivered(Conflict):
    """Nobody waits for the message."""

    code = "message_undelivered"
    message = "Chưa có hồ sơ nào chờ thông báo “{name}”{key}."


class AmbiguousMessage(Conflict):
    """Several instances wait for the message; none of them moves."""

    code = "message_ambiguous"
    message = "Có {count} nơi cùng chờ thông báo “{name}”{key}; không chuyển cho nơi nào."


class DeploymentInvalid(Invalid):
    """Some drawn thing cannot run as drawn; nothing was deployed. `findings` has every one, warnings too.

    Details: `check_id`, the report that `deploy` kept.
    """

    code = "deployment_refused"
    message = "Chưa triển khai: có {count} chỗ cần sửa. Không có gì thay đổi."

    def __init__(self, findings: Sequence[Problem]) -> None:
        self.findings = tuple(findings)
        errors = [each for each in self.findings if each.severity == "error"]
        fields = [FieldProblem(field=_place(each), message=each.message) for each in errors]
        super().__init__(fields, count=len(errors))


def _place(problem: Problem) -> str:
    """`file.bpmn:12:element_id`"""
    return ":".join(str(part) for part in (problem.file, problem.line, problem.element) if part is not None)


class EngineRefused(Refused):
    """The engine could not take the act: variables too large, a state of another version. Details: `cause`."""

    code = "engine_refused"
    message = "Quy trình không nhận được việc này."
