"""A paper over the API."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue

from service.api.openapi import Blueprint
from service.awards.papers.pages import file_response
from service.awards.papers.reads import PaperView, paper_for
from service.awards.papers.schemas import PaperSchema
from service.people.authentication import current_actor

blueprint = Blueprint("papers_api", __name__, url_prefix="/api/papers", description="Papers of dossiers")


@blueprint.route("/<int:paper_id>", methods=["GET"])
@blueprint.response(200, PaperSchema)
def one_paper(paper_id: int) -> PaperView:
    """One paper: what it is, its text when the system drew it up."""
    return _paper(paper_id)


@blueprint.route("/<int:paper_id>/file", methods=["GET"])
@blueprint.response(
    200,
    {"type": "string", "format": "binary"},
    content_type="application/octet-stream",
    description="As uploaded",
)
def paper_file(paper_id: int) -> ResponseReturnValue:
    """The file of a paper; 404 where the paper has none."""
    return file_response(_paper(paper_id))


def _paper(paper_id: int) -> PaperView:
    actor = current_actor()
    with g.engine.database.unit_of_work(read_only=True) as unit:
        return paper_for(unit, actor, paper_id)
