"""The addresses that the Modeler makes of what its user typed, as the one address each request has here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = "/engine-rest"
_ROOTS = re.compile(r"\A/+(?:engine-rest|rest)(?:/+engine/+default)?(?=/|\Z)")
_SLASHES = re.compile(r"//+")


class ModelerAddresses:
    """WSGI middleware: `/rest` stands for `/engine-rest`, and `//deployment` for `/deployment`.

    The one engine may be named, as Camunda's REST interface has it: `/engine-rest/engine/default`.
    The Modeler does not strip a trailing slash from the address it was given. A redirect would not do: the request
    that asks for permission first (CORS) may not be redirected.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if _ROOTS.match(path):
            found = _SLASHES.sub("/", _ROOTS.sub(ROOT, path))
            environ["PATH_INFO"] = f"{ROOT}/" if found == ROOT else found
        return self.application(environ, start_response)
