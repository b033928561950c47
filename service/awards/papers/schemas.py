"""A paper as JSON."""

from __future__ import annotations

from marshmallow import fields

from service.api.schemas import BaseSchema, Moment


class PaperSchema(BaseSchema):
    """One version of a paper of a dossier."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"description": "A document of the checklist, or of our own making"})
    kind_words = fields.String(required=True)
    title = fields.String(required=True)
    number = fields.String(required=True)
    dated_on = fields.Date(allow_none=True)
    version = fields.Integer(required=True)
    current = fields.Boolean(required=True, metadata={"description": "False: a later version took its place"})
    certifier = fields.String(required=True)
    subject = fields.String(required=True, metadata={"description": "The nominee it is about, or empty"})
    created_at = Moment(required=True)
    created_by = fields.String(required=True)
    text = fields.String(required=True)
    file_name = fields.String(required=True)
    file_size = fields.Integer(allow_none=True, metadata={"description": "Bytes"})
    file_sha256 = fields.String(required=True)
    media_type = fields.String(required=True)
