"""Reads a DMN file's XML: no DOCTYPE, no entities, no network, at most 5 MB and 10,000 cells."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workflows.errors import WorkflowError

LIMIT_BYTES = 5_000_000
MOST_TEXTS = 10_000
"""Cells of tables, column heads and other expressions of one file."""
MOST_PARTS = 3_000
"""Decisions, inputs, types and what else stands beside them."""
NAMESPACES = frozenset(
    (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    )
)
"""DMN 1.1 (two spellings) to 1.5."""
CAMUNDA = "{http://camunda.org/schema/1.0/dmn}"

Element = etree._Element


def parse(xml: bytes) -> Element:
    """The `definitions` element.

    Raises: WorkflowError (`xml_too_large`, `xml_doctype`, `xml_broken`, `dmn_namespace`, `dmn_too_many_cells`,
        `dmn_too_many_parts`).
    """
    if len(xml) > LIMIT_BYTES:
        raise WorkflowError("Tệp DMN lớn quá 5 MB.", code="xml_too_large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise WorkflowError(f"Tệp DMN không phải XML hợp lệ: {error}", code="xml_broken") from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs do not know it
        raise WorkflowError("Tệp DMN không được chứa DOCTYPE.", code="xml_doctype")
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise WorkflowError("Tệp không phải DMN 1.1 đến 1.5.", code="dmn_namespace")
    _refuse_large(root, name.namespace)
    return root


def _refuse_large(root: Element, namespace: str | None) -> None:
    """Every text is parsed while somebody waits: 10,000 take about two seconds."""
    texts = sum(1 for _ in root.iter(f"{{{namespace}}}text"))
    if texts > MOST_TEXTS:
        message = f"Tệp DMN có {texts} ô và biểu thức, chỉ nhận {MOST_TEXTS}: hãy chia bảng thành nhiều tệp."
        raise WorkflowError(message, code="dmn_too_many_cells")
    if len(root) > MOST_PARTS:
        raise WorkflowError(f"Tệp DMN có {len(root)} phần, chỉ nhận {MOST_PARTS}.", code="dmn_too_many_parts")


def tag(element: Element) -> str:
    """The element's local name where it is DMN's own, else empty."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return str(name.localname) if name.namespace in NAMESPACES else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """DMN's own elements directly below, of these names where given."""
    for child in element:
        found = tag(child)
        if found and (not names or found in names):
            yield child


def child(element: Element, *names: str) -> Element | None:
    """The first of them."""
    return next(children(element, *names), None)


def text(element: Element | None) -> str:
    """The text of an element's `text` child, stripped; empty where there is none."""
    inner = None if element is None else child(element, "text")
    return "" if inner is None else "".join(str(part) for part in inner.itertext()).strip()


def attribute(element: Element, name: str) -> str:
    """An attribute without namespace, stripped; empty where it is missing."""
    return str(element.get(name) or "").strip()
