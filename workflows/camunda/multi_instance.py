"""Reads loop characteristics and puts the whole around its body."""

from __future__ import annotations

from typing import Any

from lxml import etree

from workflows.camunda.templates import retries_of, template
from workflows.camunda.xml import BPMN, async_of, camunda, text_of
from workflows.specs.multi_instance import Loop, MultiInstance, StandardLoop, wrap
from workflows.specs.nodes import CHILD, Node


def looped(process: Any, node: Node, element: etree._Element) -> Node:
    """The node itself, or the multi-instance or loop around it. Raises ExpressionError."""
    many = element.find(BPMN + "multiInstanceLoopCharacteristics")
    again = element.find(BPMN + "standardLoopCharacteristics")
    if many is not None:
        whole = wrap(process, node, _multi_instance(many), MultiInstance, CHILD)
    elif again is not None:
        whole = wrap(process, node, _standard(again), StandardLoop, CHILD)
    else:
        return node
    _share_async(whole, node, many)
    return whole


def _share_async(whole: MultiInstance, body: Node, loop: etree._Element | None) -> None:
    """The activity's asyncBefore/After are the whole's; those of the loop are each instance's."""
    whole.async_before, whole.async_after, whole.retries = body.async_before, body.async_after, body.retries
    body.async_before, body.async_after = async_of(loop) if loop is not None else (False, False)
    if loop is not None and (retries := retries_of(loop)) is not None:
        body.retries = retries


def _multi_instance(element: etree._Element) -> Loop:
    return Loop(
        sequential=element.get("isSequential") == "true",
        collection=template(camunda(element, "collection") or text_of(element, "loopDataInputRef")),
        element_variable=camunda(element, "elementVariable") or _item_name(element),
        cardinality=template(text_of(element, "loopCardinality")),
        completion=template(text_of(element, "completionCondition")),
    )


def _item_name(element: etree._Element) -> str | None:
    item = element.find(BPMN + "inputDataItem")
    return item.get("name") if item is not None else None


def _standard(element: etree._Element) -> Loop:
    maximum = element.get("loopMaximum")
    return Loop(
        condition=template(text_of(element, "loopCondition")),
        maximum=int(maximum) if maximum else None,
        test_before=element.get("testBefore") == "true",
    )
