from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.test.client import FakePayload

from tests.factories.desk import Desk


def _post(client: Client, path: str, length: int) -> Any:
    """A request that says how long it is, with a body that breaks when it is read."""
    return client.generic("POST", path, b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(length),
                          **{"wsgi.input": FakePayload(b"")})


@pytest.mark.parametrize(("path", "kind"), [
    ("/account/login/", "text/html"), ("/tickets/new", "text/html"), ("/api/v1/tickets", "application/problem+json"),
    ("/hooks/mail/postmark/", "application/problem+json")])
def test_a_request_over_the_limit_is_refused_unread(path: str, kind: str, acme: Desk, settings: Any) -> None:
    answer = _post(acme.client(None), path, settings.MAX_REQUEST_BYTES + 1)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (413, kind)
    assert acme.client(None).post("/account/login/", {"login": "a@b.example", "password": "x"}).status_code == 200
