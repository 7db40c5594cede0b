from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.parsing import parse, read_fields
from intake.parsing.html import Page

CASES = int(os.environ.get("MAIL_CASES", "200"))
PLAIN = (b"From: Anna <anna@kunde.example>\r\nTo: support@x.example\r\nSubject: Hello\r\nMessage-ID: <a@b>\r\n"
         b"Content-Type: text/plain; charset=utf-8\r\n\r\nwords\r\n")


@settings(max_examples=CASES, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_give_a_result(raw: bytes) -> None:
    mail = parse(raw)
    read_fields(mail.text)


@settings(max_examples=CASES, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 255)), max_size=12))
def test_damaged_mail_gives_a_result(changes: list[tuple[int, int]]) -> None:
    raw = bytearray(PLAIN)
    for at, value in changes:
        raw[at] = value
    assert isinstance(parse(bytes(raw)).text, str)


def test_an_encoded_line_break_doesn_t_become_a_header() -> None:
    raw = PLAIN.replace(b"Subject: Hello", b"Subject: =?utf-8?q?x=0D=0ABcc=3A_evil=40x.example?=")
    assert "\n" not in parse(raw).subject
    assert "\r" not in parse(raw).subject


@pytest.mark.parametrize(("charset", "data", "expected"), [
    ("iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
    ("x-unknown", "Grüße".encode(), "Grüße"),
    ("utf-8", "Grüße".encode("cp1252"), "Grüße"),
])
def test_charsets_wrong_or_right(charset: str, data: bytes, expected: str) -> None:
    raw = PLAIN.replace(b"charset=utf-8", f"charset={charset}".encode()).replace(b"words", data)
    assert parse(raw).reply_text == expected


@pytest.mark.parametrize(("written", "read"), [
    (b"R3LDvMOfZQ==\r\nIHVuZA==\r\n", "Grüße und"), (b"R3LDvMOfZQ==IHVuZA=", "Grüße und"), (b"R3LDvMOfZSB1bmQ", "Grüße und"),
    (b"R3LD!vMOf?ZQ=\r\n", "Grüße"), (b"====", ""),
])
def test_base64_is_read_whole_however_it_was_cut_and_padded(written: bytes, read: str) -> None:
    raw = PLAIN.replace(b"\r\n\r\nwords\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + written)
    assert parse(raw).text == read


@pytest.mark.parametrize("quote", [
    "On Mon, 2 Nov 2026 at 10:00, Desk <d@x.example> wrote:\n> old words\n",
    "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Desk <d@x.example>:\n> old words\n",
    "-----Original Message-----\nFrom: Desk <d@x.example>\nSent: Monday\nSubject: x\n\nold words\n",
    "Le lun. 2 nov. 2026 à 10:00, Desk <d@x.example> a écrit :\n> old words\n",
])
def test_quoted_history_is_folded_and_kept(quote: str) -> None:
    mail = parse(PLAIN.replace(b"words\r\n", b"new words\r\n\r\n" + quote.encode()))
    assert mail.reply_text == "new words"
    assert "old words" in mail.quoted_text


def test_html_only_mail_is_readable() -> None:
    raw = PLAIN.replace(b"text/plain", b"text/html").replace(
        b"words", b"<p>Hello</p><ul><li>one</li><li>two</li></ul><a href='https://x.example/y'>link</a>")
    text = parse(raw).text
    assert "Hello" in text
    assert "- one" in text
    assert "https://x.example/y" in text


@pytest.mark.parametrize("evil", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
    "<style>body{display:none}</style>", "<iframe src='https://x.example'></iframe>", "<form action='/x'><input></form>",
    "<p style='position:fixed'>x</p>", "<img src='https://tracker.example/p.gif'>",
])
def test_sanitised_html_is_harmless(evil: str) -> None:
    clean = Page(evil).harmless()
    for word in ("script", "onerror", "javascript:", "style", "iframe", "<form", "<img"):
        assert word not in clean


def test_to_text_never_raises_on_broken_html() -> None:
    assert "x" in Page("<p><b>x</p></i></table><![CDATA[").text()


def test_deep_nesting_is_poison_or_understood_quickly() -> None:
    raw = PLAIN
    for level in range(400):
        raw = (f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n".encode() + raw
               + f"\r\n--b{level}--\r\n".encode())
    mail = parse(raw)
    assert mail.poison
    assert [(p.filename, p.content) for p in mail.attachments] == [("message.eml", raw)]


def test_what_isn_t_unfolded_tells_its_sender_and_subject() -> None:
    mail = parse(PLAIN.replace(b"Content-Type: text/plain; charset=utf-8", b"Content-Type: multipart/mixed; boundary=b")
                 + b"--b\r\n\r\nx\r\n" * 300)
    assert (mail.poison, mail.subject, mail.from_address) == ("it has too many parts", "Hello", "anna@kunde.example")


@pytest.mark.parametrize(("line", "field", "value"), [
    ("**Product**: Tectonic", "product", "Tectonic"), ("*Product:* Tectonic", "product", "Tectonic"),
    ("product : Tectonic", "product", "Tectonic"), ("- Product: Tectonic", "product", "Tectonic"),
    ("Product：Tectonic", "product", "Tectonic"), ("Product:\nTectonic", "product", "Tectonic"),
    ("PRIORITY: P1", "priority", "P1"), ("Priorität: Hoch", "priority", "Hoch"), ("Version:\xa01.9", "version", "1.9"),
    ("Describe the Issue: It breaks\nin two lines", "description", "It breaks\nin two lines"),
])
def test_labelled_lines_in_every_dress(line: str, field: str, value: str) -> None:
    assert getattr(read_fields(line), field) == value


def test_an_ordinary_mail_has_no_fields() -> None:
    assert read_fields("Hello,\nthe version is old: 1.9\n").is_empty


def test_encoded_words_beside_characters_as_they_are() -> None:
    mail = parse("From: a@b.example\r\nSubject: =?utf-8?q?Gr=C3=BC?= =?utf-8?q?=C3=9Fe?= – на связи\r\n\r\nx".encode())
    assert mail.subject == "Grüße – на связи"
