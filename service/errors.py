"""The base of every refusal a person or a program is told about. Only `api/errors.py` knows their HTTP statuses.

A subclass has a stable `code` and a Vietnamese `message`; its English docstring says the same to a developer. A
message may hold `{names}`, filled from the keywords it is raised with; these stay readable in `details`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldProblem:
    """One answer that cannot be taken. `field` is a path: `reason`, or `nominees.3.full_name`."""

    field: str
    message: str


class ServiceError(Exception):
    """Something was refused; nothing of it was written."""

    code: ClassVar[str] = "service_error"
    message: str = "Chưa thực hiện được."

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.details = details
        self.message = type(self).message.format(**details) if message is None else message
        super().__init__(self.message)


class Invalid(ServiceError):
    """What was sent cannot be taken; `problems` names every field, not the first."""

    code = "invalid"
    message = "Có chỗ cần sửa trước khi gửi."

    def __init__(self, problems: Iterable[FieldProblem] = (), message: str | None = None, **details: Any) -> None:
        self.problems = tuple(problems)
        super().__init__(message, **details)


class Unauthenticated(ServiceError):
    """Nobody is signed in, or the token is not known."""

    code = "unauthenticated"
    message = "Cần đăng nhập để tiếp tục."


class Refused(ServiceError):
    """The act is understood and not allowed: by the law, by the procedure, or to this person."""

    code = "refused"
    message = "Việc này không được phép thực hiện."


class NotFound(ServiceError):
    """There is no such thing, or this person may not see it."""

    code = "not_found"
    message = "Không tìm thấy nội dung này."


class Conflict(ServiceError):
    """Somebody else was faster; the details say who and when."""

    code = "conflict"
    message = "Nội dung này vừa được người khác thay đổi."


class Unavailable(ServiceError):
    """Something the service needs does not answer; the same request may succeed later."""

    code = "unavailable"
    message = "Hệ thống tạm thời chưa phục vụ được. Chưa có gì được lưu; bạn thử lại sau ít phút."
