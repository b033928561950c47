"""The API's own description: OpenAPI 3.1 at /api/openapi.json, a page to read it at /api/docs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import flask
import flask_smorest  # type: ignore[import-untyped]
from flask import Flask, render_template
from marshmallow import Schema

from service.api.converters import NameConverter, name_parameter
from service.api.json_body import StrictParser
from service.api.schemas import ErrorSchema

View = TypeVar("View", bound=Callable[..., Any])

TITLE = "Trình API"
VERSION = "1.0"


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A smorest blueprint that reads JSON strictly."""

    ARGUMENTS_PARSER = StrictParser()

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """The view at an address below the blueprint's prefix."""
        return cast("Callable[[View], View]", super().route(rule, **options))

    def arguments(self, schema: type[Schema], **options: Any) -> Callable[[View], View]:
        """What the view takes, from the JSON body where no other `location` is named."""
        return cast("Callable[[View], View]", super().arguments(schema, **options))

    def response(self, status: int, schema: type[Schema] | dict[str, Any], **options: Any) -> Callable[[View], View]:
        """What the view gives when all went well; a file's schema is written out."""
        return cast("Callable[[View], View]", super().response(status, schema, **options))


class Api(flask_smorest.Api):  # type: ignore[misc]
    """smorest's description of the API; errors are answered by `api.errors`, for pages and programs alike."""

    ERROR_SCHEMA = ErrorSchema

    def _register_error_handlers(self) -> None:
        """None of smorest's: its body has another shape."""


def create_api(app: Flask) -> Api:
    """The Api on which blueprints register, with its document and its page."""
    app.config.update(
        API_TITLE=TITLE,
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS=_spec_options(),
    )
    app.url_map.converters["name"] = NameConverter
    api = Api(app)
    api.register_converter(NameConverter, name_parameter)
    app.register_blueprint(_docs())
    return api


def _spec_options() -> dict[str, Any]:
    return {
        "info": {
            "description": "Tasks, processes and dossiers of Trình. Whatever the bearer of the token may not see is "
            "answered by 404. Every error is `{code, message, errors}`, its sentences in Vietnamese.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Created by `trinh token create USER`, shown once.",
                }
            }
        },
    }


def _docs() -> flask.Blueprint:
    docs = flask.Blueprint("docs", __name__, url_prefix="/api", template_folder="templates", static_folder="static")

    @docs.get("/docs")
    def page() -> str:
        return render_template("api_docs.html", title=TITLE)

    return docs
