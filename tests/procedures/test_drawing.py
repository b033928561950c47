"""The diagrams are drawn to be read: complete, square, nothing across anything else, everything in its lane."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from tests.procedures.drawing import Drawing, pieces
from tests.procedures.files import DIAGRAMS


@pytest.fixture(params=DIAGRAMS)
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return Drawing(request.param)


def test_every_element_is_drawn(drawing: Drawing) -> None:
    flow_nodes = "self::bpmn:sequenceFlow or bpmn:incoming or bpmn:outgoing or @triggeredByEvent or self::bpmn:lane"
    wanted = {element.get("id") for element in drawing.find(f"//bpmn:process//*[{flow_nodes}]")}
    assert wanted <= drawing.boxes.keys() | drawing.lines.keys()


def test_every_line_is_square_and_crosses_no_box(drawing: Drawing) -> None:
    faults = []
    for flow, points in drawing.flows().items():
        faults += [flow for (x1, y1), (x2, y2) in pairwise(points) if x1 != x2 and y1 != y2]
        for other in set(drawing.nodes()) - drawing.ends(flow):
            box = drawing.boxes[other].shrunk(-4 if other not in _near(drawing, flow) else 1)
            faults += [f"{flow} across {other}" for piece in pieces(points) if piece.overlaps(box)]
    assert faults == []


def _near(drawing: Drawing, flow: str) -> set[str]:
    """A boundary event's line begins on the border of its host."""
    return {drawing.elements[end].get("attachedToRef", "") for end in drawing.ends(flow)}


def test_no_label_lies_on_anything(drawing: Drawing) -> None:
    faults = []
    for (one, box), (other, second) in combinations(drawing.labels.items(), 2):
        faults += [f"labels of {one} and {other}"] if box.overlaps(second) else []
    for one, box in drawing.labels.items():
        inner = box.shrunk(1)
        nodes = [id_ for id_ in drawing.nodes() if id_ != one and drawing.kind(id_) != "subProcess"]
        faults += [f"label of {one} on {node}" for node in nodes if inner.overlaps(drawing.boxes[node])]
        for flow, points in drawing.flows().items():
            faults += [f"{flow} through label of {one}" for piece in pieces(points) if piece.overlaps(box.shrunk(2))]
    assert faults == []


def test_everything_stands_in_its_lane(drawing: Drawing) -> None:
    for lane in drawing.find("//bpmn:lane"):
        room = drawing.boxes[lane.get("id", "")]
        members = [str(member.text) for member in lane.findall("{*}flowNodeRef")]
        assert [member for member in members if not room.holds(drawing.boxes[member])] == []


def test_every_step_has_a_lane(drawing: Drawing) -> None:
    members = {str(member.text) for member in drawing.find("//bpmn:flowNodeRef")}
    steps = {element.get("id", "") for element in drawing.find("//bpmn:process/*[bpmn:incoming or bpmn:outgoing]")}
    assert members >= steps


def test_boundary_events_sit_on_the_border_of_their_task(drawing: Drawing) -> None:
    for event in drawing.find("//bpmn:boundaryEvent"):
        box, host = drawing.boxes[event.get("id", "")], drawing.boxes[event.get("attachedToRef", "")]
        assert (box.top + box.bottom) / 2 == host.bottom
        assert host.left < (box.left + box.right) / 2 < host.right


def test_the_main_road_runs_from_left_to_right(drawing: Drawing) -> None:
    """Only a flow that goes back to an earlier step may run to the left, and it says why or comes from a repair."""
    leftward = []
    for flow, points in drawing.flows().items():
        if points[-1][0] < points[0][0] and drawing.elements[flow].get("name") is None:
            leftward.append(drawing.elements[flow].get("sourceRef"))
    assert set(leftward) <= {"supplement", "supplement_case", "fix_lines", "break_tie", "reconvene"}
