"""The process owner's library: what is in use, deploying new versions, and the report of a check."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from service.engine.commands.deploy import Deploy, deploy
from service.engine.errors import DeploymentInvalid
from service.modeling.reads import KINDS, newest_resources, resource_file
from service.people.authentication import current_actor

blueprint = Blueprint("modeling", __name__, template_folder="templates")

SEES = frozenset({"process_owner", "auditor"})
SUFFIXES = (".bpmn", ".dmn", ".form")


@blueprint.get("/quy-trinh")
def library() -> ResponseReturnValue:
    """Everything in use, and the form to deploy."""
    _only_those_who_see()
    return _page()


@blueprint.post("/quy-trinh")
def deploy_files() -> ResponseReturnValue:
    """Check the files as one set, and deploy them, or say everything that stands against it."""
    _only_those_who_see()
    actor = current_actor()
    if "process_owner" not in actor.role_keys:
        abort(404)
    files, refused = _files(request.files.getlist("files"))
    if refused:
        return _page(refused=refused), 422
    try:
        done = deploy(
            g.engine, Deploy(name="Triển khai từ trang Quy trình", source="Trang Quy trình", files=files), actor
        )
    except DeploymentInvalid as refusal:
        return _page(refused=refusal.message, problems=refusal.findings), 422
    lines = [f"{each.name}: bản {each.version}" for each in done.resources]
    return _page(deployed=lines, problems=done.warnings)


@blueprint.get("/quy-trinh/<path:resource_id>")
def download(resource_id: str) -> ResponseReturnValue:
    """The file of one version, as it was deployed."""
    _only_those_who_see()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        found = resource_file(unit, resource_id)
    if found is None:
        abort(404)
    response = Response(
        found.content, mimetype="application/xml" if not found.file_name.endswith(".form") else "application/json"
    )
    response.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    return response


def _files(uploads: list[FileStorage]) -> tuple[dict[str, bytes], str | None]:
    """The uploaded files by name, and the sentence that refuses them where something is wrong."""
    limit = g.engine.settings.deploy_limit_bytes
    files: dict[str, bytes] = {}
    for upload in uploads:
        name = (upload.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
        if not name:
            continue
        if not name.endswith(SUFFIXES):
            return {}, f"Tệp “{name}” không phải .bpmn, .dmn hoặc .form. Chưa có gì thay đổi."
        content = upload.stream.read(limit + 1)
        if len(content) > limit:
            return {}, f"Tệp “{name}” lớn hơn {limit // (1024 * 1024)} MB. Chưa có gì thay đổi."
        files[name] = content
    return files, None if files else "Chọn ít nhất một tệp rồi triển khai lại."


def _page(**shown: object) -> str:
    with g.engine.database.unit_of_work(read_only=True) as unit:
        rows = [{**row._mapping, "kind_words": KINDS.get(row.kind, row.kind)} for row in newest_resources(unit)]
    settings = current_app.extensions["trinh"].settings
    return render_template(
        "modeling/library.html",
        rows=rows,
        may_deploy="process_owner" in current_actor().role_keys,
        limit_mb=settings.deploy_limit_bytes // (1024 * 1024),
        **shown,
    )


def _only_those_who_see() -> None:
    if not SEES & current_actor().role_keys:
        abort(404)
