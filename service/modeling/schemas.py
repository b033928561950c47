"""Processes as the API starts them."""

from __future__ import annotations

from marshmallow import fields, validate

from service.api.schemas import BaseSchema, Mapping, Moment, Text


class StartBody(BaseSchema):
    """What a new dossier begins with."""

    business_key = Text(
        max_length=120,
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"\A[A-Za-z0-9._/-]+\Z", error="Chỉ gồm chữ cái không dấu, chữ số và . _ / -"),
        metadata={"description": "Drawn from the process's own counter when there is none"},
    )
    variables = Mapping(
        keys=fields.String(),
        load_default=dict,
        metadata={"description": "`unit_id` says whose dossier it is; needed by who works for several units"},
    )


class StartedSchema(BaseSchema):
    """The new dossier."""

    instance_id = fields.UUID(required=True)
    definition_id = fields.String(required=True)
    business_key = fields.String(required=True, allow_none=True)
    unit_id = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": ["active", "completed", "cancelled"]})
    started_at = Moment(required=True)
