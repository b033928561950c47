"""Refusals in the shape that Camunda 7 gives them: `{type, message, code}`, the sentences ours.

The Modeler shows `message` only, and marks the diagram as unreadable when it begins with `PARSE_ERROR`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Response, json
from werkzeug.exceptions import HTTPException

from service.api.errors import Failure, failure_of, log_failure
from service.engine.errors import DeploymentInvalid, LockExpired, LockLost
from service.modeling.c7.authentication import asked_by_browser

if TYPE_CHECKING:
    from workflows.model import Problem

PARSE_ERROR = "ENGINE-09005 Could not parse BPMN process."
TYPES = {
    401: "AuthenticationException",
    403: "AuthorizationException",
    409: "OptimisticLockingException",
    500: "ProcessEngineException",
    503: "ProcessEngineException",
}
"""Class names of Camunda 7 by status; everything else is InvalidRequestException."""
STATUSES = {422: 400}
"""Where Camunda 7 has another status than our own API for the same refusal; `BAD_REQUESTS` too are 400 there."""
BAD_REQUESTS = (LockLost, LockExpired)
CODE_OF_CONFLICT = 1
"""Camunda's number for an optimistic lock that was lost; 0 says nothing in particular."""
WORST_FIRST = {"error": 0, "warning": 1}


def answer(error: Exception) -> Response:
    """Any exception as an answer; a fault of ours goes to the log."""
    failure = failure_of(error)
    log_failure(error, failure)
    if isinstance(error, DeploymentInvalid):
        body: dict[str, Any] = _parse_exception(error)
    else:
        body = {"type": TYPES.get(failure.status, "InvalidRequestException"), "message": _words(failure)}
    body["code"] = CODE_OF_CONFLICT if failure.status == 409 else 0
    status = 400 if isinstance(error, BAD_REQUESTS) else STATUSES.get(failure.status, failure.status)
    response = Response(json.dumps(body), status=status, mimetype="application/json")
    if status == 401:
        response.headers["WWW-Authenticate"] = _challenge()
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
    return response


def _challenge() -> str:
    """Which credentials are wanted. The Modeler goes by the status alone.

    A browser that opens an address here is not asked for a password: it would keep it, and add it to whatever a page
    of another site sends.
    """
    return 'Bearer realm="Trinh"' if asked_by_browser() else 'Basic realm="Trinh", charset="UTF-8"'


def _words(failure: Failure) -> str:
    """The sentence, and the fields to blame."""
    lines = [f"- {each.field}: {each.message}" if each.field else f"- {each.message}" for each in failure.errors]
    return "\n".join([failure.message, *lines])


def _parse_exception(refusal: DeploymentInvalid) -> dict[str, Any]:
    ordered = sorted(refusal.findings, key=lambda each: (WORST_FIRST[each.severity], each.file, each.line or 0))
    return {
        "type": "ParseException",
        "message": f"{PARSE_ERROR} {refusal.message}\n" + "\n".join(_lines(ordered)),
        "details": {
            file: {severity + "s": _details(ordered, file, severity) for severity in WORST_FIRST}
            for file in dict.fromkeys(each.file for each in ordered)
        },
    }


def _lines(problems: Iterable[Problem]) -> Iterable[str]:
    for number, each in enumerate(problems, start=1):
        place = [each.file] if each.file else []
        place += [f"dòng {each.line}"] if each.line is not None else []
        place += [f"phần tử {each.element}"] if each.element is not None else []
        kind = "" if each.severity == "error" else "(cảnh báo) "
        yield f"{number}. {kind}{', '.join(place)}: {each.message}" if place else f"{number}. {kind}{each.message}"


def _details(problems: Iterable[Problem], file: str, severity: str) -> list[dict[str, Any]]:
    return [
        {
            "message": each.message,
            "line": each.line or 0,
            "column": 0,
            "mainBpmnElementId": each.element,
            "bpmnElementIds": [each.element] if each.element is not None else [],
        }
        for each in problems
        if each.file == file and each.severity == severity
    ]
