"""The process owner's library: what is in use, deploying new versions, and the report of a check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from service.engine.commands.deploy import Deploy, deploy
from service.engine.errors import DeploymentInvalid
from service.errors import NotFound
from service.modeling.reads import KINDS, check_report, last_check, newest_resources, resource_file, versions_of
from service.people.authentication import current_actor

blueprint = Blueprint("modeling", __name__, template_folder="templates")

SEES = frozenset({"process_owner", "auditor"})
SUFFIXES = (".bpmn", ".dmn", ".form")
MEGABYTE = 1024 * 1024


@blueprint.get("/quy-trinh")
def library() -> ResponseReturnValue:
    """Everything in use, and the form to deploy."""
    _only_those_who_see()
    return _page()


@blueprint.post("/quy-trinh")
def deploy_files() -> ResponseReturnValue:
    """Check the files as one set, and deploy them, or say everything that stands against it."""
    actor = current_actor()
    if "process_owner" not in actor.role_keys:
        raise NotFound()
    files, refused = _files(request.files.getlist("files"))
    if refused:
        return _page(refused=refused), 422
    try:
        done = deploy(g.engine, Deploy(name=", ".join(files)[:200], source="Trang Quy trình", files=files), actor)
    except DeploymentInvalid as refusal:
        return _report(_check(refusal.details["check_id"])), 422
    return _page(deployed=done.resources, warnings=done.warnings)


@blueprint.get("/quy-trinh/kiem-tra/<int:check_id>")
def report(check_id: int) -> ResponseReturnValue:
    """What one check found, wherever the files came from: this page, the Modeler, the command line."""
    _only_those_who_see()
    return _report(_check(check_id))


@blueprint.get("/quy-trinh/<resource_id>")
def show(resource_id: str) -> ResponseReturnValue:
    """One version: its drawing, and the versions before and after."""
    _only_those_who_see()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        found = resource_file(unit, resource_id)
        if found is None:
            raise NotFound()
        versions = versions_of(unit, found.kind, found.key)
    return render_template(
        "modeling/version.html", resource=found, kind_words=KINDS.get(found.kind, found.kind), versions=versions
    )


@blueprint.get("/quy-trinh/<resource_id>/tep")
def download(resource_id: str) -> ResponseReturnValue:
    """The file of one version, as it was deployed."""
    _only_those_who_see()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        found = resource_file(unit, resource_id)
    if found is None:
        raise NotFound()
    kind = "application/json" if found.file_name.endswith(".form") else "application/xml"
    response = Response(found.content, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    return response


def _files(uploads: Iterable[FileStorage]) -> tuple[dict[str, bytes], str | None]:
    """The uploaded files by name, and the sentence that refuses them where something is wrong."""
    limit = g.engine.settings.deploy_limit_bytes
    files: dict[str, bytes] = {}
    for upload in uploads:
        name = (upload.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
        if not name:
            continue
        if not name.endswith(SUFFIXES):
            return {}, f"Tệp “{name}” không phải .bpmn, .dmn hoặc .form. Không có gì thay đổi."
        if name in files:
            return {}, f"Có hai tệp cùng tên “{name}”. Không có gì thay đổi."
        content = upload.stream.read(limit + 1)
        if len(content) > limit:
            return {}, f"Tệp “{name}” lớn hơn {limit // MEGABYTE} MB. Không có gì thay đổi."
        files[name] = content
    return files, None if files else "Chọn ít nhất một tệp rồi triển khai lại."


def _check(check_id: int) -> Any:
    """Raises NotFound."""
    with g.engine.database.unit_of_work(read_only=True) as unit:
        found = check_report(unit, check_id)
    if found is None:
        raise NotFound()
    return found


def _report(check: Any) -> str:
    """Every problem, errors first, then the files with what was found in each."""
    found = sorted(check.problems, key=lambda each: (each["severity"] != "error", each["file"], each["line"] or 0))
    errors = sum(1 for each in found if each["severity"] == "error")
    by_file = {level: Counter(each["file"] for each in found if each["severity"] == level) for level in _LEVELS}
    return render_template(
        "modeling/report.html",
        check=check,
        problems=found,
        errors=errors,
        warnings=len(found) - errors,
        files=[
            {
                "name": each["name"],
                "size": each["bytes"],
                "errors": by_file["error"][each["name"]],
                "warnings": by_file["warning"][each["name"]],
            }
            for each in check.files
        ],
    )


_LEVELS = ("error", "warning")


def _page(**shown: Any) -> str:
    with g.engine.database.unit_of_work(read_only=True) as unit:
        rows = [{**row._mapping, "kind_words": KINDS.get(row.kind, row.kind)} for row in newest_resources(unit)]
        checked = last_check(unit)
        now = unit.at
    return render_template(
        "modeling/library.html",
        rows=rows,
        now=now,
        checked=checked,
        may_deploy="process_owner" in current_actor().role_keys,
        limit_mb=g.engine.settings.deploy_limit_bytes // MEGABYTE,
        **shown,
    )


def _only_those_who_see() -> None:
    if not SEES & current_actor().role_keys:
        raise NotFound()
