"""A deployment as the Modeler sends it: some named fields, and every other part a file."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from service.engine.commands.deploy import Deploy
from service.errors import FieldProblem, Invalid

RESERVED = frozenset(
    {
        "deployment-name",
        "deployment-source",
        "deployment-activation-time",
        "enable-duplicate-filtering",
        "deploy-changed-only",
        "tenant-id",
    }
)
LONGEST_NAME = 200
UNNAMED = (None, "", "blob")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    name: str
    content: bytes


def deployment_of_request() -> Deploy:
    """Files by name, in the order they came. Camunda's tenants and activation times have no meaning here.

    A file's name is that of its part's file, as for Camunda, whose other clients call every part `data`; a part that
    has none, or a browser's `blob`, is called as the part is.

    Raises:
        UnsupportedMediaType: not a multipart body.
        Invalid: two files of one name, a tenant, a later activation, or a body that broke off.
    """
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType()
    fields = {name: request.form[name] for name in request.form if name in RESERVED}
    parts = [
        _Part(name=name if upload.filename in UNNAMED else upload.filename or name, content=upload.read())
        for name, upload in request.files.items(multi=True)
    ]
    parts += [
        _Part(name=name, content=value.encode())
        for name, value in request.form.items(multi=True)
        if name not in RESERVED
    ]
    files: dict[str, bytes] = {}
    problems = [
        FieldProblem(field=name, message="Hệ thống không dùng mục này; hãy để trống.")
        for name in ("tenant-id", "deployment-activation-time")
        if fields.get(name, "").strip()
    ]
    for part in parts:
        name = part.name.replace("\\", "/").rsplit("/", 1)[-1]
        if name in files:
            problems.append(FieldProblem(field=name, message="Có hai tệp cùng tên trong một lần triển khai."))
        files[name] = part.content
    if not files and not fields:
        problems.append(FieldProblem(field="", message="Phần gửi lên bị ngắt giữa chừng hoặc không có gì."))
    if problems:
        raise Invalid(problems)
    name = fields.get("deployment-name", "").strip() or ", ".join(files)
    source = fields.get("deployment-source", "").strip() or "REST"
    return Deploy(name=name[:LONGEST_NAME], source=source[:LONGEST_NAME], files=files)
