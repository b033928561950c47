"""The XML of a diagram: read without entities, DTDs or network, and the small looks into it that others share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from workflows.errors import WorkflowError

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 80
"""Elements within one another; a diagram with sub-processes ten deep needs fewer than 40."""


FLAGS = frozenset(
    (
        "cancelActivity",
        "instantiate",
        "isExecutable",
        "isForCompensation",
        "isInterrupting",
        "isSequential",
        "testBefore",
        "triggeredByEvent",
        CAMUNDA + "async",
        CAMUNDA + "asyncAfter",
        CAMUNDA + "asyncBefore",
    )
)
_REFERENCES = frozenset(
    (
        "attachedToRef",
        "bpmnElement",
        "default",
        "errorRef",
        "escalationRef",
        "messageRef",
        "processRef",
        "signalRef",
        "sourceRef",
        "targetRef",
    )
)
_PLAIN = {"1": "true", "0": "false"}


class UnreadableXml(WorkflowError):
    """Not XML that may be read here: broken, too large, too deep, or with a document type."""

    code = "xml_unreadable"

    def __init__(self, message: str, *, code: str, line: int | None = None) -> None:
        super().__init__(message, code=code)
        self.line = line


def read(data: bytes) -> etree._Element:
    """The root element.

    Raises:
        UnreadableXml: codes `xml_too_large`, `xml_broken`, `xml_doctype`, `xml_too_deep`.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableXml(f"Tệp lớn hơn {MAX_BYTES // 1024 // 1024} MB.", code="xml_too_large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableXml(_reason(error), code="xml_broken", line=getattr(error, "lineno", None)) from error
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise UnreadableXml("Tệp có khai báo DOCTYPE hoặc thực thể XML.", code="xml_doctype", line=1)
    _refuse_depth(root)
    _in_plain_words(root)
    return root


def _in_plain_words(root: etree._Element) -> None:
    """What XML Schema lets be written in several ways is written in one: booleans, and references by qualified name.

    `1` is `true`, and `tns:Task_1` is `Task_1` where `tns` is the file's own target namespace.
    """
    own = root.get("targetNamespace")
    for element in root.iter(etree.Element):
        for name, drawn in element.items():
            if name in FLAGS:
                value = str(drawn).strip()
                element.set(name, _PLAIN.get(value, value))
            elif name in _REFERENCES:
                element.set(name, _own_name(element, str(drawn).strip(), own))
        if element.tag == BPMN + "flowNodeRef":
            element.text = _own_name(element, (element.text or "").strip(), own)


def _own_name(element: etree._Element, value: str, own: str | None) -> str:
    prefix, colon, name = value.partition(":")
    return name if colon and own is not None and element.nsmap.get(prefix) == own else value


def children(element: etree._Element) -> Iterator[etree._Element]:
    """Child elements, without whatever else XML allows between them."""
    return (child for child in element if isinstance(child.tag, str))


def tag_of(element: etree._Element) -> str:
    """The BPMN name of an element, or its full tag when it belongs to another vocabulary."""
    tag = str(element.tag)
    return tag.removeprefix(BPMN)


def extensions(element: etree._Element) -> Iterator[etree._Element]:
    """The element's own extension elements; never those of what it contains."""
    for holder in element.findall(BPMN + "extensionElements"):
        yield from children(holder)


def camunda(element: etree._Element, name: str) -> str | None:
    """A `camunda:` attribute; None when missing or blank."""
    value = element.get(CAMUNDA + name)
    return value.strip() or None if value is not None else None


def async_of(element: etree._Element) -> tuple[bool, bool]:
    """asyncBefore and asyncAfter; `camunda:async` is the old name of the first."""
    before = "true" in (camunda(element, "asyncBefore"), camunda(element, "async"))
    return before, camunda(element, "asyncAfter") == "true"


def text_of(element: etree._Element, name: str) -> str | None:
    """The text of a BPMN child element; None when missing or blank."""
    found = element.find(BPMN + name)
    return (found.text or "").strip() or None if found is not None else None


def properties(element: etree._Element) -> dict[str, str]:
    """`camunda:properties` of the element itself."""
    return {
        item.get("name") or "": item.get("value") or ""
        for group in extensions(element)
        if group.tag == CAMUNDA + "properties"
        for item in group.findall(CAMUNDA + "property")
    }


def io_parameters(element: etree._Element, kind: str) -> Iterator[etree._Element]:
    """`inputParameter` or `outputParameter` elements."""
    for group in extensions(element):
        if group.tag == CAMUNDA + "inputOutput":
            yield from group.findall(CAMUNDA + kind)


def line_of(element: etree._Element) -> int | None:
    """Where it begins in the file, from 1."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def _refuse_depth(root: etree._Element) -> None:
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in children(element)]
        if not level:
            return
    raise UnreadableXml(f"Các phần tử lồng nhau quá {MAX_DEPTH} tầng.", code="xml_too_deep", line=line_of(level[0]))


def _reason(error: Exception) -> str:
    if isinstance(error, etree.XMLSyntaxError):
        return f"XML hỏng ở dòng {error.lineno}: {error.msg}."
    return f"XML không đọc được: {error}."
