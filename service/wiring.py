"""Where the rooms meet: the engine with its database, the handlers of every step, and the domain's hooks."""

from __future__ import annotations

from service.awards.business_keys import draw_business_key
from service.awards.errors import refusal_of
from service.awards.handlers import TASK_HANDLERS, TOPIC_HANDLERS
from service.config import Settings
from service.database.unit import Database
from service.engine.context import Engine
from service.engine.handlers import Registry, TaskHandler, TopicHandler


def build_engine(settings: Settings) -> Engine:
    """The engine of one process. Connects to nothing yet."""
    return Engine(
        database=Database(settings.database_url),
        registry=build_registry(),
        settings=settings,
        business_key_of=draw_business_key,
        refusal_of=refusal_of,
    )


def build_registry() -> Registry:
    """Every handler by the key or topic that diagrams name.

    Raises:
        ValueError: two handlers want the same key.
    """
    tasks: dict[str, TaskHandler] = {}
    for task_handler in TASK_HANDLERS:
        if tasks.setdefault(task_handler.key, task_handler) is not task_handler:
            raise ValueError(f"two handlers for the form key {task_handler.key}")
    topics: dict[str, TopicHandler] = {}
    for topic_handler in TOPIC_HANDLERS:
        if topics.setdefault(topic_handler.topic, topic_handler) is not topic_handler:
            raise ValueError(f"two handlers for the topic {topic_handler.topic}")
    return Registry(tasks=tasks, topics=topics)
