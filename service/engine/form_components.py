"""The components of a Camunda Form (form-js, schema versions 1 to 19) as fields, before any variable is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from service.engine import form_markup
from service.engine.form_live import TEXTS, compiled, options_from
from service.engine.form_words import expressions_in, is_template
from service.engine.forms import Field, Kind, Option
from workflows.errors import ExpressionError, WorkflowError
from workflows.feel import regex

MAX_COMPONENTS = 500
MAX_DEPTH = 10
MAX_ROWS = 200
MAX_WORDS = 20_000

_KINDS: dict[str, Kind] = {
    "textfield": "text",
    "textarea": "textarea",
    "checkbox": "boolean",
    "radio": "radio",
    "select": "select",
    "checklist": "checklist",
    "taglist": "checklist",
    "expression": "computed",
    "dynamiclist": "rows",
}
_SHOWN: dict[str, Kind] = {
    "text": "html",
    "html": "html",
    "image": "image",
    "table": "table",
    "separator": "separator",
    "spacer": "spacer",
}
_DATES: dict[str, Kind] = {"date": "date", "time": "time", "datetime": "datetime"}
_PART = re.compile(r"[^\W\d]\w*")


class FormUnreadable(WorkflowError):
    """A form that cannot be shown as drawn."""

    code = "form_unreadable"


@dataclass(frozen=True, kw_only=True)
class Read:
    """What was read: fields, what keeps them from being shown (component, sentence), and the submit button's words."""

    fields: list[Field] = field(default_factory=list)
    problems: list[tuple[str | None, str]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)


def read_components(components: Sequence[Any]) -> Read:
    """Every component; nothing is raised, so that all problems come at once."""
    reading = _Reading()
    fields = list(reading.fields(components, path="", hidden=(), depth=0))
    reading.find_doubles(fields)
    return Read(fields=fields, problems=reading.problems, buttons=reading.buttons)


@dataclass(kw_only=True)
class _Reading:
    problems: list[tuple[str | None, str]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    count: int = 0

    def fields(self, components: Any, *, path: str, hidden: tuple[tuple[str, str], ...], depth: int) -> Iterator[Field]:
        """A group is a heading and what stands in it; its path comes before its fields' keys."""
        for component in components if isinstance(components, list) else ():
            self.count += 1
            if self.count > MAX_COMPONENTS:
                if self.count == MAX_COMPONENTS + 1:
                    self.problems.append((None, f"Biểu mẫu có hơn {MAX_COMPONENTS} thành phần."))
                return
            if not isinstance(component, Mapping):
                self.problems.append((None, "Biểu mẫu có thành phần không đọc được."))
                continue
            try:
                yield from self._one(component, path, hidden, depth)
            except FormUnreadable as error:
                self.problems.append((_place(component), error.message))

    def _one(
        self, component: Mapping[str, Any], path: str, hidden: tuple[tuple[str, str], ...], depth: int
    ) -> Iterator[Field]:
        kind = component.get("type")
        hidden = (*hidden, *_condition(component))
        if kind == "button":
            yield from self._button(component, hidden)
        elif kind == "group":
            yield from self._group(component, path, hidden, depth)
        elif kind == "dynamiclist":
            yield self._list(component, path, hidden, depth)
        elif isinstance(kind, str) and kind in _SHOWN:
            yield _displayed(component, hidden)
        else:
            yield _asked(component, path, hidden)

    def _button(self, component: Mapping[str, Any], hidden: tuple[tuple[str, str], ...]) -> Iterator[Field]:
        words = _text(component, "label")
        if component.get("action") == "reset":
            yield replace(_base(component, "reset", hidden), label=words or "Nhập lại")
        elif words and not is_template(words):
            self.buttons.append(words)

    def _group(
        self, component: Mapping[str, Any], path: str, hidden: tuple[tuple[str, str], ...], depth: int
    ) -> Iterator[Field]:
        _refuse_deep(depth)
        if _text(component, "label"):
            yield replace(_base(component, "heading", hidden), label=_plain(component, "label"))
        own = component.get("path")
        inner = f"{path}{_path(component, own)}." if own else path
        yield from self.fields(component.get("components"), path=inner, hidden=hidden, depth=depth + 1)

    def _list(self, component: Mapping[str, Any], path: str, hidden: tuple[tuple[str, str], ...], depth: int) -> Field:
        _refuse_deep(depth)
        key = path + _path(component, component.get("path"))
        columns = tuple(self.fields(component.get("components"), path="", hidden=(), depth=depth + 1))
        self.find_doubles(columns)
        return replace(
            _base(component, "rows", hidden),
            key=key,
            label=_plain(component, "label") or key,
            columns=columns,
            keeps_rows=component.get("allowAddRemove") is False,
            default=_count(component.get("defaultRepetitions", 1)),
            max_rows=MAX_ROWS,
        )

    def find_doubles(self, fields: Sequence[Field]) -> None:
        """Two fields of one key; a field whose key is the path of others."""
        keys = [each.key for each in fields if each.kind not in ("heading", "reset", *_SHOWN.values())]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self.problems.append((key, f"Hai trường cùng khóa “{key}”."))
        for key in sorted({key for key in keys if any(other.startswith(f"{key}.") for other in keys)}):
            self.problems.append((key, f"Khóa “{key}” vừa là một trường, vừa là đường dẫn của trường khác."))


# -- one component


def _base(component: Mapping[str, Any], kind: Kind, hidden: tuple[tuple[str, str], ...]) -> Field:
    return Field(key=_place(component) or kind, kind=kind, label="", live=hidden + _live_texts(component))


def _displayed(component: Mapping[str, Any], hidden: tuple[tuple[str, str], ...]) -> Field:
    kind = str(component.get("type"))
    made = _base(component, _SHOWN[kind], hidden)
    if kind in ("text", "html"):
        words, source = (
            _text(component, "text" if kind == "text" else "content"),
            "markdown" if kind == "text" else "html",
        )
        if is_template(words):
            return replace(made, live=(*made.live, (source, _checked(source, words))))
        safe = form_markup.from_markdown if kind == "text" else form_markup.from_html
        return replace(made, markup=safe(words))
    if kind == "image":
        return _image(component, made)
    return _table(component, made) if kind == "table" else made


def _image(component: Mapping[str, Any], made: Field) -> Field:
    source = _text(component, "source")
    made = replace(made, label=_plain(component, "alt"))
    if is_template(source):
        return replace(made, live=(*made.live, ("image", _checked("image", source))))
    if source and not form_markup.safe_image(source):
        raise FormUnreadable("Ảnh ở máy khác không hiển thị được: dùng ảnh nhúng (data:image/…;base64).")
    return replace(made, value=source)


def _table(component: Mapping[str, Any], made: Field) -> Field:
    source, columns = component.get("dataSource"), component.get("columnsExpression")
    if not isinstance(source, str) or not source.strip():
        raise FormUnreadable("Bảng chưa có nguồn dữ liệu (dataSource).")
    live = [("table", _expression(source if source.startswith("=") else f"={source}"))]
    if columns:
        live.append(("columns", _expression(columns)))
    drawn = component.get("columns")
    named = [each for each in drawn if isinstance(each, Mapping)] if isinstance(drawn, list) else []
    heads = tuple(
        Field(key=str(each.get("key") or ""), kind="text", label=str(each.get("label") or each.get("key") or ""))
        for each in named[:40]
    )
    return replace(made, label=_plain(component, "label"), columns=heads, live=(*made.live, *live))


def _asked(component: Mapping[str, Any], path: str, hidden: tuple[tuple[str, str], ...]) -> Field:
    kind, rules = _kind(component), _map(component, "validate")
    own = component.get("key")
    key = path + _path(component, own)
    made = replace(
        _base(component, kind, hidden),
        key=key,
        label=_plain(component, "label")
        or _plain(component, "dateLabel")
        or _plain(component, "timeLabel")
        or str(own),
        hint=_plain(component, "description"),
        required=rules.get("required") is True,
        read_only=component.get("readonly") is True,
        disabled=component.get("disabled") is True,
        default=component.get("defaultValue"),
        pattern_message=str(rules.get("patternErrorMessage") or ""),
    )
    made = _with_adorners(component, made)
    if isinstance(component.get("readonly"), str):
        made = replace(made, live=(*made.live, ("read_only", _expression(component["readonly"]))))
    if kind in ("radio", "select", "checklist"):
        return _with_options(component, made)
    if kind in ("integer", "number"):
        return _with_numbers(component, rules, made)
    if kind in ("text", "textarea"):
        return _with_lengths(rules, made)
    if kind == "computed":
        expression = _expression(component.get("expression"))
        return replace(made, label=made.label or key, live=(*made.live, ("value", expression)), fixed=True)
    return _with_times(component, made)


def _kind(component: Mapping[str, Any]) -> Kind:
    kind = component.get("type")
    if kind == "number":
        return "integer" if component.get("decimalDigits") == 0 and not component.get("serializeToString") else "number"
    if kind == "datetime":
        subtype = component.get("subtype", "date")
        if not isinstance(subtype, str) or subtype not in _DATES:
            raise FormUnreadable(f"Trường ngày giờ có loại “{subtype}” chưa hiển thị được.")
        return _DATES[subtype]
    if isinstance(kind, str) and kind in _KINDS:
        return _KINDS[kind]
    raise FormUnreadable(f"Loại thành phần “{kind}” chưa hiển thị được.")


def _with_adorners(component: Mapping[str, Any], made: Field) -> Field:
    look = _map(component, "appearance")
    for name, attribute in (("prefixAdorner", "prefix"), ("suffixAdorner", "suffix")):
        words = _text(look, name)
        if is_template(words):
            made = replace(made, live=(*made.live, (attribute, _checked(attribute, words))))
        elif words:
            made = replace(made, prefix=words) if attribute == "prefix" else replace(made, suffix=words)
    return made


def _with_options(component: Mapping[str, Any], made: Field) -> Field:
    key, expression, drawn = (component.get(name) for name in ("valuesKey", "valuesExpression", "values"))
    if isinstance(expression, str) and expression:
        return replace(made, live=(*made.live, ("options", _expression(expression))))
    if isinstance(key, str) and key:
        if not all(_PART.fullmatch(part) for part in key.split(".")):
            raise FormUnreadable(f"“{key}” (valuesKey) không phải là tên biến.")
        return replace(made, live=(*made.live, ("options", _expression(f"={key}"))))
    options: tuple[Option, ...] = options_from(drawn)
    if not options:
        raise FormUnreadable("Trường chọn cần danh sách giá trị: values, valuesKey hoặc valuesExpression.")
    if len(options) != len(drawn or ()):
        raise FormUnreadable("Danh sách giá trị có hai giá trị giống nhau hoặc một giá trị trống.")
    return replace(made, options=options)


def _with_numbers(component: Mapping[str, Any], rules: Mapping[str, Any], made: Field) -> Field:
    step = number_of(component.get("increment"))
    digits = component.get("decimalDigits")
    if step is not None and step <= 0:
        raise FormUnreadable("Bước (increment) phải lớn hơn 0.")
    if digits is not None and (not isinstance(digits, int) or not 0 <= digits <= 9):
        raise FormUnreadable("Số chữ số thập phân (decimalDigits) phải từ 0 đến 9.")
    made = replace(made, step=step, decimals=digits, as_text=component.get("serializeToString") is True)
    for name, attribute in (("min", "minimum"), ("max", "maximum")):
        made = _with_limit(made, attribute, rules.get(name), number_of)
    return made


def _with_lengths(rules: Mapping[str, Any], made: Field) -> Field:
    for name, attribute in (("minLength", "min_length"), ("maxLength", "max_length")):
        made = _with_limit(made, attribute, rules.get(name), length_of)
    pattern, form = rules.get("pattern"), rules.get("validationType")
    if form in ("email", "phone"):
        return replace(made, text_form=form)
    if isinstance(pattern, str) and pattern:
        if regex.compile(pattern, "") is None:
            raise FormUnreadable(f"Mẫu “{pattern}” (pattern) không đọc được.")
        return replace(made, found_pattern=pattern)
    return made


def _with_limit(made: Field, attribute: str, drawn: Any, read: Any) -> Field:
    if isinstance(drawn, str) and drawn.startswith("="):
        return replace(made, live=(*made.live, (attribute, _expression(drawn))))
    values: dict[str, Any] = {attribute: read(drawn)}
    return replace(made, **values)


def _with_times(component: Mapping[str, Any], made: Field) -> Field:
    if made.kind not in ("date", "time", "datetime"):
        return made
    step, written = component.get("timeInterval"), component.get("timeSerializingFormat", "utc_offset")
    if step is not None and step not in (1, 5, 10, 15, 20, 30, 60):
        raise FormUnreadable("Khoảng cách giờ (timeInterval) phải là 1, 5, 10, 15, 20, 30 hoặc 60 phút.")
    if written not in ("utc_offset", "utc_normalized", "no_timezone"):
        raise FormUnreadable(f"Cách ghi giờ “{written}” (timeSerializingFormat) chưa dùng được.")
    return replace(
        made,
        no_past=component.get("disallowPassedDates") is True and made.kind != "time",
        minute_step=step if made.kind != "date" else None,
        time_format=written,
    )


# -- parts of a component


def _place(component: Mapping[str, Any]) -> str | None:
    for name in ("key", "path", "id"):
        if isinstance(component.get(name), str) and component[name]:
            return str(component[name])[:200]
    return None


def _path(component: Mapping[str, Any], path: Any) -> str:
    if isinstance(path, str) and len(path) <= 200 and all(_PART.fullmatch(part) for part in path.split(".")):
        return path
    name = component.get("label") or component.get("type")
    raise FormUnreadable(f"Trường “{name}” cần khóa (key) là một tên biến.")


def _condition(component: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    hide = _map(component, "conditional").get("hide")
    return (("hidden", _expression(hide)),) if hide not in (None, "", "=") else ()


def _live_texts(component: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = []
    for name, attribute in (("label", "label"), ("description", "hint"), ("alt", "label")):
        words = component.get(name)
        if is_template(words):
            found.append((attribute, _checked(attribute, str(words))))
    return tuple(found)


def _plain(component: Mapping[str, Any], name: str) -> str:
    """A text without anything to work out; the key stands for it until then."""
    words = _text(component, name)
    return "" if is_template(words) else words


def _text(component: Mapping[str, Any], name: str) -> str:
    words = component.get(name)
    if words is None:
        return ""
    if not isinstance(words, str):
        raise FormUnreadable(f"“{name}” phải là chữ.")
    if len(words) > (1_000_000 if name == "source" else MAX_WORDS):
        raise FormUnreadable(f"“{name}” dài hơn {MAX_WORDS} ký tự.")
    return words


def _checked(source: str, words: str) -> str:
    """A text whose every expression parses. Raises FormUnreadable."""
    try:
        for expression in expressions_in(words) if source in TEXTS else [words]:
            compiled(expression)
    except ExpressionError as error:
        raise FormUnreadable(f"Biểu thức trong “{words[:80]}” chưa đúng: {error.message}") from error
    return words


def _expression(drawn: Any) -> str:
    """FEEL without its `=`. Raises FormUnreadable."""
    if not isinstance(drawn, str) or not drawn.startswith("=") or not drawn[1:].strip():
        raise FormUnreadable(f"“{str(drawn)[:80]}” không phải là biểu thức FEEL (bắt đầu bằng =).")
    try:
        compiled(drawn[1:])
    except ExpressionError as error:
        raise FormUnreadable(f"Biểu thức “{drawn[:80]}” chưa đúng: {error.message}") from error
    return drawn[1:]


def _map(component: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = component.get(name)
    return found if isinstance(found, Mapping) else {}


def number_of(value: Any) -> Decimal | None:
    """A drawn number. Raises FormUnreadable."""
    try:
        number = None if value in (None, "") else Decimal(str(value))
    except InvalidOperation as error:
        raise FormUnreadable(f"“{value}” không phải là số.") from error
    if number is not None and (not number.is_finite() or abs(number) > Decimal(10) ** 18):
        raise FormUnreadable(f"“{value}” không phải là số dùng được.")
    return number


def length_of(value: Any) -> int | None:
    """A drawn number of characters. Raises FormUnreadable."""
    number = number_of(value)
    if number is not None and (number != int(number) or not 0 <= number <= 1_000_000):
        raise FormUnreadable(f"“{value}” không phải là số ký tự.")
    return None if number is None else int(number)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ROWS:
        raise FormUnreadable(f"Số dòng ban đầu (defaultRepetitions) phải từ 0 đến {MAX_ROWS}.")
    return value


def _refuse_deep(depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise FormUnreadable(f"Nhóm và danh sách lồng nhau quá {MAX_DEPTH} tầng.")
