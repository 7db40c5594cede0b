from __future__ import annotations

import pytest

from toolkit.prose import render_text


@pytest.mark.parametrize(("text", "html"), [
    ("see https://a.example/x).", 'see <a href="https://a.example/x" rel="noopener noreferrer nofollow">https://a.example/x</a>).'),
    ("(https://a.example/f(1))", '<a href="https://a.example/f(1)"'),
    ("# not a heading", "<strong>not a heading</strong>"),
    ("`https://a.example`", "<code>https://a.example</code>"),
    ("<script>alert(1)</script>", "&lt;script&gt;"),
    ("a\nb", "a<br>"),
])
def test_text_becomes_safe_html(text: str, html: str) -> None:
    assert html in render_text(text)


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "![x](https://a.example/pixel.png)", "<img src=x onerror=alert(1)>"])
def test_nothing_active_survives(text: str) -> None:
    html = render_text(text)
    assert "<img" not in html
    assert 'href="javascript' not in html
