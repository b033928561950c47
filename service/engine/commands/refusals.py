"""The engine's own refusals of an act, as the service's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from service.engine.errors import AlreadyMoved, EngineRefused
from service.errors import FieldProblem, Invalid
from workflows.errors import NotWaiting, WorkflowError
from workflows.values import ValueRefused


@contextmanager
def engine_refusals() -> Iterator[None]:
    """Raises AlreadyMoved, Invalid or EngineRefused in place of what `workflows` raised."""
    try:
        yield
    except NotWaiting as error:
        raise AlreadyMoved() from error
    except ValueRefused as error:
        raise Invalid([FieldProblem(field="variables", message=error.message)]) from error
    except WorkflowError as error:
        raise EngineRefused(error.message, cause=error.code, element=error.element) from error
