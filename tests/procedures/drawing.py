"""A diagram as it is drawn: boxes, lines and labels, read from its DI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from tests.procedures.files import read

NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "camunda": "http://camunda.org/schema/1.0/bpmn",
}
Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A shape's or label's bounds, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Box) -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def shrunk(self, by: float) -> Box:
        return Box(left=self.left + by, top=self.top + by, right=self.right - by, bottom=self.bottom - by)


class Drawing:
    """One diagram. Elements, boxes, labels and waypoints by the id of the BPMN element."""

    def __init__(self, name: str) -> None:
        self.root = etree.fromstring(read(name))
        self.elements = {element.get("id", ""): element for element in self.root.iter() if element.get("id")}
        self.boxes: dict[str, Box] = {}
        self.labels: dict[str, Box] = {}
        self.lines: dict[str, list[Point]] = {}
        for shape in self.find("//bpmndi:BPMNShape"):
            self.boxes[shape.get("bpmnElement", "")] = _bounds(shape.find("dc:Bounds", NAMESPACES))
        for edge in self.find("//bpmndi:BPMNEdge"):
            points = [(float(p.get("x", "")), float(p.get("y", ""))) for p in edge.findall("di:waypoint", NAMESPACES)]
            self.lines[edge.get("bpmnElement", "")] = points
        for label in self.find("//bpmndi:BPMNLabel[dc:Bounds]"):
            parent = label.getparent()
            assert parent is not None
            self.labels[parent.get("bpmnElement", "")] = _bounds(label.find("dc:Bounds", NAMESPACES))

    def find(self, path: str) -> list[etree._Element]:
        found = self.root.xpath(path, namespaces=NAMESPACES)
        assert isinstance(found, list)
        return [element for element in found if isinstance(element, etree._Element)]

    def kind(self, element_id: str) -> str:
        return etree.QName(self.elements[element_id]).localname

    def nodes(self) -> list[str]:
        """Tasks, events, gateways and sub-processes: everything a flow can touch."""
        return [id_ for id_ in self.boxes if self.kind(id_) not in ("participant", "lane", "textAnnotation")]

    def flows(self) -> dict[str, list[Point]]:
        """Waypoints of the sequence flows."""
        return {id_: points for id_, points in self.lines.items() if self.kind(id_) == "sequenceFlow"}

    def ends(self, flow: str) -> set[str]:
        """Source and target, and the sub-process both stand in."""
        element = self.elements[flow]
        parent = element.getparent()
        around = parent.get("id", "") if parent is not None else ""
        return {element.get("sourceRef", ""), element.get("targetRef", ""), around}


def pieces(points: list[Point]) -> Iterator[Box]:
    """The straight pieces of a line, each as the box it fills."""
    for (x1, y1), (x2, y2) in pairwise(points):
        yield Box(left=min(x1, x2), top=min(y1, y2), right=max(x1, x2) + 0.5, bottom=max(y1, y2) + 0.5)


def _bounds(bounds: etree._Element | None) -> Box:
    assert bounds is not None
    x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
    return Box(left=x, top=y, right=x + width, bottom=y + height)
