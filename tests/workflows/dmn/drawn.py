"""Draws small DMN files."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

DMN13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(*parts: str, namespace: str = DMN13, attributes: str = "") -> bytes:
    """A whole file around its parts."""
    return (
        f'<definitions xmlns="{namespace}" xmlns:camunda="http://camunda.org/schema/1.0/dmn" '
        f'id="file" name="Tệp" namespace="http://test" {attributes}>{"".join(parts)}</definitions>'
    ).encode()


def decision(id_: str, logic: str, *, name: str = "", requires: Sequence[str] = (), type_: str = "") -> str:
    """A decision around its logic; `requires` are ids, `knows:` before those of knowledge models."""
    typed = f" typeRef={quoteattr(type_)}" if type_ else ""
    variable = f"<variable name={quoteattr(name or id_)}{typed}/>"
    arrows = "".join(map(requirement, requires))
    return f'<decision id="{id_}" name={quoteattr(name or id_)}>{variable}{arrows}{logic}</decision>'


def requirement(reference: str) -> str:
    """An arrow: `input:a`, `decision:b`, `knows:c`."""
    kind, _, id_ = reference.partition(":")
    if kind == "knows":
        return f'<knowledgeRequirement><requiredKnowledge href="#{id_}"/></knowledgeRequirement>'
    tag = "requiredInput" if kind == "input" else "requiredDecision"
    return f'<informationRequirement><{tag} href="#{id_}"/></informationRequirement>'


def input_data(id_: str, *, name: str = "", type_: str = "") -> str:
    """A value from outside."""
    typed = f" typeRef={quoteattr(type_)}" if type_ else ""
    named = f"name={quoteattr(name or id_)}"
    return f'<inputData id="{id_}" {named}><variable {named}{typed}/></inputData>'


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
) -> str:
    """A table. Columns are `expression:type:allowed values` and `name:type:values:default`; ids `r1`, `r1c1` …"""
    gathered = f' aggregation="{aggregation}"' if aggregation else ""
    parts = [f'<decisionTable id="table" hitPolicy="{policy}"{gathered}>']
    parts += [_input(place, column) for place, column in enumerate(inputs, 1)]
    parts += [_output(place, column) for place, column in enumerate(outputs, 1)]
    for number, rule in enumerate(rules, 1):
        cells = [_cell(number, place, text, place <= len(inputs)) for place, text in enumerate(rule, 1)]
        parts.append(f'<rule id="r{number}">{"".join(cells)}</rule>')
    return "".join([*parts, "</decisionTable>"])


def _input(place: int, column: str) -> str:
    expression, type_, allowed, *_ = [*column.split(":"), "", ""]
    typed = f' typeRef="{type_}"' if type_ else ""
    values = f'<inputValues id="i{place}v"><text>{escape(allowed)}</text></inputValues>' if allowed else ""
    source = f'<inputExpression id="i{place}e"{typed}><text>{escape(expression)}</text></inputExpression>'
    return f'<input id="i{place}">{source}{values}</input>'


def _output(place: int, column: str) -> str:
    name, type_, values, default, *_ = [*column.split(":"), "", "", ""]
    named = f' name="{name}"' if name else ""
    typed = f' typeRef="{type_}"' if type_ else ""
    listed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    fallback = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    return f'<output id="o{place}"{named}{typed}>{listed}{fallback}</output>'


def _cell(number: int, place: int, text: str, is_test: bool) -> str:
    tag = "inputEntry" if is_test else "outputEntry"
    return f'<{tag} id="r{number}c{place}"><text>{escape(text)}</text></{tag}>'
