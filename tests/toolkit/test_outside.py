from __future__ import annotations

import socket
from typing import Any

import pytest

from toolkit.outside import InsideError, connect, is_outside


@pytest.mark.parametrize(("address", "expected"), [
    ("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.9", False),
    ("169.254.169.254", False), ("100.64.0.1", False), ("192.0.2.1", False), ("224.0.0.1", False), ("::1", False),
    ("fd00::1", False), ("fe80::1%lo", False), ("::ffff:127.0.0.1", False), ("64:ff9b::7f00:1", False),
    ("2002:7f00:1::1", False), ("::ffff:8.8.8.8", True), ("64:ff9b::808:808", True)])
def test_what_is_outside(address: str, expected: bool) -> None:
    assert is_outside(address) is expected


def test_only_addresses_outside_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 993)) for ip in ("127.0.0.1", "8.8.8.8", "9.9.9.9")]

    def create(address: tuple[str, int], timeout: float) -> str:
        tried.append(address)
        if address[0] == "8.8.8.8":
            raise TimeoutError
        return "connected"

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    monkeypatch.setattr(socket, "create_connection", create)
    assert connect("imap.example", 993, seconds=1, may_be_inside=False) == "connected"
    assert tried == [("8.8.8.8", 993), ("9.9.9.9", 993)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found[:1])
    with pytest.raises(InsideError):
        connect("imap.example", 993, seconds=1, may_be_inside=False)
    assert connect("imap.example", 993, seconds=1, may_be_inside=True) == "connected"
