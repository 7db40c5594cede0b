from __future__ import annotations

from html.parser import HTMLParser

import pytest

from knowledge.markup import plain_text, render_article

HARMLESS = {"p", "a", "br", "code", "pre", "em", "strong"}


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, str | None] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= dict(attrs)


@pytest.mark.parametrize("body", [
    "<script>alert(1)</script>ok", "<img src=x onerror=alert(1)>ok", "[ok](javascript:alert(1))",
    "<a href=' javascript:alert(1)'>ok</a>", "<svg onload=alert(1)></svg>ok", "<iframe src='//evil.example'></iframe>ok",
    "<p style='position:fixed' class=x id=main>ok</p>", "<form action=//evil.example><input name=password>ok</form>",
    "<a href='data:text/html,x'>ok</a>", "<a href='http://['>ok</a>", "<a href='java\nscript:x'>ok</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>ok", "<base href=//evil.example>ok"])
@pytest.mark.parametrize("body_format", ["markdown", "html"])
def test_nothing_dangerous_gets_through(body: str, body_format: str) -> None:
    html = render_article(body, body_format, source_path="a.md", base="/docs/x")
    found = _Elements(html)
    assert "ok" in html
    assert found.tags <= HARMLESS
    assert not set(found.attributes) - {"href", "rel"}
    assert ":" not in (found.attributes.get("href") or "")


def test_headings_start_below_the_page_s_own() -> None:
    assert "<h2>Part</h2>" in render_article("## Part", "markdown")
    both = render_article("# One\n\n## Two", "markdown")
    assert "<h2>One</h2>" in both
    assert "<h3>Two</h3>" in both


@pytest.mark.parametrize(("href", "leads_to"), [
    ("other.md", "/docs/set/install-other"), ("../limits.html#x", "/docs/set/limits"), ("sub/deep.md", "/docs/set/install-sub-deep"),
    ("https://example.com/a.md", "https://example.com/a.md"), ("#part", "#part"), ("/tickets", "/tickets"),
    ("mailto:a@b.example", "mailto:a@b.example"), ("picture.png", None), ("../../../../x.md", "/docs/set/x")])
def test_links_inside_the_folder_lead_to_articles(href: str, leads_to: str | None) -> None:
    html = render_article(f"[there]({href})", "markdown", source_path="install/first.md", base="/docs/set")
    assert (f'href="{leads_to}"' in html) if leads_to else ("href" not in html)


def test_plain_text_keeps_blocks_apart() -> None:
    assert plain_text("<p>one</p><p>two &amp; three</p><script>x</script>", "html") == "one\ntwo & three"
    assert plain_text("| a | b |\n|---|---|\n| c | d |", "markdown").split() == ["a", "b", "c", "d"]
