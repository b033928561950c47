"""The one table from refusals to HTTP statuses, and the one shape of an error: `{code, message, errors}`.

`errors` lists every field that cannot be taken as `{field, message}`; it is empty where no field is to blame.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from flask import Flask, Response, json, request
from werkzeug.exceptions import HTTPException

from service.errors import (
    Conflict,
    FieldProblem,
    Invalid,
    NotFound,
    Refused,
    ServiceError,
    Unauthenticated,
    Unavailable,
)
from workflows.errors import (
    DeploymentRefused,
    ExpressionError,
    NotWaiting,
    StateUnreadable,
    UnknownDefinition,
    WorkflowError,
)

log = logging.getLogger(__name__)

STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (Invalid, 422),
    (Unauthenticated, 401),
    (Refused, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
    (ServiceError, 400),
    (DeploymentRefused, 422),
    (ExpressionError, 422),
    (NotWaiting, 409),
    (UnknownDefinition, 404),
    (StateUnreadable, 500),
    (WorkflowError, 422),
)
"""Base class -> status; the first that fits counts."""

HTTP_ERRORS: dict[int, tuple[str, str]] = {
    400: ("bad_request", "Yêu cầu không đọc được."),
    404: ("not_found", "Không tìm thấy nội dung này."),
    405: ("method_not_allowed", "Địa chỉ này không nhận phương thức vừa gửi."),
    406: ("not_acceptable", "Không có dạng dữ liệu mà yêu cầu muốn nhận."),
    408: ("request_timeout", "Yêu cầu gửi quá lâu."),
    413: ("too_large", "Dữ liệu gửi lên quá lớn."),
    414: ("address_too_long", "Địa chỉ quá dài."),
    415: ("unsupported_media_type", "Nội dung phải là JSON (Content-Type: application/json)."),
    422: ("invalid", "Có chỗ cần sửa trước khi gửi."),
    429: ("too_many_requests", "Có quá nhiều yêu cầu; bạn thử lại sau ít phút."),
    500: ("internal_error", "Hệ thống gặp lỗi. Chưa có gì được lưu; lỗi đã được ghi lại."),
}
"""What is said of an error that has no class of ours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """An error as the face shows it; the body of the API's answer and what an error page is drawn from."""

    status: int
    code: str
    message: str
    errors: tuple[FieldProblem, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
    """What the refusal knows beyond its sentence, for pages; the API does not send it."""


def failure_of(error: Exception) -> Failure:
    """Any exception as a failure; what nobody foresaw is a 500 that tells nothing of its inside."""
    if isinstance(error, HTTPException):
        return _of_http(error)
    status = next((status for base, status in STATUSES if isinstance(error, base)), 500)
    if status == 500 or not isinstance(error, ServiceError | WorkflowError):
        code, message = HTTP_ERRORS[500]
        return Failure(status=500, code=code, message=message)
    if isinstance(error, DeploymentRefused):
        problems = tuple(
            FieldProblem(field=problem.element or problem.file, message=problem.message) for problem in error.problems
        )
        return Failure(status=status, code=error.code, message="Tệp không triển khai được.", errors=problems)
    problems = error.problems if isinstance(error, Invalid) else ()
    details = error.details if isinstance(error, ServiceError) else {}
    return Failure(status=status, code=error.code, message=error.message, errors=problems, details=details)


def json_response(failure: Failure) -> Response:
    """The failure as the API's answer."""
    body = {
        "code": failure.code,
        "message": failure.message,
        "errors": [asdict(problem) for problem in failure.errors],
    }
    response = Response(json.dumps(body), status=failure.status, mimetype="application/json")
    if failure.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="trinh"'
    if failure.status == 503:
        response.headers["Retry-After"] = "30"
    return response


def wants_json() -> bool:
    """True under /api: programs get JSON whatever they ask, people get pages."""
    return request.path == "/api" or request.path.startswith("/api/")


def log_failure(error: Exception, failure: Failure) -> None:
    """A fault of ours goes to the log with its traceback, a missing database with a line."""
    if failure.status == 503:
        cause = getattr(error.__cause__, "orig", None) or error.__cause__ or error
        log.warning("%s %s: %s", request.method, request.path, str(cause).strip())
    elif failure.status >= 500:
        log.error("%s %s failed", request.method, request.path, exc_info=error)


def register(app: Flask, render_page: Any) -> None:
    """Answer every error: JSON under /api, elsewhere by `render_page(failure) -> response`."""

    def handle(error: Exception) -> Any:
        if isinstance(error, HTTPException) and (error.code or 500) < 400:
            return error  # a redirect that Werkzeug raises
        failure = failure_of(error)
        log_failure(error, failure)
        response = json_response(failure) if wants_json() else render_page(failure)
        if isinstance(error, HTTPException):
            for name, value in error.get_headers():
                if name in ("Allow", "Retry-After"):
                    response.headers[name] = value
        return response

    app.register_error_handler(Exception, handle)


def _of_http(error: HTTPException) -> Failure:
    status = error.code or 500
    code, message = HTTP_ERRORS.get(status, (f"http_{status}", "Yêu cầu không thực hiện được."))
    messages = getattr(error, "data", {}).get("messages", {}) if status == 422 else {}
    problems = [problem for where in messages.values() for problem in _flatten(where, "")]
    return Failure(status=status, code=code, message=message, errors=tuple(problems))


def _flatten(messages: Any, path: str) -> Iterator[FieldProblem]:
    """marshmallow's tree of messages as a list of fields; what concerns the whole body has the field ``."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flatten(inner, path if key == "_schema" else f"{path}.{key}".lstrip("."))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flatten(inner, path)
    else:
        yield FieldProblem(field=path, message=str(messages))
