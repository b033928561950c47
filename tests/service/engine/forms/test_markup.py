"""Texts drawn into a form: what they become, and what never comes out of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from service.engine.form_markup import from_html, from_markdown
from tests.service.engine.forms.kit import field_of, form_of

MARKDOWN = [
    ("# Một\nhai", "<h2>Một</h2><p>hai</p>"),
    ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
    ("**đậm** *nghiêng* `mã` ~~bỏ~~", "<p><strong>đậm</strong> <em>nghiêng</em> <code>mã</code> <s>bỏ</s></p>"),
    ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
    ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
    ("> lời", "<blockquote>lời</blockquote>"),
    ("---", "<hr>"),
    (
        "[Luật](https://vbpl.vn/?a=1&b=2)",
        '<p><a href="https://vbpl.vn/?a=1&amp;b=2" rel="noopener noreferrer">Luật</a></p>',
    ),
    ("[x](javascript:alert)", "<p>x</p>"),
    ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    (r"\*không\*", "<p>*không*</p>"),
    ("so_noi_vu và 2*3*4", "<p>so_noi_vu và 2<em>3</em>4</p>"),
    ("", ""),
    ("|", "<p>|</p>"),
]
HTML = [
    ("<p>a <b>b</b><br></p>", "<p>a <b>b</b><br></p>"),
    ("chữ & <i>x</i>", "chữ &amp; <i>x</i>"),
    ("<h1 class='x' onclick='y()'>a</h1>", "<h2>a</h2>"),
    ("<p style='position:fixed'>a</p>", "<p>a</p>"),
    ("<style>*{}</style><script>x</script><svg><a>y</a></svg>a", "a"),
    ("<a href='javascript:x'>a</a>", '<a rel="noopener noreferrer">a</a>'),
    ("<a href=' JaVaScRiPt:x'>a</a>", '<a rel="noopener noreferrer">a</a>'),
    ("<a href='/ho-so'>a</a>", '<a href="/ho-so" rel="noopener noreferrer">a</a>'),
    ("<a href='//evil.example'>a</a>", '<a rel="noopener noreferrer">a</a>'),
    ("<img src='https://evil.example/a.png' alt='ảnh'>", "ảnh"),
    ("<form action=x><input name=y><button>z</button>a</form>", "a"),
    ("<iframe src=x></iframe><object data=y></object>", ""),
    ("<!-- lời --><p>a", "<p>a</p>"),
    ("<div><section>a</section></div>", "<div>a</div>"),
    ("   ", ""),
]


@pytest.mark.parametrize(("text", "wanted"), MARKDOWN)
def test_markdown(text: str, wanted: str) -> None:
    assert from_markdown(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), HTML)
def test_html(text: str, wanted: str) -> None:
    assert from_html(text) == wanted


def test_a_table_in_markdown() -> None:
    made = from_markdown("|Năm|Số|\n|---|---|\n|2025|**3**|")
    assert '<th scope="col">Năm</th>' in made
    assert "<tr><td>2025</td><td><strong>3</strong></td></tr>" in made


@pytest.mark.parametrize("value", ["<script>x</script>", "**a**", "[a](https://evil.example)", "a\n# b", "{{secret}}"])
def test_a_value_in_a_text_is_words_only(value: str) -> None:
    parts = ({"type": "text", "id": "t", "text": "{{v}}"}, {"type": "html", "id": "h", "content": "<p>{{v}}</p>"})
    form = form_of(*parts, v=value, secret="bí mật")
    for key in ("t", "h"):
        (shown,) = lxml_html.fragments_fromstring(field_of(form, key).markup)
        assert len(shown) == 0
        assert shown.text.split() == value.split()


ODD = st.text(st.sampled_from("<>/='\"&; \n|-*_`[]()#!\\{}abpscrit:"), max_size=120)


@settings(max_examples=200, deadline=2_000)
@given(ODD)
def test_nothing_dangerous_comes_out(text: str) -> None:
    for made in (from_markdown(text), from_html(text)):
        for element in lxml_html.fragment_fromstring(made, create_parent="div").iter("*"):
            assert element.tag not in ("script", "style", "iframe", "form", "input", "svg", "object")
            assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
            assert not element.get("href", "").lower().startswith(("javascript", "data", "vbscript"))
