"""Texts of drawn forms as HTML that is safe to show: a small Markdown; drawn HTML without what is dangerous."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from lxml import etree
from lxml import html as lxml_html

MAX_TEXT = 50_000
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~])")
_INLINE = re.compile(
    r"\\(?P<plain>[\\`*_{}\[\]()#+\-.!<>|~])"
    r"|`(?P<code>[^`\n]{1,200})`"
    r"|!?\[(?P<words>[^\[\]\n]{1,200})\]\((?P<href>[^()\s]{1,1000})\)"
    r"|\*\*(?P<strong>[^*\n]{1,200})\*\*|__(?P<strong2>[^_\n]{1,200})__"
    r"|~~(?P<gone>[^~\n]{1,200})~~"
    r"|\*(?P<em>[^*\s][^*\n]{0,200})\*|(?<!\w)_(?P<em2>[^_\s][^_\n]{0,200})_(?!\w)"
)
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"\s{0,6}(?:[-*+]|(\d{1,4})[.)])\s+(.*)")
_RULE = re.compile(r"\s{0,3}(?:-\s*){3,40}|\s{0,3}(?:\*\s*){3,40}|\s{0,3}(?:_\s*){3,40}")
_DIVIDER = re.compile(r"[\s|:-]*-[\s|:-]*")
_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|#)[^\s\"'<>]*", re.IGNORECASE)
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml)(?:;charset=utf-8)?;base64,[A-Za-z0-9+/=\s]+|/(?!/)\S*")


def plain_words(text: str) -> str:
    """A value that stands in Markdown as the words they are."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def safe_link(href: str) -> bool:
    return _LINK.fullmatch(href.strip()) is not None


def safe_image(source: str) -> bool:
    """An image within the form or of this site: the pages load nothing from elsewhere."""
    return len(source) <= 1_000_000 and _IMAGE.fullmatch(source.strip()) is not None


# -- Markdown


def from_markdown(text: str) -> str:
    """Headings, paragraphs, lists, quotes, rules, tables, links and emphasis; HTML in it stands as text."""
    lines = text[:MAX_TEXT].replace("\r\n", "\n").replace("\x00", "").split("\n")
    return "".join(_blocks(lines))


def _blocks(lines: list[str]) -> Iterator[str]:
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
        elif (heading := _HEADING.fullmatch(line.strip())) is not None:
            level = min(len(heading[1]) + 1, 4)
            yield f"<h{level}>{_inline(heading[2].rstrip('# '))}</h{level}>"
            place += 1
        elif _RULE.fullmatch(line):
            yield "<hr>"
            place += 1
        else:
            place, made = _block(lines, place)
            yield made


def _block(lines: list[str], place: int) -> tuple[int, str]:
    """One block of several lines: where it ends, and its HTML."""
    line = lines[place]
    item = _ITEM.fullmatch(line)
    if item is not None:
        return _list(lines, place, ordered=item[1] is not None)
    if line.lstrip().startswith("|") and place + 1 < len(lines) and _DIVIDER.fullmatch(lines[place + 1]):
        return _table(lines, place)
    if line.lstrip().startswith(">"):
        end, quoted = _run(lines, place, lambda each: each.lstrip().startswith(">"))
        return end, f"<blockquote>{_lines([each.lstrip()[1:].strip() for each in quoted])}</blockquote>"
    end, prose = _run(lines, place, _is_prose)
    return (end, f"<p>{_lines(prose)}</p>") if prose else (place + 1, f"<p>{_inline(line.strip())}</p>")


def _run(lines: list[str], place: int, belongs: Any) -> tuple[int, list[str]]:
    end = place
    while end < len(lines) and belongs(lines[end]):
        end += 1
    return end, lines[place:end]


def _is_prose(line: str) -> bool:
    special = _HEADING.fullmatch(line.strip()) or _ITEM.fullmatch(line) or _RULE.fullmatch(line)
    return bool(line.strip()) and special is None and not line.lstrip().startswith((">", "|"))


def _lines(lines: list[str]) -> str:
    return "<br>".join(_inline(each.strip()) for each in lines)


def _list(lines: list[str], place: int, *, ordered: bool) -> tuple[int, str]:
    items = []
    while place < len(lines) and (item := _ITEM.fullmatch(lines[place])) is not None:
        if (item[1] is not None) is not ordered:
            break
        items.append(f"<li>{_inline(item[2])}</li>")
        place += 1
    tag = "ol" if ordered else "ul"
    return place, f"<{tag}>{''.join(items)}</{tag}>"


def _table(lines: list[str], place: int) -> tuple[int, str]:
    end, rows = _run(lines, place, lambda each: each.lstrip().startswith("|"))
    head, *body = [_cells(row) for number, row in enumerate(rows) if number != 1]
    made = "".join(f'<th scope="col">{_inline(each)}</th>' for each in head)
    drawn = "".join(f"<tr>{''.join(f'<td>{_inline(each)}</td>' for each in row)}</tr>" for row in body)
    return end, f'<table class="grid tight"><thead><tr>{made}</tr></thead><tbody>{drawn}</tbody></table>'


def _cells(row: str) -> list[str]:
    return [each.strip() for each in re.split(r"(?<!\\)\|", row.strip().strip("|"))][:50]


def _inline(text: str, depth: int = 0) -> str:
    made, place = [], 0
    for found in _INLINE.finditer(text):
        made.append(escape(text[place : found.start()]))
        made.append(_marked(found, depth))
        place = found.end()
    return "".join(made) + escape(text[place:])


def _marked(found: re.Match[str], depth: int) -> str:
    kind = str(found.lastgroup)
    inside = found[kind]
    if kind == "plain":
        return escape(inside)
    if kind == "code":
        return f"<code>{escape(inside)}</code>"
    if depth > 5:
        return escape(found[0])
    if kind == "href":
        words = _inline(found["words"], depth + 1)
        return f'<a href="{escape(inside)}" rel="noopener noreferrer">{words}</a>' if safe_link(inside) else words
    tag = {"gone": "s", "em": "em", "em2": "em"}.get(kind, "strong")
    return f"<{tag}>{_inline(inside, depth + 1)}</{tag}>"


# -- HTML

_KEPT = frozenset(
    "a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s"
    " small span strong sub sup table tbody td tfoot th thead tr u ul".split()
)
_DROPPED = frozenset(
    "script style iframe object embed template noscript noembed noframes svg math head title link meta base input"
    " button select textarea option frame frameset applet audio video source xmp plaintext".split()
)
_VOID = frozenset(("br", "hr", "img"))
_ATTRIBUTES = {
    "a": ("href", "title"),
    "abbr": ("title",),
    "img": ("src", "alt", "width", "height"),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    "ol": ("start",),
}
_RENAMED = {"h1": "h2"}


def from_html(text: str) -> str:
    """Drawn HTML without scripts, styles, inputs, foreign images and every attribute but a few."""
    if not text.strip():
        return ""
    plain = "".join(letter for letter in text[:MAX_TEXT] if letter in "\n\r\t" or ord(letter) >= 32)
    plain = plain.encode("utf-8", "replace").decode("utf-8")
    try:
        root = lxml_html.fragment_fromstring(plain, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return escape(plain)
    return "".join(_inside(root, 0))


def _inside(element: Any, depth: int) -> Iterator[str]:
    yield escape(element.text or "")
    for child in element:
        yield from _element(child, depth)
        yield escape(child.tail or "")


def _element(element: Any, depth: int) -> Iterator[str]:
    tag = element.tag.lower() if isinstance(element.tag, str) else ""
    if not tag or tag in _DROPPED or depth > 100:
        return
    if tag not in _KEPT:
        yield from _inside(element, depth + 1)
        return
    tag = _RENAMED.get(tag, tag)
    attributes = "".join(_attributes(tag, element))
    if tag == "img" and " src=" not in attributes:
        yield escape(element.get("alt") or "")
        return
    yield f"<{tag}{attributes}>"
    if tag not in _VOID:
        yield from _inside(element, depth + 1)
        yield f"</{tag}>"


def _attributes(tag: str, element: Any) -> Iterator[str]:
    for name in _ATTRIBUTES.get(tag, ()):
        value = element.get(name)
        if value is None or (name == "href" and not safe_link(value)) or (name == "src" and not safe_image(value)):
            continue
        yield f' {name}="{escape(value.strip())}"'
    if tag == "a":
        yield ' rel="noopener noreferrer"'
